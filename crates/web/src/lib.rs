//! The analyzer as a WebAssembly module, for a page that works from disk and sends nothing anywhere.
//!
//! In: a request, which is the files and how to answer. Out: one JSON object with the report in every form that the page can show or save; the forms
//! are those of the program, byte for byte. `border` is how both cross between JavaScript and Rust; `page/` is the page, and
//! `build` puts page and module together into one file. There is no clock, no thread and no file here.

mod border;
mod request;

use pullan_analyzer::{Analyzer, Content, Language, Limits, Redactor, Report, RuleSet, Session, TextBounds};
use pullan_render::{html, json, markdown};
use request::{File, Request};
use serde::Serialize;
use std::io::Cursor;

/// What the page is told.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Report {
        /// How many diagnoses there are.
        findings: usize,
        html: String,
        markdown: String,
        json: String,
        /// The texts themselves with pseudonyms, if that was asked for and all files are plain text.
        #[serde(skip_serializing_if = "Option::is_none")]
        redacted: Option<String>,
    },
    Error {
        error: String,
    },
}

/// Answers a request with a JSON object.
fn answer(request: &[u8]) -> Vec<u8> {
    let answer = Request::read(request).and_then(|request| report(&request));
    let answer = answer.unwrap_or_else(|error| Answer::Error { error });
    // A map of strings and numbers can always be encoded.
    serde_json::to_vec(&answer).unwrap_or_default()
}

fn report(request: &Request<'_>) -> Result<Answer, String> {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.keep_text(TextBounds::default());
    let mut redacted = None;
    if request.redact {
        let mut redactor = redactor(&analyzer, &request.files)?;
        redacted = redact(&mut redactor, &request.files)?;
        session.redact(redactor);
    }
    read(&mut session, &request.files)?;
    let report = session.finish();
    forms(&report, request.language, redacted).map_err(|error| error.to_string())
}

fn forms(report: &Report, language: Language, redacted: Option<String>) -> Result<Answer, serde_json::Error> {
    Ok(Answer::Report {
        findings: report.diagnoses.len(),
        html: html::render(report, language),
        markdown: markdown::render(report, language),
        json: json::render(report, language)?,
        redacted,
    })
}

/// Archives are opened as the program does.
fn read(session: &mut Session<'_>, files: &[File<'_>]) -> Result<(), String> {
    for file in files {
        session.read_archive_file(&file.name, Cursor::new(file.bytes), &Limits::default()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A redactor that knows the names of every file, so that a name which only a later one tells is hidden in the earlier ones too.
fn redactor(analyzer: &Analyzer, files: &[File<'_>]) -> Result<Redactor, String> {
    let mut session = analyzer.session();
    session.redact(Redactor::new(analyzer.rules().clone()));
    read(&mut session, files)?;
    Ok(session.into_redactor().unwrap_or_else(|| Redactor::new(analyzer.rules().clone())))
}

/// All files below one another with pseudonyms; none if one is no plain text.
fn redact(redactor: &mut Redactor, files: &[File<'_>]) -> Result<Option<String>, String> {
    let is_text = |file: &File<'_>| Content::of(&file.bytes[..file.bytes.len().min(Content::HEAD)]) == Content::Text;
    if !files.iter().all(is_text) {
        return Ok(None);
    }
    let mut text = Vec::new();
    for file in files {
        redactor.copy(file.bytes, &mut text).map_err(|error| error.to_string())?;
    }
    Ok(Some(String::from_utf8_lossy(&text).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const FAILURE: &str = "Failed to pull image \"hub.acme.com/billing/ledger:1.4\": dial tcp 10.20.0.7:443: connect: connection refused";

    fn ask(options: &str, files: &[(&str, &[u8])]) -> Value {
        let names: Vec<Value> = files.iter().map(|(name, bytes)| serde_json::json!({"name": name, "bytes": bytes.len()})).collect();
        let header = format!("{{{options}\"files\":{}}}", Value::from(names));
        let mut request = u32::try_from(header.len()).unwrap().to_le_bytes().to_vec();
        request.extend(header.as_bytes());
        files.iter().for_each(|(_, bytes)| request.extend(*bytes));
        serde_json::from_slice(&answer(&request)).unwrap()
    }

    #[test]
    fn every_form_is_that_of_the_program() {
        let answer = ask("", &[("events.txt", FAILURE.as_bytes())]);
        let analyzer = Analyzer::new(RuleSet::builtin());
        let mut session = analyzer.session();
        session.keep_text(TextBounds::default());
        session.push("events.txt", FAILURE.as_bytes());
        let report = session.finish();
        assert_eq!(answer["findings"], 1);
        assert_eq!(answer["json"], json::render(&report, Language::English).unwrap());
        assert_eq!(answer["html"], html::render(&report, Language::English));
        assert_eq!(answer["markdown"], markdown::render(&report, Language::English));
        assert_eq!(answer.get("redacted"), None);
    }

    #[test]
    fn several_files_are_one_report_in_the_language_asked_for() {
        let answer = ask("\"language\":\"ko\",", &[("a.txt", FAILURE.as_bytes()), ("b.txt", b"no more\n")]);
        let json: Value = serde_json::from_str(answer["json"].as_str().unwrap()).unwrap();
        assert_eq!(json["sources"], serde_json::json!(["a.txt", "b.txt"]));
        assert!(answer["html"].as_str().unwrap().contains("<html lang=\"ko\">"));
    }

    #[test]
    fn a_name_that_a_later_file_tells_is_hidden_in_an_earlier_one() {
        let pod = b"Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n";
        let answer = ask("\"redact\":true,", &[("chat.txt", b"ledger-0 is stuck\n"), ("pod.txt", pod)]);
        assert_eq!(answer["redacted"], "pod-1 is stuck\nName:         pod-1\nNamespace:    namespace-1\nNode:         node-1/10.0.0.1\n");
        assert!(!answer.to_string().contains("ledger-0"), "{answer}");
    }

    #[test]
    fn the_redacted_text_of_an_archive_is_not_offered() {
        let answer = ask("\"redact\":true,", &[("a.txt", FAILURE.as_bytes()), ("b.gz", b"\x1f\x8b\x08\0\0\0\0\0")]);
        assert_eq!(answer.get("redacted"), None);
        assert_eq!(answer["findings"], 1);
    }

    #[test]
    fn a_request_that_is_none_is_an_error() {
        for request in [&b""[..], b"\xff\xff\xff\xff", b"\x02\0\0\0{]", b"\x2b\0\0\0{\"files\":[{\"name\":\"a\",\"bytes\":4000000000}]}"] {
            let answer: Value = serde_json::from_slice(&answer(request)).unwrap();
            assert!(answer["error"].is_string(), "{answer}");
        }
    }
}
