//! `docs/lab.md`: each cause, and what the lab proved of it.
//!
//! In: `tests/lab/results.json` as the lab recorded it, `tests/lab/beyond.yaml`, the rules. Out: the page. It stops where a
//! cause is neither produced nor explained away, so that no rule escapes the list.

use crate::markdown::{Page, prose};
use crate::words::ENGLISH;
use pullan_analyzer::{Rule, RuleSet};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `results.json`.
#[derive(Deserialize)]
pub(crate) struct Results {
    versions: BTreeMap<String, serde_json::Value>,
    pub(crate) failures: Vec<Failure>,
}

/// One failure that was produced.
#[derive(Deserialize)]
pub(crate) struct Failure {
    pub(crate) id: String,
    broken: String,
    /// Causes of which one must be named first.
    pub(crate) expect: Vec<String>,
    pub(crate) image: String,
    /// Name of the gRPC code.
    pub(crate) code: String,
    /// The error as the runtime gave it.
    pub(crate) error: String,
    /// By text, rule and verdict of each diagnosis.
    pub(crate) said: BTreeMap<String, Vec<(String, String)>>,
    remedy: Option<Remedy>,
    /// What was wrong; a recorded run has none.
    problem: Option<String>,
}

#[derive(Deserialize)]
struct Remedy {
    step: String,
    command: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beyond {
    #[serde(default)]
    families: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
    why: String,
}

impl Failure {
    /// The rule that was named first where the text tells the cause.
    fn first(&self) -> &str {
        let texts = ["describe.txt", "containerd.log"];
        texts.iter().find_map(|text| self.said.get(*text)).map_or("", |said| said[0].0.as_str())
    }
}

pub(crate) fn results() -> Results {
    let results: Results = serde_json::from_str(&crate::read("tests/lab/results.json")).unwrap();
    let wrong: Vec<&str> = results.failures.iter().filter(|failure| failure.problem.is_some()).map(|failure| failure.id.as_str()).collect();
    assert!(wrong.is_empty(), "recorded with problems: {wrong:?}");
    results
}

/// The page.
pub(crate) fn page(rules: &RuleSet) -> String {
    let results = results();
    let beyond: Vec<Beyond> = serde_yaml::from_str(&crate::read("tests/lab/beyond.yaml")).unwrap();
    let remedied = results.failures.iter().filter(|failure| failure.remedy.is_some()).count();
    let rows: Vec<String> = rules.iter().map(|rule| row(rule, &results, &beyond)).collect();
    let diagnosed = rows.iter().filter(|row| row.contains("| diagnosed")).count();

    let mut page = Page::new(ENGLISH.generated, "What the lab proved");
    page.block(&format!(
        "[The lab](../tests/lab/README.md) produced {} failures with {}. All were diagnosed rightly; for {remedied} of them the next step that pullan gave was followed, and the pull \
         succeeded then. Of the {} causes, {diagnosed} were named first in at least one of them.",
        results.failures.len(),
        versions(&results),
        rules.len()
    ));
    page.block(&format!("## Causes\n\n| cause | | by |\n|---|---|---|\n{}", rows.concat()));
    page.block("## Failures\n\nThe error is the runtime's own text.");
    for failure in &results.failures {
        page.block(&format!("### {}\n\n{}: **{}**", failure.id, prose(&failure.broken), failure.first()));
        page.block(&format!("```text\n{}: {}\n```", failure.code, failure.error));
        if let Some(remedy) = &failure.remedy {
            page.block(&format!("Mended by: {}", prose(&remedy.step)));
            if let Some(command) = &remedy.command {
                page.block(&format!("```sh\n{command}\n```"));
            }
        }
    }
    page.finish()
}

fn versions(results: &Results) -> String {
    let word = |value: &serde_json::Value| match value {
        serde_json::Value::Array(many) => many.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", "),
        one => one.as_str().unwrap_or_default().to_owned(),
    };
    results.versions.iter().map(|(tool, value)| format!("{tool} {}", word(value))).collect::<Vec<_>>().join("; ")
}

fn row(rule: &Rule, results: &Results, beyond: &[Beyond]) -> String {
    let produced: Vec<&Failure> = results.failures.iter().filter(|failure| failure.first() == rule.id).collect();
    let excuse = beyond.iter().find(|each| each.rules.contains(&rule.id) || each.families.contains(&rule.family));
    let link = format!("[{0}](rules/{0}.md)", rule.id);
    match (produced.as_slice(), excuse) {
        ([], None) => panic!("{} is not produced by the lab; say why in tests/lab/beyond.yaml", rule.id),
        ([], Some(excuse)) => format!("| {link} | not reproducible here | {} |\n", prose(&excuse.why)),
        (_, Some(_)) if excuse.is_some_and(|excuse| excuse.rules.contains(&rule.id)) => {
            panic!("{} is produced by the lab; take it out of tests/lab/beyond.yaml", rule.id)
        }
        (produced, _) => {
            let mended = if produced.iter().any(|failure| failure.remedy.is_some()) { "diagnosed, remedied" } else { "diagnosed" };
            let list: Vec<String> = produced.iter().map(|failure| format!("[{0}](#{0})", failure.id)).collect();
            format!("| {link} | {mended} | {} |\n", list.join(", "))
        }
    }
}
