//! Cuts JSON into objects before a parser sees it.
//!
//! In: lines of which the first opens an object or an array. Out: how many lines the value takes and where its
//! pieces stand: the elements of `items` or of a bare array, else the object itself. It follows brackets and
//! strings only, stops at the first character that JSON cannot have there (so a dump that was cut does not
//! swallow what follows), and says no to values that show no sign of Kubernetes. Values are not decoded here.
//!
//! ```text
//! {
//!     "apiVersion": "v1",
//!     "items": [
//!         { "apiVersion": "v1", "kind": "Event", ... },      <- a piece
//!         { "apiVersion": "v1", "message": "Failed to pu     <- a piece that is cut
//! ```

use super::wrap::Wrap;
use super::{DEPTH_LIMIT, is_elision, is_prompt};
use crate::text::Line;
use std::ops::Range;

/// How deep a value is followed that has shown no sign of Kubernetes yet.
const UNKNOWN_DEPTH: usize = 32;

/// A value's lines and pieces. Offsets refer to the lines joined by line feeds, without the `dropped` lines and
/// without a line feed before the `joined` ones.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// How many lines it takes.
    pub(super) lines: usize,
    /// Lines that continue a string of the line before: a terminal wrapped it.
    pub(super) joined: Vec<usize>,
    /// Lines that only say that something was left out.
    pub(super) dropped: Vec<usize>,
    pub(super) pieces: Vec<Piece>,
    /// Value of the outermost `kind`, with its quotes.
    pub(super) kind: Option<Range<usize>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) range: Range<usize>,
    /// Whether its closing bracket was seen.
    pub(super) whole: bool,
    /// Whether it is nested too deeply to be given to a parser.
    pub(super) deep: bool,
}

/// What keys an object has.
mod sign {
    pub(super) const API: u16 = 1;
    pub(super) const KIND: u16 = 1 << 1;
    pub(super) const METADATA: u16 = 1 << 2;
    pub(super) const INVOLVED: u16 = 1 << 3;
    pub(super) const ITEMS: u16 = 1 << 4;
    /// `spec` or `status`.
    pub(super) const BODY: u16 = 1 << 5;
    /// `event`, `object`: an exporter or a watch put the object one level down.
    pub(super) const WRAPPER: u16 = 1 << 6;
    /// Keys of a log entry, which is read by somebody else.
    pub(super) const LOG: u16 = 1 << 7;
    /// `containerStatuses` and the like, once seen with a container behind them.
    pub(super) const STATUS: u16 = 1 << 8;
    pub(super) const STATE: u16 = 1 << 9;
    pub(super) const IMAGE: u16 = 1 << 10;
}

fn sign_of(key: &[u8]) -> u16 {
    match key {
        b"apiVersion" => sign::API,
        b"kind" => sign::KIND,
        b"metadata" => sign::METADATA,
        b"involvedObject" | b"regarding" => sign::INVOLVED,
        b"items" => sign::ITEMS,
        b"spec" | b"status" => sign::BODY,
        b"event" | b"object" | b"jsonPayload" => sign::WRAPPER,
        b"msg" | b"log" | b"MESSAGE" | b"ts" => sign::LOG,
        b"containerStatuses" | b"initContainerStatuses" | b"ephemeralContainerStatuses" | b"waiting" => sign::STATUS,
        b"state" => sign::STATE,
        b"image" => sign::IMAGE,
        _ => 0,
    }
}

/// Whether an object with these keys is one of Kubernetes'.
fn is_object(signs: u16) -> bool {
    let has = |wanted: u16| signs & wanted != 0;
    has(sign::INVOLVED | sign::STATUS)
        || has(sign::API) && has(sign::KIND | sign::ITEMS | sign::METADATA)
        || has(sign::METADATA) && has(sign::KIND | sign::BODY)
        || has(sign::STATE) && has(sign::IMAGE)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The object may be a piece of its own.
    Object,
    /// The object stands in a wrapper that is the piece.
    Wrapped,
    /// The array's elements are pieces.
    Elements,
    Other,
}

#[derive(Debug)]
struct Frame {
    array: bool,
    role: Role,
    start: usize,
    signs: u16,
    deep: bool,
}

/// How a line ended.
enum Fed {
    Open,
    /// The outermost bracket closed.
    Closed,
    /// No JSON from this offset on.
    Foreign(usize),
    /// Not an object of Kubernetes.
    Declined,
}

#[derive(Debug, Default)]
struct Scanner {
    frames: Vec<Frame>,
    /// Levels beyond those kept in `frames`.
    beyond: usize,
    in_string: bool,
    escaped: bool,
    string_start: usize,
    /// Sign of the string that was read last, and of the key before the current value.
    last: u16,
    key: u16,
    /// Whether a sign of Kubernetes was seen.
    known: bool,
    /// Whether the outermost object has its pieces in `items`.
    list: bool,
    pieces: Vec<Piece>,
    kind: Option<Range<usize>>,
}

impl Scanner {
    /// Reads a line from `from` on; `base` is where it stands in the whole text.
    fn feed(&mut self, text: &str, from: usize, base: usize) -> Fed {
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                at = self.string(bytes, at, base);
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'"' => {
                    self.in_string = true;
                    self.string_start = base + at;
                }
                b'{' | b'[' => {
                    if !self.open(byte == b'[', base + at) {
                        return Fed::Declined;
                    }
                }
                b'}' | b']' => match self.close(byte == b']', base + at + 1) {
                    Fed::Open => {}
                    Fed::Foreign(_) => return Fed::Foreign(base + at),
                    // A jsonpath prints several values in one line.
                    Fed::Closed if text.get(at + 1..).is_some_and(|rest| rest.trim_start().starts_with('{')) => self.list = false,
                    end => return end,
                },
                b':' => {
                    self.key = self.last;
                    if !self.note(self.key & !(sign::STATUS | sign::STATE)) {
                        return Fed::Declined;
                    }
                }
                b',' => self.key = 0,
                _ => {
                    let word =
                        bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
                    if !is_literal(&bytes[at..at + word]) {
                        return Fed::Foreign(base + at);
                    }
                    at += word;
                    continue;
                }
            }
            at += 1;
        }
        Fed::Open
    }

    /// Reads on inside a string; returns the offset behind what was read.
    fn string(&mut self, bytes: &[u8], from: usize, base: usize) -> usize {
        let mut at = from;
        while at < bytes.len() {
            if std::mem::take(&mut self.escaped) {
                at += 1;
                continue;
            }
            let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { return bytes.len() };
            at += found + 1;
            if bytes[at - 1] == b'\\' {
                self.escaped = true;
                continue;
            }
            self.in_string = false;
            // A key that a terminal broke is not recognised.
            self.last = self.string_start.checked_sub(base).and_then(|start| bytes.get(start + 1..at - 1)).map_or(0, sign_of);
            if self.key == sign::KIND && self.frames.len() == 1 && self.kind.is_none() {
                self.kind = Some(self.string_start..base + at);
            }
            break;
        }
        at
    }

    /// Returns whether the value can still be Kubernetes'.
    fn open(&mut self, array: bool, start: usize) -> bool {
        if self.frames.len() >= UNKNOWN_DEPTH && !self.known {
            return false;
        }
        if self.frames.len() >= DEPTH_LIMIT {
            self.beyond += 1;
            if let Some(piece) = self.frames.iter_mut().rev().find(|frame| frame.role == Role::Object) {
                piece.deep = true;
            }
            return true;
        }
        let key = self.key;
        let parent = self.frames.last().map(|frame| frame.role);
        let role = match (parent, array) {
            (None, true) => Role::Elements,
            (None, false) | (Some(Role::Elements), false) => Role::Object,
            (Some(Role::Object), true) if self.frames.len() == 1 && key == sign::ITEMS => {
                self.list = true;
                Role::Elements
            }
            (Some(Role::Object), false) if key == sign::WRAPPER => Role::Wrapped,
            _ => Role::Other,
        };
        let container = key & (sign::STATUS | sign::STATE);
        self.key = 0;
        if container != 0 && !self.note(container) {
            return false;
        }
        self.frames.push(Frame { array, role, start, signs: 0, deep: false });
        true
    }

    /// Notes a key of the innermost object; returns whether the value can still be Kubernetes'.
    fn note(&mut self, signs: u16) -> bool {
        let outermost = self.frames.len() == 1;
        if let Some(frame) = self.frames.last_mut().filter(|frame| self.beyond == 0 && matches!(frame.role, Role::Object | Role::Wrapped)) {
            frame.signs |= signs;
            // A log entry may mention an object; only a whole one is worth reading.
            self.known |= is_object(frame.signs) && (frame.role == Role::Object || frame.signs & (sign::METADATA | sign::INVOLVED) != 0);
            return !(outermost && frame.signs & sign::LOG != 0 && frame.signs & sign::INVOLVED == 0);
        }
        true
    }

    fn close(&mut self, array: bool, end: usize) -> Fed {
        if self.beyond > 0 {
            self.beyond -= 1;
            return Fed::Open;
        }
        match self.frames.last() {
            Some(frame) if frame.array == array => {}
            _ => return Fed::Foreign(end),
        }
        let Some(frame) = self.frames.pop() else { return Fed::Foreign(end) };
        self.key = 0;
        if frame.role == Role::Object && !(self.frames.is_empty() && self.list) {
            if !self.known {
                return Fed::Declined;
            }
            self.pieces.push(Piece { range: frame.start..end, whole: true, deep: frame.deep });
        }
        if self.frames.is_empty() { Fed::Closed } else { Fed::Open }
    }

    /// The piece that was open when the text ended at `end`.
    fn rest(&self, end: usize) -> Option<Piece> {
        let mut open = self.frames.iter().filter(|frame| frame.role == Role::Object);
        let frame = if self.list { open.nth(1) } else { open.next_back() }?;
        Some(Piece { range: frame.start..end, whole: false, deep: frame.deep })
    }
}

/// `true`, `false`, `null` or something like a number.
fn is_literal(word: &[u8]) -> bool {
    matches!(word, b"true" | b"false" | b"null")
        || matches!(word.first(), Some(b'-' | b'0'..=b'9'))
            && word.iter().any(u8::is_ascii_digit)
            && word.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'))
}

/// Cuts the value that begins at byte `start` of the first line; `None` when it is none of Kubernetes'.
pub(super) fn cut(lines: &[Line<'_>], start: usize) -> Option<Cut> {
    let mut scanner = Scanner::default();
    let mut wrap = Wrap::default();
    let mut cut = Cut::default();
    let mut base = 0;
    let mut end = None;
    for (index, line) in lines.iter().enumerate() {
        let text = line.text();
        if index > 0 && !scanner.in_string && is_elision(line.trimmed()) {
            cut.dropped.push(index);
            continue;
        }
        let continued = scanner.in_string;
        if continued && is_prompt(line.trimmed()) {
            end = Some((index, Some(base)));
            break;
        }
        let pieces = scanner.pieces.len();
        match scanner.feed(text, if index == 0 { start } else { 0 }, base) {
            Fed::Declined => return None,
            Fed::Closed => {
                end = Some((index + 1, None));
            }
            Fed::Foreign(at) if index == 0 || scanner.pieces.len() > pieces => end = Some((index + 1, Some(at))),
            Fed::Foreign(_) => end = Some((index, Some(base))),
            Fed::Open if scanner.in_string && !wrap.filled(text) => {
                // Was the line before cut rather than wrapped? Then this one is somebody else's.
                let foreign = continued && index + 1 < lines.len();
                end = Some(if foreign { (index, Some(base)) } else { (index + 1, Some(base + text.len())) });
            }
            Fed::Open => wrap.saw(text),
        }
        if continued && end.is_none_or(|(lines, _)| lines > index) {
            cut.joined.push(index);
        }
        if end.is_some() {
            break;
        }
        base += text.len() + usize::from(!scanner.in_string);
    }
    let (taken, open_at) = end.unwrap_or((lines.len(), Some(base)));
    if !scanner.known || taken == 0 {
        return None;
    }
    cut.lines = taken;
    cut.pieces.append(&mut scanner.pieces);
    if let Some(at) = open_at {
        let rest = scanner.rest(at);
        cut.pieces.extend(rest.filter(|piece| !piece.range.is_empty()));
    }
    cut.kind = scanner.kind;
    Some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn cut_text(text: &str) -> Option<(usize, Vec<(String, bool)>)> {
        let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
        let cut = cut(&lines, 0)?;
        let mut joined = String::new();
        for (index, line) in lines.iter().enumerate().take(cut.lines) {
            if cut.dropped.contains(&index) {
                continue;
            }
            if cut.joined.contains(&index) {
                joined.pop();
            }
            joined.push_str(line.text());
            joined.push('\n');
        }
        Some((cut.lines, cut.pieces.iter().map(|piece| (joined[piece.range.clone()].to_owned(), piece.whole)).collect()))
    }

    fn whole(pieces: &[&str]) -> Vec<(String, bool)> {
        pieces.iter().map(|piece| ((*piece).to_owned(), true)).collect()
    }

    #[test]
    fn items_are_pieces() {
        let list = "{\n\"apiVersion\": \"v1\",\n\"items\": [\n{\"kind\": \"A\", \"x\": \"}]\\\"\"},\n{\"b\": [1, -2.5e3, null]}\n],\n\"kind\": \"List\"\n}\nprose";
        assert_eq!(cut_text(list), Some((8, whole(&["{\"kind\": \"A\", \"x\": \"}]\\\"\"}", "{\"b\": [1, -2.5e3, null]}"]))));
        assert_eq!(cut_text("[{\"metadata\":{},\"kind\":\"Pod\"}]"), Some((1, whole(&["{\"metadata\":{},\"kind\":\"Pod\"}"]))));
        let two = "{\"waiting\":{\"reason\":\"A\"}} {\"running\":{}}";
        assert_eq!(cut_text(two), Some((1, whole(&["{\"waiting\":{\"reason\":\"A\"}}", "{\"running\":{}}"]))));
        let wrapped = "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"metadata\":{}}}";
        assert_eq!(cut_text(wrapped), Some((1, whole(&[wrapped]))));
    }

    #[test]
    fn what_is_not_an_object_of_kubernetes() {
        for text in [
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\",\"detail\":[]}]}",
            "{\"level\":\"info\",\"ts\":1,\"msg\":\"x\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"name\":\"a\"}}",
            "{\"log\":\"x\",\"kind\":\"Pod\",\"metadata\":{}}",
            "{\n\"auths\": {\n\"r.local\": {}\n}\n}",
            "{\n\"errors\": [\n{\n",
            "[1, 2]",
            "[root@master ~]# kubectl get pods",
            "{\"active\":1,\"waiting\":3,\"kind\":\"x\"}",
        ] {
            assert_eq!(cut_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_cut_ends_before_foreign_lines() {
        let cut = "{\n\"apiVersion\": \"v1\",\n\"items\": [\n{\"kind\": \"A\"},\n{\"kind\": \"B\",\n\"message\": \"Failed to pu\n[root@m ~]# k get pods\n";
        assert_eq!(
            cut_text(cut),
            Some((6, vec![("{\"kind\": \"A\"}".into(), true), ("{\"kind\": \"B\",\n\"message\": \"Failed to pu".into(), false)]))
        );
        let cut = "{\n\"apiVersion\": \"v1\",\n\"kind\": \"Pod\",\n\"spec\": {\n...\n},\nEvents:  <none>";
        assert_eq!(cut_text(cut), Some((6, vec![("{\n\"apiVersion\": \"v1\",\n\"kind\": \"Pod\",\n\"spec\": {\n},\n".into(), false)])));
    }

    #[test]
    fn a_wrapped_string_is_joined() {
        let long = "a".repeat(50);
        let text = format!("{{\n\"apiVersion\": \"v1\",\n\"kind\": \"Event\",\n\"message\": \"{long}\n{}\nend\"\n}}", "b".repeat(62));
        let (lines, pieces) = cut_text(&text).unwrap_or_default();
        assert_eq!(lines, 7);
        assert!(pieces[0].0.contains(&format!("{long}{}end\"", "b".repeat(62))), "{pieces:?}");
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = format!(
            "{{\"apiVersion\": \"v1\", \"items\": [{{\"kind\": \"A\", \"x\": {}{}}}, {{\"kind\": \"B\"}}]}}",
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        let lines = [Line::unchanged(SourceId(0), 1, &deep)];
        let cut = cut(&lines, 0).unwrap_or_default();
        assert_eq!(cut.pieces.iter().map(|piece| piece.deep).collect::<Vec<_>>(), [true, false]);
        assert_eq!(cut_text(&"{\n\"a\":\n".repeat(5_000)), None);
    }

    #[test]
    fn which_keys_make_an_object() {
        for text in [
            r#"{"apiVersion":"v1","kind":"Pod"}"#,
            r#"{"apiVersion":"v1","metadata":{}}"#,
            r#"{"apiVersion":"v1","items":[]}"#,
            r#"{"kind":"Pod","metadata":{}}"#,
            r#"{"metadata":{},"spec":{}}"#,
            r#"{"metadata":{},"status":{}}"#,
            r#"{"involvedObject":{}}"#,
            r#"{"regarding":{}}"#,
            r#"{"containerStatuses":[]}"#,
            r#"{"waiting":{}}"#,
            r#"{"image":"a:1","state":{}}"#,
            r#"{"object":{"kind":"Pod","metadata":{}}}"#,
            r#"{"involvedObject":{},"ts":1}"#,
        ] {
            assert!(cut_text(text).is_some(), "{text}");
        }
        for text in [
            r#"{"apiVersion":"v1","name":"chart"}"#,
            r#"{"kind":"Pod","name":"a"}"#,
            r#"{"metadata":{},"name":"a"}"#,
            r#"{"spec":{},"status":{}}"#,
            r#"{"image":"a:1","size":5}"#,
            r#"{"state":{"up":true},"size":5}"#,
            // An object inside of something else, or only mentioned.
            r#"{"auths":{"kind":"x","metadata":{}}}"#,
            r#"{"object":{"kind":"Pod","apiVersion":"v1","name":"a"}}"#,
            r#"[[{"kind":"Pod","metadata":{}}]]"#,
        ] {
            assert_eq!(cut_text(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_outermost_items_are_pieces() {
        for (text, pieces) in [
            (r#"{"apiVersion":"v1","kind":"Pod","conditions":[{"a":1}]}"#, None),
            (r#"{"apiVersion":"v1","kind":"Pod","spec":{"items":[{"a":1}]}}"#, None),
            (
                r#"{"apiVersion":"v1","items":[{"kind":"ConfigMap","items":[{"a":1}]}]}"#,
                Some([r#"{"kind":"ConfigMap","items":[{"a":1}]}"#]),
            ),
            (r#"{"apiVersion":"v1","items":[[1],{"kind":"A"}]}"#, Some([r#"{"kind":"A"}"#])),
        ] {
            let pieces = pieces.unwrap_or([text]);
            assert_eq!(cut_text(text), Some((1, whole(&pieces))), "{text}");
        }
    }

    #[test]
    fn the_outermost_kind_is_found() {
        for (text, kind) in [
            ("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"kind\":\"Pod\"}]}", Some("\"PodList\"")),
            ("{\n  \"apiVersion\":\"v1\",\n  \"items\":[\n    {\"kind\":\"Pod\"}\n  ],\n  \"kind\": \"List\"\n}", Some("\"List\"")),
            ("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"kind\":\"B\"}", Some("\"A\"")),
            ("{\"apiVersion\":\"v1\",\"items\":[{\"kind\":\"Pod\"}]}", None),
        ] {
            let lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
            let found = cut(&lines, 0).and_then(|cut| cut.kind);
            assert_eq!(found.map(|range| &text[range]), kind, "{text}");
        }
    }

    #[test]
    fn where_a_value_ends() {
        const POD: &str = r#"{"apiVersion":"v1","kind":"Pod"}"#;
        let open = |text: &str| vec![(text.to_owned(), false)];
        let then = |text: &str| [whole(&[r#"{"kind":"A","metadata":{}}"#]), open(text)].concat();
        for (text, lines, pieces) in [
            // Behind its bracket, whatever follows.
            (format!("{POD}\nprose"), 1, whole(&[POD])),
            (format!("{POD} prose"), 1, whole(&[POD])),
            (format!("{POD},"), 1, whole(&[POD])),
            (format!("{POD}\n{{\"level\":\"info\",\"msg\":\"x\"}}"), 1, whole(&[POD])),
            // Before the first character that JSON cannot have.
            (r#"{"apiVersion":"v1","kind":"Pod" lost"#.into(), 1, open(r#"{"apiVersion":"v1","kind":"Pod" "#)),
            (r#"{"apiVersion":"v1","kind":"Pod" ]"#.into(), 1, open(r#"{"apiVersion":"v1","kind":"Pod" "#)),
            (r#"{"apiVersion":"v1","kind":"Pod","spec":{"a":-}"#.into(), 1, open(r#"{"apiVersion":"v1","kind":"Pod","spec":{"a":"#)),
            ("[\n{\"kind\":\"A\",\"metadata\":{}},{\"kind\":\"B\" lost\n".into(), 2, then("{\"kind\":\"B\" ")),
            ("[\n{\"kind\":\"A\",\"metadata\":{}},{\"kind\":\"B\" ]\n".into(), 2, then("{\"kind\":\"B\" ")),
            ("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\nlost\n".into(), 1, open("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\n")),
            // A string that no terminal broke ends with its line.
            ("{\"apiVersion\":\"v1\",\"kind\":\"Pod\n  lost\n\"x\"}".into(), 1, open("{\"apiVersion\":\"v1\",\"kind\":\"Pod")),
        ] {
            assert_eq!(cut_text(&text), Some((lines, pieces)), "{text}");
        }
        assert_eq!(cut_text(&format!("[...]\n{POD}")), None);
    }

    #[test]
    fn a_string_goes_on_only_where_a_full_line_breaks_it() {
        let full = format!("{:80}", "{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"message\":\"");
        for (next, lines) in [
            ("end\"}\n", 2),
            // Nothing follows, so the string was cut here.
            ("end", 2),
            // Something follows that the string cannot go on with.
            ("What should I do?\nPlease help\n", 1),
            ("...\nend\"}\n", 1),
            ("$ kubectl get pods\nend\"}\n", 1),
        ] {
            let text = format!("{full}\n{next}");
            let found: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
            let cut = cut(&found, 0).unwrap_or_default();
            assert_eq!((cut.lines, cut.joined), (lines, if lines == 2 { vec![1] } else { vec![] }), "{next}");
        }
    }

    #[test]
    fn literals() {
        for (word, literal) in [
            ("true", true),
            ("null", true),
            ("-2.5e+3", true),
            ("0", true),
            ("-", false),
            ("-e", false),
            ("e1", false),
            ("+1", false),
            ("1a", false),
            ("lost", false),
        ] {
            assert_eq!(is_literal(word.as_bytes()), literal, "{word}");
        }
    }
}
