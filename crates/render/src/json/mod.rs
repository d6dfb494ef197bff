//! The JSON contract: indented, or one report a line.
//!
//! In: a report. Out: version 1 of the contract. All text of the input is in it unaltered; what a terminal or an editor would
//! act on is written as `\u` escapes.

mod contract;
pub(crate) mod inert;
#[cfg(test)]
mod schema;

use contract::{
    About, AboutKind, Answer, Coverage, Diagnosis, Document, Evidence, Extent, Identified, Limit, Occurrence, OtherFailure, Place, Reach,
    Refusal, Risk, Role, SCHEMA_VERSION, Segment, Severity, Step, Subject, SubjectKind, Tool, Verdict,
};
use pullan_analyzer::{Affected, Citation, Language, NextStep, Report};
use serde::Serialize;
use serde_json::ser::{CompactFormatter, PrettyFormatter};
use serde_json::value::RawValue;

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
            rule: &diagnosis.rule,
            family: &diagnosis.family,
            verdict: verdict(diagnosis.verdict),
            severity: severity(diagnosis.severity),
            title: diagnosis.title.get(language),
            between: &diagnosis.between,
            decide_by: diagnosis.decide_by.as_ref().map(|step| step_object(step, language)),
            retry_helps: diagnosis.retry_helps,
            about: About { kind: about_kind(diagnosis.about.scope), name: diagnosis.about.name.as_deref() },
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
                extent: extent(diagnosis.reach.extent),
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
        .map(|segment| Segment {
            source: report.source_name(segment.source),
            kind: segment.kind,
            first_line: segment.first_line,
            lines: segment.lines,
            unread: segment.unread,
        })
        .collect();
    Document {
        schema_version: SCHEMA_VERSION,
        sources: &report.sources,
        tool: Tool { name: "pullan", version: env!("CARGO_PKG_VERSION") },
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
            .map(|limit| Limit { what: &limit.what, source: limit.source.as_deref(), left_out: limit.left_out })
            .collect(),
    }
}

fn step_object(step: &NextStep, language: Language) -> Step<'_> {
    Step { risk: risk(step.risk), say: step.say.get(language), run: step.run.as_deref() }
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
    Subject {
        kind,
        namespace: subject.namespace.as_deref(),
        name,
        container: subject.container.as_deref(),
        image,
        node: subject.node.as_deref(),
    }
}

fn evidence_object<'r>(report: &'r Report, evidence: &'r pullan_analyzer::Evidence) -> Evidence<'r> {
    Evidence { role: role(evidence.role), fact: &evidence.fact, place: place(report, &evidence.citation) }
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

fn verdict(verdict: pullan_analyzer::Verdict) -> Verdict {
    match verdict {
        pullan_analyzer::Verdict::Certain => Verdict::Certain,
        pullan_analyzer::Verdict::Likely => Verdict::Likely,
        pullan_analyzer::Verdict::Ambiguous => Verdict::Ambiguous,
        pullan_analyzer::Verdict::Unknown => Verdict::Unknown,
    }
}

fn severity(severity: pullan_analyzer::Severity) -> Severity {
    match severity {
        pullan_analyzer::Severity::Error => Severity::Error,
        pullan_analyzer::Severity::Warning => Severity::Warning,
        pullan_analyzer::Severity::Info => Severity::Info,
    }
}

fn risk(risk: pullan_analyzer::Risk) -> Risk {
    match risk {
        pullan_analyzer::Risk::Inspect => Risk::Inspect,
        pullan_analyzer::Risk::Change => Risk::Change,
        pullan_analyzer::Risk::Destructive => Risk::Destructive,
    }
}

fn role(role: pullan_analyzer::Role) -> Role {
    match role {
        pullan_analyzer::Role::Primary => Role::Primary,
        pullan_analyzer::Role::Supporting => Role::Supporting,
    }
}

fn extent(extent: pullan_analyzer::Extent) -> Extent {
    match extent {
        pullan_analyzer::Extent::Image => Extent::Image,
        pullan_analyzer::Extent::Repository => Extent::Repository,
        pullan_analyzer::Extent::Namespace => Extent::Namespace,
        pullan_analyzer::Extent::Registry => Extent::Registry,
        pullan_analyzer::Extent::Node => Extent::Node,
        pullan_analyzer::Extent::Everything => Extent::Everything,
    }
}

fn about_kind(scope: pullan_analyzer::Scope) -> AboutKind {
    match scope {
        pullan_analyzer::Scope::Image => AboutKind::Image,
        pullan_analyzer::Scope::Repository => AboutKind::Repository,
        pullan_analyzer::Scope::Registry => AboutKind::Registry,
        pullan_analyzer::Scope::Node => AboutKind::Node,
        pullan_analyzer::Scope::Pod => AboutKind::Pod,
        pullan_analyzer::Scope::Namespace => AboutKind::Namespace,
        pullan_analyzer::Scope::Service => AboutKind::Service,
        pullan_analyzer::Scope::Cluster => AboutKind::Cluster,
    }
}
