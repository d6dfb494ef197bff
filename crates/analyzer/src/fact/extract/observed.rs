//! What the extractor has gathered.
//!
//! In: facts, successes and failures that are not about images, one by one. Out: [`Observed`], whose every part has a
//! bound. Of equal successes the newest stays.

use super::interner::Interner;
use crate::fact::{FactSet, Subject};
use crate::record::Age;
use crate::report::{OtherFailure, OtherKind};
use crate::source::{Citation, Location};
use std::collections::BTreeMap;

/// At most so many successes are remembered.
const MAX_SUCCESSES: usize = 100_000;

/// At most so many failures of other kinds are named.
const MAX_OTHERS: usize = 1_000;

/// At most the nodes of so many pods are remembered.
const MAX_PODS: usize = 100_000;

/// Proof that an image of a pod (or of nobody named) is fine now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Success<'o> {
    pub(crate) namespace: Option<&'o str>,
    pub(crate) pod: Option<&'o str>,
    pub(crate) container: Option<&'o str>,
    pub(crate) reference: Option<&'o str>,
    pub(crate) is_state: bool,
    /// Seconds since; `None` for a state, which is as new as the text itself.
    pub(crate) age: Option<u64>,
    pub(crate) at: Location,
}

/// What a success is about, in numbers of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Successful {
    pod: Option<u32>,
    namespace: Option<u32>,
    container: Option<u32>,
    reference: Option<u32>,
    is_state: bool,
}

/// When it was, and where it stands.
#[derive(Debug, Clone, Copy)]
struct Seen {
    age: Option<u64>,
    at: Location,
}

/// Everything that was observed.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) facts: FactSet,
    names: Interner,
    /// The newest success of each subject and image.
    successes: BTreeMap<Successful, Seen>,
    /// Those whose age is still a time on a clock, in seconds since 1970.
    dated: BTreeMap<Successful, Seen>,
    /// The newest time that the present source names.
    pub(crate) newest: Option<u64>,
    pub(crate) others: Vec<OtherFailure>,
    /// Bounds that were reached since they were last asked for, and the lines that were left out.
    pub(crate) bounds: Vec<(&'static str, u64)>,
    /// Node of each pod, by namespace and name.
    nodes: BTreeMap<(Option<u32>, u32), u32>,
}

impl Observed {
    pub(super) fn bound(&mut self, what: &'static str, lines: u64) {
        match self.bounds.iter_mut().find(|(known, _)| *known == what) {
            Some((_, known)) => *known += lines,
            None => self.bounds.push((what, lines)),
        }
    }

    pub(super) fn success(&mut self, subject: &Subject, reference: Option<&str>, age: Age, is_state: bool, at: &Citation) {
        let full = self.successes.len() + self.dated.len() >= MAX_SUCCESSES;
        let [pod, namespace, container] = [&subject.pod, &subject.namespace, &subject.container].map(Option::as_deref);
        let names = [pod, namespace, container, reference];
        if full && names.iter().flatten().any(|name| self.names.find(name).is_none()) {
            return;
        }
        let [pod, namespace, container, reference] = names.map(|name| name.map(|name| self.names.intern(name)));
        let about = Successful { pod, namespace, container, reference, is_state };
        let seen = Seen { age: age.last, at: at.location };
        match age.last.filter(|_| age.dated) {
            Some(time) => keep(&mut self.dated, full, about, seen, |known| known <= time),
            None => self.aged(full, about, seen),
        }
    }

    fn aged(&mut self, full: bool, about: Successful, seen: Seen) {
        keep(&mut self.successes, full, about, seen, |known| seen.age.is_none_or(|age| age <= known));
    }

    /// All successes.
    pub(crate) fn successes(&self) -> impl Iterator<Item = Success<'_>> {
        let name = |number: Option<u32>| number.map(|number| self.names.name(number));
        self.successes.iter().map(move |(about, seen)| Success {
            namespace: name(about.namespace),
            pod: name(about.pod),
            container: name(about.container),
            reference: name(about.reference),
            is_state: about.is_state,
            age: seen.age,
            at: seen.at,
        })
    }

    /// Turns times into ages, at the end of a source.
    pub(super) fn settle(&mut self) {
        // A source with times names a newest one.
        let Some(written) = self.newest.take() else { return };
        for (about, seen) in std::mem::take(&mut self.dated) {
            self.aged(false, about, Seen { age: seen.age.map(|time| written.saturating_sub(time)), ..seen });
        }
        self.facts.settle(written);
    }

    pub(super) fn node(&mut self, namespace: Option<&str>, pod: &str, node: &str) {
        if self.nodes.len() < MAX_PODS || self.node_of(namespace, pod).is_some() {
            let about = (namespace.map(|namespace| self.names.intern(namespace)), self.names.intern(pod));
            let node = self.names.intern(node);
            self.nodes.insert(about, node);
        }
    }

    /// The node of a pod of this namespace, or of a pod without one.
    pub(crate) fn node_of(&self, namespace: Option<&str>, pod: &str) -> Option<&str> {
        let namespace = match namespace {
            Some(namespace) => Some(self.names.find(namespace)?),
            None => None,
        };
        let node = self.nodes.get(&(namespace, self.names.find(pod)?))?;
        Some(self.names.name(*node))
    }

    /// Namespace, name and node of each pod whose node is known.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (Option<&str>, &str, &str)> {
        let name = |number: &u32| self.names.name(*number);
        self.nodes.iter().map(move |((namespace, pod), node)| (namespace.as_ref().map(name), name(pod), name(node)))
    }

    pub(super) fn other(&mut self, kind: OtherKind, subject: Subject, at: Citation) {
        let others = &mut self.others;
        match others.iter().position(|known| known.kind == kind && known.subject == subject) {
            Some(index) => others[index].count += 1,
            None if others.len() < MAX_OTHERS => others.push(OtherFailure { kind, subject, evidence: vec![at], count: 1 }),
            None => {}
        }
    }
}

/// Keeps the newer of two successes; later lines are newer where no age tells otherwise.
fn keep(all: &mut BTreeMap<Successful, Seen>, full: bool, about: Successful, seen: Seen, is_newer: impl Fn(u64) -> bool) {
    match all.get_mut(&about) {
        Some(known) if known.age.is_none_or(is_newer) => *known = seen,
        Some(_) => {}
        None if full => {}
        None => drop(all.insert(about, seen)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Location, SourceId};

    fn at(line: u64) -> Citation {
        let location = Location { source: SourceId(0), line, column: 1, end_line: line, end_column: 2 };
        Citation { location, lines: "x".to_owned(), first_column: 1 }
    }

    #[test]
    fn the_newest_success_stays() {
        let newest = |ages: &[Option<u64>]| {
            let mut observed = Observed::default();
            (1..).zip(ages).for_each(|(line, age)| {
                observed.success(&Subject::default(), None, Age { last: *age, ..Age::default() }, false, &at(line))
            });
            observed.successes().map(|success| success.at.line).collect::<Vec<_>>()
        };
        assert_eq!(newest(&[Some(60), Some(5), Some(90)]), [2]);
        // Without an age, or with the same one, the later line is the newer.
        assert_eq!(newest(&[Some(5), None]), [2]);
        assert_eq!(newest(&[Some(5), Some(5)]), [2]);
        let mut observed = Observed::default();
        for number in 0..=MAX_SUCCESSES {
            observed.success(&Subject::default(), Some(&number.to_string()), Age::default(), false, &at(1));
        }
        assert_eq!(observed.successes().count(), MAX_SUCCESSES);
    }

    #[test]
    fn a_pod_without_a_namespace_is_another_one() {
        let mut observed = Observed::default();
        observed.node(Some("shop"), "web-1", "node-a");
        observed.node(None, "web-1", "node-b");
        observed.node(Some("shop"), "web-1", "node-c");
        assert_eq!((observed.node_of(Some("shop"), "web-1"), observed.node_of(None, "web-1")), (Some("node-c"), Some("node-b")));
        assert_eq!((observed.node_of(Some("bank"), "web-1"), observed.node_of(None, "web-2")), (None, None));
        assert_eq!(observed.nodes().count(), 2);
    }

    #[test]
    fn failures_of_one_kind_and_subject_are_counted() {
        let pod = |name: &str| Subject { pod: Some(name.to_owned()), ..Subject::default() };
        let mut observed = Observed::default();
        for (kind, name) in [
            (OtherKind::CrashLoop, "a"),
            (OtherKind::CrashLoop, "b"),
            (OtherKind::CrashLoop, "a"),
            (OtherKind::OomKilled, "a"),
            (OtherKind::CrashLoop, "a"),
        ] {
            observed.other(kind, pod(name), at(1));
        }
        assert_eq!(observed.others.iter().map(|other| other.count).collect::<Vec<_>>(), [3, 1, 1]);
        (0..2 * MAX_OTHERS).for_each(|number| observed.other(OtherKind::CrashLoop, pod(&number.to_string()), at(1)));
        assert_eq!(observed.others.len(), MAX_OTHERS);
    }

    #[test]
    fn a_bound_counts_what_was_left_out() {
        let mut observed = Observed::default();
        for (what, lines) in [("a", 2), ("b", 1), ("a", 3)] {
            observed.bound(what, lines);
        }
        assert_eq!(observed.bounds, [("a", 5), ("b", 1)]);
    }
}
