//! Tells an author how far a rule got with a paste that it does not explain.
//!
//! In: a rule and what was observed. Out: lines, indented by what they belong to: the facts that a clause could have
//! found, the conditions that each of them fails, and where each template stopped.

use super::RuleSet;
use super::matching::{find, holds, phrase_starts};
use super::model::{Clause, Condition, Rule, Test};
use crate::fact::Fact;
use crate::fact::vocabulary::kind_spec;
use crate::report::Report;

/// More facts of a kind are only counted.
const SHOWN_FACTS: usize = 3;
/// Longer texts are cut.
const SHOWN_CHARACTERS: usize = 240;

/// Why the rule is not among the diagnoses.
pub(super) fn why_not(rule: &Rule, rules: &RuleSet, report: &Report) -> String {
    let alone = rules.only(rule);
    if !find(&alone, &report.facts).is_empty() {
        return overruled(rule, rules, report);
    }
    let mut out = Vec::new();
    for (list, clauses) in [("all", &rule.matcher.all), ("any", &rule.matcher.any)] {
        // Of `any`, one clause that finds a fact is enough.
        if list == "any" && clauses.iter().any(|clause| finds(clause, rules, report)) {
            continue;
        }
        for (index, clause) in clauses.iter().enumerate() {
            explain(&format!("{list}[{index}]"), clause, rules, report, &mut out);
        }
    }
    for (index, clause) in rule.matcher.not.iter().enumerate().filter(|(_, clause)| finds(clause, rules, report)) {
        out.push(format!("not[{index}]: there is such a `{}`", kind_spec(clause.fact).name));
    }
    if out.is_empty() {
        out.push("each clause finds a fact, but not together: look at `same` and at the `$` references".to_owned());
    }
    out.join("\n")
}

fn overruled(rule: &Rule, rules: &RuleSet, report: &Report) -> String {
    let stronger =
        report.diagnoses.iter().filter_map(|diagnosis| rules.get(&diagnosis.rule)).find(|other| other.supersedes.contains(&rule.id));
    match stronger {
        Some(other) => format!("the rule holds, but `{}` supersedes it", other.id),
        None if rule.fallback => "the rule holds, but it is a fallback and another rule explains the fact".to_owned(),
        None => "the rule holds, but what it says was taken back by other facts or rules".to_owned(),
    }
}

fn finds(clause: &Clause, rules: &RuleSet, report: &Report) -> bool {
    report.facts.iter().any(|fact| fact.kind == clause.fact && failing(clause, fact, rules).is_empty())
}

/// One clause: what it could have found, and what was wrong with each.
fn explain(place: &str, clause: &Clause, rules: &RuleSet, report: &Report, out: &mut Vec<String>) {
    let name = kind_spec(clause.fact).name;
    let candidates: Vec<&Fact> = report.facts.iter().filter(|fact| fact.kind == clause.fact).collect();
    if candidates.is_empty() {
        let mut kinds: Vec<&str> = report.facts.iter().map(|fact| kind_spec(fact.kind).name).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let instead = if kinds.is_empty() { "nor anything else".to_owned() } else { format!("only {}", kinds.join(", ")) };
        out.push(format!("{place}: no `{name}` was observed, {instead}"));
        return;
    }
    for fact in candidates.iter().take(SHOWN_FACTS) {
        let failing = failing(clause, fact, rules);
        if failing.is_empty() {
            out.push(format!("{place}: a `{name}` fits"));
            continue;
        }
        out.push(format!("{place}: a `{name}` was observed"));
        out.push(format!("    {}", fields(fact)));
        if let Some(text) = fact.str("text") {
            out.push(format!("    text: {}", cut(text)));
        }
        out.extend(failing.into_iter().map(|line| format!("  {line}")));
    }
    if candidates.len() > SHOWN_FACTS {
        out.push(format!("  and {} more", candidates.len() - SHOWN_FACTS));
    }
}

fn fields(fact: &Fact) -> String {
    let shown: Vec<String> =
        fact.fields.iter().filter(|(name, _)| *name != "text").map(|(name, value)| format!("{name}={value}")).collect();
    shown.join("  ")
}

/// What speaks against the fact; nothing if the clause finds it. Comparisons with other facts are not made here.
fn failing(clause: &Clause, fact: &Fact, rules: &RuleSet) -> Vec<String> {
    let alternatives: Vec<Vec<String>> = clause
        .conditions
        .iter()
        .map(|alternative| alternative.iter().flat_map(|condition| misses(condition, fact, rules)).collect())
        .collect();
    let mut out = Vec::new();
    if !alternatives.is_empty() && alternatives.iter().all(|misses| !misses.is_empty()) {
        let several = alternatives.len() > 1;
        for (index, misses) in alternatives.into_iter().enumerate() {
            let place = if several { format!("where[{index}]") } else { "where".to_owned() };
            out.extend(misses.into_iter().map(|miss| format!("{place} {miss}")));
        }
    }
    for (index, alternative) in clause.unless.iter().enumerate() {
        if alternative.iter().all(|condition| misses(condition, fact, rules).is_empty()) {
            let place = if clause.unless.len() > 1 { format!("unless[{index}]") } else { "unless".to_owned() };
            let conditions: Vec<String> = alternative.iter().map(Condition::to_string).collect();
            out.push(format!("{place} holds: {}", conditions.join(", ")));
        }
    }
    out
}

/// The tests of one field that the fact does not pass.
fn misses(condition: &Condition, fact: &Fact, rules: &RuleSet) -> Vec<String> {
    let mut out = Vec::new();
    for test in condition.tests.iter().filter(|test| !matches!(test, Test::Reference { .. })) {
        let single = Condition { field: condition.field.clone(), tests: vec![test.clone()] };
        if holds(&vec![vec![single.clone()]], fact, rules.knowledge()) {
            continue;
        }
        match (test, fact.str(&condition.field)) {
            (Test::Template(templates), Some(text)) => {
                let starts = phrase_starts(text);
                out.extend(templates.iter().filter_map(|template| template.stop(text, &starts).map(|stop| (template, stop))).map(
                    |(template, stop)| {
                        let field = &condition.field;
                        if stop.matched.chars().count() < 3 {
                            return format!("{field}: template '{template}' begins at no phrase of it");
                        }
                        format!(
                            "{field}: template '{template}' matches `{}` and then wants `{}`, but there is `{}`",
                            cut(stop.matched),
                            cut(&stop.wanted),
                            cut(stop.rest)
                        )
                    },
                ));
            }
            _ => {
                let is = match fact.get(&condition.field) {
                    None => "it is absent".to_owned(),
                    // It is shown above.
                    Some(_) if condition.field == "text" => "the text has none of it".to_owned(),
                    Some(value) => format!("it is {}", cut(&value.to_string())),
                };
                out.push(format!("{single}, but {is}"));
            }
        }
    }
    out
}

fn cut(text: &str) -> String {
    let text = text.replace('\n', " ");
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}
