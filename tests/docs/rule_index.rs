//! The index of all rules, in both languages.

use crate::markdown::{Page, prose};
use crate::words::ENGLISH;
use pullan_analyzer::{Rule, RuleSet, Severity};

/// A table a family.
pub(crate) fn page(rules: &RuleSet) -> String {
    let mut families: Vec<&str> = rules.iter().map(|rule| rule.family.as_str()).collect();
    families.dedup();
    let mut page = Page::new(ENGLISH.generated, "Rules");
    page.block(&format!(
        "The {} causes that pullan knows, by family. A page says what a cause means, what it looks like, what it is told apart from and what to do; `pullan explain RULE` says it on the command line. \
         See also: [writing rules](../writing-rules.md), [vocabulary](../vocabulary.md), [runtimes](runtimes.md), [registries](registries.md).",
        rules.len()
    ));
    page.block(&format!(
        "pullan이 아는 원인 {}개를 분류별로 정리했습니다. 각 문서에는 의미, 예시, 구분해야 하는 경우, 조치가 있으며, 명령줄에서는 `pullan explain RULE --lang ko` 명령으로 볼 수 있습니다. \
         함께 보기: [런타임](ko/runtimes.md), [레지스트리](ko/registries.md).",
        rules.len()
    ));
    page.block(&families.iter().map(|family| format!("[{family}](#{family})")).collect::<Vec<_>>().join(" · "));
    for family in families {
        page.block(&format!("## {family}"));
        let rows: String = rules.iter().filter(|rule| rule.family == family).map(row).collect();
        page.block(&format!("| Rule | Severity | Cause | 원인 |\n|---|---|---|---|\n{rows}"));
    }
    page.finish()
}

fn row(rule: &Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let korean = if rule.title.ko.is_empty() { &rule.title.en } else { &rule.title.ko };
    format!("| [{0}]({0}.md) | {severity} | {1} | [{2}](ko/{0}.md) |\n", rule.id, prose(&rule.title.en), prose(korean))
}
