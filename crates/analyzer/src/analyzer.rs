//! The whole way from bytes to a report; the only module that sees every stage.
//!
//! In: sources, as bytes or as readers. Out: a [`Report`]. It reads no file, no clock and no environment.

use crate::block::{self, Block, bounded};
use crate::diagnosis::{judge, link};
use crate::fact::extract::Extractor;
use crate::order::InOrder;
use crate::recall::PassedOver;
use crate::redact::{Redactor, mask_facts, mask_others};
use crate::report::{Coverage, Limit, Report};
use crate::rule::RuleSet;
use crate::segment::Segment;
use crate::skim::Skimmer;
use crate::source::SourceId;
use crate::stream::{Piece, Pieces};
use crate::text::decode::decode;
use crate::transcript::{TextBounds, Transcript};
use std::io::Read;
use std::num::NonZero;
use std::sync::{Mutex, mpsc};

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
    threads: NonZero<usize>,
}

impl Analyzer {
    /// An analyzer with these rules.
    pub fn new(rules: RuleSet) -> Self {
        Analyzer { rules, threads: NonZero::<usize>::MIN }
    }

    /// The same with so many threads for sources that are longer than 4 MiB; without this call, one. The report is the same for
    /// any number.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin()).threads(std::num::NonZero::new(2).unwrap());
    /// # assert!(analyzer.analyze("empty", b"").diagnoses.is_empty());
    /// ```
    #[must_use]
    pub fn threads(self, threads: NonZero<usize>) -> Self {
        Analyzer { threads, ..self }
    }

    /// Its rules.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet};
    /// assert!(Analyzer::new(RuleSet::builtin()).rules().get("tcp-eof").is_some());
    /// ```
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Starts an analysis over any number of sources.
    pub fn session(&self) -> Session<'_> {
        Session {
            rules: &self.rules,
            threads: self.threads.get(),
            passed_over: PassedOver::default(),
            extractor: Extractor::new(&self.rules),
            sources: Vec::new(),
            segments: Vec::new(),
            lines: 0,
            understood: 0,
            dropped_segments: 0,
            limits: Vec::new(),
            unnamed_limits: 0,
            transcript: None,
            redactor: None,
        }
    }

    /// Analyses a single source.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let report = analyzer.analyze("event.txt", br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused"#);
    /// assert_eq!(report.diagnoses[0].rule, "tcp-connection-refused");
    /// ```
    pub fn analyze(&self, name: &str, bytes: &[u8]) -> Report {
        let mut session = self.session();
        session.push(name, bytes);
        session.finish()
    }
}

/// At most so many bounds are named; more are counted.
const MOST_LIMITS: usize = 1_000;

/// An analysis under way.
#[derive(Debug)]
pub struct Session<'a> {
    rules: &'a RuleSet,
    threads: usize,
    passed_over: PassedOver,
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
    redactor: Option<Redactor>,
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

    /// From now on analyses what the redactor makes of the sources, so that no name of theirs is in the report.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, Redactor, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.redact(Redactor::new(RuleSet::builtin()));
    /// session.push("events.txt", b"Failed to pull image \"hub.acme.com/billing/ledger:1.4\": dial tcp 10.20.0.7:443: connect: connection refused");
    /// assert_eq!(session.redactor().map(|redactor| redactor.originals().len()), Some(4));
    /// assert_eq!(session.finish().diagnoses[0].subjects[0].image.as_deref(), Some("registry-1.example/project-1/image-1:1.4"));
    /// ```
    pub fn redact(&mut self, redactor: Redactor) {
        self.redactor = Some(redactor);
    }

    /// The redactor with everything that it has learned so far.
    pub fn redactor(&self) -> Option<&Redactor> {
        self.redactor.as_ref()
    }

    /// Ends the analysis without a report; the redactor can be used for another one, which then knows all names from its beginning.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, Redactor, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut first = analyzer.session();
    /// first.redact(Redactor::new(RuleSet::builtin()));
    /// first.push("describe.txt", b"Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n");
    /// let mut redactor = first.into_redactor().unwrap();
    /// assert_eq!(redactor.redact(b"ledger-0 is stuck"), "pod-1 is stuck");
    /// ```
    pub fn into_redactor(self) -> Option<Redactor> {
        self.redactor
    }

    /// Adds a whole source.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.push("a.txt", b"one\ntwo");
    /// session.push("b.txt", b"three");
    /// let report = session.finish();
    /// assert_eq!((report.sources.len(), report.coverage.lines), (2, 3));
    /// ```
    pub fn push(&mut self, name: &str, bytes: &[u8]) {
        let redacted = self.redactor.as_mut().map(|redactor| redactor.redact(bytes));
        let bytes = redacted.as_ref().map_or(bytes, String::as_bytes);
        let source = self.add_source(name);
        let mut block = block::read(None, source, bytes, 1);
        self.add(source, &mut block, bytes);
        self.extractor.end_source();
    }

    /// Adds a source from a reader, piece by piece, in memory that does not grow with its length.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// let log = br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused"#; // or a file, a pipe, a socket
    /// session.read("kubelet.log", log.as_slice())?;
    /// assert_eq!(session.finish().diagnoses[0].rule, "tcp-connection-refused");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader; what was read before stays part of the analysis.
    pub fn read(&mut self, name: &str, reader: impl Read) -> std::io::Result<()> {
        let Some(mut redactor) = self.redactor.take() else { return self.read_plain(name, reader) };
        let result = self.read_plain(name, redactor.reader(reader));
        self.redactor = Some(redactor);
        result
    }

    fn read_plain(&mut self, name: &str, reader: impl Read) -> std::io::Result<()> {
        let source = self.add_source(name);
        let mut pieces = Pieces::new(reader);
        let result = self.read_pieces(source, &mut pieces);
        self.passed_over.clear();
        self.extractor.end_source();
        result
    }

    fn read_pieces(&mut self, source: SourceId, pieces: &mut Pieces<impl Read>) -> std::io::Result<()> {
        let mut first_line = 1;
        // A source of one piece needs no preparation.
        let Some(first) = pieces.next()? else { return Ok(()) };
        let skimmer = (first.bytes.len() >= crate::skim::LEAST).then(|| self.rules.skimmer());
        if self.threads == 1 || !pieces.has_more() {
            let mut next = Some(first);
            while let Some(piece) = next {
                let block = block::read(skimmer, source, &piece.bytes, first_line);
                first_line += block.lines;
                self.add_piece(source, block, piece, pieces);
                next = pieces.next()?;
            }
            return Ok(());
        }
        self.read_parallel(source, first, pieces, skimmer)
    }

    /// Pieces are handed to threads as they come and put together in their order. This thread reads, and when enough is read it works
    /// like the others.
    fn read_parallel(
        &mut self,
        source: SourceId,
        first: Piece,
        pieces: &mut Pieces<impl Read>,
        skimmer: Option<&Skimmer>,
    ) -> std::io::Result<()> {
        let (job_sender, jobs) = mpsc::channel::<Job>();
        let jobs = Mutex::new(jobs);
        let (done_sender, done) = mpsc::channel();
        let work = move |job: Job| {
            let block = block::read(skimmer, source, &job.piece.bytes, job.first_line);
            (job.number, (block, job.piece))
        };
        std::thread::scope(|scope| {
            for _ in 1..self.threads {
                let (jobs, done_sender) = (&jobs, done_sender.clone());
                scope.spawn(move || {
                    loop {
                        // A poisoned lock means that another thread panicked, which the scope will hand on.
                        let job = jobs.lock().map_or(None, |jobs| jobs.recv().ok());
                        if job.is_none_or(|job| done_sender.send(work(job)).is_err()) {
                            break;
                        }
                    }
                });
            }
            drop(done_sender);
            let (mut next_line, mut sent) = (1, 0);
            let mut order = InOrder::default();
            let mut next = Some(first);
            let mut failed = None;
            while let Some(piece) = next {
                let ends = memchr::memchr_iter(b'\n', &piece.bytes).count() as u64;
                let lines = ends + u64::from(!piece.bytes.ends_with(b"\n"));
                if job_sender.send(Job { number: sent, first_line: next_line, piece }).is_err() {
                    break;
                }
                next_line += lines;
                sent += 1;
                while sent - order.taken >= 2 * self.threads as u64 {
                    // Who waits for a job holds the lock; then there is none to take.
                    let job = jobs.try_lock().ok().and_then(|jobs| jobs.try_recv().ok());
                    let Some(read) = job.map(work).or_else(|| done.recv().ok()) else { break };
                    order.put(read);
                    order.extend(done.try_iter());
                    order.take_all(|(block, piece)| self.add_piece(source, block, piece, pieces));
                }
                next = pieces.next().unwrap_or_else(|error| {
                    failed = Some(error);
                    None
                });
            }
            drop(job_sender);
            while let Some(job) = jobs.lock().map_or(None, |jobs| jobs.try_recv().ok()) {
                order.put(work(job));
            }
            order.extend(done);
            order.take_all(|(block, piece)| self.add_piece(source, block, piece, pieces));
            failed.map_or(Ok(()), Err)
        })
    }

    fn add_piece(&mut self, source: SourceId, mut block: Block, piece: Piece, pieces: &mut Pieces<impl Read>) {
        if piece.left_out > 0 {
            self.long_line(source, piece.left_out);
        }
        self.add(source, &mut block, &piece.bytes);
        if let Some(memory) = self.passed_over.push(piece.bytes, block.quiet, block.first_line) {
            pieces.reuse(memory);
        }
        for record in self.passed_over.recall(source, &mut self.extractor.failing) {
            self.extractor.take(record);
        }
    }

    fn add_source(&mut self, name: &str) -> SourceId {
        let source = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(name.to_owned());
        source
    }

    /// Adds a block that was read from these bytes.
    fn add(&mut self, source: SourceId, block: &mut Block, bytes: &[u8]) {
        if block.left_out > 0 {
            self.long_line(source, block.left_out);
        }
        self.lines += block.lines;
        let mut segments = std::mem::take(&mut block.segments).into_iter();
        let mut records = std::mem::take(&mut block.records).into_iter();
        if let (Some(last), Some(first)) = (self.segments.last_mut(), segments.as_slice().first())
            && (last.kind, last.source) == (first.kind, first.source)
        {
            // The block goes on with what the one before ended with.
            last.lines += first.lines;
            last.unread += first.unread;
            segments.next();
            records.next();
        }
        self.segments.extend(segments);
        let known = self.extractor.observed.facts.facts.len();
        for record in records {
            self.extractor.take(record);
        }
        for (what, left_out) in std::mem::take(&mut self.extractor.observed.bounds) {
            let source = self.sources.get(source.0 as usize).cloned();
            self.limit(Limit { what: what.to_owned(), source, left_out });
        }
        if let Some(transcript) = &mut self.transcript {
            let new = self.extractor.observed.facts.facts.iter().skip(known);
            let observed = new.flat_map(|fact| &fact.citations).map(|citation| citation.location);
            transcript.piece(source, block.first_line, decode(bytes).lines().map(bounded), observed);
        }
        self.bound_segments();
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
        if let Some(redactor) = &mut self.redactor {
            let limits = self.limits.iter_mut().filter_map(|limit| limit.source.as_mut());
            self.sources.iter_mut().chain(limits).for_each(|name| *name = redactor.redact_name(name));
        }
        Report {
            sources: self.sources,
            diagnoses,
            other_failures,
            coverage: Coverage { dumps: 1, lines: self.lines, understood, segments: self.segments },
            limits: self.limits,
            rules: self.rules.len(),
            facts,
            texts,
        }
    }
}

/// A piece to be read.
struct Job {
    number: u64,
    first_line: u64,
    piece: Piece,
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
