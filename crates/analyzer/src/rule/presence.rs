//! Which templates can match a text at all, what it contains, and which fields clauses need.
//!
//! In: all templates of a rule set and all texts that its fields must contain; texts of facts. Out: for each of these the literals that
//! stand in it, found in one pass. Nothing is matched here; a template whose longest literal is missing cannot match. Worth its making only
//! for many facts or reports.

use super::model::{Clause, Rule, Test};
use super::slots::Slots;
use super::{RuleSet, Template};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

/// Longest literals of all templates, and all texts that a field must contain.
#[derive(Debug)]
pub(super) struct Presence {
    automaton: AhoCorasick,
    /// Number of a literal, by the address of its template or text: the rules outlive this.
    numbers: FxHashMap<usize, usize>,
    /// What each clause needs of a fact, by its address.
    needs: FxHashMap<usize, u128>,
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
        let templates = rules.iter().flat_map(templates).map(|template| (address(template), template.longest_literal()));
        let parts = rules.iter().flat_map(parts).map(|part| (address(part), part.as_str()));
        for (address, literal) in templates.chain(parts) {
            let number = *known.entry(literal).or_insert_with(|| {
                literals.push(literal);
                literals.len() - 1
            });
            numbers.insert(address, number);
        }
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&literals).ok()?;
        let needs = rules.iter().flat_map(clauses).map(|clause| (address(clause), Slots::needed(&clause.conditions))).collect();
        Some(Presence { automaton, numbers, needs })
    }

    /// The slots that are taken in every fact for which a clause holds.
    pub(super) fn needed(&self, clause: &Clause) -> u128 {
        self.needs.get(&address(clause)).copied().unwrap_or_default()
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
        self.stands(address(template), present).unwrap_or(true)
    }

    /// Whether a text with these literals contains this one; `None` for a text of no rule.
    pub(super) fn has(&self, part: &String, present: &Present) -> Option<bool> {
        self.stands(address(part), present)
    }

    fn stands(&self, address: usize, present: &Present) -> Option<bool> {
        let number = self.numbers.get(&address)?;
        present.0.get(number / 64).map(|word| word & (1 << (number % 64)) != 0)
    }
}

/// Only compared, never followed.
fn address<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr()
}

fn templates(rule: &Rule) -> impl Iterator<Item = &Template> {
    tests(rule).flat_map(|test| match test {
        Test::Template(templates) => templates.as_slice(),
        _ => &[],
    })
}

fn parts(rule: &Rule) -> impl Iterator<Item = &String> {
    tests(rule).flat_map(|test| match test {
        Test::Contains(parts) => parts.as_slice(),
        _ => &[],
    })
}

fn clauses(rule: &Rule) -> impl Iterator<Item = &Clause> {
    let matcher = &rule.matcher;
    matcher.all.iter().chain(&matcher.any).chain(&matcher.not).chain(&matcher.supporting).chain(&matcher.alone)
}

fn tests(rule: &Rule) -> impl Iterator<Item = &Test> {
    let conditions = clauses(rule).flat_map(|clause| clause.conditions.iter().chain(&clause.unless).flatten());
    conditions.flat_map(|condition| &condition.tests)
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
        for part in rules.iter().flat_map(parts) {
            let text = format!("x{}y", part.to_ascii_uppercase());
            assert_eq!(presence.has(part, &presence.of(&text)), Some(true), "{part}");
            assert_eq!(presence.has(part, &presence.of("")), Some(false), "{part}");
        }
        assert_eq!(presence.has(&"no rule's".to_owned(), &presence.of("no rule's")), None);
        let nothing = presence.of("");
        assert!(!all.iter().any(|template| presence.allows(template, &nothing)));
    }
}
