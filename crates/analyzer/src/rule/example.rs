//! Runs the examples that stand in rule files.
//!
//! In: a rule set. Out: how many examples hold, and for each that does not, what was said instead and how far
//! the rule got. The examples are whole pastes, so the whole analyzer runs on each.

use super::RuleSet;
use super::model::{Expectation, Rule};
use super::progress::why_not;
use super::statement::{self, Statement};
use crate::analyzer::Analyzer;
use crate::fact::Value;
use crate::report::Report;
use crate::rule::Scalar;
use crate::rule::matching;
use std::fmt;

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule it belongs to.
    pub rule: String,
    /// Its name.
    pub example: String,
    /// First what was expected and what was said; then what was observed and how far conditions and templates got.
    pub reasons: Vec<Reason>,
}

/// One line of the reasons for which an example does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// How deep it stands below what it belongs to.
    pub depth: usize,
    /// What is so.
    pub statement: Statement,
}

impl Reason {
    pub(super) fn new(depth: usize, statement: Statement) -> Self {
        Reason { depth, statement }
    }
}

/// In English, on a line of its own each.
impl fmt::Display for ExampleFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} / {}:", self.rule, self.example)?;
        self.reasons.iter().try_for_each(|reason| write!(formatter, "\n{:1$}{2}", "", 2 * reason.depth, reason.statement))
    }
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
                Err(reasons) => outcome.failures.push(ExampleFailure { rule: rule.id.clone(), example: example.name.clone(), reasons }),
            }
        }
    }
    outcome
}

fn judge(rule: &Rule, rules: &RuleSet, expect: &Expectation, report: &Report) -> Result<(), Vec<Reason>> {
    let said: Vec<&str> = report.diagnoses.iter().map(|diagnosis| diagnosis.rule.as_str()).collect();
    let shown = if said.is_empty() { statement::nothing() } else { statement::verbatim(said.join(", ")) };
    let top = |statement| vec![Reason::new(0, statement)];
    let first = said.first().copied();
    match expect {
        Expectation::Match(fields) => {
            if !said.contains(&rule.id.as_str()) {
                return Err([top(statement::expected_match(shown)), why_not(rule, rules, report)].concat());
            }
            let may_stand = |id: &str| {
                id == rule.id
                    || rule.overlaps.iter().any(|other| other == id)
                    || rules.get(id).is_some_and(|other| other.overlaps.contains(&rule.id))
            };
            if let Some(stranger) = said.iter().find(|id| !may_stand(id)) {
                return Err([top(statement::said_beside(*stranger, shown)), top(statement::keep_apart())].concat());
            }
            check_fields(rule, rules, fields, report)
        }
        Expectation::None(_) if said.contains(&rule.id.as_str()) => Err(top(statement::expected_no_match(shown))),
        Expectation::None(Some(instead)) if first != Some(instead) => {
            let why = rules.get(instead).map(|instead| why_not(instead, rules, report)).filter(|_| !said.contains(&instead.as_str()));
            let why = why.map(|why| [top(statement::how_far(instead)), why].concat()).unwrap_or_default();
            Err([top(statement::expected_first(instead, shown)), why].concat())
        }
        Expectation::None(_) => Ok(()),
    }
}

/// `failure.image: x`: in some match of the rule the fact bound as `failure` has that field, or a template captured it.
fn check_fields(rule: &Rule, rules: &RuleSet, fields: &[(String, Scalar)], report: &Report) -> Result<(), Vec<Reason>> {
    let alone = rules.only(rule);
    let matches = matching::find(&alone, &report.facts);
    for (name, wanted) in fields {
        let mut seen: Vec<String> = Vec::new();
        for found in &matches {
            let captured = found.captures.iter().filter(|(known, _)| known == name).map(|(_, text)| Value::Text(text.clone()));
            let bound = found.bindings.iter().filter_map(|(binding, index)| {
                let (wanted, field) = name.split_once('.')?;
                report.facts.get(*index).filter(|_| binding == wanted)?.get(field)
            });
            seen.extend(captured.chain(bound).map(|value| if equals(&value, wanted) { String::new() } else { value.to_string() }));
        }
        if !seen.iter().any(String::is_empty) {
            let is = if seen.is_empty() { statement::absent() } else { statement::verbatim(seen.join(", ")) };
            return Err(vec![Reason::new(0, statement::should_be(name, wanted.to_string(), is))]);
        }
    }
    Ok(())
}

fn equals(value: &Value, wanted: &Scalar) -> bool {
    match (value, wanted) {
        (Value::Text(a), Scalar::Text(b)) => a == b,
        (Value::Number(a), Scalar::Number(b)) => a == b,
        (Value::Text(a), Scalar::Number(b)) => *a == b.to_string(),
        (Value::Flag(a), Scalar::Flag(b)) => a == b,
        _ => false,
    }
}
