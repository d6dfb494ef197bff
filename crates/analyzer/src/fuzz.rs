//! Ways in for fuzzers: one for each group of readers, and one for the whole.
//!
//! In: any bytes. Out: nothing; what must hold is asserted. Only tests and the feature `fuzzing` build this,
//! and it is no part of the library's public face. How to run the targets is told in `fuzz/README.md`; the
//! tests below run them over their seeds and over a fixed number of broken copies of the seeds.

use crate::analyzer::Analyzer;
use crate::diagnosis::link;
use crate::fact::extract::Extractor;
use crate::message;
use crate::parse::{self, FORMATS};
use crate::redact::Redactor;
use crate::report::Report;
use crate::rule::{RuleSet, check_examples};
use crate::segment::SegmentKind;
use crate::skim::{self, Skimmer};
use crate::source::{Citation, SourceId};
use crate::text::{Line, clean, decode::decode, unframe};
use std::borrow::Cow;
use std::sync::LazyLock;

/// One fuzz target: its name, which is also that of its seeds' folder, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    #[cfg(feature = "archives")]
    ("archive", archive),
    ("client", client),
    ("describe", describe),
    ("event", event),
    ("log", log),
    ("message", message),
    ("network", network),
    ("object_json", object_json),
    ("object_yaml", object_yaml),
    ("pod_table", pod_table),
    ("probe", probe),
    ("prompt", prompt),
    ("redact", redact),
    ("rule", rule),
    ("skim", skim),
    ("text", text),
    ("whole", whole),
];

/// Stands between the sources in an input of [`whole`].
const NEXT_SOURCE: u8 = 0x1e;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(RuleSet::builtin()));

/// Archives and compressed files, from a pipe and in place. Damage is no error, and the bounds hold.
#[cfg(feature = "archives")]
pub fn archive(bytes: &[u8]) {
    let limits = crate::Limits {
        total_bytes: 1 << 20,
        entry_bytes: 1 << 18,
        entries: 50,
        ratio_from: 1 << 16,
        zip_bytes: 1 << 20,
        ..Default::default()
    };
    let (mut pipe, mut file) = (ANALYZER.session(), ANALYZER.session());
    assert!(pipe.read_archive("a", bytes, &limits).is_ok(), "damaged data from a pipe became an error");
    assert!(file.read_archive_file("a", std::io::Cursor::new(bytes), &limits).is_ok(), "damaged data in a file became an error");
    for report in [pipe.finish(), file.finish()] {
        assert!(report.sources.len() <= limits.entries as usize, "{} sources", report.sources.len());
        assert!(report.coverage.lines <= limits.total_bytes.max(bytes.len() as u64), "{} lines", report.coverage.lines);
    }
}

/// Transcripts of container clients.
pub fn client(bytes: &[u8]) {
    read(&[SegmentKind::Client], bytes);
}

/// Output of `kubectl describe`.
pub fn describe(bytes: &[u8]) {
    read(&[SegmentKind::Describe], bytes);
}

/// Tables of events.
pub fn event(bytes: &[u8]) {
    read(&[SegmentKind::EventTable], bytes);
}

/// Logs: klog, logfmt, JSON entries, with any prefix.
pub fn log(bytes: &[u8]) {
    read(&[SegmentKind::Klog], bytes);
    read(&[SegmentKind::Log], bytes);
}

/// Error messages, found in other text and peeled.
pub fn message(bytes: &[u8]) {
    read(&[SegmentKind::Message], bytes);
    let text = String::from_utf8_lossy(bytes);
    message::read(&text);
    message::peel_all(&text);
    message::unquote(&text);
}

/// Sockets, virtual servers and packet filter rules.
pub fn network(bytes: &[u8]) {
    read(&[SegmentKind::SocketTable, SegmentKind::Packet], bytes);
}

/// Kubernetes objects as JSON.
pub fn object_json(bytes: &[u8]) {
    read(&[SegmentKind::Json], bytes);
}

/// Kubernetes objects as YAML.
pub fn object_yaml(bytes: &[u8]) {
    read(&[SegmentKind::Yaml], bytes);
}

/// Tables of pods and other resources.
pub fn pod_table(bytes: &[u8]) {
    read(&[SegmentKind::ResourceTable], bytes);
}

/// Output of telnet, curl, dig and their like.
pub fn probe(bytes: &[u8]) {
    read(&[SegmentKind::Probe], bytes);
}

/// Prompts and what was typed behind them.
pub fn prompt(bytes: &[u8]) {
    read(&[SegmentKind::Prompt], bytes);
}

/// Pseudonyms: no line comes or goes, and the same text has the same ones, whole or from a stream.
pub fn redact(bytes: &[u8]) {
    let redacted = Redactor::new(ANALYZER.rules().clone()).redact(bytes);
    // The last line may become empty, when a secret goes on in it.
    assert_eq!(redacted.matches('\n').count(), decode(bytes).matches('\n').count(), "lines came or went");
    let mut copied = Vec::new();
    let copy = Redactor::new(ANALYZER.rules().clone()).copy(bytes, &mut copied);
    assert!(copy.is_ok() && String::from_utf8_lossy(&copied) == redacted, "a copy differs");
}

/// Choosing lines of a long piece, which is the input over and over: what is chosen are whole lines in their order, and
/// nothing is lost count of.
pub fn skim(bytes: &[u8]) {
    static SKIMMER: LazyLock<Skimmer> = LazyLock::new(|| Skimmer::new(ANALYZER.rules()));
    let mut line = bytes.to_vec();
    line.push(b'\n');
    let block = line.repeat(skim::LEAST / line.len() + 1);
    let Some(selection) = SKIMMER.select(&block) else { return };
    let (mut at, mut before, mut left_out) = (0, 0, 0);
    for kept in &selection.kept {
        assert!(at <= kept.start && kept.start <= kept.end && kept.end <= block.len(), "{kept:?} behind {at}");
        assert!(kept.start == 0 || block[kept.start - 1] == b'\n', "{kept:?} begins inside a line");
        assert!(block.get(kept.end).is_none_or(|byte| *byte == b'\n'), "{kept:?} ends inside a line");
        before += memchr::memchr_iter(b'\n', &block[at..kept.start]).count() as u64;
        assert_eq!(kept.index, before, "{kept:?} is another line");
        assert!(memchr::memchr(b'\n', &block[kept.start..kept.end]).is_none(), "{kept:?} is more than a line");
        at = kept.start;
        left_out += kept.left_out;
    }
    let lines = memchr::memchr_iter(b'\n', &block).count() as u64;
    assert_eq!((selection.lines, selection.kept.len() as u64 + left_out), (lines, lines), "lines got lost");
    for quiet in &selection.quiet {
        assert!(quiet.start <= quiet.end && quiet.end <= block.len() && quiet.index < lines, "{quiet:?}");
    }
}

/// A user's rule file. One that is accepted is also asked about a failure, and its examples are run.
pub fn rule(bytes: &[u8]) {
    const FAILURE: &[u8] = b"Warning  Failed  9s  kubelet  Failed to pull image \"r.example/a:1\": rpc error: code = NotFound desc = failed to resolve reference \"r.example/a:1\": r.example/a:1: not found";
    let text = String::from_utf8_lossy(bytes);
    match RuleSet::builder().document("fuzz.yaml", &text).build() {
        Ok(rules) => {
            check_examples(&rules, |_| true);
            Analyzer::new(rules).analyze("events.txt", FAILURE);
        }
        Err(errors) => assert!(!errors.to_string().is_empty(), "a file was refused without a word"),
    }
}

/// Decoding, cleaning and unwrapping: every line and every word of it can be cited.
pub fn text(bytes: &[u8]) {
    let text = decode(bytes);
    let raw: Vec<&str> = text.lines().collect();
    let mut next = 1;
    for line in lines(&text) {
        assert_eq!(line.number(), next, "a line is missing or comes twice");
        next += line.height();
        check_citation(&line.cite_all(), &raw);
        for word in line.text().split_whitespace() {
            check_citation(&line.cite(word), &raw);
        }
    }
    assert_eq!(next, raw.len() as u64 + 1, "lines got lost at the end");
}

/// A whole analysis of one or several sources, done twice.
pub fn whole(bytes: &[u8]) {
    let sources: Vec<&[u8]> = bytes.split(|byte| *byte == NEXT_SOURCE).collect();
    let (mut pushed, mut read) = (ANALYZER.session(), ANALYZER.session());
    for (index, source) in sources.iter().enumerate() {
        let name = format!("{index}.txt");
        pushed.push(&name, source);
        assert!(read.read(&name, *source).is_ok(), "a slice cannot fail to be read");
    }
    let (report, again) = (pushed.finish(), read.finish());
    check_report(&report, &sources);
    assert_eq!(serde_json::to_string(&report).ok(), serde_json::to_string(&again).ok(), "two analyses of one input differ");
}

/// A source's lines as the analyzer hands them to the readers.
fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = text.lines().zip(1..).map(|(raw, number)| clean(SourceId(0), number, raw)).collect();
    unframe(&mut lines);
    parse::straighten(lines)
}

/// Offers every line to the readers of these kinds, as if nobody else had taken it, and makes facts of the records.
fn read(kinds: &[SegmentKind], bytes: &[u8]) {
    let text: Cow<'_, str> = String::from_utf8_lossy(bytes);
    let lines = lines(&text);
    let mut extractor = Extractor::new(ANALYZER.rules());
    let mut at = 0;
    while at < lines.len() {
        let mut taken_lines = 1;
        for format in FORMATS.iter().filter(|format| kinds.contains(&format.kind)) {
            let mut records = Vec::new();
            let taken = (format.read)(&lines[at..], &mut records);
            assert!(taken.lines <= lines.len() - at, "{:?} took lines that are not there", format.kind);
            assert!(taken.unread <= taken.lines, "{:?} left more lines unread than it took", format.kind);
            assert!(taken.lines > 0 || records.is_empty(), "{:?} read a record without taking a line", format.kind);
            records.into_iter().for_each(|record| extractor.take(record));
            if taken.lines > 0 {
                taken_lines = taken.lines;
                break;
            }
        }
        at += taken_lines;
    }
    let raw: Vec<&str> = text.lines().collect();
    let facts = link(&mut extractor.observed);
    facts.iter().flat_map(|fact| &fact.citations).for_each(|citation| check_citation(citation, &raw));
}

/// Segments tile every source, coverage adds up, every diagnosis is proven, and every citation is in its place.
fn check_report(report: &Report, sources: &[&[u8]]) {
    let texts: Vec<Cow<'_, str>> = sources.iter().map(|bytes| decode(bytes)).collect();
    let raw: Vec<Vec<&str>> = texts.iter().map(|text| text.lines().collect()).collect();
    let coverage = &report.coverage;
    for (source, lines) in raw.iter().enumerate() {
        let mut next = 1;
        for segment in coverage.segments.iter().filter(|segment| segment.source.0 as usize == source) {
            assert_eq!(segment.first_line, next, "a gap or an overlap before {segment:?}");
            assert!(segment.lines > 0 && segment.unread <= segment.lines, "{segment:?}");
            next += segment.lines;
        }
        assert_eq!(next, lines.len() as u64 + 1, "the segments of source {source} end too early or too late");
    }
    assert_eq!(coverage.lines, raw.iter().map(|lines| lines.len() as u64).sum::<u64>());
    let understood = coverage.segments.iter().filter(|segment| segment.kind.is_understood()).map(|segment| segment.lines - segment.unread);
    assert_eq!(coverage.understood, understood.sum::<u64>());

    for diagnosis in &report.diagnoses {
        assert!(!diagnosis.evidence.is_empty(), "{} without evidence", diagnosis.rule);
    }
    let of_diagnoses = report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| &evidence.citation);
    let of_others = report.other_failures.iter().flat_map(|failure| &failure.evidence);
    let of_facts = report.facts.iter().flat_map(|fact| &fact.citations);
    for citation in of_diagnoses.chain(of_others).chain(of_facts) {
        let source = raw.get(citation.location.source.0 as usize);
        assert!(source.is_some(), "no such source: {citation:?}");
        check_citation(citation, source.map_or(&[], Vec::as_slice));
    }
}

/// A citation lies within its source, copies the lines that it names, and says what stands there.
fn check_citation(citation: &Citation, raw: &[&str]) {
    let at = &citation.location;
    assert!(1 <= at.line && at.line <= at.end_line && at.end_line <= raw.len() as u64, "{at:?} of {} lines", raw.len());
    let cited = &raw[at.line as usize - 1..at.end_line as usize];
    let width = |line: &str| line.chars().count() as u32;
    let (first, last) = (cited[0], cited[cited.len() - 1]);
    assert!(1 <= at.column && at.column <= width(first) + 1 && at.end_column <= width(last) + 1, "{at:?} of {cited:?}");
    assert!(cited.len() > 1 || at.column <= at.end_column, "{at:?} ends before it begins");
    assert!(citation.first_column <= at.column, "{at:?} begins before its copy");
    // Of a very long line, and of one that holds a whole list, only the cited stretch is copied.
    let whole = cited.join("\n");
    assert!(stands_in(&citation.lines, &whole), "{at:?}: {:?} is not in {whole:?}", citation.lines);
    assert_eq!(citation.lines.split('\n').count(), cited.len(), "{at:?} copies other lines than it names");
    assert!(citation.lines.contains(&citation.text()), "{at:?}: {:?} is not in {:?}", citation.text(), citation.lines);
}

/// Whether a copy, in which secrets may be masked, stands in a text.
fn stands_in(copy: &str, whole: &str) -> bool {
    let (copy_chars, whole_chars): (Vec<char>, Vec<char>) = (copy.chars().collect(), whole.chars().collect());
    let same = |window: &[char]| window.iter().zip(&copy_chars).all(|(there, here)| there == here || *here == '*');
    whole.contains(copy) || whole_chars.windows(copy_chars.len().max(1)).any(same)
}

#[cfg(test)]
mod tests {
    // The seeds are files; the readers themselves open none.
    #![allow(clippy::disallowed_methods)]

    use super::*;
    use std::path::{Path, PathBuf};

    /// Broken copies of each seed.
    const COPIES: usize = 16;

    /// The seeds of each target. A packaged crate has none.
    fn seeds() -> Option<Vec<(Target, Vec<Vec<u8>>)>> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
        let of = |folder: PathBuf| -> Vec<Vec<u8>> {
            let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            paths.sort();
            paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
        };
        root.parent()?.join("Cargo.toml").exists().then(|| TARGETS.iter().map(|target| (*target, of(root.join(target.0)))).collect())
    }

    /// Marsaglia's xorshift: the same numbers on every machine.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % bound.max(1) as u64) as usize
        }
    }

    /// Breaks an input in one to four places, with pieces that have a meaning to some reader.
    fn broken(seed: &[u8], random: &mut Random) -> Vec<u8> {
        const PIECES: &str = "\n§\r§\t§\"§\\\"§{§}§[§]§: §, §  §> §| §<none>§\x1b[§\x1b]§&quot;§18446744073709551615§-1§한§“§\0§\x1e";
        let mut bytes = seed.to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len() + 1);
            let end = (at + random.below(16)).min(bytes.len());
            match random.below(5) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << random.below(8)),
                3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                _ => drop(bytes.splice(at..at, PIECES.split('§').nth(random.below(24)).unwrap_or_default().bytes())),
            }
        }
        bytes
    }

    #[test]
    fn every_target_has_seeds() {
        for ((name, _), inputs) in seeds().into_iter().flatten() {
            assert!(!inputs.is_empty(), "fuzz/seeds/{name} is empty");
        }
    }

    #[test]
    fn targets_hold_on_their_seeds_and_on_broken_copies() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for ((_, run), inputs) in seeds().into_iter().flatten() {
            for input in inputs {
                run(&input);
                (0..COPIES).for_each(|_| run(&broken(&input, &mut random)));
            }
        }
    }
}
