//! The input, with what is cited highlighted and linked back.
//!
//! In: the texts that a report kept, its citations and its map of the sources. Out: rows for the template. A text
//! that was not kept is shown as far as the citations themselves have it. The page stays of a size that a
//! browser opens at once: what does not fit is shown around its citations only, or named only.

use super::cite::{Citations, Cited, Link, line_id, proof_id};
use super::piece::{Piece, View, pieces};
use crate::words::Words;
use pullan_analyzer::{Report, Segment, SegmentKind, SourceId};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bytes of text on the page, of all sources together.
const PAGE: usize = 4 << 20;
/// Bytes of text that nobody cites.
const UNCITED: usize = 1 << 20;
/// Lines around a citation where a source is not shown whole.
const AROUND: u64 = 5;
/// So many sources are named.
const MOST_SOURCES: usize = 200;
/// What is shown of a line.
const LINE: View = View { whole: 4_000, head: 500, around: 500 };

/// A source.
pub(super) struct Source<'r> {
    pub(super) id: String,
    pub(super) name: &'r str,
    pub(super) lines: String,
    pub(super) is_cited: bool,
    pub(super) rows: Vec<Row>,
}

pub(super) enum Row {
    Line(Line),
    /// So many lines are left out.
    LeftOut(String),
}

pub(super) struct Line {
    pub(super) number: u64,
    /// Set where it is cited.
    pub(super) id: String,
    pub(super) pieces: Vec<Piece>,
    /// Ways back to what cites it, each with its name in full.
    pub(super) back: Vec<(Link, String)>,
    pub(super) is_unread: bool,
    /// What was recognised from here on.
    pub(super) segment: &'static str,
}

/// All sources in their order, and how many are not named.
pub(super) fn sources<'r>(report: &'r Report, citations: &Citations, words: Words) -> (Vec<Source<'r>>, usize) {
    let mut segments: BTreeMap<SourceId, Vec<&Segment>> = BTreeMap::new();
    for segment in &report.coverage.segments {
        segments.entry(segment.source).or_default().push(segment);
    }
    let mut known = cited_lines(report);
    let (mut left, mut left_uncited) = (PAGE, UNCITED);
    let (mut shown, mut unnamed) = (Vec::new(), 0);
    for (index, name) in report.sources.iter().enumerate() {
        let source = SourceId(u32::try_from(index).unwrap_or(u32::MAX));
        let is_cited = citations.lines(source).next().is_some();
        if shown.len() >= MOST_SOURCES && !is_cited {
            unnamed += 1;
            continue;
        }
        let budget = if is_cited { &mut left } else { &mut left_uncited };
        let lines = lines(report, source, known.remove(&source).unwrap_or_default(), citations, budget);
        let segments = segments.get(&source).map(Vec::as_slice).unwrap_or_default();
        let total = report.texts.get(index).map_or(0, |text| text.lines);
        let total = total.max(segments.last().map_or(0, |segment| segment.first_line + segment.lines - 1));
        shown.push(Source {
            id: format!("s{}", index + 1),
            name,
            lines: words.lines(total),
            is_cited,
            rows: rows(source, &lines, total, segments, citations, words),
        });
    }
    (shown, unnamed)
}

/// A line, or a window of it, with the column of its first character counted from 0.
type Text<'r> = (usize, Cow<'r, str>);

/// The lines that citations have copies of.
fn cited_lines(report: &Report) -> BTreeMap<SourceId, BTreeMap<u64, Text<'_>>> {
    let mut known: BTreeMap<SourceId, BTreeMap<u64, Text<'_>>> = BTreeMap::new();
    let of_diagnoses = report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| &evidence.citation);
    for citation in of_diagnoses.chain(report.other_failures.iter().flat_map(|other| &other.evidence)) {
        let lines = known.entry(citation.location.source).or_default();
        for (index, (text, number)) in citation.lines.split('\n').zip(citation.location.line..).enumerate() {
            let skipped = if index == 0 { citation.first_column.saturating_sub(1) as usize } else { 0 };
            lines.entry(number).or_insert((skipped, Cow::Borrowed(text)));
        }
    }
    known
}

/// The lines to show: all that were kept if there is room, else those around citations.
fn lines<'r>(
    report: &'r Report,
    source: SourceId,
    mut lines: BTreeMap<u64, Text<'r>>,
    citations: &Citations,
    budget: &mut usize,
) -> BTreeMap<u64, Text<'r>> {
    let Some(text) = report.texts.get(source.0 as usize) else { return lines };
    let size: usize = text.kept.values().map(|line| line.len() + 1).sum();
    let whole = size <= *budget;
    let mut near = citations.lines(source).peekable();
    for (number, line) in &text.kept {
        while near.peek().is_some_and(|cited| *cited + AROUND < *number) {
            near.next();
        }
        let is_near = near.peek().is_some_and(|cited| cited.saturating_sub(AROUND) <= *number);
        if !whole && !is_near {
            continue;
        }
        *budget = budget.saturating_sub(line.len() + 1);
        // The copy of a citation is better where the line was cut in front of the cited part, and in a wrapped token that it masks.
        let is_longer =
            lines.get(number).is_none_or(|(skipped, copy)| *skipped > 0 && line.chars().count() >= skipped + copy.chars().count());
        if is_longer {
            lines.insert(*number, (0, Cow::Borrowed(line)));
        }
    }
    lines
}

fn back(cited: Option<&Cited>, words: Words) -> Vec<(Link, String)> {
    let Some(cited) = cited else { return Vec::new() };
    let of_finding = |(finding, proof): &(usize, usize)| {
        let link = Link { href: format!("#{}", proof_id(*finding, *proof)), text: format!("{}.{}", finding + 1, proof + 1) };
        (link, words.back_to(finding + 1, proof + 1))
    };
    let of_other = || (Link { href: "#others".to_owned(), text: words.out_of_scope().to_owned() }, words.out_of_scope_note().to_owned());
    cited.by.iter().map(of_finding).chain(cited.by_other.then(of_other)).collect()
}

fn rows(
    source: SourceId,
    lines: &BTreeMap<u64, Text<'_>>,
    total: u64,
    segments: &[&Segment],
    citations: &Citations,
    words: Words,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut segments = segments.iter().peekable();
    let (mut next, mut named) = (1, None);
    if lines.is_empty() {
        return rows;
    }
    for (number, (skipped, text)) in lines {
        if *number > next {
            rows.push(Row::LeftOut(words.lines_left_out(number - next)));
        }
        next = number + 1;
        while segments.peek().is_some_and(|segment| segment.first_line + segment.lines <= *number) {
            segments.next();
        }
        let segment = segments.peek().filter(|segment| segment.first_line <= *number);
        // Empty lines inside a description part nothing.
        let kind = segment.map(|segment| segment.kind).filter(|kind| *kind != SegmentKind::Layout);
        let is_new = kind.is_some() && kind != named;
        named = kind.or(named);
        let cited = citations.at(source, *number);
        let marks: Vec<_> = cited
            .map(|cited| cited.marks.iter().map(|mark| mark.start.saturating_sub(*skipped)..mark.end.saturating_sub(*skipped)).collect())
            .unwrap_or_default();
        rows.push(Row::Line(Line {
            number: *number,
            id: if cited.is_some() { line_id(source, *number) } else { String::new() },
            pieces: pieces(text.trim_end(), &marks, LINE),
            back: back(cited, words),
            is_unread: segment.is_some_and(|segment| !segment.kind.is_understood()),
            segment: kind.filter(|kind| is_new && kind.is_recognised()).map(|kind| words.segment(kind)).unwrap_or_default(),
        }));
    }
    if total >= next {
        rows.push(Row::LeftOut(words.lines_left_out(total + 1 - next)));
    }
    rows
}
