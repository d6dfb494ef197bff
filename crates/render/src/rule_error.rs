//! Problems of rule files, in the style of a compiler.
//!
//! In: what is wrong with rule files. Out: how many problems there are, and each with its line, a mark below the word, and
//! help.

use super::frame::{self, Excerpt, Row};
use super::style::{Ink, Style};
use super::words::{Words, fill};
use super::wrap::wrap;
use pullan_analyzer::{Language, RuleError, RuleErrors};

/// All problems.
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
    let message: Vec<String> =
        wrap(&words.statement(&error.message), style.prose(), 7, 4).iter().map(|line| style.paint(Ink::Strong, line)).collect();
    let from = error.column.saturating_sub(1);
    // The mark stands below the whole word.
    let word = error.text.chars().skip(from).take_while(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']')).count();
    let row = Row { line: error.line as u64, text: &error.text, first_column: 1, mark: from..from + word.max(1) };
    let excerpt = Excerpt { source: &error.file, rows: vec![row], primary: true, label: String::new() };
    let help: Vec<String> = error.help.iter().map(|help| format!("{}: {}", words.rules_help(), words.statement(help))).collect();
    format!("{}: {}\n{}", style.paint(Ink::Error, words.error()), message.join("\n    "), frame::draw(&[excerpt], &help, style, Ink::Error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_shown_as_a_compiler_does() {
        let rule = "id: mine\nfamily: x\ntitle: {en: A}\nseverity: eror # \u{202e}\nscope: image\nmatch:\n  all: [{fact: waiting}]\nverdict: certain\nretry-helps: false\nexplanation: {en: A}\n";
        let errors = pullan_analyzer::RuleSet::builder().document("mine.yaml", rule).build().unwrap_err();
        assert_eq!(
            text(&errors, Language::English, &Style::new(false, 80)),
            "1 problem in rule files\n\nerror: `eror` is not one of error, warning, info\n  --> mine.yaml:4:11\n  |\n4 | severity: eror # �\n  |           ^^^^\n  = help: did you mean `error`?"
        );
        let korean = text(&errors, Language::Korean, &Style::new(false, 80));
        assert!(
            korean.starts_with("규칙 파일의 문제 1건\n\n오류: `eror`: 쓸 수 없는 값입니다. 쓸 수 있는 값은 error, warning, info입니다\n"),
            "{korean}"
        );
        assert!(korean.ends_with("도움말: `error`을(를) 쓰려던 것인가요?"), "{korean}");
    }
}
