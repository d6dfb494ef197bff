//! Provisional.
use crate::args::Color;
use pullan_analyzer::{Language, Report};
pub(crate) struct Style;
impl Style { pub(crate) fn new(_: Color, _: Option<usize>) -> Self { Style } }
pub(crate) fn render(report: &Report, language: Language, _: &Style) -> String {
    let mut out = String::new();
    for d in &report.diagnoses { out.push_str(&format!("{:?} {} {}\n", d.verdict, d.rule, d.title.get(language))); for e in &d.evidence { out.push_str(&format!("   {:?} {}:{}\n", e.role, e.citation.location.line, e.citation.text())); } }
    out
}
