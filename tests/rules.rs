//! The built-in rules as a whole: each is complete, its examples hold, rules do not fire on each other's
//! examples, mistakes in a rule file are all told at once, and nothing fires where no pull failed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;

use case::{analyze, load, said};
use pullan_analyzer::{Analyzer, Expectation, Rule, RuleSet, Step, Texts, check_examples};
use std::collections::BTreeSet;

#[test]
fn every_rule_is_complete() {
    let rules = RuleSet::builtin();
    let mut missing = Vec::new();
    for rule in rules.iter() {
        let mut say = |text: String| missing.push(format!("{}: {text}", rule.id));
        let positive = rule.examples.iter().filter(|example| matches!(example.expect, Expectation::Match(_))).count();
        if positive < 2 {
            say(format!("{positive} positive examples, 2 are needed"));
        }
        if !rule.examples.iter().any(|example| matches!(example.expect, Expectation::None(Some(_)))) {
            say("no near miss with `instead`".to_owned());
        }
        if rule.next_steps.is_empty() {
            say("no next step".to_owned());
        }
        for (what, texts) in texts_of(rule) {
            if texts.en.trim().is_empty() || texts.ko.trim().is_empty() {
                say(format!("{what} is not in both languages"));
            }
            if !texts.ko.is_empty() && !texts.ko.chars().any(|c| ('가'..='힣').contains(&c)) {
                say(format!("{what}: the Korean text is not Korean"));
            }
        }
        for reference in rule.references.iter().filter(|reference| !reference.starts_with("https://")) {
            say(format!("{reference} is not https"));
        }
    }
    assert!(rules.len() > 100 && missing.is_empty(), "\n{} rules\n{}\n", rules.len(), missing.join("\n"));
}

/// Every text that a person reads. Steps that stand for a task of the runtime have theirs elsewhere.
fn texts_of(rule: &Rule) -> Vec<(String, &Texts)> {
    let own = |step: &&Step| step.task.is_none();
    let mut texts = vec![("title".to_owned(), &rule.title), ("explanation".to_owned(), &rule.explanation)];
    texts.extend(rule.next_steps.iter().filter(own).enumerate().map(|(at, step)| (format!("next step {}", at + 1), &step.say)));
    texts.extend(
        rule.verdicts.iter().filter_map(|case| case.decide_by.as_ref()).filter(own).map(|step| ("decide-by".to_owned(), &step.say)),
    );
    texts
}

#[test]
fn ambiguous_verdicts_name_their_causes_and_the_step_that_decides() {
    let rules = RuleSet::builtin();
    let mut wrong = Vec::new();
    for rule in rules.iter() {
        for case in rule.verdicts.iter().filter(|case| case.is == pullan_analyzer::Verdict::Ambiguous) {
            if case.between.len() < 2 || case.decide_by.is_none() {
                wrong.push(format!("{}: an ambiguous verdict needs two causes and a step", rule.id));
            }
            wrong.extend(case.between.iter().filter(|id| rules.get(id).is_none()).map(|id| format!("{}: there is no rule {id}", rule.id)));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn all_examples_hold() {
    let outcome = check_examples(&RuleSet::builtin(), |_| true);
    let failures: Vec<String> = outcome.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "\n{} examples hold, {} do not:\n\n{}\n", outcome.passed, failures.len(), failures.join("\n\n"));
}

#[test]
fn rules_do_not_fire_on_each_others_examples() {
    let rules = RuleSet::builtin();
    let analyzer = Analyzer::new(rules.clone());
    let mut crossfire = Vec::new();
    let mut unused: BTreeSet<(&str, &str)> = declared(&rules).collect();
    for rule in rules.iter() {
        for example in &rule.examples {
            let owner = match &example.expect {
                Expectation::Match(_) => rule.id.as_str(),
                Expectation::None(Some(instead)) => instead,
                Expectation::None(None) => continue,
            };
            let report = analyzer.analyze("example", example.input.as_bytes());
            for other in said(&report).into_iter().filter(|other| *other != owner) {
                let related = declared(&rules).filter(|pair| *pair == (owner, other) || *pair == (other, owner)).collect::<Vec<_>>();
                if related.is_empty() {
                    crossfire.push(format!("{other} fires on an example of {owner} ({} / {})", rule.id, example.name));
                }
                related.iter().for_each(|pair| {
                    unused.remove(pair);
                });
            }
        }
    }
    assert!(crossfire.is_empty(), "\n{} undeclared:\n{}\n", crossfire.len(), crossfire.join("\n"));
    // Not an error: a declaration may be about inputs that no example shows.
    println!("{} declared overlaps are shown by no example", unused.len());
}

/// Pairs of rules of which one may rightly be said beside the other.
fn declared(rules: &RuleSet) -> impl Iterator<Item = (&str, &str)> {
    rules.iter().flat_map(|rule| rule.overlaps.iter().chain(&rule.supersedes).map(|other| (rule.id.as_str(), other.as_str())))
}

#[test]
fn nothing_fires_where_no_pull_failed() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let quiet = |name: &str| ["healthy/", "other-failures/", "undiagnosed/"].iter().any(|family| name.starts_with(family));
    let mut fired = Vec::new();
    for case in load().iter().filter(|case| quiet(&case.name) && case.expected.known_wrong.is_none()) {
        let report = analyze(&analyzer, &case.sources);
        fired.extend(report.diagnoses.iter().map(|diagnosis| format!("{}: {} ({:?})", case.name, diagnosis.rule, diagnosis.verdict)));
    }
    assert!(fired.is_empty(), "\n{}\n", fired.join("\n"));
}

/// A rule in which a word of nearly every kind is mistyped.
const MISTAKES: &str = "\
id: my-rule
family: not-found
title: {en: A title, ko: 제목}
severity: eror
scope: imge
match:
  all:
    - fact: pull-failure
      as: failure
      where:
        registry-cod: MANIFEST_UNKNOWN
      same: [pdo]
    - fact: waitng
verdict: certian
retry-helps: false
explanation: {en: \"{failre.image} is missing\", ko: \"{failure.image} 이미지가 없습니다\"}
next-steps:
  - risk: inspct
    say: {en: Look, ko: 확인합니다}
references: [http://example.com]
";

#[test]
fn all_mistakes_of_a_rule_file_are_told_at_once_with_place_and_suggestion() {
    let errors = RuleSet::builder().builtin().document("mine.yaml", MISTAKES).build().unwrap_err();
    let wanted = [
        (4, "did you mean `error`?"),
        (5, "did you mean `image`?"),
        (11, "did you mean `registry-code`?"),
        (12, "did you mean `pod`?"),
        (13, "did you mean `waiting`?"),
        (14, "did you mean `certain`?"),
        (16, "did you mean `failure`?"),
        (18, "did you mean `inspect`?"),
    ];
    for (line, help) in wanted {
        let told = errors
            .0
            .iter()
            .any(|error| error.line == line && error.column > 0 && error.help.as_ref().is_some_and(|told| told.to_string() == help));
        assert!(told, "line {line}: {help} is not told:\n{errors}");
    }
    assert!(errors.0.iter().any(|error| error.line == 20 && error.message.to_string().contains("https")), "{errors}");
    for error in &errors.0 {
        assert_eq!((error.file.as_str(), error.text.as_str()), ("mine.yaml", MISTAKES.lines().nth(error.line - 1).unwrap()), "{errors}");
        assert!(error.column <= error.text.chars().count(), "{errors}");
    }
    let place = errors.0.iter().find(|error| error.line == 11).map(|error| error.column);
    assert_eq!(place, Some(9), "the column is that of the mistyped field:\n{errors}");
}

#[test]
fn mistakes_of_several_files_are_told_together() {
    let first = "id: one\nfamily: not-found\n";
    let second = "id: two\nfamily: [\n";
    let errors = RuleSet::builder().builtin().document("one.yaml", first).document("two.yaml", second).build().unwrap_err();
    let files: BTreeSet<&str> = errors.0.iter().map(|error| error.file.as_str()).collect();
    assert_eq!(files, BTreeSet::from(["one.yaml", "two.yaml"]), "{errors}");
    assert!(errors.0.iter().all(|error| error.line > 0 && error.column > 0), "{errors}");
}

#[test]
fn a_reference_to_an_unknown_rule_is_an_error_with_a_suggestion() {
    let rules = RuleSet::builtin();
    let rule = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/policy/policy-never-pull.yaml")).unwrap();
    let broken = rule.replace("supersedes: []", "supersedes: [tag-not-fond]");
    assert_ne!(rule, broken);
    let errors = RuleSet::builder().builtin().document("policy-never-pull.yaml", &broken).build().unwrap_err();
    let shown = errors.to_string();
    assert!(shown.contains("tag-not-fond") && shown.contains("`tag-not-found`"), "{shown}");
    assert!(rules.get("tag-not-found").is_some());
}

/// The build stores what its own copy of the checker made of the files; this is the checker that reads a user's files.
#[test]
fn the_stored_rules_are_what_the_files_say() {
    let builtin = RuleSet::builtin();
    let mut builder = RuleSet::builder().builtin();
    let mut files = 0;
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/rules"))];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                builder = builder.document(&path.display().to_string(), &std::fs::read_to_string(&path).unwrap());
                files += 1;
            }
        }
    }
    let read = builder.build().unwrap();
    assert_eq!((files, read.len()), (builtin.len(), builtin.len()));
    for rule in builtin.iter() {
        assert_eq!(read.get(&rule.id), Some(rule), "{}", rule.id);
        assert!(read.document_of(&rule.id).is_some());
    }
}

#[test]
fn a_condition_that_can_never_hold_is_an_error() {
    let rule = |condition: &str| {
        format!(
            "id: mine\nfamily: not-found\ntitle: {{en: A, ko: 가}}\nseverity: error\nscope: image\nmatch:\n  all:\n    - fact: waiting\n      as: wait\n    - fact: pull-failure\n      as: failure\n      where: {{{condition}}}\nverdict: certain\nretry-helps: false\nexplanation: {{en: a, ko: 가}}\nnext-steps:\n  - risk: inspect\n    say: {{en: Look, ko: 확인}}\nreferences: [\"https://kubernetes.io/docs/\"]\n"
        )
    };
    let said = |condition: &str| match RuleSet::builder().builtin().document("mine.yaml", &rule(condition)).build() {
        Ok(_) => String::new(),
        Err(errors) => errors
            .0
            .iter()
            .map(|error| format!("{} {}\n", error.message, error.help.as_ref().map(ToString::to_string).unwrap_or_default()))
            .collect(),
    };
    for (condition, wanted) in [
        ("http-status: 404", ""),
        ("http-status: [401, 403]", ""),
        ("tag: 7", ""),
        ("combined: false", ""),
        ("text: {prefix: a, suffix: [b], contains: c}", ""),
        ("http-status: {min: 500, max: 599, not: 503, present: true}", ""),
        ("reference: $wait.reference", ""),
        ("reference: {not: $wait.reference}", ""),
        ("http-status: {}", "no operator stands here operators of a number: not, present, min, max"),
        ("text: {}", "operators of a text: not, present, prefix, suffix, contains, template, in"),
        ("combined: {}", "operators of a flag: not, present\n"),
        ("text: {prefx: a}", "there is no operator `prefx` did you mean `prefix`?"),
        ("http-status: {prefix: a}", "`prefix` cannot be asked of `http-status`, which is a number"),
        ("text: {min: 5}", "`min` cannot be asked of `text`, which is a text"),
        ("http-status: {min: many}", "`min` takes a whole number"),
        ("text: {present: maybe}", "`present` takes true or false"),
        ("text: {contains: []}", "`contains` takes a text or a list of texts"),
        ("text: {contains: ['']}", "this is empty"),
        ("text: {contains: [5]}", "write it in quotes"),
        ("text: {contains: [[a]]}", "`contains` takes a text or a list of texts"),
        ("text: {template: '{a}{b}'}", "capture"),
        ("registry: {in: nowhere}", "there is no list `nowhere`"),
        ("registry: {in: [a]}", "`in` takes the name of a list"),
        ("http-status: []", "this list is empty"),
        ("http-status: '404'", "`http-status` is a number, and this is not write it without quotes"),
        ("http-status: many", "`http-status` is a whole number, and this is not"),
        ("http-status: 1.5", "`http-status` is a whole number, and this is not"),
        ("text: true", "`text` is a text, and this is not write it in quotes"),
        ("text: 1.5", "`text` is a text, and this is not write it in quotes"),
        ("combined: 'yes'", "`combined` is a flag, and this is not true or false"),
        ("operation: reslve", "`reslve` is no value of `operation` did you mean `resolve`?"),
        ("operation: zzzzzz", "it is one of parse, inspect"),
        ("operation: 7", "`operation` is a word, and this is not"),
        ("reference: $waitreference", "names no field of a bound fact"),
        ("reference: $wiat.reference", "no fact is bound as `wiat` before this clause did you mean `wait`?"),
        ("reference: $wait.referenc", "which has no field `referenc` did you mean `reference`?"),
        ("text: $wait.count", "`text` is a text, `$wait.count` is a number: they are never equal"),
        ("http-status: $wait.reason", "`http-status` is a number, `$wait.reason` is a text: they are never equal"),
        ("backends: 0", "have no field `backends` facts of kind ipvs-service have it"),
    ] {
        let said = said(condition);
        assert!(said.contains(wanted) && said.is_empty() == wanted.is_empty(), "{condition}: {wanted:?} is wanted, said is\n{said}");
    }
}

/// An analyzer with one rule, which matches so.
fn with_rule(matcher: &str) -> Analyzer {
    let rule = format!(
        "id: mine\nfamily: not-found\ntitle: {{en: A, ko: 가}}\nseverity: error\nscope: image\n{matcher}\nverdict: certain\nretry-helps: false\nexplanation: {{en: a, ko: 가}}\nnext-steps:\n  - risk: inspect\n    say: {{en: Look, ko: 확인}}\nreferences: [\"https://kubernetes.io/docs/\"]\n"
    );
    Analyzer::new(RuleSet::builder().document("mine.yaml", &rule).build().unwrap())
}

#[test]
fn only_what_is_about_the_same_thing_supports_a_match() {
    let failed = "shop  9s  Warning  Failed  Pod/web-1  spec.containers{web}  Failed to pull image \"r.example/a:1\": unexpected EOF";
    let waits = |pod: &str, image: &str| {
        format!("9s  Warning  ErrImageNeverPull  {pod}  Container image \"{image}\" is not present with pull policy of Never")
    };
    for (same, gap, waiting, supports) in [
        ("[pod]", "\n", waits("Pod/web-1", "b:1"), true),
        ("[pod]", "\n", waits("Pod/web-2", "r.example/a:1"), false),
        ("[image]", "\n", waits("Pod/web-2", "r.example/a:1"), true),
        ("[image]", "\n", waits("Pod/web-2", "b:1"), false),
        ("[pod, image]", "\n", waits("Pod/web-1", "b:1"), false),
        // Names are names within a namespace, and a container's within its pod.
        ("[pod]", "\n", format!("shop  {}", waits("Pod/web-1", "r.example/a:1")), true),
        ("[pod]", "\n", format!("other  {}", waits("Pod/web-1", "r.example/a:1")), false),
        ("[container]", "\n", waits("Pod/web-1  spec.containers{web}", "r.example/a:1"), true),
        ("[container]", "\n", waits("Pod/web-1  spec.containers{log}", "r.example/a:1"), false),
        ("[container]", "\n", waits("Pod/web-2  spec.containers{web}", "r.example/a:1"), false),
        // Where no pod is named, the block of the paste decides.
        ("[pod]", "\n", "9s  Warning  Failed  Error: ErrImagePull".to_owned(), true),
        ("[pod]", "\n\nAnd from another cluster we have this:\n\n", "9s  Warning  Failed  Error: ErrImagePull".to_owned(), false),
        ("[node]", "\n\nAnd from another cluster we have this:\n\n", "9s  Warning  Failed  Error: ErrImagePull".to_owned(), true),
    ] {
        let text = format!("{failed}{gap}{waiting}");
        let rule = format!("match: {{all: [{{fact: pull-failure, as: failure}}]}}\nsupporting: [{{fact: waiting, same: {same}}}]");
        let report = with_rule(&rule).analyze("input", text.as_bytes());
        let evidence = &report.diagnoses.iter().find(|diagnosis| diagnosis.rule == "mine").unwrap().evidence;
        let found = evidence.iter().any(|evidence| evidence.role == pullan_analyzer::Role::Supporting);
        assert_eq!(found, supports, "{same}: {text}\n{:#?}", report.facts);
    }
}

#[test]
fn each_field_is_matched_in_its_own_text() {
    let rule = "match: {all: [{fact: pull-failure, as: failure, where: {registry-message: {template: 'authentication {what}'}, text: {template: 'reading manifest {tag} in {repository}'}}}]}";
    let failed = "9s  Warning  Failed  Pod/web-1  Failed to pull image \"r.example/a:1\": initializing source docker://r.example/a:1: reading manifest 1 in r.example/a: unauthorized: authentication required";
    assert_eq!(said(&with_rule(rule).analyze("input", failed.as_bytes())), ["mine"]);
}

/// What holds of a fact alone is found once for all matches; what compares it with another fact is not.
#[test]
fn a_clause_that_names_another_fact_is_asked_for_each() {
    let analyzer = with_rule(
        "match: {all: [{fact: pull-failure, as: failure}, {fact: waiting, same: [registry], where: {reference: $failure.reference}}]}",
    );
    let row = |pod: usize| {
        let waiting = if pod.is_multiple_of(2) { pod } else { pod + 1_000 };
        format!(
            "9s  Warning  Failed  Pod/web-{pod}  Failed to pull image \"r.example/a{pod}:1\": unexpected EOF\n9s  Warning  ErrImageNeverPull  Pod/wait-{pod}  Container image \"r.example/a{waiting}:1\" is not present with pull policy of Never\n"
        )
    };
    for pods in [4, 80] {
        let report = analyzer.analyze("input", (0..pods).map(row).collect::<String>().as_bytes());
        let mine: Vec<_> = report.diagnoses.iter().filter(|diagnosis| diagnosis.rule == "mine").collect();
        let failing = mine.iter().flat_map(|diagnosis| &diagnosis.subjects).filter_map(|affected| affected.subject.pod.as_deref());
        let failing: BTreeSet<&str> = failing.filter(|pod| pod.starts_with("web-")).collect();
        assert_eq!(
            failing,
            (0..pods)
                .filter(|pod| pod.is_multiple_of(2))
                .map(|pod| format!("web-{pod}"))
                .collect::<BTreeSet<_>>()
                .iter()
                .map(String::as_str)
                .collect()
        );
    }
}
