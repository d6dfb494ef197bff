//! The subcommands.

mod analyze;
mod explain;
mod rules;

use crate::args::{Args, Color, Command, Lang};
use crate::exit::Code;
use crate::output;
use crate::output::style::Style;
use pullan_analyzer::{Language, RuleErrors, RuleSet};
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
    #[error("cannot read rules from {path}: {source}")]
    Rules { path: String, source: std::io::Error },
    #[error("{path} has no rule files (*.yaml) in it")]
    NoRules { path: String },
    #[error("{0}")]
    BadRules(String),
    #[error("there is no rule `{id}`{}", suggestion.as_ref().map(|id| format!(": did you mean `{id}`?")).unwrap_or_else(|| ": see `pullan rules list`".to_owned()))]
    UnknownRule { id: String, suggestion: Option<String> },
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

/// The built-in rules with those of the user's directories.
fn rule_set(folders: &[PathBuf], color: Color) -> Result<RuleSet, CommandError> {
    if folders.is_empty() {
        return Ok(RuleSet::builtin());
    }
    let mut builder = RuleSet::builder().builtin();
    for folder in folders {
        for file in rule_files(folder)? {
            let text = std::fs::read_to_string(&file).map_err(|source| CommandError::Rules { path: file.display().to_string(), source })?;
            builder = builder.document(&file.display().to_string(), &text);
        }
    }
    builder.build().map_err(|errors| bad_rules(&errors, color))
}

/// The problems of rule files, as they are shown on standard error.
fn bad_rules(errors: &RuleErrors, color: Color) -> CommandError {
    CommandError::BadRules(output::rule::errors(errors, &Style::of_errors(color)))
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
