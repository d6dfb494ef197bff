//! Problems of rule files, in the style of a compiler.
//!
//! In: what is wrong with rule files. Out: each problem with its line, a mark under the word, and help. Rule files
//! are input like any other: control characters never reach the terminal.

use pullan_analyzer::{RuleError, RuleErrors};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// Longest piece of a line that is shown, in characters.
const ROOM: usize = 90;
/// What of a long line is shown before the mark.
const LEAD: usize = 40;

/// Every problem, and how many there are.
pub(crate) fn errors(errors: &RuleErrors) -> String {
    let count = errors.0.len();
    let mut out = format!("{count} {} in rule files\n", if count == 1 { "problem" } else { "problems" });
    for error in &errors.0 {
        problem(error, &mut out);
    }
    out.truncate(out.trim_end().len());
    out
}

fn problem(error: &RuleError, out: &mut String) {
    let gutter = error.line.to_string().len();
    let _ = writeln!(out, "\nerror: {}\n{:gutter$} --> {}:{}:{}", clean(&error.message), "", clean(&error.file), error.line, error.column);
    let column = error.column.saturating_sub(1);
    let skipped = if error.text.chars().count() > ROOM { column.saturating_sub(LEAD) } else { 0 };
    let before: String = error.text.chars().skip(skipped).take(column - skipped).collect();
    let rest: String = error.text.chars().skip(column).take(ROOM.saturating_sub(column - skipped)).collect();
    // The mark stands under the whole word.
    let word: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']')).collect();
    let before = format!("{}{}", if skipped > 0 { "…" } else { "" }, clean(&before));
    let _ = writeln!(out, "{:gutter$} |\n{} | {}", "", error.line, format!("{before}{}", clean(&rest)).trim_end());
    let _ = writeln!(out, "{:gutter$} | {}{}", "", " ".repeat(before.width()), "^".repeat(clean(&word).width().max(1)));
    if let Some(help) = &error.help {
        let _ = writeln!(out, "{:gutter$} = help: {}", "", clean(help));
    }
}

/// The text without anything that a terminal would act on.
pub(super) fn clean(text: &str) -> String {
    let inert = |c: char| match c {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(inert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_under_the_word() {
        let error = RuleError {
            file: "mine.yaml".into(),
            line: 12,
            column: 9,
            message: "unknown fact `pul`".into(),
            help: Some("did you mean `pull`?".into()),
            text: "  - 사실: pul\u{1b}".into(),
        };
        let shown = errors(&RuleErrors(vec![error]));
        assert_eq!(
            shown,
            "1 problem in rule files\n\nerror: unknown fact `pul`\n   --> mine.yaml:12:9\n   |\n12 |   - 사실: pul␛\n   |           ^^^^\n   = help: did you mean `pull`?"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{}wrong{}", "x ".repeat(200), " y".repeat(200));
        let error = RuleError { file: "a".into(), line: 1, column: 401, message: "m".into(), help: None, text };
        let shown = errors(&RuleErrors(vec![error]));
        assert!(shown.lines().all(|line| line.width() < 100), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[5].find("wrong").map(|at| lines[5][..at].width()), lines[6].find('^'));
    }
}
