//! What an author sees: `pullan rules check`, `test`, `list`, `schema`, and rules of one's own beside the built-in ones.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)] // a test may stop at what must not happen

use std::process::Command;

/// Exit code, standard output and standard error of the program, run at the top of the repository.
fn pullan(arguments: &[&str]) -> (i32, String, String) {
    pullan_in("en", arguments)
}

fn pullan_in(language: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullan"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).args(["--lang", language, "--color", "never"]).args(arguments);
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What `rules check` says of a file that has something wrong.
fn problems(files: &[&str]) -> String {
    let paths: Vec<String> = files.iter().map(|file| format!("tests/rules_check/{file}.yaml")).collect();
    let mut arguments = vec!["rules", "check"];
    arguments.extend(paths.iter().map(String::as_str));
    let (code, out, problems) = pullan(&arguments);
    assert_eq!((code, out.as_str()), (2, ""));
    problems
}

#[test]
fn nearly_right_names_are_all_found_at_once() {
    insta::assert_snapshot!(problems(&["names"]));
}

#[test]
fn wrong_shapes_are_all_found_at_once() {
    insta::assert_snapshot!(problems(&["shape"]));
}

#[test]
fn mistakes_in_the_yaml_are_explained() {
    insta::assert_snapshot!(problems(&["braces", "colon"]));
}

#[test]
fn rules_with_one_id_are_told_apart() {
    insta::assert_snapshot!(problems(&["quarantine", "twice"]));
}

#[test]
fn the_causes_between_which_a_rule_of_ones_own_is_ambiguous_have_their_titles() {
    let own = ["--rules", "tests/rules_check/quarantine.yaml", "--rules", "tests/rules_check/between.yaml"];
    for format in ["text", "markdown", "html"] {
        let (code, out, _) = pullan(&[&["analyze", "--format", format], &own[..], &["tests/rules_check/quarantine.txt"]].concat());
        assert_eq!(code, 1);
        for words in ["The scanner keeps the image back", "The image tag does not exist", "crictl --debug pull r.example/a:1"] {
            assert!(out.contains(words), "{format}: {out}");
        }
    }
}

#[test]
fn a_good_file_is_good() {
    let (code, out, problems) = pullan(&["rules", "check", "tests/rules_check/quarantine.yaml"]);
    assert_eq!((code, out.as_str(), problems.as_str()), (0, "1 rule, no problem found\n", ""));
}

#[test]
fn failing_examples_say_how_far_the_rule_got() {
    let (code, out, _) = pullan(&["rules", "test", "tests/rules_check/failing.yaml"]);
    assert_eq!(code, 2);
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    insta::assert_snapshot!(out);
}

#[test]
fn outcomes_are_told_in_korean() {
    let (code, out, _) = pullan_in("ko", &["rules", "check", "tests/rules_check/quarantine.yaml"]);
    assert_eq!((code, out.as_str()), (0, "규칙 1개, 문제 없음\n"));
    let (code, out, _) = pullan_in("ko", &["rules", "test", "tests/rules_check/quarantine.yaml"]);
    assert_eq!((code, out.as_str()), (0, "통과: 성공 2건, 실패 0건\n"));
    let (code, _, problems) = pullan_in("ko", &["rules", "check", "tests/rules_check/names.yaml"]);
    assert!(
        code == 2 && problems.contains("규칙 파일의 문제") && problems.contains("\n오류: ") && problems.contains("도움말: "),
        "{problems}"
    );
}

#[test]
fn only_the_examples_of_the_given_files_are_run() {
    let (code, out, _) = pullan(&["rules", "test", "tests/rules_check/quarantine.yaml"]);
    assert_eq!((code, out.as_str()), (0, "ok: 2 passed, 0 failed\n"));
}

#[test]
fn rules_of_ones_own_are_listed_explained_and_used() {
    let own = ["--rules", "tests/rules_check/quarantine.yaml"];
    let (code, out, _) = pullan(&["rules", "list", "--family", "company", own[0], own[1]]);
    assert_eq!((code, out.as_str()), (0, "company\n  quarantine  warning  The scanner keeps the image back\n"));
    let (code, out, _) = pullan(&["rules", "list", "--family", "company", "--format", "json", own[0], own[1]]);
    assert_eq!(code, 0);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&out).unwrap(),
        serde_json::json!([{"id": "quarantine", "family": "company", "severity": "warning", "title": "The scanner keeps the image back"}])
    );
    let (code, out, _) = pullan(&["explain", "quarantine", own[0], own[1]]);
    assert!(code == 0 && out.contains("The scanner keeps the image back"), "{out}");
    let (code, out, _) = pullan(&["analyze", "--format", "json", own[0], own[1], "tests/rules_check/quarantine.txt"]);
    assert!(code == 1 && out.contains("\"rule\": \"quarantine\""), "{out}");
}

#[test]
fn a_file_beside_its_directory_counts_once() {
    let folder = std::env::temp_dir().join(format!("pullan-rules-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("quarantine.yaml");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/rules_check/quarantine.yaml"), &file).unwrap();
    let (code, out, problems) = pullan(&["rules", "check", folder.to_str().unwrap(), file.to_str().unwrap()]);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!((code, out.as_str(), problems.as_str()), (0, "1 rule, no problem found\n", ""));
}

#[test]
fn a_family_that_is_not_there_is_an_error() {
    let (code, _, problems) = pullan(&["rules", "list", "--family", "tsl"]);
    assert!(code == 2 && problems.starts_with("pullan: there is no family `tsl`: auth, config, dns"), "{problems}");
}
