//! Which log lines any rule could ever ask for.
//!
//! In: a rule set. Out: an [`Interest`] that tells a line worth a fact from the millions that are not, by one
//! automaton over the literals of all rules. It may say yes too often, never no wrongly: a clause without a
//! literal makes it say yes to everything.

use super::model::{Clause, Condition, Test};
use super::{Rule, RuleSet};
use crate::fact::FactKind;
use aho_corasick::AhoCorasick;

/// The literals of all clauses about log lines.
#[derive(Debug)]
pub(crate) struct Interest {
    /// `None`: some clause has no literal, so every line is of interest.
    automaton: Option<AhoCorasick>,
    literals: Vec<String>,
}

impl Interest {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let mut literals = Vec::new();
        let complete =
            rules.iter().flat_map(clauses).filter(|clause| clause.fact == FactKind::LogLine).all(|clause| collect(clause, &mut literals));
        literals.sort();
        literals.dedup();
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(&literals).ok();
        Interest { automaton: automaton.filter(|_| complete), literals }
    }

    /// The literals; `None` when every line is of interest.
    pub(crate) fn literals(&self) -> Option<&[String]> {
        self.automaton.as_ref().map(|_| self.literals.as_slice())
    }

    /// Whether a line with this source file and text could matter.
    pub(crate) fn wants(&self, file: Option<&str>, text: &str) -> bool {
        match &self.automaton {
            Some(literals) => literals.is_match(text) || file.is_some_and(|file| literals.is_match(file)),
            None => true,
        }
    }
}

fn clauses(rule: &Rule) -> impl Iterator<Item = &Clause> {
    rule.matcher.all.iter().chain(&rule.matcher.any).chain(&rule.matcher.not).chain(&rule.matcher.alone).chain(&rule.matcher.supporting)
}

/// Adds a literal for each alternative of a clause; `false` where an alternative has none.
fn collect(clause: &Clause, literals: &mut Vec<String>) -> bool {
    !clause.conditions.is_empty()
        && clause.conditions.iter().all(|alternative| ["text", "file"].iter().any(|field| of_field(alternative, field, literals)))
}

fn of_field(alternative: &[Condition], field: &str, literals: &mut Vec<String>) -> bool {
    let tests = alternative.iter().filter(|condition| condition.field == field).flat_map(|condition| &condition.tests);
    for test in tests {
        match test {
            Test::Contains(parts) | Test::Prefix(parts) | Test::Suffix(parts) => literals.extend(parts.iter().cloned()),
            Test::Template(templates) => literals.extend(templates.iter().map(|template| template.longest_literal().to_owned())),
            Test::Equals(scalars) => literals
                .extend(scalars.iter().filter_map(|scalar| if let super::Scalar::Text(text) = scalar { Some(text.clone()) } else { None })),
            _ => continue,
        }
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_want_few_lines() {
        let interest = Interest::new(&RuleSet::builtin());
        assert!(interest.wants(Some("graceful_termination.go"), "Deleting rs: 10.96.1.11:8086/TCP/192.168.0.231:8086"));
        assert!(interest.wants(Some("proxier.go"), "Failed to execute iptables-restore: exit status 1"));
        assert!(!interest.wants(Some("proxier.go"), "SyncProxyRules complete, elapsed=12ms"));
    }

    #[test]
    fn a_clause_without_a_literal_wants_everything() {
        let yaml = "id: any-line\nfamily: x\ntitle: {en: x, ko: x}\nseverity: info\nscope: node\nmatch: {all: [{fact: log-line, as: line, where: {component: kernel}}]}\nverdict: likely\nretry-helps: false\nexplanation: {en: x, ko: x}\n";
        let rules = RuleSet::builder().document("x.yaml", yaml).build().unwrap();
        assert!(Interest::new(&rules).wants(None, "anything"));
    }
}
