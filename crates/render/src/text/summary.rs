//! The table in front of many diagnoses: one line each, no more than a screen.
//!
//! In: a report. Out: how many findings there are, and for each its rule, verdict, first cited line and subject.

use super::super::section::severity_ink;
use super::super::style::{Ink, Style};
use super::super::words::Words;
use super::super::wrap::{clean, cut, pad, short_path, width};
use super::subject;
use pullan_analyzer::{Diagnosis, Report, Severity, Verdict};

/// Rows on one screen.
const ROWS: usize = 20;
/// A path is shown with so many columns at most.
const PLACE: usize = 22;

pub(super) fn render(report: &Report, words: Words, style: &Style) -> String {
    let count = |severity: Severity| report.diagnoses.iter().filter(|diagnosis| diagnosis.severity == severity).count();
    let head = words.found(count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let mut out = format!("{}\n\n", style.paint(Ink::Strong, &head));
    let shown = &report.diagnoses[..report.diagnoses.len().min(ROWS)];
    let rows: Vec<[String; 3]> =
        shown.iter().map(|diagnosis| [name(diagnosis, words), verdict(diagnosis, words).to_owned(), place(report, diagnosis)]).collect();
    let column = |index: usize| rows.iter().map(|row| width(&row[index])).max().unwrap_or(0);
    let columns = [column(0), column(1), column(2)];
    for (diagnosis, [name, verdict, place]) in shown.iter().zip(&rows) {
        let mut left = style.width().saturating_sub(2);
        let mut line = String::from("  ");
        line.push_str(&style.paint(severity_ink(diagnosis.severity), &cut(name, left)));
        line.push_str(&pad("", columns[0].saturating_sub(width(name))));
        left = left.saturating_sub(columns[0]);
        for (text, columns) in [(verdict.as_str(), columns[1]), (place.as_str(), columns[2])] {
            if left > columns + 2 {
                line.push_str(&format!("  {}", pad(text, columns)));
                left -= columns + 2;
            } else {
                left = 0;
            }
        }
        if left > 10 {
            line.push_str(&format!("  {}", subject::cell(&diagnosis.subjects, words, left - 2)));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if report.diagnoses.len() > ROWS {
        out.push_str(&format!("  {}\n", words.more(report.diagnoses.len() - ROWS)));
    }
    out
}

fn name(diagnosis: &Diagnosis, words: Words) -> String {
    format!("{}[{}]", words.severity(diagnosis.severity), clean(&diagnosis.rule))
}

/// One word; the whole phrase stands in the title.
fn verdict(diagnosis: &Diagnosis, words: Words) -> &'static str {
    match diagnosis.verdict {
        Verdict::Unknown => words.unknown(),
        verdict => words.verdict(verdict),
    }
}

/// `describe.txt:41`; of a long path the name.
fn place(report: &Report, diagnosis: &Diagnosis) -> String {
    let Some(location) = diagnosis.evidence.first().map(|evidence| evidence.citation.location) else { return String::new() };
    format!("{}:{}", short_path(report.source_name(location.source), PLACE), location.line)
}
