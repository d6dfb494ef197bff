//! Problems of rule files, in the style of a compiler.
//!
//! In: what is wrong with rule files. Out: how many problems there are, and each with its line, a mark below the word, and
//! help.

use super::frame::{self, Excerpt, Row};
use super::style::{Ink, Style};
use super::words::{Words, fill};
use super::wrap::wrap;
use pullan_analyzer::{Language, RuleError, RuleErrors};

/// All problems. What is wrong with each is said in English, the language of the keys in a rule file.
pub fn text(errors: &RuleErrors, language: Language, style: &Style) -> String {
    let words = Words(language);
    let count = errors.0.len();
    let title = if count == 1 { words.rules_problem() } else { words.rules_problems() };
    let mut out = format!("{}\n\n", fill(title, &[("count", &count.to_string())]));
    for error in &errors.0 {
        out.push_str(&problem(error, words, style));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

fn problem(error: &RuleError, words: Words, style: &Style) -> String {
    let message: Vec<String> = wrap(&error.message, style.prose(), 7, 4).iter().map(|line| style.paint(Ink::Strong, line)).collect();
    let from = error.column.saturating_sub(1);
    // The mark stands below the whole word.
    let word = error.text.chars().skip(from).take_while(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']')).count();
    let row = Row { line: error.line as u64, text: &error.text, first_column: 1, mark: from..from + word.max(1) };
    let excerpt = Excerpt { source: &error.file, rows: vec![row], primary: true, label: String::new() };
    let help: Vec<String> = error.help.iter().map(|help| format!("{}: {help}", words.rules_help())).collect();
    format!("{}: {}\n{}", style.paint(Ink::Error, words.error()), message.join("\n    "), frame::draw(&[excerpt], &help, style, Ink::Error))
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
        let shown = text(&RuleErrors(vec![error.clone()]), Language::English, &Style::new(false, 80));
        assert_eq!(
            shown,
            "1 problem in rule files\n\nerror: unknown fact `pul`\n   --> mine.yaml:12:11\n   |\n12 |   - fact: pul␛\n   |           ^^^^\n   = help: did you mean `pull`?"
        );
        let korean = text(&RuleErrors(vec![error.clone(), error]), Language::Korean, &Style::new(false, 80));
        assert!(
            korean.starts_with("규칙 파일의 문제 2건\n\n오류: unknown fact `pul`\n") && korean.ends_with("도움말: did you mean `pull`?"),
            "{korean}"
        );
    }
}
