//! Problems of rule files, in the style of a compiler.
//!
//! In: what is wrong with rule files. Out: how many problems there are, and each with its line, a mark below the word, and
//! help.

use super::frame::{self, Excerpt, Row};
use super::style::{Ink, Style};
use super::wrap::wrap;
use pullan_analyzer::{RuleError, RuleErrors};

/// All problems.
pub fn text(errors: &RuleErrors, style: &Style) -> String {
    let count = errors.0.len();
    let mut out = format!("{count} {} in rule files\n\n", if count == 1 { "problem" } else { "problems" });
    for error in &errors.0 {
        out.push_str(&problem(error, style));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

fn problem(error: &RuleError, style: &Style) -> String {
    let message: Vec<String> = wrap(&error.message, style.prose(), 7, 4).iter().map(|line| style.paint(Ink::Strong, line)).collect();
    let from = error.column.saturating_sub(1);
    // The mark stands below the whole word.
    let word = error.text.chars().skip(from).take_while(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']')).count();
    let row = Row { line: error.line as u64, text: &error.text, first_column: 1, mark: from..from + word.max(1) };
    let excerpt = Excerpt { source: &error.file, rows: vec![row], primary: true, label: String::new() };
    let help: Vec<String> = error.help.iter().map(|help| format!("help: {help}")).collect();
    format!("{}: {}\n{}", style.paint(Ink::Error, "error"), message.join("\n    "), frame::draw(&[excerpt], &help, style, Ink::Error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_shown_as_a_compiler_does() {
        let error = RuleError {
            file: "mine.yaml".into(),
            line: 12,
            column: 11,
            message: "unknown fact `pul`".into(),
            help: Some("did you mean `pull`?".into()),
            text: "  - fact: pul\u{1b}".into(),
        };
        let shown = text(&RuleErrors(vec![error]), &Style::new(false, 80));
        assert_eq!(
            shown,
            "1 problem in rule files\n\nerror: unknown fact `pul`\n   --> mine.yaml:12:11\n   |\n12 |   - fact: pul␛\n   |           ^^^^\n   = help: did you mean `pull`?"
        );
    }
}
