//! All rules: a table for people, by family, or JSON for programs.
//!
//! In: a rule set. Out: text. What a rule means in full is `rule.rs`'s work.

use super::rule::pick;
use super::section::severity_ink;
use super::style::{Ink, Style};
use super::words::Words;
use super::wrap::{clean, pad, width};
use pullan_analyzer::{Language, Rule, RuleSet, Severity};

/// Severity as rule files write it, for programs.
fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Id, severity and title of each rule, under its family.
pub fn text(rules: &RuleSet, family: Option<&str>, language: Language, style: &Style) -> String {
    let mut out = String::new();
    let mut last = "";
    let chosen = || rules.iter().filter(|rule| family.is_none_or(|family| rule.family == family));
    let words = Words(language);
    let word =
        [Severity::Error, Severity::Warning, Severity::Info].map(|severity| width(words.severity(severity))).into_iter().max().unwrap_or(0);
    let columns = chosen().map(|rule| width(&rule.id)).max().unwrap_or(0);
    for rule in chosen() {
        if rule.family != last {
            if !last.is_empty() {
                out.push('\n');
            }
            out.push_str(&format!("{}\n", style.paint(Ink::Strong, &clean(&rule.family))));
            last = &rule.family;
        }
        let severity = style.paint(severity_ink(rule.severity), &pad(words.severity(rule.severity), word));
        out.push_str(&format!("  {}  {severity}  {}\n", pad(&clean(&rule.id), columns), clean(pick(&rule.title, language))));
    }
    out
}

/// One object a rule.
#[derive(serde::Serialize)]
struct Entry<'r> {
    id: &'r str,
    family: &'r str,
    severity: &'static str,
    title: &'r str,
}

/// The same as JSON.
pub fn json<'r>(rules: &'r RuleSet, family: Option<&str>, language: Language) -> serde_json::Result<String> {
    let chosen = rules.iter().filter(|rule| family.is_none_or(|family| rule.family == family));
    let entry = |rule: &'r Rule| Entry { id: &rule.id, family: &rule.family, severity: severity(rule), title: pick(&rule.title, language) };
    let entries: Vec<Entry<'_>> = chosen.map(entry).collect();
    serde_json::to_string_pretty(&entries).map(|json| json + "\n")
}
