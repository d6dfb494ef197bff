//! Rows of `kubectl get pods`, with or without their header, and the tables that stand beside them.
//!
//! In: a header (`NAME READY STATUS ...`) or a row of a pod's form. Out: a [`Pod`] a row; Services from their
//! table; other resource tables are recognised so that they count as understood, and give nothing.
//!
//! ```text
//! NAMESPACE   NAME                          READY   STATUS             RESTARTS        AGE   IP            NODE
//! catalog     wildlfy-ha-5867c485f7-kk5zs   0/1     ImagePullBackOff   5 (3m21s ago)   22d   172.32.203.48 node1
//! ```

use super::Taken;
use super::primitive::{Parsed, age, cells, is_camel_case, is_name, word};
use crate::record::{Pod, PodForm, Record, Service, ServicePort};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::{char, digit1, space1};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, separated_pair, terminated};

/// Reads a table, or a run of pod rows.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let first = lines[0].text();
    let columns = header(first);
    if columns.is_none() && pod_row(first, &[]).is_none() {
        return Taken::NOTHING;
    }
    let columns = columns.unwrap_or_default();
    let pods = columns.is_empty() || columns.contains(&"READY") && columns.contains(&"STATUS");
    let mut at = usize::from(!columns.is_empty());
    let mut unread = 0;
    while let Some(line) = lines.get(at) {
        let text = line.text();
        if text.trim().is_empty() || super::layout::is_boundary(text) || header(text).is_some() || super::prompt::is_prompt(text) {
            break;
        }
        if super::layout::is_elision(text) {
            at += 1;
            continue;
        }
        if pods {
            match pod_row(text, &columns) {
                Some(row) => out.push(Record::Pod(to_pod(&row, line))),
                None if columns.is_empty() || text.split_whitespace().count() > 14 || !text.contains("  ") => break,
                None => unread += 1,
            }
        } else if columns.contains(&"CLUSTER-IP") {
            match service_row(text, line) {
                Some(service) => out.push(Record::Service(service)),
                None => break,
            }
        } else if cells(text).len() < 2 {
            break;
        }
        at += 1;
    }
    Taken { lines: at, unread }
}

/// Whether a line belongs to such a table.
pub(super) fn is_row_or_header(text: &str) -> bool {
    header(text).is_some() || pod_row(text, &[]).is_some()
}

/// Names of the columns: words in capitals, the first of which is NAME or NAMESPACE (or one that kubectl puts before it).
pub(super) fn header(text: &str) -> Option<Vec<&str>> {
    let text = text.trim();
    if !text.starts_with("NAME") && !text.starts_with("POD") && !text.starts_with("CONTAINER") {
        return None;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let capital =
        |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'-' | b'(' | b')' | b'/' | b'_' | b'%'));
    let known = [
        "READY",
        "STATUS",
        "AGE",
        "TYPE",
        "CLUSTER-IP",
        "ENDPOINTS",
        "DESIRED",
        "SECRETS",
        "DATA",
        "ROLES",
        "SCHEDULE",
        "COMPLETIONS",
        "CREATED",
        "IMAGE",
    ];
    (words.len() >= 2 && words.iter().all(|word| capital(word)) && words.iter().any(|word| known.contains(word))).then_some(words)
}

/// Statuses that make a row a pod's even when it is cut behind them.
const STATUSES: &[&str] = &[
    "Running",
    "Pending",
    "ContainerCreating",
    "ImagePullBackOff",
    "ErrImagePull",
    "CrashLoopBackOff",
    "PodInitializing",
    "Completed",
    "ErrImageNeverPull",
    "InvalidImageName",
    "ImageInspectError",
];

#[derive(Debug, PartialEq, Eq)]
struct PodRow<'l> {
    namespace: Option<&'l str>,
    name: &'l str,
    ready: (u32, u32),
    status: &'l str,
    node: Option<&'l str>,
}

/// `[namespace] [pod/]name ready/wanted status restarts [(ago)] age [ip node ...]`
fn pod_row<'l>(text: &'l str, columns: &[&str]) -> Option<PodRow<'l>> {
    let text = text.trim_start().trim_start_matches(['-', '*']).trim_start();
    let (rest, first) = word(text).ok()?;
    let first = strip_kind(first)?;
    if !is_name(first) {
        return None;
    }
    let (rest, second) = opt(readiness).parse(rest.trim_start()).ok()?;
    let (namespace, name, ready, rest) = match second {
        Some(ready) => (None, first, ready, rest),
        None => {
            let (rest, name) = word(rest.trim_start()).ok()?;
            let name = strip_kind(name)?;
            let (rest, ready) = readiness(rest.trim_start()).ok()?;
            (Some(first), name, ready, rest)
        }
    };
    if !is_name(name) || !rest.starts_with([' ', '\t']) {
        return None;
    }
    if !columns.is_empty()
        && let Some(status) = sentence(rest)
    {
        return Some(PodRow { namespace, name, ready, status, node: None });
    }
    let (rest, status) = word(rest.trim_start()).ok()?;
    let bare = status.strip_prefix("Init:").unwrap_or(status);
    if !(is_camel_case(bare) || bare.contains('/') || bare.starts_with("ExitCode") || bare.starts_with("Signal")) {
        return None;
    }
    let (rest, restarts) = opt(restarts).parse(rest.trim_start()).ok()?;
    // A row may be cut behind its status; otherwise restarts and age follow.
    if restarts.is_none() && !(rest.trim().is_empty() && STATUSES.contains(&bare)) {
        return None;
    }
    let rest = age(rest.trim_start()).map_or(rest, |(rest, _)| rest);
    let node = wide_node(rest, columns);
    Some(PodRow { namespace, name, ready, status, node })
}

/// The status of a container whose pull secret is unusable is a whole sentence (kubelet 1.33 and later).
fn sentence(rest: &str) -> Option<&str> {
    let (_, status) = *cells(rest).first()?;
    (status.split(' ').count() > 2 && !status.contains("ago)")).then_some(status)
}

/// `pod/web-1` as `kubectl get all` writes it; other kinds are no pods.
fn strip_kind(word: &str) -> Option<&str> {
    match word.split_once('/') {
        Some(("pod" | "pods", name)) => Some(name),
        Some(_) => None,
        None => Some(word),
    }
}

fn readiness(input: &str) -> Parsed<'_, (u32, u32)> {
    let number = || map_res(digit1, str::parse::<u32>);
    separated_pair(number(), char('/'), number()).parse(input)
}

/// `5` or `5 (3m21s ago)`
fn restarts(input: &str) -> Parsed<'_, u64> {
    let number = map_res(digit1, str::parse::<u64>);
    let ago = delimited((space1, char('(')), age, tag(" ago)"));
    terminated(number, opt(ago)).parse(input)
}

/// The node of `-o wide`: the cell behind the IP.
fn wide_node<'l>(rest: &'l str, columns: &[&str]) -> Option<&'l str> {
    let mut words = rest.split_whitespace();
    let ip = words.next()?;
    let node = words.next()?;
    let wide = columns.contains(&"NODE") || ip == "<none>" || ip.parse::<std::net::IpAddr>().is_ok();
    (wide && node != "<none>" && is_name(node)).then_some(node)
}

fn to_pod(row: &PodRow<'_>, line: &Line<'_>) -> Pod {
    Pod {
        namespace: row.namespace.map(str::to_owned),
        name: Some(row.name.to_owned()),
        node: row.node.map(str::to_owned),
        status: Some(row.status.to_owned()),
        ready: Some(row.ready),
        form: PodForm::Row,
        containers: Vec::new(),
        image_volumes: Vec::new(),
        events: None,
        pull_secrets: None,
        at: line.cite_all(),
    }
}

/// `[namespace] [service/]name type cluster-ip external-ip ports age`
fn service_row(text: &str, line: &Line<'_>) -> Option<Service> {
    const TYPES: &[&str] = &["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.iter().position(|word| TYPES.contains(word))?;
    let name = words.get(at.checked_sub(1)?)?;
    let namespace = at.checked_sub(2).and_then(|before| words.get(before));
    let ports = words.get(at + 3)?;
    let ports = ports
        .split(',')
        .filter_map(|port| {
            // 5000:30001/TCP or 5000/TCP
            let (numbers, _) = port.split_once('/')?;
            let (port, node_port) = numbers.split_once(':').unwrap_or((numbers, ""));
            Some(ServicePort { port: port.parse().ok(), node_port: node_port.parse().ok(), endpoints: None, at: Some(line.cite_all()) })
        })
        .collect();
    Some(Service {
        namespace: namespace.map(|namespace| (*namespace).to_owned()),
        name: Some(name.rsplit('/').next().unwrap_or(name).to_owned()),
        service_type: Some(words[at].to_owned()),
        cluster_ip: words.get(at + 1).map(|ip| (*ip).to_owned()),
        selector: None,
        traffic_policy: None,
        ports,
        at: line.cite_all(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    /// Namespace, name, status and node.
    type Row = (Option<String>, Option<String>, Option<String>, Option<String>);

    fn pods(text: &str) -> Vec<Row> {
        let mut out = Vec::new();
        read(&lines(text), &mut out);
        out.into_iter()
            .filter_map(|record| if let Record::Pod(pod) = record { Some((pod.namespace, pod.name, pod.status, pod.node)) } else { None })
            .collect()
    }

    #[test]
    fn rows_with_and_without_header_and_namespace() {
        let found = pods(
            "catalog  war-2pod-8579c8ccfc-9ftjn   2/2  Running            0      26d\ncatalog  wildlfy-ha-5867c485f7-kk5zs 0/1  ImagePullBackOff   0      22d    \n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!((found[1].0.as_deref(), found[1].2.as_deref()), (Some("catalog"), Some("ImagePullBackOff")));
        let found = pods(
            "NAME   READY   STATUS                  RESTARTS        AGE   IP           NODE    NOMINATED NODE   READINESS GATES\nweb-1  1/2     Init:ImagePullBackOff   5 (3m21s ago)   22d   10.244.0.12  worker-1   <none>   <none>\n",
        );
        assert_eq!(
            (found[0].1.as_deref(), found[0].2.as_deref(), found[0].3.as_deref()),
            (Some("web-1"), Some("Init:ImagePullBackOff"), Some("worker-1"))
        );
    }

    #[test]
    fn prose_is_no_row() {
        assert!(pods("there were 3/4 Running pods in total").is_empty());
        assert!(pods("see 1/2 Something").is_empty());
    }

    #[test]
    fn where_a_table_ends() {
        let head = "NAME    READY   STATUS    RESTARTS   AGE\n";
        let row = "web-1   1/1     Running   0          5m\n";
        for (next, lines, unread) in [
            (row, 1, 0),
            ("...\n", 1, 0),
            (&format!("...\n{row}"), 2, 0),
            ("\n", 0, 0),
            ("   \n", 0, 0),
            ("```\n", 0, 0),
            (&format!("{head}{row}"), 0, 0),
            ("# kubectl get pods\n", 0, 0),
            ("What should I do?\n", 0, 0),
            // A row that cannot be read, if it looks like one.
            ("web_2   ?/1     Running   0          5m\n", 1, 1),
            ("a  b c d e f g h i j k l m n\n", 1, 1),
            ("a  b c d e f g h i j k l m n o\n", 0, 0),
        ] {
            let taken = read(&super::super::tests::lines(&format!("{head}{row}{next}")), &mut Vec::new());
            assert_eq!(taken, Taken { lines: 2 + lines, unread }, "{next}");
        }
        assert_eq!(
            read(&super::super::tests::lines(&format!("{row}web_2   ?/1     Running   0          5m\n")), &mut Vec::new()),
            Taken::all(1)
        );
    }

    #[test]
    fn tables_of_other_objects_end_at_a_sentence() {
        let head = "NAME   DESIRED   CURRENT   READY   AGE\nweb    3         3         0       5m\n";
        for (next, lines) in [("db     1         1         1       5m\n", 3), ("db     1\n", 3), ("db\n", 2), ("That is all\n", 2)] {
            assert_eq!(read(&super::super::tests::lines(&format!("{head}{next}")), &mut Vec::new()), Taken::all(lines), "{next}");
        }
    }

    #[test]
    fn names_of_columns() {
        for (text, known) in [
            ("NAME   STATUS", true),
            ("POD   NODE   STATUS", true),
            ("CONTAINER   IMAGE   STATE", true),
            ("NAMESPACE   NAME   AGE", true),
            ("NAME", false),
            ("NAME   COLOUR", false),
            ("NAME of the STATUS", false),
            ("STATUS   NAME", false),
        ] {
            assert_eq!(header(text).is_some(), known, "{text}");
        }
    }

    #[test]
    fn what_makes_a_pods_row() {
        let columns = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"];
        let status = |text: &'static str, columns: &[&str]| pod_row(text, columns).map(|row| row.status);
        for (text, wanted) in [
            ("web-1   0/1   secret \"regcred\" not found   0   5m", Some("secret \"regcred\" not found")),
            ("web-1   0/1   not ready   0   5m", None),
            ("web-1 0/1 Running 5 (3m21s ago) 22d", Some("Running")),
        ] {
            assert_eq!(status(text, &columns), wanted, "{text}");
        }
        for (text, wanted) in [
            ("web-1   0/1   ImagePullBackOff", Some("ImagePullBackOff")),
            ("web-1   0/1   Init:0/2   0   5m", Some("Init:0/2")),
            ("pod/web-1   0/1   Running   0   5m", Some("Running")),
            ("web-1   0/1   Something", None),
            ("web-1   0/1   running   0   5m", None),
            ("web-1   0/1x  Running   0   5m", None),
            ("shop   web_1   0/1   Running   0   5m", None),
            ("job/web-1   0/1   Running   0   5m", None),
            ("web-1   0/1   secret \"regcred\" not found   0   5m", None),
        ] {
            assert_eq!(status(text, &[]), wanted, "{text}");
        }
    }

    #[test]
    fn the_node_stands_behind_the_address() {
        for (rest, columns, node) in [
            ("10.244.0.12   worker-1   <none>   <none>", &[][..], Some("worker-1")),
            ("<none>   worker-1   <none>   <none>", &[], Some("worker-1")),
            ("10.244.0.12   <none>   <none>   <none>", &[], None),
            ("10.244.0.12   Worker_1", &[], None),
            ("see above", &[], None),
            ("?   worker-1", &["NODE"], Some("worker-1")),
        ] {
            let text = format!("web-1   0/1   Running   0   5m   {rest}");
            assert_eq!(pod_row(&text, columns).and_then(|row| row.node), node, "{rest}");
        }
    }

    #[test]
    fn services_with_and_without_their_namespace() {
        for (head, front, namespace) in [("NAME", "", None), ("NAMESPACE   NAME", "shop   ", Some("shop"))] {
            let text = format!(
                "{head}   TYPE   CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n{front}registry   NodePort   10.96.12.7   <none>   5000:30001/TCP,5001/TCP   5d\n"
            );
            let mut out = Vec::new();
            read(&lines(&text), &mut out);
            let [Record::Service(service)] = &out[..] else { panic!("{out:?}") };
            assert_eq!((service.namespace.as_deref(), service.name.as_deref()), (namespace, Some("registry")));
            assert_eq!((service.service_type.as_deref(), service.cluster_ip.as_deref()), (Some("NodePort"), Some("10.96.12.7")));
            let ports: Vec<_> = service.ports.iter().map(|port| (port.port, port.node_port)).collect();
            assert_eq!(ports, [(Some(5000), Some(30001)), (Some(5001), None)]);
        }
    }
}
