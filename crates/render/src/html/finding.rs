//! One finding, as the template shows it.
//!
//! In: a diagnosis and its proofs. Out: words and links in the order of the page.

use super::cite::{Link, Proofs, finding_id, line_id, proof_id};
use super::piece::{Piece, View, pieces};
use super::pod_name;
use crate::section::blast_radius;
use crate::text::evidence::{Facts, Group, label, rows};
use crate::words::Words;
use crate::wrap::{clean, cut_front, short_path};
use pullan_analyzer::{Diagnosis, Location, NextStep, Report, Risk, Role, Severity, SourceId, Verdict};
use std::collections::BTreeSet;

/// Columns that a mark should not be wider than.
const ROOM: usize = 120;
/// What is shown of a cited line; the whole line is one click away.
const EXCERPT: View = View { whole: 240, head: 0, around: 90 };
/// So many pods, images, ... are named; the table below the map has all.
const NAMED: usize = 5;
/// A path is shown with so many columns at most.
const PATH: usize = 40;
/// Columns of a name in the contents.
const ABOUT: usize = 26;

/// A finding.
pub(super) struct Finding<'r> {
    pub(super) id: String,
    pub(super) number: usize,
    pub(super) rule: &'r str,
    pub(super) severity: &'static str,
    pub(super) severity_class: &'static str,
    pub(super) verdict: &'static str,
    pub(super) title: &'r str,
    /// What tells it from others with the same title; empty when there are none.
    pub(super) about: String,
    pub(super) subjects: Vec<Row>,
    pub(super) proofs: Vec<Proof>,
    /// Proofs that are only listed.
    pub(super) rest: Vec<(String, Link)>,
    pub(super) rest_title: String,
    pub(super) why: &'r str,
    pub(super) between: Vec<(&'r str, &'r str)>,
    pub(super) decide: Option<Step<'r>>,
    pub(super) steps: Vec<Step<'r>>,
    pub(super) retry: &'static str,
    pub(super) references: Vec<&'r str>,
}

/// `pod: catalog/web-1, catalog/web-2`
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) values: Vec<String>,
    pub(super) more: String,
    /// Whether the values are names to be copied.
    pub(super) is_code: bool,
}

/// A cited place.
pub(super) struct Proof {
    pub(super) id: String,
    /// Where it stands: source, line and column.
    pub(super) place: Link,
    pub(super) role_class: &'static str,
    pub(super) label: String,
    pub(super) lines: Vec<ProofLine>,
    /// Other places that say the same.
    pub(super) again: Vec<Link>,
}

pub(super) struct ProofLine {
    pub(super) number: Link,
    pub(super) pieces: Vec<Piece>,
}

/// Something to do.
pub(super) struct Step<'r> {
    pub(super) risk: &'static str,
    pub(super) risk_class: &'static str,
    pub(super) say: &'r str,
    pub(super) run: Vec<&'r str>,
}

/// What all findings need.
pub(super) struct Findings<'r, 'f> {
    pub(super) report: &'r Report,
    pub(super) facts: &'f Facts<'r>,
    pub(super) words: Words,
}

impl<'r, 'f> Findings<'r, 'f> {
    pub(super) fn new(report: &'r Report, facts: &'f Facts<'r>, words: Words) -> Self {
        Findings { report, facts, words }
    }

    pub(super) fn finding(&self, index: usize, diagnosis: &'r Diagnosis, proofs: &Proofs<'r>) -> Finding<'r> {
        let words = self.words;
        let (shown, listed) = proofs.groups.split_at(proofs.shown.min(proofs.groups.len()));
        let home = shown.first().map(|group| group.evidence.citation.location.source);
        let rest: Vec<(String, Link)> = listed
            .iter()
            .enumerate()
            .map(|(at, group)| (proof_id(index, proofs.shown + at), self.other(group.evidence.citation.location, home)))
            .collect();
        // The command that decides is not asked for twice.
        let deciding = diagnosis.decide_by.as_ref().and_then(|step| step.run.as_ref());
        let steps = diagnosis.next_steps.iter().filter(|step| deciding.is_none() || step.run.as_ref() != deciding);
        Finding {
            id: finding_id(index),
            number: index + 1,
            rule: &diagnosis.rule,
            severity: words.severity(diagnosis.severity),
            severity_class: severity_class(diagnosis.severity),
            verdict: words.verdict(diagnosis.verdict),
            title: diagnosis.title.get(words.0),
            about: self.about(diagnosis),
            subjects: self.subjects(diagnosis),
            proofs: shown.iter().enumerate().map(|(at, group)| self.proof(proof_id(index, at), group)).collect(),
            rest_title: words.more_citations(rest.len()),
            rest,
            why: diagnosis.explanation.get(words.0),
            between: self.between(diagnosis),
            decide: diagnosis.decide_by.as_ref().map(|step| self.step(step)),
            steps: steps.map(|step| self.step(step)).collect(),
            retry: match (diagnosis.retry_helps, diagnosis.verdict) {
                (true, _) => words.retry_helps(),
                (false, Verdict::Certain | Verdict::Likely) => words.retry_does_not_help(),
                (false, _) => "",
            },
            references: diagnosis.references.iter().map(String::as_str).collect(),
        }
    }

    fn about(&self, diagnosis: &Diagnosis) -> String {
        let is_alone = self.report.diagnoses.iter().filter(|other| other.rule == diagnosis.rule).take(2).count() < 2;
        let Some(affected) = diagnosis.subjects.first().filter(|_| !is_alone) else { return String::new() };
        let name = affected.image.as_ref().or(affected.subject.pod.as_ref()).or(affected.subject.node.as_ref());
        name.map(|name| cut_front(&clean(name), ABOUT).into_owned()).unwrap_or_default()
    }

    /// Whom it is about, when and how often.
    fn subjects(&self, diagnosis: &Diagnosis) -> Vec<Row> {
        let words = self.words;
        let distinct = |value: &dyn Fn(&pullan_analyzer::Affected) -> Option<String>| -> BTreeSet<String> {
            diagnosis.subjects.iter().filter_map(value).collect()
        };
        let pods = distinct(&|affected| pod_name(&affected.subject));
        let namespaces = if pods.is_empty() { distinct(&|affected| affected.subject.namespace.clone()) } else { BTreeSet::new() };
        let mut rows: Vec<Row> = [
            (words.pod(), pods),
            (words.namespace(), namespaces),
            (words.container(), distinct(&|affected| affected.subject.container.clone())),
            (words.image(), distinct(&|affected| affected.image.clone())),
            (words.node(), distinct(&|affected| affected.subject.node.clone())),
        ]
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| Row {
            name,
            more: if values.len() > NAMED { words.more(values.len() - NAMED) } else { String::new() },
            values: values.into_iter().take(NAMED).collect(),
            is_code: true,
        })
        .collect();
        let seen = words.seen(diagnosis.occurrence.count, diagnosis.occurrence.first_seen, diagnosis.occurrence.last_seen);
        if !seen.is_empty() {
            rows.push(Row { name: words.html_event(), values: vec![seen], more: String::new(), is_code: false });
        }
        rows.extend(blast_radius(diagnosis).map(|extent| Row {
            name: words.blast_radius(),
            values: vec![words.extent(extent).to_owned()],
            more: String::new(),
            is_code: false,
        }));
        rows
    }

    fn proof(&self, id: String, group: &Group<'r>) -> Proof {
        let evidence = group.evidence;
        let stated = self.facts.at(evidence);
        let location = evidence.citation.location;
        let rows = rows(evidence, &stated, ROOM);
        let column = rows.iter().find(|row| !row.mark.is_empty()).map(|row| row.first_column as usize + row.mark.start);
        let lines = rows
            .iter()
            .map(|row| ProofLine {
                number: Link { href: format!("#{}", line_id(location.source, row.line)), text: row.line.to_string() },
                pieces: pieces(row.text, std::slice::from_ref(&row.mark), EXCERPT),
            })
            .collect();
        let label = label(evidence, &stated, self.words);
        Proof {
            id,
            place: self.place(location, &format!(":{}", column.unwrap_or(location.column as usize))),
            role_class: if evidence.role == Role::Primary { "primary" } else { "supporting" },
            label: if label.is_empty() { self.words.evidence(&evidence.fact).to_owned() } else { label },
            lines,
            again: group.again.iter().map(|again| self.other(*again, Some(location.source))).collect(),
        }
    }

    /// `events.txt:6:360`
    fn place(&self, location: Location, column: &str) -> Link {
        Link {
            href: format!("#{}", line_id(location.source, location.line)),
            text: format!("{}:{}{column}", short_path(self.report.source_name(location.source), PATH), location.line),
        }
    }

    /// One more place; a line of the source at hand needs no name.
    fn other(&self, location: Location, home: Option<SourceId>) -> Link {
        let place = self.place(location, "");
        if home == Some(location.source) { Link { text: self.words.at_lines(&location.line.to_string(), 1), ..place } } else { place }
    }

    fn between(&self, diagnosis: &'r Diagnosis) -> Vec<(&'r str, &'r str)> {
        let others = diagnosis.between.iter().filter(|alternative| alternative.rule != diagnosis.rule);
        others.map(|alternative| (alternative.rule.as_str(), alternative.title.get(self.words.0))).collect()
    }

    fn step(&self, step: &'r NextStep) -> Step<'r> {
        Step {
            risk: self.words.risk(step.risk),
            risk_class: match step.risk {
                Risk::Inspect => "inspect",
                Risk::Change => "change",
                Risk::Destructive => "destructive",
            },
            say: step.say.get(self.words.0),
            run: step.run.as_deref().map(|run| run.trim_end().lines().collect()).unwrap_or_default(),
        }
    }
}

pub(super) fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// `3 findings: 2 errors, 1 warning`
pub(super) fn sum(report: &Report, words: Words) -> String {
    let count = |severity: Severity| report.diagnoses.iter().filter(|diagnosis| diagnosis.severity == severity).count();
    words.found(count(Severity::Error), count(Severity::Warning), count(Severity::Info))
}
