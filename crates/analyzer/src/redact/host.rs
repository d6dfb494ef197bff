//! Host names and their pseudonyms.
//!
//! In: a name with dots. Out: whether it is a host's, and another one that looks alike: a public name stays public
//! (`registry-1.example`), an internal one keeps its suffix (`host-1.corp`), a Service stays one
//! (`service-1.namespace-1.svc.cluster.local`), and a product stays the product: of `{account}.dkr.ecr.{region}.amazonaws.com` the account
//! is hidden and the region kept. Public registries stay as they are.

use super::names::{Kind, Names};
use crate::rule::Knowledge;
use std::ops::Range;

/// Last labels by which a dotted word is taken for a host wherever it stands, beside those that are [`INTERNAL`].
const SUFFIXES: &[&str] = &[
    "com",
    "net",
    "org",
    "io",
    "dev",
    "app",
    "cloud",
    "ai",
    "co",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "tech",
    "online",
    "site",
    "xyz",
    "example",
    "invalid",
    "localhost",
    "svc",
];

/// Two letters that end names of files rather than of countries.
const FILES: &[&str] =
    &["go", "sh", "md", "so", "rs", "py", "js", "ts", "cc", "ps", "gz", "db", "id", "rb", "hs", "vm", "ip", "os", "am", "pm"];

/// Last labels of files that stand before a line number.
const SOURCES: &[&str] = &[
    "go", "py", "rs", "js", "ts", "c", "h", "cc", "cpp", "sh", "java", "rb", "yaml", "yml", "json", "log", "conf", "txt", "toml", "service",
];

/// Suffixes that say "inside" and nothing else; they stay.
const INTERNAL: &[&str] = &[
    "compute.internal",
    "ec2.internal",
    "home.arpa",
    "local",
    "internal",
    "corp",
    "lan",
    "intranet",
    "home",
    "private",
    "test",
    "localdomain",
];

/// Domains of projects and products that everybody uses.
const PUBLIC: &[&str] = &[
    "kubernetes.io",
    "k8s.io",
    "docker.io",
    "docker.com",
    "ghcr.io",
    "github.com",
    "githubusercontent.com",
    "quay.io",
    "gcr.io",
    "google.com",
    "googleapis.com",
    "microsoft.com",
    "redhat.com",
    "redhat.io",
    "cncf.io",
    "opencontainers.org",
    "prometheus.io",
    "cert-manager.io",
    "istio.io",
    "coreos.com",
    "openshift.io",
    "openshift.com",
    "rancher.com",
    "rancher.io",
    "suse.com",
    "ubuntu.com",
    "debian.org",
    "alpinelinux.org",
    "aws.amazon.com",
    "elastic.co",
    "nvidia.com",
    "letsencrypt.org",
    "digicert.com",
    "projectcalico.org",
    "cilium.io",
    "golang.org",
    "go.dev",
    "grpc.io",
    "containerd.io",
    "cri-o.io",
    "eks.amazonaws.com",
    "argoproj.io",
    "fluxcd.io",
    "helm.sh",
    "podman.io",
    "centos.org",
    "fedoraproject.org",
    "pool.ntp.org",
    "kernel.org",
    "apache.org",
    "mozilla.org",
    "haxx.se",
    "curl.se",
    "cluster.local",
];

/// Hosts of a product: what stands before the suffix is somebody's.
const PRODUCTS: &[&str] = &[
    "amazonaws.com",
    "amazonaws.com.cn",
    "on.aws",
    "cloudfront.net",
    "cloudflarestorage.com",
    "blob.core.windows.net",
    "azurecr.io",
    "azurecr.cn",
    "azmk8s.io",
    "pkg.dev",
    "jfrog.io",
    "aliyuncs.com",
    "myhuaweicloud.com",
    "ncloud.com",
    "ocir.io",
    "digitaloceanspaces.com",
];

/// Buckets of the products themselves.
const SHARED: &[&str] = &["starport-layer-bucket", "registry-k8s-io", "docker-images-prod"];

/// Whether the dotted word at `range` is a host.
pub(crate) fn is_host(text: &str, range: &Range<usize>, names: &Names) -> bool {
    let host = text[range.clone()].to_ascii_lowercase();
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    let labels = host.split('.').all(|label| !label.is_empty() && label.len() <= 63);
    if !labels
        || host.len() > 253
        || !last.starts_with(|c: char| c.is_ascii_alphabetic())
        || !last.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    {
        return false;
    }
    let before = &text.as_bytes()[..range.start];
    if names.host(&host).is_some() || before.ends_with(b"://") || before.ends_with(b"//") {
        return true;
    }
    // Neither a path's part nor a file.
    if before.ends_with(b"/") {
        return false;
    }
    let rest = &text[range.end..];
    let port = rest.strip_prefix(':').is_some_and(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (1..=5).contains(&digits) && !rest[digits..].starts_with(|c: char| c.is_ascii_alphanumeric())
    });
    if port && !SOURCES.contains(&last) && last.len() > 1 {
        return true;
    }
    is_suffix(last) || (last.len() == 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()) && !FILES.contains(&last))
}

/// Whether a last label is by itself enough to take a word for a host.
pub(super) fn is_suffix(label: &str) -> bool {
    SUFFIXES.contains(&label) || INTERNAL.contains(&label)
}

/// Whether what stands behind the slash is no repository: `node.kubernetes.io/not-ready`.
pub(crate) fn is_api_group(host: &str, knowledge: &Knowledge) -> bool {
    PUBLIC.iter().any(|domain| host == *domain || is_below(host, domain)) && knowledge.provider(host).is_none()
}

/// The pseudonym of a host; `None` for those that stay.
pub(crate) fn pseudonym(original: &str, names: &mut Names, knowledge: &Knowledge) -> Option<String> {
    let host = original.to_ascii_lowercase();
    if is_public(&host, knowledge) {
        return None;
    }
    let kind = names.host(&host).unwrap_or(Kind::Host);
    let label = kind.label();
    let text = if let Some((service, namespace, rest)) = of_service(&host) {
        let service = part(Kind::Service, service, names);
        let namespace = part(Kind::Namespace, namespace, names);
        format!("{service}.{namespace}.{rest}")
    } else if let Some((pattern, parts)) = knowledge.pattern(&host) {
        of_product(&host, pattern, &parts, names)
    } else if let Some(suffix) = PRODUCTS.iter().find(|suffix| is_below(&host, suffix)) {
        let front = &host[..host.len() - suffix.len() - 1];
        if SHARED.iter().any(|shared| front.contains(shared)) {
            return None;
        }
        // Behind the first label stand the service and the region.
        let rest = front.split_once('.').map(|(_, rest)| format!("{rest}.")).unwrap_or_default();
        names.spelled(label, &host, |number| format!("{label}-{number}.{rest}{suffix}"))
    } else {
        let suffix = inside(&host);
        let joint = if host.contains('_') { '_' } else { '-' };
        names.spelled(label, &host, |number| format!("{label}{joint}{number}.{suffix}"))
    };
    let mut text = text;
    if original.bytes().any(|byte| byte.is_ascii_uppercase()) {
        text[..1].make_ascii_uppercase();
    }
    names.tell(kind, &text, original);
    (text != original).then_some(text)
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
}

fn is_public(host: &str, knowledge: &Knowledge) -> bool {
    let listed = knowledge.lists.values().any(|list| list.iter().any(|known| known == host));
    let whole = knowledge.registries.iter().any(|registry| registry.hosts.iter().any(|known| known == host));
    listed
        || whole
        || host.ends_with(".localhost")
        || PUBLIC.iter().any(|domain| host == *domain || (is_below(host, domain) && *domain != "cluster.local"))
        || matches!(host, "ingress.local" | "kubernetes.default" | "kubernetes.default.svc" | "kubernetes.default.svc.cluster.local")
}

/// The suffix that says that a host is inside; `example` for any other.
fn inside(host: &str) -> &'static str {
    INTERNAL.iter().find(|suffix| host == **suffix || is_below(host, suffix)).copied().unwrap_or("example")
}

/// The pattern of a product with somebody's parts replaced: `harbor.{domain}` becomes `harbor.registry-1.example`.
fn of_product(host: &str, pattern: &str, parts: &[(&str, &str)], names: &mut Names) -> String {
    let is_named = parts.iter().any(|(part, _)| !matches!(*part, "domain" | "region" | "location"));
    let mut text = pattern.to_owned();
    for (part, value) in parts {
        let hidden = match *part {
            "region" | "location" => (*value).to_owned(),
            "account" => account(value, names),
            "domain" if INTERNAL.contains(value) => (*value).to_owned(),
            "domain" if is_named => inside(value).to_owned(),
            "domain" => names.spelled("registry", host, |number| format!("registry-{number}.{}", inside(value))),
            "more" => "more".to_owned(),
            _ => names.spelled("registry", host, |number| format!("registry-{number}")),
        };
        text = text.replacen(&format!("{{{part}}}"), &hidden, 1);
    }
    text
}

/// The pseudonym of a cloud account's twelve digits.
pub(crate) fn account(digits: &str, names: &mut Names) -> String {
    let text = names.spelled("account-number", digits, |number| format!("{number:012}"));
    names.tell(Kind::Cloud, &text, digits);
    text
}

/// `service.namespace` and `svc.cluster.local`
fn of_service(host: &str) -> Option<(&str, &str, &str)> {
    let (front, rest) = match host.find(".svc.") {
        Some(at) => (&host[..at], &host[at + 1..]),
        None => (host.strip_suffix(".svc")?, "svc"),
    };
    let (service, namespace) = front.rsplit_once('.')?;
    Some((service, namespace, rest))
}

/// A label that is a name by itself, unless everybody has it.
fn part(kind: Kind, label: &str, names: &mut Names) -> String {
    names.learn(kind, label);
    let mut edits = Vec::new();
    names.find(label, 0, &mut edits);
    super::line::apply(label, &edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    fn redacted(host: &str) -> String {
        let mut names = Names::default();
        names.learn_host(Kind::Registry, host);
        pseudonym(host, &mut names, RuleSet::builtin().knowledge()).unwrap_or_else(|| host.to_owned())
    }

    #[test]
    fn a_host_stays_what_it_is() {
        assert_eq!(redacted("hub.acme.com"), "registry-1.example");
        assert_eq!(redacted("hub.acme.corp"), "registry-1.corp");
        assert_eq!(redacted("123456789012.dkr.ecr.eu-west-1.amazonaws.com"), "000000000001.dkr.ecr.eu-west-1.amazonaws.com");
        assert_eq!(redacted("harbor.acme.com"), "harbor.registry-1.example");
        assert_eq!(redacted("harbor.acme.corp"), "harbor.registry-1.corp");
        assert_eq!(redacted("acme.azurecr.io"), "registry-1.azurecr.io");
        assert_eq!(redacted("acme-bucket.s3.eu-west-1.amazonaws.com"), "registry-1.s3.eu-west-1.amazonaws.com");
        assert_eq!(redacted("hub.payments.svc.cluster.local"), "hub.namespace-1.svc.cluster.local");
        for kept in [
            "docker.io",
            "ghcr.io",
            "registry-1.docker.io",
            "cdn02.quay.io",
            "kubernetes.default.svc",
            "prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com",
        ] {
            assert_eq!(redacted(kept), kept);
        }
    }

    #[test]
    fn files_and_versions_are_no_hosts() {
        let names = Names::default();
        let is = |text: &str, host: &str| {
            let at = text.find(host).unwrap();
            is_host(text, &(at..at + host.len()), &names)
        };
        assert!(is("lookup hub.acme.com on", "hub.acme.com") && is("dial hub.k8s:443: x", "hub.k8s") && is("https://a.b/v2/", "a.b"));
        assert!(
            !is("graceful_termination.go:174] x", "graceful_termination.go")
                && !is("open /etc/hosts.toml", "hosts.toml")
                && !is("nginx:1.2.x", "1.2.x")
        );
    }
}
