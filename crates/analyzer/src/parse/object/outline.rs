//! Finds keys and list elements in YAML by indentation, to cite them.
//!
//! In: the lines of one piece. Out: a [`Node`] whose places are exact for block style, which is what kubectl
//! writes; inside flow style (`{a: b}`) nothing is found and the next outer key is cited. Values are read by
//! serde_yaml; a line that it stumbles over is left out and counted, a few times.
//!
//! ```text
//!     containerStatuses:
//!     - image: reg-l.corp.example:444/team/app:v1
//!       state:
//!         waiting:
//!           reason: ImagePullBackOff
//! ```

use super::REPAIR_LIMIT;
use super::node::Node;
use crate::source::Citation;
use crate::text::Line;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::ops::Range;

/// How many damaged lines of a piece are left out before the piece is given up.
const REPAIRS: usize = 6;
/// A folded message is cited with at most so many of its lines.
const CITED_LINES: usize = 32;

/// A key at the front of `text` and its value, both as offsets; `None` when no `key: value` stands there.
pub(super) fn entry(text: &str) -> Option<(&str, &str)> {
    let (key, rest) = match text.strip_prefix(['"', '\'']) {
        Some(quoted) => {
            let quote = text.chars().next()?;
            let (key, rest) = quoted.split_once(quote)?;
            (key, rest.strip_prefix(':')?)
        }
        None => {
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '~')))?;
            (text.get(..end)?, text.get(end..)?.strip_prefix(':')?)
        }
    };
    let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
    (ends && !key.is_empty()).then(|| (key, rest.trim()))
}

/// Length of `- ` at the front of `text`, or nothing.
pub(super) fn dash(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('-')?;
    let inner = rest.trim_start_matches(' ');
    (rest.is_empty() || inner.len() < rest.len()).then(|| text.len() - inner.len())
}

/// A piece's lines.
pub(super) struct Piece<'a, 't> {
    pub(super) lines: &'a [Line<'t>],
    /// Whether the text ends here, so that the last value may lack its end.
    pub(super) cut: bool,
    /// How many lines had to be left out.
    pub(super) dropped: Cell<usize>,
}

/// One value of a piece.
#[derive(Clone)]
pub(super) struct Place<'a, 't> {
    piece: &'a Piece<'a, 't>,
    /// Line and byte at which the value begins, which may be the line's end.
    line: usize,
    byte: usize,
    /// The further lines of the value.
    rest: Range<usize>,
    /// Whether a map's first key may stand on the first line: in a list element, and at the beginning.
    inline: bool,
    /// Where the key stands.
    key: Option<Range<usize>>,
}

impl<'a, 't> Place<'a, 't> {
    /// The whole piece.
    pub(super) fn root(piece: &'a Piece<'a, 't>) -> Option<Self> {
        let text = piece.lines.first()?.text();
        let indent = text.len() - text.trim_start_matches(' ').len();
        let byte = indent + text.get(indent..).and_then(dash).unwrap_or(0);
        Some(Place { piece, line: 0, byte, rest: 1..piece.lines.len(), inline: true, key: None })
    }

    fn text(&self, line: usize) -> &'a str {
        self.piece.lines.get(line).map_or("", Line::text)
    }

    /// What stands behind the key on its line.
    fn value(&self) -> &'a str {
        self.text(self.line).get(self.byte..).unwrap_or_default().trim_end()
    }

    /// Indentation of a line that is neither blank nor a comment.
    fn indent(&self, line: usize) -> Option<usize> {
        let text = self.text(line);
        let inner = text.trim_start_matches(' ');
        (!inner.trim().is_empty() && !inner.starts_with('#')).then(|| text.len() - inner.len())
    }
}

impl Node for Place<'_, '_> {
    fn get(&self, wanted: &str) -> Option<Self> {
        // The first entry stands behind a dash, or below.
        let (first, column) = match self.value() {
            "" => (None, self.rest.clone().find_map(|line| self.indent(line))?),
            _ if self.inline => (Some(self.line), self.byte),
            _ => return None,
        };
        let mut found: Option<Place<'_, '_>> = None;
        for line in first.into_iter().chain(self.rest.clone()) {
            let indent = if Some(line) == first { column } else { self.indent(line).unwrap_or(usize::MAX) };
            if indent > column {
                continue;
            }
            let text = self.text(line).get(column..).unwrap_or_default();
            // A list may stand in the same column as its key.
            if indent == column && dash(text).is_some() {
                continue;
            }
            if let Some(mut place) = found {
                place.rest.end = line;
                return Some(place);
            }
            if indent < column {
                return None;
            }
            if let Some((key, value)) = entry(text).filter(|(key, _)| *key == wanted) {
                let offset = |part: &str| (part.as_ptr() as usize).saturating_sub(self.text(line).as_ptr() as usize);
                let byte = if value.is_empty() { self.text(line).len() } else { offset(value) };
                let start = offset(key);
                found = Some(Place {
                    piece: self.piece,
                    line,
                    byte,
                    rest: line + 1..self.rest.end,
                    inline: false,
                    key: Some(start..start + key.len()),
                });
            }
        }
        found.filter(|place| place.value() != "null")
    }

    fn items(&self) -> Vec<Self> {
        let mut items: Vec<Self> = Vec::new();
        let column = self.rest.clone().find_map(|line| self.indent(line));
        let (Some(column), true) = (column, self.value().is_empty()) else {
            return items;
        };
        for line in self.rest.clone() {
            let Some(indent) = self.indent(line).filter(|indent| *indent <= column) else {
                continue;
            };
            let length = self.text(line).get(column..).and_then(dash);
            let Some(length) = length.filter(|_| indent == column) else { break };
            if let Some(last) = items.last_mut() {
                last.rest.end = line;
            }
            items.push(Place { piece: self.piece, line, byte: column + length, rest: line + 1..self.rest.end, inline: true, key: None });
        }
        items
    }

    fn word(&self) -> Option<String> {
        let value = self.value();
        let value = value.split(" #").next().unwrap_or(value).trim();
        let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
        (!value.is_empty() && !value.starts_with(['{', '[', '|', '>', '&', '*'])).then(|| inner.unwrap_or(value).to_owned())
    }

    fn mentions(&self, words: &str) -> bool {
        self.value().contains(words) || self.rest.clone().any(|line| self.text(line).contains(words))
    }

    fn cite(&self) -> Citation {
        // `root` saw that there is a first line.
        let line = self.piece.lines.get(self.line).unwrap_or(&self.piece.lines[0]);
        let value = self.value();
        if self.inline || value.is_empty() {
            // Of a map or a list only the key; of an element its first key, because a value may be secret.
            let key = self.key.clone().and_then(|key| line.text().get(key)).or_else(|| entry(value).map(|(key, _)| key));
            return line.cite(key.or_else(|| value.get(..1)).unwrap_or_default());
        }
        let last = self.rest.clone().rev().find(|line| !self.text(*line).trim().is_empty());
        match last {
            None => line.cite(value),
            Some(last) => {
                let mut whole = line.clone();
                for next in self.piece.lines.get(self.line + 1..=last).unwrap_or_default().iter().take(CITED_LINES) {
                    whole.join(" ", next, next.indent());
                }
                whole.cite(whole.text().get(self.byte..).unwrap_or_default())
            }
        }
    }

    fn cite_line(&self, start: &str) -> Citation {
        let found = self.rest.clone().filter_map(|line| self.piece.lines.get(line)).find(|line| line.trimmed().starts_with(start));
        found.map_or_else(|| self.cite(), Line::cite_all)
    }

    fn parse<T: DeserializeOwned>(&self) -> Option<T> {
        let mut rows: Vec<&str> = Vec::with_capacity(self.rest.len() + 1);
        let head = format!("{}{}", " ".repeat(self.byte), self.value());
        rows.push(&head);
        rows.extend(self.rest.clone().map(|line| self.text(line)));
        let size: usize = rows.iter().map(|row| row.len() + 1).sum();
        for dropped in 0..=REPAIRS {
            let mut text = rows.join("\n");
            let error = match serde_yaml::from_str(&text) {
                Ok(value) => {
                    self.piece.dropped.set(self.piece.dropped.get() + dropped);
                    return Some(value);
                }
                Err(error) => error,
            };
            if size > REPAIR_LIMIT {
                return None;
            }
            if self.piece.cut && dropped == 0 {
                for quote in ["'", "\""] {
                    text.push_str(quote);
                    if let Ok(value) = serde_yaml::from_str(&text) {
                        return Some(value);
                    }
                    text.truncate(text.len() - 1);
                }
            }
            // The parser often notices in the line behind the damaged one.
            let at = error.location()?.line().saturating_sub(1).min(rows.len().saturating_sub(1));
            let plausible =
                |at: usize| rows.get(at).is_none_or(|row| entry(row.trim_start()).is_some() || dash(row.trim_start()).is_some());
            let worst = if plausible(at) && at > 0 && !plausible(at - 1) { at - 1 } else { at };
            if rows.len() < 2 {
                return None;
            }
            rows.remove(worst);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn lines(text: &str) -> Vec<Line<'_>> {
        text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect()
    }

    const ITEM: &str = "- kind: Pod\n  metadata:\n    name: a\n  spec:\n    containers:\n    - image: x\n      name: one\n    - name: two\n      state:\n        waiting:\n          message: 'Back-off\n            pulling image'\n          reason: ErrImagePull\n  status: null\n";

    #[test]
    fn places_follow_indentation() {
        let lines = lines(ITEM);
        let piece = Piece { lines: &lines, cut: false, dropped: Cell::new(0) };
        let Some(root) = Place::root(&piece) else { panic!("no root") };
        assert_eq!(root.get("kind").and_then(|kind| kind.word()).as_deref(), Some("Pod"));
        assert_eq!(root.at(&["metadata", "name"]).map(|name| name.cite().text()).as_deref(), Some("a"));
        assert!(root.get("status").is_none() && root.get("name").is_none() && root.get("image").is_none());
        let items = root.at(&["spec", "containers"]).map(|list| list.items()).unwrap_or_default();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].get("name").and_then(|name| name.word()).as_deref(), Some("one"));
        let waiting =
            items[1].at(&["state", "waiting"]).map(|waiting| (waiting.cite(), waiting.get("message").map(|message| message.cite())));
        let Some((waiting, Some(message))) = waiting else { panic!("not found") };
        assert_eq!((waiting.text().as_str(), waiting.location.line), ("waiting", 10));
        assert_eq!(message.text(), "'Back-off\n            pulling image'");
        assert_eq!((message.location.line, message.location.end_line), (11, 12));
    }

    #[test]
    fn damaged_lines_are_left_out() {
        let text = "kind: Event\nmessage: 'Failed: x'\n<<< lost >>>\nreason: Failed\nsource:\n  component: kubelet\n";
        let lines = lines(text);
        let piece = Piece { lines: &lines, cut: false, dropped: Cell::new(0) };
        let event: Option<super::super::schema::Event> = Place::root(&piece).and_then(|root| root.parse());
        let event = event.unwrap_or_default();
        assert_eq!((event.message.as_deref(), event.reason.as_deref()), (Some("Failed: x"), Some("Failed")));
        assert_eq!(piece.dropped.get(), 1);
    }

    #[test]
    fn a_cut_value_is_kept() {
        let lines = lines("kind: Event\nreason: Failed\nmessage: 'Failed to pull image \"a:1\": rpc\n  error: code = Unkn");
        let piece = Piece { lines: &lines, cut: true, dropped: Cell::new(0) };
        let event: Option<super::super::schema::Event> = Place::root(&piece).and_then(|root| root.parse());
        assert_eq!(event.unwrap_or_default().message.as_deref(), Some("Failed to pull image \"a:1\": rpc error: code = Unkn"));
    }

    #[test]
    fn entries() {
        assert_eq!(entry("apiVersion: v1"), Some(("apiVersion", "v1")));
        assert_eq!(entry("\"a b\": x"), Some(("a b", "x")));
        assert_eq!(entry(".dockerconfigjson: abc"), Some((".dockerconfigjson", "abc")));
        assert_eq!(entry("https://x"), None);
        assert_eq!(entry("two words: x"), None);
        assert_eq!((dash("- a"), dash("-"), dash("--- a"), dash("-1")), (Some(2), Some(1), None, None));
    }

    fn place<R>(text: &str, cut: bool, read: impl FnOnce(Place<'_, '_>) -> R) -> R {
        let lines = lines(text);
        let piece = Piece { lines: &lines, cut, dropped: Cell::new(0) };
        read(Place::root(&piece).unwrap())
    }

    #[test]
    fn blank_lines_and_comments_are_nobodys() {
        let text = "spec:\n\n# of the web\n  containers:\n# two\n  - name: a\n\n  - name: b\n";
        let names = |root: Place<'_, '_>| -> Vec<Option<String>> {
            let list = root.at(&["spec", "containers"]).map(|list| list.items()).unwrap_or_default();
            list.iter().map(|item| item.get("name").and_then(|name| name.word())).collect()
        };
        assert_eq!(place(text, false, names), [Some("a".to_owned()), Some("b".to_owned())]);
    }

    #[test]
    fn elements_begin_behind_their_dash_or_below_it() {
        for text in ["list:\n- name: a\n  x: y\n", "list:\n-\n    name: a\n", "list:\n  -   name: a\n", "list:\n- x: y\n  name: a\n"] {
            let name = |root: Place<'_, '_>| root.get("list").unwrap().items().first().and_then(|item| item.get("name")?.word());
            assert_eq!(place(text, false, name).as_deref(), Some("a"), "{text}");
        }
    }

    #[test]
    fn only_keys_of_the_level_are_found() {
        assert!(place("    kind: Pod\nab: name: x\n", false, |root| root.get("name").is_none()));
        assert!(place("kind: Pod\n  name: x\n", false, |root| root.get("name").is_none()));
        // A scalar and a map in flow style have none.
        assert!(place("kind: Pod\n  name: x\n", false, |root| root.get("kind").unwrap().get("name").is_none()));
        assert!(place("kind: name: x\n", false, |root| root.get("kind").unwrap().get("name").is_none()));
        assert!(place("a: {b: c,\n  name: x}\n", false, |root| root.get("a").unwrap().get("name").is_none()));
        for (text, word) in
            [("a: x", Some("x")), ("a: 'x y' # z", Some("x y")), ("a: {b: c}", None), ("a: [b]", None), ("a: |\n  b", None), ("a:", None)]
        {
            assert_eq!(place(text, false, |root| root.get("a").and_then(|a| a.word())).as_deref(), word, "{text}");
        }
    }

    #[test]
    fn a_folded_message_is_cited_with_its_lines() {
        let text = "a: b\nmessage: 'one\n  two\n\n  three'\nreason: x\n";
        let cited = place(text, false, |root| root.get("message").unwrap().cite());
        assert_eq!(cited.lines, "message: 'one\n  two\n\n  three'");
        let cited = place("message: 'one\n  two'\n", false, |root| root.get("message").unwrap().cite());
        assert_eq!(cited.lines, "message: 'one\n  two'");
    }

    #[test]
    fn a_quote_is_closed_only_where_the_text_ends() {
        let read = |text: &str, cut: bool| -> (Option<String>, Option<String>) {
            let event: Option<super::super::schema::Event> = place(text, cut, |root| root.parse());
            event.map(|event| (event.reason, event.message)).unwrap_or_default()
        };
        let failed = || Some("Failed".to_owned());
        assert_eq!(read("reason: Failed\nmessage: \"rpc error", true), (failed(), Some("rpc error".into())));
        assert_eq!(read("reason: Failed\nmessage: 'rpc error", true), (failed(), Some("rpc error".into())));
        assert_eq!(read("reason: Failed\nmessage: 'rpc error", false), (failed(), None));
        // A damaged line is left out wherever it stands.
        assert_eq!(read("kind: a: b\nreason: Failed\n", false), (failed(), None));
        assert_eq!(read("reason: Failed\nlost\nmessage: m\n", false), (failed(), Some("m".into())));
        assert_eq!(read("reason: Failed\nmessage: m\nlost\n", false), (failed(), Some("m".into())));
        assert_eq!(read("kind: a: b\n", false), (None, None));
    }

    #[test]
    fn only_small_pieces_are_mended() {
        let read = |size: usize| {
            let text = "kind: a: b\nreason: Failed\nmessage: ";
            let text = format!("{text}{}", "x".repeat(size - text.len() - 1));
            place(&text, false, |root| root.parse::<super::super::schema::Event>().is_some())
        };
        assert!(read(100) && read(REPAIR_LIMIT) && !read(REPAIR_LIMIT + 1) && !read(2 * REPAIR_LIMIT));
    }
}
