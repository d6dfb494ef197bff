//! Rules for people: a list, an explanation, problems, and the outcome of examples.
//!
//! In: checked rules, or what is wrong with rule files. Out: text in the style of the other answers. Texts of a
//! user's rule file are treated like any input: cleaned before they are shown.

use super::frame::{self, Excerpt, Row};
use super::section::{Section, severity_ink};
use super::style::{Ink, Style};
use super::text;
use super::words::Words;
use super::wrap::{clean, pad, width, wrap};
use pullan_analyzer::{Analyzer, ExampleOutcome, Expectation, Language, Rule, RuleError, RuleErrors, RuleSet, Texts, Verdict};
use std::collections::BTreeSet;
use std::ops::Range;

/// The JSON Schema of a rule file.
pub(crate) const SCHEMA: &str = "{}\n";

/// A rule's text in a language; English where it has no other.
pub(super) fn pick(texts: &Texts, language: Language) -> &str {
    match language {
        Language::Korean if !texts.ko.is_empty() => &texts.ko,
        _ => &texts.en,
    }
}

/// One line a rule, by family.
pub(crate) fn list(rules: &RuleSet, family: Option<&str>, language: Language, style: &Style) -> String {
    let mut out = String::new();
    let mut last = "";
    let chosen = || rules.iter().filter(|rule| family.is_none_or(|family| rule.family == family));
    let columns = chosen().map(|rule| width(&rule.id)).max().unwrap_or(0);
    for rule in chosen() {
        if rule.family != last {
            if !last.is_empty() {
                out.push('\n');
            }
            out.push_str(&format!("{}\n", style.paint(Ink::Strong, &clean(&rule.family))));
            last = &rule.family;
        }
        let id = style.paint(severity_ink(rule.severity), &pad(&clean(&rule.id), columns));
        out.push_str(&format!("  {id}  {}\n", clean(pick(&rule.title, language))));
    }
    out
}

/// Everything that a rule says.
pub(crate) fn explain(rule: &Rule, rules: &RuleSet, language: Language, style: &Style) -> String {
    let words = Words(language);
    let section = Section { words, style };
    let text = |texts: &Texts| named(pick(texts, language));
    let head = format!("{}[{}]", words.severity(rule.severity), clean(&rule.id));
    let title = wrap(&text(&rule.title), style.width(), width(&head) + 2, 4).join("\n    ");
    let mut out = format!("{}: {}\n\n", style.paint(severity_ink(rule.severity), &head), style.paint(Ink::Strong, &title));
    section.text(words.family(), &rule.family, &mut out);
    section.text(words.verdicts(), &verdicts(rule, words), &mut out);
    section.text(words.retry(), words.retry_sentence(rule.retry_helps), &mut out);
    out.push('\n');
    section.text(words.why(), &text(&rule.explanation), &mut out);
    let between = between(rule);
    if !between.is_empty() {
        section.text(words.between(), &between.join(", "), &mut out);
    }
    out.push('\n');
    section.key(words.next(), "", &mut out);
    let mut number = 0;
    for own in &rule.next_steps {
        let steps = match &own.task {
            Some(task) => rules.knowledge().task(None, task),
            None => std::slice::from_ref(own),
        };
        for step in steps {
            number += 1;
            let say = text(&step.say);
            let say = if own.when.is_empty() { say } else { format!("{say} ({})", words.where_it_applies()) };
            section.step(Some(number), step.risk, &say, step.run.as_deref().map(named).as_deref(), &mut out);
        }
    }
    if let Some(frame) = proof(rule, rules, language, style) {
        out.push('\n');
        section.key(words.looks_like(), "", &mut out);
        out.push_str(&frame);
    }
    if !rule.references.is_empty() {
        out.push('\n');
        section.key(words.see(), "", &mut out);
        for reference in &rule.references {
            out.push_str(&format!("    {}\n", clean(reference)));
        }
    }
    out
}

/// The first example that shows the cause, as the analyzer cites it.
fn proof(rule: &Rule, rules: &RuleSet, language: Language, style: &Style) -> Option<String> {
    let example = rule.examples.iter().find(|example| matches!(example.expect, Expectation::Match(_)))?;
    let report = Analyzer::new(rules.clone()).analyze("example", example.input.as_bytes());
    text::proof(&report, &rule.id, language, style)
}

fn verdicts(rule: &Rule, words: Words) -> String {
    let verdicts: BTreeSet<Verdict> = rule.verdicts.iter().map(|case| case.is).collect();
    verdicts.into_iter().map(|verdict| words.verdict(verdict)).collect::<Vec<_>>().join(", ")
}

/// The causes with which this one can be confused.
fn between(rule: &Rule) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for id in rule.verdicts.iter().flat_map(|case| &case.between) {
        if *id != rule.id && !found.contains(&id.as_str()) {
            found.push(id);
        }
    }
    found
}

/// A rule's text before anything is filled in: `{failure.image}` reads `<image>`, as it does where a report lacks it.
fn named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 1..];
        let field = inner.find('}').map(|end| &inner[..end]).and_then(|name| name.split_once('.')).filter(|(binding, field)| {
            let word =
                |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
            word(binding) && word(field)
        });
        if let Some((binding, field)) = field {
            out.push_str(&format!("<{field}>"));
            rest = &inner[binding.len() + field.len() + 2..];
        } else {
            out.push('{');
            rest = inner;
        }
    }
    out.push_str(rest);
    out
}

/// Every problem with its line and a mark, and how many there are.
pub(crate) fn errors(errors: &RuleErrors, style: &Style) -> String {
    let mut out = format!("{}\n\n", Words::rule_problems(errors.0.len()));
    for error in &errors.0 {
        out.push_str(&problem(error, style));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

fn problem(error: &RuleError, style: &Style) -> String {
    let message: Vec<String> = wrap(&error.message, style.prose(), 7, 4).iter().map(|line| style.paint(Ink::Strong, line)).collect();
    let row = Row { line: error.line as u64, text: &error.text, first_column: 1, mark: wrong_part(error) };
    let excerpt = Excerpt { source: &error.file, rows: vec![row], primary: true, label: String::new() };
    let help: Vec<String> = error.help.iter().map(|help| format!("help: {help}")).collect();
    format!("{}: {}\n{}", style.paint(Ink::Error, "error"), message.join("\n    "), frame::draw(&[excerpt], &help, style, Ink::Error))
}

/// The wrong word. An error is placed at its key; the word that the message quotes stands there or behind it.
fn wrong_part(error: &RuleError) -> Range<usize> {
    let from = error.column.saturating_sub(1);
    let text: String = error.text.chars().skip(from).collect();
    let quoted = error.message.split('`').nth(1).filter(|quoted| !quoted.is_empty());
    if let Some((quoted, at)) = quoted.and_then(|quoted| Some((quoted, text.find(quoted)?))) {
        let start = from + text[..at].chars().count();
        return start..start + quoted.chars().count();
    }
    let word = text.chars().take_while(|c| !c.is_whitespace() && !matches!(c, ':' | ',' | '}' | ']')).count();
    from..from + word.max(1)
}

/// What ran and what failed, and why.
pub(crate) fn examples(outcome: &ExampleOutcome, style: &Style) -> String {
    let mut out = String::new();
    for failure in &outcome.failures {
        out.push_str(&format!(
            "{} {}: {}\n",
            style.paint(Ink::Error, "failed"),
            style.paint(Ink::Strong, &clean(&failure.rule)),
            clean(&failure.example)
        ));
        for line in failure.message.lines() {
            out.push_str(&format!("    {}\n", wrap(line, style.width(), 4, 6).join("\n      ")));
        }
        out.push('\n');
    }
    let failed = outcome.failures.len();
    let ink = if failed == 0 { Ink::Safe } else { Ink::Error };
    out.push_str(&format!(
        "{} {} passed, {failed} failed\n",
        style.paint(ink, if failed == 0 { "ok:" } else { "failed:" }),
        outcome.passed
    ));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Color;

    #[test]
    fn placeholders_read_as_names_and_other_braces_stay() {
        assert_eq!(named("{failure.image} -o jsonpath='{.items}' {a} {x.y"), "<image> -o jsonpath='{.items}' {a} {x.y");
    }

    #[test]
    fn problems_are_shown_as_a_compiler_does() {
        let error = RuleError {
            file: "mine.yaml".into(),
            line: 12,
            column: 5,
            message: "unknown fact `pul`".into(),
            help: Some("did you mean `pull`?".into()),
            text: "  - fact: pul\u{1b}".into(),
        };
        let shown = errors(&RuleErrors(vec![error]), &Style::new(Color::Never, Some(80)));
        assert_eq!(
            shown,
            "1 problem in rule files\n\nerror: unknown fact `pul`\n   --> mine.yaml:12:11\n   |\n12 |   - fact: pul␛\n   |           ^^^\n   = help: did you mean `pull`?"
        );
    }
}
