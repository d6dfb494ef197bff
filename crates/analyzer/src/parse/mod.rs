//! Input formats. Each recognises where a block of its own begins and reads that block into records.
//!
//! In: the lines of a source from some line on. Out: how many lines were taken and the records in them. A
//! format that sees nothing of its own takes no line and the next is asked; what nobody takes is prose.
//! A bad line costs that line: readers count it as unread and go on. What records *mean* is not known here.
//!
//! A new format is a new file with a `read` function and a row in [`FORMATS`].

mod client;
mod command;
mod describe;
mod event;
mod layout;
pub(crate) mod log;
mod loose;
mod network;
mod object;
mod pod_table;
pub(crate) mod primitive;
mod probe;
mod prompt;
mod times;
mod unwrap;

use crate::record::Record;
use crate::segment::{Segment, SegmentKind};
use crate::text::Line;

/// What a reader took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many lines; 0 when the block is not of this format.
    pub(crate) lines: usize,
    /// How many of them could not be read.
    pub(crate) unread: usize,
}

impl Taken {
    pub(crate) const NOTHING: Taken = Taken { lines: 0, unread: 0 };

    pub(crate) fn all(lines: usize) -> Taken {
        Taken { lines, unread: 0 }
    }
}

/// One format: what its blocks are called, and its reader.
pub(crate) struct Format {
    pub(crate) kind: SegmentKind,
    pub(crate) read: for<'t> fn(&[Line<'t>], &mut Vec<Record>) -> Taken,
}

/// All formats. The more specific stand before the more general.
pub(crate) static FORMATS: &[Format] = &[
    Format { kind: SegmentKind::Layout, read: layout::read },
    Format { kind: SegmentKind::Json, read: object::json::read },
    Format { kind: SegmentKind::Yaml, read: object::yaml::read },
    Format { kind: SegmentKind::EventTable, read: event::read },
    Format { kind: SegmentKind::Describe, read: describe::read },
    Format { kind: SegmentKind::ResourceTable, read: pod_table::read },
    Format { kind: SegmentKind::Klog, read: log::read_klog },
    // Probes and clients read their own commands, so they stand before those of others.
    Format { kind: SegmentKind::SocketTable, read: network::socket::read },
    Format { kind: SegmentKind::Packet, read: network::packet::read },
    Format { kind: SegmentKind::Probe, read: probe::read },
    Format { kind: SegmentKind::Client, read: client::read },
    Format { kind: SegmentKind::Log, read: log::read },
    Format { kind: SegmentKind::Prompt, read: command::read },
    Format { kind: SegmentKind::Message, read: loose::read },
];

/// Undoes what was done to whole lines and what only somebody sees who knows the formats: times before every line, and a
/// terminal's width.
pub(crate) fn straighten(mut lines: Vec<Line<'_>>) -> Vec<Line<'_>> {
    times::strip(&mut lines);
    unwrap::unwrap(lines)
}

/// Cuts lines into segments and reads them.
pub(crate) fn read_all(lines: &[Line<'_>], source: crate::source::SourceId, records: &mut Vec<Record>, segments: &mut Vec<Segment>) {
    let mut at = 0;
    while at < lines.len() {
        let rest = &lines[at..];
        let block = records.len();
        let (kind, taken) = FORMATS
            .iter()
            .find_map(|format| {
                let taken = (format.read)(rest, records);
                (taken.lines > 0).then_some((format.kind, taken))
            })
            .unwrap_or((SegmentKind::Prose, Taken::all(1)));
        let taken_lines = taken.lines.min(rest.len());
        let count: u64 = rest[..taken_lines].iter().map(Line::height).sum();
        if !matches!(segments.last(), Some(last) if last.kind == kind && last.source == source) {
            records.insert(block, Record::Block { prose: kind == SegmentKind::Prose });
        }
        match segments.last_mut() {
            Some(last) if last.kind == kind && last.source == source => {
                last.lines += count;
                last.unread += taken.unread as u64;
            }
            _ => segments.push(Segment { source, kind, first_line: rest[0].number(), lines: count, unread: taken.unread as u64 }),
        }
        at += taken_lines;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::source::SourceId;
    use crate::text::{Line, clean};

    /// The cleaned lines of a text, for the formats' own tests.
    pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
        text.lines().zip(1..).map(|(raw, number)| clean(SourceId(0), number, raw)).collect()
    }

    #[test]
    fn neighbours_of_one_kind_and_source_are_one_segment() {
        use super::{Record, SegmentKind, read_all};
        let table = "NAME    READY   STATUS    RESTARTS   AGE\nweb_1   ?/1     Running   0          5m\n";
        let text = format!("prose\nmore of it\n{table}{table}prose\n");
        let lines = lines(&text);
        let (mut records, mut segments) = (Vec::new(), Vec::new());
        read_all(&lines, SourceId(0), &mut records, &mut segments);
        read_all(&lines[..1], SourceId(1), &mut records, &mut segments);
        let found: Vec<_> =
            segments.iter().map(|segment| (segment.source.0, segment.kind, segment.first_line, segment.lines, segment.unread)).collect();
        let (prose, rows) = (SegmentKind::Prose, SegmentKind::ResourceTable);
        assert_eq!(found, [(0, prose, 1, 2, 0), (0, rows, 3, 4, 2), (0, prose, 7, 1, 0), (1, prose, 1, 1, 0)]);
        assert_eq!(records.iter().filter(|record| matches!(record, Record::Block { .. })).count(), 4);
    }
}
