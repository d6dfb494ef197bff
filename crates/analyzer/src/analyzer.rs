//! The whole way from bytes to a report; the only module that sees every stage.
//!
//! In: sources, as bytes or as readers. Out: a [`Report`]. It reads no file, no clock and no environment.

use crate::diagnosis::{judge, link};
use crate::fact::extract::Extractor;
use crate::parse;
use crate::report::{Coverage, Limit, Report};
use crate::rule::RuleSet;
use crate::segment::Segment;
use crate::source::SourceId;
use crate::stream::Pieces;
use crate::text::{Line, clean, decode::decode, unframe};

/// A reusable analyzer; it can be shared between threads.
///
/// ```
/// use pullan_analyzer::{Analyzer, RuleSet};
/// let analyzer = Analyzer::new(RuleSet::builtin());
/// let mut session = analyzer.session();
/// session.push("events.txt", b"Warning  Failed  9s  kubelet  Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.1:443: connect: connection refused");
/// let report = session.finish();
/// assert_eq!(report.diagnoses[0].rule, "tcp-connection-refused");
/// ```
#[derive(Debug, Clone)]
pub struct Analyzer {
    rules: RuleSet,
}

impl Analyzer {
    /// An analyzer with these rules.
    pub fn new(rules: RuleSet) -> Self {
        Analyzer { rules }
    }

    /// Its rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Starts an analysis over any number of sources.
    pub fn session(&self) -> Session<'_> {
        Session {
            rules: &self.rules,
            extractor: Extractor::new(&self.rules),
            sources: Vec::new(),
            segments: Vec::new(),
            lines: 0,
            understood: 0,
            dropped_segments: 0,
            limits: Vec::new(),
        }
    }

    /// Analyses a single source.
    pub fn analyze(&self, name: &str, bytes: &[u8]) -> Report {
        let mut session = self.session();
        session.push(name, bytes);
        session.finish()
    }
}

/// An analysis under way.
#[derive(Debug)]
pub struct Session<'a> {
    rules: &'a RuleSet,
    extractor: Extractor<'a>,
    sources: Vec<String>,
    segments: Vec<Segment>,
    lines: u64,
    /// Understood lines of segments that are no longer in the list.
    understood: u64,
    dropped_segments: u64,
    limits: Vec<Limit>,
}

/// A report lists at most so many segments.
const MAX_SEGMENTS: usize = 50_000;

fn understood_lines(segment: &Segment) -> u64 {
    if segment.kind.is_understood() { segment.lines - segment.unread.min(segment.lines) } else { 0 }
}

impl Session<'_> {
    /// Adds a whole source.
    pub fn push(&mut self, name: &str, bytes: &[u8]) {
        let source = self.add_source(name);
        self.piece(source, bytes, 1);
    }

    /// Adds a source from a reader, piece by piece, in memory that does not grow with its length.
    ///
    /// # Errors
    /// Those of the reader; what was read before stays part of the analysis.
    pub fn read(&mut self, name: &str, reader: impl std::io::Read) -> std::io::Result<()> {
        let source = self.add_source(name);
        let mut pieces = Pieces::new(reader);
        let mut first_line = 1;
        while let Some(piece) = pieces.next()? {
            first_line += self.piece(source, &piece.bytes, first_line);
            if piece.left_out > 0 {
                self.limits.push(Limit { what: "bytes of a line".to_owned(), source: Some(name.to_owned()), left_out: piece.left_out });
            }
        }
        Ok(())
    }

    fn add_source(&mut self, name: &str) -> SourceId {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(name.to_owned());
        source
    }

    /// Reads some lines of a source; how many they were.
    fn piece(&mut self, source: SourceId, bytes: &[u8], first_line: u64) -> u64 {
        let text = decode(bytes);
        let mut lines: Vec<Line<'_>> = text.lines().zip(first_line..).map(|(raw, number)| clean(source, number, raw)).collect();
        let count = lines.len() as u64;
        self.lines += count;
        unframe(&mut lines);
        let lines = parse::unwrap(lines);
        let mut records = Vec::new();
        parse::read_all(&lines, source, &mut records, &mut self.segments);
        for record in records {
            self.extractor.take(record);
        }
        self.bound_segments();
        count
    }

    /// Keeps the list of segments short; the lines of those that are dropped stay counted.
    fn bound_segments(&mut self) {
        while self.segments.len() > MAX_SEGMENTS {
            let Some(dropped) = self.segments.pop() else { break };
            self.understood += understood_lines(&dropped);
            self.dropped_segments += 1;
        }
    }

    /// Judges everything that was added.
    pub fn finish(mut self) -> Report {
        let dropped = self.extractor.observed.facts.dropped;
        if dropped > 0 {
            self.limits.push(Limit { what: "different facts".to_owned(), source: None, left_out: dropped });
        }
        let facts = link(&mut self.extractor.observed);
        let diagnoses = judge(self.rules, &facts);
        let understood = self.understood + self.segments.iter().map(understood_lines).sum::<u64>();
        if self.dropped_segments > 0 {
            self.limits.push(Limit { what: "segments".to_owned(), source: None, left_out: self.dropped_segments });
        }
        Report {
            sources: self.sources,
            diagnoses,
            other_failures: std::mem::take(&mut self.extractor.observed.others),
            coverage: Coverage { lines: self.lines, understood, segments: self.segments },
            limits: self.limits,
            rules: self.rules.len(),
            facts,
        }
    }
}
