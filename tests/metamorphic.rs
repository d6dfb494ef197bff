//! The answer must not depend on how a text came into the ticket: every case of the corpus under every kind of
//! noise is diagnosed as it is without.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;
mod noise;

use case::{Case, analyze, load, said};
use noise::{NOISES, Noise, Source};
use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Share of pairs of a case and a noise that must be answered alike.
const MINIMUM: f64 = 0.99;

/// Pairs (noise, case) that are answered differently, and why. One that is answered alike must not stand here.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "wrapped at 80",
        "tcp/refused-crio-events-json",
        "one break leaves a rest that looks like a key, another stands between a backslash and its quote",
    ),
    ("wrapped at 80", "tls/one-message-in-a-mail", "the broken message begins behind a quote mark and goes on without one"),
    ("combined from similar events", "evidence/cut-message", "that the events were combined is then the better reason for not knowing"),
    ("last line cut off", "mixed/one-name-forty-pods", "the last event ends before its cause, so for its pod the cause is not in the text"),
    ("... for a line", "auth/ghcr-scope-crio-pods-yaml", "the line left out opens the mapping that holds the message"),
    ("... for a line", "registry-server/503-docker-build", "the line left out is the step that names the image"),
    ("... for a line", "tcp/blocked-here-get-pods-json", "the line left out is the last of an object: a comma is left before its brace"),
    (
        "... for a line",
        "tls/no-address-get-events-yaml",
        "the line left out has the dash of an item, which becomes a part of the one before",
    ),
    ("... for a line", "evidence/backoff-only-kubelet-1.25-pods-yaml", "the line left out opens the mapping that holds the message"),
];

/// Longer logs say nothing that shorter ones do not, and make the test slow.
const LONGEST: usize = 24 * 1024;

/// What must stay: which rules, and which comes first.
#[derive(PartialEq, Eq)]
struct Answer {
    first: Option<String>,
    rules: Vec<String>,
}

impl Answer {
    fn of(report: &Report) -> Answer {
        let mut rules: Vec<String> = said(report).into_iter().map(str::to_owned).collect();
        let first = rules.first().cloned();
        rules.sort();
        Answer { first, rules }
    }

    /// Whether it is another one with nothing but `added` beside it.
    fn is(&self, other: &Answer, added: &[&str]) -> bool {
        let rules = self.rules.iter().filter(|rule| !added.contains(&rule.as_str()) || other.rules.contains(rule));
        self.first == other.first && rules.eq(&other.rules)
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

/// Whether a line that the answer cites is among those that the noise takes away.
fn loses_evidence(noise: &Noise, sources: &[Source], report: &Report) -> bool {
    let cited = || report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| evidence.citation.location);
    sources.iter().zip(0..).any(|((_, text), source)| {
        let lost = (noise.loses)(text);
        let is_lost = |from: u64, to: u64| lost.iter().any(|line| (from..=to).contains(&(*line as u64)));
        cited().any(|at| at.source.0 == source && is_lost(at.line, at.end_line))
    })
}

/// The pairs of one noise.
#[derive(Default)]
struct Tally {
    pairs: usize,
    /// Cases that are answered differently, and how.
    wrong: BTreeMap<String, String>,
}

#[test]
fn noise_does_not_change_the_answer() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let cases: Vec<(String, Vec<Source>)> = load().iter().filter_map(|case| Some((case.name.clone(), texts(case)?))).collect();
    let mut tallies: Vec<(&Noise, Tally)> = NOISES.iter().map(|noise| (noise, Tally::default())).collect();
    for (name, sources) in &cases {
        let report = analyze(&analyzer, sources);
        let clean = Answer::of(&report);
        for (noise, tally) in &mut tallies {
            let noisy = (noise.apply)(sources);
            if noisy == *sources || loses_evidence(noise, sources, &report) {
                continue;
            }
            tally.pairs += 1;
            let answer = Answer::of(&analyze(&analyzer, &noisy));
            if !answer.is(&clean, noise.adds) {
                tally.wrong.insert(name.clone(), format!("{} instead of {}", answer.shown(), clean.shown()));
            }
        }
    }
    let (pairs, wrong) = tallies.iter().fold((0, 0), |(pairs, wrong), (_, tally)| (pairs + tally.pairs, wrong + tally.wrong.len()));
    let rate = 1.0 - wrong as f64 / pairs.max(1) as f64;
    println!("{:.2} % of {pairs} pairs are answered alike\n{}", 100.0 * rate, table(&tallies));

    let differs = |noise: &str, case: &str| tallies.iter().any(|(known, tally)| known.name == noise && tally.wrong.contains_key(case));
    let settled: Vec<_> = EXCEPTIONS.iter().filter(|(noise, case, _)| !differs(noise, case)).collect();
    assert!(settled.is_empty(), "no exceptions any more: {settled:#?}");
    let listed = |noise: &str, case: &str| EXCEPTIONS.iter().any(|(known, name, _)| *known == noise && *name == case);
    let unlisted = tallies.iter().flat_map(|(noise, tally)| tally.wrong.iter().map(|(case, how)| (noise.name, case, how)));
    let unlisted: Vec<_> = unlisted.filter(|(noise, case, _)| !listed(noise, case)).collect();
    assert!(unlisted.is_empty(), "answered differently: {unlisted:#?}");
    assert!(pairs > 5000, "only {pairs} pairs were tried");
    assert!(rate >= MINIMUM, "{rate:.4} is below {MINIMUM}");
}

/// The rate of each noise, and the pairs that differ.
fn table(tallies: &[(&Noise, Tally)]) -> String {
    let mut table = String::new();
    for (noise, tally) in tallies {
        let right = tally.pairs - tally.wrong.len();
        let rate = 100.0 * right as f64 / tally.pairs.max(1) as f64;
        writeln!(table, "{rate:>6.1} %  {right:>4} of {:<4} {}", tally.pairs, noise.name).unwrap();
        for (case, how) in &tally.wrong {
            writeln!(table, "            {case}: {how}").unwrap();
        }
    }
    table
}
