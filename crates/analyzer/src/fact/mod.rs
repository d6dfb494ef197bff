//! Facts: statements that no longer depend on the format in which they were made.
//!
//! In: [records](crate::record). Out: a [`FactSet`] in which equal statements are one fact with a count, the
//! first few citations and the newest age, so that its size grows with what was said, not with how often.

pub mod vocabulary;

pub(crate) mod extract;
mod image;

pub(crate) use image::{Providers, image_fields};

use crate::source::Citation;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
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

    /// Whether a field is not among the fact's own, but one that every kind may have.
    pub(crate) fn is_of_subject(name: &str) -> bool {
        matches!(name, "namespace" | "pod" | "container" | "node" | "count")
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
    /// When facts were seen by a clock, until it is known when their source was written.
    dated: BTreeMap<usize, Dated>,
}

/// Seconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) last: Option<u64>,
    pub(crate) first: Option<u64>,
}

impl FactSet {
    /// Adds a fact, or counts it if it is known; false if there is no room for it.
    pub(crate) fn add(&mut self, mut fact: Fact, dated: Option<Dated>) -> bool {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one((fact.kind, &fact.subject, &fact.fields));
        let same = |known: &Fact| (known.kind, &known.subject, &known.fields) == (fact.kind, &fact.subject, &fact.fields);
        let places = self.index.get(&hash).map_or(&[][..], Vec::as_slice);
        let place = places.iter().copied().find(|at| same(&self.facts[*at])).unwrap_or(self.facts.len());
        if let Some(known) = self.facts.get_mut(place) {
            known.count += fact.count;
            known.last_seen = min(known.last_seen, fact.last_seen);
            known.first_seen = known.first_seen.max(fact.first_seen);
            for citation in fact.citations {
                let cited: usize = known.citations.iter().map(|citation| citation.lines.len()).sum();
                if cited < MAX_CITED_BYTES && known.citations.len() < MAX_CITATIONS && !known.citations.contains(&citation) {
                    known.citations.push(citation);
                }
            }
            self.date(place, dated);
            return true;
        }
        // One chatty source file must not crowd out the others.
        let group = (fact.kind, fact.str("file").filter(|_| fact.kind == FactKind::LogLine).map(str::to_owned));
        let kept = self.per_kind.entry(group).or_default();
        if *kept >= MAX_FACTS_PER_KIND {
            self.dropped += 1;
            return false;
        }
        *kept += 1;
        self.index.entry(hash).or_default().push(place);
        // Thousands may be kept.
        fact.fields.shrink_to_fit();
        self.facts.push(fact);
        self.date(place, dated);
        true
    }

    fn date(&mut self, place: usize, dated: Option<Dated>) {
        if let Some(dated) = dated {
            let known = self.dated.entry(place).or_default();
            *known = Dated { last: known.last.max(dated.last), first: min(known.first, dated.first) };
        }
    }

    /// Turns times into ages, at the end of a source that was written at this time.
    pub(crate) fn settle(&mut self, written: u64) {
        for (place, dated) in std::mem::take(&mut self.dated) {
            let age = |time: u64| written.saturating_sub(time);
            if let Some(fact) = self.facts.get_mut(place) {
                fact.last_seen = min(fact.last_seen, dated.last.map(age));
                fact.first_seen = fact.first_seen.max(dated.first.map(age));
            }
        }
    }
}

/// The lower of two numbers, as far as they are known.
fn min(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Location, SourceId};

    fn cited(line: u64, text: &str) -> Citation {
        let location = Location { source: SourceId(0), line, column: 1, end_line: line, end_column: 2 };
        Citation { location, lines: text.to_owned(), first_column: 1 }
    }

    fn subject() -> Subject {
        let name = |name: &str| Some(name.to_owned());
        Subject { namespace: name("shop"), pod: name("web-1"), container: name("web"), node: name("node-a") }
    }

    #[test]
    fn whom_a_fact_is_about_and_how_often_are_fields() {
        let mut fact = Fact::new(FactKind::Probe, subject(), cited(1, "x")).number("port", Some(443_u16)).text("host", Some("h"));
        fact.count = 7;
        for (field, value) in [
            ("namespace", "shop"),
            ("pod", "web-1"),
            ("container", "web"),
            ("node", "node-a"),
            ("count", "7"),
            ("port", "443"),
            ("host", "h"),
        ] {
            assert_eq!(fact.get(field).map(|value| value.to_string()).as_deref(), Some(value), "{field}");
            let text = Some(value).filter(|_| !matches!(field, "count" | "port"));
            assert_eq!(fact.str(field), text, "{field}");
        }
        assert_eq!((fact.get("tool"), fact.str("tool")), (None, None));
        assert_eq!(Value::Flag(true).to_string(), "true");
    }

    #[test]
    fn equal_statements_are_one_fact_with_the_newest_and_the_oldest_time() {
        let mut set = FactSet::default();
        let seen = |line, last, first, count| {
            let mut fact = Fact::new(FactKind::BackOff, subject(), cited(line, "x"));
            (fact.last_seen, fact.first_seen, fact.count) = (last, first, count);
            fact
        };
        for fact in [seen(1, Some(60), Some(90), 2), seen(2, Some(5), Some(300), 3), seen(3, None, None, 1), seen(4, Some(70), Some(80), 1)]
        {
            set.add(fact, None);
        }
        let [fact] = set.facts.as_slice() else { panic!("{:?}", set.facts) };
        assert_eq!((fact.count, fact.last_seen, fact.first_seen), (7, Some(5), Some(300)));
        // Another subject makes another fact, and so does another field.
        set.add(Fact::new(FactKind::BackOff, Subject::default(), cited(5, "x")), None);
        set.add(Fact::new(FactKind::BackOff, subject(), cited(6, "x")).text("image", Some("a:1")), None);
        assert_eq!(set.facts.len(), 3);
    }

    #[test]
    fn a_fact_keeps_its_first_few_places() {
        let places = |citations: Vec<Citation>| {
            let mut set = FactSet::default();
            for at in citations {
                set.add(Fact::new(FactKind::BackOff, subject(), at), None);
            }
            set.facts[0].citations.iter().map(|citation| citation.location.line).collect::<Vec<_>>()
        };
        assert_eq!(places((1..9).map(|line| cited(line, "x")).collect()), [1, 2, 3, 4]);
        assert_eq!(places(vec![cited(1, "x"), cited(1, "x"), cited(2, "x")]), [1, 2]);
        // The one that fills the bound is still taken, none behind it.
        let half = "x".repeat(MAX_CITED_BYTES / 2);
        assert_eq!(places((1..9).map(|line| cited(line, &half)).collect()), [1, 2]);
    }

    #[test]
    fn one_chatty_file_does_not_crowd_out_the_others() {
        let line = |file: &str, number: usize| {
            Fact::new(FactKind::LogLine, Subject::default(), cited(1, "x")).text("file", Some(file)).text("text", Some(number.to_string()))
        };
        let mut set = FactSet::default();
        let kept = (0..MAX_FACTS_PER_KIND + 2).filter(|number| set.add(line("chatty.go", *number), None)).count();
        assert_eq!(kept, MAX_FACTS_PER_KIND);
        assert_eq!((set.facts.len(), set.dropped), (MAX_FACTS_PER_KIND, 2));
        set.add(line("quiet.go", 0), None);
        set.add(line("chatty.go", 0), None);
        assert_eq!((set.facts.len(), set.dropped, set.facts[0].count), (MAX_FACTS_PER_KIND + 1, 2, 2));
    }
}
