//! Joins facts across containers, pods and sources.
//!
//! In: everything that was observed. Out: the facts that still stand: pods know their nodes, failures know
//! their containers, and what a later success has mended is gone.

use crate::fact::extract::{Observed, Success};
use crate::fact::{Fact, FactKind, Subject};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Links the facts and drops what recovered.
pub(crate) fn link(observed: &mut Observed) -> Vec<Fact> {
    let mut facts = std::mem::take(&mut observed.facts.facts);
    add_namespaces(&mut facts, observed);
    add_nodes(&mut facts, observed);
    add_containers(&mut facts);
    add_images(&mut facts);
    mark_volumes(&mut facts);
    drop_recovered(facts, observed)
}

/// An event list of one namespace leaves it out of most rows; one row or one other block that names it speaks for
/// all. A pod name that stands in two namespaces says nothing about the rows without one.
fn add_namespaces(facts: &mut [Fact], observed: &mut Observed) {
    let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut note = |pod: Option<&str>, namespace: Option<&str>| {
        if let (Some(pod), Some(namespace)) = (pod, namespace) {
            let entry = known.entry(pod.to_owned()).or_insert_with(|| Some(namespace.to_owned()));
            if entry.as_deref() != Some(namespace) {
                *entry = None;
            }
        }
    };
    for fact in facts.iter() {
        note(fact.subject.pod.as_deref(), fact.subject.namespace.as_deref());
    }
    let nameless = |subject: &&Subject| subject.namespace.is_none();
    let subjects = facts.iter().map(|fact| &fact.subject).chain(observed.others.iter().map(|other| &other.subject));
    let asked: FxHashSet<&str> = subjects.filter(nameless).filter_map(|subject| subject.pod.as_deref()).collect();
    for (namespace, pod, _) in observed.nodes().filter(|(_, pod, _)| asked.contains(pod)) {
        note(Some(pod), namespace);
    }
    let subjects = facts.iter_mut().map(|fact| &mut fact.subject).chain(observed.others.iter_mut().map(|other| &mut other.subject));
    for subject in subjects.filter(|subject| subject.namespace.is_none()) {
        subject.namespace = subject.pod.as_ref().and_then(|pod| known.get(pod).cloned().flatten());
    }
}

/// The node of a pod is told by its describe, its table row, or its Scheduled event.
fn add_nodes(facts: &mut [Fact], observed: &Observed) {
    for fact in facts {
        let Some(pod) = &fact.subject.pod else { continue };
        if fact.subject.node.is_none() {
            let node = observed.node_of(fact.subject.namespace.as_deref(), pod).or_else(|| observed.node_of(None, pod));
            fact.subject.node = node.map(str::to_owned);
        }
    }
}

/// Pod and image: the key by which a container is found.
type PodImage = (Option<String>, String, String);

/// Events name the image and often not the container; the container's state names both.
fn add_containers(facts: &mut [Fact]) {
    let mut known: BTreeMap<PodImage, Option<String>> = BTreeMap::new();
    let key = |fact: &Fact| Some((fact.subject.namespace.clone(), fact.subject.pod.clone()?, fact.str("reference")?.to_owned()));
    for fact in facts.iter() {
        if let (Some(key), Some(container)) = (key(fact), &fact.subject.container) {
            let entry = known.entry(key).or_insert_with(|| Some(container.clone()));
            if entry.as_ref() != Some(container) {
                // Two containers share the image: the event may mean either.
                *entry = None;
            }
        }
    }
    for fact in facts.iter_mut().filter(|fact| fact.subject.container.is_none()) {
        if let Some(Some(container)) = key(fact).and_then(|key| known.get(&key)) {
            fact.subject.container = Some(container.clone());
        }
    }
}

/// Fields that say which image a fact is about.
const IMAGE_FIELDS: &[&str] =
    &["image", "reference", "registry", "repository", "repository-path", "tag", "digest", "short-name", "provider", "host-kind"];

/// Whom a row without an image is about: a container, a pod, or the block of a paste that names no pod.
type Whom = (Option<String>, Result<String, u32>, Option<String>);

/// `Error: ErrImagePull` names no image; where its container, or its pod, fails with one image only, it is that one.
fn add_images(facts: &mut [Fact]) {
    let whom = |fact: &Fact, container: Option<&String>| -> Whom {
        (fact.subject.namespace.clone(), fact.subject.pod.clone().ok_or(fact.block), container.cloned())
    };
    let mut known: BTreeMap<Whom, Option<usize>> = BTreeMap::new();
    for (index, fact) in facts.iter().enumerate() {
        let failing = matches!(fact.kind, FactKind::PullFailure | FactKind::BackOff | FactKind::Waiting);
        let Some(reference) = fact.str("reference").filter(|_| failing) else { continue };
        for container in [None, fact.subject.container.as_ref()] {
            let entry = known.entry(whom(fact, container)).or_insert(Some(index));
            if entry.is_some_and(|first| facts[first].str("reference") != Some(reference)) {
                *entry = None;
            }
        }
    }
    let nameless = |fact: &Fact| fact.kind == FactKind::Waiting && fact.str("reference").is_none();
    for index in 0..facts.len() {
        let fact = &facts[index];
        if !nameless(fact) {
            continue;
        }
        let of = |container| known.get(&whom(fact, container));
        let Some(Some(same)) = fact.subject.container.as_ref().and_then(|own| of(Some(own))).or_else(|| of(None)) else { continue };
        if !compatible(facts[*same].subject.container.as_deref(), fact.subject.container.as_deref()) {
            continue;
        }
        let fields: Vec<_> = facts[*same].fields.iter().filter(|(name, _)| IMAGE_FIELDS.contains(name)).cloned().collect();
        fields.into_iter().for_each(|(name, value)| facts[index].set(name, value));
    }
}

/// A failing image that the pod mounts is a volume's.
fn mark_volumes(facts: &mut [Fact]) {
    let mounted: std::collections::BTreeSet<(Option<String>, String)> = facts
        .iter()
        .filter(|fact| fact.kind == FactKind::PodSpec && fact.get("image-volume").is_some())
        .filter_map(|fact| Some((fact.subject.pod.clone(), fact.str("image")?.to_owned())))
        .collect();
    if mounted.is_empty() {
        return;
    }
    for fact in facts.iter_mut().filter(|fact| fact.kind == FactKind::PullFailure) {
        let key = (fact.subject.pod.clone(), fact.str("image").unwrap_or_default().to_owned());
        if mounted.contains(&key) {
            fact.set("target", crate::fact::Value::Text("volume".to_owned()));
        }
    }
}

fn drop_recovered(facts: Vec<Fact>, observed: &Observed) -> Vec<Fact> {
    let by_pod = successes_by_pod(&facts, observed);
    let about = |fact: &Fact| by_pod.get(&fact.subject.pod).map_or(&[][..], Vec::as_slice);
    let is_failure = |fact: &Fact| {
        matches!(fact.kind, FactKind::PullFailure | FactKind::BackOff)
            || (fact.kind == FactKind::Waiting && fact.str("origin") != Some("status"))
    };
    let mut standing = facts;
    standing.retain(|fact| !(is_failure(fact) && about(fact).iter().any(|success| mends(success, fact))));
    // `Error: ImagePullBackOff` names no image: it is over when nothing of its pod that names one is left.
    let named: std::collections::BTreeSet<Option<String>> = standing
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::PullFailure | FactKind::BackOff))
        .map(|fact| fact.subject.pod.clone())
        .collect();
    standing.retain(|fact| {
        let nameless = fact.kind == FactKind::Waiting && fact.str("origin") == Some("event") && fact.str("reference").is_none();
        !(nameless && !named.contains(&fact.subject.pod) && about(fact).iter().any(|success| is_newer(success, fact)))
    });
    // A missing secret matters only while something of its pod fails.
    let failing: std::collections::BTreeSet<Option<String>> = standing
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::PullFailure | FactKind::BackOff | FactKind::Waiting))
        .map(|fact| fact.subject.pod.clone())
        .collect();
    standing
        .into_iter()
        .filter(|fact| {
            fact.kind != FactKind::SecretMissing
                || failing.contains(&fact.subject.pod)
                || by_pod.get(&fact.subject.pod).is_none_or(Vec::is_empty)
        })
        .collect()
}

/// The successes of the pods that facts are about, and of nobody named.
fn successes_by_pod<'o>(facts: &[Fact], observed: &'o Observed) -> BTreeMap<Option<String>, Vec<Success<'o>>> {
    let mut by_pod: BTreeMap<Option<String>, Vec<Success<'o>>> = BTreeMap::new();
    let asked: FxHashSet<Option<&str>> = facts.iter().map(|fact| fact.subject.pod.as_deref()).collect();
    for success in observed.successes().filter(|success| asked.contains(&success.pod)) {
        by_pod.entry(success.pod.map(str::to_owned)).or_default().push(success);
    }
    by_pod
}

/// Whether two names can mean the same: one is not told, or both are equal.
fn compatible(a: Option<&str>, b: Option<&str>) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// Whether a success says that a failure of the same pod is over.
fn mends(success: &Success<'_>, fact: &Fact) -> bool {
    if !compatible(success.namespace, fact.subject.namespace.as_deref()) {
        return false;
    }
    let (reference, container) = (fact.str("reference"), fact.subject.container.as_deref());
    let same_image = success.reference.is_some() && success.reference == reference;
    let same_container = success.container.is_some() && success.container == container;
    let whole_pod = success.reference.is_none() && success.container.is_none();
    let agrees = compatible(success.reference, reference) && compatible(success.container, container);
    if success.is_state {
        // A state is as new as the text; without a pod's name it could be anybody's.
        return success.pod.is_some() && ((whole_pod && agrees) || same_image || same_container);
    }
    agrees && (same_image || same_container) && is_newer(success, fact)
}

/// Whether a success came after a failure.
fn is_newer(success: &Success<'_>, fact: &Fact) -> bool {
    match (success.age, fact.last_seen) {
        (Some(success_age), Some(failure_age)) if success_age != failure_age => success_age < failure_age,
        // Equal or unknown ages: what stands later in the same source is newer.
        _ => fact.citations.last().is_some_and(|last| {
            let (a, b) = (success.at, last.location);
            a.source == b.source && a.line > b.line
        }),
    }
}
