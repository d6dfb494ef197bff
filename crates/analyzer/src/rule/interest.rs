//! Which log lines any rule could ever ask for.
//!
//! In: a rule set. Out: an [`Interest`] that tells a line worth a fact from the millions that are not, by one
//! automaton over the literals of all rules. It may say yes too often, never no wrongly: a clause without a
//! literal makes it say yes to everything.

use super::model::{Clause, Condition, Test};
use super::{Rule, RuleSet};
use crate::fact::FactKind;
use aho_corasick::AhoCorasick;

/// What routine lines look like. A literal that stands here tells little.
pub(crate) const ROUTINE: &str = r#"
I0521 07:00:55.180954       1 proxier.go:1620] "SyncProxyRules complete" elapsed="12.3ms"
I0521 07:00:55.180954       1 proxier.go:828] "Syncing iptables rules"
I0521 07:00:55.180954       1 proxier.go:854] "Reloading service iptables data" numServices=38 numEndpoints=74 numFilterChains=6 numFilterRules=5 numNATChains=89 numNATRules=238
I0521 07:00:55.180954       1 service.go:322] "Service updated ports" service="shop/checkout-api" portCount=1
I0521 07:00:55.180954       1 service.go:437] "Adding new service port" portName="shop/checkout-api:http" servicePort="10.96.12.7:5000/TCP"
I0521 07:00:55.180954       1 service.go:447] "Updating existing service port" portName="shop/checkout-api:http" servicePort="10.96.12.7:5000/TCP"
I0521 07:00:55.180954       1 endpointslicecache.go:303] "Setting endpoints for service port name" portName="shop/checkout-api:http" endpoints=["10.244.1.5:8080","10.244.2.9:8080"]
I0521 07:00:55.180954       1 reflector.go:536] k8s.io/client-go/informers/factory.go:150: Watch close - *v1.Service total 8 items received
I0521 07:00:55.180954       1 bounded_frequency_runner.go:296] "sync-runner ran" nextPossible="1s" periodic="30s"
I0521 07:00:55.180954       1 healthcheck.go:58] "Stopping healthcheck" service="shop/checkout-api" port=31234
I0521 07:00:55.180954    1432 kubelet.go:2421] "SyncLoop (PLEG): event for pod" pod="shop/checkout-api-7d9c5b6f4-x2x9k" event={"ID":"0f5a","Type":"ContainerStarted"}
I0521 07:00:55.180954    1432 reconciler_common.go:251] "operationExecutor.VerifyControllerAttachedVolume started for volume \"kube-api-access\" (UniqueName: \"kubernetes.io/projected/0f5a\") pod \"x\""
time="2026-05-21T07:00:55.180954000Z" level=info msg="StartContainer for \"0f5a\" returns successfully"
"#;

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

/// All tests of a field must hold, so the literals of one are enough: of one that no routine line passes, if there is any.
fn of_field(alternative: &[Condition], field: &str, literals: &mut Vec<String>) -> bool {
    let tests = alternative.iter().filter(|condition| condition.field == field).flat_map(|condition| &condition.tests);
    let groups: Vec<Vec<String>> = tests.filter_map(of_test).collect();
    let chosen = groups.iter().find(|group| !group.iter().any(|literal| is_routine(literal))).or(groups.first());
    literals.extend(chosen.into_iter().flatten().cloned());
    chosen.is_some()
}

fn of_test(test: &Test) -> Option<Vec<String>> {
    let text = |scalar: &super::Scalar| if let super::Scalar::Text(text) = scalar { Some(text.clone()) } else { None };
    match test {
        Test::Contains(parts) | Test::Prefix(parts) | Test::Suffix(parts) => Some(parts.clone()),
        Test::Template(templates) => Some(templates.iter().map(|template| template.longest_literal().to_owned()).collect()),
        Test::Equals(scalars) => Some(scalars.iter().filter_map(text).collect()),
        _ => None,
    }
}

/// Whether routine lines have this text.
pub(crate) fn is_routine(literal: &str) -> bool {
    super::template::find_ignoring_case(ROUTINE, literal, 0).is_some()
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
