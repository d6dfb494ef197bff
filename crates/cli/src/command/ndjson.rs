//! `pullan analyze --ndjson`: a filter that takes one dump a line and answers each on a line.
//!
//! In: lines of JSON from files or standard input, as engines for many records pass them to a program. Out: the JSON contract, one object
//! a line with the `id` of its dump first, in the order of the lines. A line that is none is answered by an error object in its
//! place, and nothing stops. Blank lines are skipped.
//!
//! ```text
//! {"id": 17, "text": "Warning  Failed  9s  kubelet  Failed to pull image ..."}
//! {"id": 18, "files": {"events.txt": "...", "netstat.txt": "..."}}
//! ```

use super::CommandError;
use super::analyze::Outcome;
use super::dump::{Dumps, Line, write};
use super::ordered;
use crate::input::{self, InputLine, LONGEST_LINE};
use crate::progress::Progress;
use pullan_analyzer::{Language, Limits, Session};
use pullan_render::{Words, fill, json};
use serde::Deserialize;
use serde::de::{Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::PathBuf;

/// Name of the one source of a dump that is a `text`.
const TEXT: &str = "text";

/// Answers each line; what all of them come to.
pub(super) fn run(paths: &[PathBuf], dumps: &Dumps<'_>, threads: NonZero<usize>, language: Language) -> Result<Outcome, CommandError> {
    input::invite(paths, Words(language));
    let progress = Progress::start();
    let lines = input::lines(paths, &progress)?;
    let mut outcome = Outcome::default();
    ordered::run(
        threads,
        lines,
        |line| line.as_ref().map_or(0, |line| line.bytes.as_ref().map_or(0, Vec::len)),
        |line| line.map(|line| answer(&line, dumps, language)),
        |line| {
            let line = line?;
            outcome = outcome.and(line.outcome);
            write(&line.text?)
        },
    )?;
    Ok(outcome)
}

fn answer(line: &InputLine, dumps: &Dumps<'_>, language: Language) -> Line {
    let mut id = None;
    match line.bytes.as_deref().ok_or(BadLine::TooLong).and_then(|bytes| sources(bytes, &mut id)) {
        Ok(sources) => {
            let read = |session: &mut Session<'_>| {
                for (name, text) in &sources {
                    // The same way as a file takes, so that the report is the same. Reading from memory does not fail.
                    let _ = session.read_archive(name, text.as_bytes(), &Limits::default());
                }
            };
            let (report, outcome) = dumps.report(dumps.redactor(read), read);
            Line { outcome, text: json::answer(id, &report, language) }
        }
        Err(problem) => {
            let error = problem.say(Words(language));
            Line { outcome: Outcome::default(), text: json::refusal(id, &error, &line.input, line.number) }
        }
    }
}

/// What a line must be. Members beside these are left alone: a row of a table has more columns.
#[derive(Deserialize)]
struct Dump<'l> {
    #[serde(borrow)]
    id: Option<&'l RawValue>,
    #[serde(borrow)]
    text: Option<&'l RawValue>,
    #[serde(borrow)]
    files: Option<&'l RawValue>,
}

/// The texts of a dump by the names of their sources. `id` is set as soon as it is known.
fn sources<'l>(bytes: &'l [u8], id: &mut Option<&'l RawValue>) -> Result<BTreeMap<String, String>, BadLine> {
    let line = std::str::from_utf8(bytes).map_err(|error| BadLine::NotUtf8 { byte: error.valid_up_to() + 1 })?;
    // An array with a value for each member would pass for a struct.
    if !line.trim_start().starts_with('{') {
        return Err(BadLine::NoObject);
    }
    let dump: Dump<'_> = serde_json::from_str(line).map_err(|error| BadLine::NotJson(error.to_string()))?;
    *id = dump.id;
    match (dump.text, dump.files) {
        (Some(_), Some(_)) => Err(BadLine::Both),
        (None, None) => Err(BadLine::Neither),
        (Some(text), None) => {
            let text = serde_json::from_str(text.get()).map_err(|_| BadLine::Text)?;
            Ok(BTreeMap::from([(TEXT.to_owned(), text)]))
        }
        (None, Some(files)) => serde_json::from_str(files.get()).map(|Files(files)| files).map_err(|_| BadLine::Files),
    }
}

/// Texts by name. An object has no order, so they are read in that of their names, as the files of a directory are.
struct Files(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Files {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Files;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("texts by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Files, A::Error> {
                let mut files = BTreeMap::new();
                while let Some((name, text)) = map.next_entry()? {
                    // The first of two would be lost without a word.
                    if files.insert(name, text).is_some() {
                        return Err(A::Error::custom("a name stands twice"));
                    }
                }
                Ok(Files(files))
            }
        }
        deserializer.deserialize_map(Texts)
    }
}

/// Why a line is no dump. Nothing of the line is repeated: it may be secret, and as long as it likes.
#[derive(Debug, PartialEq)]
enum BadLine {
    TooLong,
    NotUtf8 { byte: usize },
    NoObject,
    NotJson(String),
    Both,
    Neither,
    Text,
    Files,
}

impl BadLine {
    fn say(&self, words: Words) -> String {
        match self {
            BadLine::TooLong => fill(words.line_too_long(), &[("size", &format!("{} MiB", LONGEST_LINE >> 20))]),
            BadLine::NotUtf8 { byte } => fill(words.line_not_utf8(), &[("byte", &byte.to_string())]),
            BadLine::NoObject => words.line_no_object().to_owned(),
            // The encoder counts lines within the one line.
            BadLine::NotJson(reason) => fill(words.line_not_json(), &[("reason", &reason.replace(" at line 1 column ", ", column "))]),
            BadLine::Both => words.line_both().to_owned(),
            BadLine::Neither => words.line_neither().to_owned(),
            BadLine::Text => words.line_text().to_owned(),
            BadLine::Files => words.line_files().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read<'l> = (Option<&'l str>, Result<BTreeMap<String, String>, BadLine>);

    fn read(line: &[u8]) -> Read<'_> {
        let mut id = None;
        let sources = sources(line, &mut id);
        (id.map(RawValue::get), sources)
    }

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_dump_has_one_text_or_several_files() {
        assert_eq!(read(br#"{"id": 17, "text": "a\nb"}"#), (Some("17"), Ok(pairs(&[("text", "a\nb")]))));
        let files = br#"{"files": {"b": "2", "a": "1"}, "text": null, "customer": [], "id": {"a": [1.50]}}"#;
        assert_eq!(read(files), (Some(r#"{"a": [1.50]}"#), Ok(pairs(&[("a", "1"), ("b", "2")]))));
        assert_eq!(read(br#"{"id": null, "files": {}}"#), (None, Ok(pairs(&[]))));
    }

    #[test]
    fn a_line_that_is_no_dump_keeps_its_id_where_it_has_one() {
        assert_eq!(read(br#"{"id": "x", "text": 5}"#), (Some("\"x\""), Err(BadLine::Text)));
        assert_eq!(read(br#"{"id": 1, "text": "\ud800"}"#), (Some("1"), Err(BadLine::Text)));
        assert_eq!(read(br#"{"id": 1, "files": {"a": 1}}"#), (Some("1"), Err(BadLine::Files)));
        assert_eq!(read(br#"{"id": 1, "files": {"a": "x", "a": "y"}}"#), (Some("1"), Err(BadLine::Files)));
        assert_eq!(read(br#"{"id": 1, "files": ["a"]}"#), (Some("1"), Err(BadLine::Files)));
        assert_eq!(read(br#"{"id": 1}"#), (Some("1"), Err(BadLine::Neither)));
        assert_eq!(read(br#"{"id": 1, "text": "a", "files": {}}"#), (Some("1"), Err(BadLine::Both)));
        assert_eq!(read(br#"[1, "text", null]"#), (None, Err(BadLine::NoObject)));
        assert_eq!(read(b"{\"id\": 1, \"text\": \"\xff\"}"), (None, Err(BadLine::NotUtf8 { byte: 20 })));
        assert!(matches!(read(br#"{"id": 1, "text": "a"#), (None, Err(BadLine::NotJson(_)))));
        assert!(matches!(read(br#"{"id": 1, "id": 2, "text": "a"}"#), (None, Err(BadLine::NotJson(_)))));
    }
}
