//! Reads the contract back.
//!
//! In: what this module wrote: one report, alone or as a line of `--each` or `--ndjson`. Out: a report that is written as the same JSON.
//! The contract has one language and of each citation the cited part alone, so that is all that comes back.

use super::contract::{self, Document, SCHEMA_VERSION, SubjectKind};
use crate::rule::pick;
use pullan_analyzer::{
    About, Affected, Alternative, Citation, Coverage, Diagnosis, Evidence, Language, Limit, Location, NextStep, Occurrence, OtherFailure,
    Reach, Report, RuleSet, Segment, SourceId, Subject, Wording,
};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Why a text is no report.
#[derive(Debug)]
pub enum ReadError {
    /// Another version of the contract.
    Version(u32),
    /// It is not the contract.
    Invalid(serde_json::Error),
}

/// In English; [`Words::read_reason`](crate::Words::read_reason) has the other languages.
impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::Words(Language::English).read_reason(self))
    }
}

impl std::error::Error for ReadError {}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        ReadError::Invalid(error)
    }
}

/// Reads a report that was written as JSON, indented or on a line; members that the contract does not have are left alone. Its texts stand for both
/// languages. Other sources than those listed are added behind them.
///
/// ```
/// use pullan_analyzer::Language::Korean;
/// let paste = br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused"#;
/// let written = pullan_render::json::render(&pullan_analyzer::analyze("event.txt", paste), Korean)?;
/// let report = pullan_render::json::read(&written)?;
/// assert_eq!(pullan_render::json::render(&report, Korean)?, written);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the text is no report of version 1 of the contract.
pub fn read(json: &str) -> Result<Report, ReadError> {
    #[derive(Deserialize)]
    struct Versioned {
        schema_version: u32,
    }
    // Of another version nothing else is known.
    match serde_json::from_str::<Versioned>(json)?.schema_version {
        SCHEMA_VERSION => Ok(report(serde_json::from_str(json)?)),
        version => Err(ReadError::Version(version)),
    }
}

fn report(document: Document<'_>) -> Report {
    let mut sources = Sources::new(document.sources.into_owned());
    let diagnoses = document.diagnoses.into_iter().map(|diagnosis| self::diagnosis(diagnosis, &mut sources)).collect();
    let other_failures = document
        .other_failures
        .into_iter()
        .map(|other| OtherFailure {
            kind: other.kind,
            subject: affected(other.subject).subject,
            count: other.count,
            evidence: other.evidence.into_iter().map(|place| citation(place, &mut sources)).collect(),
        })
        .collect();
    let segments = document.coverage.segments.into_iter().map(|segment| Segment {
        source: sources.id(segment.source),
        kind: segment.kind,
        first_line: segment.first_line,
        lines: segment.lines,
        unread: segment.unread,
    });
    let coverage = Coverage {
        dumps: document.coverage.dumps,
        lines: document.coverage.lines,
        understood: document.coverage.understood,
        segments: segments.collect(),
    };
    let limits = document.limits.into_iter().map(|limit| Limit {
        what: limit.what.into_owned(),
        source: limit.source.map(Cow::into_owned),
        left_out: limit.left_out,
    });
    Report {
        diagnoses,
        other_failures,
        coverage,
        limits: limits.collect(),
        rules: document.coverage.rules,
        sources: sources.names,
        ..Report::default()
    }
}

/// The contract names causes by rule alone; those of the built-in rules have a title.
fn alternative(rule: Cow<'_, str>) -> Alternative {
    static KNOWN: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
    let title = KNOWN.get(&rule).map(|rule| [Language::English, Language::Korean].map(|language| pick(&rule.title, language).to_owned()));
    Alternative { rule: rule.into_owned(), title: title.map(|[en, ko]| Wording { en, ko }).unwrap_or_default() }
}

fn diagnosis(diagnosis: contract::Diagnosis<'_>, sources: &mut Sources) -> Diagnosis {
    let contract::Reach { pods, images, registries, nodes, extent } = diagnosis.reach;
    Diagnosis {
        rule: diagnosis.rule.into_owned(),
        family: diagnosis.family.into_owned(),
        verdict: diagnosis.verdict.into(),
        severity: diagnosis.severity.into(),
        title: wording(diagnosis.title),
        between: diagnosis.between.into_iter().map(alternative).collect(),
        decide_by: diagnosis.decide_by.map(step),
        about: About { scope: diagnosis.about.kind.into(), name: diagnosis.about.name.map(Cow::into_owned) },
        subjects: diagnosis.subjects.into_iter().map(affected).collect(),
        evidence: diagnosis
            .evidence
            .into_iter()
            .map(|evidence| Evidence {
                role: evidence.role.into(),
                fact: evidence.fact.into_owned(),
                citation: citation(evidence.place, sources),
            })
            .collect(),
        explanation: wording(diagnosis.explanation),
        next_steps: diagnosis.next_steps.into_iter().map(step).collect(),
        retry_helps: diagnosis.retry_helps,
        references: diagnosis.references.into_owned(),
        reach: Reach { pods, images, registries, nodes, extent: extent.into() },
        occurrence: Occurrence {
            count: diagnosis.occurrence.count,
            dumps: diagnosis.occurrence.dumps,
            first_seen: diagnosis.occurrence.first_seen_seconds_ago,
            last_seen: diagnosis.occurrence.last_seen_seconds_ago,
        },
    }
}

fn step(step: contract::Step<'_>) -> NextStep {
    NextStep { risk: step.risk.into(), say: wording(step.say), run: step.run.map(Cow::into_owned) }
}

fn wording(text: Cow<'_, str>) -> Wording {
    let text = text.into_owned();
    Wording { ko: text.clone(), en: text }
}

fn affected(subject: contract::Subject<'_>) -> Affected {
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let pod = if matches!(subject.kind, SubjectKind::Pod) { owned(subject.name) } else { None };
    Affected {
        subject: Subject { namespace: owned(subject.namespace), pod, container: owned(subject.container), node: owned(subject.node) },
        image: owned(subject.image),
    }
}

fn citation(place: contract::Place<'_>, sources: &mut Sources) -> Citation {
    let contract::Place { source, line, column, end_line, end_column, text } = place;
    let location = Location { source: sources.id(source), line, column, end_line, end_column };
    Citation { location, lines: text, first_column: column }
}

/// Numbers of sources by name.
struct Sources {
    names: Vec<String>,
    known: BTreeMap<String, SourceId>,
}

impl Sources {
    fn new(names: Vec<String>) -> Self {
        // Of equal names the first, as they cannot be told apart.
        let known = names.iter().cloned().zip((0..names.len() as u32).map(SourceId)).rev().collect();
        Sources { names, known }
    }

    fn id(&mut self, name: Cow<'_, str>) -> SourceId {
        if let Some(known) = self.known.get(name.as_ref()) {
            return *known;
        }
        let id = SourceId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.clone().into_owned());
        self.known.insert(name.into_owned(), id);
        id
    }
}
