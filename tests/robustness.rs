//! Whatever comes in, an analysis ends soon, does not panic, counts every line and says the same thing again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;
mod shape;

use case::{Case, load};
use proptest::collection::vec;
use proptest::prelude::*;
use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::sync::LazyLock;

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

#[test]
fn one_shape_over_and_over_gives_a_report() {
    for shape in shape::all() {
        let text = shape.of(8 << 10);
        assert_eq!(analyzed(text.as_bytes()).coverage.lines, text.lines().count() as u64, "{}", shape.what);
    }
}
