//! What the extractor has gathered.
//!
//! In: facts, successes and failures that are not about images, one by one. Out: [`Observed`], whose every part has a
//! bound. Of equal successes the newest stays.

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

/// Proof that an image of a pod (or of nobody named) is fine now. There are as many as pods, so it holds nothing that its key has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Success {
    /// Seconds since; `None` for a state, which is as new as the text itself.
    pub(crate) age: Option<u64>,
    pub(crate) at: Location,
}

/// Subject, image, and whether it is a state.
type Successful = (Subject, Option<String>, bool);

/// Everything that was observed.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(crate) facts: FactSet,
    /// The newest success of each subject and image.
    pub(crate) successes: BTreeMap<Successful, Success>,
    /// Those whose age is still a time on a clock, in seconds since 1970.
    dated: BTreeMap<Successful, Success>,
    /// The newest time that the present source names.
    pub(crate) newest: Option<u64>,
    pub(crate) others: Vec<OtherFailure>,
    /// Bounds that were reached since they were last asked for, and the lines that were left out.
    pub(crate) bounds: Vec<(&'static str, u64)>,
    /// Node of each pod, by namespace and name.
    pub(crate) nodes: BTreeMap<(Option<String>, String), String>,
}

impl Observed {
    pub(super) fn bound(&mut self, what: &'static str, lines: u64) {
        match self.bounds.iter_mut().find(|(known, _)| *known == what) {
            Some((_, known)) => *known += lines,
            None => self.bounds.push((what, lines)),
        }
    }

    pub(super) fn success(&mut self, subject: Subject, reference: Option<String>, age: Age, is_state: bool, at: &Citation) {
        let key = (subject, reference, is_state);
        let success = Success { age: age.last, at: at.location };
        match age.last.filter(|_| age.dated) {
            Some(time) => keep(&mut self.dated, key, success, |known| known <= time),
            None => self.aged(key, success),
        }
    }

    fn aged(&mut self, key: Successful, success: Success) {
        keep(&mut self.successes, key, success, |known| success.age.is_none_or(|age| age <= known));
    }

    /// Turns times into ages, at the end of a source.
    pub(super) fn settle(&mut self) {
        // A source with times names a newest one.
        let Some(written) = self.newest.take() else { return };
        for (key, success) in std::mem::take(&mut self.dated) {
            self.aged(key, Success { age: success.age.map(|time| written.saturating_sub(time)), ..success });
        }
        self.facts.settle(written);
    }

    pub(super) fn node(&mut self, namespace: Option<String>, pod: String, node: String) {
        let key = (namespace, pod);
        if self.nodes.len() < MAX_PODS || self.nodes.contains_key(&key) {
            self.nodes.insert(key, node);
        }
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
fn keep(all: &mut BTreeMap<Successful, Success>, key: Successful, success: Success, is_newer: impl Fn(u64) -> bool) {
    let full = all.len() >= MAX_SUCCESSES;
    match all.get_mut(&key) {
        Some(known) if known.age.is_none_or(is_newer) => *known = success,
        Some(_) => {}
        None if full => {}
        None => drop(all.insert(key, success)),
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
            (1..)
                .zip(ages)
                .for_each(|(line, age)| observed.success(Subject::default(), None, Age { last: *age, ..Age::default() }, false, &at(line)));
            observed.successes.into_values().map(|success| success.at.line).collect::<Vec<_>>()
        };
        assert_eq!(newest(&[Some(60), Some(5), Some(90)]), [2]);
        // Without an age, or with the same one, the later line is the newer.
        assert_eq!(newest(&[Some(5), None]), [2]);
        assert_eq!(newest(&[Some(5), Some(5)]), [2]);
        let mut observed = Observed::default();
        for number in 0..=MAX_SUCCESSES {
            observed.success(Subject::default(), Some(number.to_string()), Age::default(), false, &at(1));
        }
        assert_eq!(observed.successes.len(), MAX_SUCCESSES);
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
