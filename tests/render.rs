//! The terminal output, as the built binary writes it.
//!
//! Snapshots show what a person reads for a handful of inputs (`tests/render/`); the other tests state what holds
//! for every input: real positions, whole commands, nothing hostile, nothing wider than asked for.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot run its program has failed

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn inputs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/render")
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullan"));
    command.args(arguments).current_dir(inputs()).env("LC_ALL", "C");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "TERM"] {
        command.env_remove(name);
    }
    command
}

fn text(output: Output) -> String {
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn run(arguments: &[&str]) -> String {
    text(command(arguments).output().expect("the program runs"))
}

/// A new rule should not change every snapshot.
fn without_rule_count(shown: &str) -> String {
    let Some((before, last)) = shown.trim_end().rsplit_once('\n') else { return shown.to_owned() };
    let at = last.rfind(", ").map_or(last.len(), |at| at + 2);
    let tail: String = last[at..].chars().filter(|c| !c.is_ascii_digit()).collect();
    format!("{before}\n{}[n]{tail}\n", &last[..at])
}

fn columns(line: &str) -> usize {
    let wide = |c: char| matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xff00..=0xff60);
    line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

const ALL: &[&str] = &[
    "crash-and-pull.txt",
    "describe-backoff-only.txt",
    "events-401.txt",
    "events-timeout.txt",
    "forty-pods.txt",
    "mixed-events-wide.txt",
    "not-found-containerd.txt",
    "pod-table.txt",
    "prose.txt",
    "refused-docker.txt",
    "two-causes.txt",
    "two-pods-crio.txt",
    "unschedulable.txt",
    "whole-guide.md",
];

macro_rules! snapshots {
    ($($name:ident: $($argument:literal)+;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(without_rule_count(&run(&["analyze", $($argument),+])));
        })*
    };
}

snapshots! {
    an_event_with_its_cause_at_the_end: "not-found-containerd.txt" "--width" "80";
    an_ambiguous_401: "events-401.txt";
    a_local_nodeport_in_korean: "events-timeout.txt" "--width" "80" "--lang" "ko";
    only_back_off_is_left: "describe-backoff-only.txt" "--width" "80";
    a_wide_terminal: "refused-docker.txt" "--width" "200";
    a_narrow_terminal: "refused-docker.txt" "--width" "40";
    one_message_at_two_lines: "two-pods-crio.txt";
    forty_pods_in_one: "forty-pods.txt";
    two_causes_of_one_pod: "two-causes.txt";
    a_crash_beside_it: "crash-and-pull.txt" "pod-table.txt";
    only_another_failure: "unschedulable.txt";
    nothing_recognised: "prose.txt";
    nothing_recognised_in_korean: "prose.txt" "--lang" "ko";
    a_table_before_many: "whole-guide.md";
    a_table_before_many_in_korean: "whole-guide.md" "--width" "80" "--lang" "ko";
}

#[test]
fn a_rule_explained() {
    insta::assert_snapshot!(run(&["explain", "tls-http-response-to-https-client"]));
    insta::assert_snapshot!("a_rule_explained_in_korean", run(&["explain", "tls-http-response-to-https-client", "--lang", "ko"]));
}

#[test]
fn a_rule_file_with_problems() {
    let folder = tempfile("rules");
    let rule = "id: mine\nfamily: tls\ntitle: {en: x}\nseverity: eror\nscope: registry\nmatch:\n  all:\n    - fact: pull-failur\nverdict: certain\nretry-helps: false\nexplanation: {en: a}\nnext-steps: []\nexamples: []\n";
    std::fs::write(folder.join("mine.yaml"), rule).expect("written");
    let output = command(&["rules", "check", "mine.yaml"]).current_dir(&folder).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr));
}

#[test]
fn nothing_is_wider_than_asked_for() {
    for input in ALL {
        for width in [80, 100, 200] {
            for language in ["en", "ko"] {
                let shown = run(&["analyze", input, "--lang", language, "--width", &width.to_string()]);
                let too_wide = |line: &&str| columns(line) > width && !line.trim_start().starts_with("$ ");
                assert_eq!(shown.lines().find(too_wide), None, "{input} at {width}");
            }
        }
        for width in ["0", "1", "40", "100000"] {
            assert!(
                command(&["analyze", input, "--width", width])
                    .status()
                    .expect("the program runs")
                    .code()
                    .is_some_and(|code| code != 2 && code < 100)
            );
        }
    }
}

#[test]
fn commands_are_whole() {
    for input in ALL {
        let report: serde_json::Value = serde_json::from_str(&run(&["analyze", input, "--format", "json"])).expect("JSON");
        let shown = run(&["analyze", input, "--width", "40"]);
        let commands: Vec<&str> = shown.lines().filter_map(|line| line.trim_start().strip_prefix("$ ")).collect();
        for diagnosis in report["diagnoses"].as_array().expect("a list") {
            let steps = diagnosis["next_steps"].as_array().expect("a list").iter().chain(diagnosis.get("decide_by"));
            for wanted in steps.filter_map(|step| step["run"].as_str()) {
                assert!(commands.contains(&wanted), "{input}: {wanted}");
            }
        }
    }
}

#[test]
fn positions_are_those_of_the_file() {
    let mut checked = 0;
    for input in ALL {
        let original = std::fs::read_to_string(inputs().join(input)).expect("readable");
        let shown = run(&["analyze", input, "--width", "90"]);
        let lines: Vec<&str> = shown.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some(place) = line.trim_start().strip_prefix("--> ") else { continue };
            let mut parts = place.rsplitn(3, ':').map(str::to_owned);
            let column: usize = parts.next().expect("a column").parse().expect("a number");
            let number: usize = parts.next().expect("a line").parse().expect("a number");
            let row = lines[index..]
                .iter()
                .position(|line| line.starts_with(&format!("{number} | ")) || line.trim_start().starts_with(&format!("{number} | ")))
                .expect("the row")
                + index;
            let mark = lines[row + 1];
            let from = mark.chars().position(|c| c == '^').expect("a mark");
            let length = mark.chars().filter(|c| *c == '^').count();
            let marked: String = lines[row].chars().skip(from).take(length).filter(|c| *c != '…').collect();
            let cited: String =
                original.lines().nth(number - 1).expect("the line").chars().skip(column - 1).take(marked.chars().count()).collect();
            assert_eq!(marked, cited, "{input}:{number}:{column}");
            checked += 1;
        }
    }
    assert!(checked > 10);
}

#[test]
fn hostile_text_is_inert() {
    let folder = tempfile("hostile");
    let name = if cfg!(windows) { "plain.txt" } else { "a\u{1b}[31m\n\u{202e}b.txt" };
    let paste = "  Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image \"registry.example/te\u{1b}]0;owned\u{7}am/app:v9\u{202e}\": rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example/team/a\u{200b}pp:v9\": failed to resolve reference \"registry.example/team/app:v9\": registry.example/team/app:v9: not\u{1b}[2J found\u{9b}31m\n";
    std::fs::write(folder.join(name), paste).expect("written");
    for arguments in [vec!["analyze", name], vec!["analyze", name, "--lang", "ko", "--width", "60"]] {
        let shown = text(command(&arguments).current_dir(&folder).output().expect("the program runs"));
        assert!(shown.contains("[tag-not-found]"), "{shown}");
        let hostile = |c: &char| {
            (c.is_control() && *c != '\n') || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert_eq!(shown.chars().find(hostile), None, "{shown}");
    }
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let arguments = ["analyze", "two-causes.txt"];
    let plain = run(&arguments);
    assert!(!plain.contains('\u{1b}'), "a pipe gets no colours");
    let always = run(&["analyze", "two-causes.txt", "--color", "always"]);
    assert!(always.contains("\u{1b}["));
    assert_eq!(uncoloured(&always), plain);
    let forced = text(command(&arguments).env("CLICOLOR_FORCE", "1").output().expect("the program runs"));
    assert_eq!(forced, always);
    let never =
        text(command(&["analyze", "two-causes.txt", "--color", "never"]).env("CLICOLOR_FORCE", "1").output().expect("the program runs"));
    assert_eq!(never, plain);
    let declined = text(command(&arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().expect("the program runs"));
    assert_eq!(declined, plain);
}

fn uncoloured(shown: &str) -> String {
    let mut parts = shown.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// A folder of this test run.
fn tempfile(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("created");
    folder
}
