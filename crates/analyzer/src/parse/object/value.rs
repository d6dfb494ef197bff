//! JSON values and where they stand.
//!
//! In: the text of a piece, and the lines that it was joined from. Out: a [`Node`] whose citations are exact to the
//! column, also in documents of one very long line. It never cites more of a line than the value itself, unless
//! the line holds nothing else, because a Secret's values may stand next to it.
//!
//! ```text
//!             "message": "Failed to pull image \"registry.lab.example/team/frontend:v1\": EOF",
//!                        ^-- cited, with the whole line
//! {"data":{"password":"..."},"kind":"Secret","metadata":{"name":"regcred"}}
//!                                                               ^-- cited, alone
//! ```

use super::node::{Node, alone};
use crate::source::{Citation, Location};
use crate::text::{Joined, Line};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::borrow::{Borrow, Cow};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

/// Lines longer than this are cited as [`LongLine`]s.
const LONG_LINE: usize = 16 * 1024;

/// Where the parts of a text stand.
pub(super) struct Places<'a> {
    pub(super) joined: &'a Joined<'a, 'a>,
    lines: &'a [Line<'a>],
    /// Where each line begins in the joined text.
    starts: Vec<usize>,
    /// The long line that was cited last.
    long: RefCell<Option<LongLine>>,
}

/// A line that is cited by counting on from the last citation, so that a document in one line costs linear time.
struct LongLine {
    index: usize,
    /// Whether its text stands in the original as it is.
    unchanged: bool,
    /// Cites its first character.
    beginning: Citation,
    /// Byte and column of the last citation.
    byte: usize,
    column: u32,
}

impl<'a> Places<'a> {
    pub(super) fn new(joined: &'a Joined<'a, 'a>, lines: &'a [Line<'a>]) -> Self {
        let begin = |next: &mut usize, line: &Line<'_>| Some(std::mem::replace(next, *next + line.text().len() + 1));
        let starts = lines.iter().scan(0, begin).collect();
        Places { joined, lines, starts, long: RefCell::new(None) }
    }

    /// Cites a part of the joined text. What else stands in its line is left out unless it is only the key,
    /// because the values of a Secret may stand there.
    fn cite(&self, part: &str) -> Citation {
        let text = self.joined.text();
        let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        let index = self.starts.partition_point(|begin| *begin <= start).saturating_sub(1);
        let (Some(line), Some(begin)) = (self.lines.get(index), self.starts.get(index)) else {
            return self.joined.cite(part);
        };
        let from = start.saturating_sub(*begin);
        if line.text().len() > LONG_LINE {
            return self.cite_long(line, index, from, part);
        }
        let citation = self.joined.cite(part);
        let first = part.lines().next().unwrap_or_default();
        let before = line.text().get(..from).unwrap_or_default().trim();
        let after = line.text().get(from + first.len()..).unwrap_or_default().trim();
        let own = matches!(after, "" | ",") && (before.is_empty() || is_key(before));
        if own { citation } else { alone(citation) }
    }

    fn cite_long(&self, line: &Line<'_>, index: usize, from: usize, part: &str) -> Citation {
        let mut last = self.long.borrow_mut();
        if last.as_ref().is_none_or(|long| long.index != index) {
            let unchanged = line.height() == 1 && line.raw().starts_with(line.text());
            *last = Some(LongLine { index, unchanged, beginning: alone(line.keep(1).cite_all()), byte: 0, column: 1 });
        }
        let Some(long) = last.as_mut() else { return self.joined.cite(part) };
        let text = line.text();
        let mut to = (from + part.len().min(LONG_LINE)).min(text.len());
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        let Some(cited) = text.get(from..to).filter(|_| long.unchanged) else {
            // Rare: a long line with colour codes in it. Its beginning is near enough.
            return long.beginning.clone();
        };
        let columns =
            |range: std::ops::Range<usize>| text.get(range).map_or(0, |text| u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
        let column = if from >= long.byte {
            long.column.saturating_add(columns(long.byte..from))
        } else {
            long.column.saturating_sub(columns(from..long.byte))
        };
        (long.byte, long.column) = (from, column);
        let location = Location { column, end_column: column.saturating_add(columns(from..to)), ..long.beginning.location };
        Citation { location, lines: cited.to_owned(), first_column: column }
    }
}

/// `"reason":` and nothing else.
fn is_key(text: &str) -> bool {
    let key = text.strip_suffix(':').and_then(|key| key.trim_end().strip_suffix('"')).and_then(|key| key.strip_prefix('"'));
    key.is_some_and(|key| !key.contains('"'))
}

/// A piece, and the text that was parsed in its place: the same, or the same with its brackets closed.
pub(super) struct Document<'a> {
    pub(super) places: &'a Places<'a>,
    pub(super) piece: &'a str,
    pub(super) parsed: &'a str,
}

/// One value of a piece.
pub(super) struct Value<'a> {
    document: &'a Document<'a>,
    raw: &'a str,
    members: OnceCell<Members<'a>>,
}

type Members<'a> = BTreeMap<Key<'a>, &'a RawValue>;

/// A key, borrowed where it has no escapes.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl Borrow<str> for Key<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'a> Value<'a> {
    /// The whole document, which is the text that was parsed.
    pub(super) fn root(document: &'a Document<'a>) -> Option<Self> {
        let raw = document.parsed.trim();
        if !raw.starts_with('{') {
            return serde_json::from_str(raw).ok().map(|raw: &RawValue| Value { document, raw: raw.get(), members: OnceCell::new() });
        }
        // Its members are asked for anyway, so that it is checked and taken apart in one go.
        let members: Members<'a> = serde_json::from_str(raw).ok()?;
        Some(Value { document, raw, members: OnceCell::from(members) })
    }

    fn inner(&self, raw: &'a str) -> Value<'a> {
        Value { document: self.document, raw, members: OnceCell::new() }
    }
}

impl Node for Value<'_> {
    fn get(&self, key: &str) -> Option<Self> {
        if !self.raw.starts_with('{') {
            return None;
        }
        let members = self.members.get_or_init(|| serde_json::from_str(self.raw).unwrap_or_default());
        members.get(key).filter(|raw| raw.get() != "null").map(|raw| self.inner(raw.get()))
    }

    fn items(&self) -> Vec<Self> {
        let items: Vec<&RawValue> = serde_json::from_str(self.raw).unwrap_or_default();
        items.into_iter().map(|raw| self.inner(raw.get())).collect()
    }

    fn word(&self) -> Option<String> {
        serde_json::from_str::<Cow<'_, str>>(self.raw).ok().map(Cow::into_owned)
    }

    fn mentions(&self, words: &str) -> bool {
        self.raw.contains(words)
    }

    fn cite(&self) -> Citation {
        let text = self.raw;
        // Of a map or a list only the bracket.
        let length = if text.starts_with(['{', '[']) { 1 } else { text.len() };
        self.cite_at(0, length)
    }

    fn cite_line(&self, start: &str) -> Citation {
        let text = self.raw;
        let found = text.match_indices(start).find(|(at, _)| text.get(..*at).is_some_and(|before| before.ends_with("\\n")));
        match found.and_then(|(at, _)| Some((at, text.get(at..)?))) {
            Some((at, rest)) => alone(self.cite_at(at, rest.find("\\n").unwrap_or(rest.len()))),
            None => self.cite(),
        }
    }

    fn parse<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.raw).ok()
    }
}

impl Value<'_> {
    /// Cites `length` bytes at `at` in the value, as far as the original has them.
    fn cite_at(&self, at: usize, length: usize) -> Citation {
        let document = self.document;
        let start = (self.raw.as_ptr() as usize).wrapping_sub(document.parsed.as_ptr() as usize).saturating_add(at);
        let end = start.saturating_add(length).min(document.piece.len());
        let part = document.piece.get(start..end).or_else(|| document.piece.get(..1)).unwrap_or(document.piece);
        document.places.cite(part)
    }
}
