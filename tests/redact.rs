//! What must not be seen: secrets never, names not where redaction was asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Feeds the program.
fn feed(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullan"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The program may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// Every form of answer that the program knows now and will know later.
fn formats() -> Vec<String> {
    let refused = String::from_utf8(feed(&["analyze", "--format", "no-such-form"], "").stderr).unwrap();
    let (_, list) = refused.split_once("possible values: ").expect("clap lists the forms");
    let formats: Vec<String> = list.split(']').next().unwrap().split(", ").map(str::to_owned).collect();
    assert!(formats.iter().any(|format| format == "text") && formats.iter().any(|format| format == "json"), "{refused}");
    formats
}

/// Secrets in lines that a diagnosis cites, and in lines around them.
const WITH_SECRETS: &str = r#"$ kubectl create secret docker-registry regcred -n shop --docker-server=hub.acme.example --docker-username=ci --docker-password=Pa55-planted
$ curl -u ci:Pa55-planted -H "Authorization: Bearer planted0.token.4711" https://hub.acme.example/v2/
Events:
  Type     Reason   Age                From     Message
  ----     ------   ----               ----     -------
  Warning  Failed   9s (x2 over 24s)   kubelet  Failed to pull image "hub.acme.example/team/app:v9": failed to do request: Head "https://ci:Pa55-planted@hub.acme.example/v2/team/app/manifests/v9": dial tcp 10.7.0.18:443: connect: connection refused
  Warning  Failed   9s (x2 over 24s)   kubelet  Failed to pull image "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:v9": failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/1f/2e?X-Amz-Security-Token=planted%2Fsession&X-Amz-Credential=AKIAPLANTED0000000PL%2F20261122&X-Amz-Signature=planted5f1d": dial tcp 52.1.2.3:443: i/o timeout
apiVersion: v1
kind: Secret
metadata:
  name: regcred
data:
  .dockerconfigjson: eyJhdXRocyI6eyJodWIuYWNtZS5leGFtcGxlIjp7InBsYW50ZWQiOjF9fX0=
"#;

#[test]
fn no_form_of_answer_shows_a_secret() {
    for format in formats() {
        for lang in ["en", "ko"] {
            let answer = stdout(&feed(&["analyze", "--format", &format, "--lang", lang, "-"], WITH_SECRETS));
            assert!(answer.contains("tcp-connection-refused"), "{format}: nothing was diagnosed:\n{answer}");
            for secret in ["Pa55", "planted", "PLANTED", "eyJhdXRocyI6"] {
                assert!(!answer.contains(secret), "{format}, {lang}: {secret} is shown:\n{answer}");
            }
        }
    }
}

/// A paste in which every kind of thing that tells who somebody is was planted.
const PLANTED: &str = include_str!("redaction/planted.txt");

#[test]
fn a_redacted_answer_names_nobody_in_any_form() {
    for format in formats() {
        for lang in ["en", "ko"] {
            let output = feed(&["analyze", "--redact", "--format", &format, "--lang", lang, "-"], PLANTED);
            let answer = stdout(&output);
            assert_eq!(output.status.code(), Some(1), "{format}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(answer.contains("registry-1.example:8443"), "{format}: no pseudonym:\n{answer}");
            for name in ["acme", "jkim", "jane", "ledger", "payments", "blue-whale", "10.44.", "10-44", "bastion", "hunter2", "S3cr3t"] {
                assert!(!answer.to_lowercase().contains(&name.to_lowercase()), "{format}, {lang}: {name} is shown:\n{answer}");
            }
        }
    }
}

#[test]
fn redact_prints_the_text_and_writes_the_map() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("redact");
    std::fs::create_dir_all(&folder).unwrap();
    let (log, describe, map) = (folder.join("a.log"), folder.join("b.txt"), folder.join("map.json"));
    std::fs::write(&log, "only the describe tells that ledger-0 is a pod\n").unwrap();
    std::fs::write(&describe, "Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n").unwrap();
    let paths = [&log, &describe, &map].map(|path| path.to_str().unwrap());
    let output = feed(&["redact", paths[0], paths[1], "--map", paths[2]], "");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        stdout(&output),
        "only the describe tells that pod-1 is a pod\nName:         pod-1\nNamespace:    namespace-1\nNode:         node-1/10.0.0.1\n"
    );
    let originals: serde_json::Value = serde_json::from_slice(&std::fs::read(&map).unwrap()).unwrap();
    assert_eq!(
        originals,
        serde_json::json!({"10.0.0.1": "10.20.0.7", "namespace-1": "billing", "node-1": "worker-eu7", "pod-1": "ledger-0"})
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&map).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn redact_refuses_what_is_no_text() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("redact-archive");
    std::fs::create_dir_all(&folder).unwrap();
    let archive = folder.join("logs.gz");
    std::fs::write(&archive, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]).unwrap();
    for path in [&archive, &folder] {
        let output = feed(&["redact", path.to_str().unwrap()], "");
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""));
        assert!(String::from_utf8_lossy(&output.stderr).contains("name the files in it one by one"));
    }
    assert_eq!(feed(&["redact", "no-such-file"], "").status.code(), Some(2));
}
