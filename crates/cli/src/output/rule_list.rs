//! All rules: a table for people, by family, or JSON for programs.
//!
//! In: a rule set. Out: text. What a rule means in full is `rule.rs`'s work.

use super::rule::pick;
use pullan_analyzer::{Language, Rule, RuleSet, Severity};
use std::fmt::Write;

/// Severity as rule files write it.
fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Id, severity and title of each rule, under its family.
pub(crate) fn text(rules: &RuleSet, family: Option<&str>, language: Language) -> String {
    let mut out = String::new();
    let mut last = "";
    let chosen = || rules.iter().filter(|rule| family.is_none_or(|family| rule.family == family));
    let width = chosen().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in chosen() {
        if rule.family != last {
            if !last.is_empty() {
                out.push('\n');
            }
            let _ = writeln!(out, "{}", rule.family);
            last = &rule.family;
        }
        let _ = writeln!(out, "  {:width$}  {:7}  {}", rule.id, severity(rule), super::rule_error::clean(pick(&rule.title, language)));
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
pub(crate) fn json(rules: &RuleSet, family: Option<&str>, language: Language) -> serde_json::Result<String> {
    let chosen = rules.iter().filter(|rule| family.is_none_or(|family| rule.family == family));
    let entries: Vec<Entry<'_>> = chosen
        .map(|rule| Entry { id: &rule.id, family: &rule.family, severity: severity(rule), title: pick(&rule.title, language) })
        .collect();
    serde_json::to_string_pretty(&entries).map(|json| json + "\n")
}
