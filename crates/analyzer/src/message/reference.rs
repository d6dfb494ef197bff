//! Image references and host names, by their grammar.
//!
//! In: `10.0.0.5:5000/team/app:1.2@sha256:...` as people write it. Out: [`ImageReference`] with registry,
//! repository, tag and digest told apart. A name that the grammar refuses gives `None`; nothing is resolved.
//!
//! ```text
//! [ host [":" port] "/" ] path [":" tag] ["@" digest]
//! ```
//! The first component is a host when it has a dot or a colon or is `localhost`; else Docker Hub is meant.

/// A parsed image reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImageReference {
    /// host[:port]; `docker.io` when none is written.
    pub(crate) registry: String,
    /// Path below the registry; `library/` made explicit for Docker Hub.
    pub(crate) path: String,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
    /// No host is written.
    pub(crate) short: bool,
}

impl ImageReference {
    /// Parses a reference; upper case is accepted, since the wrong spelling may be the very topic.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.is_empty()
            || text.len() > 512
            || text.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | ',' | ';' | '='))
        {
            return None;
        }
        let text = text.strip_prefix("docker://").unwrap_or(text);
        if text.contains("://") {
            return None;
        }
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest.to_owned())),
            None => (text, None),
        };
        // The last colon is a tag's unless a slash follows it.
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') && !tag.is_empty() => (name, Some(tag.to_owned())),
            _ => (name, None),
        };
        if name.is_empty() || name.ends_with('/') || name.starts_with('/') {
            return None;
        }
        let (registry, path, short) = match name.split_once('/') {
            Some((host, path)) if host.contains('.') || host.contains(':') || host == "localhost" => {
                (canonical_registry(host), path.to_owned(), false)
            }
            Some(_) => ("docker.io".to_owned(), name.to_owned(), true),
            None => ("docker.io".to_owned(), format!("library/{name}"), true),
        };
        let path = if registry == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path };
        let plausible =
            |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '[' | ']' | '$' | '{' | '}' | '%' | '+' | '~');
        if !path.chars().all(plausible) || !registry.chars().all(plausible) {
            return None;
        }
        Some(ImageReference { registry, path, tag, digest, short })
    }

    /// Registry and path.
    pub(crate) fn repository(&self) -> String {
        format!("{}/{}", self.registry, self.path)
    }

    /// The whole reference with everything explicit.
    pub(crate) fn normalized(&self) -> String {
        let mut text = self.repository();
        match (&self.tag, &self.digest) {
            (None, None) => text.push_str(":latest"),
            (tag, digest) => {
                if let Some(tag) = tag {
                    text.push(':');
                    text.push_str(tag);
                }
                if let Some(digest) = digest {
                    text.push('@');
                    text.push_str(digest);
                }
            }
        }
        text
    }
}

/// Docker Hub has several names; all mean `docker.io`.
pub(crate) fn canonical_registry(host: &str) -> String {
    match host {
        "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com" | "registry.docker.io" => "docker.io".to_owned(),
        host => host.to_ascii_lowercase(),
    }
}

/// Splits `host:port`, `[v6]:port` or a bare host. A port that is no number belongs to the host.
pub(crate) fn split_port(address: &str) -> (&str, Option<u16>) {
    if let Some(rest) = address.strip_prefix('[')
        && let Some((host, port)) = rest.split_once(']')
    {
        return (host, port.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match address.rsplit_once(':') {
        // Netstat writes IPv6 without brackets: the last colon separates the port.
        Some((host, port)) => port.parse().map_or((address, None), |port| (host, Some(port))),
        None => (address, None),
    }
}

/// What a host looks like by its spelling; one of `vocabulary::HOST_KINDS`.
pub(crate) fn host_kind(host: &str) -> &'static str {
    use std::net::IpAddr;
    let (bare, _) = split_port(host);
    let bare = if bare.is_empty() { host } else { bare };
    if bare == "localhost" || bare.ends_with(".localhost") {
        return "loopback";
    }
    if let Ok(address) = bare.trim_matches(['[', ']']).parse::<IpAddr>() {
        let private = match address {
            IpAddr::V4(v4) => v4.is_private() || v4.is_link_local() || (v4.octets()[0] == 100 && (v4.octets()[1] & 0xc0) == 64),
            IpAddr::V6(v6) => (v6.segments()[0] & 0xfe00) == 0xfc00 || (v6.segments()[0] & 0xffc0) == 0xfe80,
        };
        return match address {
            address if address.is_loopback() => "loopback",
            _ if private => "private-address",
            _ => "public-address",
        };
    }
    let name = bare.trim_end_matches('.').to_ascii_lowercase();
    if name.ends_with(".svc") || name.contains(".svc.") {
        return "cluster-service";
    }
    const INTERNAL: &[&str] =
        &[".local", ".internal", ".corp", ".lan", ".intranet", ".home", ".private", ".test", ".localdomain", ".home.arpa"];
    if !name.contains('.') || INTERNAL.iter().any(|suffix| name.ends_with(suffix)) {
        return "internal-name";
    }
    "public-name"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn parts(text: &str) -> Option<(String, String, Option<String>, Option<String>)> {
        ImageReference::parse(text).map(|r| (r.registry, r.path, r.tag, r.digest))
    }

    #[test]
    fn hosts_ports_tags_and_digests() {
        let some = |r: &str, p: &str, t: Option<&str>, d: Option<&str>| {
            Some((r.to_owned(), p.to_owned(), t.map(str::to_owned), d.map(str::to_owned)))
        };
        assert_eq!(parts("nginx"), some("docker.io", "library/nginx", None, None));
        assert_eq!(parts("127.0.0.1:30001/accordion:1.6.1.3"), some("127.0.0.1:30001", "accordion", Some("1.6.1.3"), None));
        assert_eq!(parts("x/y:53"), some("docker.io", "x/y", Some("53"), None));
        assert_eq!(parts("[fd00::5]:5000/app"), some("[fd00::5]:5000", "app", None, None));
        assert_eq!(parts("r.local/a:1@sha256:ab"), some("r.local", "a", Some("1"), Some("sha256:ab")));
        assert_eq!(parts("index.docker.io/redis"), some("docker.io", "library/redis", None, None));
        assert_eq!(parts("localhost/app"), some("localhost", "app", None, None));
        assert_eq!(parts("not an image"), None);
        assert_eq!(parts("https://h/x"), None);
    }

    #[test]
    fn normal_form() {
        let normal = |text: &str| ImageReference::parse(text).map(|r| r.normalized());
        assert_eq!(normal("nginx").as_deref(), Some("docker.io/library/nginx:latest"));
        assert_eq!(normal("r.local/a@sha256:ab").as_deref(), Some("r.local/a@sha256:ab"));
    }

    #[test]
    fn kinds_of_hosts() {
        assert_eq!(host_kind("127.0.0.1:30001"), "loopback");
        assert_eq!(host_kind("10.20.200.160:5000"), "private-address");
        assert_eq!(host_kind("[fd00::5]:5000"), "private-address");
        assert_eq!(host_kind("registry.kube-system.svc.cluster.local:5000"), "cluster-service");
        assert_eq!(host_kind("harbor"), "internal-name");
        assert_eq!(host_kind("quay.io"), "public-name");
        assert_eq!(host_kind("34.1.2.3"), "public-address");
    }

    /// A part of a path, by the grammar of the distribution project.
    const PART: &str = "[a-z0-9]{1,8}((\\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}";

    #[test]
    fn what_no_reference_can_be() {
        for text in [
            "",
            "a b",
            "a\"",
            "a'",
            "a`",
            "a<b",
            "a>b",
            "a(",
            "a)",
            "a,b",
            "a;b",
            "a=b",
            "a:1 2",
            "a:1\"",
            "a@sha256:a b",
            "/a",
            "a/",
            "r.example/a!",
            "r!.example/a",
            "@sha256:ab",
        ] {
            assert_eq!(parts(text), None, "{text:?}");
        }
        assert!(parts(&"a".repeat(512)).is_some() && parts(&"a".repeat(513)).is_none());
    }

    #[test]
    fn a_port_is_a_number() {
        assert_eq!(split_port("h:443"), ("h", Some(443)));
        for text in ["h:", "h:x", "h:70000", "h"] {
            assert_eq!(split_port(text), (text, None));
        }
        assert_eq!(split_port("[fd00::5]:443"), ("fd00::5", Some(443)));
        assert_eq!(split_port("[fd00::5]"), ("fd00::5", None));
    }

    #[test]
    fn edges_of_private_addresses() {
        for (host, kind) in [
            ("app.localhost", "loopback"),
            ("[::1]:5000", "loopback"),
            ("169.254.1.1", "private-address"),
            ("100.64.0.1", "private-address"),
            ("100.127.255.254", "private-address"),
            ("100.128.0.1", "public-address"),
            ("100.63.255.254", "public-address"),
            ("99.64.0.1", "public-address"),
            ("[fc00::1]:5000", "private-address"),
            ("[fdff::1]:5000", "private-address"),
            ("[fe80::1]:5000", "private-address"),
            ("[febf::1]:5000", "private-address"),
            ("[fec0::1]:5000", "public-address"),
            ("[2a03::1]:5000", "public-address"),
            ("registry.shop.svc", "cluster-service"),
            ("registry.lan", "internal-name"),
        ] {
            assert_eq!(host_kind(host), kind, "{host}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_reference_with_a_host_comes_apart_as_it_was_put_together(
            host in "([a-z0-9]{1,8}\\.){1,3}[a-z]{2,5}(:[1-9][0-9]{1,3})?|localhost(:[0-9]{2,4})?|10\\.[0-9]{1,2}\\.0\\.9(:[0-9]{2,5})?|\\[fd00::[0-9a-f]{1,4}\\]:5000",
            path in vec(PART, 1..4),
            tag in proptest::option::of("[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}"),
            digest in proptest::option::of("sha256:[0-9a-f]{64}"),
        ) {
            let path = path.join("/");
            let mut text = format!("{host}/{path}");
            text.extend(tag.iter().map(|tag| format!(":{tag}")));
            text.extend(digest.iter().map(|digest| format!("@{digest}")));
            let parsed = ImageReference::parse(&text).unwrap();
            prop_assert_eq!(&parsed, &ImageReference { registry: host, path, tag, digest, short: false });
            // What is explicit already stays as it is.
            let explicit = parsed.normalized();
            prop_assert_eq!(ImageReference::parse(&explicit).map(|again| again.normalized()), Some(explicit));
        }

        #[test]
        fn a_name_without_a_host_is_docker_hubs(path in vec("[a-z0-9]{1,8}((_|-)[a-z0-9]{1,6}){0,2}", 1..4), tag in "[a-z0-9_][a-z0-9_.-]{0,9}") {
            prop_assume!(path[0] != "localhost");
            let parsed = ImageReference::parse(&format!("{}:{tag}", path.join("/"))).unwrap();
            let below = if path.len() == 1 { format!("library/{}", path[0]) } else { path.join("/") };
            prop_assert_eq!(parsed.normalized(), format!("docker.io/{below}:{tag}"));
            prop_assert!(parsed.short);
        }

        #[test]
        fn no_text_is_too_strange(text in "\\PC{0,40}|[]\\[a:./@-]{0,20}") {
            if let Some(reference) = ImageReference::parse(&text) {
                prop_assert!(!reference.registry.is_empty() && !reference.path.is_empty());
            }
            host_kind(&text);
            split_port(&text);
        }
    }
}
