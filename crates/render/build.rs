//! Turns the words of each language into functions, so that the program reads no file at its start.
//!
//! In: `words/<code>.yaml`, one flat map of messages a language. Out: `$OUT_DIR/words.rs`, a method of `Words` for each
//! message. A language that lacks a message, has one too many, or fills in something else than English does, stops the build.
//! `words/statements/<code>.yaml` words what the library says in English, by its English sentence; a test holds it against the library's list.
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr, clippy::expect_used, clippy::exit, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// File name and variant of `pullan_analyzer::Language`; the first is the one that the others are compared with.
const LANGUAGES: &[(&str, &str)] = &[("en", "English"), ("ko", "Korean")];

type Messages = BTreeMap<String, String>;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=words");
    let folder = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR")).join("words");
    let mut problems = Vec::new();
    let languages: Vec<(&str, &str, Messages)> = LANGUAGES
        .iter()
        .map(|(code, variant)| {
            let messages = read(&folder.join(format!("{code}.yaml")), &mut problems);
            (*code, *variant, messages)
        })
        .collect();
    let statements: Vec<(&str, Messages)> = LANGUAGES[1..]
        .iter()
        .map(|(code, variant)| {
            let messages = read(&folder.join(format!("statements/{code}.yaml")), &mut problems);
            for (english, message) in messages.iter().filter(|(english, message)| holes(english) != holes(message)) {
                problems.push(format!("words/statements/{code}.yaml: `{english}` fills in {:?}, not {:?}", holes(english), holes(message)));
            }
            (*variant, messages)
        })
        .collect();
    let (_, _, english) = &languages[0];
    for (code, _, messages) in &languages {
        let keys: BTreeSet<&String> = english.keys().chain(messages.keys()).collect();
        for key in keys {
            match (english.get(key), messages.get(key)) {
                (Some(_), None) => problems.push(format!("words/{code}.yaml: `{key}` is missing")),
                (None, Some(_)) => problems.push(format!("words/{code}.yaml: `{key}` is no message of en.yaml")),
                (Some(a), Some(b)) if holes(a) != holes(b) => {
                    problems.push(format!("words/{code}.yaml: `{key}` fills in {:?}, en.yaml {:?}", holes(b), holes(a)));
                }
                _ => {}
            }
        }
    }
    if !problems.is_empty() {
        eprintln!("{}", problems.join("\n"));
        std::process::exit(1);
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("words.rs"), code(&languages) + &table(&statements)).expect("OUT_DIR is writable");
}

fn read(path: &Path, problems: &mut Vec<String>) -> Messages {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
    let parsed = text.and_then(|text| serde_yaml::from_str(&text).map_err(|error| error.to_string()));
    parsed.unwrap_or_else(|error| {
        problems.push(format!("{}: {error}", path.display()));
        Messages::new()
    })
}

/// `{name}`s of a message.
fn holes(message: &str) -> BTreeSet<&str> {
    let names = message.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names.filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')).collect()
}

fn code(languages: &[(&str, &str, Messages)]) -> String {
    let mut out = String::from("impl Words {\n");
    for (key, english) in &languages[0].2 {
        let arms: String = languages.iter().fold(String::new(), |mut arms, (_, variant, messages)| {
            let _ = write!(arms, "pullan_analyzer::Language::{variant} => {:?}, ", messages[key]);
            arms
        });
        let name = key.replace('-', "_");
        let _ = writeln!(
            out,
            "    #[doc = {:?}]\n    pub fn {name}(self) -> &'static str {{ match self.0 {{ {arms}}} }}",
            format!("`{english}`")
        );
    }
    out + "}\n"
}

/// The statements of each language but English.
fn table(languages: &[(&str, Messages)]) -> String {
    let arms: String = languages.iter().fold(String::new(), |mut arms, (variant, messages)| {
        for (english, message) in messages {
            let _ = writeln!(arms, "        (pullan_analyzer::Language::{variant}, {english:?}) => Some({message:?}),");
        }
        arms
    });
    format!(
        "fn sentence(language: Language, english: &str) -> Option<&'static str> {{\n    match (language, english) {{\n{arms}        _ => None,\n    }}\n}}\n"
    )
}
