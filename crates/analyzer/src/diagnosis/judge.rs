//! Which matches stand, what belongs together, and what comes first.
//!
//! In: facts and rules. Out: diagnoses in order. A match falls when a rule that says more about the same fact
//! holds; a fallback falls when anything else explains its fact. Every order here is total, so that equal
//! inputs give equal bytes.

use super::wording::{Scene, step, wording};
use crate::fact::{Fact, FactKind};
use crate::report::{About, Affected, Alternative, Diagnosis, Evidence, Extent, NextStep, Occurrence, Reach, Role};
use crate::rule::matching::{self, RuleMatch, Strength, holds};
use crate::rule::{RuleSet, Scope, Step, Verdict, VerdictCase};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many citations stand in one diagnosis; its subjects are all there.
pub(crate) const EVIDENCE: usize = 24;

/// An entry is compared with at most so many others that could say more.
const MAX_COMPARED: usize = 64;

/// Judges linked facts.
pub(crate) fn judge(rules: &RuleSet, facts: &[Fact]) -> Vec<Diagnosis> {
    let matches = standing(matching::find(rules, facts));
    let mut groups: BTreeMap<(String, About), Vec<RuleMatch<'_>>> = BTreeMap::new();
    for found in matches {
        let key = (found.rule.id.clone(), about(found.rule.scope, &facts[found.anchor]));
        groups.entry(key).or_default().push(found);
    }
    let mut diagnoses: Vec<Diagnosis> =
        groups.into_iter().filter_map(|((_, about), group)| diagnosis(rules, facts, &group, about)).collect();
    let newest = Newest::of(&diagnoses);
    diagnoses.sort_by_cached_key(|diagnosis| order(diagnosis, newest.outdates(diagnosis)));
    diagnoses
}

/// When the newest known cause struck, of all and of each image.
struct Newest {
    all: Option<u64>,
    by_image: BTreeMap<String, u64>,
}

impl Newest {
    fn of(diagnoses: &[Diagnosis]) -> Self {
        let mut newest = Newest { all: None, by_image: BTreeMap::new() };
        for diagnosis in diagnoses.iter().filter(|diagnosis| diagnosis.verdict != Verdict::Unknown) {
            let Some(last) = diagnosis.occurrence.last_seen else { continue };
            newest.all = Some(newest.all.map_or(last, |known| known.min(last)));
            for image in diagnosis.subjects.iter().filter_map(|subject| subject.image.as_ref()) {
                let known = newest.by_image.entry(image.clone()).or_insert(last);
                *known = last.min(*known);
            }
        }
        newest
    }

    /// Whether a newer cause has taken this one's place: much newer for anything, clearly newer for the same image
    /// (a kubelet tries the same image again after at most five minutes).
    fn outdates(&self, diagnosis: &Diagnosis) -> bool {
        let Some(last) = diagnosis.occurrence.last_seen else { return false };
        let much = self.all.is_some_and(|newest| last > newest.saturating_mul(3).saturating_add(600));
        let images = diagnosis.subjects.iter().filter_map(|subject| self.by_image.get(subject.image.as_ref()?));
        much || images.into_iter().any(|newest| last > newest.saturating_mul(2).saturating_add(60))
    }
}

/// Drops matches that a more specific rule, or for a fallback any rule, makes needless.
fn standing(matches: Vec<RuleMatch<'_>>) -> Vec<RuleMatch<'_>> {
    // For each fact the rules that claim it, and those that are silenced on it.
    let mut silenced: BTreeSet<(usize, &str)> = BTreeSet::new();
    for found in &matches {
        for fact in found.primary.iter().chain(&found.supporting) {
            for id in &found.rule.supersedes {
                silenced.insert((*fact, id.as_str()));
            }
        }
    }
    let mut explained: BTreeMap<usize, Strength> = BTreeMap::new();
    for found in &matches {
        for fact in found.primary.iter().chain(&found.supporting) {
            let known = explained.entry(*fact).or_insert(found.strength);
            *known = found.strength.max(*known);
        }
    }
    let silent: Vec<bool> = matches
        .iter()
        .map(|found| {
            silenced.contains(&(found.anchor, found.rule.id.as_str()))
                || explained.get(&found.anchor).is_some_and(|strongest| *strongest > found.strength)
        })
        .collect();
    matches.into_iter().zip(silent).filter(|(_, silent)| !silent).map(|(found, _)| found).collect()
}

/// What facts must share to be one diagnosis.
fn about(scope: Scope, fact: &Fact) -> About {
    let text = |names: &[&str]| names.iter().find_map(|name| fact.str(name));
    let inside = |outer: &[&str], inner: &[&str]| match (text(outer), text(inner)) {
        (None, None) => None,
        (outer, inner) => Some(format!("{}/{}", outer.unwrap_or_default(), inner.unwrap_or_default())),
    };
    let plain = |names: &[&str]| text(names).map(str::to_owned);
    let name = match scope {
        Scope::Image => plain(&["reference", "image"]),
        Scope::Repository => plain(&["repository", "image"]),
        Scope::Registry => plain(&["registry", "url-host", "lookup-host", "address"]),
        Scope::Node => plain(&["node"]),
        Scope::Pod => inside(&["namespace"], &["pod"]),
        // Two missing secrets of one namespace are two causes.
        Scope::Namespace => inside(&["namespace"], &["secrets"]),
        Scope::Service => plain(&["service", "virtual", "name"]),
        Scope::Cluster => None,
    };
    About { scope, name }
}

fn diagnosis(rules: &RuleSet, facts: &[Fact], group: &[RuleMatch<'_>], about: About) -> Option<Diagnosis> {
    // The strongest case of any member speaks for all; among equals the first in the text.
    let (case, lead) = group
        .iter()
        .filter_map(|found| Some((verdict_of(rules, found, facts)?, found)))
        .min_by_key(|(case, found)| (case.is, first_citation(&facts[found.anchor])))?;
    let rule = lead.rule;
    let scene = Scene::new(facts, lead);
    let anchor = &facts[lead.anchor];
    let registry = anchor.str("provider").and_then(|id| rules.knowledge().registry(id));
    let mut explanation = wording(&rule.explanation, &scene);
    let mut next_steps: Vec<NextStep> = Vec::new();
    if let Some(own) = registry.and_then(|registry| registry.steps.get(&rule.family)) {
        if let Some(note) = registry.map(|registry| &registry.note).filter(|note| !note.en.is_empty()) {
            let note = wording(note, &scene);
            explanation.en = format!("{} {}", explanation.en, note.en);
            explanation.ko = format!("{} {}", explanation.ko, note.ko);
        }
        next_steps.extend(own.iter().map(|own| step(own, &scene)));
    }
    // A task is done in the way of the runtime at hand.
    let steps = |own: &Step| match &own.task {
        Some(task) => rules.knowledge().task(runtime_of(facts, anchor), task).iter().map(|task| step(task, &scene)).collect(),
        None => vec![step(own, &scene)],
    };
    for own in rule.next_steps.iter().filter(|step| holds(&step.when, anchor, rules.knowledge())) {
        next_steps.extend(steps(own));
    }
    let mut seen = BTreeSet::new();
    next_steps.retain(|step| seen.insert((step.say.en.clone(), step.run.clone())));
    let evidence = evidence(facts, group);
    Some(Diagnosis {
        rule: rule.id.clone(),
        family: rule.family.clone(),
        verdict: case.is,
        severity: rule.severity,
        title: wording(&rule.title, &scene),
        between: case.between.iter().map(|id| alternative(id, rules, &scene)).collect(),
        decide_by: case.decide_by.as_ref().and_then(|decide| steps(decide).into_iter().next()),
        about,
        subjects: subjects(facts, group),
        reach: reach(facts, group),
        occurrence: occurrence(facts, group),
        evidence,
        explanation,
        next_steps,
        retry_helps: rule.retry_helps,
        references: rule.references.clone(),
    })
}

fn alternative(id: &str, rules: &RuleSet, scene: &Scene<'_>) -> Alternative {
    let title = rules.get(id).map(|rule| wording(&rule.title, scene)).unwrap_or_default();
    Alternative { rule: id.to_owned(), title }
}

fn verdict_of<'r>(rules: &RuleSet, found: &RuleMatch<'r>, facts: &[Fact]) -> Option<&'r VerdictCase> {
    found.rule.verdicts.iter().find(|case| holds(&case.when, &facts[found.anchor], rules.knowledge()))
}

/// The runtime that the message shows, else that of the pod's node, else that of the only node described.
fn runtime_of<'f>(facts: &'f [Fact], anchor: &'f Fact) -> Option<&'f str> {
    let of_node = || {
        let nodes: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == FactKind::Node).collect();
        let node = nodes
            .iter()
            .find(|node| node.str("name").is_some() && node.str("name") == anchor.subject.node.as_deref())
            .or(if nodes.len() == 1 { nodes.first() } else { None });
        node.and_then(|node| node.str("runtime"))
    };
    anchor.str("runtime").filter(|runtime| *runtime != "kubelet").or_else(of_node)
}

fn subjects(facts: &[Fact], group: &[RuleMatch<'_>]) -> Vec<Affected> {
    let mut found: BTreeSet<Affected> = BTreeSet::new();
    for matched in group {
        // What supports a diagnosis also suffers from it, when it is about the same pod or image.
        let anchor = &facts[matched.anchor];
        let related = |fact: &&Fact| {
            matches!(fact.kind, FactKind::Waiting | FactKind::BackOff)
                && fact.subject.pod.is_some()
                && (fact.subject.pod == anchor.subject.pod
                    || fact.str("reference").is_some() && fact.str("reference") == anchor.str("reference"))
        };
        let supporting = matched.supporting.iter().map(|index| &facts[*index]).filter(related);
        for fact in std::iter::once(anchor).chain(supporting) {
            let image = fact.str("image").or_else(|| anchor.str("image")).map(str::to_owned);
            found.insert(Affected { subject: fact.subject.clone(), image });
        }
    }
    // An entry that says less than another one is that one; only entries of one pod, or of one image, can say more.
    let all: Vec<Affected> = found.iter().cloned().collect();
    let mut by_pod: BTreeMap<&Option<String>, Vec<&Affected>> = BTreeMap::new();
    let mut by_image: BTreeMap<&Option<String>, Vec<&Affected>> = BTreeMap::new();
    for one in &all {
        by_pod.entry(&one.subject.pod).or_default().push(one);
        by_image.entry(&one.image).or_default().push(one);
    }
    let first: Vec<&Affected> = all.iter().take(MAX_COMPARED).collect();
    found.retain(|one| {
        let others = match (&one.subject.pod, &one.image) {
            (Some(_), _) => by_pod.get(&one.subject.pod),
            (None, Some(_)) => by_image.get(&one.image),
            (None, None) => Some(&first),
        };
        !others.is_some_and(|others| others.iter().take(MAX_COMPARED).any(|other| says_more(other, one)))
    });
    found.retain(|one| one.image.is_some() || one.subject != crate::fact::Subject::default());
    found.into_iter().collect()
}

/// Whether `more` has everything that `less` has, and something beside.
fn says_more(more: &Affected, less: &Affected) -> bool {
    let covers = |more: &Option<String>, less: &Option<String>| less.is_none() || more == less;
    covers(&more.image, &less.image)
        && covers(&more.subject.namespace, &less.subject.namespace)
        && covers(&more.subject.pod, &less.subject.pod)
        && covers(&more.subject.container, &less.subject.container)
        && covers(&more.subject.node, &less.subject.node)
        && more != less
}

fn evidence(facts: &[Fact], group: &[RuleMatch<'_>]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut put = |role: Role, index: usize| {
        let fact = &facts[index];
        // One fact that is stated many times is proven by its first places.
        for citation in fact.citations.iter().take(2) {
            if seen.insert(citation.location) {
                let name = crate::fact::vocabulary::kind_spec(fact.kind).name;
                found.push(Evidence { role, fact: name.to_owned(), citation: citation.clone() });
            }
        }
    };
    for matched in group {
        matched.primary.iter().for_each(|index| put(Role::Primary, *index));
    }
    for matched in group {
        matched.supporting.iter().for_each(|index| put(Role::Supporting, *index));
    }
    found.sort_by_key(|evidence| (evidence.role, evidence.citation.location));
    found.truncate(EVIDENCE);
    found
}

fn reach(facts: &[Fact], group: &[RuleMatch<'_>]) -> Reach {
    let count = |field: &str| group.iter().filter_map(|found| facts[found.anchor].str(field)).collect::<BTreeSet<_>>().len();
    let pods = group
        .iter()
        .filter_map(|found| facts[found.anchor].subject.pod.as_ref().map(|pod| (&facts[found.anchor].subject.namespace, pod)))
        .collect::<BTreeSet<_>>()
        .len();
    let mut reach = Reach { pods, images: count("reference"), registries: count("registry"), nodes: count("node"), extent: Extent::Image };
    if let Some(found) = group.first() {
        reach.extent = extent(found.rule.scope, reach.nodes);
    }
    reach
}

/// What the cause is about decides how far it goes; a cause of the whole cluster that one node shows alone is that node's.
fn extent(scope: Scope, nodes: usize) -> Extent {
    match scope {
        Scope::Image | Scope::Pod => Extent::Image,
        Scope::Repository => Extent::Repository,
        Scope::Namespace => Extent::Namespace,
        Scope::Registry | Scope::Service => Extent::Registry,
        Scope::Node => Extent::Node,
        Scope::Cluster if nodes == 1 => Extent::Node,
        Scope::Cluster => Extent::Everything,
    }
}

fn occurrence(facts: &[Fact], group: &[RuleMatch<'_>]) -> Occurrence {
    let anchors = || group.iter().map(|found| &facts[found.anchor]);
    Occurrence {
        count: anchors().map(|fact| fact.count).sum(),
        dumps: 1,
        first_seen: anchors().filter_map(|fact| fact.first_seen).max(),
        last_seen: anchors().filter_map(|fact| fact.last_seen).min(),
    }
}

fn first_citation(fact: &Fact) -> Option<crate::Location> {
    fact.citations.iter().map(|citation| citation.location).min()
}

/// Errors before warnings; what is named before what is unknown; what still happens before what is over; then by
/// how much it explains and how often it struck.
fn order(diagnosis: &Diagnosis, stale: bool) -> impl Ord + use<> {
    let unknown = diagnosis.verdict == Verdict::Unknown;
    let first = diagnosis.evidence.first().map(|evidence| evidence.citation.location);
    let count = std::cmp::Reverse(diagnosis.occurrence.count);
    (
        diagnosis.severity,
        unknown,
        stale,
        std::cmp::Reverse(diagnosis.subjects.len()),
        count,
        diagnosis.verdict,
        first,
        diagnosis.rule.clone(),
    )
}
