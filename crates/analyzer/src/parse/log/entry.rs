//! One line of a component's log: recognised, then made into a record.
//!
//! In: one line, or an entry's lines as one. Out: an [`Entry`] that borrows from it, and from that a [`Draft`].
//! [`line`] allocates nothing and may be called on its own, over millions of lines. Which lines make an entry
//! is [`crate::parse::log::continuation`]'s affair.
//!
//! ```text
//! May 21 07:00:55 node1 kubelet[1432]: E0521 07:00:55.180954    1432 pod_workers.go:1301] "Error syncing pod, skipping" err="..." pod="ns/web"
//! May 21 07:00:56 node1 containerd[812]: time="2024-05-21T07:00:56.1Z" level=error msg="PullImage \"a:1\" failed" error="..."
//! ```

use super::{json, klog, logfmt};
use crate::parse::log::component::{
    File, bare_component, container_component, file_component, is_bundle, klog_message_component, logrus_component, process_component,
    watched_component,
};
use crate::parse::log::prefix::{Prefix, peel};
use crate::parse::log::structured::{self, Value};
use crate::record::{Component, LogLine};
use crate::source::Citation;
use memchr::memmem;

/// Bytes in front of a logrus line among which an unknown prefix may stand.
const SEARCH_LIMIT: usize = 200;

/// A line of a log, nothing unquoted or copied yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(super) prefix: Prefix<'a>,
    /// The line behind its prefixes.
    pub(super) text: &'a str,
    pub(super) body: Body<'a>,
}

/// Which logger wrote the text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    /// The header, and what stands behind it.
    Klog(klog::Header<'a>, &'a str),
    /// The same with a header that lost its beginning.
    CutKlog(klog::Header<'a>, &'a str),
    Logrus,
    /// logrus on a terminal.
    Terminal,
    Json,
    /// Any text of a process that the prefix names.
    Plain,
    /// A text without header or prefix that only this component writes.
    Bare(Component),
}

/// Recognises one line of a log.
pub(crate) fn line(text: &str) -> Option<Entry<'_>> {
    let trimmed = text.trim_start();
    // The hot path: a klog line without any prefix, as kubectl logs prints it.
    if let Ok((rest, header)) = klog::header(trimmed) {
        return Some(Entry { prefix: Prefix::default(), text: trimmed, body: Body::Klog(header, rest) });
    }
    let prefix = peel(text);
    let body_text = prefix.body.trim_start();
    if let Some(body) = logger(body_text) {
        return Some(Entry { prefix, text: body_text, body });
    }
    if prefix.certain || prefix.container.is_some() {
        return Some(Entry { prefix, text: prefix.body, body: Body::Plain });
    }
    behind_unknown_prefix(text).or_else(|| {
        let body = match klog::cut_header(body_text) {
            Some((rest, header)) => Body::CutKlog(header, rest),
            None => Body::Bare(bare_component(body_text)?),
        };
        Some(Entry { prefix, text: body_text, body })
    })
}

/// Whether a logger's header stands in the line, so that it cannot be the rest of the line before.
pub(super) fn begins(text: &str) -> bool {
    line(text).is_some_and(|entry| !matches!(entry.body, Body::Plain))
}

fn logger(text: &str) -> Option<Body<'_>> {
    match text.bytes().next()? {
        b'{' => json::is_object(text).then_some(Body::Json),
        b't' | b'l' => logfmt::is_entry(text).then_some(Body::Logrus),
        _ => match klog::header(text) {
            Ok((rest, header)) => Some(Body::Klog(header, rest)),
            Err(_) => logfmt::terminal(text).map(|_| Body::Terminal),
        },
    }
}

/// `kube-proxy-x kube-proxy I0521 ...` (stern), `output: E0521 ...` (kubeadm), `dockerd-1  | time="..." ...` (compose).
/// klog's header is unmistakable; logrus' is not, because runc's lines stand in the messages of events.
fn behind_unknown_prefix(text: &str) -> Option<Entry<'_>> {
    let window = &text.as_bytes()[..text.len().min(SEARCH_LIMIT)];
    let named =
        |before: &str| before.trim_end().ends_with('|') || before.split_whitespace().any(|word| container_component(word).is_some());
    let logrus = || {
        memmem::find(window, b" time=\"").map(|at| at + 1).filter(|at| text[..*at].split_whitespace().count() <= 3 && named(&text[..*at]))
    };
    let at = klog::find(text).or_else(logrus)?;
    let (before, text) = (&text[..at], &text[at..]);
    let body = logger(text)?;
    let container = before.split([' ', '\t', '|', '/', '[', ']', ':']).find(|word| container_component(word).is_some());
    Some(Entry { prefix: Prefix { container, ..Prefix::default() }, text, body })
}

/// Who wrote a line, as far as that tells it apart from others in the same block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Writer {
    /// The process id of a klog header.
    Klog(u32),
    KlogJson,
    Logrus,
}

/// A record whose component may still depend on its neighbours.
pub(super) struct Draft {
    pub(super) log: LogLine,
    pub(super) writer: Option<Writer>,
    /// Whether the component is more than a guess.
    pub(super) decided: bool,
}

/// Makes the record of a line other than JSON.
pub(super) fn draft(entry: &Entry<'_>, at: Citation) -> Draft {
    let mut log = empty(&entry.prefix, at);
    match entry.body {
        Body::Klog(header, rest) | Body::CutKlog(header, rest) => {
            let decided = fill_klog(&mut log, &entry.prefix, header, rest);
            let bundled = entry.prefix.process.is_some_and(is_bundle);
            let pid = header.pid.filter(|_| !bundled).and_then(|pid| pid.parse().ok());
            Draft { log, writer: pid.map(Writer::Klog), decided }
        }
        Body::Bare(component) => {
            let (message, rest) = message_of(entry.text);
            log.component = component;
            log.message = message.text();
            log.pairs = structured::collect(structured::pairs(rest));
            Draft { log, writer: None, decided: true }
        }
        Body::Logrus | Body::Terminal => {
            let found = if let Body::Logrus = entry.body { logfmt::entry(entry.text) } else { logfmt::terminal(entry.text) };
            let Some(found) = found else { return plain(entry, log) };
            log.level = found.level;
            log.message = found.message.text();
            log.pairs = structured::collect(found.pairs());
            let component = prefix_component(&entry.prefix).or_else(|| logrus_component(&log.message, &log.pairs));
            log.component = component.unwrap_or(Component::Other);
            // k0s hands on the lines of its children in its own.
            let message = std::mem::take(&mut log.message);
            if let Ok((rest, header)) = klog::header(&message) {
                fill_klog(&mut log, &entry.prefix, header, rest);
                log.component = component.unwrap_or(log.component);
                return Draft { log, writer: None, decided: true };
            }
            log.message = message;
            Draft { log, writer: Some(Writer::Logrus), decided: component.is_some() }
        }
        Body::Json | Body::Plain => plain(entry, log),
    }
}

/// Makes the record of a JSON object that its program wrote.
pub(super) fn object_draft(prefix: &Prefix<'_>, read: json::Entry, at: Citation) -> Draft {
    let (component, decided) = if read.klog {
        klog_component(prefix, read.file.as_deref(), &read.message, &read.pairs)
    } else {
        let found = prefix_component(prefix).or_else(|| logrus_component(&read.message, &read.pairs));
        (found.unwrap_or(Component::Other), found.is_some())
    };
    let writer = if read.klog { Writer::KlogJson } else { Writer::Logrus };
    let log = LogLine {
        component,
        level: read.level,
        file: read.file,
        package: read.package,
        message: read.message,
        pairs: read.pairs,
        ..empty(prefix, at)
    };
    Draft { log, writer: Some(writer), decided }
}

fn empty(prefix: &Prefix<'_>, at: Citation) -> LogLine {
    let host = prefix.host.map(str::to_owned);
    LogLine { component: Component::Other, level: None, file: None, package: None, host, message: String::new(), pairs: Vec::new(), at }
}

/// Returns whether the component is decided.
fn fill_klog(log: &mut LogLine, prefix: &Prefix<'_>, header: klog::Header<'_>, rest: &str) -> bool {
    let (message, rest) = message_of(rest);
    log.level = header.level;
    log.file = header.file.map(str::to_owned);
    log.package = header.package.map(str::to_owned);
    log.message = message.text();
    log.pairs = structured::collect(structured::pairs(rest));
    let (component, decided) = klog_component(prefix, header.file, &log.message, &log.pairs);
    log.component = component;
    decided
}

/// A line of which only the speaker is known. The level of an elided klog header still shows.
fn plain(entry: &Entry<'_>, mut log: LogLine) -> Draft {
    let component = prefix_component(&entry.prefix);
    log.component = component.unwrap_or(Component::Other);
    entry.text.trim().clone_into(&mut log.message);
    if matches!(component, Some(Component::Kubelet | Component::KubeProxy)) {
        log.level = klog::elided_level(&log.message);
    }
    Draft { log, writer: None, decided: component.is_some() }
}

/// The message and where its pairs begin. A printf text has no pairs.
pub(super) fn message_of(text: &str) -> (Value<'_>, &str) {
    structured::message(text).unwrap_or((Value::Bare(text.trim_end()), ""))
}

fn prefix_component(prefix: &Prefix<'_>) -> Option<Component> {
    prefix.process.and_then(process_component).or_else(|| prefix.container.and_then(container_component))
}

/// Component of a klog line, and whether that is more than a guess.
fn klog_component(prefix: &Prefix<'_>, file: Option<&str>, message: &str, pairs: &[(String, String)]) -> (Component, bool) {
    let file = file.map_or(File::Shared, file_component);
    // hyperkube ran all of Kubernetes, mostly the kubelet.
    let hyperkube = prefix.process.is_some_and(|process| process.ends_with("hyperkube"));
    if let Some(component) = prefix_component(prefix).filter(|_| !hyperkube || !matches!(file, File::Of(_))) {
        return (component, true);
    }
    match file {
        File::Of(component) => return (component, true),
        File::Unknown => return (Component::Other, true),
        File::Shared => {}
    }
    let value = |wanted: &str| pairs.iter().find(|(key, _)| key == wanted).map(|(_, value)| value.as_str());
    if let Some(component) = [Some(message), value("err")].into_iter().flatten().find_map(klog_message_component) {
        return (component, true);
    }
    [value("type"), Some(message), value("err")].into_iter().flatten().find_map(watched_component).unwrap_or((Component::Other, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Level;
    use crate::source::SourceId;
    use crate::text::Line;

    fn read(text: &str) -> LogLine {
        let entry = line(text).unwrap_or_else(|| panic!("{text}"));
        draft(&entry, Line::unchanged(SourceId(0), 1, text).cite(entry.text)).log
    }

    fn pair<'a>(log: &'a LogLine, wanted: &str) -> &'a str {
        log.pairs.iter().find(|(key, _)| key == wanted).map_or("", |(_, value)| value)
    }

    #[test]
    fn a_kubelet_line_in_a_journal() {
        let log = read(
            r#"May 21 07:00:55 node1 kubelet[1432]: E0521 07:00:55.180954    1432 remote_image.go:250] "PullImage from image service failed" err="rpc error: code = NotFound desc = failed to resolve reference \"docker.io/a/b:1\": docker.io/a/b:1: not found" image="a/b:1""#,
        );
        assert_eq!(
            (log.component, log.level, log.host.as_deref(), log.file.as_deref()),
            (Component::Kubelet, Some(Level::Error), Some("node1"), Some("remote_image.go"))
        );
        assert_eq!(log.message, "PullImage from image service failed");
        assert_eq!(
            pair(&log, "err"),
            r#"rpc error: code = NotFound desc = failed to resolve reference "docker.io/a/b:1": docker.io/a/b:1: not found"#
        );
        assert_eq!(pair(&log, "image"), "a/b:1");
        assert!(log.at.text().starts_with("E0521") && log.at.location.column == 38);
    }

    #[test]
    fn a_kube_proxy_line_with_every_prefix() {
        let body = "I0521 07:00:55.180954       1 graceful_termination.go:161] Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086";
        for prefix in [
            "",
            "    ",
            "\t",
            "2024-05-21T07:00:55.180954321Z ",
            "2024-05-21T07:00:55.180954321+09:00 stderr F ",
            "[pod/kube-proxy-x/kube-proxy] ",
            "kube-proxy-x kube-proxy ",
            "[kube-proxy-x] ",
            "kube-proxy-x › kube-proxy ",
            "output: ",
            "# ",
            "May 21 07:00:55 node1 kube-proxy[12]: ",
            "10.5.0.2: ",
            "kube-proxy-1  | ",
            "2024-05-21 07:00:55 node1 ",
        ] {
            let log = read(&format!("{prefix}{body}"));
            assert_eq!(
                (log.component, log.message.as_str()),
                (Component::KubeProxy, "Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086"),
                "{prefix}"
            );
            assert_eq!(log.at.text(), body, "{prefix}");
        }
    }

    #[test]
    fn runtimes() {
        let log = read(
            r#"May 21 07:00:56 node1 containerd: time="2024-05-21T07:00:56.180954321+09:00" level=error msg="PullImage \"r.local/pause:3.9\" failed" error="failed to pull and unpack image \"r.local/pause:3.9\": EOF""#,
        );
        assert_eq!((log.component, log.message.as_str()), (Component::Containerd, r#"PullImage "r.local/pause:3.9" failed"#));
        assert_eq!(pair(&log, "error"), r#"failed to pull and unpack image "r.local/pause:3.9": EOF"#);
        let log = read(
            r#"time="2024-05-21T07:00:55.3Z" level=info msg="Trying to access \"docker.io/a/b:1\"" id=0a name=/runtime.v1.ImageService/PullImage"#,
        );
        assert_eq!((log.component, log.level), (Component::CriO, Some(Level::Info)));
        let log = read(
            r#"time="2024-05-21T07:00:55.3Z" level=error msg="Handler for POST /v1.41/images/create returned error: Get https://r/v2/: EOF""#,
        );
        assert_eq!(log.component, Component::Docker);
        let log = read("FATA[0000] pulling image: rpc error: code = Unknown desc = x");
        assert_eq!(
            (log.component, log.level, log.message.as_str()),
            (Component::Other, Some(Level::Fatal), "pulling image: rpc error: code = Unknown desc = x")
        );
    }

    #[test]
    fn kernel_and_elided_lines() {
        let log = read("[123456.789012] nf_conntrack: nf_conntrack: table full, dropping packet");
        assert_eq!((log.component, log.message.as_str()), (Component::Kernel, "nf_conntrack: nf_conntrack: table full, dropping packet"));
        let log = read("May 21 07:00:55 node1 kubelet[1432]: E0521 07:00:55.1...");
        assert_eq!((log.component, log.level), (Component::Kubelet, Some(Level::Error)));
        let log = read(
            "May 21 07:00:55 node1 kube-proxy[812]: W0521 07:00:55.180954     812 reflector.go:324] failed to list *v1.Node: Get \"htt...efused",
        );
        assert_eq!((log.component, log.message.as_str()), (Component::KubeProxy, "failed to list *v1.Node: Get \"htt...efused"));
        assert_eq!(read("Using ipvs Proxier.").component, Component::KubeProxy);
        assert_eq!(read("thers.go:269] Using ipvs Proxier.").component, Component::KubeProxy);
    }

    #[test]
    fn lines_of_children_in_lines_of_k0s() {
        let log = read(
            r#"time="2024-05-21 07:00:55" level=info msg="E0521 07:00:55.180954    1432 pod_workers.go:1301] \"Error syncing pod, skipping\" err=\"failed to \\\"StartContainer\\\"\"" component=kubelet stream=stderr"#,
        );
        assert_eq!(
            (log.component, log.level, log.message.as_str()),
            (Component::Kubelet, Some(Level::Error), "Error syncing pod, skipping")
        );
        assert_eq!(pair(&log, "err"), "failed to \"StartContainer\"");
    }

    #[test]
    fn other_text_is_no_log() {
        for text in [
            "",
            "   ",
            "Events:",
            "  Warning  Failed  9s  kubelet  Error: ErrImagePull",
            "kubelet: not found",
            "Image: nginx:1.25",
            "I think the kubelet is broken.",
            "Error: ErrImagePull",
            "tcp  0  1 127.0.0.1:62542  127.0.0.1:30001  SYN_SENT",
            "time to level up",
            "Failed to pull image \"x\": rpc error: code = Unknown desc = y",
            "$ journalctl -u kubelet",
            "{",
            "{}",
            "[root@node1 ~]# dmesg",
            "  Warning  Failed  10m  kubelet  Error: container create failed: time=\"2026-11-22T09:23:00Z\" level=error msg=\"runc create failed\"",
            "E0521",
            "W1234 is my car",
            "\u{1F600} [0000]",
            "pulling image: proxier.go:12] there",
            "Feb 30",
            "{\"kind\":\"Pod\"}",
        ] {
            assert!(line(text).is_none(), "{text}");
        }
    }

    #[test]
    fn lines_that_are_no_rest_of_another() {
        for (text, begin) in [
            ("I0521 07:00:55.180954 1 a.go:1] x", true),
            ("time=\"x\" level=info msg=\"y\"", true),
            ("May 21 07:00:55 node1 kubelet[1432]: x", false),
            ("prose", false),
        ] {
            assert_eq!(begins(text), begin, "{text}");
        }
    }

    #[test]
    fn behind_a_prefix_that_is_not_known() {
        let logrus = "time=\"2024-05-21T07:00:55Z\" level=error msg=\"x\"";
        for (text, component) in [
            (format!("dockerd-1  | {logrus}"), Some(Component::Other)),
            (format!("containerd {logrus}"), Some(Component::Containerd)),
            (format!("web containerd: {logrus}"), None),
            (format!("the message says {logrus}"), None),
            (format!("a b c | {logrus}"), None),
            ("kube-proxy-x kube-proxy I0521 07:00:55.180954 1 x.go:1] y".into(), Some(Component::KubeProxy)),
            ("web I0521 07:00:55.180954 1 x.go:1] y".into(), Some(Component::Other)),
        ] {
            let found = line(&text).map(|entry| draft(&entry, Line::unchanged(SourceId(0), 1, &text).cite(entry.text)).log.component);
            assert_eq!(found, component, "{text}");
        }
    }

    #[test]
    fn whose_line_of_klog() {
        for (text, component) in [
            // hyperkube ran all components; the file tells which.
            ("May 21 07:00:55 n hyperkube[1]: I0521 07:00:55.180954 1 proxier.go:1] x", Component::KubeProxy),
            ("May 21 07:00:55 n hyperkube[1]: I0521 07:00:55.180954 1 reflector.go:1] x", Component::Kubelet),
            ("May 21 07:00:55 n kubelet[1]: I0521 07:00:55.180954 1 proxier.go:1] x", Component::Kubelet),
            ("I0521 07:00:55.180954 1 reflector.go:1] \"x\" other=\"y\" err=\"Failed to watch *v1.EndpointSlice\"", Component::KubeProxy),
            ("I0521 07:00:55.180954 1 reflector.go:1] \"x\" other=\"Failed to watch *v1.EndpointSlice\"", Component::Other),
        ] {
            assert_eq!(read(text).component, component, "{text}");
        }
    }
}
