//! Tells an author how far a rule got with a paste that it does not explain.
//!
//! In: a rule and what was observed. Out: lines, indented by what they belong to: the facts that a clause could have
//! found, the conditions that each of them fails, and where each template stopped.

use super::RuleSet;
use super::example::Reason;
use super::matching::{find, holds, phrase_starts};
use super::model::{Clause, Condition, Rule, Test};
use super::statement::{self, Statement};
use crate::fact::Fact;
use crate::fact::vocabulary::kind_spec;
use crate::report::Report;

/// More facts of a kind are only counted.
const SHOWN_FACTS: usize = 3;
/// Longer texts are cut.
const SHOWN_CHARACTERS: usize = 240;

/// Why the rule is not among the diagnoses.
pub(super) fn why_not(rule: &Rule, rules: &RuleSet, report: &Report) -> Vec<Reason> {
    let alone = rules.only(rule);
    if !find(&alone, &report.facts).is_empty() {
        return vec![Reason::new(0, overruled(rule, rules, report))];
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
        out.push(Reason::new(0, statement::not_finds(format!("not[{index}]"), kind_spec(clause.fact).name)));
    }
    if out.is_empty() {
        out.push(Reason::new(0, statement::not_together()));
    }
    out
}

fn overruled(rule: &Rule, rules: &RuleSet, report: &Report) -> Statement {
    let stronger =
        report.diagnoses.iter().filter_map(|diagnosis| rules.get(&diagnosis.rule)).find(|other| other.supersedes.contains(&rule.id));
    match stronger {
        Some(other) => statement::superseded(&other.id),
        None if rule.fallback => statement::only_fallback(),
        None => statement::taken_back(),
    }
}

fn finds(clause: &Clause, rules: &RuleSet, report: &Report) -> bool {
    report.facts.iter().any(|fact| fact.kind == clause.fact && failing(clause, fact, rules).is_empty())
}

/// One clause: what it could have found, and what was wrong with each.
fn explain(place: &str, clause: &Clause, rules: &RuleSet, report: &Report, out: &mut Vec<Reason>) {
    let name = kind_spec(clause.fact).name;
    let candidates: Vec<&Fact> = report.facts.iter().filter(|fact| fact.kind == clause.fact).collect();
    if candidates.is_empty() {
        let mut kinds: Vec<&str> = report.facts.iter().map(|fact| kind_spec(fact.kind).name).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let instead = if kinds.is_empty() { statement::nor_else() } else { statement::only(kinds.join(", ")) };
        out.push(Reason::new(0, statement::none_observed(place, name, instead)));
        return;
    }
    for fact in candidates.iter().take(SHOWN_FACTS) {
        let failing = failing(clause, fact, rules);
        if failing.is_empty() {
            out.push(Reason::new(0, statement::fits(place, name)));
            continue;
        }
        out.push(Reason::new(0, statement::observed(place, name)));
        out.push(Reason::new(2, statement::verbatim(fields(fact))));
        if let Some(text) = fact.str("text") {
            out.push(Reason::new(2, statement::text_is(cut(text))));
        }
        out.extend(failing.into_iter().map(|statement| Reason::new(1, statement)));
    }
    if candidates.len() > SHOWN_FACTS {
        out.push(Reason::new(1, statement::and_more(candidates.len() - SHOWN_FACTS)));
    }
}

fn fields(fact: &Fact) -> String {
    let shown: Vec<String> =
        fact.fields.iter().filter(|(name, _)| *name != "text").map(|(name, value)| format!("{name}={value}")).collect();
    shown.join("  ")
}

/// What speaks against the fact; nothing if the clause finds it. Comparisons with other facts are not made here.
fn failing(clause: &Clause, fact: &Fact, rules: &RuleSet) -> Vec<Statement> {
    let alternatives: Vec<Vec<Statement>> = clause
        .conditions
        .iter()
        .map(|alternative| alternative.iter().flat_map(|condition| misses(condition, fact, rules)).collect())
        .collect();
    let mut out = Vec::new();
    if !alternatives.is_empty() && alternatives.iter().all(|misses| !misses.is_empty()) {
        let several = alternatives.len() > 1;
        for (index, misses) in alternatives.into_iter().enumerate() {
            let place = if several { format!("where[{index}]") } else { "where".to_owned() };
            out.extend(misses.into_iter().map(|miss| statement::at_place(&*place, miss)));
        }
    }
    for (index, alternative) in clause.unless.iter().enumerate() {
        if alternative.iter().all(|condition| misses(condition, fact, rules).is_empty()) {
            let place = if clause.unless.len() > 1 { format!("unless[{index}]") } else { "unless".to_owned() };
            let conditions: Vec<String> = alternative.iter().map(Condition::to_string).collect();
            out.push(statement::unless_holds(place, conditions.join(", ")));
        }
    }
    out
}

/// The tests of one field that the fact does not pass.
fn misses(condition: &Condition, fact: &Fact, rules: &RuleSet) -> Vec<Statement> {
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
                            return statement::begins_nowhere(field, template.to_string());
                        }
                        statement::stopped(field, template.to_string(), cut(stop.matched), cut(&stop.wanted), cut(stop.rest))
                    },
                ));
            }
            _ => {
                let test = single.to_string();
                out.push(match fact.get(&condition.field) {
                    None => statement::but_absent(test),
                    // It is shown above.
                    Some(_) if condition.field == "text" => statement::but_not_in_text(test),
                    Some(value) => statement::but_is(test, cut(&value.to_string())),
                });
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
