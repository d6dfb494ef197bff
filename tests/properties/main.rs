//! What holds of every input of a kind, tried on inputs that nobody wrote.
//!
//! Each property says the same thing in two ways, by an [`Event`] or a case of the corpus, and the two reports must agree; what
//! the right report is, the corpus says. `tests/robustness.rs` has what holds of any bytes at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

#[path = "../case/mod.rs"]
mod case;
mod event;
mod form;

use case::{Case, analyze, load};
use event::{Event, events};
use form::Column;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use pullan_analyzer::{Affected, Analyzer, Citation, Report, RuleSet, mask_secrets};
use std::num::NonZero;
use std::sync::LazyLock;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(RuleSet::builtin()));
static CASES: LazyLock<Vec<Case>> = LazyLock::new(load);

fn report(text: &str) -> Report {
    ANALYZER.analyze("input", text.as_bytes())
}

/// Rule, verdict and subject of every diagnosis, in no order. What shares a node or a registry may be told together or apart,
/// by what the text says of nodes.
fn said(report: &Report) -> Vec<String> {
    let mut said = Vec::new();
    for diagnosis in &report.diagnoses {
        for Affected { subject, image } in &diagnosis.subjects {
            said.push(format!("{} {:?} {:?} {:?}", diagnosis.rule, diagnosis.verdict, subject.pod, image));
        }
    }
    said.sort();
    said
}

/// Rules of all diagnoses, in no order.
fn rules(report: &Report) -> Vec<&str> {
    let mut rules = case::said(report);
    rules.sort_unstable();
    rules
}

/// Hands out its bytes in pieces of these sizes, over and over.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: std::iter::Cycle<std::slice::Iter<'a, usize>>,
}

impl std::io::Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.next().copied().unwrap_or(1).min(out.len()).min(self.bytes.len());
        let (piece, rest) = self.bytes.split_at(size);
        out[..size].copy_from_slice(piece);
        self.bytes = rest;
        Ok(size)
    }
}

/// Cited text stands where the citation says, secrets aside.
fn stands(citation: &Citation, lines: &[&str]) -> Result<(), TestCaseError> {
    let location = citation.location;
    let cited: Vec<&str> = citation.lines.split('\n').collect();
    prop_assert_eq!(cited.len() as u64, location.end_line - location.line + 1);
    for (offset, excerpt) in cited.iter().enumerate() {
        let original: Vec<char> = lines[location.line as usize - 1 + offset].chars().collect();
        let from = if offset == 0 { citation.first_column as usize - 1 } else { 0 };
        let there: String = original.iter().skip(from).take(excerpt.chars().count()).collect();
        let same = there.chars().zip(excerpt.chars()).all(|(a, b)| a == b || b == '*') && there.chars().count() == excerpt.chars().count();
        prop_assert!(same, "{:?} is cited as {:?}", there, excerpt);
    }
    let end = lines[location.end_line as usize - 1].chars().count() as u32 + 1;
    prop_assert!(location.column >= 1 && location.end_column <= end, "{:?} reaches behind its line of {}", location, end);
    prop_assert!(location.line < location.end_line || location.column < location.end_column, "{:?} is empty", location);
    Ok(())
}

/// Few cases, since `cargo test` runs them each time; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let given = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() { given } else { ProptestConfig { cases: 48, ..given } }
}

/// Lines that stand between others when people paste, and say nothing.
const NOISE: &[&str] = &[
    "",
    "   ",
    "We have seen this since the maintenance on Monday.",
    "$ clear",
    "---",
    "(and so on)",
    "다시 시도해 봤지만 결과는 같습니다.",
    "I0521 07:00:55.180954       1 reflector.go:536] k8s.io/client-go/informers/factory.go:150: Watch close - *v1.Service total 8 items received",
];

proptest! {
    #![proptest_config(config())]

    /// What the objects are called says nothing about why a pull failed.
    #[test]
    fn names_change_no_diagnosis(event in event::named(event::harmless()), hostile in event::hostile()) {
        let renamed = Event { namespace: hostile.namespace, pod: hostile.pod, container: hostile.container, node: hostile.node, image: hostile.image, ..event.clone() };
        let json = form::json(&[renamed]);
        let (plain, renamed) = (report(&form::json(&[event])), report(&json));
        prop_assert_eq!(rules(&plain), rules(&renamed), "{}", json);
    }

    #[test]
    fn json_and_yaml_say_the_same(events in events(1..6), indent in 0_usize..9) {
        let json = report(&form::json_indented(&events, indent));
        prop_assert!(!json.diagnoses.is_empty());
        prop_assert_eq!(said(&json), said(&report(&form::json(&events))));
        prop_assert_eq!(said(&json), said(&report(&form::yaml(&events))), "{}", form::yaml(&events));
    }

    #[test]
    fn a_table_says_what_the_objects_say(events in events(1..6), columns in form::columns(), gap in 1_usize..12) {
        let table = form::table(&events, &columns, gap);
        prop_assert_eq!(said(&report(&form::json(&events))), said(&report(&table)), "{}", table);
    }

    #[test]
    fn the_order_of_rows_says_nothing(events in events(2..7), swaps in vec(any::<(Index, Index)>(), 1..6)) {
        let mut shuffled = events.clone();
        for (a, b) in swaps {
            shuffled.swap(a.index(events.len()), b.index(events.len()));
        }
        let columns = Column::DEFAULT;
        prop_assert_eq!(said(&report(&form::table(&events, columns, 3))), said(&report(&form::table(&shuffled, columns, 3))));
    }

    #[test]
    fn noise_between_rows_changes_nothing(events in events(1..5), noise in vec((any::<Index>(), select(NOISE)), 1..6)) {
        let table = form::rows(&events);
        let mut lines: Vec<&str> = table.lines().collect();
        for (at, line) in &noise {
            lines.insert(at.index(lines.len() + 1), *line);
        }
        let noisy = lines.join("\n");
        prop_assert_eq!(said(&report(&table)), said(&report(&noisy)), "{}", noisy);
    }

    #[test]
    fn pasting_it_twice_says_it_once(case in any::<Index>()) {
        let case = case.get(&CASES);
        let twice: Vec<(String, Vec<u8>)> = case.sources.iter().cloned().chain(case.sources.iter().map(|(name, bytes)| (format!("again-{name}"), bytes.clone()))).collect();
        let (once, twice) = (analyze(&ANALYZER, &case.sources), analyze(&ANALYZER, &twice));
        prop_assert_eq!(rules(&once), rules(&twice), "{}", case.name);
    }

    #[test]
    fn the_order_of_files_says_nothing(case in any::<Index>(), swaps in vec(any::<(Index, Index)>(), 1..4)) {
        let many: Vec<&Case> = CASES.iter().filter(|case| case.sources.len() > 1 && case.sources.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < 60_000).collect();
        let case = case.get(&many);
        let mut sources = case.sources.clone();
        for (a, b) in swaps {
            let (a, b) = (a.index(sources.len()), b.index(sources.len()));
            sources.swap(a, b);
        }
        let (given, other) = (analyze(&ANALYZER, &case.sources), analyze(&ANALYZER, &sources));
        prop_assert_eq!(rules(&given), rules(&other), "{}", &case.name);
    }

    #[test]
    fn a_stream_in_any_pieces_says_the_same(case in any::<Index>(), sizes in vec(1_usize..3_000, 1..8), threads in 1_usize..4) {
        let case = case.get(&CASES);
        let analyzer = ANALYZER.clone().threads(NonZero::new(threads).unwrap());
        let mut session = analyzer.session();
        for (name, bytes) in &case.sources {
            session.read(name, Pieces { bytes, sizes: sizes.iter().cycle() }).unwrap();
        }
        let whole = serde_json::to_string_pretty(&analyze(&ANALYZER, &case.sources)).unwrap();
        let pieces = serde_json::to_string_pretty(&session.finish()).unwrap();
        let differ = whole.lines().zip(pieces.lines()).find(|(a, b)| a != b);
        prop_assert!(whole == pieces, "{}: {:?}", case.name, differ);
    }

    /// Whatever stands around it: a citation is a place in the source and the text that stands there.
    #[test]
    fn citations_stand_where_they_say(cases in vec(any::<Index>(), 1..3), noise in vec((any::<Index>(), select(NOISE)), 0..9)) {
        let texts: Vec<&str> = cases.iter().flat_map(|case| &case.get(&CASES).sources).filter(|(_, bytes)| bytes.len() < 30_000).filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok()).filter(|text| !text.contains(['\r', '\u{feff}', '\u{b}', '\u{c}'])).collect();
        let mut lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
        for (at, line) in &noise {
            lines.insert(at.index(lines.len() + 1), *line);
        }
        let report = report(&lines.join("\n"));
        for citation in report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| &evidence.citation).chain(report.other_failures.iter().flat_map(|other| &other.evidence)) {
            stands(citation, &lines)?;
        }
    }

    /// A masked text has the characters of the text and stars, each in its place.
    #[test]
    fn masking_keeps_every_column(text in "(\\PC|password=|token: |Bearer |https://a:|@|-p |\n){0,60}") {
        let once = mask_secrets(&text).into_owned();
        prop_assert_eq!(once.chars().count(), text.chars().count());
        prop_assert!(once.chars().zip(text.chars()).all(|(masked, own)| masked == own || masked == '*'));
    }
}
