//! Reads one block of a source, by itself, so that many can be read at once.
//!
//! In: the bytes of some whole lines and the number of the first. Out: a [`Block`]: the records and segments in them, and the
//! rows that were passed over. What came before and comes behind is not known here; [`crate::analyzer`] puts blocks together.

use crate::parse;
use crate::record::Record;
use crate::segment::Segment;
use crate::skim::{Quiet, Selection, Skimmer};
use crate::source::SourceId;
use crate::text::{Line, clean, decode::decode, unframe};

/// What is behind so many bytes of a line is left out. No line that a person or a component writes is that long.
const LONGEST_LINE: usize = 1 << 20;

/// A block, read.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) records: Vec<Record>,
    pub(crate) segments: Vec<Segment>,
    /// How many lines it has.
    pub(crate) lines: u64,
    /// Bytes of lines that are too long.
    pub(crate) left_out: u64,
    /// Rows that were passed over, and the number of the block's first line.
    pub(crate) quiet: Vec<Quiet>,
    pub(crate) first_line: u64,
}

/// Reads a block.
pub(crate) fn read(skimmer: Option<&Skimmer>, source: SourceId, bytes: &[u8], first_line: u64) -> Block {
    match skimmer.and_then(|skimmer| skimmer.select(bytes)) {
        Some(selection) => read_selected(&selection, source, bytes, first_line),
        None => {
            let text = decode(bytes);
            let mut block = Block { first_line, ..Block::default() };
            let lines: Vec<Line<'_>> = text.lines().zip(first_line..).map(|(raw, number)| block.line(source, number, raw)).collect();
            block.lines = lines.len() as u64;
            block.parse(lines, source);
            block
        }
    }
}

/// Reads the lines that were chosen.
fn read_selected(selection: &Selection, source: SourceId, bytes: &[u8], first_line: u64) -> Block {
    let mut block = Block { lines: selection.lines, quiet: selection.quiet.clone(), first_line, ..Block::default() };
    // Decoded together, so that all are taken for the same encoding.
    let mut joined = Vec::new();
    for kept in &selection.kept {
        joined.extend_from_slice(&bytes[kept.start..kept.end]);
        joined.push(b'\n');
    }
    let text = decode(&joined);
    let lines = text.lines().zip(&selection.kept);
    let lines = lines.map(|(raw, kept)| block.line(source, first_line + kept.index, raw).leaving_out(kept.left_out)).collect();
    block.parse(lines, source);
    block
}

/// Reads a row or an item that was passed over and begins in the line with this number.
pub(crate) fn read_passed(source: SourceId, bytes: &[u8], number: u64) -> Vec<Record> {
    let text = String::from_utf8_lossy(bytes);
    let mut block = Block::default();
    let lines: Vec<Line<'_>> = text.lines().zip(number..).map(|(raw, number)| block.line(source, number, raw)).collect();
    // It stood among its like, so nobody numbered, framed or wrapped it.
    parse::read_all(&lines, source, &mut block.records, &mut block.segments);
    block.records.retain(|record| !matches!(record, Record::Block { .. }));
    block.records
}

impl Block {
    fn line<'t>(&mut self, source: SourceId, number: u64, raw: &'t str) -> Line<'t> {
        let start = bounded(raw);
        self.left_out += (raw.len() - start.len()) as u64;
        clean(source, number, start)
    }

    fn parse(&mut self, mut lines: Vec<Line<'_>>, source: SourceId) {
        unframe(&mut lines);
        let lines = parse::straighten(lines);
        parse::read_all(&lines, source, &mut self.records, &mut self.segments);
    }
}

/// The start of a line, as far as it is read.
pub(crate) fn bounded(raw: &str) -> &str {
    let mut end = raw.len().min(LONGEST_LINE);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    &raw[..end]
}
