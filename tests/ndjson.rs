//! `pullan analyze --ndjson` and `--each` from outside: one answer a line, in order, whatever the lines are; and `pullan merge` of the answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EVENT: &str = "Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image \"registry.example/team/app:v9\": rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example/team/app:v9\": failed to resolve reference \"registry.example/team/app:v9\": registry.example/team/app:v9: not found\n";
const REFUSED: &str = "Warning  Failed  9s  kubelet  Failed to pull image \"hub.acme.com/billing/ledger:1.4\": dial tcp 10.20.0.7:443: connect: connection refused\n";
const HEALTHY: &str = "NAME                   READY   STATUS    RESTARTS   AGE\nweb-7d9c5b8f4-x2x7q    1/1     Running   0          11m\n";

fn pullan(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullan"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs the program with something on its standard input.
fn feed(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = pullan(arguments).spawn().unwrap();
    let (mut stdin, input) = (child.stdin.take().unwrap(), input.as_ref().to_vec());
    // Answers come while lines are still written.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn answers(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn rules(answer: &Value) -> Vec<&str> {
    answer["diagnoses"].as_array().unwrap().iter().map(|diagnosis| diagnosis["rule"].as_str().unwrap()).collect()
}

/// An empty folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// The cases of the corpus that are UTF-8: names of files with their texts.
fn corpus() -> Vec<Vec<(String, String)>> {
    let mut cases = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")];
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        let mut case = Vec::new();
        for path in entries {
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "case.yaml") {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                case.extend(String::from_utf8(std::fs::read(&path).unwrap()).ok().map(|text| (name, text)));
            }
        }
        if !case.is_empty() {
            cases.push(case);
        }
    }
    assert!(cases.len() > 100);
    cases
}

fn lines_of_corpus() -> String {
    let line = |(number, case): (usize, Vec<(String, String)>)| match &case[..] {
        [(_, text)] => json!({"id": number, "text": text}),
        files => json!({"id": number, "files": files.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()}),
    };
    corpus().into_iter().enumerate().map(|case| format!("{}\n", line(case))).collect()
}

#[test]
fn but_for_its_id_a_line_is_what_jsonl_says_of_the_same_files() {
    let folder = folder("ndjson-same");
    let (mut singles, mut several) = (0, 0);
    for case in corpus() {
        // A person who names an empty file is told so; a filter answers that there was nothing.
        if case.iter().all(|(_, text)| text.is_empty()) {
            continue;
        }
        let files = if case.len() == 1 { vec![("text".to_owned(), case[0].1.clone())] } else { case };
        let kind = if files.len() == 1 { &mut singles } else { &mut several };
        *kind += 1;
        if *kind > 8 {
            continue;
        }
        for (name, text) in &files {
            std::fs::write(folder.join(name), text).unwrap();
        }
        // The corpus is walked in the order of names, as the files of a line are read.
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        for options in [&["--lang", "en"][..], &["--lang", "ko"], &["--redact"], &["--ignore", "tcp,auth", "--min-severity", "error"]] {
            let alone =
                pullan(&[&["analyze", "--format", "jsonl"], options, &names].concat()).current_dir(&folder).stdin(Stdio::null()).output();
            let line = match &files[..] {
                [(_, text)] => json!({"text": text, "id": [1]}),
                files => json!({"id": [1], "files": files.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()}),
            };
            let filtered = feed(&[&["analyze", "--ndjson"], options].concat(), format!("{line}\n"));
            assert_eq!(stdout(&filtered), stdout(&alone.unwrap()).replacen('{', "{\"id\":[1],", 1), "{names:?} {options:?}");
        }
    }
    assert!(singles > 8 && several > 3);
}

#[test]
fn threads_change_no_byte_and_no_order() {
    let lines = lines_of_corpus();
    let one = feed(&["analyze", "--ndjson", "--threads", "1"], &lines);
    for (number, answer) in answers(&one).iter().enumerate() {
        assert_eq!(answer["id"], number);
    }
    assert_eq!(answers(&one).len(), lines.lines().count());
    for threads in ["2", "5"] {
        assert!(feed(&["analyze", "--ndjson", "--threads", threads], &lines).stdout == one.stdout, "{threads} threads");
    }
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_nothing_stops() {
    let event = json!(EVENT);
    let mut input = format!("{{\"id\": 1, \"text\": {event}}}\nnot json\n\n   \r\n{{\"id\": {{\"k\": [2]}}, \"text\": 7}}\n").into_bytes();
    input.extend(b"{\"id\": 3, \"text\": \"\xff\"}\n");
    input.extend(format!("{{\"id\": 4, \"files\": {{\"events.txt\": {event}}}, \"more\": true}}").bytes());
    let output = feed(&["analyze", "--ndjson"], &input);
    let answers = answers(&output);
    let short: Vec<String> = answers
        .iter()
        .map(|answer| match answer.get("error") {
            Some(_) => answer.to_string(),
            None => format!("{} {:?} {}", answer["id"], rules(answer), answer["sources"]),
        })
        .collect();
    assert_eq!(
        short,
        [
            r#"1 ["tag-not-found"] ["text"]"#,
            r#"{"error":"the line is no JSON object","id":null,"input":"<stdin>","line":2}"#,
            r#"{"error":"`text` is no string of whole characters","id":{"k":[2]},"input":"<stdin>","line":5}"#,
            r#"{"error":"the line is not UTF-8: byte 20","id":null,"input":"<stdin>","line":6}"#,
            r#"4 ["tag-not-found"] ["events.txt"]"#,
        ]
    );
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
    let korean = stdout(&feed(&["analyze", "--ndjson", "--lang", "ko"], "{\"id\": 1,\n"));
    assert_eq!(
        korean,
        "{\"id\":null,\"error\":\"줄을 읽을 수 없습니다: JSON이 중간에 끝났습니다(9번째 문자)\",\"input\":\"<stdin>\",\"line\":1}\n"
    );
}

#[test]
fn a_line_that_is_too_long_costs_only_itself() {
    let mut input = format!("{{\"id\": 1, \"text\": \"{}\"}}\n", "x ".repeat(33 << 20)).into_bytes();
    input.extend(format!("{{\"id\": 2, \"text\": {}}}\n", json!(EVENT)).bytes());
    let answers = answers(&feed(&["analyze", "--ndjson"], &input));
    assert_eq!(answers[0], json!({"id": null, "error": "the line is longer than 64 MiB", "input": "<stdin>", "line": 1}));
    assert_eq!((&answers[1]["id"], rules(&answers[1])), (&json!(2), vec!["tag-not-found"]));
}

#[test]
fn an_answer_comes_before_the_next_line_is_written() {
    for threads in ["1", "3"] {
        let mut child = pullan(&["analyze", "--ndjson", "--threads", threads]).spawn().unwrap();
        let (mut stdin, mut answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        for id in 0..20 {
            writeln!(stdin, "{}", json!({"id": id, "text": EVENT})).unwrap();
            let mut answer = String::new();
            answers.read_line(&mut answer).unwrap();
            assert!(answer.starts_with(&format!("{{\"id\":{id},")), "{answer}");
        }
        drop(stdin);
        let mut rest = String::new();
        answers.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("", Some(0)));
    }
}

#[test]
fn it_ends_when_nobody_reads_the_answers() {
    let line = format!("{}\n", json!({"id": 1, "text": EVENT}));
    let mut child = pullan(&["analyze", "--ndjson"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    drop(child.stdout.take());
    // An endless upstream is told by the closed pipe.
    while stdin.write_all(line.as_bytes()).is_ok() {}
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_exit_code_is_0_unless_another_is_asked_for() {
    let line = |text: &str| format!("{}\n", json!({"text": text}));
    let code = |options: &[&str], input: &str| feed(&[&["analyze", "--ndjson"], options].concat(), input).status.code().unwrap();
    assert_eq!(code(&[], ""), 0);
    assert_eq!(code(&[], &line(EVENT)), 0);
    assert_eq!(code(&[], "prose\n"), 0);
    assert_eq!(code(&["--fail-on", "error"], &(line(HEALTHY) + &line(EVENT))), 1);
    assert_eq!(code(&["--fail-on", "error"], &line(HEALTHY)), 0);
    assert_eq!(code(&["--fail-on", "never"], &line(EVENT)), 0);
    assert_eq!(code(&["nowhere.jsonl"], ""), 2);
    assert_eq!(code(&["--format", "text"], ""), 2);
    assert_eq!(code(&["--select", "tag-not-fond"], ""), 2);
}

#[test]
fn several_inputs_are_read_in_order_and_an_error_says_in_which() {
    let folder = folder("ndjson-inputs");
    std::fs::write(folder.join("a.jsonl"), format!("\u{feff}{}", json!({"id": "a", "text": EVENT}))).unwrap();
    std::fs::write(folder.join("b.jsonl"), "\n{}\n").unwrap();
    let mut child = pullan(&["analyze", "--ndjson", "b.jsonl", "-", "a.jsonl"]).current_dir(&folder).spawn().unwrap();
    write!(child.stdin.take().unwrap(), "{}", json!({"id": "in", "text": HEALTHY})).unwrap();
    let output = child.wait_with_output().unwrap();
    let answers = answers(&output);
    assert_eq!(answers[0], json!({"id": null, "error": "the object has neither `text` nor `files`", "input": "b.jsonl", "line": 2}));
    assert_eq!((&answers[1]["id"], &answers[2]["id"], rules(&answers[2])), (&json!("in"), &json!("a"), vec!["tag-not-found"]));
}

#[test]
fn ids_come_back_as_they_are_and_inert() {
    let input = "{\"id\": {\"big\": 12345678901234567890123, \"f\": 1.50, \"s\": \"\u{202e}\u{9b}a \\\" b\"}, \"text\": \"\"}\n";
    let output = stdout(&feed(&["analyze", "--ndjson"], input));
    let id = r#"{"id":{"big":12345678901234567890123,"f":1.50,"s":"\u202e\u009ba \" b"},"schema_version":1,"#;
    assert!(output.starts_with(id), "{output}");
}

#[test]
fn every_dump_has_pseudonyms_of_its_own() {
    let folder = folder("each-redact");
    std::fs::create_dir(folder.join("hub.acme.com")).unwrap();
    std::fs::write(folder.join("hub.acme.com/one.txt"), REFUSED).unwrap();
    std::fs::write(folder.join("two.txt"), REFUSED.replace("acme", "other")).unwrap();
    let each =
        pullan(&["analyze", "--each", "--redact", "--threads", "2", "."]).current_dir(&folder).stdin(Stdio::null()).output().unwrap();
    let lines = [REFUSED.to_owned(), REFUSED.replace("acme", "other")].map(|text| format!("{}\n", json!({"text": text})));
    let filtered = feed(&["analyze", "--ndjson", "--redact"], lines.concat());
    for output in [each, filtered] {
        let text = stdout(&output);
        assert!(!text.contains("acme") && !text.contains("other.com") && !text.contains("10.20.0.7"), "{text}");
        let images: Vec<Value> = answers(&output).iter().map(|answer| answer["diagnoses"][0]["subjects"][0]["image"].clone()).collect();
        assert_eq!(images, ["registry-1.example/project-1/image-1:1.4"; 2]);
    }
}

#[test]
fn answers_merge_to_one_report_in_any_order_and_from_any_parts() {
    let folder = folder("merge");
    let answers = stdout(&feed(&["analyze", "--ndjson"], lines_of_corpus() + "no dump\n"));
    let whole = feed(&["merge", "--format", "json"], &answers);
    let merged: Value = serde_json::from_slice(&whole.stdout).unwrap();
    let count = answers.lines().count() as u64 - 1;
    assert_eq!(merged["coverage"]["dumps"], count);
    assert!(
        merged["limits"].as_array().unwrap().contains(&json!({"what": "dumps that could not be read", "left_out": 1})),
        "{}",
        merged["limits"]
    );
    let sources = merged["sources"].as_array().unwrap();
    assert!(sources.contains(&json!("10/text")), "{sources:?}");
    assert!(sources.iter().any(|name| name.as_str().is_some_and(|name| name.ends_with("/netstat.txt"))), "{sources:?}");
    // Each third is merged elsewhere, the last line first.
    for part in 0..3 {
        let lines: String = answers.lines().rev().skip(part).step_by(3).map(|line| format!("{line}\n")).collect();
        // A part that was merged already has no ids.
        let text = if part == 1 { stdout(&feed(&["merge", "--format", "jsonl"], lines)) } else { lines };
        std::fs::write(folder.join(format!("{part}.jsonl")), text).unwrap();
    }
    let parts = pullan(&["merge", "--format", "json", "2.jsonl", "0.jsonl", "1.jsonl"]).current_dir(&folder).output().unwrap();
    assert_eq!((stdout(&parts), parts.status.code()), (stdout(&whole), Some(0)));
    let yaml = feed(&["merge", "--format", "yaml"], &answers);
    assert_eq!(serde_yaml::from_slice::<Value>(&yaml.stdout).unwrap(), merged);
}

#[test]
fn what_is_no_report_is_not_left_out_of_a_summary() {
    for (lines, reason) in
        [("\n{\"id\": 1, \"text\": \"\"}\n", "schema_version"), ("{\"schema_version\": 2}\n\n", "version 2"), ("7\n", "")]
    {
        let output = feed(&["merge"], lines);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        let number = if lines.starts_with('\n') { 2 } else { 1 };
        assert!(error.starts_with(&format!("pullan: <stdin>:{number} is no report: ")) && error.contains(reason), "{error}");
    }
    assert_eq!(serde_json::from_slice::<Value>(&feed(&["merge", "--format", "json"], "").stdout).unwrap()["coverage"]["dumps"], 0);
}

#[test]
fn the_summary_for_people() {
    let rows = |text: &str, pods: &[(&str, &str)]| -> String {
        let row = |(pod, node): &(&str, &str)| {
            let describe =
                format!("Name:         {pod}\nNamespace:    shop\nNode:         {node}/10.0.0.4\nStatus:       Pending\nEvents:\n");
            format!(
                "{}\n",
                json!({"id": pod, "text": format!("{describe}  Type     Reason  Age               From     Message\n  ----     ------  ----              ----     -------\n  {text}")})
            )
        };
        pods.iter().map(row).collect()
    };
    let lines = rows(REFUSED, &[("ledger-0", "worker-1"), ("ledger-1", "worker-1"), ("ledger-2", "worker-2")])
        + &rows(EVENT, &[("web-\u{1b}[31m\u{202e}1", "worker-2"), ("app-1", "worker-3")])
        + "{\"id\": 9, \"text\": \"NAME    READY   STATUS             RESTARTS      AGE\\nweb-1   0/1     CrashLoopBackOff   7 (40s ago)   12m\\n\"}\nnone\n";
    let answers = stdout(&feed(&["analyze", "--ndjson"], lines));
    for language in ["en", "ko"] {
        let output = feed(&["merge", "--lang", language, "--width", "90"], &answers);
        let text = stdout(&output);
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
        // A new rule should not change the snapshot.
        let shown = text.trim_end().rsplit_once(", ").unwrap().0;
        insta::assert_snapshot!(format!("summary_{language}"), shown);
    }
    let colours = stdout(&feed(&["merge", "--color", "always", "--width", "90"], &answers));
    let plain = stdout(&feed(&["merge", "--width", "90"], &answers));
    assert!(colours.contains('\u{1b}'));
    let bare: String =
        colours.split('\u{1b}').enumerate().map(|(at, part)| if at == 0 { part } else { part.split_once('m').unwrap().1 }).collect();
    assert_eq!(bare, plain, "colours move no column");
}

/// A digest is most of a name's characters and little of what it says.
#[test]
fn a_summary_shows_names_at_any_width() {
    let image = format!("registry.corp.example:5000/platform/payments/ledger@sha256:{}", "0a1b2c3d".repeat(8));
    let event = format!("Failed to pull image \"{image}\": failed to resolve reference \"{image}\": {image}: not found");
    let answers = stdout(&feed(&["analyze", "--ndjson"], format!("{}\n", json!({"text": event}))));
    let shown = |width: &str| {
        let text = stdout(&feed(&["merge", "--width", width], &answers));
        text.lines().find(|line| line.contains("@sha256:")).unwrap_or_default().trim().to_owned()
    };
    assert_eq!(shown("80"), "…:5000/platform/payments/ledger@sha256:0a1b2c3d0a1b…");
    assert!(shown("140").ends_with("  registry.corp.example:5000/platform/payments/ledger@sha256:0a1b2c3d0a1b…"), "{}", shown("140"));
    assert!(shown("200").ends_with(&format!("  {image}")), "{}", shown("200"));
}
