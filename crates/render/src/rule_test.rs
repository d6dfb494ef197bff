//! The outcome of the examples of rule files.
//!
//! In: what held and what did not. Out: each failure with its reasons, then the count.

use super::style::{Ink, Style};
use super::words::{Words, fill};
use super::wrap::{clean, wrap};
use pullan_analyzer::{ExampleOutcome, Language};

/// Reasons stand below what they belong to; a line that is too long goes on a little deeper.
pub fn text(outcome: &ExampleOutcome, language: Language, style: &Style) -> String {
    let words = Words(language);
    let mut out = String::new();
    for failure in &outcome.failures {
        let rule = style.paint(Ink::Strong, &clean(&failure.rule));
        out.push_str(&format!("{} {rule}: {}\n", style.paint(Ink::Error, words.rules_failed()), clean(&failure.example)));
        for reason in &failure.reasons {
            let depth = 4 + 2 * reason.depth;
            let lines = wrap(&words.statement(&reason.statement), style.prose(), depth, depth + 2);
            out.push_str(&format!("{}{}\n", " ".repeat(depth), lines.join(&format!("\n{}", " ".repeat(depth + 2)))));
        }
        out.push('\n');
    }
    let failed = outcome.failures.len();
    let (ink, word) = if failed == 0 { (Ink::Safe, words.rules_ok()) } else { (Ink::Error, words.rules_failed()) };
    let counts = fill(words.rules_outcome(), &[("passed", &outcome.passed.to_string()), ("failed", &failed.to_string())]);
    out.push_str(&format!("{} {counts}\n", style.paint(ink, &format!("{word}:"))));
    out
}
