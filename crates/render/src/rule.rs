//! A rule for people: what it means, what to do, what it looks like.
//!
//! In: a checked rule. Out: text in the style of the other answers. Texts of a
//! user's rule file are treated like any input: cleaned before they are shown.

use super::section::{Section, severity_ink};
use super::style::{Ink, Style};
use super::text;
use super::words::Words;
use super::wrap::{clean, width, wrap};
use pullan_analyzer::{Analyzer, Expectation, Language, Rule, RuleSet, Texts, Verdict};
use std::collections::BTreeSet;

/// A rule's text in a language; English where it has no other.
pub(super) fn pick(texts: &Texts, language: Language) -> &str {
    match language {
        Language::Korean if !texts.ko.is_empty() => &texts.ko,
        _ => &texts.en,
    }
}

/// Everything that a rule says.
pub fn explain(rule: &Rule, rules: &RuleSet, language: Language, style: &Style) -> String {
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
pub(super) fn named(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_read_as_names_and_other_braces_stay() {
        assert_eq!(named("{failure.image} -o jsonpath='{.items}' {a} {x.y"), "<image> -o jsonpath='{.items}' {a} {x.y");
    }
}
