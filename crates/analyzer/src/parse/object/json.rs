//! Kubernetes objects as JSON: one document, several in a row, or one object a line.
//!
//! In: lines of which the first begins with a bracket (a log viewer's timestamp may stand before it). Out: the
//! objects' records; the number of lines of pieces that could not be read. Pieces come from [`bracket`]; each is
//! parsed alone, a cut one after its brackets were closed. JSON that is no Kubernetes object is not taken.
//!
//! ```text
//! {"kind":"PodList","apiVersion":"v1","items":[{"metadata":{...},"status":{...}}]}
//! {"verb":"ADDED","event":{"metadata":{...},"involvedObject":{...},"message":"Back-off pulling image ..."}}
//! 2026-11-22T08:55:04Z {"type":"Warning","involvedObject":{...},"reason":"Failed","message":"..."}
//! ```

use super::bracket::{self, Cut, Piece};
use super::record::{Outcome, Reading};
use super::repair;
use super::value::{Document, Places, Value};
use super::{PIECE_LIMIT, REPAIR_LIMIT, TOO_DEEP, TOO_LARGE, is_elision, time};
use crate::parse::Taken;
use crate::record::Record;
use crate::text::{Joined, Line};

/// Reads a run of JSON values.
pub(in crate::parse) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    if lines.first().and_then(|line| opening(line.text())).is_none() {
        return Taken::NOTHING;
    }
    let mut reading = Reading::new(out);
    let mut taken = Taken::NOTHING;
    loop {
        let gap = lines.iter().skip(taken.lines).take_while(|line| is_separator(line.trimmed())).count();
        let rest = lines.get(taken.lines + gap..).unwrap_or_default();
        let Some(value) = read_value(rest, &mut reading) else { break };
        taken.lines += gap + value.lines;
        taken.unread += value.unread;
    }
    reading.finish();
    taken.lines += end_of_list(lines.get(taken.lines..).unwrap_or_default());
    taken
}

fn is_separator(trimmed: &str) -> bool {
    matches!(trimmed, "" | "," | "---") || is_elision(trimmed)
}

/// Where a value begins in a line that may be Kubernetes' at first sight.
fn opening(text: &str) -> Option<usize> {
    const KEYS: [&str; 8] = [
        "\"apiVersion\"",
        "\"kind\"",
        "\"metadata\"",
        "\"involvedObject\"",
        "\"regarding\"",
        "\"items\"",
        "\"waiting\"",
        "ontainerStatuses\"",
    ];
    let inner = text.trim_start();
    // The object may be an item of a list in Markdown.
    let value = match inner.strip_prefix("- ").unwrap_or(inner) {
        value if value.starts_with(['{', '[']) => value,
        value => behind_timestamp(value)?,
    };
    let bare = matches!(value.trim_end(), "{" | "[" | "[{");
    (bare || KEYS.iter().any(|key| value.contains(key))).then(|| text.len() - value.len())
}

/// What stands behind a timestamp, as `kubectl logs --timestamps` and container log files have it.
fn behind_timestamp(text: &str) -> Option<&str> {
    let (rest, _) = time::timestamp(text).ok()?;
    let rest = rest.strip_prefix([' ', '\t'])?.trim_start();
    let rest = ["stdout F ", "stderr F "].iter().find_map(|stream| rest.strip_prefix(stream)).unwrap_or(rest);
    rest.starts_with('{').then_some(rest)
}

/// Reads one value; `None` when none begins here.
fn read_value(lines: &[Line<'_>], reading: &mut Reading<'_>) -> Option<Taken> {
    let start = opening(lines.first()?.text())?;
    let cut = bracket::cut(lines, start)?;
    let whole = lines.get(..cut.lines)?;
    let repaired = repaired(whole, &cut);
    let lines = repaired.as_deref().unwrap_or(whole);
    let joined = Joined::new(lines);
    let places = Places::new(&joined, lines);
    let list = cut.kind.clone().and_then(|kind| joined.text().get(kind)).map(|kind| kind.trim_matches('"'));
    let mut unread = 0;
    for piece in &cut.pieces {
        if read_piece(&places, piece, list, reading) == Outcome::Unreadable {
            unread += joined.text().get(piece.range.clone()).map_or(0, |text| text.trim_end().matches('\n').count() + 1);
        }
    }
    Some(Taken { lines: cut.lines, unread: unread.min(cut.lines) })
}

fn read_piece(places: &Places<'_>, piece: &Piece, list: Option<&str>, reading: &mut Reading<'_>) -> Outcome {
    let Some(text) = places.joined.text().get(piece.range.clone()) else {
        return Outcome::Unreadable;
    };
    if piece.deep || text.len() > PIECE_LIMIT {
        let what = if piece.deep { TOO_DEEP } else { TOO_LARGE };
        reading.out.push(Record::Bound { what, lines: text.trim_end().matches('\n').count() as u64 + 1 });
        return Outcome::Unreadable;
    }
    let mut read = |parsed: &str| {
        let document = Document { places, piece: text, parsed };
        Value::root(&document).map_or(Outcome::Unreadable, |root| reading.object(&root, list))
    };
    if piece.whole {
        return read(text);
    }
    if text.len() > REPAIR_LIMIT {
        return Outcome::Unreadable;
    }
    if repair::closed(text).iter().any(|closed| read(closed) == Outcome::Done) { Outcome::Done } else { Outcome::Unreadable }
}

/// The lines with wrapped strings joined and elisions left out; `None` when there is nothing to repair.
fn repaired<'t>(lines: &[Line<'t>], cut: &Cut) -> Option<Vec<Line<'t>>> {
    if cut.joined.is_empty() && cut.dropped.is_empty() {
        return None;
    }
    let mut repaired: Vec<Line<'t>> = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        if cut.dropped.binary_search(&index).is_ok() {
            continue;
        }
        match repaired.last_mut() {
            Some(last) if cut.joined.binary_search(&index).is_ok() => last.join("", line, 0),
            _ => repaired.push(line.clone()),
        }
    }
    Some(repaired)
}

/// Lines that end a list whose beginning was cut off: `]`, `"kind": "List"`, `}`.
fn end_of_list(lines: &[Line<'_>]) -> usize {
    const LONGEST: usize = 8;
    let belongs = |line: &&Line<'_>| {
        let text = line.trimmed().trim_end_matches(',');
        matches!(text, "]" | "}")
            || ["\"kind\": \"", "\"metadata\": {", "\"resourceVersion\": \"", "\"selfLink\": \""].iter().any(|key| text.starts_with(key))
    };
    match lines.first().map(|line| line.trimmed().trim_end_matches(',')) {
        Some("]") => lines.iter().take(LONGEST).take_while(belongs).count(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_by;
    use super::*;
    use crate::record::{ContainerRef, Event, EventType, ObjectRef, State};
    use crate::source::Citation;

    fn read_text(text: &str) -> (Taken, Vec<Record>) {
        read_by(read, text)
    }

    fn events(records: &[Record]) -> Vec<&Event> {
        records.iter().filter_map(|record| if let Record::Event(event) = record { Some(event) } else { None }).collect()
    }

    // Two items of `kubectl get events -o json` in the lab, shortened.
    const EVENTS: &str = r#"{
    "apiVersion": "v1",
    "items": [
        {
            "action": "Binding",
            "apiVersion": "v1",
            "eventTime": "2026-11-22T08:54:50.394957Z",
            "firstTimestamp": null,
            "involvedObject": {"kind": "Pod", "name": "frontend-0", "namespace": "platform-004"},
            "kind": "Event",
            "lastTimestamp": null,
            "message": "Successfully assigned platform-004/frontend-0 to worker-1",
            "metadata": {"creationTimestamp": "2026-11-22T08:54:50Z", "name": "frontend-0.18ea521e07dcbaf9"},
            "reason": "Scheduled",
            "reportingComponent": "default-scheduler",
            "reportingInstance": "default-scheduler-vm",
            "source": {},
            "type": "Normal"
        },
        {
            "apiVersion": "v1",
            "count": 5,
            "eventTime": null,
            "firstTimestamp": "2026-11-22T08:54:55Z",
            "involvedObject": {
                "fieldPath": "spec.initContainers{frontend}",
                "kind": "Pod",
                "name": "frontend-0",
                "namespace": "platform-004"
            },
            "kind": "Event",
            "lastTimestamp": "2026-11-22T08:57:57Z",
            "message": "Failed to pull image \"registry.lab.example/team/frontend:v1\": EOF",
            "reason": "Failed",
            "source": {"component": "kubelet", "host": "worker-1"},
            "type": "Warning"
        }
    ],
    "kind": "List",
    "metadata": {"resourceVersion": ""}
}
"#;

    #[test]
    fn a_list_of_events() {
        let (taken, records) = read_text(EVENTS);
        assert_eq!((taken, records.len()), (Taken::all(41), 2));
        let [scheduled, failed] = events(&records)[..] else { panic!("{records:?}") };
        assert_eq!((scheduled.age.last, scheduled.age.first, scheduled.age.count), (Some(187), Some(187), None));
        assert_eq!((scheduled.component.as_deref(), scheduled.host.as_deref()), (Some("default-scheduler"), None));
        assert_eq!((failed.age.last, failed.age.first, failed.age.count), (Some(0), Some(182), Some(5)));
        assert_eq!(failed.message, "Failed to pull image \"registry.lab.example/team/frontend:v1\": EOF");
        assert_eq!((failed.event_type, failed.host.as_deref()), (Some(EventType::Warning), Some("worker-1")));
        let pod = ObjectRef { kind: Some("pod".into()), namespace: Some("platform-004".into()), name: Some("frontend-0".into()) };
        assert_eq!((&failed.object, &failed.container), (&pod, &Some(ContainerRef { name: "frontend".into(), init: true })));
        assert_eq!((failed.at.location.line, failed.at.location.column), (33, 24));
        assert_eq!(failed.at.text(), r#""Failed to pull image \"registry.lab.example/team/frontend:v1\": EOF""#);
    }

    #[test]
    fn cut_lists_keep_whole_items() {
        let whole = EVENTS.lines().take(33).collect::<Vec<_>>().join("\n");
        let (taken, records) = read_text(&format!("{}\n[root@m ~]# k get pods", &whole[..whole.len() - 40]));
        // The message is cut inside, and what is left of it is still an event.
        assert_eq!((taken, records.len()), (Taken::all(33), 2));
        assert_eq!(events(&records)[1].message, "Failed to pull image \"regist");
        let tail: String = EVENTS.lines().skip(15).map(|line| format!("{line}\n")).collect();
        assert_eq!(read_text(&tail).0, Taken::NOTHING);
        let tail: String = EVENTS.lines().skip(19).map(|line| format!("{line}\n")).collect();
        let (taken, records) = read_text(&tail);
        assert_eq!((taken, records.len()), (Taken::all(22), 1));
    }

    #[test]
    fn one_object_a_line() {
        let event = r#"{"metadata":{"name":"web-0.1","namespace":"a"},"reason":"BackOff","message":"Back-off","count":3,"involvedObject":{"kind":"Pod","name":"web-0"}}"#;
        for line in [
            event.to_owned(),
            format!("{{\"verb\":\"ADDED\",\"event\":{event}}}"),
            format!("{{\"type\":\"ADDED\",\"object\":{event}}}"),
            format!("2026-11-22T08:54:55.1Z stdout F {event}"),
            format!("[{event}]"),
        ] {
            let (taken, records) = read_text(&format!("{line}\n{line}\n"));
            assert_eq!((taken, records.len()), (Taken::all(2), 2), "{line}");
            let event = events(&records)[0];
            assert_eq!((event.message.as_str(), event.age.count, event.object.namespace.as_deref()), ("Back-off", Some(3), Some("a")));
            assert_eq!((event.at.text().as_str(), event.at.lines.as_str()), ("\"Back-off\"", "\"Back-off\""));
        }
    }

    #[test]
    fn the_columns_of_a_very_long_line() {
        let filler = "가".repeat(9_000);
        let item = |name: &str| {
            format!(r#"{{"kind":"Event","metadata":{{"name":"{name}","x":"{filler}"}},"reason":"R{name}","message":"{name} 실패"}}"#)
        };
        let text = format!(r#"{{"kind":"List","apiVersion":"v1","items":[{},{}]}}"#, item("a"), item("b"));
        let (_, records) = read_text(&text);
        let found = events(&records);
        assert_eq!(found.len(), 2);
        for event in found {
            assert_eq!(event.at.text(), format!("\"{}\"", event.message));
            let before = text.find(&event.at.text()).map(|at| text[..at].chars().count() + 1);
            assert_eq!(Some(event.at.location.column as usize), before);
        }
    }

    #[test]
    fn values_of_secrets_are_nowhere() {
        let secret = r#"{"apiVersion":"v1","data":{".dockerconfigjson":"c2VjcmV0"},"kind":"Secret","metadata":{"name":"regcred","namespace":"a"},"type":"kubernetes.io/dockerconfigjson"}"#;
        let pretty = "{\n\"apiVersion\": \"v1\",\n\"data\": {\".dockerconfigjson\": \"c2VjcmV0\"}, \"type\": \"kubernetes.io/dockerconfigjson\",\n\"kind\": \"Secret\", \"metadata\": {\"name\": \"regcred\"}\n}";
        let list = format!(r#"{{"apiVersion":"v1","items":[{secret},{{"kind":"Event","metadata":{{}},"message":"m"}}],"kind":"List"}}"#);
        for text in [secret, pretty, list.as_str(), &secret.replace(",\"type\":\"kubernetes.io/dockerconfigjson\"", "")] {
            let (_, records) = read_text(text);
            let Some(Record::Secret(secret)) = records.first() else { panic!("{text}") };
            assert_eq!((secret.keys.as_slice(), secret.name.as_deref()), ([".dockerconfigjson".to_owned()].as_slice(), Some("regcred")));
            assert!(!format!("{records:?}").contains("c2VjcmV0"), "{records:?}");
        }
    }

    #[test]
    fn parts_of_pods() {
        let state = r#"{"waiting":{"message":"Back-off pulling image \"a:1\": ErrImagePull: EOF","reason":"ImagePullBackOff"}}"#;
        let status = format!(r#"{{"image":"a:1","name":"web","ready":false,"state":{state}}}"#);
        for (text, name) in [
            (state.to_owned(), ""),
            (status.clone(), "web"),
            (format!("[{status}]"), "web"),
            (format!(r#"{{"phase":"Pending","containerStatuses":[{status}]}}"#), "web"),
        ] {
            let (_, records) = read_text(&text);
            let [Record::Pod(pod)] = &records[..] else { panic!("{text}: {records:?}") };
            let [container] = &pod.containers[..] else { panic!("{text}: {pod:?}") };
            assert_eq!(container.name, name);
            assert!(
                matches!(&container.state, State::Waiting { reason, message: Some(message) } if reason == "ImagePullBackOff" && message.ends_with("EOF"))
            );
            assert_eq!(container.at.as_ref().map(Citation::text).as_deref(), Some("\"ImagePullBackOff\""));
        }
    }

    #[test]
    fn json_of_others_is_left_alone() {
        for text in [
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":[{"Type":"repository"}]}]}"#,
            r#"{"level":"debug","ts":1.5,"logger":"events","msg":"x","object":{"kind":"Pod","apiVersion":"v1","name":"a"},"reason":"Failed"}"#,
            r#"{"log":"{\"kind\":\"Event\",\"involvedObject\":{}}\n","stream":"stdout","time":"2026-11-22T08:54:55Z"}"#,
            r#"{"MESSAGE":"x","_PID":"1","metadata":{}}"#,
            r#"{"auths":{"r.local":{"auth":"abc"}}}"#,
            "[ERROR] \"kind\"",
            "{",
            "[",
            "",
        ] {
            let (taken, records) = read_text(text);
            assert_eq!((taken, records.len()), (Taken::NOTHING, 0), "{text}");
        }
    }

    #[test]
    fn a_bad_item_costs_itself() {
        let (taken, records) = read_text(
            "{\"apiVersion\":\"v1\",\"items\":[\n{\"kind\":\"Event\",\"metadata\":{},\"message\":3},\n{\"kind\":\"Event\" \"x\"},\n{\"kind\":\"Event\",\"metadata\":{},\"message\":\"m\"}\n]}",
        );
        assert_eq!((taken, records.len()), (Taken { lines: 5, unread: 2 }, 1));
    }

    #[test]
    fn what_may_stand_between_objects() {
        let object = "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{}}\n";
        for (gap, lines) in [("", 2), ("\n", 3), (",\n", 3), ("---\n", 3), ("...\n", 3), ("\n,\n\n", 5), ("prose\n", 1)] {
            let (taken, records) = read_text(&format!("{object}{gap}{object}"));
            assert_eq!((taken, records.len()), (Taken::all(lines), if gap == "prose\n" { 1 } else { 2 }), "{gap:?}");
        }
        assert_eq!(read_text(&format!("{object}]\n")).0.lines, 2);
    }

    #[test]
    fn where_an_object_may_begin() {
        for (text, start) in [
            ("  {\"kind\": \"Pod\"}", Some(2)),
            ("- {\"kind\": \"Pod\"}", Some(2)),
            ("{", Some(0)),
            ("2026-11-22T08:54:55Z {\"kind\": \"Pod\"}", Some(21)),
            ("{\"log\": 1}", None),
            ("web {\"kind\": \"Pod\"}", None),
            ("17 {\"kind\": \"Pod\"}", None),
        ] {
            assert_eq!(opening(text), start, "{text}");
        }
    }

    #[test]
    fn bounds_of_a_piece() {
        let event = |message: &str| format!("{{\"kind\":\"Event\",\n\"metadata\":{{}},\n\"message\":\"{message}\"}}");
        let frame = event("").len();
        // The largest that etcd takes.
        assert_eq!(events(&read_text(&event(&"x".repeat(1536 * 1024 - frame))).1).len(), 1);
        let deep = format!("{{\"kind\":\"Event\",\n\"metadata\":{{}},\n\"x\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        for (text, bound) in [
            (event(&"x".repeat(PIECE_LIMIT - frame)), None),
            (event(&"x".repeat(PIECE_LIMIT - frame + 1)), Some((TOO_LARGE, 3))),
            (event(&"x".repeat(PIECE_LIMIT)), Some((TOO_LARGE, 3))),
            (deep, Some((TOO_DEEP, 3))),
        ] {
            let (taken, records) = read_text(&text);
            let found =
                records.iter().find_map(|record| if let Record::Bound { what, lines } = record { Some((*what, *lines)) } else { None });
            assert_eq!((found, taken.unread, records.len()), (bound, if bound.is_some() { 3 } else { 0 }, 1), "{}", &text[..60]);
        }
    }

    #[test]
    fn a_cut_object_is_mended_up_to_a_size() {
        let cut = |size: usize| {
            let text = "{\"kind\":\"Event\",\"metadata\":{},\"message\":\"";
            read_text(&format!("{text}{}", "x".repeat(size - text.len()))).1.len()
        };
        assert_eq!(cut(128 * 1024), 1);
        assert_eq!((cut(100), cut(REPAIR_LIMIT), cut(REPAIR_LIMIT + 1), cut(2 * REPAIR_LIMIT)), (1, 1, 0, 0));
    }

    #[test]
    fn broken_strings_and_elisions_are_mended() {
        let message = format!("Failed to pull image {}: EOF", "x".repeat(60));
        let text =
            format!("{{\n\"kind\":\"Event\",\n...\n\"metadata\":{{}},\n\"message\":\"{}\n{}\"\n}}\n", &message[..70], &message[70..]);
        let (taken, records) = read_text(&text);
        assert_eq!((taken, events(&records)[0].message.as_str()), (Taken::all(7), message.as_str()));
        let whole = "{\n\"kind\":\"Event\",\n...\n\"metadata\":{},\n\"message\":\"m\"\n}\n";
        assert_eq!(events(&read_text(whole).1)[0].message, "m");
    }

    #[test]
    fn of_a_line_with_more_in_it_only_the_value_is_cited() {
        let (_, records) = read_text(EVENTS);
        assert_eq!(events(&records)[1].at.lines, EVENTS.lines().nth(32).unwrap());
        let secret = "{\n\"apiVersion\": \"v1\",\n\"type\": \"Opaque\", \"data\": {\"password\": \"c2VjcmV0\"},\n\"kind\": \"Secret\", \"metadata\": {\"name\": \"regcred\"}\n}";
        assert!(!format!("{:?}", read_text(secret).1).contains("c2VjcmV0"));
    }

    #[test]
    fn citations_in_very_long_lines() {
        let filler = "x".repeat(20_000);
        let event = |message: &str| format!("{{\"kind\":\"Event\",\"metadata\":{{\"x\":\"{filler}\"}},\"message\":\"{message}\"}}");
        let at = |text: &str| -> Vec<(u64, usize, String)> {
            let mut out = Vec::new();
            read(&crate::parse::tests::lines(text), &mut out);
            events(&out).iter().map(|event| (event.at.location.line, event.at.location.column as usize, event.at.text())).collect()
        };
        let column = event("").len() - 2;
        let two = format!("{}\n{}\n", event("one"), event("two"));
        assert_eq!(at(&two), [(1, column, "\"one\"".to_owned()), (2, column, "\"two\"".to_owned())]);
        let list = format!("{{\"apiVersion\":\"v1\",\"items\":[\n{},\n{}\n]}}\n", event("one"), event("two"));
        assert_eq!(at(&list), [(2, column, "\"one\"".to_owned()), (3, column, "\"two\"".to_owned())]);
        // A message that is very long itself is cited up to a bound, and whole characters of it.
        let long = format!("a{}", "가".repeat(9_000));
        let found = at(&event(&long));
        assert_eq!((found[0].1, found[0].2.chars().count()), (column, 2 + (LONG - 2) / 3));
        // Colours were taken out of the line, so its beginning stands for it.
        let coloured = event("m").replace("\"message\"", "\u{1b}[31m\"message\"\u{1b}[0m");
        assert_eq!(at(&coloured)[0].1, 1);
    }

    /// So much of a message in a long line is cited.
    const LONG: usize = 16 * 1024;
}
