//! The answer must not depend on how a text came into the ticket: every case of the corpus under every kind of
//! noise is diagnosed as it is without.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;
mod noise;

use case::{Case, analyze, load, said};
use noise::{NOISES, Source};
use pullan_analyzer::{Analyzer, RuleSet};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Share of pairs of a case and a noise that must be answered alike. What is written here holds; the aim is 0.99.
const MINIMUM: f64 = 0.97;

/// Longer logs say nothing that shorter ones do not, and make the test slow.
const LONGEST: usize = 24 * 1024;

/// What must stay: which rules, and which comes first.
#[derive(PartialEq, Eq)]
struct Answer {
    first: Option<String>,
    rules: Vec<String>,
}

impl Answer {
    fn of(analyzer: &Analyzer, sources: &[Source]) -> Answer {
        let report = analyze(analyzer, sources);
        let mut rules: Vec<String> = said(&report).into_iter().map(str::to_owned).collect();
        let first = rules.first().cloned();
        rules.sort();
        Answer { first, rules }
    }

    fn shown(&self) -> String {
        match &self.first {
            None => "nothing".to_owned(),
            Some(first) => format!("{first} first of [{}]", self.rules.join(", ")),
        }
    }
}

/// The sources of a case as text; nothing for cases that are no text in UTF-8 or too long.
fn texts(case: &Case) -> Option<Vec<Source>> {
    let short = case.sources.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() <= LONGEST;
    let texts = case.sources.iter().map(|(name, bytes)| Some((name.clone(), String::from_utf8(bytes.clone()).ok()?)));
    if short { texts.collect() } else { None }
}

#[test]
fn noise_does_not_change_the_answer() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let cases: Vec<(String, Vec<Source>)> = load().iter().filter_map(|case| Some((case.name.clone(), texts(case)?))).collect();
    // By noise: how many pairs, and the pairs that differ.
    let mut tried: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, sources) in &cases {
        let clean = Answer::of(&analyzer, sources);
        for noise in NOISES {
            let noisy = (noise.apply)(sources);
            if noisy == *sources {
                continue;
            }
            *tried.entry(noise.name).or_default() += 1;
            let answer = Answer::of(&analyzer, &noisy);
            if answer != clean {
                failing.entry(noise.name).or_default().push(format!("{name}: {} instead of {}", answer.shown(), clean.shown()));
            }
        }
    }
    let (pairs, wrong) = (tried.values().sum::<usize>(), failing.values().map(Vec::len).sum::<usize>());
    let rate = 1.0 - wrong as f64 / pairs.max(1) as f64;
    let mut table = format!("{:.2} % of {pairs} pairs are answered alike\n", 100.0 * rate);
    for noise in NOISES {
        let (pairs, wrong) = (tried.get(noise.name).copied().unwrap_or(0), failing.get(noise.name).map_or(0, Vec::len));
        writeln!(
            table,
            "{:>6.1} %  {:>4} of {pairs:<4} {}",
            100.0 * (pairs - wrong) as f64 / pairs.max(1) as f64,
            pairs - wrong,
            noise.name
        )
        .unwrap();
        for pair in failing.get(noise.name).into_iter().flatten() {
            writeln!(table, "            {pair}").unwrap();
        }
    }
    println!("{table}");
    assert!(pairs > 2000, "only {pairs} pairs were tried");
    assert!(rate >= MINIMUM, "{rate:.4} is below {MINIMUM}; the table says which pairs differ");
}
