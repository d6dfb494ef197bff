//! Kubernetes objects as YAML: Lists, single objects, several documents, and parts of pods.
//!
//! In: lines of which the first begins an object, whole or with its head cut off. Out: the objects' records; the
//! number of lines that could not be read. Pieces come from [`indent`]; each is checked for size and nesting and
//! then parsed alone. YAML that is no Kubernetes object is not taken.
//!
//! ```text
//! ---
//! apiVersion: kubeproxy.config.k8s.io/v1alpha1
//! kind: KubeProxyConfiguration
//! mode: ipvs
//! ```

use super::indent::{self, Document};
use super::outline::{Piece, Place, dash};
use super::record::{Outcome, Reading};
use super::{DEPTH_LIMIT, PIECE_LIMIT, TOO_DEEP, TOO_LARGE, is_elision};
use crate::parse::Taken;
use crate::record::Record;
use crate::text::Line;
use std::cell::Cell;
use std::ops::Range;

/// Reads a run of YAML documents.
pub(in crate::parse) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let Some(start) = beginning(lines) else { return Taken::NOTHING };
    let mut reading = Reading::new(out);
    let mut taken = Taken::NOTHING;
    let mut next = start;
    while let Some(document) = lines.get(next..).and_then(indent::cut) {
        let rest = lines.get(next..).unwrap_or_default();
        taken.unread += read_document(rest.get(..document.lines).unwrap_or(rest), &document, &mut reading);
        taken.lines = next + document.lines;
        next = taken.lines + lines.get(taken.lines..).map_or(0, |rest| rest.iter().take_while(|line| is_separator(line.trimmed())).count());
    }
    reading.finish();
    taken
}

/// Index of the line at which a document begins: the first, or behind `---`.
fn beginning(lines: &[Line<'_>]) -> Option<usize> {
    let first = lines.first()?;
    if first.trimmed() == "---" {
        let next = lines.iter().skip(1).take(LEAD).position(|line| !line.trimmed().is_empty() && !line.trimmed().starts_with('#'))?;
        return lines.get(next + 1).filter(|line| indent::begins(line)).map(|_| next + 1);
    }
    indent::begins(first).then_some(0)
}

/// How far behind `---` the first key may stand.
const LEAD: usize = 16;

fn is_separator(trimmed: &str) -> bool {
    matches!(trimmed, "" | "---") || is_elision(trimmed) || trimmed.starts_with("# Source: ")
}

/// Reads a document's pieces; returns how many lines were not read.
fn read_document(lines: &[Line<'_>], document: &Document, reading: &mut Reading<'_>) -> usize {
    let list = document.kind.as_deref();
    let whole = document.items.is_empty().then_some(0..lines.len());
    let mut unread = 0;
    for item in document.items.iter().cloned().chain(whole) {
        let gathered = gather(lines, item.clone(), document);
        let piece = Piece { lines: &gathered, cut: item.end == lines.len(), dropped: Cell::new(0) };
        let outcome = match Place::root(&piece) {
            Some(root) => match beyond(&gathered) {
                None => reading.object(&root, list),
                Some(what) => {
                    reading.out.push(Record::Bound { what, lines: item.len() as u64 });
                    Outcome::Unreadable
                }
            },
            None => Outcome::Unreadable,
        };
        unread += match outcome {
            Outcome::Done => piece.dropped.get(),
            Outcome::Unreadable => item.len(),
        };
    }
    unread
}

/// A piece's lines without the indentation of the whole document, with broken lines joined and elisions left out.
fn gather<'t>(lines: &[Line<'t>], item: Range<usize>, document: &Document) -> Vec<Line<'t>> {
    let mut gathered: Vec<Line<'t>> = Vec::with_capacity(item.len());
    for index in item {
        let Some(line) = lines.get(index).filter(|_| document.dropped.binary_search(&index).is_err()) else {
            continue;
        };
        match gathered.last_mut() {
            Some(last) if document.joined.binary_search(&index).is_ok() => last.join("", line, 0),
            _ => gathered.push(line.skip(document.indent.min(line.indent()))),
        }
    }
    gathered
}

/// Which bound a piece is beyond; it is not given to the YAML parser, which reads all of it before it minds its nesting.
fn beyond(lines: &[Line<'_>]) -> Option<&'static str> {
    let mut size = 0;
    let mut open: Vec<usize> = Vec::new();
    let mut flow: usize = 0;
    for line in lines {
        let text = line.text();
        size += text.len() + 1;
        let inner = text.trim_start();
        if inner.is_empty() {
            continue;
        }
        let mut column = text.len() - inner.len();
        while open.last().is_some_and(|outer| *outer >= column) {
            open.pop();
        }
        open.push(column);
        // `- - - a` and `? ? a` open a level each.
        let mut rest = inner;
        while let Some(length) = dash(rest).or_else(|| rest.starts_with("? ").then_some(2)).filter(|_| open.len() <= DEPTH_LIMIT) {
            column += length;
            open.push(column);
            rest = rest.get(length..).unwrap_or_default();
        }
        for byte in inner.bytes() {
            match byte {
                b'[' | b'{' => flow += 1,
                b']' | b'}' => flow = flow.saturating_sub(1),
                _ => {}
            }
            if flow > DEPTH_LIMIT {
                return Some(TOO_DEEP);
            }
        }
        if size > PIECE_LIMIT {
            return Some(TOO_LARGE);
        }
        if open.len() > DEPTH_LIMIT {
            return Some(TOO_DEEP);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_by;
    use super::*;
    use crate::record::{ContainerRef, Event};

    fn read_text(text: &str) -> (Taken, Vec<Record>) {
        read_by(read, text)
    }

    fn event(record: Option<&Record>) -> &Event {
        let Some(Record::Event(event)) = record else { panic!("{record:?}") };
        event
    }

    // `kubectl get events -o yaml` in the lab, shortened.
    const EVENTS: &str = "\
apiVersion: v1
items:
- apiVersion: v1
  count: 4
  eventTime: null
  firstTimestamp: \"2026-11-22T08:55:52Z\"
  involvedObject:
    apiVersion: v1
    fieldPath: spec.containers{billing}
    kind: Pod
    name: billing
    namespace: platform-092
  kind: Event
  lastTimestamp: \"2026-11-22T08:59:43Z\"
  message: 'Failed to pull image \"hub.corp.example/team/verifier:latest\": failed to
    pull and unpack image \"hub.corp.example/team/verifier:latest\": archive/tar: invalid
    tar header'
  metadata:
    creationTimestamp: \"2026-11-22T08:56:08Z\"
    name: billing.18ea522c77d033c8
    namespace: platform-092
  reason: Failed
  source:
    component: kubelet
    host: worker-1
  type: Warning
- apiVersion: v1
  kind: Event
  lastTimestamp: \"2026-11-22T09:00:43Z\"
  message: 'Error: ErrImagePull'
  metadata:
    name: billing.18ea522c77d033c9
    namespace: platform-092
  reason: Failed
kind: List
metadata:
  resourceVersion: \"\"
";

    #[test]
    fn a_list_of_events() {
        let (taken, records) = read_text(EVENTS);
        assert_eq!((taken, records.len()), (Taken::all(37), 2));
        let failed = event(records.first());
        assert_eq!(
            failed.message,
            "Failed to pull image \"hub.corp.example/team/verifier:latest\": failed to pull and unpack image \"hub.corp.example/team/verifier:latest\": archive/tar: invalid tar header"
        );
        assert_eq!((failed.age.last, failed.age.first, failed.age.count), (Some(60), Some(291), Some(4)));
        assert_eq!(failed.container, Some(ContainerRef { name: "billing".into(), init: false }));
        assert_eq!((failed.at.location.line, failed.at.location.end_line), (15, 17));
        // Without the object that it is about, its name tells.
        assert_eq!((event(records.get(1)).object.name.as_deref(), event(records.get(1)).age.last), (Some("billing"), Some(0)));
    }

    #[test]
    fn any_indentation_and_any_cut() {
        let indented: String = EVENTS.lines().map(|line| format!("   {line}\n")).collect();
        let (taken, records) = read_text(&indented);
        assert_eq!((taken, records.len(), event(records.first()).at.location.column), (Taken::all(37), 2, 15));
        let head: String = EVENTS.lines().skip(2).map(|line| format!("{line}\n")).collect();
        assert_eq!(read_text(&head).1.len(), 2);
        let middle: String = EVENTS.lines().skip(12).map(|line| format!("{line}\n")).collect();
        let (taken, records) = read_text(&middle);
        assert_eq!((taken, records.len()), (Taken::all(25), 2));
        let tail: String = EVENTS.lines().take(16).collect::<Vec<_>>().join("\n");
        let (taken, records) = read_text(&format!("{tail}\n\n$ kubectl get pods\n"));
        assert_eq!(taken.lines, 16);
        assert!(event(records.first()).message.ends_with("archive/tar: invalid"));
    }

    #[test]
    fn the_newer_api_group() {
        let text = "apiVersion: events.k8s.io/v1\ndeprecatedSource: {}\neventTime: \"2026-11-22T08:00:00.5Z\"\nkind: Event\nmetadata:\n  name: a.1\nnote: |-\n  0/3 nodes are available:\n  3 Insufficient cpu.\nreason: FailedScheduling\nregarding:\n  kind: Pod\n  name: a\n  namespace: b\nreportingController: default-scheduler\nseries:\n  count: 7\n  lastObservedTime: \"2026-11-22T08:01:00Z\"\ntype: Warning\n";
        let (taken, records) = read_text(text);
        let event = event(records.first());
        assert_eq!((taken.lines, event.message.as_str()), (19, "0/3 nodes are available:\n3 Insufficient cpu."));
        assert_eq!((event.age.last, event.age.first, event.age.count), (Some(0), Some(60), Some(7)));
        assert_eq!((event.component.as_deref(), event.object.namespace.as_deref()), (Some("default-scheduler"), Some("b")));
        assert_eq!((event.at.location.line, event.at.location.end_line), (7, 9));
    }

    #[test]
    fn hostile_pieces_cost_themselves() {
        let good = "- apiVersion: v1\n  kind: Event\n  metadata: {}\n  message: m\n";
        let deep = format!("- apiVersion: v1\n  kind: Event\n  metadata: {}\n", "[".repeat(300_000));
        let dashes = format!("- apiVersion: v1\n  kind: Event\n  metadata:\n  - {}\n", "- ".repeat(100_000));
        let bomb: String = (1..12).map(|level| format!("  a{level}: &a{level} [{}]\n", format!("*a{},", level - 1).repeat(9))).collect();
        let bomb = format!("- apiVersion: v1\n  kind: Event\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n{bomb}  message: *a11\n");
        let long = format!("- apiVersion: v1\n  kind: Event\n  metadata: {{}}\n  message: {}\n", "x".repeat(PIECE_LIMIT));
        // Of the bomb two lines are left out, its message among them; there is nothing else in that event.
        let (taken, records) = read_text(&format!("apiVersion: v1\nitems:\n{good}{deep}{dashes}{bomb}{long}{good}"));
        let bounds: Vec<(&str, u64)> = records
            .iter()
            .filter_map(|record| if let Record::Bound { what, lines } = record { Some((*what, *lines)) } else { None })
            .collect();
        assert_eq!(bounds, [(TOO_DEEP, 3), (TOO_DEEP, 4), (TOO_LARGE, 4)]);
        assert_eq!(records.len(), 2 + bounds.len());
        assert_eq!((taken.lines, taken.unread), (2 + 4 + 3 + 4 + 15 + 4 + 4, 3 + 4 + 2 + 4));
    }

    #[test]
    fn a_document_begins_behind_its_separator() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
        for (before, lines) in
            [("", 4), ("---\n", 5), ("---\n# Source: a.yaml\n\n", 7), ("---\nprose\n", 0), ("\n", 0), ("# a comment\n", 0)]
        {
            assert_eq!(read_text(&format!("{before}{pod}")).0, Taken::all(lines), "{before:?}");
        }
        assert_eq!(read_text(&format!("{pod}---\n\n# Source: b.yaml\n{pod}...\nprose\n")).0, Taken::all(11));
    }

    #[test]
    fn lines_that_cannot_be_read_are_counted() {
        let bad = "- apiVersion: v1\n  kind: Event\n  metadata: {}\n  count: [\n";
        let good = "- apiVersion: v1\n  kind: Event\n  metadata: {}\n  message: m\n";
        let (taken, records) = read_text(&format!("apiVersion: v1\nitems:\n{bad}{bad}{good}---\n{bad}{good}"));
        assert_eq!((taken.lines, records.len()), (23, 2));
        let once = read_text(&format!("apiVersion: v1\nitems:\n{bad}{good}")).0.unread;
        assert_eq!((once > 0, taken.unread), (true, 3 * once));
    }

    #[test]
    fn a_message_that_a_terminal_broke_is_whole() {
        let message = format!("Failed to pull image \"{}\": EOF", "x".repeat(60));
        let text =
            format!("apiVersion: v1\nkind: Event\nmetadata: {{}}\nmessage: '{}\n{}'\nreason: Failed\n", &message[..70], &message[70..]);
        let (taken, records) = read_text(&text);
        assert_eq!((taken, event(records.first()).message.as_str()), (Taken::all(6), message.as_str()));
    }

    #[test]
    fn bounds_of_a_piece() {
        let nested = |levels: usize| (0..levels).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
        let below =
            |column: usize, levels: usize| nested(levels).lines().map(|line| format!("{}{line}\n", " ".repeat(column))).collect::<String>();
        let shrinking: String =
            (0..=DEPTH_LIMIT).map(|level| format!("{}{}:\n", " ".repeat(level), "a".repeat(3 * (DEPTH_LIMIT + 1 - level)))).collect();
        let half = PIECE_LIMIT / 2 - 1;
        for (what, text, bound) in [
            ("of a size", format!("{}\n{}", "x".repeat(half), "x".repeat(half)), None),
            ("too large", format!("{}\n{}", "x".repeat(half), "x".repeat(half + 1)), Some(TOO_LARGE)),
            ("far too large", "x".repeat(2 * PIECE_LIMIT), Some(TOO_LARGE)),
            ("deep", nested(DEPTH_LIMIT), None),
            ("too deep", nested(DEPTH_LIMIT + 1), Some(TOO_DEEP)),
            ("far too deep", nested(2 * DEPTH_LIMIT), Some(TOO_DEEP)),
            ("deep twice", nested(DEPTH_LIMIT).repeat(2), None),
            ("brothers", "a:\n  b: 1\n  c:\n  - d\n\n".repeat(DEPTH_LIMIT), None),
            ("dashes", format!("{}a", "- ".repeat(DEPTH_LIMIT - 1)), None),
            ("too many dashes", format!("{}a", "- ".repeat(DEPTH_LIMIT)), Some(TOO_DEEP)),
            ("question marks", format!("{}a", "? ".repeat(DEPTH_LIMIT)), Some(TOO_DEEP)),
            ("brackets", "[".repeat(DEPTH_LIMIT), None),
            ("too many brackets", "[".repeat(DEPTH_LIMIT + 1), Some(TOO_DEEP)),
            ("brackets over lines", "a: {\n".repeat(DEPTH_LIMIT + 1), Some(TOO_DEEP)),
            ("brackets that close", "a: {[]}\n".repeat(DEPTH_LIMIT), None),
            ("brackets that were never open", format!("{}{}", "]".repeat(DEPTH_LIMIT), "[".repeat(DEPTH_LIMIT + 1)), Some(TOO_DEEP)),
            ("too deep, of ever shorter lines", shrinking, Some(TOO_DEEP)),
            // What stands below two dashes is deeper than they are, but for what stands below the first alone.
            ("below dashes", format!("- - a:\n{}", below(5, DEPTH_LIMIT - 3)), None),
            ("too deep below dashes", format!("- - a:\n{}", below(5, DEPTH_LIMIT - 2)), Some(TOO_DEEP)),
            ("below a dash", format!("- - a:\n{}", below(1, DEPTH_LIMIT - 1)), None),
        ] {
            let lines: Vec<_> =
                text.lines().zip(1..).map(|(raw, number)| Line::unchanged(crate::source::SourceId(0), number, raw)).collect();
            assert_eq!(beyond(&lines), bound, "{what}");
        }
    }
}
