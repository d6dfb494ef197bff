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
            extractor: Extractor::new(self.rules.knowledge()),
            sources: Vec::new(),
            segments: Vec::new(),
            lines: 0,
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
    limits: Vec<Limit>,
}

impl Session<'_> {
    /// Adds a whole source.
    pub fn push(&mut self, name: &str, bytes: &[u8]) {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(name.to_owned());
        let text = decode(bytes);
        let mut lines: Vec<Line<'_>> = text.lines().zip(1..).map(|(raw, number)| clean(source, number, raw)).collect();
        self.lines += lines.len() as u64;
        unframe(&mut lines);
        let lines = parse::unwrap(lines);
        let mut records = Vec::new();
        parse::read_all(&lines, source, &mut records, &mut self.segments);
        for record in records {
            self.extractor.take(record);
        }
    }

    /// Adds a source from a reader.
    ///
    /// # Errors
    /// Those of the reader; what was read before stays part of the analysis.
    pub fn read(&mut self, name: &str, mut reader: impl std::io::Read) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        let result = reader.read_to_end(&mut bytes);
        self.push(name, &bytes);
        result.map(|_| ())
    }

    /// Judges everything that was added.
    pub fn finish(mut self) -> Report {
        let dropped = self.extractor.observed.facts.dropped;
        if dropped > 0 {
            self.limits.push(Limit { what: "different facts".to_owned(), source: None, left_out: dropped });
        }
        let facts = link(&mut self.extractor.observed);
        let diagnoses = judge(self.rules, &facts);
        let understood = self
            .segments
            .iter()
            .filter(|segment| segment.kind.is_understood())
            .map(|segment| segment.lines - segment.unread.min(segment.lines))
            .sum();
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
