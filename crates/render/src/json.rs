//! The JSON contract.
//!
//! In: a report. Out: version 1 of the contract. Its structs are its own, so that the library can change
//! without it; a field is only ever added within a version.

use pullan_analyzer::{
    Affected, Citation, Evidence, Extent, Language, NextStep, Report, Risk, Role, SegmentKind, Severity, Subject, Verdict,
};
use serde::Serialize;

/// Version of the contract.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'r> {
    schema_version: u32,
    tool: Tool,
    diagnoses: Vec<Diagnosis<'r>>,
    other_failures: Vec<OtherFailure<'r>>,
    coverage: Coverage<'r>,
    limits: Vec<Limit<'r>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Diagnosis<'r> {
    rule: &'r str,
    family: &'r str,
    verdict: Verdict,
    severity: Severity,
    title: &'r str,
    between: &'r [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by: Option<Step<'r>>,
    retry_helps: bool,
    subjects: Vec<SubjectObject<'r>>,
    evidence: Vec<EvidenceObject<'r>>,
    explanation: &'r str,
    next_steps: Vec<Step<'r>>,
    references: &'r [String],
    reach: Reach,
    occurrence: Occurrence,
}

#[derive(Serialize)]
struct Reach {
    pods: usize,
    images: usize,
    registries: usize,
    nodes: usize,
    extent: Extent,
}

#[derive(Serialize)]
struct Occurrence {
    count: u64,
    first_seen_seconds_ago: Option<u64>,
    last_seen_seconds_ago: Option<u64>,
}

#[derive(Serialize)]
struct SubjectObject<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'r str>,
}

#[derive(Serialize)]
struct Place<'r> {
    source: &'r str,
    line: u64,
    column: u32,
    end_line: u64,
    end_column: u32,
    text: String,
}

#[derive(Serialize)]
struct EvidenceObject<'r> {
    role: Role,
    fact: &'r str,
    #[serde(flatten)]
    place: Place<'r>,
}

#[derive(Serialize)]
struct Step<'r> {
    risk: Risk,
    say: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<&'r str>,
}

#[derive(Serialize)]
struct OtherFailure<'r> {
    kind: &'static str,
    subject: SubjectObject<'r>,
    count: u64,
    evidence: Vec<Place<'r>>,
}

#[derive(Serialize)]
struct Coverage<'r> {
    lines: u64,
    understood: u64,
    rules: usize,
    segments: Vec<SegmentObject<'r>>,
}

#[derive(Serialize)]
struct SegmentObject<'r> {
    source: &'r str,
    kind: SegmentKind,
    first_line: u64,
    lines: u64,
    unread: u64,
}

#[derive(Serialize)]
struct Limit<'r> {
    what: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'r str>,
    left_out: u64,
}

/// Renders the contract, indented, with a final line feed.
pub fn render(report: &Report, language: Language) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&document(report, language))?;
    text.push('\n');
    Ok(text)
}

/// Renders the contract of the report about one source on one line, with the source's name, with a final line feed.
///
/// # Errors
/// Those of the encoder.
pub fn line(source: &str, report: &Report, language: Language) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string(&Named { source, document: document(report, language) })?;
    text.push('\n');
    Ok(text)
}

#[derive(Serialize)]
struct Named<'r> {
    source: &'r str,
    #[serde(flatten)]
    document: Document<'r>,
}

fn document(report: &Report, language: Language) -> Document<'_> {
    let diagnoses = report
        .diagnoses
        .iter()
        .map(|diagnosis| Diagnosis {
            rule: &diagnosis.rule,
            family: &diagnosis.family,
            verdict: diagnosis.verdict,
            severity: diagnosis.severity,
            title: diagnosis.title.get(language),
            between: &diagnosis.between,
            decide_by: diagnosis.decide_by.as_ref().map(|step| step_object(step, language)),
            retry_helps: diagnosis.retry_helps,
            subjects: diagnosis.subjects.iter().map(affected).collect(),
            evidence: diagnosis.evidence.iter().map(|evidence| evidence_object(report, evidence)).collect(),
            explanation: diagnosis.explanation.get(language),
            next_steps: diagnosis.next_steps.iter().map(|step| step_object(step, language)).collect(),
            references: &diagnosis.references,
            reach: Reach {
                pods: diagnosis.reach.pods,
                images: diagnosis.reach.images,
                registries: diagnosis.reach.registries,
                nodes: diagnosis.reach.nodes,
                extent: diagnosis.reach.extent,
            },
            occurrence: Occurrence {
                count: diagnosis.occurrence.count,
                first_seen_seconds_ago: diagnosis.occurrence.first_seen,
                last_seen_seconds_ago: diagnosis.occurrence.last_seen,
            },
        })
        .collect();
    let other_failures = report
        .other_failures
        .iter()
        .map(|other| OtherFailure {
            kind: other.kind.as_str(),
            subject: subject(&other.subject, None),
            count: other.count,
            evidence: other.evidence.iter().map(|citation| place(report, citation)).collect(),
        })
        .collect();
    let segments = report
        .coverage
        .segments
        .iter()
        .map(|segment| SegmentObject {
            source: report.source_name(segment.source),
            kind: segment.kind,
            first_line: segment.first_line,
            lines: segment.lines,
            unread: segment.unread,
        })
        .collect();
    Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool { name: "pullan", version: env!("CARGO_PKG_VERSION") },
        diagnoses,
        other_failures,
        coverage: Coverage { lines: report.coverage.lines, understood: report.coverage.understood, rules: report.rules, segments },
        limits: report
            .limits
            .iter()
            .map(|limit| Limit { what: &limit.what, source: limit.source.as_deref(), left_out: limit.left_out })
            .collect(),
    }
}

fn step_object(step: &NextStep, language: Language) -> Step<'_> {
    Step { risk: step.risk, say: step.say.get(language), run: step.run.as_deref() }
}

fn affected(affected: &Affected) -> SubjectObject<'_> {
    subject(&affected.subject, affected.image.as_deref())
}

/// A pod where one is named, else an image, else a node or a namespace.
fn subject<'r>(subject: &'r Subject, image: Option<&'r str>) -> SubjectObject<'r> {
    let (kind, name) = match subject {
        Subject { pod: Some(pod), .. } => ("pod", Some(pod.as_str())),
        _ if image.is_some() => ("image", image),
        Subject { node: Some(node), .. } => ("node", Some(node.as_str())),
        _ => ("cluster", None),
    };
    SubjectObject {
        kind,
        namespace: subject.namespace.as_deref(),
        name,
        container: subject.container.as_deref(),
        image,
        node: subject.node.as_deref(),
    }
}

fn evidence_object<'r>(report: &'r Report, evidence: &'r Evidence) -> EvidenceObject<'r> {
    EvidenceObject { role: evidence.role, fact: &evidence.fact, place: place(report, &evidence.citation) }
}

fn place<'r>(report: &'r Report, citation: &Citation) -> Place<'r> {
    let location = citation.location;
    Place {
        source: report.source_name(location.source),
        line: location.line,
        column: location.column,
        end_line: location.end_line,
        end_column: location.end_column,
        text: citation.text(),
    }
}
