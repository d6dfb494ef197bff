//! Records to facts.
//!
//! In: [`Record`]s in the order in which they stand. Out: [`Observed`]: facts, marks of what recovered, and failures
//! that are not about images. This is the only place that knows both what a record holds and what the vocabulary
//! calls it; it decides nothing that a rule could decide. Each kind of record has its file; whatever in them makes a
//! statement about an image, be it an event, a status or a log, ends in [`statement`].
//!
//! ```text
//! Record::Event   Warning Failed 9s kubelet Failed to pull image "r.example/a:1": ... 401 Unauthorized
//! Fact            pull-failure origin=event image=r.example/a:1 registry=r.example http-status=401 ...
//! ```

mod command;
mod event;
mod log;
mod network;
mod object;
mod observed;
mod pod;
mod statement;
mod text;

pub(crate) use observed::{Observed, Success};

use super::{Fact, FactKind, Subject};
use crate::record::{Age, Origin, Record};
use crate::rule::{Knowledge, RuleSet};
use crate::source::Citation;
use std::collections::HashSet;

/// At most so many failing pods are remembered.
const MAX_FAILING: usize = 200_000;

/// Turns records into facts.
#[derive(Debug)]
pub(crate) struct Extractor<'k> {
    knowledge: &'k Knowledge,
    rules: &'k RuleSet,
    /// The object that the last typed command was about.
    asked: Subject,
    /// The pod whose `Scheduled` row stands in this block: what a cut table of events is about.
    scheduled: Subject,
    block: u32,
    pub(crate) observed: Observed,
    /// Pods of which something failed, by [`name_hash`](crate::skim::name_hash).
    pub(crate) failing: HashSet<u64>,
}

/// Where a statement stands and whom it is about.
#[derive(Clone)]
struct Place {
    subject: Subject,
    origin: Origin,
    age: Age,
    at: Citation,
    /// Image known from outside the message.
    image: Option<String>,
    init: bool,
}

impl<'k> Extractor<'k> {
    pub(crate) fn new(rules: &'k RuleSet) -> Self {
        Extractor {
            knowledge: rules.knowledge(),
            rules,
            asked: Subject::default(),
            scheduled: Subject::default(),
            block: 0,
            observed: Observed::default(),
            failing: HashSet::new(),
        }
    }

    /// Takes one record.
    pub(crate) fn take(&mut self, record: Record) {
        match record {
            Record::Event(event) => self.event(event),
            Record::Pod(pod) => self.pod(pod),
            Record::Node(node) => self.node(node),
            Record::Service(service) => self.service(service),
            Record::Secret(secret) => self.secret(secret),
            Record::ServiceAccount(account) => self.account(account),
            Record::Log(line) => self.log(line),
            Record::Socket(socket) => self.socket(socket),
            Record::Probe(probe) => self.probe(probe),
            Record::IpvsService(service) => self.ipvs(service),
            Record::FilterRule(rule) => self.filter_rule(rule),
            Record::LocalImage(image) => self.local_image(image),
            Record::Message(message) => self.message(message),
            Record::Mode(mode) => self.mode(mode),
            Record::Setting(setting) => self.setting(setting),
            Record::Command(command) => self.asked = command::asked(&command),
            Record::Bound { what, lines } => self.observed.bound(what, lines),
            Record::Block { prose } => {
                self.block = self.block.saturating_add(1);
                self.scheduled = Subject::default();
                // What a command asked for does not reach beyond text that is not its output.
                if prose {
                    self.asked = Subject::default();
                }
            }
        }
    }

    fn add(&mut self, mut fact: Fact) {
        fact.block = self.block;
        if let (FactKind::PullFailure | FactKind::BackOff | FactKind::Waiting, Some(pod)) = (fact.kind, &fact.subject.pod)
            && self.failing.len() < MAX_FAILING
        {
            self.failing.insert(crate::skim::name_hash(pod.as_bytes()));
        }
        self.observed.facts.add(fact);
    }
}

fn with_age(mut fact: Fact, age: Age) -> Fact {
    fact.count = age.count.unwrap_or(1).max(1);
    fact.last_seen = age.last;
    fact.first_seen = age.first.or(age.last);
    fact
}
