//! Lines as a reader of the paste sees them, with the way back to the original.
//!
//! In: one source's decoded text. Out: [`Line`]s from which what pasting added is gone (colours, quote
//! marks, HTML entities, smart quotes, frames), each able to cite the original text for any part of itself.
//! What a line *means* is decided in [`crate::parse`].

mod clean;
pub(crate) mod decode;
mod frame;

pub(crate) use clean::clean;
pub(crate) use frame::unframe;

use crate::source::{Citation, Location, SourceId};
use std::borrow::Cow;
use std::ops::Range;

/// A cited line longer than this (in bytes) is kept only as a window around the cited part.
const WHOLE_LINE_LIMIT: usize = 16 * 1024;
/// How much of such a line is kept on both sides.
const WINDOW: usize = 512;

/// A stretch of a line that stands unchanged in the original.
#[derive(Debug, Clone, Copy)]
struct Piece<'t> {
    /// Offset in the cleaned text.
    at: usize,
    /// The whole original line.
    raw: &'t str,
    /// Its number, from 1.
    number: u64,
    /// Offset of the stretch in `raw`.
    offset: usize,
}

/// One line, cleaned. A line that a terminal wrapped may stand for several original lines.
#[derive(Debug, Clone)]
pub(crate) struct Line<'t> {
    source: SourceId,
    text: Cow<'t, str>,
    first: Piece<'t>,
    /// Further pieces, ascending by `at`; empty for an unchanged line.
    rest: Vec<Piece<'t>>,
    /// So many routine lines of the same kind stood behind it and were left out.
    left_out: u64,
}

/// Like [`str::trim`], quicker: nearly all blanks are ASCII.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_ascii().trim()
}

impl<'t> Line<'t> {
    /// A line that needs no cleaning.
    pub(crate) fn unchanged(source: SourceId, number: u64, raw: &'t str) -> Self {
        Line { source, text: Cow::Borrowed(raw), first: Piece { at: 0, raw, number, offset: 0 }, rest: Vec::new(), left_out: 0 }
    }

    /// The cleaned text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text without leading and trailing blanks.
    pub(crate) fn trimmed(&self) -> &str {
        trim(&self.text)
    }

    /// How many blanks (a tab counts as one) the text begins with.
    pub(crate) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// Number of the (first) original line.
    pub(crate) fn number(&self) -> u64 {
        self.first.number
    }

    /// How many original lines it stands for, those that were left out behind it included.
    pub(crate) fn height(&self) -> u64 {
        self.rest.last().map_or(self.first.number, |piece| piece.number) - self.first.number + 1 + self.left_out
    }

    /// The same line with so many routine lines behind it that are not read.
    pub(crate) fn leaving_out(self, lines: u64) -> Self {
        Line { left_out: lines, ..self }
    }

    /// The original (first) line.
    pub(crate) fn raw(&self) -> &'t str {
        self.first.raw
    }

    /// The same line without its first `bytes` bytes.
    pub(crate) fn skip(&self, bytes: usize) -> Line<'t> {
        let bytes = bytes.min(self.text.len());
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(bytes..).unwrap_or_default()),
            Cow::Owned(text) => Cow::Owned(text.get(bytes..).unwrap_or_default().to_owned()),
        };
        self.with_pieces(text, bytes)
    }

    /// The same line cut to its first `bytes` bytes.
    pub(crate) fn keep(&self, bytes: usize) -> Line<'t> {
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..bytes).unwrap_or(text)),
            Cow::Owned(text) => Cow::Owned(text.get(..bytes).unwrap_or(text).to_owned()),
        };
        let mut line = self.with_pieces(text, 0);
        line.rest.retain(|piece| piece.at <= bytes);
        line
    }

    /// The same line without these bytes, which ascend and are ASCII.
    pub(crate) fn without(&self, gone: &[usize]) -> Line<'t> {
        let mut text = String::with_capacity(self.text.len());
        let mut pieces: Vec<Piece<'t>> = Vec::with_capacity(gone.len() + 1);
        let mut starts: Vec<usize> =
            gone.iter().map(|at| at + 1).chain(std::iter::once(0)).chain(self.rest.iter().map(|piece| piece.at)).collect();
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain(std::iter::once(self.text.len()));
        for (start, end) in starts.iter().zip(ends) {
            let end = if gone.binary_search(&end.saturating_sub(1)).is_ok() { end - 1 } else { end };
            let Some(kept) = self.text.get(*start..end).filter(|kept| !kept.is_empty()) else { continue };
            let (piece, offset) = self.original(*start);
            pieces.push(Piece { at: text.len(), offset, ..piece });
            text.push_str(kept);
        }
        let first = if pieces.is_empty() { self.first } else { pieces.remove(0) };
        Line { source: self.source, text: Cow::Owned(text), first, rest: pieces, left_out: self.left_out }
    }

    fn with_pieces(&self, text: Cow<'t, str>, skipped: usize) -> Line<'t> {
        let mut pieces: Vec<Piece<'t>> = Vec::with_capacity(self.rest.len() + 1);
        for piece in std::iter::once(&self.first).chain(&self.rest) {
            let moved = if piece.at >= skipped {
                Piece { at: piece.at - skipped, ..*piece }
            } else {
                Piece { at: 0, offset: piece.offset + (skipped - piece.at), ..*piece }
            };
            match pieces.last_mut() {
                Some(last) if last.at == moved.at => *last = moved,
                _ => pieces.push(moved),
            }
        }
        let first = if pieces.is_empty() { self.first } else { pieces.remove(0) };
        Line { source: self.source, text, first, rest: pieces, left_out: self.left_out }
    }

    /// Appends a following line that a terminal, a mail program or a message with line ends put there.
    pub(crate) fn join(&mut self, glue: &str, next: &Line<'t>, skip: usize) {
        let next = next.skip(skip);
        self.left_out += next.left_out;
        let text = self.text.to_mut();
        text.push_str(glue);
        let base = text.len();
        text.push_str(&next.text);
        for piece in std::iter::once(&next.first).chain(&next.rest) {
            self.rest.push(Piece { at: piece.at + base, ..*piece });
        }
    }

    /// Where the ends of a stretch of [`text`](Self::text) stand: number and byte offset of the original lines.
    pub(crate) fn places(&self, range: &Range<usize>) -> [(u64, usize); 2] {
        let (first, from) = self.original(range.start);
        let (last, to) = self.original(range.end.saturating_sub(1).max(range.start));
        [
            (first.number, floor_boundary(first.raw, from)),
            (last.number, ceil_boundary(last.raw, if range.is_empty() { to } else { to + 1 })),
        ]
    }

    /// Cites a part of [`text`](Self::text) that was borrowed from it; anything else cites the whole line.
    pub(crate) fn cite(&self, part: &str) -> Citation {
        let start = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        match start.checked_add(part.len()) {
            Some(end) if end <= self.text.len() && !part.is_empty() => self.cite_range(start..end),
            _ => self.cite_all(),
        }
    }

    /// Cites the whole line without the blanks around it.
    pub(crate) fn cite_all(&self) -> Citation {
        let start = self.indent();
        let end = self.text.trim_end().len().max(start);
        self.cite_range(start..end)
    }

    fn cite_range(&self, range: Range<usize>) -> Citation {
        let (first, from) = self.original(range.start);
        // The end is where the last character ends, so that a join right behind it is not cited.
        let (last, last_byte) = self.original(range.end.saturating_sub(1).max(range.start));
        let from = floor_boundary(first.raw, from);
        let to = ceil_boundary(last.raw, if range.is_empty() { last_byte } else { last_byte + 1 });
        let mut lines = String::new();
        let mut number = first.number;
        let mut first_column = 1;
        if first.number == last.number {
            let (window, skipped) = window(first.raw, from, to);
            lines.push_str(window);
            first_column = 1 + skipped;
        } else {
            lines.push_str(first.raw);
            for piece in std::iter::once(&self.first).chain(&self.rest) {
                if piece.number > number && piece.number <= last.number {
                    lines.push('\n');
                    lines.push_str(piece.raw);
                    number = piece.number;
                }
            }
        }
        Citation {
            location: Location {
                source: self.source,
                line: first.number,
                column: column(first.raw, from),
                end_line: last.number,
                end_column: column(last.raw, to),
            },
            lines,
            first_column,
        }
    }

    /// The original line and byte offset behind an offset of the cleaned text.
    fn original(&self, at: usize) -> (Piece<'t>, usize) {
        let index = self.rest.partition_point(|piece| piece.at <= at);
        let piece = if index == 0 { self.first } else { self.rest[index - 1] };
        (piece, (piece.offset + at.saturating_sub(piece.at)).min(piece.raw.len()))
    }
}

/// Builds a cleaned line out of copied and replaced stretches.
pub(crate) struct LineBuilder<'t> {
    source: SourceId,
    raw: &'t str,
    number: u64,
    text: String,
    pieces: Vec<Piece<'t>>,
}

impl<'t> LineBuilder<'t> {
    pub(crate) fn new(source: SourceId, number: u64, raw: &'t str) -> Self {
        LineBuilder { source, raw, number, text: String::with_capacity(raw.len()), pieces: Vec::new() }
    }

    /// Copies `range` of the original.
    pub(crate) fn copy(&mut self, range: Range<usize>) {
        self.replace(range.start, self.raw.get(range).unwrap_or_default());
    }

    /// Puts `text` where the original has something else at `offset`.
    pub(crate) fn replace(&mut self, offset: usize, text: &str) {
        if !text.is_empty() {
            self.pieces.push(Piece { at: self.text.len(), raw: self.raw, number: self.number, offset });
            self.text.push_str(text);
        }
    }

    pub(crate) fn finish(mut self) -> Line<'t> {
        let whole = Piece { at: 0, raw: self.raw, number: self.number, offset: 0 };
        let first = if self.pieces.is_empty() { whole } else { self.pieces.remove(0) };
        Line { source: self.source, text: Cow::Owned(self.text), first, rest: self.pieces, left_out: 0 }
    }
}

/// Several lines as one text, for grammars that do not end at line ends, with the way back.
pub(crate) struct Joined<'a, 't> {
    lines: &'a [Line<'t>],
    text: String,
    starts: Vec<usize>,
}

impl<'a, 't> Joined<'a, 't> {
    pub(crate) fn new(lines: &'a [Line<'t>]) -> Self {
        let mut text = String::with_capacity(lines.iter().map(|line| line.text().len() + 1).sum());
        let mut starts = Vec::with_capacity(lines.len());
        for line in lines {
            starts.push(text.len());
            text.push_str(line.text());
            text.push('\n');
        }
        Joined { lines, text, starts }
    }

    /// The cleaned lines, each ended by a line feed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Index (in the slice that was joined) of the line in which `part`, borrowed from [`text`](Self::text), begins.
    pub(crate) fn line_of(&self, part: &str) -> Option<usize> {
        let at = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        (at <= self.text.len()).then(|| self.starts.partition_point(|start| *start <= at).saturating_sub(1))
    }

    /// Cites the first line of `part`, borrowed from [`text`](Self::text); a part of other origin cites the first line of all.
    pub(crate) fn cite(&self, part: &str) -> Citation {
        let found = self.line_of(part).and_then(|index| {
            let line = self.lines.get(index)?;
            let from = (part.as_ptr() as usize - self.text.as_ptr() as usize) - self.starts[index];
            let length = part.find('\n').unwrap_or(part.len());
            let to = (from + length).min(line.text().len());
            (from < to).then(|| line.cite_range(from..to))
        });
        found.unwrap_or_else(|| self.lines[0].cite_all())
    }
}

fn column(raw: &str, byte: usize) -> u32 {
    let count = raw.get(..byte).unwrap_or(raw).chars().count();
    u32::try_from(count).unwrap_or(u32::MAX - 1) + 1
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The line, or a window of it around `from..to`, and how many characters stand before the window.
fn window(raw: &str, from: usize, to: usize) -> (&str, u32) {
    if raw.len() <= WHOLE_LINE_LIMIT {
        return (raw, 0);
    }
    let start = floor_boundary(raw, from.saturating_sub(WINDOW));
    let end = ceil_boundary(raw, to.min(from + WHOLE_LINE_LIMIT) + WINDOW);
    (raw.get(start..end).unwrap_or_default(), column(raw, start) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_cited_by_its_columns() {
        let line = Line::unchanged(SourceId(0), 7, "  경고 Failed now");
        let part = &line.text()[9..15];
        assert_eq!(part, "Failed");
        let citation = line.cite(part);
        assert_eq!((citation.location.line, citation.location.column, citation.location.end_column), (7, 6, 12));
        assert_eq!(citation.text(), "Failed");
        assert_eq!(line.cite("elsewhere").text(), "경고 Failed now");
    }

    #[test]
    fn a_joined_line_cites_all_its_lines() {
        let mut line = Line::unchanged(SourceId(0), 1, "Failed to pu");
        line.join("", &Line::unchanged(SourceId(0), 2, "ll image now"), 0);
        assert_eq!(line.text(), "Failed to pull image now");
        let citation = line.cite(&line.text()[7..20]);
        assert_eq!((citation.location.line, citation.location.end_line), (1, 2));
        assert_eq!(citation.text(), "to pu\nll image");
        assert_eq!(line.height(), 2);
    }

    #[test]
    fn a_line_without_some_bytes_cites_the_original() {
        let mut line = Line::unchanged(SourceId(0), 1, r#"a \"b\" "#);
        line.join("", &Line::unchanged(SourceId(0), 2, r#"\"cd"#), 0);
        let line = line.without(&[2, 5, 8]);
        assert_eq!(line.text(), r#"a "b" "cd"#);
        let citation = line.cite(&line.text()[3..4]);
        assert_eq!((citation.text().as_str(), citation.location.column), ("b", 5));
        let citation = line.cite(&line.text()[7..9]);
        assert_eq!((citation.text().as_str(), citation.location.line, citation.location.column), ("cd", 2, 3));
        assert_eq!(line.height(), 2);
    }

    #[test]
    fn a_very_long_line_keeps_a_window() {
        let raw = format!("{}NEEDLE{}", "a".repeat(40_000), "b".repeat(40_000));
        let line = Line::unchanged(SourceId(0), 1, &raw);
        let citation = line.cite(&line.text()[40_000..40_006]);
        assert_eq!(citation.text(), "NEEDLE");
        assert_eq!(citation.location.column, 40_001);
        assert!(citation.lines.len() < 2_000);
    }
}
