//! One row of an event table, whatever its columns.
//!
//! In: a line, and the table's header when there is one. Out: the row's parts. Without a header the parts are
//! told by their shape, because people paste rows without headers, with other indentation and with collapsed
//! blanks; a header is needed only where a bare word could be several things.
//!
//! ```text
//! Warning  Failed  7m23s (x4 over 8m55s)  kubelet, node1  Failed to pull image ...                     describe
//! 22s (x4 over 95s)   Warning   Failed   Pod/web-7d9   Failed to pull image ...                         kubectl events
//! 3m55s  Warning  Failed  pod/a  spec.containers{a}  kubelet, n1  Error: ErrImagePull  10m  22  a.17a8  get events -o wide
//! 1h  1h  1  web.15a2  Pod  spec.containers{web}  Warning  Failed  {kubelet n1}  Failed to pull ...     up to 1.13
//! ```

use crate::parse::primitive::{cells, event_type, field_path, interval, is_camel_case, is_name, word};
use crate::record::{Age, ContainerRef, EventType};

/// The parts of a row; slices borrow from the line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row<'l> {
    pub(crate) event_type: Option<EventType>,
    pub(crate) reason: &'l str,
    pub(crate) age: Age,
    pub(crate) component: Option<&'l str>,
    pub(crate) host: Option<&'l str>,
    pub(crate) namespace: Option<&'l str>,
    pub(crate) kind: Option<&'l str>,
    pub(crate) name: Option<&'l str>,
    pub(crate) container: Option<ContainerRef>,
    pub(crate) message: &'l str,
}

/// How many words may stand before the type; more is prose.
const WORDS_BEFORE_TYPE: usize = 8;

/// Kinds that events are about.
const KINDS: &[&str] = &[
    "pod",
    "node",
    "replicaset",
    "deployment",
    "statefulset",
    "daemonset",
    "job",
    "cronjob",
    "service",
    "endpoints",
    "endpointslice",
    "persistentvolumeclaim",
    "persistentvolume",
    "horizontalpodautoscaler",
    "ingress",
    "namespace",
    "configmap",
    "secret",
    "serviceaccount",
    "replicationcontroller",
    "lease",
    "poddisruptionbudget",
    "gitrepository",
    "helmrelease",
    "kustomization",
    "certificate",
];

/// Reads a row by the shape of its parts.
pub(crate) fn by_shape(line: &str) -> Option<Row<'_>> {
    let mut row = Row::default();
    let mut rest = line.trim_start().trim_start_matches(['-', '*', '•', '+']).trim_start();
    if !rest.contains("Normal") && !rest.contains("Warning") {
        return None;
    }
    let mut words: Vec<&str> = Vec::new();
    for _ in 0..=WORDS_BEFORE_TYPE {
        if let Ok((after, kind)) = event_type(rest) {
            row.event_type = Some(kind);
            rest = after.trim_start();
            break;
        }
        rest = before_type(rest, &mut row, &mut words)?.trim_start();
    }
    row.event_type?;
    let (after, reason) = word(rest).ok()?;
    if !is_camel_case(reason) {
        return None;
    }
    row.reason = reason;
    rest = after;
    assign_words(&words, &mut row);
    rest = after_reason(rest, &mut row);
    row.message = without_wide_columns(rest.trim(), &mut row);
    // "Warning Failed" can begin a sentence; a row has a time, a source, an object or a known message.
    let evidence = row.age != Age::default() || row.component.is_some() || row.kind.is_some() || line.contains("  ");
    (evidence && (!row.message.is_empty() || row.age != Age::default())).then_some(row)
}

/// One part left of the type.
fn before_type<'l>(rest: &'l str, row: &mut Row<'l>, words: &mut Vec<&'l str>) -> Option<&'l str> {
    if let Ok((after, age)) = interval(rest) {
        if row.age == Age::default() {
            row.age = age;
        } else if row.age.first.is_none() {
            // Old tables show last and first; describe's oldest layout shows first and last.
            row.age.first = age.last;
        }
        return Some(after);
    }
    if let Ok((after, container)) = field_path(rest) {
        row.container = Some(container);
        return Some(after);
    }
    if let Some((after, component, host)) = braces(rest) {
        row.component = Some(component);
        row.host = host;
        return Some(after);
    }
    let (after, found) = word(rest).ok()?;
    if let Some(component) = found.strip_suffix(',')
        && is_component(component)
        && let Ok((after, host)) = word(after.trim_start())
    {
        row.component = Some(component);
        row.host = Some(host);
        return Some(after);
    }
    if let Ok(count) = found.parse::<u64>() {
        row.age.count = Some(count);
        return Some(after);
    }
    if let Some((kind, name)) = object(found) {
        row.kind = Some(kind);
        row.name = Some(name);
        return Some(after);
    }
    // An ISO timestamp of a custom column.
    let timestamp = found.len() >= 19 && found.as_bytes()[4] == b'-' && found.contains('T');
    let plausible = is_name(found)
        || KINDS.contains(&found.to_ascii_lowercase().as_str())
        || timestamp
        || found == "<none>"
        || found == "ADDED"
        || found == "MODIFIED";
    if !plausible {
        return None;
    }
    words.push(found);
    Some(after)
}

/// Bare words left of the type: a namespace, or in old tables the event's name and the object's kind.
fn assign_words<'l>(words: &[&'l str], row: &mut Row<'l>) {
    for word in words {
        if KINDS.contains(&word.to_ascii_lowercase().as_str()) && row.kind.is_none() && !is_name(word) {
            row.kind = Some(word);
        } else if let Some((name, suffix)) = word.rsplit_once('.')
            && suffix.len() >= 12
            && suffix.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            row.name.get_or_insert(name);
        } else if is_component(word) && row.component.is_none() && words.len() > 1 {
            row.component = Some(word);
        } else if is_name(word) && row.namespace.is_none() {
            row.namespace = Some(word);
        }
    }
}

/// The parts between the reason and the message, in any order.
fn after_reason<'l>(rest: &'l str, row: &mut Row<'l>) -> &'l str {
    let mut rest = rest;
    loop {
        let text = rest.trim_start();
        if row.age == Age::default()
            && let Ok((after, age)) = interval(text)
        {
            row.age = age;
            rest = after;
            continue;
        }
        if row.container.is_none()
            && let Ok((after, container)) = field_path(text)
            && after.starts_with([' ', '\t'])
        {
            row.container = Some(container);
            rest = after;
            continue;
        }
        if row.component.is_none()
            && let Some((after, component, host)) = braces(text)
        {
            row.component = Some(component);
            row.host = host;
            rest = after;
            continue;
        }
        let Ok((after, found)) = word(text) else { return text };
        if row.kind.is_none()
            && let Some((kind, name)) = object(found)
        {
            row.kind = Some(kind);
            row.name = Some(name);
            rest = after;
            continue;
        }
        // The object column of a skewed client shows only the kind.
        let wide_gap = after.starts_with("  ") || after.starts_with('\t');
        if row.kind.is_none() && wide_gap && KINDS.contains(&found.to_ascii_lowercase().as_str()) && !is_name(found) {
            row.kind = Some(found);
            rest = after;
            continue;
        }
        if found == "<none>" && wide_gap {
            rest = after;
            continue;
        }
        if row.component.is_none()
            && let Some(component) = found.strip_suffix(',')
            && is_name(component)
            && let Ok((behind, host)) = word(after.trim_start())
            && (is_component(component) || behind.starts_with("  ") || behind.starts_with('\t'))
        {
            row.component = Some(component);
            row.host = Some(host);
            rest = behind;
            continue;
        }
        if row.component.is_none() && (is_component(found) || (wide_gap && is_name(found))) && !after.trim_start().is_empty() {
            row.component = Some(found);
            rest = after;
            continue;
        }
        return text;
    }
}

/// Where a second row begins inside a message, as tables look whose line ends a web form ate.
pub(super) fn second_row(message: &str) -> Option<usize> {
    ["  Normal ", "  Warning "]
        .iter()
        .flat_map(|word| message.match_indices(word))
        .map(|(at, _)| at)
        .filter(|at| by_shape(&message[*at..]).is_some_and(|row| row.age != Age::default()))
        .min()
}

/// `FIRST SEEN`, `COUNT` and `NAME` stand behind the message in `-o wide`.
fn without_wide_columns<'l>(message: &'l str, row: &mut Row<'l>) -> &'l str {
    if !message.contains("   ") {
        return message;
    }
    let found = cells(message);
    if let [.., (_, _), (at, first), (_, count), (_, name)] = found.as_slice()
        && let Ok(("", first)) = crate::parse::primitive::age(first)
        && let Ok(count) = count.parse::<u64>()
        && name.contains('.')
    {
        row.age.first = first;
        row.age.count = Some(count);
        return message[..*at].trim_end();
    }
    message
}

/// `{kubelet node1}` of the oldest tables.
fn braces(text: &str) -> Option<(&str, &str, Option<&str>)> {
    let (inside, rest) = text.strip_prefix('{')?.split_once('}')?;
    let mut words = inside.split_whitespace();
    let component = words.next()?;
    is_name(component).then(|| (rest, component, words.next()))
}

/// `pod/web-1` or `Pod/web-1`.
fn object(text: &str) -> Option<(&str, &str)> {
    let (kind, name) = text.split_once('/')?;
    (KINDS.contains(&kind.to_ascii_lowercase().as_str()) && !name.is_empty() && !name.contains('/')).then_some((kind, name))
}

fn is_component(text: &str) -> bool {
    const COMPONENTS: &[&str] = &[
        "kubelet",
        "default-scheduler",
        "kube-proxy",
        "kubelet-preload",
        "taint-eviction-controller",
        "node-controller",
        "deployment-controller",
        "replicaset-controller",
    ];
    COMPONENTS.contains(&text) || (text.ends_with("-controller") && is_name(text)) || (text.ends_with("-scheduler") && is_name(text))
}

/// A header with the column at which each name begins, in characters (kubectl pads by characters).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    columns: Vec<(usize, Column)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Namespace,
    LastSeen,
    FirstSeen,
    Count,
    Type,
    Reason,
    Object,
    Kind,
    Name,
    SubObject,
    Source,
    Message,
    Other,
}

/// Reads a header: it must name at least a reason and a message, in capitals or in describe's spelling.
pub(crate) fn header(line: &str) -> Option<Header> {
    // Most lines are told by one letter.
    memchr::memchr(b'R', line.as_bytes())?;
    let text = line.trim();
    if !(text.contains("REASON") || text.contains("Reason")) || text.len() > 4096 {
        return None;
    }
    let mut columns = Vec::new();
    for (at, cell) in cells(line) {
        let name: String = cell.to_ascii_lowercase().split_whitespace().collect();
        let column = match name.as_str() {
            "namespace" => Column::Namespace,
            "lastseen" | "last_seen" | "last-seen" | "age" | "last" | "lasttimestamp" | "time" | "when" => Column::LastSeen,
            "firstseen" | "firsttimestamp" => Column::FirstSeen,
            "count" => Column::Count,
            "type" => Column::Type,
            "reason" => Column::Reason,
            // Names that people give to columns of their own.
            "object" | "obj" | "pod" => Column::Object,
            "kind" => Column::Kind,
            "name" => Column::Name,
            "subobject" | "subobjectpath" => Column::SubObject,
            "source" | "from" => Column::Source,
            "message" | "msg" | "note" => Column::Message,
            _ => Column::Other,
        };
        columns.push((line[..at].chars().count(), column));
    }
    let has = |wanted: Column| columns.iter().any(|(_, column)| *column == wanted);
    if has(Column::Reason) && has(Column::Message) && (has(Column::Type) || has(Column::LastSeen)) {
        return Some(Header { columns });
    }
    // Collapsed blanks: the names are there in one cell; the rows are read by shape.
    let collapsed =
        ["TYPE REASON", "Type Reason"].iter().any(|words| text.contains(words)) && text.to_ascii_lowercase().ends_with("message");
    collapsed.then(|| Header { columns: Vec::new() })
}

/// Reads a row by its header's columns; `None` where it has other ones.
pub(crate) fn by_header<'l>(line: &'l str, header: &Header) -> Option<Row<'l>> {
    // Names of another length move what stands behind them, but not its order.
    let in_order = || cells(line).into_iter().map(|(_, cell)| cell).collect();
    in_columns(line, header).and_then(|cells| filled(cells, header)).or_else(|| filled(in_order(), header))
}

/// The cells of a line, cut where the header's names begin; `None` where one does not begin there.
fn in_columns<'l>(line: &'l str, header: &Header) -> Option<Vec<&'l str>> {
    let mut offsets: Vec<usize> = Vec::with_capacity(header.columns.len() + 1);
    let mut wanted = header.columns.iter().map(|(at, _)| *at).peekable();
    for (position, (byte, _)) in line.char_indices().enumerate() {
        while wanted.next_if_eq(&position).is_some() {
            offsets.push(byte);
        }
    }
    offsets.resize(header.columns.len(), line.len());
    offsets.push(line.len());
    // A cell must begin where its name does: a blank before it, or the line's start.
    let begins = |from: usize| from == 0 || from == line.len() || line[..from].ends_with([' ', '\t']);
    offsets.windows(2).map(|range| begins(range[0]).then(|| line[range[0]..range[1]].trim())).collect()
}

/// A row of these cells, if they say what a row has to.
fn filled<'l>(cells: Vec<&'l str>, header: &Header) -> Option<Row<'l>> {
    if cells.len() != header.columns.len() {
        return None;
    }
    let mut row = Row::default();
    for (cell, (_, column)) in cells.into_iter().zip(&header.columns) {
        if !cell.is_empty() && cell != "<none>" {
            put(cell, *column, &mut row)?;
        }
    }
    let complete = is_camel_case(row.reason) && !row.message.is_empty();
    (complete && (row.event_type.is_some() || row.age != Age::default())).then_some(row)
}

fn put<'l>(cell: &'l str, column: Column, row: &mut Row<'l>) -> Option<()> {
    match column {
        Column::Namespace => row.namespace = Some(cell),
        Column::LastSeen => {
            if let Ok(("", age)) = interval(cell) {
                row.age = Age { first: age.first.or(row.age.first), count: age.count.or(row.age.count), ..age };
            } else if !cell.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
        }
        Column::FirstSeen => row.age.first = crate::parse::primitive::age(cell).ok()?.1,
        Column::Count => row.age.count = cell.parse().ok(),
        Column::Type => row.event_type = Some(event_type(cell).ok()?.1),
        Column::Reason => row.reason = cell,
        Column::Object => match cell.split_once('/') {
            Some((kind, name)) => (row.kind, row.name) = (Some(kind), Some(name)),
            None if KINDS.contains(&cell.to_ascii_lowercase().as_str()) => row.kind = Some(cell),
            None => row.name = Some(cell),
        },
        Column::Kind => row.kind = Some(cell),
        // An event's own name is its object's and a hexadecimal suffix.
        Column::Name => row.name = row.name.or_else(|| Some(cell.rsplit_once('.').map_or(cell, |(name, _)| name))),
        Column::SubObject => row.container = field_path(cell).ok().map(|(_, container)| container),
        Column::Source => match braces(cell) {
            Some((_, component, host)) => (row.component, row.host) = (Some(component), host),
            None => {
                let (component, host) = cell.split_once(',').unwrap_or((cell, ""));
                row.component = Some(component.trim());
                row.host = Some(host.trim()).filter(|host| !host.is_empty());
            }
        },
        Column::Message => row.message = cell,
        Column::Other => {}
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describe_rows_of_all_ages() {
        let row = by_shape(" Warning  Failed   36m (x7 over 59m)     kubelet, master  Failed to pull image \"a\": x").unwrap();
        assert_eq!(
            (row.reason, row.component, row.host, row.message),
            ("Failed", Some("kubelet"), Some("master"), "Failed to pull image \"a\": x")
        );
        assert_eq!(row.age, Age { last: Some(2160), first: Some(3540), count: Some(7), dated: false });
        let row = by_shape("Normal  BackOff  4s (x208224 over 32d)  kubelet  Back-off pulling image \"a\"").unwrap();
        assert_eq!(row.age.count, Some(208_224));
        let collapsed = by_shape("Warning Failed 9s (x2 over 24s) kubelet Error: ErrImagePull").unwrap();
        assert_eq!((collapsed.component, collapsed.message), (Some("kubelet"), "Error: ErrImagePull"));
        let old = by_shape("  1h  2m  7  kubelet, node1  spec.containers{web}  Warning  Failed  Failed to pull image \"a\"").unwrap();
        assert_eq!((old.age.count, old.container.map(|c| c.name).as_deref(), old.host), (Some(7), Some("web"), Some("node1")));
    }

    #[test]
    fn get_events_rows() {
        let row = by_shape("default   22s         Warning   Failed   pod/web-1   Error: ErrImagePull").unwrap();
        assert_eq!((row.namespace, row.kind, row.name, row.message), (Some("default"), Some("pod"), Some("web-1"), "Error: ErrImagePull"));
        let row =
            by_shape("3m55s  Warning  Failed  pod/a  spec.containers{a}  kubelet, n1  Error: ErrImagePull   10m   22   a.17a8b9c0d1e2f3a4")
                .unwrap();
        assert_eq!((row.host, row.message, row.age.count, row.age.first), (Some("n1"), "Error: ErrImagePull", Some(22), Some(600)));
        let row = by_shape("Warning   Failed   Pod/image-repo-demo   Failed to pull image \"x\": ...").unwrap();
        assert_eq!((row.name, row.message), (Some("image-repo-demo"), "Failed to pull image \"x\": ..."));
    }

    #[test]
    fn prose_is_no_row() {
        assert_eq!(by_shape("The Warning Failed appears when the image is missing"), None);
        assert_eq!(by_shape("Normal operation resumes after 5m of Warning signs"), None);
        assert_eq!(by_shape("Warning: this is deprecated"), None);
    }

    #[test]
    fn columns_of_ones_own() {
        let header = header("TIME                   TYPE      REASON   POD      MSG").unwrap();
        let row =
            by_header("2026-11-22T09:00:00Z   Warning   Failed   web-1    Failed to pull image \"r.example/a:1\": EOF", &header).unwrap();
        assert_eq!((row.name, row.reason, row.message), (Some("web-1"), "Failed", "Failed to pull image \"r.example/a:1\": EOF"));
    }

    #[test]
    fn a_row_that_has_left_its_columns_is_read_by_their_order() {
        let header = header("REASON   POD     MSG                             TYPE").unwrap();
        let row = by_header("Failed   web-1-longer   Failed to pull image \"a/b:1\": EOF   Warning", &header).unwrap();
        assert_eq!(
            (row.name, row.event_type, row.message),
            (Some("web-1-longer"), Some(EventType::Warning), "Failed to pull image \"a/b:1\": EOF")
        );
        assert_eq!(by_header("Failed   web-1-longer   EOF", &header), None);
        assert_eq!(by_header("Failed   web-1-longer   a   b   Warning", &header), None);
    }

    #[test]
    fn a_header_tells_blank_cells() {
        let head = "LAST SEEN   TYPE      REASON      OBJECT     SUBOBJECT             SOURCE            MESSAGE                 FIRST SEEN   COUNT   NAME";
        let line = "10m         Normal    Scheduled   pod/a                            default-scheduler Successfully assigned   10m          1       a.18ea5238b60f0f2c";
        let row = by_header(line, &header(head).unwrap()).unwrap();
        assert_eq!((row.container.clone(), row.component, row.message), (None, Some("default-scheduler"), "Successfully assigned"));
        assert_eq!(header("NAME   READY   STATUS   RESTARTS   AGE"), None);
    }

    #[test]
    fn a_row_needs_more_than_two_words_that_a_sentence_has_too() {
        for (line, message) in [
            ("Warning Failed 9s Error: ErrImagePull", Some("Error: ErrImagePull")),
            ("Warning Failed kubelet Error: ErrImagePull", Some("Error: ErrImagePull")),
            ("Warning Failed pod/web-1 Error: ErrImagePull", Some("Error: ErrImagePull")),
            ("Warning  Failed  Error: ErrImagePull", Some("Error: ErrImagePull")),
            ("Warning Failed 9s", Some("")),
            ("Warning Failed Error: ErrImagePull", None),
            ("Warning  Failed  pod/web-1", None),
            ("Warning  Failed", None),
            ("Warning  failed  9s  kubelet  Error: ErrImagePull", None),
        ] {
            assert_eq!(by_shape(line).map(|row| row.message), message, "{line}");
        }
    }

    #[test]
    fn what_stands_before_the_type() {
        let end = "Warning   Failed   pod/web-1   Error: ErrImagePull";
        for (front, namespace, component) in [
            ("shop   22s", Some("shop"), None),
            ("2026-11-22T09:00:00Z", None, None),
            ("2026-11-22T09:00:00Z   shop", Some("shop"), None),
            ("2026-11-22T09:00:00Z   kubelet", None, Some("kubelet")),
            ("ADDED   shop   22s", Some("shop"), None),
            ("MODIFIED   shop   22s", Some("shop"), None),
            ("<none>   shop", Some("shop"), None),
            ("shop   other", Some("shop"), None),
            // A namespace may be called like a kind or a component.
            ("job   22s", Some("job"), None),
            ("kubelet   22s", Some("kubelet"), None),
            ("shop   kubelet   22s", Some("shop"), Some("kubelet")),
            ("shop   kubelet   kube-proxy   22s", Some("shop"), Some("kubelet")),
            ("team.ab   22s", Some("team.ab"), None),
        ] {
            let line = format!("{front}   {end}");
            let row = by_shape(&line).unwrap_or_default();
            assert_eq!((row.namespace, row.component, row.kind), (namespace, component, Some("pod")), "{front}");
        }
        for front in ["2026-11-22 10:00 ERROR", "DELETED?", "a b c d e f g h i"] {
            assert_eq!(by_shape(&format!("{front}   {end}")), None, "{front}");
        }
    }

    #[test]
    fn a_row_of_an_old_table() {
        let row =
            by_shape("2m  1h  7  web.15a2b3c4d5e6f7a8  Pod  spec.containers{web}  Warning  Failed  {kubelet n1}  Failed to pull").unwrap();
        assert_eq!((row.kind, row.name, row.namespace), (Some("Pod"), Some("web"), None));
        assert_eq!((row.component, row.host, row.message), (Some("kubelet"), Some("n1"), "Failed to pull"));
        assert_eq!(row.age, Age { last: Some(120), first: Some(3600), count: Some(7), dated: false });
    }

    #[test]
    fn where_the_message_begins() {
        for (behind, component, host, message) in [
            ("kubelet  Error:  ErrImagePull", Some("kubelet"), None, "Error:  ErrImagePull"),
            ("kubelet\tError: x", Some("kubelet"), None, "Error: x"),
            ("kubelet, node1 Error: x", Some("kubelet"), Some("node1"), "Error: x"),
            ("my-agent, node1  Error: x", Some("my-agent"), Some("node1"), "Error: x"),
            ("my-agent, node1\tError: x", Some("my-agent"), Some("node1"), "Error: x"),
            ("<none>  kubelet, node1  Error: x", Some("kubelet"), Some("node1"), "Error: x"),
            ("<none> of them", None, None, "<none> of them"),
            ("Pod  kubelet  Error: x", Some("kubelet"), None, "Error: x"),
            ("Pod\tkubelet  Error: x", Some("kubelet"), None, "Error: x"),
            // Words of the message, not of a column.
            ("Pod sandbox changed, it will be killed", None, None, "Pod sandbox changed, it will be killed"),
            ("unauthorized, try again", None, None, "unauthorized, try again"),
            ("denied by policy", None, None, "denied by policy"),
            ("Error:  two blanks", None, None, "Error:  two blanks"),
            ("docker.io/web  is gone", None, None, "docker.io/web  is gone"),
            ("pod/web/1  is gone", None, None, "pod/web/1  is gone"),
            ("pod/  is gone", None, None, "pod/  is gone"),
        ] {
            let line = format!("Warning  Failed  9s  {behind}");
            let row = by_shape(&line).unwrap_or_default();
            assert_eq!((row.component, row.host, row.message), (component, host, message), "{behind:?}");
        }
    }

    #[test]
    fn who_writes_events() {
        for (word, component) in [
            ("kubelet", true),
            ("job-controller", true),
            ("my-scheduler", true),
            ("Some-controller", false),
            ("Some-scheduler", false),
            ("web", false),
        ] {
            assert_eq!(is_component(word), component, "{word}");
        }
    }

    #[test]
    fn a_header_names_a_reason_a_message_and_a_type_or_a_time() {
        for (line, columns) in [
            ("TYPE   REASON   MESSAGE", Some(3)),
            ("AGE   REASON   MESSAGE", Some(3)),
            ("LAST SEEN TYPE REASON OBJECT MESSAGE", Some(0)),
            ("REASON   MESSAGE", None),
            ("TYPE   AGE   REASON", None),
            ("TYPE REASON OBJECT", None),
            ("There is no Reason for this message", None),
            ("type   reason   message", None),
        ] {
            assert_eq!(header(line).map(|header| header.columns.len()), columns, "{line}");
        }
        let long = |blanks: usize| header(&format!("TYPE   REASON{}MESSAGE", " ".repeat(blanks))).is_some();
        assert!(long(4096 - 20) && !long(4096 - 19) && !long(5000));
    }

    #[test]
    fn columns_of_all_versions() {
        let row = |head: &str, line: &'static str| by_header(line, &header(head).unwrap()).unwrap();
        // Up to 1.13.
        let head = "LASTSEEN   FIRSTSEEN   COUNT   NAME                     KIND   SUBOBJECT              TYPE      REASON   SOURCE          MESSAGE";
        let line = "2m         1h          7       web.15a2b3c4d5e6f7a8     Pod    spec.containers{web}   Warning   Failed   kubelet, n1     Failed to pull";
        let age = Age { last: Some(120), first: Some(3600), count: Some(7), dated: false };
        let web = Some(ContainerRef { name: "web".into(), init: false });
        let wanted = Row {
            event_type: Some(EventType::Warning),
            reason: "Failed",
            age,
            component: Some("kubelet"),
            host: Some("n1"),
            namespace: None,
            kind: Some("Pod"),
            name: Some("web"),
            container: web,
            message: "Failed to pull",
        };
        assert_eq!(row(head, line), wanted);
        let head = "FIRSTSEEN   COUNT   LASTSEEN   NAME                     KIND   SUBOBJECT              TYPE      REASON   SOURCE          MESSAGE";
        let line = "1h          7       2m         web.15a2b3c4d5e6f7a8     Pod    spec.containers{web}   Warning   Failed   {kubelet n1}    Failed to pull";
        assert_eq!(row(head, line), wanted);
        // Of all namespaces; the object of a newer client at an older server.
        let head = "NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT   SOURCE    MESSAGE";
        let line = "shop        2m          Warning   Failed   Pod      <none>    Failed to pull";
        let age = Age { last: Some(120), ..Age::default() };
        let wanted = Row { namespace: Some("shop"), name: None, container: None, component: None, host: None, age, ..wanted };
        assert_eq!(row(head, line), wanted);
    }

    #[test]
    fn a_row_below_a_header_says_what_a_row_has_to() {
        let header = header("LAST SEEN   TYPE      REASON    OBJECT      MESSAGE").unwrap();
        for (line, complete) in [
            ("2m          Warning   Failed    pod/web-1   Failed to pull", true),
            ("            Warning   Failed    pod/web-1   Failed to pull", true),
            ("2m                    Failed    pod/web-1   Failed to pull", true),
            ("                      Failed    pod/web-1   Failed to pull", false),
            ("2m          Warning   Failed    pod/web-1   ", false),
            ("2m          Warning   failed    pod/web-1   Failed to pull", false),
            ("soon        Warning   Failed    pod/web-1   Failed to pull", false),
            ("2m          Severe    Failed    pod/web-1   Failed to pull", false),
        ] {
            assert_eq!(by_header(line, &header).is_some(), complete, "{line}");
        }
    }
}
