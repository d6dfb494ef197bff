//! The answer for people, in the style of a compiler.
//!
//! In: a [`Report`]. Out: text: a table when there is much to say, each diagnosis with the lines that prove it, other
//! failures by name, and how much of the input was understood. Order and content are the report's; nothing is
//! judged here. Every string that comes from the input passes through `wrap::clean` or a frame.

mod diagnosis;
pub(crate) mod ending;
pub(crate) mod evidence;
mod focus;
pub(crate) mod subject;
mod summary;

pub(crate) use ending::TO_SAVE;

use super::style::Style;
use super::words::Words;
use pullan_analyzer::{Language, Report};

/// More diagnoses than this get a table in front.
const SUMMARY_ABOVE: usize = 3;

/// Renders a report.
pub fn render(report: &Report, language: Language, style: &Style) -> String {
    let words = Words(language);
    let mut out = String::new();
    if report.diagnoses.len() > SUMMARY_ABOVE {
        out.push_str(&summary::render(report, words, style));
        out.push('\n');
    }
    let page = diagnosis::Page::new(report, words, style);
    for diagnosis in &report.diagnoses {
        out.push_str(&page.render(diagnosis));
        out.push('\n');
    }
    out.push_str(&ending::render(report, words, style));
    out
}

/// Each diagnosis for itself.
pub(crate) fn each(report: &Report, language: Language, style: &Style) -> Vec<String> {
    let page = diagnosis::Page::new(report, Words(language), style);
    report.diagnoses.iter().map(|diagnosis| page.render(diagnosis)).collect()
}

/// The frame of each diagnosis: the lines that prove it.
pub(crate) fn frames(report: &Report, language: Language, style: &Style) -> Vec<String> {
    let page = diagnosis::Page::new(report, Words(language), style);
    report.diagnoses.iter().map(|diagnosis| page.frame(diagnosis)).collect()
}

/// The frame alone, for a rule's example.
pub(crate) fn proof(report: &Report, rule: &str, language: Language, style: &Style) -> Option<String> {
    let diagnosis = report.diagnoses.iter().find(|diagnosis| diagnosis.rule == rule)?;
    Some(diagnosis::Page::new(report, Words(language), style).frame(diagnosis))
}
