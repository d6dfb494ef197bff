//! The outcome of the examples of rule files.
//!
//! In: what held and what did not. Out: text for people, no wider than [`WIDTH`] columns.

use super::rule_error::clean;
use pullan_analyzer::ExampleOutcome;
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 100;

/// Each failure with its reasons, then the count.
pub(crate) fn text(outcome: &ExampleOutcome) -> String {
    let mut out = String::new();
    for failure in &outcome.failures {
        let _ = writeln!(out, "failed {}: {}", clean(&failure.rule), clean(&failure.example));
        for line in failure.message.lines() {
            wrap(&clean(line), &mut out);
        }
        out.push('\n');
    }
    let failed = outcome.failures.len();
    let _ = writeln!(out, "{} {} passed, {failed} failed", if failed == 0 { "ok:" } else { "failed:" }, outcome.passed);
    out
}

/// A line with its own indentation, broken between words; what follows is indented a little more.
fn wrap(line: &str, out: &mut String) {
    let depth = 4 + line.len() - line.trim_start().len();
    let mut column = 0;
    for word in line.split_whitespace() {
        if column == 0 {
            let _ = write!(out, "{:depth$}", "");
            column = depth;
        } else if column + 1 + word.width() > WIDTH {
            let _ = write!(out, "\n{:1$}", "", depth + 2);
            column = depth + 2;
        } else {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.width();
    }
    out.push('\n');
}
