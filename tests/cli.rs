//! The program from outside: exit codes, inputs of every kind, error lines, the JSON contract, languages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EVENT: &str = "Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image \"registry.example/team/app:v9\": rpc error: code = NotFound desc = failed to pull and unpack image \"registry.example/team/app:v9\": failed to resolve reference \"registry.example/team/app:v9\": registry.example/team/app:v9: not found\n";
const HEALTHY: &str = "NAME                   READY   STATUS    RESTARTS   AGE\nweb-7d9c5b8f4-x2x7q    1/1     Running   0          11m\n";
const PROSE: &str = "The deployment is stuck since this morning.\nWhat should I look at?\n";

/// The program in English, with nothing of the caller's environment that could change its answer.
fn pullan() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullan"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    pullan().args(arguments).output().unwrap()
}

/// Runs the program with something on its standard input.
fn feed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = pullan().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The program may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An empty folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn file(folder: &Path, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_string_lossy().into_owned()
}

/// One clear line: what, where, what to do. No panic, no backtrace.
fn assert_one_line(output: &Output, words: &[&str]) {
    let text = stderr(output);
    assert_eq!(code(output), 2, "{text}");
    assert_eq!(text.trim_end().lines().count(), 1, "{text}");
    assert!(words.iter().all(|word| text.contains(word)), "{words:?} in {text}");
    assert!(output.stdout.is_empty(), "{}", stdout(output));
}

#[test]
fn a_diagnosis_ends_with_1_and_health_with_0() {
    let folder = folder("codes");
    let (bad, good) = (file(&folder, "bad.txt", EVENT), file(&folder, "good.txt", HEALTHY));
    assert_eq!(code(&run(&["analyze", &bad])), 1);
    assert_eq!(code(&run(&["analyze", &good])), 0);
    assert_eq!(code(&run(&["analyze", &good, &bad])), 1);
}

#[test]
fn nothing_recognised_ends_with_3() {
    let output = feed(&["analyze", "-"], PROSE.as_bytes());
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    let output = feed(&["analyze", "--format", "json", "-"], PROSE.as_bytes());
    assert_eq!(code(&output), 3);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["coverage"]["understood"], 0, "{report}");
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    for arguments in [&["analyse"][..], &["analyze", "--formt", "json", "-"], &["analyze", "--format", "xmll", "-"], &[]] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty());
    }
    assert!(stderr(&run(&["analyse"])).contains("analyze"), "a near name is suggested");
}

#[test]
fn a_wrong_command_line_is_told_in_korean() {
    for (arguments, words) in [
        (
            &["analyze", "--fromat", "json"][..],
            &["오류: '--fromat': 알 수 없는 인자입니다", "비슷한 이름: --format", "사용법: pullan analyze"][..],
        ),
        (
            &["analyze", "--format", "xml"],
            &["'xml': '--format <FORMAT>'에 쓸 수 없는 값입니다", "가능한 값: text, markdown", "비슷한 이름: yaml"],
        ),
        (&["analyze", "--width"], &["'--width <COLUMNS>'에 값이 필요합니다"]),
        (&["analyze", "--threads", "0"], &["'0': '--threads <N>'에 쓸 수 없는 값입니다"]),
        (&["explain"], &["필요한 인자가 없습니다: <RULE>", "'--help'"]),
        (&["analyse"], &["'analyse': 알 수 없는 명령입니다", "비슷한 이름: analyze"]),
        (&["analyze", "--each", "--width", "9", "x"], &["'--each' 옵션은 '--width <COLUMNS>' 옵션과 함께 쓸 수 없습니다"]),
        (&["analyze", "--x\u{1b}[2J"], &["␛"]),
    ] {
        for output in [pullan().args(arguments).env("LANG", "ko_KR.UTF-8").output().unwrap(), run(&[&["--lang=ko"], arguments].concat())] {
            assert_eq!(code(&output), 2);
            let said = stderr(&output);
            assert!(words.iter().all(|words| said.contains(words)) && !said.contains("error") && !said.contains('\u{1b}'), "{said}");
        }
    }
    let help = pullan().arg("--help").env("LANG", "ko_KR.UTF-8").output().unwrap();
    assert_eq!(code(&help), 0);
}

#[test]
fn help_and_version_end_with_0() {
    let help = run(&["--help"]);
    assert_eq!(code(&help), 0);
    assert!(stdout(&help).contains("Exit codes"), "{}", stdout(&help));
    let version = run(&["--version"]);
    assert_eq!((code(&version), stdout(&version).contains(env!("CARGO_PKG_VERSION"))), (0, true));
}

#[test]
fn a_dash_and_no_path_read_standard_input() {
    for arguments in [&["analyze", "--format", "json", "-"][..], &["analyze", "--format", "json"]] {
        let output = feed(arguments, EVENT.as_bytes());
        assert_eq!(code(&output), 1, "{}", stderr(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["diagnoses"][0]["rule"], "tag-not-found");
        assert_eq!(report["diagnoses"][0]["evidence"][0]["source"], "<stdin>");
    }
}

#[test]
fn a_missing_file_is_named_in_one_line() {
    let folder = folder("missing");
    let (good, missing) = (file(&folder, "good.txt", HEALTHY), folder.join("nowhere.txt").to_string_lossy().into_owned());
    assert_one_line(&run(&["analyze", &missing]), &["pullan: ", "nowhere.txt"]);
    assert_one_line(&run(&["analyze", &good, &missing]), &["nowhere.txt"]);
}

#[test]
fn an_empty_input_is_trouble() {
    let folder = folder("empty");
    let empty = file(&folder, "empty.txt", "");
    assert_one_line(&run(&["analyze", &empty]), &["empty"]);
    assert_one_line(&feed(&["analyze", "-"], b""), &["empty"]);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let folder = folder("walk");
    std::fs::create_dir(folder.join("b")).unwrap();
    file(&folder, "c.txt", EVENT.replace("v9", "v3"));
    file(&folder.join("b"), "b.txt", EVENT.replace("v9", "v2"));
    file(&folder, "a.txt", EVENT.replace("v9", "v1"));
    file(&folder, ".hidden.txt", EVENT.replace("v9", "v4"));
    let path = folder.to_string_lossy().into_owned();
    let output = run(&["analyze", "--format", "json", &path]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["coverage"]["lines"], 3, "hidden files are left out");
    let sources: Vec<&str> =
        report["coverage"]["segments"].as_array().unwrap().iter().map(|segment| segment["source"].as_str().unwrap()).collect();
    assert!(sources.len() == 3 && sources.is_sorted(), "{sources:?}");
}

#[test]
fn a_folder_without_files_is_named_in_one_line() {
    let path = folder("void").to_string_lossy().into_owned();
    assert_one_line(&run(&["analyze", &path]), &["void"]);
}

#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_named_in_one_line() {
    // Not even the superuser can read the first page of a process.
    assert_one_line(&run(&["analyze", "/proc/self/mem"]), &["/proc/self/mem"]);
}

#[cfg(unix)]
#[test]
fn a_forbidden_file_is_named_in_one_line() {
    use std::os::unix::fs::PermissionsExt;
    let path = file(&folder("forbidden"), "secret.txt", EVENT);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_err() {
        assert_one_line(&run(&["analyze", &path]), &["secret.txt"]);
    }
}

#[test]
fn an_unknown_rule_is_answered_with_a_suggestion() {
    assert_one_line(&run(&["explain", "tag-not-fond"]), &["tag-not-fond", "tag-not-found"]);
    assert_one_line(&run(&["explain", "xxxxxxxxxxxxxxxxxxxxxxxx"]), &["rules list"]);
}

#[test]
fn rules_are_explained_and_listed() {
    let explained = run(&["explain", "tag-not-found"]);
    assert_eq!(code(&explained), 0);
    assert!(stdout(&explained).contains("tag-not-found"), "{}", stdout(&explained));
    let listed = run(&["rules", "list"]);
    assert_eq!(code(&listed), 0);
    assert!(stdout(&listed).lines().count() > 100);
}

#[test]
fn every_mistake_of_a_rule_file_is_told_with_its_line() {
    let folder = folder("rules");
    let path = file(
        &folder,
        "mine.yaml",
        "id: mine\nfamily: not-found\ntitle: {en: A, ko: 가}\nseverity: eror\nscope: imge\nmatch:\n  all:\n    - {fact: pull-failure, as: failure}\nverdict: certain\nretry-helps: false\nexplanation: {en: A, ko: 가}\n",
    );
    for arguments in [&["rules", "check", &path][..], &["analyze", "--rules", &folder.to_string_lossy(), &path]] {
        let output = run(arguments);
        let text = stderr(&output);
        assert_eq!(code(&output), 2, "{text}");
        for words in ["mine.yaml:4", "mine.yaml:5", "`error`", "`image`"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        let korean = stderr(&run(&[&["--lang", "ko"], arguments].concat()));
        let said: Vec<&str> = korean
            .lines()
            .filter_map(|line| line.split_once("오류: ").or_else(|| line.split_once("도움말: ")))
            .map(|(_, said)| said)
            .collect();
        let worded = |said: &&&str| said.chars().any(|c| ('가'..='힣').contains(&c));
        assert_eq!((said.len(), said.iter().filter(worded).count()), (4, 4), "{korean}");
    }
}

#[test]
fn why_an_example_does_not_hold_is_told_in_the_language_of_the_answer() {
    let rule = "id: mine\nfamily: not-found\ntitle: {en: A, ko: 가}\nseverity: error\nscope: image\nmatch:\n  all:\n    - {fact: pull-failure, as: failure, where: {text: {template: 'gone {x}'}}}\nverdict: certain\nretry-helps: false\nexplanation: {en: A, ko: 가}\nexamples:\n  - {name: one, input: 'Failed to pull image \"r.example/a:1\": gonzo', expect: match}\n";
    let path = file(&folder("rules-test"), "mine.yaml", rule);
    let english = run(&["rules", "test", &path]);
    assert!(code(&english) == 2 && stdout(&english).contains("expected a match; said "), "{}", stdout(&english));
    let korean = stdout(&run(&["rules", "test", &path, "--lang", "ko"]));
    assert!(korean.starts_with("실패 mine: one\n    규칙이 일치해야 하는데, 나온 진단은 다음과 같습니다: "), "{korean}");
    assert!(korean.contains("where text: 템플릿 'gone {x}'") && !korean.contains(", but "), "{korean}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    for format in ["json", "text"] {
        let mut child = pullan()
            .args(["analyze", "--format", format, "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        // Enough to overflow the pipe, had anybody kept it open.
        let many: String = (0..200).map(|number| EVENT.replace("v9", &format!("v{number}"))).collect();
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(many.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 1, "{format}: {}", stderr(&output));
        assert!(output.stderr.is_empty(), "{format}: {}", stderr(&output));
    }
}

#[test]
fn json_has_the_fields_of_the_contract() {
    let folder = folder("contract");
    let path = file(&folder, "event.txt", EVENT);
    let output = run(&["analyze", "--format", "json", &path]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["schema_version"], 1);
    assert_eq!((&report["tool"]["name"], &report["tool"]["version"]), (&Value::from("pullan"), &Value::from(env!("CARGO_PKG_VERSION"))));
    let diagnosis = &report["diagnoses"][0];
    for field in ["rule", "family", "verdict", "severity", "title", "explanation"] {
        assert!(diagnosis[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {diagnosis}");
    }
    assert_eq!((&diagnosis["rule"], &diagnosis["family"]), (&Value::from("tag-not-found"), &Value::from("not-found")));
    assert!(["certain", "likely", "ambiguous", "unknown"].contains(&diagnosis["verdict"].as_str().unwrap()));
    assert!(diagnosis["retry_helps"].is_boolean());
    for field in ["between", "subjects", "evidence", "next_steps", "references"] {
        assert!(diagnosis[field].is_array(), "{field}: {diagnosis}");
    }
    let evidence = &diagnosis["evidence"][0];
    assert_eq!(
        (&evidence["role"], &evidence["source"], &evidence["line"], &evidence["end_line"]),
        (&Value::from("primary"), &Value::from(path), &Value::from(1), &Value::from(1))
    );
    let (from, to) = (evidence["column"].as_u64().unwrap() as usize - 1, evidence["end_column"].as_u64().unwrap() as usize - 1);
    let cited: String = EVENT.trim_end().chars().take(to).skip(from).collect();
    assert_eq!(evidence["text"].as_str().unwrap(), cited);
    assert_eq!(diagnosis["subjects"][0]["image"], "registry.example/team/app:v9");
    assert!(diagnosis["subjects"][0]["kind"].is_string());
    for step in diagnosis["next_steps"].as_array().unwrap() {
        assert!(["inspect", "change", "destructive"].contains(&step["risk"].as_str().unwrap()) && step["say"].is_string(), "{step}");
    }
    assert!(report["other_failures"].as_array().unwrap().is_empty());
    assert_eq!((&report["coverage"]["lines"], &report["coverage"]["understood"]), (&Value::from(1), &Value::from(1)));
    assert!(report["coverage"]["segments"].is_array());
}

#[test]
fn json_names_other_failures() {
    let text = "NAME    READY   STATUS             RESTARTS      AGE\nweb-1   0/1     CrashLoopBackOff   7 (40s ago)   12m\n";
    let output = feed(&["analyze", "--format", "json", "-"], text.as_bytes());
    assert_eq!(code(&output), 0, "other failures are not diagnosed");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let other = &report["other_failures"][0];
    assert_eq!(
        (&other["kind"], &other["subject"]["name"], &other["evidence"][0]["line"]),
        (&Value::from("CrashLoopBackOff"), &Value::from("web-1"), &Value::from(2)),
        "{report}"
    );
}

#[test]
fn json_is_valid_for_every_family_of_the_corpus_and_the_same_each_time() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let mut families: Vec<PathBuf> =
        std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    families.sort();
    assert!(families.len() > 15);
    for family in families {
        let path = family.to_string_lossy().into_owned();
        let (first, second) = (run(&["analyze", "--format", "json", &path]), run(&["analyze", "--format", "json", &path]));
        assert!(serde_json::from_slice::<Value>(&first.stdout).is_ok(), "{path}: {}", stderr(&first));
        assert!([0, 1, 3].contains(&code(&first)), "{path}");
        assert_eq!(first, second, "{path}");
    }
}

/// The program lets go of what a form does not show; the line is long, so that its frame is cut around what the facts say.
#[test]
fn every_form_says_what_the_library_says() {
    let padding = "x".repeat(300);
    let input = format!(
        "E0601 10:00:00.000000     812 remote_image.go:242] \"PullImage from image service failed\" podUID=\"{padding}\" err=\"rpc error: code = Unknown desc = failed to pull and unpack image \\\"r.example/a:1\\\": dial tcp 10.0.0.9:443: connect: connection refused\" image=\"r.example/a:1\"\n"
    );
    let report = pullan_analyzer::analyze("<stdin>", input.as_bytes());
    let language = pullan_analyzer::Language::English;
    let said = |format: &str| stdout(&feed(&["analyze", "--format", format, "-"], input.as_bytes()));
    for (format, expected) in [
        ("markdown", pullan_render::markdown::render(&report, language)),
        ("json", pullan_render::json::render(&report, language).unwrap()),
        ("jsonl", pullan_render::json::compact(&report, language).unwrap()),
        ("yaml", pullan_render::yaml::render(&report, language).unwrap()),
        ("sarif", pullan_render::sarif::render(&report, &pullan_analyzer::RuleSet::builtin(), language).unwrap()),
        ("junit", pullan_render::junit::render(&report, language)),
        ("github", pullan_render::github::render(&report, language)),
    ] {
        assert_eq!(said(format).trim_end(), expected.trim_end(), "{format}");
    }
    assert!(said("markdown").contains("connect: connection refused\" image"), "the frame shows what failed: {}", said("markdown"));
}

#[test]
fn the_answer_is_in_the_language_asked_for() {
    let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    let title = |command: &mut Command| {
        let mut child = command.args(["analyze", "--format", "json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(EVENT.as_bytes()).unwrap();
        let report: Value = serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap();
        report["diagnoses"][0]["title"].as_str().unwrap().to_owned()
    };
    assert!(!korean(&title(&mut pullan())));
    assert!(korean(&title(pullan().args(["--lang", "ko"]))));
    assert!(korean(&title(pullan().env("LANG", "ko_KR.UTF-8"))));
    assert!(!korean(&title(pullan().env("LANG", "ko_KR.UTF-8").args(["--lang", "en"]))));
    let text = feed(&["analyze", "--lang", "ko", "-"], EVENT.as_bytes());
    assert_eq!((code(&text), korean(&stdout(&text))), (1, true), "{}", stdout(&text));
    assert!(korean(&stdout(&run(&["explain", "tag-not-found", "--lang", "ko"]))));
}

#[test]
fn text_names_the_rule_and_the_place() {
    let path = file(&folder("text"), "event.txt", format!("{PROSE}\n{EVENT}"));
    let output = run(&["analyze", "--color", "never", &path]);
    let text = stdout(&output);
    assert!(text.contains("tag-not-found") && text.contains("registry.example/team/app:v9"), "{text}");
    assert!(text.contains("event.txt:4"), "the place of the evidence is named: {text}");
}

#[test]
fn control_characters_of_the_input_never_reach_the_terminal() {
    let hostile =
        EVENT.replace("team/app:v9: not found", "team/app:v9: not found \u{1b}]0;owned\u{7} \u{1b}[2J \u{202e}gnp.exe \u{8}\u{8}");
    for arguments in [&["analyze", "--color", "never", "-"][..], &["analyze", "--color", "always", "-"]] {
        let text = stdout(&feed(arguments, hostile.as_bytes()));
        assert!(!text.contains("\u{1b}]") && !text.contains("\u{1b}[2J") && !text.contains(['\u{7}', '\u{8}', '\u{202e}']), "{text:?}");
    }
}

#[test]
fn findings_are_selected_by_rule_family_and_severity() {
    let path = file(&folder("select"), "event.txt", EVENT);
    let found = |options: &[&str]| {
        let output = run(&[&["analyze", "--format", "json", &path], options].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (report["diagnoses"].as_array().unwrap().len(), code(&output))
    };
    assert_eq!(found(&["--select", "tag-not-found"]), (1, 1));
    assert_eq!(found(&["--select", "auth,not-found"]), (1, 1));
    assert_eq!(found(&["--select", "auth"]), (0, 0));
    assert_eq!(found(&["--ignore", "not-found"]), (0, 0));
    assert_eq!(found(&["--select", "not-found", "--ignore", "tag-not-found"]), (0, 0));
    assert_eq!(found(&["--min-severity", "error"]), (1, 1));
    assert_one_line(&run(&["analyze", "--select", "tag-not-fond", &path]), &["tag-not-fond", "tag-not-found"]);
    assert_one_line(&run(&["analyze", "--ignore", "autth", &path]), &["autth", "`auth`"]);
}

#[test]
fn what_ends_with_1_can_be_chosen() {
    let path = file(&folder("fail-on"), "event.txt", EVENT);
    for (level, expected) in [("certain", 0), ("likely", 0), ("ambiguous", 1), ("error", 1), ("warning", 1), ("info", 1), ("never", 0)] {
        let output = run(&["analyze", "--fail-on", level, &path]);
        assert_eq!(code(&output), expected, "{level}");
        assert!(stdout(&output).contains("[tag-not-found]"), "the finding is still shown");
    }
}

#[test]
fn completions_and_the_manual_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = run(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("min-severity"), "{shell}");
    }
    let page = run(&["man"]);
    assert_eq!(code(&page), 0);
    assert!(stdout(&page).contains(".TH pullan 1"), "{}", stdout(&page));
}

#[test]
fn every_command_shows_examples() {
    for command in ["analyze", "merge", "explain", "rules", "completions", "man"] {
        let help = stdout(&run(&[command, "--help"]));
        assert!(help.contains("Example") && help.contains(&format!("pullan {command}")), "{help}");
    }
}

#[test]
fn help_speaks_the_language_of_the_answer() {
    for arguments in [&["--help"][..], &["-h"], &["analyze", "--help"], &["rules", "check", "-h"], &["completions", "--help"]] {
        let english = stdout(&run(arguments));
        let korean = stdout(&run(&[&["--lang", "ko"], arguments].concat()));
        assert!(korean.contains("사용법: pullan") && korean.contains("도움말을 출력합니다"), "{korean}");
        for word in ["Usage:", "Options:", "Commands:", "Arguments:", "[default", "[possible", "Possible values", "Print "] {
            assert!(!korean.contains(word), "{word} in {korean}");
        }
        let options = |help: &str| -> std::collections::BTreeSet<String> {
            let after =
                help.split("--").skip(1).map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap().to_owned());
            after.collect()
        };
        assert!(options(&english).len() > 2 && options(&english).is_subset(&options(&korean)), "{korean}");
    }
    let bare = pullan().env("LANG", "ko_KR.UTF-8").output().unwrap();
    assert!(code(&bare) == 2 && stderr(&bare).contains("사용법: pullan"), "{}", stderr(&bare));
    let man = stdout(&run(&["man", "--lang", "ko"]));
    assert!(man.contains(".TH pullan") && man.contains("결과의 언어"), "{man}");
}

#[cfg(unix)]
#[test]
fn as_a_plugin_it_is_called_kubectl_pullan() {
    let link = folder("plugin").join("kubectl-pullan");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_pullan"), &link).unwrap();
    let help = stdout(&Command::new(&link).args(["analyze", "--help"]).output().unwrap());
    assert!(help.contains("Usage: kubectl pullan analyze") && help.contains("  kubectl pullan analyze describe.txt"), "{help}");
    assert!(!help.contains("kubectl kubectl"), "{help}");
    let korean = stdout(&Command::new(&link).args(["analyze", "--help", "--lang", "ko"]).output().unwrap());
    assert!(korean.contains("사용법: kubectl pullan analyze") && korean.contains("  kubectl pullan analyze describe.txt"), "{korean}");
    let own = |arguments: &[&str]| Command::new(&link).args(["--lang", "en"]).args(arguments).output().unwrap();
    let path = file(&folder("plugin-input"), "events.txt", EVENT);
    let answer = stdout(&own(&["analyze", &path]));
    assert!(answer.contains("More about a finding: kubectl pullan explain tag-not-found"), "{answer}");
    assert_eq!(stderr(&own(&["explain", "zzz"])), "kubectl pullan: there is no rule `zzz`: see `kubectl pullan rules list`\n");
}

#[test]
fn error_lines_speak_the_language_of_the_answer() {
    assert_one_line(&run(&["--lang", "ko", "merge", "nowhere.txt"]), &["nowhere.txt을(를) 찾을 수 없습니다"]);
    assert_one_line(&feed(&["--lang", "ko", "merge"], b"{}"), &["<stdin>:1: 보고서가 아닙니다: `schema_version` 항목이 없습니다"]);
    assert_one_line(
        &run(&["--lang", "ko", "rules", "check", "nowhere"]),
        &["nowhere에서 규칙을 읽을 수 없습니다: 파일이나 디렉터리가 없습니다"],
    );
    assert_one_line(&run(&["--lang", "ko", "analyze", "nowhere.txt"]), &["nowhere.txt을(를) 찾을 수 없습니다"]);
    let output = pullan().args(["explain", "tag-not-fond"]).env("LANG", "ko_KR.UTF-8").output().unwrap();
    assert_one_line(&output, &["규칙이 없습니다", "tag-not-found"]);
    let output = pullan().args(["explain", "tag-not-fond"]).env("LANG", "ko_KR.UTF-8").env("LC_ALL", "C").output().unwrap();
    assert_one_line(&output, &["did you mean"]);
}

#[test]
fn hostile_names_on_the_command_line_are_inert() {
    for arguments in [["analyze", "a\u{1b}[2J\nb"], ["explain", "x\u{1b}]0;y\u{7}\n"]] {
        let output = run(&arguments);
        assert_one_line(&output, &["␛"]);
        assert!(!stderr(&output).trim_end().chars().any(char::is_control), "{}", stderr(&output));
    }
}

/// Runs the program on a terminal of so many rows; its exit code, and what is seen there.
#[cfg(target_os = "linux")]
fn on_terminal(rows: u16, pager: &str, arguments: &str) -> (i32, String) {
    // `script` of util-linux gives a command a terminal of its own.
    let inside = format!("stty rows {rows} cols 100; exec {} --lang en --color never {arguments}", env!("CARGO_BIN_EXE_pullan"));
    let mut command = Command::new("script");
    command
        .args(["--quiet", "--return", "--command", &inside, "/dev/null"])
        .env("PULLAN_PAGER", pager)
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null());
    let output = command.output().expect("util-linux is installed");
    (code(&output), stdout(&output).replace("\r\n", "\n"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_answer_on_a_terminal_goes_through_the_pager() {
    let path = file(&folder("pager"), "events.txt", EVENT);
    let analyze = format!("analyze {path}");
    let plain = stdout(&run(&["--lang", "en", "--color", "never", "analyze", &path]));
    let lines = plain.lines().count();
    assert!(lines > 12, "{plain}");
    let paged: String = plain.lines().map(|line| format!("through: {line}\n")).collect();
    let marks = "sed 's/^/through: /'";
    assert_eq!(on_terminal(10, marks, &analyze), (1, paged.clone()));
    // What fits is shown at once; the prompt needs the last row.
    assert_eq!(on_terminal(lines as u16 + 1, marks, &analyze), (1, plain.clone()));
    assert_eq!(on_terminal(lines as u16, marks, &analyze), (1, paged));
    assert_eq!(on_terminal(10, marks, &format!("--no-pager {analyze}")), (1, plain.clone()));
    assert_eq!(on_terminal(10, "cat", &analyze), (1, plain));
}

#[cfg(target_os = "linux")]
#[test]
fn a_pager_that_is_left_early_or_missing_is_no_error() {
    let folder = folder("early");
    // Longer than a pipe holds, so that there is somebody left to write to nobody.
    let many: String = (0..400).map(|at| EVENT.replace("team/app", &format!("team/app{at}"))).collect();
    let path = file(&folder, "events.txt", many);
    let plain = stdout(&run(&["--lang", "en", "--color", "never", "analyze", &path]));
    assert!(plain.len() > 1 << 17, "{} bytes", plain.len());
    let first = format!("{}\n", plain.lines().next().unwrap());
    assert_eq!(on_terminal(10, "head -n 1", &format!("analyze {path}")), (1, first));
    let (code, shown) = on_terminal(10, "no-such-pager", &format!("analyze {path}"));
    assert_eq!(code, 1);
    assert!(shown.ends_with(&plain), "{}", &shown[..200]);
}

/// What people paste of Secrets: with and without the line that says so, decoded and encoded, and broken over lines.
#[test]
fn no_form_of_an_answer_shows_a_secret() {
    let blob: String = "eyJhdXRocyI6".chars().chain("aB3kZ9".chars().cycle().take(200)).collect();
    let broken: Vec<&str> = [&blob[..76], &blob[76..152], &blob[152..]].to_vec();
    let paste = format!(
        "{EVENT}\
         data:\n  .dockerconfigjson: eyJhdXRocyI6eyJyLmV4YW1wbGUiOnt9fX0=\n  tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t\n  owner: cGxhbnRlZC1vd25lcg==\n\n\
         $ kubectl get secret regcred -o jsonpath='{{.data}}'\n{{\"owner\":\"cGxhbnRlZC1qc29u\"}}\nmap[owner:cGxhbnRlZC1tYXA=]\n\n\
         stringData:\n  owner: planted-plain\n\n\
         $ base64 config.json\n{}\n\n\
         $ kubectl get secret regcred -o yaml\napiVersion: v1\nkind: Secret\ndata:\n  any: cGxhbnRlZC1raW5k\n\n\
         {{\"auths\":{{\"r.example\":{{\"username\":\"me\",\"password\":\"planted-password\",\"auth\":\"bWU6cGxhbnRlZA==\"}}}}}}\n\
         -----BEGIN PRIVATE KEY-----\nMIIEplantedkey\n-----END PRIVATE KEY-----\n\
         Warning  Failed  9s  kubelet  Failed to pull image \"r.example/b:1\": Get \"https://me:planted-login@r.example/v2/?X-Amz-Signature=planted5f1d\": EOF\n",
        broken.join("\n")
    );
    let folder = folder("no-secret");
    let path = file(&folder, "paste.txt", &paste);
    let mut secrets = vec![
        "eyJhdXRocyI6eyJy",
        "LS0tLS1CRUdJTi",
        "cGxhbnRlZC1vd25lcg",
        "cGxhbnRlZC1qc29u",
        "cGxhbnRlZC1tYXA",
        "cGxhbnRlZC1raW5k",
        "planted-plain",
        "planted-password",
        "bWU6cGxhbnRlZA",
        "MIIEplantedkey",
        "planted-login",
        "planted5f1d",
    ];
    secrets.extend(broken);
    let forms = ["text", "markdown", "html", "json", "jsonl", "yaml", "sarif", "junit", "github"];
    let mut answers: Vec<String> = forms.iter().map(|form| stdout(&run(&["analyze", "--format", form, &path]))).collect();
    answers.push(stdout(&run(&["analyze", "--each", &path])));
    answers.push(stdout(&run(&["analyze", "--format", "html", "--redact", &path])));
    answers.push(stdout(&run(&["redact", &path])));
    assert!(answers[2].contains("owner: ****") && answers[2].contains("map[owner:****"), "the page shows the whole text: {}", answers[2]);
    for answer in &answers {
        assert!(!answer.is_empty());
        for secret in &secrets {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
    }
}
