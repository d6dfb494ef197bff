//! Facts: statements that no longer depend on the format in which they were made.
//!
//! In: [records](crate::record). Out: a [`FactSet`] in which equal statements are one fact with a count, the
//! first few citations and the newest age, so that its size grows with what was said, not with how often.

pub mod vocabulary;

pub(crate) mod extract;
mod image;

pub(crate) use image::image_fields;

use crate::source::Citation;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
pub use vocabulary::FactKind;

/// Value of a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Value {
    /// A text or a word.
    Text(String),
    /// A number.
    Number(i64),
    /// A flag.
    Flag(bool),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => write!(f, "{number}"),
            Value::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

/// A value, lent by the fact that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lent<'f> {
    Text(&'f str),
    Number(i64),
    Flag(bool),
}

impl Value {
    pub(crate) fn lend(&self) -> Lent<'_> {
        match self {
            Value::Text(text) => Lent::Text(text),
            Value::Number(number) => Lent::Number(*number),
            Value::Flag(flag) => Lent::Flag(*flag),
        }
    }
}

impl From<Lent<'_>> for Value {
    fn from(lent: Lent<'_>) -> Value {
        match lent {
            Lent::Text(text) => Value::Text(text.to_owned()),
            Lent::Number(number) => Value::Number(number),
            Lent::Flag(flag) => Value::Flag(flag),
        }
    }
}

/// Whom a fact is about, as far as the text says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Namespace of the pod or object.
    pub namespace: Option<String>,
    /// Name of the pod.
    pub pod: Option<String>,
    /// Name of the container.
    pub container: Option<String>,
    /// Name of the node.
    pub node: Option<String>,
}

/// One observed statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What kind of statement.
    pub kind: FactKind,
    /// Whom it is about.
    pub subject: Subject,
    /// Its fields, by name, sorted; names are those of the vocabulary.
    pub fields: Vec<(&'static str, Value)>,
    /// Where it stands: the first few places.
    pub citations: Vec<Citation>,
    /// How often, by the text's own counts.
    pub count: u64,
    /// Seconds since it was last seen, when the text says.
    pub last_seen: Option<u64>,
    /// Seconds since it was first seen, when the text says.
    pub first_seen: Option<u64>,
    /// Which block of the input first stated it; facts of one block that name no pod are about the same one.
    pub block: u32,
}

impl Fact {
    pub(crate) fn new(kind: FactKind, subject: Subject, at: Citation) -> Self {
        Fact { kind, subject, fields: Vec::new(), citations: vec![at], count: 1, last_seen: None, first_seen: None, block: 0 }
    }

    /// Sets a text field unless there is nothing to set.
    pub(crate) fn text(mut self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.set(name, Value::Text(value.into()));
        }
        self
    }

    pub(crate) fn number(mut self, name: &'static str, value: Option<impl TryInto<i64>>) -> Self {
        if let Some(value) = value.and_then(|value| value.try_into().ok()) {
            self.set(name, Value::Number(value));
        }
        self
    }

    /// Sets a flag; a flag that is not set is absent.
    pub(crate) fn flag(mut self, name: &'static str, value: bool) -> Self {
        if value {
            self.set(name, Value::Flag(true));
        }
        self
    }

    pub(crate) fn set(&mut self, name: &'static str, value: Value) {
        debug_assert!(vocabulary::field_named(self.kind, name).is_some(), "{name} is not in the vocabulary of {:?}", self.kind);
        match self.fields.binary_search_by(|(known, _)| known.cmp(&name)) {
            Ok(at) => self.fields[at].1 = value,
            Err(at) => self.fields.insert(at, (name, value)),
        }
    }

    /// A field's value; subject and count are fields too.
    ///
    /// ```
    /// let report = pullan_analyzer::analyze("x", br#"Failed to pull image "r.example/a:1": EOF"#);
    /// assert_eq!(report.facts[0].get("tag").unwrap().to_string(), "1");
    /// ```
    pub fn get(&self, name: &str) -> Option<Value> {
        self.value(name).map(Value::from)
    }

    /// Like [`get`](Self::get), without a copy.
    pub(crate) fn value(&self, name: &str) -> Option<Lent<'_>> {
        match self.fields.binary_search_by(|(known, _)| (*known).cmp(name)) {
            Ok(at) => Some(self.fields[at].1.lend()),
            Err(_) => self.of_subject(name),
        }
    }

    /// A value that every kind of fact may have.
    pub(crate) fn of_subject(&self, name: &str) -> Option<Lent<'_>> {
        let text = match name {
            "namespace" => &self.subject.namespace,
            "pod" => &self.subject.pod,
            "container" => &self.subject.container,
            "node" => &self.subject.node,
            "count" => return i64::try_from(self.count).ok().map(Lent::Number),
            _ => return None,
        };
        text.as_deref().map(Lent::Text)
    }

    /// A text field's value.
    ///
    /// ```
    /// let report = pullan_analyzer::analyze("x", br#"Failed to pull image "r.example/a:1": EOF"#);
    /// assert_eq!(report.facts[0].str("registry"), Some("r.example"));
    /// ```
    pub fn str(&self, name: &str) -> Option<&str> {
        match self.fields.binary_search_by(|(known, _)| (*known).cmp(name)) {
            Ok(at) => match &self.fields[at].1 {
                Value::Text(text) => Some(text),
                Value::Number(_) | Value::Flag(_) => None,
            },
            Err(_) => match self.of_subject(name) {
                Some(Lent::Text(text)) => Some(text),
                _ => None,
            },
        }
    }
}

/// At most so many citations are kept of one fact.
pub(crate) const MAX_CITATIONS: usize = 4;
/// At most so many different facts of one kind (log lines: of one source file) are kept; more are counted and reported.
pub(crate) const MAX_FACTS_PER_KIND: usize = 3_000;
/// Citations of one fact hold at most so many bytes together; the first one is always kept.
const MAX_CITED_BYTES: usize = 16 * 1024;

/// Facts in the order in which they were first stated.
#[derive(Debug, Default)]
pub(crate) struct FactSet {
    pub(crate) facts: Vec<Fact>,
    /// Places of the facts with a hash of everything but citations and counts.
    index: HashMap<u64, Vec<usize>>,
    per_kind: HashMap<(FactKind, Option<String>), usize>,
    /// Facts that were not kept.
    pub(crate) dropped: u64,
}

impl FactSet {
    /// Adds a fact, or counts it if it is known.
    pub(crate) fn add(&mut self, fact: Fact) {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((fact.kind, &fact.subject, &fact.fields));
        let same = |known: &Fact| (known.kind, &known.subject, &known.fields) == (fact.kind, &fact.subject, &fact.fields);
        let places = self.index.get(&hash).map_or(&[][..], Vec::as_slice);
        if let Some(known) = places.iter().copied().find(|at| same(&self.facts[*at])).and_then(|at| self.facts.get_mut(at)) {
            known.count += fact.count;
            known.last_seen = newest(known.last_seen, fact.last_seen);
            known.first_seen = known.first_seen.max(fact.first_seen);
            for citation in fact.citations {
                let cited: usize = known.citations.iter().map(|citation| citation.lines.len()).sum();
                if cited < MAX_CITED_BYTES && known.citations.len() < MAX_CITATIONS && !known.citations.contains(&citation) {
                    known.citations.push(citation);
                }
            }
            return;
        }
        // One chatty source file must not crowd out the others.
        let group = (fact.kind, fact.str("file").filter(|_| fact.kind == FactKind::LogLine).map(str::to_owned));
        let kept = self.per_kind.entry(group).or_default();
        if *kept >= MAX_FACTS_PER_KIND {
            self.dropped += 1;
            return;
        }
        *kept += 1;
        self.index.entry(hash).or_default().push(self.facts.len());
        self.facts.push(fact);
    }
}

fn newest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
