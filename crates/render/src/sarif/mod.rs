//! SARIF 2.1.0, for code scanning, editors and viewers.
//!
//! In: a report and the rules that were asked. Out: a log with one run: the rules that matter, and one result a diagnosis with
//! its first proof as location and the others beside it. Columns count characters, as they do everywhere in pullan.

mod log;
mod uri;

use super::json::inert;
use super::rule;
use super::style::Style;
use super::text::subject;
use super::words::Words;
use super::wrap::clean;
use log::{
    ArtifactLocation, Configuration, Driver, Fingerprints, Invocation, Location, Log, Message, Notification, Outcome, PhysicalLocation,
    Properties, Region, ReportingDescriptor, Run, Tags, Tool,
};
use pullan_analyzer::{Citation, Diagnosis, Language, Report, RuleSet, Severity};
use serde_json::ser::PrettyFormatter;

/// Columns of a rule's help.
const WIDTH: usize = 100;

/// The log.
///
/// ```
/// use pullan_analyzer::{Language, RuleSet};
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// let log = pullan_render::sarif::render(&report, &RuleSet::builtin(), Language::English)?;
/// assert!(log.contains(r#""version": "2.1.0""#));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// Those of the encoder.
pub fn render(report: &Report, rules: &RuleSet, language: Language) -> Result<String, serde_json::Error> {
    let words = Words(language);
    let mut ids: Vec<&str> = Vec::new();
    for diagnosis in &report.diagnoses {
        if !ids.contains(&diagnosis.rule.as_str()) {
            ids.push(&diagnosis.rule);
        }
    }
    let index = |id: &str| ids.iter().position(|known| *known == id).unwrap_or_default();
    let results = report.diagnoses.iter().map(|diagnosis| outcome(report, diagnosis, index(&diagnosis.rule), words)).collect();
    let notification = |limit: &pullan_analyzer::Limit| {
        let place = limit.source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
        Notification { level: "warning", message: message(&format!("{}: {}{place}", words.left_out(), words.limit(limit))) }
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "pullan",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: ids.iter().filter_map(|id| rules.get(id)).map(|rule| descriptor(rule, rules, language)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: report.limits.iter().map(notification).collect(),
            }],
            language: match language {
                Language::English => "en",
                Language::Korean => "ko",
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    inert::to_string(&log, PrettyFormatter::new())
}

fn descriptor<'r>(rule: &'r pullan_analyzer::Rule, rules: &RuleSet, language: Language) -> ReportingDescriptor<'r> {
    ReportingDescriptor {
        id: &rule.id,
        short_description: message(&rule::named(rule::pick(&rule.title, language))),
        full_description: message(&rule::named(rule::pick(&rule.explanation, language))),
        help: message(&rule::explain(rule, rules, language, &Style::new(false, WIDTH))),
        help_uri: rule.references.first().map(String::as_str).filter(|address| address.starts_with("https://")),
        default_configuration: Configuration { level: level(rule.severity) },
        properties: Tags { tags: [&rule.family] },
    }
}

fn outcome<'r>(report: &Report, diagnosis: &'r Diagnosis, rule_index: usize, words: Words) -> Outcome<'r> {
    let mut lines = vec![format!("{} ({})", diagnosis.title.get(words.0), words.verdict(diagnosis.verdict))];
    lines.extend(subject::lines(&diagnosis.subjects, words, usize::MAX).iter().map(|line| line.trim().to_owned()));
    lines.push(diagnosis.explanation.get(words.0).to_owned());
    let mut places = diagnosis.evidence.iter().map(|evidence| (words.evidence(&evidence.fact), &evidence.citation));
    let locations = places.next().map(|(_, citation)| location(report, citation, None)).into_iter().collect();
    let related_locations = places.map(|(label, citation)| location(report, citation, Some(label))).collect();
    Outcome {
        rule_id: &diagnosis.rule,
        rule_index,
        level: level(diagnosis.severity),
        message: message(&lines.join("\n")),
        locations,
        related_locations,
        partial_fingerprints: Fingerprints { cause_and_subjects: fingerprint(diagnosis) },
        properties: Properties {
            verdict: diagnosis.verdict,
            between: diagnosis.between.iter().map(|alternative| alternative.rule.as_str()).collect(),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `[text](target)` in a message is a link, also where it came from an input; a blank between parts them.
fn message(text: &str) -> Message {
    let lines: Vec<_> = text.lines().map(clean).collect();
    Message { text: lines.join("\n").replace("](", "] (") }
}

fn location(report: &Report, citation: &Citation, label: Option<&str>) -> Location {
    let at = citation.location;
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri::of_path(report.source_name(at.source)) },
            region: Region {
                start_line: at.line,
                start_column: at.column,
                end_line: at.end_line,
                end_column: at.end_column,
                snippet: Message { text: citation.text() },
            },
        },
        message: label.map(message),
    }
}

/// What stays when the same cause is pasted again: rule, pods, containers and images, but no line. FNV-1a, which is short and fixed;
/// it keeps equal findings together and protects nothing.
fn fingerprint(diagnosis: &Diagnosis) -> String {
    let names = diagnosis.subjects.iter().flat_map(|affected| {
        let subject = &affected.subject;
        [&subject.namespace, &subject.pod, &subject.container, &affected.image].map(|name| name.as_deref().unwrap_or_default())
    });
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for name in std::iter::once(diagnosis.rule.as_str()).chain(names) {
        for byte in name.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}
