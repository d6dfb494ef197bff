//! A rule for people: what it means, what to do, what it looks like.

use pullan_analyzer::{Language, Risk, Rule, RuleSet, Severity, Texts};
use std::fmt::Write;

/// A rule's text in a language; English where it has no other.
pub(super) fn pick(texts: &Texts, language: Language) -> &str {
    match language {
        Language::Korean if !texts.ko.is_empty() => &texts.ko,
        _ => &texts.en,
    }
}

/// Everything that a rule says.
pub(crate) fn explain(rule: &Rule, rules: &RuleSet, language: Language) -> String {
    let words = match language {
        Language::Korean => ["재시도만으로 해결됩니까", "예", "아니요", "다음 단계", "예시", "참고 문서"],
        Language::English => ["Does waiting alone heal it", "yes", "no", "Next steps", "What it looks like", "References"],
    };
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let mut out = format!("{}: {}\n{}, {}\n\n{}\n\n", rule.id, pick(&rule.title, language), rule.family, severity, wrap(pick(&rule.explanation, language), 100, ""));
    let _ = writeln!(out, "{}: {}\n\n{}:", words[0], if rule.retry_helps { words[1] } else { words[2] }, words[3]);
    for step in &rule.next_steps {
        let steps: Vec<_> = match &step.task {
            Some(task) => rules.knowledge().task(None, task).iter().collect(),
            None => vec![step],
        };
        for step in steps {
            let risk = match step.risk {
                Risk::Inspect => "inspect",
                Risk::Change => "change",
                Risk::Destructive => "destructive",
            };
            let _ = writeln!(out, "  [{risk}] {}", wrap(pick(&step.say, language), 96, "    ").trim_start());
            if let Some(run) = &step.run {
                let _ = writeln!(out, "      $ {run}");
            }
        }
    }
    if let Some(example) = rule.examples.iter().find(|example| matches!(example.expect, pullan_analyzer::Expectation::Match(_))) {
        let _ = writeln!(out, "\n{}:", words[4]);
        for line in example.input.lines() {
            let _ = writeln!(out, "  | {line}");
        }
    }
    if !rule.references.is_empty() {
        let _ = writeln!(out, "\n{}:", words[5]);
        for reference in &rule.references {
            let _ = writeln!(out, "  {reference}");
        }
    }
    out
}

fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::from(indent);
    let mut column = indent.len();
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent.len() && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.len();
        } else if column > indent.len() {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
