//! Which rules hold for which facts.
//!
//! In: rules and facts. Out: [`RuleMatch`]es, one for each anchor fact of each rule that holds. Nothing is
//! ranked or put in words here. The work is linear in the facts for each clause; templates never backtrack.

use super::model::{Clause, Condition, Conditions, Rule, Same, Scalar, Test};
use super::presence::{Presence, Present};
use super::slots::{Slot, Slots};
use super::template::find_ignoring_case;
use super::{Knowledge, RuleSet, Template};
use crate::fact::{Fact, FactKind, Lent, Value};
use crate::message::phrase::next_start;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// A clause adds at most so many facts as evidence.
const MAX_EVIDENCE: usize = 6;
/// Among more facts than this, a clause is asked once for all anchors.
const FEW: usize = 32;

/// Who gives way when two matches explain one fact: the lower one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// The rule is a fallback.
    Fallback,
    /// The fact stands alone, without what the rule asks for beside it.
    Alone,
    /// The rule holds as written.
    Full,
}

/// A rule that holds for an anchor.
#[derive(Debug, Clone)]
pub(crate) struct RuleMatch<'r> {
    pub(crate) rule: &'r Rule,
    pub(crate) strength: Strength,
    /// Index of the anchor fact.
    pub(crate) anchor: usize,
    /// Facts that the rule needs, the anchor first.
    pub(crate) primary: Vec<usize>,
    /// Facts that only support it.
    pub(crate) supporting: Vec<usize>,
    /// Bound facts by name.
    pub(crate) bindings: Vec<(String, usize)>,
    /// Captured parts of templates, by `binding.name`.
    pub(crate) captures: Vec<(String, String)>,
}

/// What is known of a text that templates are tried on.
struct Tried {
    field: String,
    /// Byte offsets at which a phrase can start.
    starts: Vec<usize>,
    present: Option<Present>,
}

/// Facts by kind, and the phrase starts of their texts.
struct Facts<'f> {
    facts: &'f [Fact],
    by_kind: std::collections::BTreeMap<FactKind, Vec<usize>>,
    /// By kind and pod (or none), and by kind and image reference (or none): what `same` can agree with.
    by_pod: FxHashMap<(FactKind, Option<&'f str>), Vec<usize>>,
    by_reference: FxHashMap<(FactKind, Option<&'f str>), Vec<usize>>,
    /// Where the fields of each fact are.
    slots: Vec<Slots>,
    /// Among many facts, a number for each that those with the same fields share.
    classes: Vec<usize>,
    /// Of each fact, its texts.
    tried: RefCell<FxHashMap<usize, Vec<Rc<Tried>>>>,
    presence: Option<&'f Presence>,
    /// Facts for which the conditions of a clause hold, by the clause's address; only of clauses that were searched among many facts.
    fitting: RefCell<FxHashMap<usize, Option<Rc<[usize]>>>>,
}

impl<'f> Facts<'f> {
    fn new(facts: &'f [Fact], presence: Option<&'f Presence>) -> Self {
        let mut by_kind: std::collections::BTreeMap<FactKind, Vec<usize>> = std::collections::BTreeMap::new();
        let mut by_pod: FxHashMap<(FactKind, Option<&'f str>), Vec<usize>> = FxHashMap::default();
        let mut by_reference: FxHashMap<(FactKind, Option<&'f str>), Vec<usize>> = FxHashMap::default();
        for (index, fact) in facts.iter().enumerate() {
            by_kind.entry(fact.kind).or_default().push(index);
        }
        // Among few facts a look at each is the quicker search.
        for (index, fact) in facts.iter().enumerate().filter(|_| facts.len() > FEW) {
            by_pod.entry((fact.kind, fact.subject.pod.as_deref())).or_default().push(index);
            by_reference.entry((fact.kind, fact.str("reference"))).or_default().push(index);
        }
        let slots = facts.iter().map(Slots::new).collect();
        let mut known: FxHashMap<&[(&str, Value)], usize> = FxHashMap::default();
        let class = |fact: &'f Fact| {
            let next = known.len();
            *known.entry(fact.fields.as_slice()).or_insert(next)
        };
        let classes = if facts.len() > FEW { facts.iter().map(class).collect() } else { Vec::new() };
        Facts { facts, slots, classes, by_kind, by_pod, by_reference, tried: RefCell::default(), presence, fitting: RefCell::default() }
    }

    /// A field's value.
    fn value(&self, index: usize, field: &str) -> Option<Lent<'f>> {
        let fact = &self.facts[index];
        match self.slots[index].of(field) {
            Slot::Empty => fact.of_subject(field),
            Slot::Field(at) => fact
                .fields
                .get(at)
                .filter(|(name, _)| *name == field)
                .map_or_else(|| fact.of_subject(field), |(_, value)| Some(value.lend())),
            Slot::Shared => fact.value(field),
        }
    }

    fn of(&self, kind: FactKind) -> &[usize] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Those of some facts that have the fields for which a clause asks.
    fn with_fields<'i>(&'i self, clause: &Clause, indices: &'i [usize]) -> impl Iterator<Item = usize> + use<'i, 'f> {
        let needed = self.presence.map_or_else(|| Slots::needed(&clause.conditions), |presence| presence.needed(clause));
        indices.iter().copied().filter(move |index| self.slots[*index].have(needed))
    }

    /// The facts of a clause that can agree with the anchor, in order.
    fn candidates(&self, clause: &Clause, anchor: &Fact) -> Cow<'_, [usize]> {
        let with = |index: &FxHashMap<(FactKind, Option<&'f str>), Vec<usize>>, key: &str| {
            let named = index.get(&(clause.fact, Some(key))).into_iter().flatten();
            let mut found: Vec<usize> = named.chain(index.get(&(clause.fact, None)).into_iter().flatten()).copied().collect();
            found.sort_unstable();
            Cow::Owned(found)
        };
        if self.facts.len() <= FEW {
            return Cow::Borrowed(self.of(clause.fact));
        }
        let pod = anchor.subject.pod.as_deref().filter(|_| clause.same.iter().any(|same| matches!(same, Same::Pod | Same::Container)));
        let reference = anchor.str("reference").filter(|_| clause.same.contains(&Same::Image));
        match (pod, reference) {
            (Some(pod), _) => with(&self.by_pod, pod),
            (None, Some(reference)) => with(&self.by_reference, reference),
            (None, None) => Cow::Borrowed(self.of(clause.fact)),
        }
    }

    /// All facts for which the conditions of a clause hold, in order; `None` where that depends on other facts.
    fn fitting(&self, clause: &Clause, knowledge: &Knowledge) -> Option<Rc<[usize]>> {
        let address = std::ptr::from_ref(clause).addr();
        if let Some(known) = self.fitting.borrow().get(&address) {
            return known.clone();
        }
        let fitting = is_about_one_fact(clause).then(|| {
            let mut scene = Scene { facts: self, knowledge, anchor: 0, bindings: Vec::new(), captures: Vec::new() };
            self.possible(clause, knowledge).into_iter().filter(|index| scene.fits(clause, *index)).collect()
        });
        self.fitting.borrow_mut().insert(address, fitting.clone());
        fitting
    }

    /// The facts for which the conditions of a clause may hold, in order: of those that differ only in whom they are about, one is asked
    /// for all.
    fn possible(&self, clause: &Clause, knowledge: &Knowledge) -> Vec<usize> {
        let with_fields = self.with_fields(clause, self.of(clause.fact));
        if self.classes.is_empty() || !asks_own_fields(clause) {
            return with_fields.collect();
        }
        let mut scene = Scene { facts: self, knowledge, anchor: 0, bindings: Vec::new(), captures: Vec::new() };
        let mut known: FxHashMap<usize, bool> = FxHashMap::default();
        with_fields.filter(|index| *known.entry(self.classes[*index]).or_insert_with(|| scene.fits(clause, *index))).collect()
    }

    fn tried(&self, index: usize, field: &str, text: &str) -> Rc<Tried> {
        let mut all = self.tried.borrow_mut();
        let known = all.entry(index).or_default();
        if let Some(tried) = known.iter().find(|tried| tried.field == field) {
            return Rc::clone(tried);
        }
        let present = self.presence.map(|presence| presence.of(text));
        let tried = Rc::new(Tried { field: field.to_owned(), starts: phrase_starts(text), present });
        known.push(Rc::clone(&tried));
        tried
    }

    /// Whether one of these parts stands in a text.
    fn contains(&self, index: usize, field: &str, text: &str, parts: &[String]) -> bool {
        let Some(presence) = self.presence else { return parts.iter().any(|part| find_ignoring_case(text, part, 0).is_some()) };
        let tried = self.tried(index, field, text);
        let is_there = |part: &String| match tried.present.as_ref().and_then(|present| presence.has(part, present)) {
            Some(known) => known,
            None => find_ignoring_case(text, part, 0).is_some(),
        };
        parts.iter().any(is_there)
    }

    /// The parts that a template captures in a text.
    fn captured<'t>(&self, template: &'t Template, text: &'t str, tried: &Tried) -> Option<Vec<(&'t str, &'t str)>> {
        let possible = match (self.presence, &tried.present) {
            (Some(presence), Some(present)) => presence.allows(template, present),
            _ => true,
        };
        if possible { template.find(text, &tried.starts) } else { None }
    }
}

/// Whether a clause asks nothing about other facts.
fn is_about_one_fact(clause: &Clause) -> bool {
    let tests = clause.conditions.iter().chain(&clause.unless).flatten().flat_map(|condition| &condition.tests);
    tests.into_iter().all(|test| !matches!(test, Test::Reference { .. }))
}

/// Whether a clause asks only for what the fact itself says, and not for whom it is about or how often it was said.
fn asks_own_fields(clause: &Clause) -> bool {
    let conditions = || clause.conditions.iter().chain(&clause.unless).flatten();
    is_about_one_fact(clause) && !conditions().any(|condition| Fact::is_of_subject(&condition.field))
}

/// Byte offsets at which a phrase can start.
pub(crate) fn phrase_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut rest = text;
    loop {
        rest = next_start(rest);
        if rest.is_empty() {
            return starts;
        }
        starts.push(text.len() - rest.len());
    }
}

/// All matches of all rules, in the order of rules and facts.
pub(crate) fn find<'r>(rules: &'r RuleSet, facts: &[Fact]) -> Vec<RuleMatch<'r>> {
    let presence = rules.presence(facts.len());
    let facts = Facts::new(facts, presence);
    let mut found = Vec::new();
    for rule in rules.iter() {
        let Some((anchor, others)) = rule.matcher.all.split_first() else { continue };
        let strength = if rule.fallback { Strength::Fallback } else { Strength::Full };
        for index in facts.possible(anchor, rules.knowledge()) {
            let seed = Seed { rule, strength, clause: anchor, all: others, any: &rule.matcher.any };
            found.extend(match_at(seed, index, &facts, rules.knowledge()));
        }
        for clause in &rule.matcher.alone {
            for index in facts.possible(clause, rules.knowledge()) {
                let seed = Seed { rule, strength: Strength::Alone, clause, all: &[], any: &[] };
                found.extend(match_at(seed, index, &facts, rules.knowledge()));
            }
        }
    }
    found
}

/// What a match grows from: a clause for the anchor, and what must be found beside it.
#[derive(Clone, Copy)]
struct Seed<'r> {
    rule: &'r Rule,
    strength: Strength,
    clause: &'r Clause,
    all: &'r [Clause],
    any: &'r [Clause],
}

fn match_at<'r>(seed: Seed<'r>, anchor: usize, facts: &Facts<'_>, knowledge: &Knowledge) -> Option<RuleMatch<'r>> {
    let Seed { rule, strength, clause, .. } = seed;
    let mut scene = Scene { facts, knowledge, anchor, bindings: Vec::new(), captures: Vec::new() };
    if !scene.holds(clause, anchor) {
        return None;
    }
    let mut found =
        RuleMatch { rule, strength, anchor, primary: vec![anchor], supporting: Vec::new(), bindings: Vec::new(), captures: Vec::new() };
    scene.bind(clause, anchor);
    for clause in seed.all {
        let hits = scene.search(clause, MAX_EVIDENCE);
        scene.bind(clause, *hits.first()?);
        found.primary.extend(hits);
    }
    if !seed.any.is_empty() {
        let mut some = false;
        for clause in seed.any {
            let hits = scene.search(clause, MAX_EVIDENCE);
            if let Some(first) = hits.first() {
                scene.bind(clause, *first);
                some = true;
            }
            found.primary.extend(hits);
        }
        if !some {
            return None;
        }
    }
    if rule.matcher.not.iter().any(|clause| !scene.search(clause, 1).is_empty()) {
        return None;
    }
    for clause in &rule.matcher.supporting {
        let hits = scene.search_related(clause);
        if let Some(first) = hits.first() {
            scene.bind(clause, *first);
        }
        found.supporting.extend(hits);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.primary.retain(|index| seen.insert(*index));
    found.supporting.retain(|index| seen.insert(*index));
    found.bindings = scene.bindings;
    found.captures = scene.captures;
    Some(found)
}

/// Whether conditions hold for one fact alone; used for `when`.
pub(crate) fn holds(conditions: &Conditions, fact: &Fact, knowledge: &Knowledge) -> bool {
    let facts = Facts::new(std::slice::from_ref(fact), None);
    let mut scene = Scene { facts: &facts, knowledge, anchor: 0, bindings: Vec::new(), captures: Vec::new() };
    scene.conditions(conditions, 0, None)
}

struct Scene<'a, 'f> {
    facts: &'a Facts<'f>,
    knowledge: &'a Knowledge,
    anchor: usize,
    bindings: Vec<(String, usize)>,
    captures: Vec<(String, String)>,
}

impl Scene<'_, '_> {
    fn fact(&self, index: usize) -> &Fact {
        &self.facts.facts[index]
    }

    fn bind(&mut self, clause: &Clause, index: usize) {
        if let Some(name) = &clause.binding {
            self.bindings.push((name.clone(), index));
        }
    }

    fn search(&mut self, clause: &Clause, limit: usize) -> Vec<usize> {
        let facts: &Facts<'_> = self.facts;
        let candidates = facts.candidates(clause, self.fact(self.anchor));
        let fitting = if candidates.len() > FEW { facts.fitting(clause, self.knowledge) } else { None };
        let candidates = fitting.as_deref().unwrap_or(&candidates);
        facts.with_fields(clause, candidates).filter(|index| self.holds(clause, *index)).take(limit).collect()
    }

    /// Facts that support a match must not only contradict nothing: they must be about the same thing.
    fn search_related(&mut self, clause: &Clause) -> Vec<usize> {
        let mut hits = self.search(clause, usize::MAX);
        if clause.same.iter().any(|same| matches!(same, Same::Pod | Same::Container | Same::Image)) {
            hits.retain(|index| self.is_related(*index));
        }
        hits.truncate(MAX_EVIDENCE);
        hits
    }

    /// The same pod, the same image, or the same block of a paste that names no pod.
    fn is_related(&self, index: usize) -> bool {
        let (a, b) = (self.fact(self.anchor), self.fact(index));
        let equal = |field: &str| a.str(field).is_some() && a.str(field) == b.str(field);
        equal("pod") || equal("reference") || (a.block == b.block && (a.subject.pod.is_none() || b.subject.pod.is_none()))
    }

    fn holds(&mut self, clause: &Clause, index: usize) -> bool {
        (index == self.anchor || clause.same.iter().all(|same| self.agree(*same, index))) && self.fits(clause, index)
    }

    /// Whether the conditions of a clause hold for a fact; what is captured of one that does not fit is forgotten.
    fn fits(&mut self, clause: &Clause, index: usize) -> bool {
        let captured = self.captures.len();
        let fits = self.meets(clause, index);
        if !fits {
            self.captures.truncate(captured);
        }
        fits
    }

    fn meets(&mut self, clause: &Clause, index: usize) -> bool {
        self.conditions(&clause.conditions, index, clause.binding.as_deref())
            && (clause.unless.is_empty() || !clause.unless.iter().any(|conditions| self.all(conditions, index, None)))
    }

    /// Two facts agree unless both say something and it differs.
    fn agree(&self, same: Same, index: usize) -> bool {
        let (a, b) = (self.fact(self.anchor), self.fact(index));
        let field = match same {
            Same::Namespace => "namespace",
            Same::Pod => "pod",
            Same::Container => "container",
            Same::Image => "reference",
            Same::Registry => "registry",
            Same::Node => "node",
        };
        let compatible = |field: &str| match (a.str(field), b.str(field)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        match same {
            Same::Pod | Same::Container => compatible(field) && compatible("namespace") && compatible("pod"),
            _ => compatible(field),
        }
    }

    fn conditions(&mut self, conditions: &Conditions, index: usize, binding: Option<&str>) -> bool {
        conditions.is_empty() || conditions.iter().any(|alternative| self.all(alternative, index, binding))
    }

    fn all(&mut self, conditions: &[Condition], index: usize, binding: Option<&str>) -> bool {
        conditions.iter().all(|condition| self.condition(condition, index, binding))
    }

    fn condition(&mut self, condition: &Condition, index: usize, binding: Option<&str>) -> bool {
        // The facts outlive the scene, so that a value can be looked at while captures are added.
        let facts: &Facts<'_> = self.facts;
        let value = facts.value(index, &condition.field);
        condition.tests.iter().all(|test| self.test(test, &condition.field, value, index, binding))
    }

    fn test(&mut self, test: &Test, field: &str, value: Option<Lent<'_>>, index: usize, binding: Option<&str>) -> bool {
        let text = match value {
            Some(Lent::Text(text)) => Some(text),
            _ => None,
        };
        match test {
            Test::Equals(scalars) => scalars.iter().any(|scalar| equals(scalar, value)),
            Test::Not(scalars) => !scalars.iter().any(|scalar| equals(scalar, value)),
            Test::Present(wanted) => value.is_some() == *wanted,
            Test::Min(least) => matches!(value, Some(Lent::Number(number)) if number >= *least),
            Test::Max(most) => matches!(value, Some(Lent::Number(number)) if number <= *most),
            Test::Prefix(parts) => {
                text.is_some_and(|text| parts.iter().any(|part| text.get(..part.len()).is_some_and(|head| head.eq_ignore_ascii_case(part))))
            }
            Test::Suffix(parts) => text.is_some_and(|text| {
                parts.iter().any(|part| {
                    text.len() >= part.len() && text.get(text.len() - part.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(part))
                })
            }),
            Test::Contains(parts) => text.is_some_and(|text| self.facts.contains(index, field, text, parts)),
            Test::In(list) => text.is_some_and(|text| self.knowledge.listed(list, text)),
            Test::Reference { binding, field, negated } => {
                let bound = self.bindings.iter().find(|(name, _)| name == binding).and_then(|(_, at)| self.fact(*at).value(field));
                match (bound, value) {
                    (Some(bound), Some(value)) => (bound == value) != *negated,
                    _ => false,
                }
            }
            Test::Template(templates) => {
                let Some(text) = text else { return false };
                let tried = self.facts.tried(index, field, text);
                let Some(captured) = templates.iter().find_map(|template| self.facts.captured(template, text, &tried)) else {
                    return false;
                };
                let binding = binding.unwrap_or_default();
                let captured: Vec<(String, String)> =
                    captured.into_iter().map(|(name, value)| (format!("{binding}.{name}"), value.to_owned())).collect();
                self.captures.extend(captured);
                true
            }
        }
    }
}

fn equals(scalar: &Scalar, value: Option<Lent<'_>>) -> bool {
    match (scalar, value) {
        (Scalar::Text(a), Some(Lent::Text(b))) => a == b,
        (Scalar::Number(a), Some(Lent::Number(b))) => *a == b,
        (Scalar::Flag(a), Some(Lent::Flag(b))) => *a == b,
        // An absent flag is a false one.
        (Scalar::Flag(false), None) => true,
        _ => false,
    }
}
