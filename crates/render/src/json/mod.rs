//! The JSON contract: indented, or one report a line.
//!
//! In: a report. Out: version 1 of the contract. All text of the input is in it unaltered; what a terminal or an editor would
//! act on is written as `\u` escapes.

mod contract;
pub(crate) mod inert;
mod read;
#[cfg(test)]
mod schema;
mod words;

pub(crate) use contract::SCHEMA_VERSION;
pub use read::{ReadError, read};

use contract::{
    About, Answer, Coverage, Diagnosis, Document, Evidence, Identified, Limit, Occurrence, OtherFailure, Place, Reach, Refusal, Segment,
    Step, Subject, SubjectKind, Tool,
};
use pullan_analyzer::{Affected, Citation, Language, NextStep, Report};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, PrettyFormatter};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The contract, indented, with a final line feed.
pub fn render(report: &Report, language: Language) -> Result<String, serde_json::Error> {
    inert::to_string(&document(report, language), PrettyFormatter::new())
}

/// The contract on one line, with a final line feed, for reports that stand below one another.
///
/// ```
/// use pullan_analyzer::Language;
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// assert_eq!(pullan_render::json::compact(&report, Language::English)?.lines().count(), 1);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Those of the encoder.
pub fn compact(report: &Report, language: Language) -> Result<String, serde_json::Error> {
    inert::to_string(&document(report, language), CompactFormatter)
}

/// The same with the name of the one source that the report is about, as `source`.
///
/// # Errors
/// Those of the encoder.
pub fn line(source: &str, report: &Report, language: Language) -> Result<String, serde_json::Error> {
    inert::to_string(&Named { source, document: document(report, language) }, CompactFormatter)
}

#[derive(Serialize)]
struct Named<'r> {
    source: &'r str,
    #[serde(flatten)]
    document: Document<'r>,
}

/// The same with the `id` of the dump that the report is about; `null` without one. `schema/ndjson.schema.json` describes it.
///
/// ```
/// use pullan_analyzer::Language;
/// let id = serde_json::value::RawValue::from_string("17".to_owned())?;
/// let report = pullan_analyzer::analyze("text", b"");
/// assert!(pullan_render::json::answer(Some(&id), &report, Language::English)?.starts_with(r#"{"id":17,"schema_version":1,"#));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Those of the encoder.
pub fn answer(id: Option<&RawValue>, report: &Report, language: Language) -> Result<String, serde_json::Error> {
    inert::to_string(&Answer::Report(Box::new(Identified { id, document: document(report, language) })), CompactFormatter)
}

/// What is answered to a line that is no dump: why, and where the line stands, counted from 1.
///
/// ```
/// let json = pullan_render::json::refusal(None, "the line is no JSON object", "tickets.jsonl", 3)?;
/// assert_eq!(json, "{\"id\":null,\"error\":\"the line is no JSON object\",\"input\":\"tickets.jsonl\",\"line\":3}\n");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Those of the encoder.
pub fn refusal(id: Option<&RawValue>, error: &str, input: &str, line: u64) -> Result<String, serde_json::Error> {
    inert::to_string(&Answer::Refusal(Refusal { id, error, input, line }), CompactFormatter)
}

pub(crate) fn document(report: &Report, language: Language) -> Document<'_> {
    let diagnoses = report
        .diagnoses
        .iter()
        .map(|diagnosis| Diagnosis {
            rule: diagnosis.rule.as_str().into(),
            family: diagnosis.family.as_str().into(),
            verdict: diagnosis.verdict.into(),
            severity: diagnosis.severity.into(),
            title: diagnosis.title.get(language).into(),
            between: diagnosis.between.iter().map(|cause| Cow::Borrowed(cause.rule.as_str())).collect(),
            decide_by: diagnosis.decide_by.as_ref().map(|step| step_object(step, language)),
            retry_helps: diagnosis.retry_helps,
            about: About { kind: diagnosis.about.scope.into(), name: diagnosis.about.name.as_deref().map(Cow::Borrowed) },
            subjects: diagnosis.subjects.iter().map(affected).collect(),
            evidence: diagnosis.evidence.iter().map(|evidence| evidence_object(report, evidence)).collect(),
            explanation: diagnosis.explanation.get(language).into(),
            next_steps: diagnosis.next_steps.iter().map(|step| step_object(step, language)).collect(),
            references: Cow::Borrowed(&diagnosis.references),
            reach: Reach {
                pods: diagnosis.reach.pods,
                images: diagnosis.reach.images,
                registries: diagnosis.reach.registries,
                nodes: diagnosis.reach.nodes,
                extent: diagnosis.reach.extent.into(),
            },
            occurrence: Occurrence {
                count: diagnosis.occurrence.count,
                dumps: diagnosis.occurrence.dumps,
                first_seen_seconds_ago: diagnosis.occurrence.first_seen,
                last_seen_seconds_ago: diagnosis.occurrence.last_seen,
            },
        })
        .collect();
    let other_failures = report
        .other_failures
        .iter()
        .map(|other| OtherFailure {
            kind: other.kind,
            subject: subject(&other.subject, None),
            count: other.count,
            evidence: other.evidence.iter().map(|citation| place(report, citation)).collect(),
        })
        .collect();
    let segments = report
        .coverage
        .segments
        .iter()
        .map(|segment| Segment {
            source: report.source_name(segment.source).into(),
            kind: segment.kind,
            first_line: segment.first_line,
            lines: segment.lines,
            unread: segment.unread,
        })
        .collect();
    Document {
        schema_version: SCHEMA_VERSION,
        sources: Cow::Borrowed(&report.sources),
        tool: Tool { name: "pullan".into(), version: env!("CARGO_PKG_VERSION").into() },
        diagnoses,
        other_failures,
        coverage: Coverage {
            dumps: report.coverage.dumps,
            lines: report.coverage.lines,
            understood: report.coverage.understood,
            rules: report.rules,
            segments,
        },
        limits: report
            .limits
            .iter()
            .map(|limit| Limit {
                what: limit.what.as_str().into(),
                source: limit.source.as_deref().map(Cow::Borrowed),
                left_out: limit.left_out,
            })
            .collect(),
    }
}

fn step_object(step: &NextStep, language: Language) -> Step<'_> {
    Step { risk: step.risk.into(), say: step.say.get(language).into(), run: step.run.as_deref().map(Cow::Borrowed) }
}

fn affected(affected: &Affected) -> Subject<'_> {
    subject(&affected.subject, affected.image.as_deref())
}

/// A pod where one is named, else an image, else a node or a namespace.
fn subject<'r>(subject: &'r pullan_analyzer::Subject, image: Option<&'r str>) -> Subject<'r> {
    let (kind, name) = match subject {
        pullan_analyzer::Subject { pod: Some(pod), .. } => (SubjectKind::Pod, Some(pod.as_str())),
        _ if image.is_some() => (SubjectKind::Image, image),
        pullan_analyzer::Subject { node: Some(node), .. } => (SubjectKind::Node, Some(node.as_str())),
        _ => (SubjectKind::Cluster, None),
    };
    let text = |text: &'r Option<String>| text.as_deref().map(Cow::Borrowed);
    Subject {
        kind,
        namespace: text(&subject.namespace),
        name: name.map(Cow::Borrowed),
        container: text(&subject.container),
        image: image.map(Cow::Borrowed),
        node: text(&subject.node),
    }
}

fn evidence_object<'r>(report: &'r Report, evidence: &'r pullan_analyzer::Evidence) -> Evidence<'r> {
    Evidence { role: evidence.role.into(), fact: evidence.fact.as_str().into(), place: place(report, &evidence.citation) }
}

fn place<'r>(report: &'r Report, citation: &Citation) -> Place<'r> {
    let location = citation.location;
    Place {
        source: report.source_name(location.source).into(),
        line: location.line,
        column: location.column,
        end_line: location.end_line,
        end_column: location.end_column,
        text: citation.text(),
    }
}
