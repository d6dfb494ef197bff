//! Which programs matter, and what their commands look like.
//!
//! In: words. Out: the words from the program on, by its plain name; whether words without a clear prompt are a
//! command and no sentence.
//!
//! ```text
//! sudo -u app microk8s kubectl get pods   ->  kubectl get pods
//! docker pull fails with this error       ->  no command
//! ```

/// Programs whose commands matter here, sorted.
const PROGRAMS: &[&str] = &[
    "aws",
    "az",
    "bash",
    "buildah",
    "cat",
    "chronyc",
    "chroot",
    "conntrack",
    "crane",
    "cri-dockerd",
    "crictl",
    "ctr",
    "curl",
    "date",
    "df",
    "dig",
    "dmesg",
    "docker",
    "docker-compose",
    "dpkg",
    "du",
    "echo",
    "egrep",
    "ethtool",
    "firewall-cmd",
    "free",
    "gcloud",
    "getenforce",
    "getent",
    "grep",
    "head",
    "helm",
    "host",
    "hostname",
    "ifconfig",
    "ip",
    "ip6tables",
    "ip6tables-save",
    "ipset",
    "iptables",
    "iptables-legacy",
    "iptables-legacy-save",
    "iptables-nft",
    "iptables-nft-save",
    "iptables-save",
    "ipvsadm",
    "istioctl",
    "journalctl",
    "jq",
    "kubeadm",
    "kubectl",
    "less",
    "ls",
    "lsmod",
    "lsof",
    "mount",
    "mtr",
    "nc",
    "ncat",
    "nerdctl",
    "netcat",
    "netstat",
    "nft",
    "nmap",
    "nsenter",
    "nslookup",
    "openssl",
    "ping",
    "ping6",
    "podman",
    "ps",
    "regctl",
    "resolvectl",
    "rpm",
    "sed",
    "service",
    "skopeo",
    "ss",
    "ssh",
    "stat",
    "sysctl",
    "systemctl",
    "systemd-resolve",
    "tail",
    "tcpdump",
    "telnet",
    "test-netconnection",
    "timedatectl",
    "tracepath",
    "traceroute",
    "uname",
    "update-ca-certificates",
    "update-ca-trust",
    "vi",
    "vim",
    "wget",
    "yum",
    "zcat",
    "zgrep",
];

/// Other names of `kubectl`.
const KUBECTL: &[&str] = &["k", "kc", "kctl", "kubecolor", "kubectl.exe", "oc"];

/// First arguments by which a client's command is told from a sentence.
const VERBS: &[&str] = &[
    "annotate",
    "apply",
    "build",
    "c",
    "compose",
    "config",
    "container",
    "containers",
    "content",
    "cordon",
    "cp",
    "create",
    "delete",
    "describe",
    "drain",
    "edit",
    "events",
    "exec",
    "explain",
    "export",
    "expose",
    "get",
    "i",
    "image",
    "images",
    "info",
    "inspect",
    "inspecti",
    "inspectp",
    "label",
    "list-tags",
    "load",
    "login",
    "logout",
    "logs",
    "ls",
    "manifest",
    "patch",
    "pods",
    "ps",
    "pull",
    "push",
    "restart",
    "rm",
    "rmi",
    "rollout",
    "run",
    "save",
    "scale",
    "search",
    "start",
    "stats",
    "status",
    "stop",
    "system",
    "tag",
    "top",
    "up",
    "version",
    "wait",
];

/// Words that stand in sentences and hardly in commands.
const SENTENCE: &[&str] = &[
    "after", "an", "and", "are", "because", "but", "can", "cannot", "command", "commands", "did", "does", "error", "errors", "fail",
    "failed", "fails", "for", "from", "gave", "gives", "has", "have", "in", "is", "it", "not", "of", "on", "returns", "says", "shows",
    "that", "the", "then", "they", "this", "to", "was", "we", "were", "when", "which", "with", "works", "you",
];

/// Drops what only runs the command, and gives the program its plain name.
pub(super) fn normalized(mut words: Vec<&str>) -> Option<Vec<&str>> {
    let start = runner(&words)?;
    words.drain(..start);
    let program = base_name(words.first()?);
    let program = if KUBECTL.contains(&program) { "kubectl" } else { program };
    if !is_program(program) {
        return None;
    }
    words[0] = program;
    Some(words)
}

/// How many words only run the command behind them.
fn runner(words: &[&str]) -> Option<usize> {
    let mut at = 0;
    loop {
        let word = *words.get(at)?;
        let name = base_name(word);
        at += match name {
            "sudo" | "time" | "nohup" | "watch" | "env" | "timeout" | "exec" | "command" => {
                1 + words.get(at + 1..)?.iter().take_while(|word| word.starts_with('-') || is_number(word)).count()
            }
            // k3s crictl, microk8s kubectl, minikube kubectl --, sudo -u USER ...
            "k3s" | "rke2" | "microk8s" | "minikube" | "k0s" | "--" => 1,
            _ if at > 0 && words.get(at - 1) == Some(&"-u") => 1,
            _ if is_assignment(word) => 1,
            _ => return Some(at),
        };
    }
}

/// Whether a first word without a prompt may run a command.
pub(super) fn runs_others(word: &str) -> bool {
    matches!(word, "sudo" | "time" | "timeout" | "watch" | "k3s" | "microk8s" | "minikube") || is_assignment(word)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.trim_end_matches(['s', 'm']).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

pub(super) fn base_name(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    if name == "microk8s.kubectl" { "kubectl" } else { name }
}

pub(super) fn is_program(name: &str) -> bool {
    // Most first words are those of a sentence, a key or a table.
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
    if plain { PROGRAMS.binary_search(&name).is_ok() || KUBECTL.contains(&name) } else { name.eq_ignore_ascii_case("test-netconnection") }
}

/// Whether words without a clear prompt are a command and no sentence.
pub(super) fn is_argument_list(words: &[&str], text: &str) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    if !text.is_ascii() || text.ends_with(['.', ':', '?', '!', ',', ')']) || arguments.iter().any(|word| SENTENCE.contains(word)) {
        return false;
    }
    let Some(first) = arguments.first() else { return false };
    let special = |word: &&str| word.starts_with('-') || word.contains("://") || word.contains(['.', ':', '/']) || is_number(word);
    match *program {
        "kubectl" | "docker" | "docker-compose" | "podman" | "nerdctl" | "crictl" | "ctr" | "skopeo" | "crane" | "buildah" | "regctl"
        | "helm" => {
            let complete = arguments.len() > 1 || matches!(*first, "images" | "ps" | "pods" | "info" | "version");
            complete && (first.starts_with('-') || VERBS.contains(first))
        }
        "systemctl" | "service" | "kubeadm" => {
            first.starts_with('-') || arguments.len() <= 3 && first.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        }
        _ => arguments.iter().any(special),
    }
}
