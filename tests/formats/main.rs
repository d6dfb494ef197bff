//! The forms for machines and for tickets: valid by their schemas over the whole corpus, inert whatever is in the input, and as the
//! snapshots show them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test that cannot read its files has failed

use pullan_analyzer::{Language, Report, RuleSet};
use pullan_render::{github, json, junit, markdown, sarif, yaml};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn validator(path: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    // One pattern of the published SARIF schema closes a bracket that it never opened, which no strict reader takes.
    let schema: Value = serde_json::from_str(&text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, text: &str) {
    let value: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Every input of the corpus, analysed for itself.
fn corpus() -> Vec<Report> {
    let mut reports = Vec::new();
    let mut folders = vec![root().join("corpus")];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "case.yaml") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                reports.push(pullan_analyzer::analyze(&name, &std::fs::read(&path).unwrap()));
            }
        }
    }
    assert!(reports.len() > 50);
    reports
}

#[test]
fn every_report_of_the_corpus_validates() {
    let (contract, log) = (validator("schema/report.schema.json"), validator("tests/formats/sarif-schema-2.1.0.json"));
    let rules = RuleSet::builtin();
    for report in corpus() {
        for language in [Language::English, Language::Korean] {
            let indented = json::render(&report, language).unwrap();
            assert_valid(&contract, &indented);
            assert_valid(&log, &sarif::render(&report, &rules, language).unwrap());
            let value: Value = serde_json::from_str(&indented).unwrap();
            let line = json::compact(&report, language).unwrap();
            assert_eq!((line.lines().count(), serde_json::from_str::<Value>(&line).unwrap()), (1, value.clone()));
            assert_eq!(json::compact(&json::read(&line).unwrap(), language).unwrap(), line, "what was written is read back");
            assert_eq!(serde_yaml::from_str::<Value>(&yaml::render(&report, language).unwrap()).unwrap(), value);
            assert_junit(&junit::render(&report, language), report.diagnoses.len());
            assert_annotations(&github::render(&report, language), report.diagnoses.len());
        }
    }
}

/// What readers of JUnit agree on: suites of cases, whose numbers are true, and a failure with a message in each that failed.
fn assert_junit(text: &str, findings: usize) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let suite = document.root_element().first_element_child().unwrap();
    let cases: Vec<_> = suite.children().filter(roxmltree::Node::is_element).collect();
    let failed =
        cases.iter().filter(|case| case.children().any(|child| child.has_tag_name("failure") && child.attribute("message").is_some()));
    assert_eq!((document.root_element().tag_name().name(), suite.tag_name().name()), ("testsuites", "testsuite"));
    assert!(
        cases.iter().all(|case| case.has_tag_name("testcase") && case.attribute("name").is_some() && case.attribute("classname").is_some())
    );
    let number = |name| suite.attribute(name).and_then(|text| text.parse::<usize>().ok());
    assert_eq!((number("tests"), number("failures")), (Some(cases.len()), Some(failed.count())), "{text}");
    assert_eq!((number("failures"), number("errors")), (Some(findings), Some(0)), "{text}");
}

/// `::error file=a.txt,line=3::message`, a line each; GitHub reads a colon or a comma in a property as its end.
fn assert_annotations(text: &str, findings: usize) {
    for line in text.lines() {
        let (head, message) = line.strip_prefix("::").and_then(|line| line.split_once("::")).unwrap_or_else(|| panic!("{line}"));
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(matches!(command, "error" | "warning" | "notice") && !message.is_empty(), "{line}");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap_or_else(|| panic!("{property} in {line}"));
            assert!(known.contains(&name) && !value.contains(':'), "{property} in {line}");
        }
    }
    assert_eq!(text.lines().count(), findings, "{text}");
}

#[test]
fn every_line_of_a_filter_validates() {
    let lines = validator("schema/ndjson.schema.json");
    let ids = ["17", "\"x\"", "{\"a\": [1, null]}"].map(|id| serde_json::value::RawValue::from_string(id.to_owned()).unwrap());
    for (report, id) in corpus().iter().zip(ids.iter().map(Some).chain([None]).cycle()) {
        let line = json::answer(id.map(AsRef::as_ref), report, Language::English).unwrap();
        assert_valid(&lines, &line);
        let mut value: Value = serde_json::from_str(&line).unwrap();
        value.as_object_mut().unwrap().remove("id");
        assert_eq!(value, serde_json::from_str::<Value>(&json::compact(report, Language::English).unwrap()).unwrap());
        assert!(!lines.is_valid(&value), "a line without an id cannot be told from the others");
    }
    let refusal = json::refusal(Some(&ids[2]), "the line is no JSON object", "<stdin>", 3).unwrap();
    assert_valid(&lines, &refusal);
    assert_eq!(refusal, "{\"id\":{\"a\":[1,null]},\"error\":\"the line is no JSON object\",\"input\":\"<stdin>\",\"line\":3}\n");
}

#[test]
fn merged_reports_validate_and_can_be_merged_after_reading_them_back() {
    let reports = corpus();
    let lines: Vec<String> = reports.iter().map(|report| json::compact(report, Language::English).unwrap()).collect();
    let read: Report = lines.iter().map(|line| json::read(line).unwrap()).collect();
    let merged = json::compact(&reports.into_iter().collect(), Language::English).unwrap();
    assert_valid(&validator("schema/report.schema.json"), &merged);
    assert!(json::compact(&read, Language::English).unwrap() == merged);
}

#[test]
fn what_is_no_report_is_not_read() {
    let report = pullan_analyzer::analyze("event.txt", EVENT.as_bytes());
    let line = json::compact(&report, Language::English).unwrap();
    assert_eq!(json::read(&line.replacen('{', "{\"id\": 1, \"new\": [], ", 1)).unwrap().diagnoses.len(), 1);
    for wrong in ["", "{}", "[]", &line[..line.len() / 2], &line.replace("\"verdict\":\"", "\"verdict\":\"more-than-")] {
        assert!(matches!(json::read(wrong), Err(json::ReadError::Invalid(_))), "{wrong}");
    }
    let newer = json::read("{\"schema_version\": 2, \"causes\": []}").unwrap_err();
    assert_eq!(newer.to_string(), "version 2 of the contract, where 1 is known");
}

#[test]
fn the_schemas_refuse_what_is_wrong() {
    let report = pullan_analyzer::analyze("event.txt", EVENT.as_bytes());
    let contract = validator("schema/report.schema.json");
    let value: Value = serde_json::from_str(&json::render(&report, Language::English).unwrap()).unwrap();
    for (pointer, wrong) in
        [("/schema_version", 2.into()), ("/diagnoses/0/verdict", "sure".into()), ("/diagnoses/0/evidence/0/line", "1".into())]
    {
        let mut broken = value.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(contract.is_valid(&value) && !contract.is_valid(&broken), "{pointer}");
    }
    let log = validator("tests/formats/sarif-schema-2.1.0.json");
    let mut value: Value = serde_json::from_str(&sarif::render(&report, &RuleSet::builtin(), Language::English).unwrap()).unwrap();
    assert!(log.is_valid(&value));
    value["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!log.is_valid(&value));
}

const EVENT: &str = "Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image \"registry.example/team/app:v9\": rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example/team/app:v9\": failed to resolve reference \"registry.example/team/app:v9\": registry.example/team/app:v9: not found\n";

/// All forms, by name.
fn forms(report: &Report, language: Language) -> Vec<(&'static str, String)> {
    vec![
        ("markdown", markdown::render(report, language)),
        ("json", json::render(report, language).unwrap()),
        ("jsonl", json::compact(report, language).unwrap()),
        ("yaml", yaml::render(report, language).unwrap()),
        ("sarif", sarif::render(report, &RuleSet::builtin(), language).unwrap()),
        ("junit", junit::render(report, language)),
        ("github", github::render(report, language)),
    ]
}

#[test]
fn hostile_text_is_inert_in_every_form() {
    let image =
        "registry.example/=cmd|x/\u{1b}]0;owned\u{7}<script>alert(1)</script>``` [a](javascript:b) *x* @all %0A::error::y \u{202e}]]>:v9";
    let paste = EVENT.replace("registry.example/team/app:v9", image).replace("not found", "not found\u{9b}31m\u{200b}");
    let named = "a\u{1b}[31m\n::error::b,\"<x>`\u{202e}c.txt";
    for paste in [EVENT.to_owned(), paste] {
        let report = pullan_analyzer::analyze(named, paste.as_bytes());
        assert_eq!(report.diagnoses.len(), 1);
        for (form, text) in forms(&report, Language::English) {
            let hostile = |c: &char| {
                (c.is_control() && *c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            };
            assert_eq!(text.chars().find(hostile), None, "{form}: {text}");
            match form {
                "junit" => assert!(!text.contains("<script") && !text.contains("]]>") && !text.contains("<x>"), "{text}"),
                "github" => assert!(text.lines().count() == 1 && text.starts_with("::error file=a␛[31m␊%3A%3Aerror%3A%3Ab%2C"), "{text}"),
                "jsonl" => assert_eq!(text.lines().count(), 1),
                "markdown" => assert_inert_markdown(&text),
                "sarif" => assert!(!text.contains("](javascript") || text.contains("snippet"), "{text}"),
                _ => {}
            }
        }
    }
}

/// Outside of code nothing is left that Markdown reads as markup.
fn assert_inert_markdown(text: &str) {
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line.trim_start()[..line.trim_start().chars().take_while(|c| *c == '`').count()];
        match fence {
            Some(open) if ticks.len() >= open.len() && line.trim() == ticks => fence = None,
            None if ticks.len() >= 3 && !line.trim_start()[ticks.len()..].contains('`') => fence = Some(ticks),
            None => {
                let outside: String = spans_removed(line);
                assert!(!outside.contains(['<', '[', '@', '|', '`']) && !outside.contains("javascript"), "{line}\nin {text}");
            }
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "{text}");
}

fn spans_removed(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let ticks = rest[at..].chars().take_while(|c| *c == '`').count();
        let inner = &rest[at + ticks..];
        let mut from = 0;
        let end = loop {
            let Some(found) = inner[from..].find('`') else { break None };
            let run = inner[from + found..].chars().take_while(|c| *c == '`').count();
            if run == ticks {
                break Some(from + found + run);
            }
            from += found + run;
        };
        let Some(end) = end else { return out + &rest[at..] };
        rest = &inner[end..];
    }
    out + rest
}

/// A new version or a new rule changes no snapshot.
fn stable(text: &str, report: &Report) -> String {
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
    text.replace(&format!("{} rules", report.rules), "[n] rules")
        .replace(&format!("\"rules\": {}", report.rules), "\"rules\": 0")
        .replace(&format!("\"rules\":{}", report.rules), "\"rules\":0")
        .replace(&format!("rules: {}\n", report.rules), "rules: 0\n")
        .replace(&format!("규칙 {}개", report.rules), "규칙 [n]개")
}

#[test]
fn each_form_as_it_is_written() {
    let report = pullan_analyzer::analyze("event.txt", EVENT.as_bytes());
    for (form, text) in forms(&report, Language::English) {
        insta::assert_snapshot!(form, stable(&text, &report));
    }
}

#[test]
fn replies_for_tickets() {
    for (input, language) in [
        ("events-401.txt", Language::English),
        ("events-401.txt", Language::Korean),
        ("two-causes.txt", Language::Korean),
        ("describe-backoff-only.txt", Language::English),
        ("prose.txt", Language::Korean),
    ] {
        let report = pullan_analyzer::analyze(input, &std::fs::read(root().join("tests/render").join(input)).unwrap());
        let name = format!("markdown_{}_{language:?}", input.trim_end_matches(".txt"));
        insta::assert_snapshot!(name, stable(&markdown::render(&report, language), &report));
    }
}

#[test]
fn nothing_found_and_nothing_recognised_are_told_apart() {
    for (name, text) in [
        ("healthy", "NAME    READY   STATUS    RESTARTS   AGE\nweb-1   1/1     Running   0          11m\n"),
        ("prose", "What should I look at?\n"),
    ] {
        let report = pullan_analyzer::analyze("x.txt", text.as_bytes());
        let shown = format!(
            "{}\n{}{}",
            junit::render(&report, Language::English),
            markdown::render(&report, Language::English),
            github::render(&report, Language::English)
        );
        insta::assert_snapshot!(format!("nothing_{name}"), stable(&shown, &report));
    }
}
