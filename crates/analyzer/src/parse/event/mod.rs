//! Tables of events: `kubectl get events`, `kubectl events`, and the Events block of a describe.
//!
//! In: lines that begin with `Events:`, a header, or a row. Out: [`Event`]s, with the messages that run over
//! several lines put together again. The object that a describe is about is not known here; [`crate::parse::describe`]
//! passes it in.
//!
//! ```text
//! Events:
//!   Type     Reason   Age                From     Message
//!   ----     ------   ----               ----     -------
//!   Warning  Failed   9s (x2 over 24s)   kubelet  Failed to pull image "x": unexpected status ...: 403 Forbidden
//! denied: permission_denied: The token provided does not match expected scopes.
//! ```

pub(super) mod row;

use crate::parse::{Taken, layout};
use crate::record::{Event, ObjectRef, Record};
use crate::text::Line;
use row::{Header, Row, by_header, by_shape, header, second_row};

/// A message of more lines than this is not one message.
const MAX_CONTINUATIONS: usize = 24;
/// From this width on a line may have been wrapped by a terminal or a mail program.
const WRAP_WIDTH: usize = 76;

/// Reads a table, or a single row.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let first = lines[0].text();
    let labelled = is_label(first);
    if !labelled && header(first).is_none() && by_shape(first).is_none() {
        return Taken::NOTHING;
    }
    Taken::all(read_for(lines, &ObjectRef::default(), out).0)
}

/// `Events:` with nothing, or `<none>`, behind it.
pub(super) fn is_label(text: &str) -> bool {
    text.trim().strip_prefix("Events:").is_some_and(|rest| matches!(rest.trim(), "" | "<none>"))
}

/// Reads a table about `object`; returns how many lines it takes, and how many rows it has.
pub(super) fn read_for(lines: &[Line<'_>], object: &ObjectRef, out: &mut Vec<Record>) -> (usize, usize) {
    let mut at = 0;
    let mut columns: Option<Header> = None;
    let mut rows = 0;
    if is_label(lines[0].text()) {
        at += 1;
        if lines[0].text().trim().ends_with("<none>") {
            return (1, 0);
        }
    }
    let mut gap = 0;
    while let Some(line) = lines.get(at + gap) {
        let text = line.text();
        if text.trim().is_empty() && gap == 0 && rows == 0 {
            // A blank line between the label and the table.
            gap = 1;
            continue;
        }
        if let Some(found) = header(text) {
            columns = Some(found);
            at += gap + 1;
            gap = 0;
            continue;
        }
        if is_rule(text) || layout::is_elision(text) {
            at += gap + 1;
            gap = 0;
            continue;
        }
        let Some(row) = parse_row(text, columns.as_ref()) else { break };
        let whole = with_continuations(&lines[at + gap..], row.message, columns.as_ref());
        push(line, &row, whole.as_ref(), columns.as_ref(), object, out);
        rows += 1;
        at += gap + whole.as_ref().map_or(1, |(_, count)| *count);
        gap = 0;
    }
    (at, rows)
}

fn parse_row<'l>(text: &'l str, columns: Option<&Header>) -> Option<Row<'l>> {
    columns.and_then(|header| by_header(text, header)).or_else(|| by_shape(text))
}

/// A row together with the lines that its message runs over, and how many lines that is.
fn with_continuations<'t>(lines: &[Line<'t>], message: &str, columns: Option<&Header>) -> Option<(Line<'t>, usize)> {
    let mut joined: Option<Line<'t>> = None;
    let mut count = 1;
    while count <= MAX_CONTINUATIONS {
        let Some(next) = lines.get(count) else { break };
        // Where the type does not stand first only the header tells a row.
        if columns.is_some_and(|header| by_header(next.text(), header).is_some()) {
            break;
        }
        let so_far = joined.as_ref().unwrap_or(&lines[0]);
        // Below an indented row only what belongs to it is indented as far.
        let indented = lines[0].indent() > 0 && next.indent() >= lines[0].indent();
        let Some(glue) = glue(so_far.text(), lines[count - 1].text(), next.text(), indented, message) else { break };
        let skip = if glue.is_empty() { 0 } else { next.indent() };
        joined.get_or_insert_with(|| lines[0].clone()).join(glue, next, skip);
        count += 1;
    }
    joined.map(|line| (line, count))
}

/// What to put between a message and its next line; `None` when that line does not belong to it.
fn glue(so_far: &str, previous: &str, next: &str, indented: bool, message: &str) -> Option<&'static str> {
    let text = next.trim();
    if text.is_empty() || layout::is_boundary(next) || layout::is_elision(next) || starts_something(next) {
        return None;
    }
    if crate::parse::primitive::is_name(text) && !so_far.contains('"') {
        return None;
    }
    let open_quote = so_far.matches('"').count() % 2 == 1;
    // "Failed to pull image" wants a name.
    let nameless = message.ends_with("image") || message.ends_with("image tag");
    let unfinished = so_far.trim_end().ends_with([':', ',', '[', '(', '=', '…'])
        || so_far.trim_end().ends_with("...") && next.starts_with(' ')
        || open_quote
        || nameless
        || message.is_empty();
    let registry = ["denied", "unauthorized", "toomanyrequests", "manifest unknown", "name unknown", "errors:", "error:", "unknown:"]
        .iter()
        .any(|word| text.starts_with(word));
    let wide = previous.trim_end().chars().count() >= WRAP_WIDTH;
    if wide && !next.starts_with([' ', '\t']) && !registry {
        // Cut in mid-word by a terminal, or in mid-sentence by a mail program: a word end tells.
        return Some(if is_hard_wrap(previous) { "" } else { " " });
    }
    // A registry's answer is a line of its own; anything else is a sentence that somebody broke.
    (unfinished || registry || indented).then_some(if registry { "\n" } else { " " })
}

/// Whether a line was cut at a fixed column: it has no blank where the words meet.
fn is_hard_wrap(previous: &str) -> bool {
    let width = previous.chars().count();
    matches!(width, 76..=82 | 98..=102 | 118..=122 | 130..=134 | 158..=162 | 198..=202) || previous.ends_with(' ')
}

/// Whether the line is clearly the beginning of something else.
fn starts_something(next: &str) -> bool {
    by_shape(next).is_some()
        || header(next).is_some()
        || is_label(next)
        || crate::parse::describe::is_top_level_key(next)
        || crate::parse::pod_table::is_row_or_header(next)
        || crate::parse::prompt::is_prompt(next)
        || is_rule(next)
        || crate::parse::log::begins(next)
        || is_socket(next)
}

/// `tcp  0  1 127.0.0.1:62542 ...`
fn is_socket(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let protocol = words.next().is_some_and(|word| matches!(word, "tcp" | "tcp6" | "udp" | "udp6"));
    protocol && words.take(2).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).count() == 2
}

/// `----  ------  ----`
fn is_rule(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 4 && text.contains("---") && text.bytes().all(|byte| matches!(byte, b'-' | b' ' | b'\t' | b'|'))
}

fn push(
    line: &Line<'_>,
    row: &Row<'_>,
    whole: Option<&(Line<'_>, usize)>,
    columns: Option<&Header>,
    object: &ObjectRef,
    out: &mut Vec<Record>,
) {
    // With continuation lines the message is read again from the joined line.
    let joined = whole.and_then(|(joined, _)| Some((joined, parse_row(joined.text(), columns)?)));
    let (line, row) = match &joined {
        Some((joined, row)) => (*joined, row),
        None => (line, row),
    };
    if let Some(at) = second_row(row.message) {
        let behind = row.message.as_ptr() as usize - line.text().as_ptr() as usize + at;
        let (first, rest) = (line.keep(behind), line.skip(behind));
        for line in [&first, &rest] {
            if let Some(row) = by_shape(line.text()) {
                push(line, &row, None, None, object, out);
            }
        }
        return;
    }
    let mut about = object.clone();
    if let Some(kind) = row.kind {
        about.kind = Some(kind.to_ascii_lowercase());
        about.name = row.name.map(str::to_owned);
    } else if row.name.is_some() && about.name.is_none() {
        about.name = row.name.map(str::to_owned);
    }
    if let Some(namespace) = row.namespace {
        about.namespace = Some(namespace.to_owned());
    }
    out.push(Record::Event(Event {
        event_type: row.event_type,
        reason: Some(row.reason.to_owned()),
        age: row.age,
        component: row.component.map(str::to_owned),
        host: row.host.map(str::to_owned),
        object: about,
        container: row.container.clone(),
        message: row.message.to_owned(),
        at: line.cite(row.message),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;

    fn events(text: &str) -> (Vec<Event>, Taken) {
        let mut out = Vec::new();
        let taken = read(&lines(text), &mut out);
        (out.into_iter().filter_map(|record| if let Record::Event(event) = record { Some(event) } else { None }).collect(), taken)
    }

    #[test]
    fn a_message_with_line_ends_is_one_message() {
        let (found, taken) = events(
            "Events:\n  Type     Reason  Age  From     Message\n  ----     ------  ---- ----     -------\n  Warning  Failed  9s   kubelet  Failed to pull image \"ghcr.io/x/y:1\": unexpected status from HEAD request to https://ghcr.io/v2/x/y/manifests/1: 403 Forbidden\ndenied: permission_denied: no\n  Warning  Failed  9s   kubelet  Error: ErrImagePull\n",
        );
        assert_eq!(taken.lines, 6);
        assert_eq!(found.len(), 2);
        assert!(found[0].message.ends_with("403 Forbidden\ndenied: permission_denied: no"), "{}", found[0].message);
        assert_eq!((found[0].at.location.line, found[0].at.location.end_line), (4, 5));
    }

    #[test]
    fn a_terminal_wrap_is_undone() {
        let row = "  Warning  Failed     7m23s (x4 over 8m55s)   kubelet            Failed to pull image \"r.local:5000/team/app:1\": rpc error: code = Unknown desc = dial tcp 10.0.0.1:5000: i/o timeout";
        let wrapped: Vec<String> = row.chars().collect::<Vec<_>>().chunks(80).map(|chunk| chunk.iter().collect()).collect();
        let (found, _) = events(&wrapped.join("\n"));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, row[65..]);
    }

    #[test]
    fn none_and_prose_end_it() {
        assert_eq!(events("Events:          <none>\n").1, Taken::all(1));
        let (found, taken) = events("Warning  Failed  9s  kubelet  Error: ErrImagePull\nWhat should I do?\n");
        assert_eq!((found.len(), taken.lines), (1, 1));
    }

    #[test]
    fn what_may_stand_between_the_label_and_the_rows() {
        let rows = "  Warning  Failed  9s  kubelet  Error: ErrImagePull\n";
        let head = "  Type     Reason  Age  From     Message\n";
        let rule = "  ----     ------  ---- ----     -------\n";
        for (text, rows, lines) in [
            (format!("Events:\n{head}{rule}{rows}"), 1, 4),
            (format!("Events:\n\n{head}{rule}{rows}"), 1, 5),
            (format!("Events:\n{rows}"), 1, 2),
            (format!("Events:\n\n{rows}"), 1, 3),
            (format!("Events:\n\n{rule}{rows}"), 1, 4),
            (format!("Events:\n...\n{rows}"), 1, 3),
            (format!("Events:\n{rows}...\n{rows}"), 2, 4),
            (format!("{head}{rows}"), 1, 2),
            // A blank line below rows ends them, as do two above.
            (format!("Events:\n{rows}\n{rows}"), 1, 2),
            (format!("Events:\n\n\n{rows}"), 0, 1),
            (format!("Events:\n--\n{rows}"), 0, 1),
            (format!("Events:\n- - -\n{rows}"), 0, 1),
            (format!("Events:\n--- a ---\n{rows}"), 0, 1),
        ] {
            let (found, taken) = events(&text);
            assert_eq!((found.len(), taken), (rows, Taken::all(lines)), "{text}");
        }
    }

    #[test]
    fn which_next_line_belongs_to_a_message() {
        let row = "Warning  Failed  9s  kubelet  ";
        let wide = "Failed to pull image \"registry.example/team/application:2026.11.22\": not found";
        assert!(!is_hard_wrap(&format!("{row}{wide}")), "no terminal is so wide");
        for (message, next, whole) in [
            // A registry's answer is a line of its own.
            ("x: 403 Forbidden", "denied: no", Some("x: 403 Forbidden\ndenied: no")),
            ("x: 403 Forbidden", "What should I do?", None),
            ("x: 403 Forbidden", "", None),
            ("x:", "", None),
            ("x:", "...", None),
            ("x:", "```", None),
            ("x:", "Status:  Pending", None),
            ("x:", "NAME   READY   STATUS   RESTARTS   AGE", None),
            ("x:", "$ kubectl get pods", None),
            ("x:", "tcp  0  1 127.0.0.1:62542", None),
            ("x:", "tcp connection failed", Some("x: tcp connection failed")),
            ("x:", "17  0  1 of them", Some("x: 17  0  1 of them")),
            ("x:", "-----", None),
            ("x:", "- -", Some("x: - -")),
            ("x:", "a --- b", Some("x: a --- b")),
            // What ends as no sentence does.
            ("x,", "y z", Some("x, y z")),
            ("x (", "y z", Some("x ( y z")),
            ("x...", " y z", Some("x... y z")),
            ("x...", "y z", None),
            ("x", " y z", None),
            ("Back-off pulling image \"r.example/", "web:1\"", Some("Back-off pulling image \"r.example/ web:1\"")),
            ("Back-off pulling image \"web:1\"", "y z", None),
            ("Back-off pulling image \"web:1\": \"x", "y z\"", Some("Back-off pulling image \"web:1\": \"x y z\"")),
            ("Failed to pull image", "\"web:1\"", Some("Failed to pull image \"web:1\"")),
            ("could not find image tag", "\"web:1\"", Some("could not find image tag \"web:1\"")),
            // A word alone is a name, unless a quoted one stands already.
            ("x:", "web-1", None),
            ("Failed to pull image \"web:1\":", "unauthorized", Some("Failed to pull image \"web:1\":\nunauthorized")),
            // At the edge of a terminal, or of a mail.
            (wide, "and again", Some(&format!("{wide} and again"))),
            (wide, "  and again", None),
        ] {
            let (found, taken) = events(&format!("{row}{message}\n{next}\n"));
            let found: Vec<&str> = found.iter().map(|event| event.message.as_str()).collect();
            assert_eq!(found, [whole.unwrap_or(message)], "{message:?} and {next:?}");
            assert!(whole.is_none() || taken.lines == 2, "{message:?} and {next:?}");
        }
        assert_eq!(events("Warning  Failed  9s\nError: ErrImagePull\n").0[0].message, "Error: ErrImagePull");
    }

    #[test]
    fn below_an_indented_row_what_is_indented_belongs_to_it() {
        for (row, next, lines) in [("  ", "  y z", 2), ("  ", "    y z", 2), ("  ", " y z", 1), ("  ", "y z", 1), ("", "y z", 1)] {
            let (found, taken) = events(&format!("{row}Warning  Failed  9s  kubelet  x\n{next}\n"));
            assert_eq!((found.len(), taken.lines), (1, lines), "{row:?} {next:?}");
        }
    }

    #[test]
    fn a_message_has_a_bounded_number_of_lines() {
        let (found, taken) = events(&format!("  Warning  Failed  9s  kubelet  x\n{}", "    y z\n".repeat(30)));
        assert_eq!((found.len(), taken.lines), (1, 1 + MAX_CONTINUATIONS));
    }

    #[test]
    fn two_rows_in_one_line_are_two() {
        let line = "  Warning  Failed  9s  kubelet  Error: ErrImagePull  Normal  BackOff  4s  kubelet  Back-off pulling image \"a\"\n";
        let (found, taken) = events(line);
        let said: Vec<_> =
            found.iter().map(|event| (event.message.as_str(), event.age.last, event.at.location.line, event.at.location.column)).collect();
        assert_eq!(said, [("Error: ErrImagePull", Some(9), 1, 33), ("Back-off pulling image \"a\"", Some(4), 1, 84)]);
        assert_eq!(taken.lines, 1);
        assert_eq!(events("  Warning  Failed  9s  kubelet  Error: x  Warning  Failed  because of it\n").0.len(), 1);
    }

    #[test]
    fn a_row_is_about_its_own_object_or_about_the_described_one() {
        let described = ObjectRef { kind: Some("pod".into()), namespace: Some("shop".into()), name: Some("web-1".into()) };
        let about = |object: &ObjectRef, text: &str| {
            let mut out = Vec::new();
            read_for(&lines(text), object, &mut out);
            out.into_iter().find_map(|record| if let Record::Event(event) = record { Some(event.object) } else { None }).unwrap()
        };
        let row = "Warning  Failed  9s  kubelet  Error: x\n";
        assert_eq!(about(&described, row), described);
        let node = ObjectRef { kind: Some("node".into()), namespace: Some("shop".into()), name: Some("n1".into()) };
        assert_eq!(about(&described, "9s  Warning  Failed  Node/n1  Error: x\n"), node);
        // An old table's rows have their objects' names; below a describe it is the described one's.
        let named = "2m  1h  7  db.15a2b3c4d5e6f7a8  Warning  Failed  {kubelet n1}  Error: x\n";
        assert_eq!(about(&described, named), described);
        assert_eq!(about(&ObjectRef::default(), named).name.as_deref(), Some("db"));
        assert_eq!(about(&ObjectRef::default(), row), ObjectRef::default());
    }

    #[test]
    fn a_cut_at_a_terminals_edge_is_in_mid_word() {
        for (width, cut) in [
            (75, false),
            (76, true),
            (80, true),
            (82, true),
            (83, false),
            (100, true),
            (108, false),
            (120, true),
            (132, true),
            (160, true),
            (200, true),
        ] {
            assert_eq!(is_hard_wrap(&"x".repeat(width)), cut, "{width}");
        }
        assert!(is_hard_wrap("a sentence that a mail program broke behind a blank, so that nothing is missing "));
    }
}
