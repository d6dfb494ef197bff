//! Annotations for GitHub Actions: one workflow command a diagnosis.
//!
//! In: a report. Out: lines such as `::error file=a.txt,line=3,col=5,endColumn=9,title=...::text`. A workflow command ends at its line,
//! so everything from an input is cleaned, and line feeds of our own are escaped as the runner expects.

use super::text::subject;
use super::words::Words;
use super::wrap::clean;
use pullan_analyzer::{Diagnosis, Language, Report, Severity};

/// The annotations; none where there is no diagnosis.
///
/// ```
/// use pullan_analyzer::Language;
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// assert_eq!(pullan_render::github::render(&report, Language::English), "");
/// ```
pub fn render(report: &Report, language: Language) -> String {
    report.diagnoses.iter().map(|diagnosis| annotation(report, diagnosis, Words(language))).collect()
}

fn annotation(report: &Report, diagnosis: &Diagnosis, words: Words) -> String {
    let command = match diagnosis.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties: Vec<(&str, String)> = Vec::new();
    if let Some(evidence) = diagnosis.evidence.first() {
        let at = evidence.citation.location;
        properties.push(("file", report.source_name(at.source).to_owned()));
        properties.push(("line", at.line.to_string()));
        properties.push(("endLine", at.end_line.to_string()));
        // The runner takes columns only within one line.
        if at.line == at.end_line {
            properties.push(("col", at.column.to_string()));
            properties.push(("endColumn", at.end_column.to_string()));
        }
    }
    let title = diagnosis.title.get(words.0);
    properties.push(("title", format!("{title} ({})", words.verdict(diagnosis.verdict))));
    let properties: Vec<String> = properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    let mut lines = subject::lines(&diagnosis.subjects, words, usize::MAX);
    lines.push(diagnosis.explanation.get(words.0).to_owned());
    // The one step that comes first; an annotation is small.
    for step in diagnosis.decide_by.iter().chain(&diagnosis.next_steps).take(1) {
        lines.push(format!("[{}] {}", words.risk(step.risk), step.say.get(words.0)));
        lines.extend(step.run.iter().map(|run| format!("$ {run}")));
    }
    let message: Vec<String> = lines.iter().map(|line| data(line.trim())).collect();
    format!("::{command} {}::[{}] {}\n", properties.join(","), data(&diagnosis.rule), message.join("%0A"))
}

/// Text behind `::`. A per cent sign is escaped first, and a line feed of the input is shown, not obeyed.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25")
}

/// Text of a property, which ends at a comma, and a colon could end them all.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(property("a,b::error ::c%\r\nd"), "a%2Cb%3A%3Aerror %3A%3Ac%25␍␊d");
        assert_eq!(data("100%0A\n::error::x"), "100%250A␊::error::x");
    }
}
