//! Which templates can match a text at all.
//!
//! In: all templates of a rule set, and texts. Out: for each text the set of templates whose longest literal stands in it, found in one
//! pass. Nothing is matched here; a template that is not in the set cannot match. Worth its making only for many facts or reports.

use super::model::{Clause, Rule, Test};
use super::{RuleSet, Template};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

/// The longest literals of all templates.
#[derive(Debug)]
pub(super) struct Presence {
    automaton: AhoCorasick,
    /// Number of a template's literal, by the template's address: the rules outlive this.
    numbers: FxHashMap<usize, usize>,
}

/// The literals that stand in a text, a bit each.
#[derive(Debug, Clone)]
pub(super) struct Present(Vec<u64>);

impl Presence {
    /// `None` where the literals cannot be searched together.
    pub(super) fn new(rules: &RuleSet) -> Option<Self> {
        let mut literals: Vec<&str> = Vec::new();
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        let mut numbers = FxHashMap::default();
        for template in rules.iter().flat_map(templates) {
            let literal = template.longest_literal();
            let number = *known.entry(literal).or_insert_with(|| {
                literals.push(literal);
                literals.len() - 1
            });
            numbers.insert(address(template), number);
        }
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&literals).ok()?;
        Some(Presence { automaton, numbers })
    }

    /// The literals in a text.
    pub(super) fn of(&self, text: &str) -> Present {
        let mut bits = vec![0_u64; self.automaton.patterns_len().div_ceil(64)];
        for found in self.automaton.find_overlapping_iter(text) {
            let number = found.pattern().as_usize();
            if let Some(word) = bits.get_mut(number / 64) {
                *word |= 1 << (number % 64);
            }
        }
        Present(bits)
    }

    /// Whether a template can match a text with these literals.
    pub(super) fn allows(&self, template: &Template, present: &Present) -> bool {
        let Some(number) = self.numbers.get(&address(template)) else { return true };
        present.0.get(number / 64).is_none_or(|word| word & (1 << (number % 64)) != 0)
    }
}

/// Only compared, never followed.
fn address(template: &Template) -> usize {
    std::ptr::from_ref(template).addr()
}

fn templates(rule: &Rule) -> impl Iterator<Item = &Template> {
    let matcher = &rule.matcher;
    let clauses = matcher.all.iter().chain(&matcher.any).chain(&matcher.not).chain(&matcher.supporting);
    clauses.flat_map(of_clause)
}

fn of_clause(clause: &Clause) -> impl Iterator<Item = &Template> {
    let conditions = clause.conditions.iter().chain(&clause.unless).flatten();
    conditions.flat_map(|condition| &condition.tests).flat_map(|test| match test {
        Test::Template(templates) => templates.as_slice(),
        _ => &[],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_without_its_literal_cannot_match() {
        let rules = RuleSet::builtin();
        let presence = Presence::new(&rules).unwrap();
        let all: Vec<&Template> = rules.iter().flat_map(templates).collect();
        for template in &all {
            let text = format!("x {} y", template.longest_literal().to_ascii_uppercase());
            assert!(presence.allows(template, &presence.of(&text)), "{template}");
        }
        let nothing = presence.of("");
        assert!(!all.iter().any(|template| presence.allows(template, &nothing)));
    }
}
