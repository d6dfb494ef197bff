//! A rule of one's own beside the built-in ones, and what is said of a wrong one.
//!
//! ```console
//! $ cargo run --example own_rules
//! ```
#![allow(clippy::print_stdout)] // an example is a program

use pullan_analyzer::{Analyzer, RuleErrors, RuleSet, check_examples};

const RULE: &str = r#"
id: quarantine
family: company
title: {en: The scanner keeps the image back}
severity: warning
scope: image
match:
  all:
    - fact: pull-failure
      as: failure
      where: {text: {template: 'blob is held by scanner {scanner}'}}
verdict: certain
retry-helps: false
explanation: {en: 'The scanner {failure.scanner} has found something in {failure.image}.'}
next-steps:
  - use: pull-by-hand
references: ['https://example.com/scanner']
examples:
  - name: kubelet
    input: |
      Warning  Failed  9s  kubelet  Failed to pull image "r.example/a:1": blob is held by scanner nine
    expect: {failure.scanner: nine, failure.image: 'r.example/a:1'}
  - name: the registry refuses
    input: |
      Warning  Failed  9s  kubelet  Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused
    expect: none
    instead: tcp-connection-refused
"#;

fn main() -> Result<(), RuleErrors> {
    let rules = RuleSet::builder().builtin().document("quarantine.yaml", RULE).build()?;
    // A rule brings its own tests.
    let outcome = check_examples(&rules, |rule| rule.id == "quarantine");
    println!("{} examples hold, {} do not", outcome.passed, outcome.failures.len());

    let report = Analyzer::new(rules).analyze("events.txt", br#"Failed to pull image "r.example/b:7": blob is held by scanner two"#);
    println!("{}: {}", report.diagnoses[0].rule, report.diagnoses[0].explanation.en);
    assert_eq!(report.diagnoses[0].explanation.en, "The scanner two has found something in r.example/b:7.");

    // Every mistake is told at once, with its place.
    let wrong = RULE.replace("scope: image", "scope: picture").replace("verdict: certain", "verdict: sure");
    if let Err(errors) = RuleSet::builder().builtin().document("quarantine.yaml", &wrong).build() {
        println!("{errors}");
        assert_eq!(errors.0.len(), 2);
    }
    Ok(())
}
