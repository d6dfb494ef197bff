//! The whole way from bytes to a report; the only module that sees every stage.
//!
//! In: sources, as bytes or as readers. Out: a [`Report`]. It reads no file, no clock and no environment.

use crate::diagnosis::{judge, link};
use crate::fact::extract::Extractor;
use crate::parse;
use crate::record::Record;
use crate::redact::{mask_facts, mask_others};
use crate::report::{Coverage, Limit, Report};
use crate::rule::RuleSet;
use crate::segment::Segment;
use crate::source::SourceId;
use crate::stream::Pieces;
use crate::text::{Line, clean, decode::decode, unframe};
use crate::transcript::{TextBounds, Transcript};

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
            unnamed_limits: 0,
            transcript: None,
        }
    }

    /// Analyses a single source.
    pub fn analyze(&self, name: &str, bytes: &[u8]) -> Report {
        let mut session = self.session();
        session.push(name, bytes);
        session.finish()
    }
}

/// What is behind so many bytes of a line is left out. No line that a person or a component writes is that long.
const LONGEST_LINE: usize = 1 << 20;
/// At most so many bounds are named; more are counted.
const MOST_LIMITS: usize = 1_000;

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
    unnamed_limits: u64,
    transcript: Option<Transcript>,
}

/// A report lists at most so many segments.
const MAX_SEGMENTS: usize = 250_000;

fn understood_lines(segment: &Segment) -> u64 {
    if segment.kind.is_understood() { segment.lines - segment.unread.min(segment.lines) } else { 0 }
}

impl Session<'_> {
    /// From now on keeps the text of the sources, within bounds, for [`Report::texts`]: a report that shows the lines around its citations needs it.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet, TextBounds};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.keep_text(TextBounds::default());
    /// session.push("note.txt", "현황\n".as_bytes());
    /// assert_eq!(session.finish().texts[0].kept[&1], "현황");
    /// ```
    pub fn keep_text(&mut self, bounds: TextBounds) {
        self.transcript = Some(Transcript::new(bounds));
    }

    /// Adds a whole source.
    pub fn push(&mut self, name: &str, bytes: &[u8]) {
        let source = self.add_source(name);
        self.piece(source, bytes, 1);
        self.end_source();
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
                self.long_line(source, piece.left_out);
            }
        }
        self.end_source();
        Ok(())
    }

    /// What a command at the end of a source asked for says nothing about the next one.
    fn end_source(&mut self) {
        self.extractor.take(Record::Block { prose: true });
    }

    fn add_source(&mut self, name: &str) -> SourceId {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(name.to_owned());
        source
    }

    /// Reads some lines of a source; how many they were.
    fn piece(&mut self, source: SourceId, bytes: &[u8], first_line: u64) -> u64 {
        let text = decode(bytes);
        let mut left_out = 0;
        let mut lines: Vec<Line<'_>> = text
            .lines()
            .zip(first_line..)
            .map(|(raw, number)| {
                let start = bounded(raw);
                left_out += raw.len() - start.len();
                clean(source, number, start)
            })
            .collect();
        if left_out > 0 {
            self.long_line(source, left_out as u64);
        }
        let count = lines.len() as u64;
        self.lines += count;
        unframe(&mut lines);
        let lines = parse::unwrap(lines);
        let mut records = Vec::new();
        parse::read_all(&lines, source, &mut records, &mut self.segments);
        let known = self.extractor.observed.facts.facts.len();
        for record in records {
            self.extractor.take(record);
        }
        if let Some(transcript) = &mut self.transcript {
            let new = self.extractor.observed.facts.facts.iter().skip(known);
            let observed = new.flat_map(|fact| &fact.citations).map(|citation| citation.location);
            transcript.piece(source, first_line, text.lines().map(bounded), observed);
        }
        self.bound_segments();
        count
    }

    fn long_line(&mut self, source: SourceId, left_out: u64) {
        let source = self.sources.get(source.0 as usize).cloned();
        self.limit(Limit { what: "bytes of lines longer than 1 MiB".to_owned(), source, left_out });
    }

    /// Adds to the report that something of the input was left out; the same statement again adds to its count.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, Limit, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.limit(Limit { what: "files that cannot be read".into(), source: Some("logs".into()), left_out: 1 });
    /// session.limit(Limit { what: "files that cannot be read".into(), source: Some("logs".into()), left_out: 2 });
    /// assert_eq!(session.finish().limits[0].left_out, 3);
    /// ```
    pub fn limit(&mut self, limit: Limit) {
        match self.limits.iter().position(|known| known.what == limit.what && known.source == limit.source) {
            Some(at) => self.limits[at].left_out = self.limits[at].left_out.saturating_add(limit.left_out),
            None if self.limits.len() < MOST_LIMITS => self.limits.push(limit),
            None => self.unnamed_limits += 1,
        }
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
        if self.unnamed_limits > 0 {
            self.limits.push(Limit { what: "further bounds that were reached".to_owned(), source: None, left_out: self.unnamed_limits });
        }
        let mut facts = link(&mut self.extractor.observed);
        mask_facts(&mut facts);
        mask_others(&mut self.extractor.observed.others);
        let diagnoses = judge(self.rules, &facts);
        let understood = self.understood + self.segments.iter().map(understood_lines).sum::<u64>();
        if self.dropped_segments > 0 {
            self.limits.push(Limit { what: "segments".to_owned(), source: None, left_out: self.dropped_segments });
        }
        let other_failures = std::mem::take(&mut self.extractor.observed.others);
        let cited: Vec<_> = diagnoses
            .iter()
            .flat_map(|diagnosis| diagnosis.evidence.iter().map(|evidence| &evidence.citation))
            .chain(other_failures.iter().flat_map(|other| &other.evidence))
            .map(|citation| citation.location)
            .collect();
        let texts = self.transcript.map(|transcript| transcript.finish(self.sources.len(), &cited)).unwrap_or_default();
        Report {
            sources: self.sources,
            diagnoses,
            other_failures,
            coverage: Coverage { lines: self.lines, understood, segments: self.segments },
            limits: self.limits,
            rules: self.rules.len(),
            facts,
            texts,
        }
    }
}

/// The start of a line, as far as it is read.
fn bounded(raw: &str) -> &str {
    let mut end = raw.len().min(LONGEST_LINE);
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    &raw[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_line_is_one_line_and_its_rest_is_left_out() {
        let failure = "Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.1:443: connect: connection refused";
        let text = format!("{}\n{failure}\n{}이", "x".repeat(3 << 20), "y".repeat((1 << 20) - 1));
        let report = Analyzer::new(RuleSet::builtin()).analyze("long.txt", text.as_bytes());
        assert_eq!(report.coverage.lines, 3);
        assert_eq!(report.diagnoses[0].evidence[0].citation.location.line, 2);
        assert_eq!(
            report.limits,
            [Limit { what: "bytes of lines longer than 1 MiB".into(), source: Some("long.txt".into()), left_out: (2 << 20) + 3 }]
        );
    }

    #[test]
    fn limits_are_bounded_themselves() {
        let analyzer = Analyzer::new(RuleSet::builtin());
        let mut session = analyzer.session();
        for number in 0..5_000 {
            session.limit(Limit { what: "x".into(), source: Some(number.to_string()), left_out: 1 });
        }
        let limits = session.finish().limits;
        assert_eq!((limits.len(), limits[1_000].left_out), (1_001, 4_000));
    }
}
