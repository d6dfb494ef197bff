//! The subcommands.

mod analyze;
mod each;
mod explain;
mod rules;

use crate::args::{Args, Color, Command, Lang};
use crate::exit::Code;
use crate::terminal;
use pullan_analyzer::{Language, RuleSet};
use pullan_render::rule_error;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Everything that ends the program with an error line.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error(transparent)]
    Input(#[from] crate::input::InputError),
    #[error("cannot write the answer: {0}")]
    Output(#[from] std::io::Error),
    #[error("cannot encode the answer: {0}")]
    Encode(#[from] serde_json::Error),
    #[error("cannot encode the answer: {0}")]
    EncodeYaml(#[from] serde_yaml::Error),
    #[error("cannot read rules from {path}: {source}")]
    Rules { path: String, source: std::io::Error },
    #[error("{path} has no rule files (*.yaml) in it")]
    NoRules { path: String },
    #[error("{0}")]
    BadRules(String),
    #[error("there is no rule `{id}`{}", suggestion.as_ref().map(|id| format!(": did you mean `{id}`?")).unwrap_or_else(|| ": see `pullan rules list`".to_owned()))]
    UnknownRule { id: String, suggestion: Option<String> },
    #[error("there is no family `{family}`: {}", known.join(", "))]
    UnknownFamily { family: String, known: Vec<String> },
}

/// Runs the chosen subcommand.
pub(crate) fn run(args: &Args) -> Result<Code, CommandError> {
    let language = language(args.lang);
    match &args.command {
        Command::Analyze(options) => analyze::run(options, language, args.color),
        Command::Explain(options) => explain::run(options, language, args.color),
        Command::Rules(options) => rules::run(options, language, args.color),
    }
}

/// The language asked for, else that of the locale.
fn language(asked: Option<Lang>) -> Language {
    match asked {
        Some(Lang::En) => Language::English,
        Some(Lang::Ko) => Language::Korean,
        None => {
            let locale =
                ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty());
            if locale.is_some_and(|locale| locale.starts_with("ko")) { Language::Korean } else { Language::English }
        }
    }
}

/// The built-in rules with those of the user's files and directories.
fn rule_set(paths: &[PathBuf], color: Color) -> Result<RuleSet, CommandError> {
    let mut builder = RuleSet::builder().builtin();
    let mut seen = BTreeSet::new();
    for path in paths {
        for file in rule_files(path)? {
            // A file may be named beside its directory.
            if seen.insert(std::fs::canonicalize(&file).unwrap_or_else(|_| file.clone())) {
                let name = file.display().to_string();
                let text = std::fs::read_to_string(&file).map_err(|source| CommandError::Rules { path: name.clone(), source })?;
                builder = builder.document(&name, &text);
            }
        }
    }
    builder.build().map_err(|errors| CommandError::BadRules(rule_error::text(&errors, &terminal::error_style(color))))
}

/// The YAML files at or below a path, sorted.
fn rule_files(path: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let fail = |source| CommandError::Rules { path: path.display().to_string(), source };
    if !std::fs::metadata(path).map_err(fail)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(fail)? {
            let entry = entry.map_err(fail)?.path();
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
                found.push(entry);
            }
        }
    }
    found.sort();
    if found.is_empty() { Err(CommandError::NoRules { path: path.display().to_string() }) } else { Ok(found) }
}
