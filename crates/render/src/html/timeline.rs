//! Pictures of what happened when, one a pod.
//!
//! In: the facts of a report that say how old they are. Out: for each pod lanes with bars and dots, one lane for
//! each kind of event, and the same as rows of a table. All pods share one axis, so that they can be compared.

use super::cite::{Citations, Link, line_id};
use super::scale::Scale;
use crate::words::{Words, number};
use crate::wrap::{clean, cut};
use pullan_analyzer::{Fact, FactKind, Location, Report};
use std::collections::{BTreeMap, BTreeSet};

/// Where lanes begin, below the axis, and how far they are apart.
const TOP: usize = 34;
const LANE: usize = 26;
/// Where the axis begins and ends.
const LEFT: u16 = 190;
const WIDTH: u16 = 690;
/// Columns of a lane's name.
const LABEL: usize = 24;
/// So many pods have a picture.
const MOST_PODS: usize = 12;
/// So many different events of a pod.
const MOST_EVENTS: usize = 200;

/// What happened to one pod.
pub(super) struct Timeline {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) height: usize,
    pub(super) ticks: Vec<Tick>,
    pub(super) lanes: Vec<Lane>,
    pub(super) rows: Vec<Row>,
}

impl Timeline {
    pub(super) fn width(&self) -> u16 {
        LEFT + WIDTH + 60
    }

    pub(super) fn left(&self) -> u16 {
        LEFT
    }

    pub(super) fn right(&self) -> u16 {
        LEFT + WIDTH
    }

    pub(super) fn bottom(&self) -> usize {
        self.height - 8
    }
}

pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) text: String,
}

/// All events of one kind.
pub(super) struct Lane {
    pub(super) y: usize,
    pub(super) name: String,
    pub(super) class: &'static str,
    pub(super) spans: Vec<Span>,
    /// How many events, `×4`, and where that stands; empty for one.
    pub(super) count: String,
    pub(super) count_x: f64,
}

impl Lane {
    pub(super) fn baseline(&self) -> usize {
        self.y + 4
    }
}

/// Equal events: one, or several from the first to the last.
pub(super) struct Span {
    pub(super) first: f64,
    pub(super) last: f64,
    pub(super) count: u64,
    pub(super) title: String,
    /// To the line, where it is shown.
    pub(super) href: String,
}

/// The same in words.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) count: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) line: Link,
}

/// What an event says about an image, which decides its colour and shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tone {
    Progress,
    Bad,
    Waiting,
    Good,
}

struct Event<'r> {
    fact: &'r Fact,
    at: Location,
    name: String,
    tone: Tone,
    first: u64,
    last: u64,
}

/// One timeline a pod, those with a diagnosis first; and how many pods have none for lack of room.
pub(super) fn timelines(report: &Report, citations: &Citations, words: Words) -> (Vec<Timeline>, usize) {
    let mut pods: BTreeMap<(Option<&str>, Option<&str>), Vec<Event<'_>>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for fact in &report.facts {
        let Some(event) = event(fact, words) else { continue };
        // One message may state several errors.
        let pod = (fact.subject.namespace.as_deref(), fact.subject.pod.as_deref());
        if seen.insert((pod, event.at.source, event.at.line, event.name.clone())) {
            pods.entry(pod).or_default().push(event);
        }
    }
    pods.retain(|_, events| events.iter().any(|event| event.tone != Tone::Good));
    let diagnosed: BTreeSet<(Option<&str>, Option<&str>)> = report
        .diagnoses
        .iter()
        .flat_map(|diagnosis| &diagnosis.subjects)
        .map(|affected| (affected.subject.namespace.as_deref(), affected.subject.pod.as_deref()))
        .collect();
    let mut pods: Vec<_> = pods.into_iter().collect();
    // What names no pod comes last.
    pods.sort_by_key(|(pod, _)| (pod.1.is_none(), !diagnosed.contains(pod), *pod));
    let more = pods.len().saturating_sub(MOST_PODS);
    pods.truncate(MOST_PODS);
    let scale = Scale::new(pods.iter().flat_map(|(_, events)| events).flat_map(|event| [event.first, event.last]), LEFT, WIDTH);
    let page = Page { report, citations, words, scale };
    let timelines = pods.into_iter().enumerate().map(|(index, (pod, events))| page.timeline(index, pod, events)).collect();
    (timelines, more)
}

fn event(fact: &Fact, words: Words) -> Option<Event<'_>> {
    let last = fact.last_seen?;
    let warning = fact.str("type") == Some("Warning");
    let (tone, name) = match fact.kind {
        FactKind::PullFailure | FactKind::SecretMissing => (Tone::Bad, None),
        FactKind::Waiting => (Tone::Bad, fact.str("reason")),
        FactKind::BackOff => (Tone::Waiting, None),
        FactKind::Pulling => (Tone::Progress, None),
        FactKind::Pulled => (Tone::Good, None),
        FactKind::Event => (if warning { Tone::Waiting } else { Tone::Progress }, fact.str("reason")),
        _ => return None,
    };
    let kind = pullan_analyzer::vocabulary::KINDS.iter().find(|kind| kind.kind == fact.kind)?;
    let name = name.map_or_else(|| words.evidence(kind.name).to_owned(), str::to_owned);
    let at = fact.citations.first()?.location;
    Some(Event { fact, at, name, tone, first: fact.first_seen.unwrap_or(last).max(last), last })
}

struct Page<'r> {
    report: &'r Report,
    citations: &'r Citations,
    words: Words,
    scale: Scale,
}

impl Page<'_> {
    fn timeline(&self, index: usize, pod: (Option<&str>, Option<&str>), mut events: Vec<Event<'_>>) -> Timeline {
        let words = self.words;
        events.sort_by(|a, b| (b.first, b.last, a.at).cmp(&(a.first, a.last, b.at)));
        events.truncate(MOST_EVENTS);
        let mut lanes: Vec<(Tone, String, Vec<Span>)> = Vec::new();
        for event in &events {
            let span = self.span(event);
            match lanes.iter_mut().find(|(tone, name, _)| *tone == event.tone && *name == event.name) {
                Some((_, _, spans)) => spans.push(span),
                None => lanes.push((event.tone, event.name.clone(), vec![span])),
            }
        }
        lanes.sort_by_key(|(tone, _, _)| *tone);
        let count = lanes.len();
        let lane = |(index, (tone, name, spans)): (usize, (Tone, String, Vec<Span>))| {
            let total: u64 = spans.iter().map(|span| span.count).sum();
            Lane {
                y: TOP + index * LANE + LANE / 2,
                name: cut(&clean(&name), LABEL).into_owned(),
                class: class(tone),
                count: if total > 1 { format!("×{}", number(total)) } else { String::new() },
                count_x: spans.iter().map(|span| span.last).fold(0.0, f64::max) + 9.0,
                spans,
            }
        };
        Timeline {
            id: format!("t{}", index + 1),
            name: match pod {
                (Some(namespace), Some(pod)) => format!("{namespace}/{pod}"),
                (None, Some(pod)) => pod.to_owned(),
                (Some(namespace), None) => format!("{} ({namespace})", words.html_without_pod()),
                (None, None) => words.html_without_pod().to_owned(),
            },
            height: TOP + count * LANE + 8,
            ticks: self.scale.ticks().into_iter().map(|age| Tick { x: self.scale.x(age), text: words.age(age) }).collect(),
            lanes: lanes.into_iter().enumerate().map(lane).collect(),
            rows: events.iter().map(|event| self.row(event)).collect(),
        }
    }

    fn span(&self, event: &Event<'_>) -> Span {
        let count = event.fact.count;
        Span {
            first: self.scale.x(event.first),
            last: self.scale.x(event.last),
            count,
            title: format!("{}: {}", event.name, self.words.seen(count, Some(event.first), Some(event.last))),
            href: self.href(event),
        }
    }

    fn row(&self, event: &Event<'_>) -> Row {
        let several = event.first != event.last;
        Row {
            name: event.name.clone(),
            count: number(event.fact.count),
            first: if several { self.words.age(event.first) } else { String::new() },
            last: self.words.age(event.last),
            line: Link { href: self.href(event), text: format!("{}:{}", self.report.source_name(event.at.source), event.at.line) },
        }
    }

    /// Only cited lines can be pointed at.
    fn href(&self, event: &Event<'_>) -> String {
        let Location { source, line, .. } = event.at;
        if self.citations.at(source, line).is_some() { format!("#{}", line_id(source, line)) } else { String::new() }
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Progress => "progress",
        Tone::Bad => "bad",
        Tone::Waiting => "waiting",
        Tone::Good => "good",
    }
}
