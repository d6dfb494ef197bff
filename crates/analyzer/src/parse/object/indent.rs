//! Cuts YAML into documents and list items before a parser sees it.
//!
//! In: lines of which the first may begin an object. Out: how many lines its document takes and where its items
//! stand. Only indentation and the keys of the outermost level are looked at. A document ends where a line
//! cannot belong to it, where its first key comes again (two outputs in a row), or at `---`; and one that shows no
//! sign of Kubernetes is not taken. Values are not parsed here.
//!
//! ```text
//! apiVersion: v1
//! items:
//! - apiVersion: v1          <- an item
//!   kind: Event
//! - apiVersion: v1          <- the next
//! kind: List
//! ```

use super::outline::{dash, entry};
use super::wrap::Wrap;
use super::{is_elision, is_prompt};
use crate::parse::primitive::is_camel_case;
use crate::text::Line;
use std::ops::Range;

/// A document's lines and items.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) lines: usize,
    /// Lines that a terminal broke off the line before.
    pub(super) joined: Vec<usize>,
    /// Lines that only say that something was left out.
    pub(super) dropped: Vec<usize>,
    /// The items of a list; without any the document is one object.
    pub(super) items: Vec<Range<usize>>,
    /// Indentation of its outermost level.
    pub(super) indent: usize,
    /// The outermost `kind`.
    pub(super) kind: Option<String>,
    keys: Keys,
}

/// Which keys the outermost level has.
#[derive(Debug, Default, Clone, Copy)]
struct Keys {
    api_version: bool,
    kind: bool,
    metadata: bool,
    items: bool,
    /// `spec` or `status`.
    body: bool,
    involved: bool,
}

impl Keys {
    /// Notes a key; returns whether a document begins with it and it was there already.
    fn note(&mut self, key: &str) -> bool {
        let slot = match key {
            "apiVersion" => &mut self.api_version,
            "kind" => &mut self.kind,
            "metadata" => &mut self.metadata,
            "items" => &mut self.items,
            "involvedObject" | "regarding" => &mut self.involved,
            "spec" | "status" => {
                self.body = true;
                return false;
            }
            _ => return false,
        };
        std::mem::replace(slot, true)
    }

    fn is_object(self) -> bool {
        self.involved || self.api_version && self.kind || self.is_item()
    }

    /// References to owners have a version and a kind too, so that is not enough in a list.
    fn is_item(self) -> bool {
        self.involved || self.metadata && (self.api_version || self.kind || self.body)
    }
}

/// Keys that stand at the outermost level of the kinds that are read; their values may be sentences.
const KNOWN: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata",
    "items",
    "spec",
    "status",
    "data",
    "stringData",
    "type",
    "message",
    "note",
    "reason",
    "count",
    "source",
    "series",
    "related",
    "regarding",
    "involvedObject",
    "eventTime",
    "firstTimestamp",
    "lastTimestamp",
    "deprecatedCount",
    "deprecatedFirstTimestamp",
    "deprecatedLastTimestamp",
    "deprecatedSource",
    "reportingComponent",
    "reportingController",
    "reportingInstance",
    "action",
    "subsets",
    "endpoints",
    "ports",
    "addressType",
    "imagePullSecrets",
    "secrets",
    "automountServiceAccountToken",
    "immutable",
    "mode",
    "containerStatuses",
    "initContainerStatuses",
    "ephemeralContainerStatuses",
    "conditions",
    "phase",
    "hostIP",
    "podIP",
    "podIPs",
    "qosClass",
    "startTime",
    "state",
    "lastState",
    "waiting",
    "terminated",
];

/// Parts of a pod that people paste alone, with what must stand in them.
const PARTS: [&str; 6] = ["status", "containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses", "state", "waiting"];

/// Whether an object may begin with this line.
pub(super) fn begins(line: &Line<'_>) -> bool {
    let text = line.trimmed();
    let item = dash(text);
    let Some((key, value)) = entry(text.get(item.unwrap_or(0)..).unwrap_or_default()) else {
        return false;
    };
    match key {
        "apiVersion" => !value.is_empty() && !value.contains(' '),
        "kind" => is_camel_case(value.trim_matches('"')),
        "metadata" | "involvedObject" | "regarding" => value.is_empty(),
        "items" => value.is_empty() && item.is_none(),
        // Lists of events begin with their smallest key.
        "action" | "count" | "deprecatedCount" | "deprecatedFirstTimestamp" | "eventTime" => item.is_some(),
        _ => value.is_empty() && item.is_none() && PARTS.contains(&key),
    }
}

/// Cuts the document that begins with the first line; `None` when it is none of Kubernetes'.
pub(super) fn cut(lines: &[Line<'_>]) -> Option<Document> {
    let first = lines.first().filter(|line| begins(line))?;
    let leading = entry(first.trimmed()).map(|(key, _)| key);
    let part = leading.is_some_and(|key| PARTS.contains(&key));
    let mut document = Document { indent: first.indent(), ..Document::default() };
    let mut state = Scan { in_items: dash(first.trimmed()).is_some(), ..Scan::default() };
    for (index, line) in lines.iter().enumerate() {
        let trimmed = line.trimmed();
        if trimmed.is_empty() {
            state.blank = true;
            continue;
        }
        if is_elision(trimmed) {
            document.dropped.push(index);
            continue;
        }
        // The first key again begins a second output, whatever it is.
        if index > 0 && line.indent() == document.indent && leading.is_some() && entry(trimmed).map(|(key, _)| key) == leading {
            break;
        }
        match state.line(&mut document, lines, index) {
            Step::Belongs => {
                document.lines = index + 1;
                state.wrap.saw(line.text());
            }
            Step::Broken => {
                document.joined.push(index);
                document.lines = index + 1;
            }
            Step::Comment => {}
            Step::Foreign => break,
            Step::Declined => return None,
        }
        state.blank = false;
    }
    if let Some(start) = state.item.take() {
        document.items.push(start..document.lines);
    }
    let known = document.keys.is_object()
        || document.items.first().is_some_and(|item| keys_of(lines.get(item.clone()).unwrap_or_default()).is_item())
        || document.keys.api_version && document.keys.items
        || part && is_part(lines.get(..document.lines).unwrap_or_default());
    known.then_some(document)
}

enum Step {
    Belongs,
    /// A comment: belongs if something behind it does.
    Comment,
    /// The rest of the line before, which a terminal broke.
    Broken,
    /// Belongs to something else.
    Foreign,
    /// The first item of the list is no object.
    Declined,
}

#[derive(Default)]
struct Scan {
    wrap: Wrap,
    /// Whether a blank line stood before.
    blank: bool,
    /// Where the current item begins.
    item: Option<usize>,
    /// Column of the items' dashes.
    column: Option<usize>,
    /// Whether `items:` is the outermost key that is open, or the text begins inside a list.
    in_items: bool,
    /// Whether the outermost key that is open may have a list in its own column.
    list: bool,
    /// Whether a text of several lines may be open, which may contain anything.
    text: bool,
}

impl Scan {
    fn line(&mut self, document: &mut Document, lines: &[Line<'_>], index: usize) -> Step {
        let Some(line) = lines.get(index) else { return Step::Foreign };
        let before = document.lines.checked_sub(1).and_then(|last| lines.get(last));
        let (indent, trimmed) = (line.indent(), line.trimmed());
        let item = dash(trimmed);
        if item.is_some() && self.in_items && *self.column.get_or_insert(indent) == indent && indent >= document.indent {
            if let Some(start) = self.item.replace(index) {
                if document.items.is_empty()
                    && !document.keys.api_version
                    && !keys_of(lines.get(start..index).unwrap_or_default()).is_item()
                {
                    return Step::Declined;
                }
                document.items.push(start..index);
            }
            self.note_text(trimmed);
            return Step::Belongs;
        }
        if indent > document.indent {
            let plain = item.is_none() && entry(trimmed).is_none() && !trimmed.starts_with('#');
            // Behind a blank line and outside of a text only YAML goes on.
            if plain && self.blank && !self.text {
                return Step::Foreign;
            }
            // A terminal does not indent what it breaks off, but that may begin with a blank.
            if plain && before.is_some_and(|before| indent < before.indent()) && self.is_broken(before) {
                return Step::Broken;
            }
            self.note_text(trimmed);
            return Step::Belongs;
        }
        let foreign = |scan: &mut Scan| {
            if !is_prompt(trimmed) && scan.is_broken(before) { Step::Broken } else { Step::Foreign }
        };
        if indent < document.indent {
            return foreign(self);
        }
        if trimmed == "---" || trimmed.starts_with("--- ") {
            return Step::Foreign;
        }
        if item.is_some() {
            return if self.list { Step::Belongs } else { foreign(self) };
        }
        if let Some(comment) = trimmed.strip_prefix('#') {
            // `#` is also root's prompt.
            const PROGRAMS: [&str; 12] =
                ["kubectl", "k", "oc", "crictl", "ctr", "docker", "podman", "cat", "journalctl", "systemctl", "curl", "helm"];
            let program = comment.trim_start().split(' ').next().unwrap_or_default();
            return if PROGRAMS.contains(&program) { Step::Foreign } else { Step::Comment };
        }
        let Some((key, value)) = entry(trimmed) else { return foreign(self) };
        let sentence = value.contains(' ') && !value.starts_with(['"', '\'', '{', '[']);
        if KNOWN.contains(&key) {
            if self.blank && sentence {
                return Step::Foreign;
            }
        } else {
            let plain = key.starts_with(|c: char| c.is_ascii_lowercase()) && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let next = lines.get(index + 1).filter(|line| !line.trimmed().is_empty());
            let opens = value.is_empty() && next.is_some_and(|next| next.indent() > document.indent || dash(next.trimmed()).is_some());
            if !plain || sentence || !opens && (self.blank || value.is_empty()) || self.is_broken(before) {
                return foreign(self);
            }
        }
        // A second output follows the first.
        if document.keys.note(key) {
            return Step::Foreign;
        }
        if key == "kind" {
            document.kind = Some(value.trim_matches(['"', '\'']).to_owned());
        }
        if let Some(start) = self.item.take() {
            document.items.push(start..index);
        }
        self.in_items = key == "items" && value.is_empty();
        self.column = None;
        self.list = value.is_empty();
        self.note_text(trimmed);
        Step::Belongs
    }

    /// Whether the line before was full, so that a terminal may have broken it.
    fn is_broken(&mut self, before: Option<&Line<'_>>) -> bool {
        !self.blank && before.is_some_and(|before| self.wrap.filled(before.text()))
    }

    fn note_text(&mut self, trimmed: &str) {
        if let Some((_, value)) = entry(trimmed.get(dash(trimmed).unwrap_or(0)..).unwrap_or_default()) {
            let closed = |quote: char| value.len() > 1 && value.ends_with(quote);
            self.text = match value.chars().next() {
                Some('|' | '>') => true,
                Some(quote @ ('"' | '\'')) => !closed(quote),
                _ => false,
            };
        }
    }
}

/// The keys of a list item.
fn keys_of(lines: &[Line<'_>]) -> Keys {
    let mut keys = Keys::default();
    let Some(first) = lines.first() else { return keys };
    let column = first.indent() + dash(first.trimmed()).unwrap_or(0);
    for (index, line) in lines.iter().enumerate() {
        if index == 0 || line.indent() == column {
            let text = line.text().get(column..).unwrap_or_default();
            if let Some((key, _)) = entry(text) {
                keys.note(key);
            }
        }
    }
    keys
}

/// Whether a part of a pod has a container's state in it: `waiting:` with a `reason:` behind it.
fn is_part(lines: &[Line<'_>]) -> bool {
    let mut keys = lines.iter().filter_map(|line| {
        let text = line.trimmed();
        entry(text.get(dash(text).unwrap_or(0)..).unwrap_or_default())
    });
    let state = keys.any(|(key, value)| matches!(key, "waiting" | "terminated" | "running") && value.is_empty());
    state && keys.take(CLOSE_BY).any(|(key, value)| key == "reason" && is_camel_case(value) || key == "startedAt")
}

/// How many keys may stand between a state and its reason.
const CLOSE_BY: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn cut_text(text: &str) -> Option<(usize, Vec<Range<usize>>)> {
        let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
        cut(&lines).map(|document| (document.lines, document.items))
    }

    #[test]
    fn items_in_the_column_of_their_key_and_deeper() {
        let list = "apiVersion: v1\nitems:\n- kind: A\n  metadata:\n  - x\n- kind: B\n  metadata: {}\nkind: List\nmetadata:\n  resourceVersion: \"\"\n\nprose";
        assert_eq!(cut_text(list), Some((10, vec![2..5, 5..7])));
        let deeper = "apiVersion: v1\nitems:\n  - kind: A\n    metadata:\n      x: y\n  - kind: B\nkind: List\n";
        assert_eq!(cut_text(deeper), Some((7, vec![2..5, 5..6])));
        let head_cut = "  - apiVersion: v1\n    kind: Event\n    metadata:\n      name: a\n  - apiVersion: v1\n    kind: Event\n";
        assert_eq!(cut_text(head_cut), Some((6, vec![0..4, 4..6])));
    }

    #[test]
    fn what_is_not_kubernetes() {
        for text in [
            "apiVersion: v2\nname: chart\nversion: 1.0.0",
            "kind: of a sentence",
            "kind: Pod",
            "items:\n- name: a\n- name: b",
            "metadata:\n  x: y\nother: z",
            "status: ok",
            "status:\n  code: 404\n  reason: Not Found",
            "- kind: A\n  name: b",
            "- apiVersion: apps/v1\n  kind: Job\n  name: billing",
            "version: 2\nroot: /var/lib",
            "state:\n  waiting: 3\nreason: X",
        ] {
            assert_eq!(cut_text(text), None, "{text}");
        }
    }

    #[test]
    fn documents_end_before_what_follows() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nstatus:\n  phase: Pending\n";
        for next in [
            "Events:  <none>",
            "NAME  READY",
            "[root@m ~]# k get pods",
            "---",
            "apiVersion: v1",
            "\nnote: it was down",
            "# kubectl get pods",
            "```",
            "\n  and then prose",
        ] {
            assert_eq!(cut_text(&format!("{pod}{next}\n")), Some((6, vec![])), "{next}");
        }
        assert_eq!(cut_text(&format!("{pod}\n# a comment\nspec:\n  x: y\n")), Some((10, vec![])));
    }

    #[test]
    fn parts_of_pods() {
        assert_eq!(cut_text("  state:\n    waiting:\n      message: x\n      reason: ErrImagePull\nprose"), Some((4, vec![])));
        let statuses = "containerStatuses:\n- image: a\n  state:\n    waiting:\n      reason: ErrImagePull\n";
        assert_eq!(cut_text(statuses), Some((5, vec![])));
    }

    #[test]
    fn lines_that_a_terminal_broke() {
        let text = format!("kind: Event\nmetadata:\n  name: a\nmessage: {}\nend: of it\nreason: Failed\n", "x".repeat(71));
        let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
        let document = cut(&lines).unwrap_or_default();
        assert_eq!((document.lines, document.joined), (6, vec![4]));
    }

    #[test]
    fn which_lines_an_object_may_begin_with() {
        for (text, begin) in [
            ("apiVersion: v1", true),
            ("- apiVersion: v1", true),
            ("apiVersion:", false),
            ("apiVersion: of the chart", false),
            ("kind: Pod", true),
            ("kind: \"Pod\"", true),
            ("kind: regards", false),
            ("metadata:", true),
            ("involvedObject:", true),
            ("regarding:", true),
            ("metadata: x", false),
            ("items:", true),
            ("items: three", false),
            ("- items:", false),
            ("- count: 3", true),
            ("- action: Pulling", true),
            ("- eventTime: null", true),
            ("count: 3", false),
            ("  containerStatuses:", true),
            ("status: ok", false),
            ("- status:", false),
            ("spec:", false),
            ("Events:", false),
        ] {
            assert_eq!(begins(&Line::unchanged(SourceId(0), 1, text)), begin, "{text}");
        }
    }

    #[test]
    fn which_keys_make_an_object() {
        for text in [
            "apiVersion: v1\nkind: Pod\n",
            "apiVersion: v1\nmetadata:\n",
            "apiVersion: v1\nitems: []\n",
            "apiVersion: v1\nitems:\n- name: a\n- name: b\n",
            "kind: Pod\nmetadata:\n",
            "metadata:\n  name: a\nspec:\n  x: y\n",
            "metadata:\n  name: a\nstatus:\n  x: y\n",
            "involvedObject:\n  name: a\nmessage: x\n",
            "regarding:\n  name: a\nnote: x\n",
            "- count: 1\n  kind: Event\n  metadata: {}\n- count: 2\n  kind: Event\n  metadata: {}\n",
            "- metadata:\n    name: a\n  kind: Event\n- metadata:\n    name: b\n  kind: Event\n",
            "state:\n  running:\n    startedAt: x\n",
            "status:\n  containerStatuses:\n  - state:\n      waiting:\n        reason: ErrImagePull\n",
        ] {
            assert_eq!(cut_text(text).map(|(lines, _)| lines), Some(text.lines().count()), "{text}");
        }
        for text in [
            "metadata:\n  name: a\n",
            "kind: Pod\nspec:\n  x: y\n",
            "- count: 1\n  a:\n    kind: Event\n    metadata: {}\n- count: 2\n",
            // Parts without a container's state in them.
            "status:\n  phase: Failed\n  reason: Evicted\n",
            "state:\n  other:\n    reason: ErrImagePull\n",
            "state:\n  waiting:\n    color: Red\n",
            "state:\n  waiting:\n    reason: not found\n",
            "state:\n  waiting: x\n  reason: ErrImagePull\n",
        ] {
            assert_eq!(cut_text(text), None, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_a_document() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
        for (next, lines) in [
            ("...\nspec:\n  x: y\n", 3),
            ("...\nprose\n", 0),
            ("message: it was down\n", 1),
            ("\nmessage: it was down\n", 0),
            ("\nmessage: 'it was down'\n", 2),
            ("\nreason: Failed\n", 2),
            ("reason: Failed\n\nNAME  READY\n", 1),
            // Keys that are not known, if they look like keys.
            ("foo: 1\n", 1),
            ("\nfoo: 1\n", 0),
            ("\nfoo:\n  x: y\n", 3),
            ("\nfoo: 1\n  x: y\n", 0),
            ("foo:\n- x\n", 2),
            ("foo:\n", 0),
            ("foo:\nbar: 1\n", 0),
            ("foo: a sentence\n", 0),
            ("Foo: 1\n", 0),
            ("foo-bar: 1\n", 0),
            // Lists in the column of their key.
            ("imagePullSecrets:\n- name: a\n- name: b\n", 3),
            ("reason: Failed\n- name: a\n", 1),
            // Texts of several lines may contain anything.
            ("message: |\n  one\n\n  two words\nreason: x\n", 5),
            ("message: >-\n  one\n\n  two words\n", 4),
            ("message: 'one\n\n  two words'\nreason: x\n", 4),
            ("message: '\n\n  two words'\nreason: x\n", 4),
            ("message: 'one'\n\n  two words\n", 1),
            ("message: one\n\n  two words\n", 1),
            ("message: one\n\n  # a comment\n  x: y\n", 4),
            // The same key again begins a second output.
            ("kind: Pod\n", 0),
            ("apiVersion: v1\n", 0),
            ("--- # of the second\n", 0),
        ] {
            assert_eq!(cut_text(&format!("{pod}{next}")), Some((4 + lines, vec![])), "{next}");
        }
        let twice = "state:\n  waiting:\n    reason: ErrImagePull\nstate:\n  waiting:\n    reason: ErrImagePull\n";
        assert_eq!(cut_text(twice), Some((3, vec![])));
        assert_eq!(cut_text("  apiVersion: v1\n  kind: Pod\nspec:\n  x: y\n"), Some((2, vec![])));
    }

    #[test]
    fn behind_a_full_line_anything_is_its_rest_but_a_separator() {
        let full = format!("kind: Event\nmetadata:\n  name: a\nmessage: {}\n", "x".repeat(71));
        for (next, lines, joined) in [
            ("end of it", 5, vec![4]),
            ("end: of", 5, vec![4]),
            ("---", 4, vec![]),
            ("--- # x", 4, vec![]),
            ("$ kubectl get pods", 4, vec![]),
        ] {
            let text = format!("{full}{next}\n");
            let lines_of: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
            let document = cut(&lines_of).unwrap_or_default();
            assert_eq!((document.lines, document.joined), (lines, joined), "{next}");
        }
    }

    #[test]
    fn the_outermost_kind_is_found() {
        for (text, kind) in [
            ("apiVersion: v1\nitems:\n- kind: Pod\nkind: List\n", Some("List")),
            ("apiVersion: v1\nkind: \"PodList\"\nitems: []\n", Some("PodList")),
            ("apiVersion: v1\nmetadata:\n  kind: Pod\n", None),
        ] {
            let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
            assert_eq!(cut(&lines).unwrap_or_default().kind.as_deref(), kind, "{text}");
        }
    }
}
