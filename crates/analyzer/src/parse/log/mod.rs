//! Logs of components: kube-proxy, kubelet, containerd, CRI-O, dockerd, the kernel.
//!
//! In: a run of lines, whose components and prefixes may be mixed. Out: one [`LogLine`](crate::record::LogLine)
//! an entry, its component decided by process, file, message or neighbours. What a message says is not looked at
//! here, beyond knowing whose it is.
//!
//! ```text
//! I1122 09:12:16.838536    8451 feature_gate.go:476] "Updated" featureGates={}
//! E1122 09:12:16.838607    8451 server.go:265] "Kube-proxy configuration may be incomplete or incorrect" err="..."
//! ```

mod component;
mod continuation;
pub(crate) mod entry;
mod json;
mod klog;
mod logfmt;
pub(in crate::parse) mod prefix;
pub(crate) mod proxy_line;
pub(crate) mod proxy_mode;
mod structured;

use crate::parse::Taken;
use crate::parse::log::component::{container_component, klog_message_component, process_component};
use crate::parse::log::entry::{Body, Draft, Entry, Writer, draft, line, message_of, object_draft};
use crate::parse::log::prefix::Prefix;
use crate::record::{Component, Record};
use crate::text::Line;
use std::collections::BTreeMap;

/// Whether a line begins with klog's header.
#[cfg(test)]
pub(crate) fn is_klog(text: &str) -> bool {
    klog::header(text).is_ok()
}

/// Whether an entry begins in this line, whatever stands before its logger's header.
pub(crate) fn begins_entry(text: &str) -> bool {
    match line(text) {
        Some(entry) => match entry.body {
            Body::Klog(..) | Body::Logrus => true,
            Body::Json => entry.text.ends_with('}'),
            Body::Plain => entry.prefix.certain,
            Body::CutKlog(..) | Body::Terminal | Body::Bare(_) => false,
        },
        None => false,
    }
}

/// Reads a run of log lines that begins with one of klog.
pub(super) fn read_klog(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    read_run(lines, out, true)
}

/// Reads a run of log lines that begins with one of another logger.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    read_run(lines, out, false)
}

/// Whether a line of klog or of the kernel begins here.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start();
    let uptime = || text.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map(|(time, _)| time.trim_start());
    klog::header(text).is_ok()
        || uptime().is_some_and(|time| {
            time.split_once('.').is_some_and(|(_, micros)| micros.len() == 6)
                && time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
}

fn read_run(lines: &[Line<'_>], out: &mut Vec<Record>, klog: bool) -> Taken {
    let markers = lines.iter().take(2).take_while(|line| is_marker(line.trimmed())).count();
    let Some((first, following)) = lines.get(markers..).and_then(<[Line<'_>]>::split_first) else {
        return Taken::NOTHING;
    };
    if begins_run(first.text(), following.first()) != Some(klog) {
        return Taken::NOTHING;
    }
    let mut taken = Taken::all(markers);
    let mut drafts: Vec<Draft> = Vec::new();
    while let Some((first, following)) = lines.get(taken.lines..).and_then(<[Line<'_>]>::split_first) {
        // Long operations are told in several lines, of which only the first has a header.
        if first.trimmed().starts_with("Trace[") || is_marker(first.trimmed()) {
            taken.lines += 1;
            continue;
        }
        let Some((count, draft)) = unit(first, following) else { break };
        taken.lines += count;
        drafts.push(draft);
    }
    ask_neighbours(&mut drafts);
    out.extend(drafts.into_iter().map(|draft| Record::Log(draft.log)));
    taken
}

/// Whether a run begins with this line, and then whether the line is klog's. A first line is held to more than
/// those behind it.
fn begins_run(text: &str, next: Option<&Line<'_>>) -> Option<bool> {
    let entry = line(text)?;
    let speaks =
        |prefix: &Prefix<'_>| prefix.process.and_then(process_component).or_else(|| prefix.container.and_then(container_component));
    Some(match entry.body {
        Body::Klog(..) => true,
        Body::CutKlog(_, rest) => {
            let known = klog_message_component(&message_of(rest).0.text()).is_some();
            let followed = || next.is_some_and(|next| matches!(line(next.text()), Some(Entry { body: Body::Klog(..), .. })));
            return (known || followed()).then_some(true);
        }
        Body::Json => match json::read(entry.text)? {
            json::Object::Entry(entry) => entry.klog,
            json::Object::Wrapped(wrapped) => matches!(line(&wrapped.text), Some(Entry { body: Body::Klog(..), .. })),
        },
        Body::Bare(component) => component != Component::Kernel,
        Body::Plain => matches!(speaks(&entry.prefix), Some(Component::KubeProxy | Component::Kubelet)),
        Body::Logrus | Body::Terminal => false,
    })
}

/// What journalctl, systemctl and less print between lines.
fn is_marker(text: &str) -> bool {
    (text.starts_with("-- ") && text.ends_with(" --"))
        || text.starts_with("Hint: Some lines were ellipsized")
        || (text.starts_with("lines ") && text.ends_with("(END)"))
}

/// One entry with the lines that belong to it.
fn unit(first: &Line<'_>, following: &[Line<'_>]) -> Option<(usize, Draft)> {
    let entry = line(first.text())?;
    if let Body::Json = entry.body {
        return object(first, following, &entry);
    }
    match continuation::gather(first, following, &entry) {
        Some((whole, further)) => {
            let entry = line(whole.text())?;
            Some((1 + further, draft(&entry, whole.cite(entry.text))))
        }
        None => Some((1, draft(&entry, first.cite(entry.text)))),
    }
}

/// An entry in a JSON object: its own, or one that a collector wrapped.
fn object(first: &Line<'_>, following: &[Line<'_>], outer: &Entry<'_>) -> Option<(usize, Draft)> {
    let at = first.cite(outer.text);
    let mut wrapped = match json::read(outer.text)? {
        json::Object::Entry(read) => return Some((1, object_draft(&outer.prefix, read, at))),
        json::Object::Wrapped(wrapped) => wrapped,
    };
    let count = 1 + continuation::gather_wrapped(following, &mut wrapped);
    let text = wrapped.text.trim_end();
    let plain = Entry { prefix: Prefix::default(), text, body: Body::Plain };
    let mut entry = line(text).unwrap_or(plain);
    entry.prefix.host = entry.prefix.host.or(wrapped.host.as_deref()).or(outer.prefix.host);
    entry.prefix.process = entry.prefix.process.or(wrapped.process.as_deref()).or(outer.prefix.process);
    let Body::Json = entry.body else {
        return Some((count, draft(&entry, at)));
    };
    let draft = match json::read(entry.text) {
        Some(json::Object::Entry(read)) => object_draft(&entry.prefix, read, at),
        // An object of the application's own, or a second collector's: a text like any other.
        Some(json::Object::Wrapped(_)) | None => draft(&entry, at),
    };
    Some((count, draft))
}

/// Lines of shared files take the component of the nearest line of the same process, one before them if there is any.
fn ask_neighbours(drafts: &mut [Draft]) {
    let mut known: BTreeMap<Writer, Component> = BTreeMap::new();
    let mut answer = |draft: &mut Draft| {
        let Some(writer) = draft.writer else { return };
        if draft.decided {
            if draft.log.component != Component::Other {
                known.insert(writer, draft.log.component);
            }
        } else if let Some(component) = known.get(&writer) {
            draft.log.component = *component;
            draft.decided = true;
        }
    };
    drafts.iter_mut().for_each(&mut answer);
    drafts.iter_mut().rev().for_each(&mut answer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::LogLine;
    use crate::source::SourceId;

    fn lines(text: &str) -> Vec<Line<'_>> {
        text.lines().zip(1..).map(|(raw, number)| crate::text::clean(SourceId(0), number, raw)).collect()
    }

    /// All blocks of a text, as `read_all` would find them.
    fn logs(text: &str) -> (Vec<LogLine>, usize) {
        let lines = lines(text);
        let (mut records, mut at, mut left) = (Vec::new(), 0, 0);
        while at < lines.len() {
            let taken =
                [read_klog, read].iter().map(|read| read(&lines[at..], &mut records)).find(|taken| taken.lines > 0).unwrap_or_default();
            left += usize::from(taken.lines == 0) + taken.unread;
            at += taken.lines.max(1);
        }
        let logs = records.into_iter().filter_map(|record| if let Record::Log(log) = record { Some(log) } else { None });
        (logs.collect(), left)
    }

    fn pair<'a>(log: &'a LogLine, wanted: &str) -> &'a str {
        log.pairs.iter().find(|(key, _)| key == wanted).map_or("", |(_, value)| value)
    }

    #[test]
    fn shared_files_ask_their_neighbours() {
        let (logs, left) = logs(
            r#"I1122 09:07:03.321715   14288 feature_gate.go:476] "Updated" featureGates={}
I1122 09:07:03.556301   14288 reflector.go:425] "Starting reflector" type="*v1.Node" resyncPeriod="15m0s" reflector="k8s.io/client-go/informers/factory.go:177"
I1122 09:07:03.733039   14288 server_linux.go:137] "Using iptables Proxier"
I1122 09:07:04.000000    9999 reflector.go:425] "Starting reflector" type="*v1.Node"
E0521 07:00:55.180954       7 reflector.go:138] k8s.io/client-go/informers/factory.go:134: Failed to watch *v1.EndpointSlice: failed to list
I1122 09:07:04.000000      77 config.go:1] "x"
"#,
        );
        let components: Vec<_> = logs.iter().map(|log| log.component).collect();
        use Component::{KubeProxy, Kubelet, Other};
        assert_eq!(components, [KubeProxy, KubeProxy, KubeProxy, Kubelet, KubeProxy, Other]);
        assert_eq!(left, 0);
    }

    #[test]
    fn values_of_several_lines() {
        let text = "E1122 09:13:33.212516   17279 proxier.go:1406] \"Failed to execute iptables-restore\" err=<\n\texit status 4: Can't lock /run/xtables.lock: Resource temporarily unavailable\n\tAnother app is currently holding the xtables lock. Stopped waiting after 5s.\n > ipFamily=\"IPv4\"\nI1122 09:13:33.212568   17279 proxier.go:673] \"Sync failed\" ipFamily=\"IPv4\" retryingTime=\"30s\"\n";
        let error = "exit status 4: Can't lock /run/xtables.lock: Resource temporarily unavailable\nAnother app is currently holding the xtables lock. Stopped waiting after 5s.";
        let journal: String = text.lines().map(|line| format!("May 21 07:00:55 node1 kube-proxy[9]: {line}\n")).collect();
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
        let cri: String = text.lines().map(|line| format!("2024-05-21T07:00:55.1Z stderr F {line}\n")).collect();
        let unindented = text.replace('\t', "").replace(" > ip", "> ip");
        let docker: String = text
            .lines()
            .map(|line| format!("{}\n", serde_json::json!({"log": format!("{line}\n"), "stream": "stderr", "time": "t"})))
            .collect();
        for text in [text, &journal, &quoted, &indented, &cri, &unindented, &docker] {
            let (logs, left) = logs(text);
            assert_eq!((logs.len(), left), (2, 0), "{text}");
            assert_eq!((pair(&logs[0], "err"), pair(&logs[0], "ipFamily")), (error, "IPv4"), "{text}");
        }
        let (logs, _) = logs(text);
        assert_eq!((logs[0].at.location.line, logs[0].at.location.end_line), (1, 4));
    }

    #[test]
    fn a_value_without_its_end_takes_only_indented_lines() {
        let (logs, left) = logs("E1122 09:13:33.212516   17279 proxier.go:1406] \"Failed\" err=<\n\texit status 4\nThat is what I saw.\n");
        assert_eq!((pair(&logs[0], "err"), left), ("exit status 4", 1));
    }

    #[test]
    fn a_printf_message_with_line_ends() {
        let (logs, left) = logs(
            "E0627 09:28:54.054930       1 proxier.go:1598] Failed to execute iptables-restore: exit status 1 (iptables-restore: line 86 failed\n)\nI0627 09:28:54.1       1 proxier.go:1] Sync failed; retrying in 30s\n",
        );
        assert_eq!((logs.len(), left), (2, 0));
        assert_eq!(logs[0].message, "Failed to execute iptables-restore: exit status 1 (iptables-restore: line 86 failed\n)");
    }

    #[test]
    fn partial_lines_are_joined() {
        let text = "2024-05-21T07:00:55.1Z stderr P I0521 07:00:55.180954       1 proxier.go:1] \"Setting endpo\n2024-05-21T07:00:55.1Z stderr P ints for service\n2024-05-21T07:00:55.1Z stderr F  port name\" portName=\"a/b:c\"\n2024-05-21T07:00:55.1Z stderr F hello\n";
        let (found, left) = logs(text);
        assert_eq!((found.len(), left), (2, 0));
        assert_eq!((found[0].message.as_str(), pair(&found[0], "portName")), ("Setting endpoints for service port name", "a/b:c"));
        let (found, _) = logs(
            "{\"log\":\"I0521 07:00:55.180954 1 proxier.go:1] Sync\",\"stream\":\"stderr\",\"time\":\"t\"}\n{\"log\":\"ing x\\n\",\"stream\":\"stderr\",\"time\":\"t\"}\n",
        );
        assert_eq!(found[0].message, "Syncing x");
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let whole = r#"E0521 07:00:55.180954    1432 remote_image.go:250] "PullImage from image service failed" err="rpc error: code = NotFound desc = docker.io/a/b:1: not found" image="a/b:1""#;
        let characters: Vec<char> = whole.chars().collect();
        let hard: String = characters.chunks(80).map(|chunk| chunk.iter().collect::<String>() + "\n").collect();
        let soft = whole.replace(" code", "\ncode").replace(" desc", "\ndesc") + "\n";
        let t_form =
            "I0521 07:00:55.180954       1 graceful_termination.go:161] Trying to delete rs: \n10.96.1.11:8086/TCP/192.168.0.231:8086\n";
        let between = whole.replace(" err=", "\nerr=").replace(" image=", "\nimage=") + "\n";
        for text in [&hard, &soft, &between] {
            let (logs, left) = logs(&format!("{text}\nThis is all.\n"));
            assert_eq!((logs.len(), left), (1, 2), "{text}");
            assert_eq!(
                (pair(&logs[0], "err"), pair(&logs[0], "image")),
                ("rpc error: code = NotFound desc = docker.io/a/b:1: not found", "a/b:1"),
                "{text}"
            );
        }
        assert_eq!(logs(t_form).0[0].message, "Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086");
    }

    #[test]
    fn a_cut_line_does_not_eat_the_prose_behind_it() {
        let (logs, left) = logs(
            "E0521 07:00:55.180954    1432 remote_image.go:250] \"PullImage from image service failed\" err=\"rpc error: code = Not\nWhat can I do?\n\nIt says \"help\" here.\n",
        );
        assert_eq!((logs.len(), left), (1, 3));
        assert_eq!(pair(&logs[0], "err"), "rpc error: code = Not");
    }

    #[test]
    fn mixed_journals_and_markers() {
        let (logs, left) = logs(
            r#"-- Logs begin at Fri 2024-05-17 08:00:00 KST, end at Tue 2024-05-21 07:00:58 KST. --
May 21 07:00:55 node1 systemd[1]: Started kubelet: The Kubernetes Node Agent.
May 21 07:00:55 node1 kubelet[1432]: E0521 07:00:55.180954    1432 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"web\" with ErrImagePull: \"x\"" pod="ns/web-1"
May 21 07:00:56 node1 containerd[812]: time="2024-05-21T07:00:56.1Z" level=info msg="trying next host" error="EOF" host=r.local
May 21 07:00:57 node1 kernel: nf_conntrack: nf_conntrack: table full, dropping packet
Hint: Some lines were ellipsized, use -l to show in full.
"#,
        );
        assert_eq!(left, 0);
        let components: Vec<_> = logs.iter().map(|log| log.component).collect();
        assert_eq!(components, [Component::Other, Component::Kubelet, Component::Containerd, Component::Kernel]);
        assert!(logs.iter().all(|log| log.host.as_deref() == Some("node1")));
    }

    #[test]
    fn a_run_ends_at_other_text() {
        let lines = lines(
            "I0521 07:00:55.180954       1 graceful_termination.go:161] Trying to delete rs: x\nEvents:\nI0521 07:00:55.180954       1 a.go:1] y",
        );
        let mut out = Vec::new();
        assert_eq!(read_klog(&lines, &mut out), Taken::all(1));
        assert_eq!(read(&lines, &mut out), Taken::NOTHING);
        assert_eq!(out.len(), 1);
    }

    #[test]
    fn no_cut_and_no_foreign_byte_panics() {
        let samples = [
            "May 21 07:00:55 node1 kubelet[1432]: E0521 07:00:55.180954    1432 ipvs/pod_workers.go:1301] \"Error 한글 \\\"x\\\"\" err=<",
            "[pod/kube-proxy-x/kube-proxy] 2024-05-21T07:00:55.1Z stderr P I0521 07:00:55.180954 1 proxier.go:1] Not deleting, RS [fd00::1]:443/TCP/[fd00::2]:6443: 0 ActiveConn, 3 InactiveConn",
            "time=\"2024-05-21T07:00:55Z\" level=error msg=\"PullImage \\\"é\\\" failed\" error=\"a \"b\" c\" list=[\"x y\" {a: b}] é=1",
            "{\"log\":\"I0521 07:00:55.180954 1 a.go:1] \\u00e9\\n\",\"stream\":\"stderr\",\"time\":\"t\"}",
            "<30>1 2024-05-21T07:00:55.003Z node1 kubelet 1432 - [a b=\"c\"] kern  :warn  : [  123.456789] nf_conntrack: table full",
            "ERRO[0012] PullImage \"a:1\" failed    error=\"x\" é host=[r 5월 21 07:00:55",
        ];
        for sample in samples {
            for (at, _) in sample.char_indices() {
                let odd = format!("{}\u{1F600}{}", &sample[..at], &sample[at..]);
                let text = format!("{}\n{}\n{odd}\n > x\n", &sample[at..], &sample[..at]);
                for log in logs(&text).0 {
                    let _ =
                        (crate::parse::log::proxy_line::addresses(&log), crate::parse::log::proxy_mode::proxy_mode(&log), log.at.text());
                }
            }
        }
    }

    #[test]
    fn hostile_lines_take_linear_time() {
        let header = "I0521 07:00:55.180954       1 proxier.go:1] ";
        for part in ["a=[ ", "a=\" ", "\" a=\"", "a=<\n", "x=( y ", "\\", "a=[\"", "(", "[pod/", "1.2.3.4: "] {
            for start in [header, "ERRO[0001] ", "time=\"x\" level=info msg=", ""] {
                let text = format!("{start}\"m\" {}", part.repeat(10_000));
                let _ = logs(&text);
            }
        }
        let pairs: String = (0..50_000).map(|number| format!("k{number}=1 ")).collect();
        assert!(logs(&format!("{header}\"m\" {pairs}")).0[0].pairs.len() < 1_000);
    }

    #[test]
    fn where_an_entry_begins() {
        for (text, entry) in [
            ("I0521 07:00:55.180954       1 a.go:1] x", true),
            ("time=\"x\" level=info msg=\"y\"", true),
            ("{\"log\":\"x\\n\",\"stream\":\"stderr\"}", true),
            ("{\"log\":\"x\\n\",\"stream\":\"stderr\"} ", false),
            ("May 21 07:00:55 node1 kubelet[1432]: x", true),
            ("00:55.180954       1 a.go:1] x", false),
            ("Using ipvs Proxier.", false),
            ("prose", false),
        ] {
            assert_eq!(begins_entry(text), entry, "{text}");
        }
        for (text, begin) in [
            ("[12345.678901] x", true),
            ("[   45.678901] x", true),
            ("[12345.6789] x", false),
            ("[a2345.678901] x", false),
            ("[12345] x", false),
            ("  I0521 07:00:55.180954       1 a.go:1] x", true),
            ("time=\"x\" level=info msg=\"y\"", false),
        ] {
            assert_eq!(begins(text), begin, "{text}");
        }
    }

    #[test]
    fn whose_run_begins() {
        let klog = |text: &str| {
            let lines = lines(text);
            let taken = |read: fn(&[Line<'_>], &mut Vec<Record>) -> Taken| read(&lines, &mut Vec::new()).lines > 0;
            (taken(read_klog), taken(read))
        };
        for (text, wanted) in [
            ("I0521 07:00:55.180954       1 a.go:1] x", (true, false)),
            ("May 21 07:00:55 node1 kubelet[1432]: x", (true, false)),
            ("May 21 07:00:55 node1 systemd[1]: x", (false, true)),
            ("time=\"x\" level=info msg=\"y\"", (false, true)),
            ("ERRO[0012] x", (false, true)),
            ("Using ipvs Proxier.", (true, false)),
            ("nf_conntrack: table full, dropping packet", (false, true)),
            ("{\"log\":\"I0521 07:00:55.180954 1 a.go:1] x\\n\",\"stream\":\"stderr\"}", (true, false)),
            ("{\"log\":\"x\\n\",\"stream\":\"stderr\"}", (false, true)),
            // The rest of a header counts with a message that is known, or above a whole one.
            ("00:55.180954       1 a.go:1] Using ipvs Proxier.", (true, false)),
            ("00:55.180954       1 a.go:1] x\nI0521 07:00:55.180954       1 a.go:1] y", (true, false)),
            ("00:55.180954       1 a.go:1] x\nprose", (false, false)),
            ("prose", (false, false)),
        ] {
            assert_eq!(klog(text), wanted, "{text}");
        }
    }

    #[test]
    fn what_pagers_and_journals_print_between_lines() {
        for (text, marker) in [
            ("-- Logs begin at Fri 2024-05-17 08:00:00 KST. --", true),
            ("-- a list", false),
            ("a list --", false),
            ("Hint: Some lines were ellipsized, use -l to show in full.", true),
            ("lines 1-20/20 (END)", true),
            ("lines of code", false),
            ("x (END)", false),
        ] {
            assert_eq!(is_marker(text), marker, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_an_entry_and_what_does_not() {
        let head = "E0521 07:00:55.180954       1 proxier.go:1] ";
        for (first, next, count) in [
            // A command's output in brackets.
            ("Failed (x", "of it)", 1),
            ("Failed (x", "of\nit)", 2),
            ("Failed (x", "of\n\nit)", 0),
            ("Failed (x", "I0521 07:00:55.1       1 a.go:1] it)", 0),
            ("Failed (x)", "of it)", 0),
            ("Failed", "of it)", 0),
            ("\"Failed (x\" err=\"y\"", "of it)", 0),
            // Pairs on a line of their own.
            ("\"Failed\" err=\"y\"", "pod=\"a/b\"", 1),
            ("\"Failed\" err=\"y\"", "and prose", 0),
            ("\"Failed\" count=3", "pod=\"a/b\"", 0),
            // A text that is not closed goes on, but not over what begins something else.
            ("\"Failed\" err=\"y", "and z\"", 1),
            ("\"Failed\" err=\"y", "```\nand z\"", 0),
            ("\"Failed\" err=\"y", "\nand z\"", 0),
            ("\"Failed\" err=\"y", "$ ls \"", 0),
            ("\"Failed\" err=\"y", "May 21 07:00:55 node1 kubelet[1432]: z\"", 0),
            ("\"Failed\" err=\"y", "I0521 07:00:55.1       1 a.go:1] z\"", 0),
        ] {
            let text = format!("{head}{first}\n{next}\n");
            let lines = lines(&text);
            assert_eq!(unit(&lines[0], &lines[1..]).map(|(count, _)| count), Some(1 + count), "{first:?} {next:?}");
        }
    }

    #[test]
    fn broken_lines_are_joined_as_they_were_broken() {
        let head = "E0521 07:00:55.180954       1 proxier.go:1] \"Failed\" err=\"";
        let error = |text: &str| {
            let (found, _) = logs(text);
            pair(&found[0], "err").to_owned()
        };
        // A mail program breaks at a blank.
        assert_eq!(error(&format!("{head}one two\nthree\"\n")), "one two three");
        // A terminal breaks at its width, whatever stands there.
        let full = |width: usize| format!("{head}{}", "x".repeat(width - head.len()));
        assert_eq!(error(&format!("{}\nend\"\n", full(80))).len(), 80 - head.len() + 3);
        assert_eq!(error(&format!("{}\n{}\nend\"\n", full(90), "y".repeat(90))).len(), 90 - head.len() + 90 + 3);
        assert_eq!(error(&format!("{}\n{}\nend\"\n", full(90), "y".repeat(70))).len(), 90 - head.len() + 70 + 3 + 2);
    }

    #[test]
    fn what_belongs_to_a_value_of_several_lines() {
        let head = "E0521 07:00:55.180954       1 proxier.go:1] \"Failed\" err=<\n";
        let read = |text: &str| {
            let lines = lines(text);
            let (count, draft) = unit(&lines[0], &lines[1..]).unwrap();
            (count, pair(&draft.log, "err").to_owned(), pair(&draft.log, "pod").to_owned())
        };
        let words = |count: usize| "x".to_owned() + &"\nx".repeat(count - 1);
        assert_eq!(read(&format!("{head}\tx\n > pod=\"a/b\"\n  indented prose\n")), (3, words(1), "a/b".into()));
        assert_eq!(read(&format!("{head}\tx\n > pod=<\n\ty\n >\n")), (5, words(1), "y".into()));
        // Its lines may have lost their indents, but its end is not looked for without end.
        let (indented, plain) = ("\tx\n".repeat(40), "x\n".repeat(40));
        assert_eq!(read(&format!("{head}{indented}{plain} >\n")).0, 82);
        assert_eq!(read(&format!("{head}{plain}{plain} >\n")).0, 1);
        let values = " > err=<\n".repeat(5_000);
        assert_eq!(read(&format!("{head}{values}")).0, 1 + 4_096);
        // In a mail the end is a quote mark too many.
        let quoted = |end: &str| read(&format!("> {head}> \tx\n{end}\n> I0521 07:00:55.1       1 a.go:1] z\n"));
        assert_eq!(quoted("> >"), (3, words(1), String::new()));
        assert_eq!(quoted("> x").0, 2);
    }

    #[test]
    fn parts_of_a_line_end_at_what_is_no_part() {
        let part = "2024-05-21T07:00:55.1Z stderr P I0521 07:00:55.180954       1 proxier.go:1] x\n";
        for (next, count) in [
            ("2024-05-21T07:00:55.1Z stderr F y\n", 2),
            ("2024-05-21T07:00:55.1Z stderr P y\n2024-05-21T07:00:55.1Z stderr F z\n", 3),
            ("prose\n", 1),
            ("2024-05-21T07:00:55.1Z stderr F I0521 07:00:55.1       1 a.go:1] y\n", 1),
        ] {
            let text = format!("{part}{next}");
            let lines = lines(&text);
            assert_eq!(unit(&lines[0], &lines[1..]).map(|(count, _)| count), Some(count), "{next}");
        }
        let wrapped =
            |text: &str, more: &str| format!("{}\n", serde_json::json!({"log": format!("{text}{more}"), "stream": "stderr", "time": "t"}));
        let head = "E0521 07:00:55.180954       1 proxier.go:1] \"Failed\" err=<";
        let block = [wrapped(head, "\n"), wrapped("\tx", "\n"), wrapped(" >", "\n"), wrapped("of somebody else", "\n")].concat();
        let lines = lines(&block);
        assert_eq!(unit(&lines[0], &lines[1..]).map(|(count, _)| count), Some(3));
    }
}
