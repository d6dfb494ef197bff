//! Shell prompts and the commands typed behind them.
//!
//! In: one line. Out: the words of the command, when a program that this field knows was typed. Which output
//! belongs to it is for the readers of that output to say. A command without a prompt counts only where its
//! arguments look like arguments, so that a sentence about `docker pull` is none.
//!
//! ```text
//! [root@jwkim-master ~]# k describe pod wildlfy-ha-5867c485f7-kk5zs -n catalog
//! ubuntu@node1:~/Desktop$ sudo docker pull rabbitmq:3.9.22
//! PS C:\Users\me> kubectl get pods          bash-5.1$ curl -v http://10.0.0.5:5000/v2/
//! ➜  project git:(main) ✗ docker pull gcr.io/team/app:1
//! ```

mod program;
mod words;

pub(crate) use words::{inner, option, positional, without_secrets};

use crate::text::{Line, trim};
use program::{base_name, is_argument_list, is_program, normalized, runs_others};
use words::shell_words;

/// A prompt is not longer than this (in bytes).
const LONGEST_PROMPT: usize = 120;
/// A command goes on over at most this many lines that end in a backslash.
const MOST_CONTINUATIONS: usize = 20;

/// The words of a typed command, the program first (without its path; `kubectl` for all its other names).
/// What only runs it (`sudo`, `time`, environment assignments) is left out. `None` for anything else.
pub(crate) fn command(text: &str) -> Option<Vec<&str>> {
    let text = trim(text);
    command_behind(split(text), text)
}

/// The command of a trimmed text whose prompt is known.
fn command_behind<'t>(prompt: Option<(Prompt, &'t str)>, text: &'t str) -> Option<Vec<&'t str>> {
    if let Some((prompt, rest)) = prompt
        && let Some(words) = known(rest, prompt == Prompt::Arrow)
    {
        return (prompt != Prompt::Hash || is_argument_list(&words, rest)).then_some(words);
    }
    // Without a prompt the first word decides quickly for nearly every line.
    let first = &text[..memchr::memchr(b' ', text.as_bytes()).unwrap_or(text.len())];
    if !(is_program(base_name(first)) || runs_others(first)) {
        return None;
    }
    known(text, false).filter(|words| is_argument_list(words, text))
}

/// Like [`command`], over the lines that a backslash continues; with the number of lines.
pub(crate) fn typed<'l>(lines: &'l [Line<'_>]) -> Option<(Vec<&'l str>, usize)> {
    let first = lines.first()?.text();
    let mut words = command(first)?;
    let mut count = 1;
    let mut last = first;
    while last.trim_end().ends_with('\\') && count < MOST_CONTINUATIONS {
        let Some(next) = lines.get(count).filter(|next| split(next.trimmed()).is_none()) else { break };
        last = next.text();
        words.extend(shell_words(last));
        count += 1;
    }
    words.retain(|word| *word != "\\");
    Some((words, count))
}

/// Whether the line begins with a prompt, whatever was typed behind it; output of the command before ends there.
pub(crate) fn is_prompt(text: &str) -> bool {
    let text = trim(text);
    let prompt = split(text);
    match prompt {
        Some((Prompt::Arrow | Prompt::Clear, _)) => true,
        Some((Prompt::Hash, _)) | None => command_behind(prompt, text).is_some(),
    }
}

/// What kind of prompt stands at the front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prompt {
    /// A `#` (or `%`) alone: root's prompt, a comment, a heading, or the head of a table.
    Hash,
    /// `➜  directory git:(branch) ✗`: the directory stands behind the sign.
    Arrow,
    Clear,
}

/// The prompt and the text behind it.
fn split(text: &str) -> Option<(Prompt, &str)> {
    let text = environment_name(text);
    let mut end = text.len().min(LONGEST_PROMPT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let window = text.get(..end)?;
    // Nearly every line has none of the signs.
    if !window.bytes().fold(false, |any, byte| any | may_sign(byte)) {
        return None;
    }
    let mut quoted = false;
    for (at, sign) in window.char_indices() {
        quoted |= matches!(sign, '"' | '=' | '`');
        if quoted {
            return None;
        }
        if !matches!(sign, '$' | '#' | '%' | '>' | '❯' | '➜' | '✗' | 'λ') {
            continue;
        }
        let (head, rest) = (&text[..at], &text[at + sign.len_utf8()..]);
        if !(rest.is_empty() || rest.starts_with([' ', '\t']) || is_windows_path(head)) {
            continue;
        }
        if head.is_empty() && matches!(sign, '#' | '%' | '➜') {
            return Some((if sign == '➜' { Prompt::Arrow } else { Prompt::Hash }, rest.trim_start()));
        }
        if is_head(head, sign) {
            let prompt = if matches!(sign, '➜' | '✗') { Prompt::Arrow } else { Prompt::Clear };
            return Some((prompt, rest.trim_start()));
        }
    }
    None
}

/// Whether a byte is a prompt's sign or the first of one. Without branches, so that many bytes are looked at in one step.
fn may_sign(byte: u8) -> bool {
    (byte == b'$') | (byte == b'#') | (byte == b'%') | (byte == b'>') | (byte == 0xce) | (byte == 0xe2)
}

/// The text without `(venv) ` or `(base) ` of a Python environment.
fn environment_name(text: &str) -> &str {
    let Some((name, rest)) = text.strip_prefix('(').and_then(|inner| inner.split_once(") ")) else { return text };
    if name.len() < 30 && !name.contains(' ') { rest } else { text }
}

fn is_windows_path(head: &str) -> bool {
    let head = head.strip_prefix("PS ").unwrap_or(head);
    head.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) && head.get(1..3) == Some(":\\")
}

/// Whether a text can stand before a prompt's sign.
fn is_head(head: &str, sign: char) -> bool {
    if head.is_empty() {
        return sign != '>';
    }
    let bare = head.trim_end();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '/' | ':' | '+' | '\\');
    if sign == '>' && is_windows_path(head) {
        return true;
    }
    // [root@master /var/log]# and what a cut left of it: eepalived]#
    if bare.ends_with(']') {
        return !bare.contains(": ")
            && (bare.starts_with('[') || (bare.split_whitespace().count() <= 2 && !bare.contains(['[', '(', '{'])));
    }
    let mut words = bare.split_whitespace();
    let first = words.next().unwrap_or_default();
    let others = words.count();
    // user@host:~$, user@host directory %
    if let Some((user, host)) = first.split_once('@') {
        return others <= 2 && !user.is_empty() && user.chars().all(plain) && !host.is_empty() && host.chars().all(plain);
    }
    // ~ $, /app #, bash-5.1$, master:~ #, controlplane $
    let path = others == 0 && first.starts_with(['/', '~']) && first.chars().all(plain);
    let shell = others == 0 && ["bash-", "sh-", "-bash-", "zsh-"].iter().any(|name| first.starts_with(name));
    let host =
        others <= 1 && !first.contains('/') && first.chars().all(plain) && (sign != '#' || bare.contains(":~") || bare.contains(":/"));
    path || shell || host && matches!(sign, '$' | '#' | '❯' | '➜')
}

/// The words of a text whose first is a known program, possibly behind a shown directory.
fn known(text: &str, behind_directory: bool) -> Option<Vec<&str>> {
    let words = shell_words(text);
    let skips = if behind_directory { 3 } else { 0 };
    (0..=skips).find_map(|skip| normalized(words.get(skip..)?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn prompts_of_many_shells() {
        for text in [
            "[root@jwkim-master ~]# k describe pod a -n b",
            "root@matrix:~# kubectl describe pod a -n b",
            "sogo@sogo-dev$ kubectl describe pod a -n b",
            "ubuntu@root:~/Desktop$ sudo kubectl describe pod a -n b",
            "$ oc describe pod a -n b",
            "# kubectl describe pod a -n b",
            "PS C:\\Users\\me> kubectl describe pod a -n b",
            "C:\\Users\\me>kubectl describe pod a -n b",
            "➜  project git:(main) ✗ kubectl describe pod a -n b",
            "controlplane ~ ➜  k describe pod a -n b",
            "bash-5.1$ /usr/local/bin/kubectl describe pod a -n b",
            "/ # kubectl describe pod a -n b",
            "(base) me@mac project % kubectl describe pod a -n b",
            "❯ KUBECONFIG=/etc/x microk8s kubectl describe pod a -n b",
            "$ minikube kubectl -- describe pod a -n b",
            "eepalived]# kubectl describe pod a -n b",
            "kubectl describe pod a -n b",
        ] {
            let words = command(text).unwrap_or_default();
            let words: Vec<_> = words.into_iter().filter(|word| *word != "--").collect();
            assert_eq!(words, ["kubectl", "describe", "pod", "a", "-n", "b"], "{text}");
        }
    }

    #[test]
    fn sentences_are_no_commands() {
        for text in [
            "docker pull fails with this error",
            "# docker pull失败",
            "# Docker pull",
            "# curl is your friend",
            "docker pull",
            "ss and netstat show it",
            "kubectl describe shows nothing of that.",
            "podman system migrate)",
            "host unreachable",
            "I0521 07:00:55.180954       1 proxier.go:161] # docker pull x",
            "Warning  Failed  9s  kubelet  Error: ErrImagePull",
            "This costs $ 5",
            ">>> import kubectl",
            "",
        ] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn quoted_words_stay_together() {
        let words = command("$ curl -H \"Accept: a b\" 'http://10.0.0.5:5000/v2/' it's").unwrap_or_default();
        assert_eq!(words, ["curl", "-H", "Accept: a b", "http://10.0.0.5:5000/v2/", "it's"]);
    }

    #[test]
    fn a_command_run_elsewhere() {
        let inside = |text| inner(&command(text).unwrap_or_default()).join(" ");
        assert_eq!(inside("$ kubectl exec -it web -n x -- curl -v http://a/ | head"), "curl -v http://a/");
        assert_eq!(inside("$ docker exec -it worker crictl images | grep lost"), "crictl images");
        assert_eq!(inside("$ kubectl run t --rm -it --image=busybox -- nslookup kubernetes"), "nslookup kubernetes");
        assert_eq!(inside("[root@a ~]# netstat -nao | grep 30001"), "netstat -nao");
        assert_eq!(inside("$ timeout 5 telnet 10.0.0.5 30001; echo $?"), "telnet 10.0.0.5 30001");
        assert_eq!(inside("$ sudo -u app crictl pull a"), "crictl pull a");
    }

    #[test]
    fn secrets_are_masked() {
        let told = |text| without_secrets(&command(text).unwrap_or_default()).join(" ");
        assert_eq!(told("$ docker login -u me -p pw r.corp"), "docker login -u me -p *** r.corp");
        assert_eq!(
            told("$ kubectl create secret docker-registry a --docker-password=pw"),
            "kubectl create secret docker-registry a --docker-password=***"
        );
        assert_eq!(
            told("$ curl -u me:pw -H 'Authorization: Bearer x' https://me:pw@r/v2/"),
            "curl -u *** -H Authorization: *** https://***@r/v2/"
        );
        assert_eq!(told("$ docker run -p 80:80 a"), "docker run -p 80:80 a");
    }

    #[test]
    fn a_backslash_continues_a_command() {
        let text = "$ curl -v \\\n  -H 'A: b' \\\n  http://x/v2/\n* Trying";
        let lines = lines(text);
        let (words, count) = typed(&lines).unwrap_or_default();
        assert_eq!((words, count), (vec!["curl", "-v", "-H", "A: b", "http://x/v2/"], 3));
    }

    #[test]
    fn a_prompt_without_a_known_command() {
        assert!(is_prompt("[root@master ~]# foo") && is_prompt("$ ./x.sh") && is_prompt("root@a:~#"));
        assert!(
            !is_prompt("# A heading")
                && !is_prompt("  % Total    % Received")
                && !is_prompt("Trying 127.0.0.1...")
                && !is_prompt("* Connected to x (10.0.0.1) port 80 (#0)")
        );
    }

    #[test]
    fn what_may_stand_before_a_sign() {
        let long = |length: usize| format!("{}❯ ls", "a".repeat(length));
        let environment = |length: usize| format!("({}) $ ls", "a".repeat(length));
        for prompt in [
            "$",
            "zsh-5.9% ls",
            "~% ls",
            "/var/log # ls",
            "controlplane $ ls",
            "master:~ # ls",
            "user@host a b $ ls",
            "me@mac % ls",
            &long(117),
            &environment(29),
        ] {
            assert!(is_prompt(prompt), "{prompt}");
        }
        for text in [
            "@host:~$ ls",
            "user@ $ ls",
            "us(er@host$ ls",
            "user@ho(st$ ls",
            "user@host a b c $ ls",
            "a b c $ ls",
            "see/that x $ ls",
            "costs( $ 5",
            "heading # 5",
            "x y % 5",
            "> quoted",
            "[time=12]# ls",
            "(two words) $ ls",
            "[a: b]# ls",
            "a b c]# ls",
            &long(119),
            &environment(30),
        ] {
            assert!(!is_prompt(text), "{text}");
        }
    }

    #[test]
    fn commands_without_a_prompt() {
        for (text, typed) in [
            ("kubectl get pods", true),
            ("/usr/local/bin/kubectl get pods", true),
            ("docker pull nginx", true),
            ("docker images", true),
            ("docker pull", false),
            ("docker nonsense nginx", false),
            ("docker -D pull", true),
            ("sudo docker pull nginx", true),
            ("HTTPS_PROXY=http://proxy.corp.example:3128 docker pull nginx", true),
            ("exec docker pull nginx", false),
            ("systemctl status kubelet", true),
            ("systemctl -l --no-pager status", true),
            ("kubeadm config images pull", true),
            ("systemctl lists many units here", false),
            ("service Docker restart", false),
            ("curl http://10.0.0.5:5000/v2/", true),
            ("curl here", false),
        ] {
            assert_eq!(command(text).is_some(), typed, "{text}");
        }
    }

    #[test]
    fn a_command_ends_after_a_bounded_number_of_lines() {
        let text = format!("$ curl \\\n{}", "-v \\\n".repeat(30));
        let lines = lines(&text);
        assert_eq!(typed(&lines).map(|(_, count)| count), Some(MOST_CONTINUATIONS));
    }

    #[test]
    fn what_only_runs_a_command_is_left_out() {
        for (text, wanted) in [
            ("$ sudo -u app -- crictl pull a", "crictl pull a"),
            ("$ time timeout 5s curl x", "curl x"),
            ("$ k3s kubectl get pods", "kubectl get pods"),
            ("$ microk8s.kubectl get pods", "kubectl get pods"),
            ("$ A_1=x NO_PROXY= kubectl get pods", "kubectl get pods"),
        ] {
            assert_eq!(command(text).unwrap_or_default().join(" "), wanted, "{text}");
        }
        for text in ["$ k3s server --debug", "$ a=b kubectl get pods", "$ a-b=c kubectl get pods", "$ =b kubectl get pods"] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn commands_run_elsewhere_by_other_programs() {
        let inside = |text| inner(&command(text).unwrap_or_default()).join(" ");
        for (text, wanted) in [
            ("$ docker exec -i worker crictl images", "crictl images"),
            ("$ docker exec worker", "docker exec worker"),
            ("$ docker tag r.example/curl:1 curl", "docker tag r.example/curl:1 curl"),
            ("$ kubectl exec -it web -n shop -- sh -c date", "kubectl exec -it web -n shop -- sh -c date"),
            ("$ sudo ip netns exec lab curl http://10.0.0.1/", "curl http://10.0.0.1/"),
            ("$ ip neigh show dev host", "ip neigh show dev host"),
            ("$ ssh -p 22 node1 ss -tlnp", "ss -tlnp"),
            ("$ ssh -A node1 sudo crictl images", "crictl images"),
            ("$ ssh node1", "ssh node1"),
            ("# nsenter -t 1 -m crictl images", "crictl images"),
            ("sh-5.1# chroot /host crictl ps", "crictl ps"),
            ("$ kubectl debug node/n1 -it --image=busybox -- chroot /host crictl pull a", "crictl pull a"),
        ] {
            assert_eq!(inside(text), wanted, "{text}");
        }
    }

    #[test]
    fn options_and_what_is_none() {
        let words = ["curl", "-o", "out", "-", "--max-time=5", "-v", "http://a/"];
        assert_eq!(positional(&words, &["-o"]), ["curl", "-", "http://a/"]);
        for (names, value) in [(&["--max-time"][..], Some("5")), (&["-o", "--output"], Some("out")), (&["--proxy"], None)] {
            assert_eq!(option(&words, names), value, "{names:?}");
        }
    }
}
