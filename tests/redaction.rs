//! Redaction hides who somebody is and never what is wrong: over the whole corpus the diagnoses before and after are the
//! same but for names, and nothing that was planted survives.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;

use case::{analyze, load};
use proptest::collection::vec;
use proptest::prelude::*;
use pullan_analyzer::{Analyzer, Redactor, Report, RuleSet};
use std::sync::LazyLock;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(|| Analyzer::new(RuleSet::builtin()));

/// Redacts sources together, as the program does: all names are learned first.
fn redacted<B: AsRef<[u8]>>(sources: &[(String, B)]) -> Vec<(String, String)> {
    let mut redactor = Redactor::new(ANALYZER.rules().clone());
    for (_, bytes) in sources {
        redactor.learn(bytes.as_ref());
    }
    sources.iter().map(|(name, bytes)| (name.clone(), redactor.redact(bytes.as_ref()))).collect()
}

/// What must stay of a report: everything but names.
fn shape(report: &Report) -> Vec<String> {
    let diagnoses = report.diagnoses.iter().map(|diagnosis| {
        let lines: Vec<_> =
            diagnosis.evidence.iter().map(|evidence| (evidence.citation.location.source.0, evidence.citation.location.line)).collect();
        let risks: Vec<_> = diagnosis.next_steps.iter().map(|step| step.risk).collect();
        format!(
            "{} {:?} {:?} of {} subjects at {lines:?}, {risks:?}, reach {:?}",
            diagnosis.rule,
            diagnosis.verdict,
            diagnosis.between.iter().map(|cause| &cause.rule).collect::<Vec<_>>(),
            diagnosis.subjects.len(),
            diagnosis.reach
        )
    });
    let others = report.other_failures.iter().map(|other| format!("{} {}", other.kind.as_str(), other.count));
    diagnoses.chain(others).collect()
}

#[test]
fn the_diagnoses_of_every_case_stay() {
    let mut failures = Vec::new();
    let cases = load();
    for case in &cases {
        let hidden = redacted(&case.sources);
        let (before, after) = (shape(&analyze(&ANALYZER, &case.sources)), shape(&analyze(&ANALYZER, &hidden)));
        if before != after {
            failures.push(format!("{}\n    before: {before:#?}\n    after:  {after:#?}", case.name));
        }
    }
    assert!(failures.is_empty(), "\n{} of {} cases differ:\n\n{}\n", failures.len(), cases.len(), failures.join("\n\n"));
}

/// A paste in which every kind of thing that tells who somebody is was planted, in every format.
const PLANTED: &str = include_str!("redaction/planted.txt");

/// What was planted; a part of a name gives it away as well.
const SURVIVORS: &[&str] = &[
    "acme",
    "jkim",
    "jane",
    "ledger",
    "payments",
    "blue-whale",
    "10.44.",
    "10-44",
    "10.244.3.17",
    "2001:db9",
    "52.218",
    "123456789012",
    "batch",
    "bastion",
    "S3cr3tPa55",
    "hunter2",
    "amtpbT",
    "topsecret",
    "apac",
    "tok_live",
    "ASIA",
    "deadbeef",
    "eyJ",
    "4711",
];

#[test]
fn nothing_that_was_planted_survives() {
    let mut redactor = Redactor::new(ANALYZER.rules().clone());
    let hidden = redactor.redact(PLANTED.as_bytes());
    for (line, number) in hidden.lines().zip(1..) {
        for survivor in SURVIVORS {
            assert!(!line.to_ascii_lowercase().contains(&survivor.to_ascii_lowercase()), "{survivor} survives on line {number}: {line}");
        }
    }
    // What a diagnosis needs is still there.
    for kept in [
        ":8443",
        "401 Unauthorized",
        "eu-west-1.amazonaws.com",
        "default-scheduler",
        "/var/run/secrets/kubernetes.io/serviceaccount",
        "-7c9d8f6b5-x2x7q",
        ":4.2",
        "<set to the key 'password' in secret '",
        "Bearer realm=",
    ] {
        assert!(hidden.contains(kept), "{kept} is gone:\n{hidden}");
    }
    let sources = [("planted.txt".to_owned(), PLANTED.to_owned())];
    assert_eq!(shape(&analyze(&ANALYZER, &sources)), shape(&analyze(&ANALYZER, &redacted(&sources))));
}

#[test]
fn the_map_translates_back_and_holds_no_secret() {
    let mut redactor = Redactor::new(ANALYZER.rules().clone());
    let hidden = redactor.redact(PLANTED.as_bytes());
    let originals = redactor.originals();
    assert_eq!(originals["namespace-1"], "payments-prod");
    assert_eq!(originals["registry-1.example"], "hub.acme-corp.com");
    assert_eq!(originals["pod-1-7c9d8f6b5-x2x7q"], "ledger-7c9d8f6b5-x2x7q");
    assert!(originals.keys().all(|pseudonym| hidden.contains(pseudonym.as_str())), "a pseudonym is told that was not used");
    for secret in ["S3cr3tPa55", "hunter2xyz", "topsecret99", "tok_live_5544332211", "apac-confidential", "deadbeef0123"] {
        assert!(originals.values().all(|original| !original.contains(secret)), "{secret} is in the map");
    }
}

#[test]
fn names_are_the_same_in_all_sources() {
    let sources = [
        ("kubelet.log".to_owned(), "nothing parses this, but ledger-0 and worker-eu7 are names\n"),
        ("describe.txt".to_owned(), "Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n"),
    ];
    let hidden = redacted(&sources);
    assert_eq!(hidden[0].1, "nothing parses this, but pod-1 and node-1 are names\n");
    assert_eq!(hidden[1].1, "Name:         pod-1\nNamespace:    namespace-1\nNode:         node-1/10.0.0.1\n");
}

/// A file is often called after the registry or the node that it is about.
#[test]
fn names_of_sources_are_hidden_too() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.redact(Redactor::new(RuleSet::builtin()));
    session.push(
        "tickets/hub.acme.lab-10.20.0.7-ledger_0.txt",
        b"Failed to pull image \"hub.acme.lab/billing/ledger:1\": dial tcp 10.20.0.7:443: EOF\n",
    );
    assert_eq!(session.finish().sources, ["tickets/registry-1.example-10.0.0.1-image-1_0.txt"]);
}

/// Lines of the corpus, to be mixed.
static LINES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut lines: Vec<Vec<u8>> = load()
        .iter()
        .flat_map(|case| case.sources.iter())
        .filter(|(_, bytes)| bytes.len() < 20_000)
        .flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect();
    lines.sort();
    lines.dedup();
    lines
});

/// Whatever comes in, the number of lines stays, and so it does a second time.
fn keeps_lines(bytes: &[u8]) {
    let mut redactor = Redactor::new(ANALYZER.rules().clone());
    let once = redactor.redact(bytes);
    let twice = Redactor::new(ANALYZER.rules().clone()).redact(once.as_bytes());
    assert_eq!(once.lines().count(), twice.lines().count());
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        assert_eq!(once.matches('\n').count(), text.matches('\n').count());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_redacted(bytes in vec(any::<u8>(), 0..2000)) {
        keeps_lines(&bytes);
    }

    #[test]
    fn any_text_is_redacted(text in "(\\PC|[ \t\r\n\"'\\\\{}\\[\\]<>|`:,=@%/.-]|token|password|https://|10\\.0\\.0\\.7|pod/|user@|annotations:|eyJ){0,300}") {
        keeps_lines(text.as_bytes());
    }

    #[test]
    fn any_mixture_of_lines_is_redacted(choices in vec(any::<prop::sample::Index>(), 1..60)) {
        let text: Vec<u8> = choices.iter().flat_map(|choice| [choice.get(&LINES).as_slice(), b"\n"].concat()).collect();
        keeps_lines(&text);
    }
}

#[test]
fn redacting_twice_changes_no_diagnosis() {
    let mut failures = Vec::new();
    for case in load() {
        let once = redacted(&case.sources);
        let (first, second) = (shape(&analyze(&ANALYZER, &once)), shape(&analyze(&ANALYZER, &redacted(&once))));
        if first != second {
            failures.push(format!("{}\n    once:  {first:#?}\n    twice: {second:#?}", case.name));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
}
