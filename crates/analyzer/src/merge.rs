//! Puts reports of different dumps together.
//!
//! In: two reports, whole or merged already. Out: one that says what both say. [`Report::merge`] is commutative and associative, and an empty
//! report changes nothing, so that any engine may split the dumps and join the reports as it likes: everything in a merged report is
//! a sum, a maximum, a minimum, a set union, or the first few of a set under a total order. Nothing is judged anew: facts of one dump neither
//! explain nor mend those of another.

use crate::diagnosis::EVIDENCE;
use crate::message::reference::ImageReference;
use crate::report::{About, Affected, Coverage, Diagnosis, Evidence, Extent, Limit, Occurrence, OtherFailure, Reach, Report};
use crate::rule::{Scope, Verdict};
use crate::source::{Citation, SourceId};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

impl Report {
    /// The report of what both reports are about: a fleet of dumps, or the blocks of a log that were analysed alone.
    ///
    /// The order and grouping of merges makes no difference, and `Report::default()` is the neutral element. To merge many reports, collect
    /// them (`Report` is [`FromIterator`]), which takes time in proportion to their number.
    ///
    /// | part | of the merged report |
    /// |---|---|
    /// | `diagnoses` | one for each different `rule`, `about`, `verdict` and `between`: what one dump proves is not proven by another that leaves it open. Errors first, then by the number of dumps, subjects and occurrences |
    /// | `subjects` | all of them, sorted; equal names in two dumps are taken for the same |
    /// | `evidence` | at most 24 citations, the first by role, name of the source, and place |
    /// | `title`, `explanation`, `next_steps`, `decide_by`, `references` | those of one of the diagnoses, the first by severity and text. They may name its pod, as an example; `subjects` has all |
    /// | `occurrence` | counts and dumps are added; `first_seen` is the oldest and `last_seen` the youngest, each counted from when its own dump was written |
    /// | `reach` | counted over the united subjects, and never less than one of the reports says |
    /// | `other_failures` | one for each different kind and subject |
    /// | `sources` | names of the sources that are still cited, sorted. Two of the same name are taken for the same: see [`rename_sources`](Self::rename_sources) |
    /// | `coverage` | lines and dumps are added; there are no `segments` |
    /// | `limits` | added up by what was bounded, without the source |
    /// | `rules` | the larger number |
    /// | `facts`, `texts` | none: they are about one dump |
    ///
    /// ```
    /// use pullan_analyzer::{Report, analyze};
    /// let one = analyze("one.txt", br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.9:443: connect: connection refused"#);
    /// let two = analyze("two.txt", br#"Failed to pull image "r.example/b:2": dial tcp 10.0.0.9:443: connect: connection refused"#);
    /// let fleet = one.clone().merge(two.clone());
    /// assert_eq!(fleet.diagnoses.len(), 1, "one registry, one cause");
    /// assert_eq!(fleet.diagnoses[0].about.name.as_deref(), Some("r.example"));
    /// assert_eq!((fleet.diagnoses[0].occurrence.dumps, fleet.diagnoses[0].reach.images), (2, 2));
    /// assert_eq!(fleet, [two, one].into_iter().collect::<Report>());
    /// ```
    #[must_use]
    pub fn merge(self, other: Report) -> Report {
        let named: BTreeSet<&str> = cited(&self).chain(cited(&other)).collect();
        let sources: Vec<String> = named.into_iter().map(str::to_owned).collect();
        let mut merged = Report { rules: self.rules.max(other.rules), sources, ..Report::default() };
        let mut diagnoses = BTreeMap::new();
        let mut other_failures = BTreeMap::new();
        let mut limits: BTreeMap<String, u64> = BTreeMap::new();
        for report in [self, other] {
            let place = Places { from: report.sources, to: &merged.sources };
            for mut diagnosis in report.diagnoses {
                diagnosis.evidence.iter_mut().for_each(|evidence| place.put(&mut evidence.citation));
                add(&mut diagnoses, key(&diagnosis), canonical(diagnosis), join);
            }
            for mut failure in report.other_failures {
                failure.evidence.iter_mut().for_each(|citation| place.put(citation));
                bound(&mut failure.evidence);
                add(&mut other_failures, (failure.kind, failure.subject.clone()), failure, join_other);
            }
            for limit in report.limits {
                let left_out = limits.entry(limit.what).or_default();
                *left_out = left_out.saturating_add(limit.left_out);
            }
            merged.coverage = add_coverage(&merged.coverage, &report.coverage);
        }
        merged.diagnoses = diagnoses.into_values().collect();
        merged.diagnoses.sort_by(|a, b| order(a).cmp(&order(b)));
        merged.other_failures = other_failures.into_values().collect();
        merged.limits = limits.into_iter().map(|(what, left_out)| Limit { what, source: None, left_out }).collect();
        merged.forget_uncited();
        merged
    }

    /// Gives every source another name. Dumps whose sources are called alike are told apart by it before they are merged.
    ///
    /// ```
    /// let mut report = pullan_analyzer::analyze("describe.txt", b"");
    /// report.rename_sources(|name| format!("ticket-17/{name}"));
    /// assert_eq!(report.sources, ["ticket-17/describe.txt"]);
    /// ```
    pub fn rename_sources(&mut self, rename: impl Fn(&str) -> String) {
        let limits = self.limits.iter_mut().filter_map(|limit| limit.source.as_mut());
        self.sources.iter_mut().chain(limits).for_each(|name| *name = rename(name));
    }

    /// Evidence that gave way to an earlier one may have been the last of its source.
    fn forget_uncited(&mut self) {
        let named: BTreeSet<&str> = cited(self).collect();
        if named.len() == self.sources.len() {
            return;
        }
        let sources: Vec<String> = named.into_iter().map(str::to_owned).collect();
        let place = Places { from: std::mem::take(&mut self.sources), to: &sources };
        let evidence = self.diagnoses.iter_mut().flat_map(|diagnosis| &mut diagnosis.evidence).map(|evidence| &mut evidence.citation);
        evidence.chain(self.other_failures.iter_mut().flat_map(|failure| &mut failure.evidence)).for_each(|citation| place.put(citation));
        self.sources = sources;
    }
}

/// Merges reports as if two and two, the results two and two, and so on: each is looked at a few times, however many there are.
impl FromIterator<Report> for Report {
    fn from_iter<I: IntoIterator<Item = Report>>(reports: I) -> Self {
        // Merged reports of 2^level reports each, as the digits of a binary counter.
        let mut levels: Vec<Option<Report>> = Vec::new();
        for mut report in reports {
            let mut level = 0;
            while let Some(merged) = levels.get_mut(level).and_then(Option::take) {
                report = merged.merge(report);
                level += 1;
            }
            match levels.get_mut(level) {
                Some(free) => *free = Some(report),
                None => levels.push(Some(report)),
            }
        }
        levels.into_iter().flatten().fold(Report::default(), Report::merge)
    }
}

/// Names of the sources that are cited. A citation of a source that a report does not have cites one without a name.
fn cited(report: &Report) -> impl Iterator<Item = &str> {
    let evidence = report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.evidence).map(|evidence| &evidence.citation);
    let others = report.other_failures.iter().flat_map(|failure| &failure.evidence);
    evidence.chain(others).map(|citation| report.source_name(citation.location.source))
}

/// From the sources of one report to sorted ones that hold them.
struct Places<'a> {
    from: Vec<String>,
    to: &'a [String],
}

impl Places<'_> {
    fn put(&self, citation: &mut Citation) {
        let name = self.from.get(citation.location.source.0 as usize).map_or("", String::as_str);
        let at = self.to.partition_point(|known| known.as_str() < name);
        citation.location.source = SourceId(u32::try_from(at).unwrap_or(u32::MAX));
    }
}

fn add<K: Ord, V>(all: &mut BTreeMap<K, V>, key: K, value: V, join: fn(V, V) -> V) {
    let joined = match all.remove(&key) {
        Some(known) => join(known, value),
        None => value,
    };
    all.insert(key, joined);
}

/// Diagnoses with equal keys are one.
type Key = (String, About, Verdict, Vec<String>);

fn key(diagnosis: &Diagnosis) -> Key {
    (diagnosis.rule.clone(), diagnosis.about.clone(), diagnosis.verdict, diagnosis.between.iter().map(|cause| cause.rule.clone()).collect())
}

/// What is said of a cause beside its numbers. Of two diagnoses the one with the smaller voice speaks for both.
fn voice(diagnosis: &Diagnosis) -> impl Ord + '_ {
    let Diagnosis { severity, family, title, explanation, next_steps, between, decide_by, references, retry_helps, .. } = diagnosis;
    (severity, title, explanation, next_steps, between, decide_by, references, retry_helps, family)
}

fn join(a: Diagnosis, b: Diagnosis) -> Diagnosis {
    let (mut one, other) = if voice(&a) <= voice(&b) { (a, b) } else { (b, a) };
    one.subjects.extend(other.subjects);
    one.evidence.extend(other.evidence);
    one.occurrence = Occurrence {
        count: one.occurrence.count.saturating_add(other.occurrence.count),
        dumps: one.occurrence.dumps.saturating_add(other.occurrence.dumps),
        first_seen: one.occurrence.first_seen.max(other.occurrence.first_seen),
        last_seen: [one.occurrence.last_seen, other.occurrence.last_seen].into_iter().flatten().min(),
    };
    one.reach = Reach {
        pods: one.reach.pods.max(other.reach.pods),
        images: one.reach.images.max(other.reach.images),
        registries: one.reach.registries.max(other.reach.registries),
        nodes: one.reach.nodes.max(other.reach.nodes),
        extent: one.reach.extent.max(other.reach.extent),
    };
    canonical(one)
}

/// Sorted, bounded and counted, as a merged diagnosis is.
fn canonical(mut diagnosis: Diagnosis) -> Diagnosis {
    diagnosis.subjects.sort();
    diagnosis.subjects.dedup();
    bound(&mut diagnosis.evidence);
    diagnosis.reach = reach(&diagnosis);
    diagnosis
}

/// The first of a set. The first few of a union are those of the first few of its parts.
fn bound<T: First>(evidence: &mut Vec<T>) {
    evidence.sort_by(|a, b| a.order().cmp(&b.order()));
    evidence.dedup();
    evidence.truncate(EVIDENCE);
}

/// Primary evidence first, then in the order of the sources; a total order.
trait First: PartialEq {
    fn order(&self) -> impl Ord + '_;
}

impl First for Evidence {
    fn order(&self) -> impl Ord + '_ {
        (self.role, &self.citation, &self.fact)
    }
}

impl First for Citation {
    fn order(&self) -> impl Ord + '_ {
        self
    }
}

/// A cause of which one report knows a pod, image or node that is no subject counts as that report has it.
fn reach(diagnosis: &Diagnosis) -> Reach {
    let Diagnosis { subjects, reach, about, .. } = diagnosis;
    let pods = subjects.iter().filter_map(|one| Some((&one.subject.namespace, one.subject.pod.as_ref()?))).collect::<BTreeSet<_>>();
    let images = subjects.iter().filter_map(Affected::reference).collect::<BTreeSet<_>>();
    let registries = subjects.iter().filter_map(Affected::registry).collect::<BTreeSet<_>>();
    let nodes = subjects.iter().filter_map(|one| one.subject.node.as_ref()).collect::<BTreeSet<_>>().len().max(reach.nodes);
    Reach {
        pods: pods.len().max(reach.pods),
        images: images.len().max(reach.images),
        registries: registries.len().max(reach.registries),
        nodes,
        // On one node it may be the node's; on two it is not.
        extent: if about.scope == Scope::Cluster && nodes > 1 { Extent::Everything } else { reach.extent },
    }
}

impl Affected {
    /// Registry of the image, as far as its name tells.
    ///
    /// ```
    /// let paste = br#"Failed to pull image "nginx:1": toomanyrequests: You have reached your pull rate limit."#;
    /// let report = pullan_analyzer::analyze("event.txt", paste);
    /// assert_eq!(report.diagnoses[0].subjects[0].registry().as_deref(), Some("docker.io"));
    /// ```
    pub fn registry(&self) -> Option<String> {
        Some(ImageReference::parse(self.image.as_deref()?)?.registry)
    }

    /// The image with everything explicit, so that two spellings of it are one; a name that is none stays as it is.
    fn reference(&self) -> Option<String> {
        let image = self.image.as_deref()?;
        Some(ImageReference::parse(image).map_or_else(|| image.to_owned(), |reference| reference.normalized()))
    }
}

fn join_other(mut one: OtherFailure, other: OtherFailure) -> OtherFailure {
    one.count = one.count.saturating_add(other.count);
    one.evidence.extend(other.evidence);
    bound(&mut one.evidence);
    one
}

fn add_coverage(one: &Coverage, other: &Coverage) -> Coverage {
    Coverage {
        dumps: one.dumps.saturating_add(other.dumps),
        lines: one.lines.saturating_add(other.lines),
        understood: one.understood.saturating_add(other.understood),
        segments: Vec::new(),
    }
}

/// Errors before warnings; what is named before what is unknown; then by how many dumps, subjects and occurrences it explains. Ages say nothing here:
/// each counts from when its own dump was written.
fn order(diagnosis: &Diagnosis) -> impl Ord + '_ {
    let Diagnosis { severity, verdict, rule, about, between, subjects, occurrence, .. } = diagnosis;
    let weight = Reverse((occurrence.dumps, subjects.len(), occurrence.count));
    (severity, *verdict == Verdict::Unknown, weight, verdict, rule, about, between)
}
