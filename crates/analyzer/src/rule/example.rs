//! Runs the examples that stand in rule files.
//!
//! In: a rule set. Out: how many examples hold, and for each that does not, what was said instead and how far
//! each template of its rule got. The examples are whole pastes, so the whole analyzer runs on each.

use super::RuleSet;
use super::matching::phrase_starts;
use super::model::{Clause, Expectation, Rule, Test};
use crate::analyzer::Analyzer;
use crate::fact::{Fact, Value};
use crate::report::Report;
use crate::rule::Scalar;

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule it belongs to.
    pub rule: String,
    /// Its name.
    pub example: String,
    /// What was expected and what was said.
    pub message: String,
}

/// Outcome of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExampleOutcome {
    /// Examples that hold.
    pub passed: usize,
    /// Those that do not.
    pub failures: Vec<ExampleFailure>,
}

/// Runs the examples of the chosen rules against the whole set.
///
/// ```
/// use pullan_analyzer::{RuleSet, check_examples};
/// let outcome = check_examples(&RuleSet::builtin(), |rule| rule.id == "tag-not-found");
/// assert!(outcome.passed > 0);
/// ```
pub fn check_examples(rules: &RuleSet, chosen: impl Fn(&Rule) -> bool) -> ExampleOutcome {
    let analyzer = Analyzer::new(rules.clone());
    let mut outcome = ExampleOutcome::default();
    for rule in rules.iter().filter(|rule| chosen(rule)) {
        for example in &rule.examples {
            let report = analyzer.analyze("example", example.input.as_bytes());
            match judge(rule, rules, &example.expect, &report) {
                Ok(()) => outcome.passed += 1,
                Err(message) => outcome.failures.push(ExampleFailure { rule: rule.id.clone(), example: example.name.clone(), message }),
            }
        }
    }
    outcome
}

fn judge(rule: &Rule, rules: &RuleSet, expect: &Expectation, report: &Report) -> Result<(), String> {
    let said: Vec<&str> = report.diagnoses.iter().map(|diagnosis| diagnosis.rule.as_str()).collect();
    let shown = if said.is_empty() { "nothing".to_owned() } else { said.join(", ") };
    let first = said.first().copied();
    match expect {
        Expectation::Match(fields) => {
            if !said.contains(&rule.id.as_str()) {
                return Err(format!("expected a match; said {shown}\n{}", progress(rule, &report.facts)));
            }
            let may_lead = |id: &str| {
                id == rule.id
                    || rule.overlaps.iter().any(|other| other == id)
                    || rules.get(id).is_some_and(|other| other.overlaps.contains(&rule.id))
            };
            if let Some(stranger) = said.iter().find(|id| !may_lead(id)) {
                return Err(format!(
                    "`{stranger}` is said beside it; it must be kept apart, superseded, or listed under `overlaps` (said {shown})"
                ));
            }
            for (name, wanted) in fields {
                check_field(rule, name, wanted, report)?;
            }
            Ok(())
        }
        Expectation::None(_) if said.contains(&rule.id.as_str()) => Err(format!("expected no match; said {shown}")),
        Expectation::None(Some(instead)) if first != Some(instead) => Err(format!("expected `{instead}` first; said {shown}")),
        Expectation::None(_) => Ok(()),
    }
}

/// `failure.image: x`: some fact of the anchor's kind has that field.
fn check_field(rule: &Rule, name: &str, wanted: &Scalar, report: &Report) -> Result<(), String> {
    let (binding, field) = name.split_once('.').ok_or_else(|| format!("`{name}` is not written as binding.field"))?;
    let clauses = rule.matcher.all.iter().chain(&rule.matcher.any).chain(&rule.matcher.supporting);
    let kind = clauses
        .into_iter()
        .find(|clause| clause.binding.as_deref() == Some(binding))
        .map(|clause| clause.fact)
        .ok_or_else(|| format!("no clause is bound as `{binding}`"))?;
    let equals = |value: Value| match (&value, wanted) {
        (Value::Text(a), Scalar::Text(b)) => a == b,
        (Value::Number(a), Scalar::Number(b)) => a == b,
        (Value::Text(a), Scalar::Number(b)) => *a == b.to_string(),
        (Value::Flag(a), Scalar::Flag(b)) => a == b,
        _ => false,
    };
    let captured = captures(rule, kind, field, &report.facts);
    if captured.iter().any(|value| matches!(wanted, Scalar::Text(text) if text == value)) {
        return Ok(());
    }
    let values: Vec<Value> = report.facts.iter().filter(|fact| fact.kind == kind).filter_map(|fact| fact.get(field)).collect();
    if values.iter().cloned().any(equals) {
        return Ok(());
    }
    let shown: Vec<String> = values.iter().map(ToString::to_string).chain(captured).collect();
    Err(format!("`{name}` should be {wanted:?}; it is {}", if shown.is_empty() { "absent".to_owned() } else { shown.join(", ") }))
}

/// What the rule's templates capture under a name.
fn captures(rule: &Rule, kind: crate::fact::FactKind, name: &str, facts: &[Fact]) -> Vec<String> {
    let clauses = rule.matcher.all.iter().chain(&rule.matcher.any).chain(&rule.matcher.supporting).filter(|clause| clause.fact == kind);
    let conditions: Vec<_> = clauses.flat_map(|clause| clause.conditions.iter().flatten()).collect();
    let mut found = Vec::new();
    for fact in facts.iter().filter(|fact| fact.kind == kind) {
        for condition in &conditions {
            let Some(text) = fact.str(&condition.field) else { continue };
            for test in &condition.tests {
                let Test::Template(templates) = test else { continue };
                let starts = phrase_starts(text);
                let captured = templates.iter().filter_map(|template| template.find(text, &starts)).flatten();
                found.extend(captured.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()));
            }
        }
    }
    found
}

/// For each fact of the anchor's kind: which conditions fail, and how far templates got.
fn progress(rule: &Rule, facts: &[Fact]) -> String {
    let mut out = Vec::new();
    for clause in &rule.matcher.all {
        let candidates: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == clause.fact).collect();
        if candidates.is_empty() {
            out.push(format!("no fact `{}` was observed", crate::fact::vocabulary::kind_spec(clause.fact).name));
        }
        for fact in candidates.iter().take(3) {
            let fields: Vec<String> =
                fact.fields.iter().filter(|(name, _)| *name != "text").map(|(name, value)| format!("{name}={value}")).collect();
            out.push(format!("observed: {}", fields.join(" ")));
            out.extend(template_progress(clause, fact));
        }
    }
    out.join("\n")
}

fn template_progress(clause: &Clause, fact: &Fact) -> Vec<String> {
    let mut out = Vec::new();
    for condition in clause.conditions.iter().flatten() {
        for test in &condition.tests {
            let (Test::Template(templates), Some(text)) = (test, fact.str(&condition.field)) else { continue };
            let starts = phrase_starts(text);
            for template in templates {
                let (reached, parts) = template.progress(text, &starts);
                if reached > 0 && reached < parts {
                    out.push(format!("template {template:?} matched {reached} of {parts} parts in {text:?}"));
                }
            }
        }
    }
    out
}
