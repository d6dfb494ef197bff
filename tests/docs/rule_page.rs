//! The page of a rule.
//!
//! In: a checked rule and the set it belongs to. Out: Markdown in one language.

use crate::markdown::{Page, address, block, code, prose};
use crate::words::Words;
use pullan_analyzer::{Condition, Conditions, Expectation, Rule, RuleSet, Step, VerdictCase};

/// Everything about a rule that its reader wants to know.
pub(crate) fn page(rule: &Rule, rules: &RuleSet, words: &Words) -> String {
    let (folder, language) = words.other;
    let mut page = Page::new(words.generated, &prose(words.pick(&rule.title)));
    page.block(&format!("{} · [{language}]({folder}/{}.md)", code(&rule.id), rule.id));
    page.block(&facts(rule, words));
    page.block(&format!("## {}", words.meaning));
    page.block(&prose(words.pick(&rule.explanation)));
    if let Some(example) = rule.examples.iter().find(|example| matches!(example.expect, Expectation::Match(_))) {
        page.block(&format!("## {}", words.example));
        page.block(&block("text", &example.input, ""));
    }
    page.block(&format!("## {}", words.verdicts));
    for (index, case) in rule.verdicts.iter().enumerate() {
        verdict(case, index == 0, rule, rules, words, &mut page);
    }
    next_steps(rule, rules, words, &mut page);
    apart(rule, rules, words, &mut page);
    if !rule.references.is_empty() {
        page.block(&format!("## {}", words.references));
        page.block(&rule.references.iter().map(|reference| format!("- {}\n", address(reference))).collect::<String>());
    }
    if rules.document_of(&rule.id).is_none() {
        let file = format!("crates/analyzer/rules/{}/{}.yaml", rule.family, rule.id);
        page.block(&format!("{} [`{file}`]({}/{file})", words.source, words.top));
    }
    page.finish()
}

/// The table at the top.
fn facts(rule: &Rule, words: &Words) -> String {
    let mut verdicts: Vec<&str> = Vec::new();
    for case in &rule.verdicts {
        let word = words.verdict_of(case.is);
        if !verdicts.contains(&word) {
            verdicts.push(word);
        }
    }
    let family = format!("[{0}]({1}#{0})", rule.family, words.index);
    let rows = [
        (words.family, family.as_str()),
        (words.severity, words.severity_of(rule.severity)),
        (words.verdict, &verdicts.join(", ")),
        (words.retry, words.retry_helps[usize::from(rule.retry_helps)]),
    ];
    let rows = rows.map(|(name, value)| format!("| {name} | {value} |\n"));
    format!("| | |\n|---|---|\n{}", rows.concat())
}

fn verdict(case: &VerdictCase, first: bool, rule: &Rule, rules: &RuleSet, words: &Words, page: &mut Page) {
    let when = match (case.when.is_empty(), first) {
        (true, true) => words.always.to_owned(),
        (true, false) => words.otherwise.to_owned(),
        (false, _) => format!("{} {}", words.where_, conditions(&case.when, words)),
    };
    let others: Vec<String> = case.between.iter().filter(|id| **id != rule.id).map(|id| link(id, rules)).collect();
    let between = if others.is_empty() { String::new() } else { format!("; {} {}", words.between, others.join(", ")) };
    let line = format!("- **{}** {when}{between}", words.verdict_of(case.is));
    if first {
        page.block(&line)
    } else {
        page.item(&line)
    }
    for step in case.decide_by.iter().flat_map(|step| spelled_out(step, rules)) {
        page.block(&format!("  {} {}", words.decide, prose(words.pick(&step.say))));
        if let Some(run) = &step.run {
            page.block(&block("sh", run, "  "));
            page.item("\n");
        }
    }
}

/// Conditions as rule files write them; alternatives joined by "or".
fn conditions(conditions: &Conditions, words: &Words) -> String {
    let alternative = |all: &Vec<Condition>| {
        all.iter().map(|condition| code(&condition.to_string())).collect::<Vec<_>>().join(&format!(" {} ", words.and))
    };
    conditions.iter().map(alternative).collect::<Vec<_>>().join(&format!(", {} ", words.or))
}

/// The step itself, or what stands for it where the runtime is not known.
fn spelled_out<'s>(step: &'s Step, rules: &'s RuleSet) -> &'s [Step] {
    match &step.task {
        Some(task) => rules.knowledge().task(None, task),
        None => std::slice::from_ref(step),
    }
}

fn next_steps(rule: &Rule, rules: &RuleSet, words: &Words, page: &mut Page) {
    page.block(&format!("## {}", words.steps));
    if rule.next_steps.is_empty() {
        page.block(words.no_steps);
    }
    let mut number = 0;
    for own in &rule.next_steps {
        for step in spelled_out(own, rules) {
            number += 1;
            numbered(number, step, words, page);
        }
        if !own.when.is_empty() {
            page.block(&format!("   {} {}.", words.only_where, conditions(&own.when, words)));
        }
        if let Some(task) = &own.task {
            page.block(&format!("   {} [{task}](runtimes.md#{task})", words.by_runtime));
        }
    }
    let registries = rules.knowledge().registries.iter().filter(|registry| registry.steps.contains_key(&rule.family));
    let registries: Vec<String> =
        registries.map(|registry| format!("[{}](registries.md#{})", prose(&registry.name), registry.id)).collect();
    if !registries.is_empty() {
        page.block(&format!("{} {}", words.by_registry, registries.join(", ")));
    }
}

/// A step of a numbered list, with its command.
pub(crate) fn numbered(number: usize, step: &Step, words: &Words, page: &mut Page) {
    page.block(&format!("{number}. *{}*: {}", words.risk(step.risk), prose(words.pick(&step.say))));
    if let Some(run) = &step.run {
        page.block(&block("sh", run, "   "));
    }
}

/// Near misses, and the rules that stand back or stand beside.
fn apart(rule: &Rule, rules: &RuleSet, words: &Words, page: &mut Page) {
    let misses = rule.examples.iter().filter_map(|example| match &example.expect {
        Expectation::None(instead) => Some((prose(&example.name), instead)),
        Expectation::Match(_) => None,
    });
    let misses: Vec<String> = misses
        .map(|(name, instead)| {
            format!("- {name}: {}\n", instead.as_ref().map_or_else(|| words.no_diagnosis.to_owned(), |id| titled(id, rules, words)))
        })
        .collect();
    if misses.is_empty() && rule.supersedes.is_empty() && rule.overlaps.is_empty() {
        return;
    }
    page.block(&format!("## {}", words.confused));
    if !misses.is_empty() {
        page.block(&misses.concat());
    }
    for (lead, ids) in [(words.supersedes, &rule.supersedes), (words.beside, &rule.overlaps)] {
        let links: Vec<String> = ids.iter().map(|id| link(id, rules)).collect();
        if !links.is_empty() {
            page.block(&format!("{lead} {}", links.join(", ")));
        }
    }
}

/// A rule's page and its title.
fn titled(id: &str, rules: &RuleSet, words: &Words) -> String {
    let title = rules.get(id).map(|rule| format!(", *{}*", prose(words.pick(&rule.title)))).unwrap_or_default();
    format!("{}{title}", link(id, rules))
}

fn link(id: &str, rules: &RuleSet) -> String {
    if rules.get(id).is_some() { format!("[{id}]({id}.md)") } else { code(id) }
}
