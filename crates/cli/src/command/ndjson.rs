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
use super::bad_line::{self, BadLine};
use super::dump::{Dumps, Line, write};
use super::ordered;
use crate::input::{self, InputLine};
use crate::progress::Progress;
use pullan_analyzer::{Language, Limits, Session};
use pullan_render::{Words, json};
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
    let progress = Progress::start(Words(language));
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
    match bad_line::text(line.bytes.as_deref()).and_then(|text| sources(text, &mut id)) {
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
fn sources<'l>(line: &'l str, id: &mut Option<&'l RawValue>) -> Result<BTreeMap<String, String>, BadLine> {
    // An array with a value for each member would pass for a struct.
    if !line.trim_start().starts_with('{') {
        return Err(BadLine::NoObject);
    }
    let dump: Dump<'_> = serde_json::from_str(line).map_err(BadLine::NotJson)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The id of a line, and its texts or what is wrong with it.
    fn read(line: &[u8]) -> (Option<String>, Result<BTreeMap<String, String>, String>) {
        let mut id = None;
        let sources = bad_line::text(Some(line)).and_then(|text| sources(text, &mut id));
        (id.map(|id| id.get().to_owned()), sources.map_err(|problem| problem.say(Words(Language::English))))
    }

    fn bad(id: Option<&str>, problem: &BadLine) -> (Option<String>, Result<BTreeMap<String, String>, String>) {
        (id.map(str::to_owned), Err(problem.say(Words(Language::English))))
    }

    fn good(id: Option<&str>, sources: &[(&str, &str)]) -> (Option<String>, Result<BTreeMap<String, String>, String>) {
        (id.map(str::to_owned), Ok(pairs(sources)))
    }

    fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_dump_has_one_text_or_several_files() {
        assert_eq!(read(br#"{"id": 17, "text": "a\nb"}"#), good(Some("17"), &[("text", "a\nb")]));
        let files = br#"{"files": {"b": "2", "a": "1"}, "text": null, "customer": [], "id": {"a": [1.50]}}"#;
        assert_eq!(read(files), good(Some(r#"{"a": [1.50]}"#), &[("a", "1"), ("b", "2")]));
        assert_eq!(read(br#"{"id": null, "files": {}}"#), good(None, &[]));
    }

    #[test]
    fn a_line_that_is_no_dump_keeps_its_id_where_it_has_one() {
        assert_eq!(read(br#"{"id": "x", "text": 5}"#), bad(Some("\"x\""), &BadLine::Text));
        assert_eq!(read(br#"{"id": 1, "text": "\ud800"}"#), bad(Some("1"), &BadLine::Text));
        assert_eq!(read(br#"{"id": 1, "files": {"a": 1}}"#), bad(Some("1"), &BadLine::Files));
        assert_eq!(read(br#"{"id": 1, "files": {"a": "x", "a": "y"}}"#), bad(Some("1"), &BadLine::Files));
        assert_eq!(read(br#"{"id": 1, "files": ["a"]}"#), bad(Some("1"), &BadLine::Files));
        assert_eq!(read(br#"{"id": 1}"#), bad(Some("1"), &BadLine::Neither));
        assert_eq!(read(br#"{"id": 1, "text": "a", "files": {}}"#), bad(Some("1"), &BadLine::Both));
        assert_eq!(read(br#"[1, "text", null]"#), bad(None, &BadLine::NoObject));
        assert_eq!(read(b"{\"id\": 1, \"text\": \"\xff\"}"), bad(None, &BadLine::NotUtf8 { byte: 20 }));
        assert!(read(br#"{"id": 1, "text": "a"#).1.unwrap_err().starts_with("the line cannot be read: "));
        assert!(read(br#"{"id": 1, "id": 2, "text": "a"}"#).1.unwrap_err().starts_with("the line cannot be read: "));
    }
}
