//! The pages of what rules share: tasks by runtime, registries.

use crate::markdown::{Page, code, prose};
use crate::rule_page::numbered;
use crate::words::Words;
use pullan_analyzer::{RuleSet, Step};

/// How each task is done with each runtime.
pub(crate) fn runtimes(rules: &RuleSet, words: &Words) -> String {
    let knowledge = rules.knowledge();
    let mut page = head("runtimes", words.runtimes, words.runtimes_about, words);
    for task in knowledge.tasks() {
        page.block(&format!("## {task}"));
        for runtime in &knowledge.runtimes {
            let Some(list) = runtime.tasks.get(task) else { continue };
            let name = if runtime.id == "any" { words.any_runtime } else { &runtime.id };
            page.block(&format!("### {task}: {name}"));
            steps(list, words, &mut page);
        }
    }
    page.finish()
}

/// What each registry's answers mean, and its own steps.
pub(crate) fn registries(rules: &RuleSet, words: &Words) -> String {
    let mut page = head("registries", words.registries, words.registries_about, words);
    for registry in &rules.knowledge().registries {
        page.block(&format!("## {}", registry.id));
        page.block(&format!("**{}**", prose(&registry.name)));
        let hosts: Vec<String> = registry.hosts.iter().map(|host| code(host)).collect();
        page.block(&format!("{} {}", words.hosts, hosts.join(", ")));
        let note = words.pick(&registry.note);
        if !note.is_empty() {
            page.block(&prose(note));
        }
        for (family, list) in &registry.steps {
            page.block(&format!("### {}: {family}", registry.id));
            steps(list, words, &mut page);
        }
    }
    page.finish()
}

fn head(name: &str, title: &str, about: &str, words: &Words) -> Page {
    let (folder, language) = words.other;
    let mut page = Page::new(words.generated, title);
    page.block(&format!("[{language}]({folder}/{name}.md) · [{}]({})", words.all_rules, words.index));
    page.block(about);
    page
}

fn steps(list: &[Step], words: &Words, page: &mut Page) {
    for (step, number) in list.iter().zip(1..) {
        numbered(number, step, words, page);
    }
}
