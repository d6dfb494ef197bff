//! The generated files: the JSON Schema, the rule reference, the vocabulary, what the lab proved, how often pullan is right. Are they what the rules and tables say?
//!
//! `PULLAN_BLESS=1 cargo test -p pullan --test docs` writes them anew. Pages show one example and the near misses of a
//! rule, not how it matches: a new wording of a known failure changes no page.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)] // a test may stop at what must not happen

mod accuracy_page;
#[path = "../case/mod.rs"]
mod case;
mod lab_page;
mod markdown;
mod rule_index;
mod rule_page;
mod shared_steps;
mod vocabulary_page;
mod words;

use pullan_analyzer::RuleSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use words::{ENGLISH, KOREAN};

/// Every generated file by its path from the top of the repository, but for `docs/accuracy.md`, which takes seconds.
fn generated() -> BTreeMap<PathBuf, String> {
    let rules = RuleSet::builtin();
    let mut files = BTreeMap::from([
        (PathBuf::from("schema/rule.schema.json"), RuleSet::schema()),
        (PathBuf::from("docs/vocabulary.md"), vocabulary_page::page()),
        (PathBuf::from("docs/rules/README.md"), rule_index::page(&rules)),
        (PathBuf::from("docs/lab.md"), lab_page::page(&rules)),
    ]);
    for words in [&ENGLISH, &KOREAN] {
        let folder = Path::new(words.folder);
        files.insert(folder.join("runtimes.md"), shared_steps::runtimes(&rules, words));
        files.insert(folder.join("registries.md"), shared_steps::registries(&rules, words));
        for rule in rules.iter() {
            files.insert(folder.join(format!("{}.md", rule.id)), rule_page::page(rule, &rules, words));
        }
    }
    files
}

/// A file of the repository.
fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Pages that exist although no rule stands for them.
fn orphans(files: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let folders = [ENGLISH.folder, KOREAN.folder].map(|folder| root().join(folder));
    let pages = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten().flatten()).map(|entry| entry.path());
    let pages = pages.filter(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.map(|page| page.strip_prefix(root()).unwrap().to_owned()).filter(|page| !files.contains_key(page)).collect()
}

#[test]
fn generated_files_are_fresh() {
    let mut files = generated();
    files.insert(PathBuf::from("docs/accuracy.md"), accuracy_page::page(&RuleSet::builtin()));
    let bless = std::env::var_os("PULLAN_BLESS").is_some();
    let mut stale = orphans(&files);
    for page in stale.iter().filter(|_| bless) {
        std::fs::remove_file(root().join(page)).unwrap();
    }
    for (name, wanted) in &files {
        let path = root().join(name);
        let is = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        if is != *wanted {
            stale.push(name.clone());
            if bless {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, wanted).unwrap();
            }
        }
    }
    let list: Vec<String> = stale.iter().map(|name| name.display().to_string()).collect();
    assert!(
        bless || stale.is_empty(),
        "not fresh:\n  {}\nwrite them anew with: PULLAN_BLESS=1 cargo test -p pullan --test docs",
        list.join("\n  ")
    );
}

/// A link to a page that is not generated, or not there, helps nobody.
#[test]
fn links_lead_somewhere() {
    let mut files = generated();
    files.insert(PathBuf::from("docs/accuracy.md"), read("docs/accuracy.md"));
    for (name, text) in files.iter().filter(|(name, _)| name.extension().is_some_and(|extension| extension == "md")) {
        for target in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
            let page = if page.is_empty() { name.clone() } else { normal(&name.parent().unwrap().join(page)) };
            assert!(files.contains_key(&page) || root().join(&page).exists(), "{}: {target}", name.display());
            if let Some(text) = files.get(&page).filter(|_| !anchor.is_empty()) {
                let anchors: Vec<String> = text
                    .lines()
                    .filter_map(|line| line.strip_prefix("## ").or_else(|| line.strip_prefix("### ")))
                    .map(markdown::anchor)
                    .collect();
                assert!(anchors.iter().any(|known| known == anchor), "{}: {target} of {anchors:?}", name.display());
            }
        }
    }
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        if part.as_os_str() == ".." {
            out.pop();
        } else {
            out.push(part);
        }
    }
    out
}

/// The rule that `docs/writing-rules.md` shows is a rule, and its examples hold.
#[test]
fn the_rule_in_the_guide_is_true() {
    let guide = std::fs::read_to_string(root().join("docs/writing-rules.md")).unwrap().replace("\r\n", "\n");
    let yaml = guide.split("```yaml\n").nth(1).unwrap().split("```\n").next().unwrap();
    let rules = RuleSet::builder().builtin().document("docs/writing-rules.md", yaml).build().unwrap_or_else(|errors| panic!("{errors}"));
    let outcome = pullan_analyzer::check_examples(&rules, |rule| rules.document_of(&rule.id).is_some());
    assert!(outcome.failures.is_empty() && outcome.passed == 3, "{outcome:#?}");
}

#[test]
fn nothing_hostile_reaches_a_page() {
    let yaml = "id: hostile\nfamily: evil\ntitle: {en: '<script>x</script> [a](b) | `c` *d*', ko: '# e'}\nseverity: error\nscope: image\n\
                match: {all: [{fact: pull-failure, as: failure}]}\nverdict: certain\nretry-helps: false\n\
                explanation: {en: \"1. {failure.image} <img src=x>\\e[2J &amp; {failure.x`y}\"}\n\
                next-steps: [{risk: inspect, say: {en: go}, run: 'echo ``` {failure.image}'}]\nreferences: ['https://x.example/)<b>']\n\
                examples: [{name: '<b>', input: \"```\\n# out\\e]0;x\\u0007\\n\", expect: match}, {name: '<i>', input: x, expect: none, instead: tag-not-found}]\n";
    let rules = RuleSet::builder().builtin().document("hostile.yaml", yaml).build().unwrap();
    let page = rule_page::page(rules.get("hostile").unwrap(), &rules, &ENGLISH);
    insta::assert_snapshot!(page);
}
