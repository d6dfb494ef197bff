//! The subcommands.

mod analyze;
mod bad_line;
mod dump;
mod each;
mod explain;
mod merge;
mod ndjson;
mod ordered;
mod redact;
mod rules;
mod selection;

use crate::args::{Args, Color, Command, Lang};
use crate::exit::Code;
use crate::terminal;
use clap::CommandFactory;
use pullan_analyzer::{Language, RuleErrors, RuleSet};
use pullan_render::{Style, Words, fill, rule_error};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Everything that ends the program with an error line.
#[derive(Debug)]
pub(crate) enum CommandError {
    Input(crate::input::InputError),
    Output(std::io::Error),
    Encode(String),
    Rules { path: String, source: std::io::Error },
    NoRules { path: String },
    BadRules(RuleErrors, Style),
    UnknownRule { id: String, suggestion: Option<String> },
    UnknownFamily { family: String, known: Vec<String> },
    NoReport { input: String, line: u64, reason: bad_line::BadLine },
}

impl From<crate::input::InputError> for CommandError {
    fn from(error: crate::input::InputError) -> Self {
        CommandError::Input(error)
    }
}

impl From<std::io::Error> for CommandError {
    fn from(error: std::io::Error) -> Self {
        CommandError::Output(error)
    }
}

impl From<serde_json::Error> for CommandError {
    fn from(error: serde_json::Error) -> Self {
        CommandError::Encode(error.to_string())
    }
}

impl From<serde_yaml::Error> for CommandError {
    fn from(error: serde_yaml::Error) -> Self {
        CommandError::Encode(error.to_string())
    }
}

impl CommandError {
    /// What went wrong and what to do, in one line of a language.
    pub(crate) fn say(&self, words: Words) -> String {
        match self {
            CommandError::Input(error) => error.say(words),
            CommandError::Output(error) => fill(words.fail_output(), &[("reason", &words.io_reason(error))]),
            CommandError::Encode(reason) => fill(words.fail_encode(), &[("reason", reason)]),
            CommandError::Rules { path, source } => {
                fill(words.fail_rules(), &[("path", &shown(path)), ("reason", &words.io_reason(source))])
            }
            CommandError::NoRules { path } => fill(words.fail_no_rules(), &[("path", &shown(path))]),
            CommandError::BadRules(problems, style) => rule_error::text(problems, words.0, style),
            CommandError::UnknownRule { id, suggestion: Some(near) } => {
                fill(words.fail_unknown_rule_near(), &[("rule", &shown(id)), ("near", near)])
            }
            CommandError::UnknownRule { id, suggestion: None } => {
                fill(words.fail_unknown_rule(), &[("rule", &shown(id)), ("program", crate::args::program())])
            }
            CommandError::UnknownFamily { family, known } => {
                fill(words.fail_unknown_family(), &[("family", &shown(family)), ("known", &known.join(", "))])
            }
            CommandError::NoReport { input, line, reason } => fill(
                words.fail_no_report(),
                &[("path", &shown(input)), ("line", &line.to_string()), ("reason", &shown(&reason.say(words)))],
            ),
        }
    }
}

/// A name from the command line, harmless and on one line.
pub(crate) fn shown(name: &str) -> String {
    pullan_render::clean(name).into_owned()
}

/// The known name that is most like one that is not known, if it is like it at all.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let nearest = known.map(|known| (strsim::damerau_levenshtein(known, name), known)).min();
    nearest.filter(|(distance, known)| *distance <= known.len() / 3 + 1).map(|(_, known)| known.to_owned())
}

/// Runs the chosen subcommand.
pub(crate) fn run(args: &Args) -> Result<Code, CommandError> {
    let language = language(args.lang);
    let paging = !args.no_pager;
    match &args.command {
        Command::Analyze(options) => analyze::run(options, language, args.color, paging),
        Command::Merge(options) => merge::run(options, language, args.color, paging),
        Command::Redact(options) => redact::run(options, language),
        Command::Explain(options) => explain::run(options, language, args.color, paging),
        Command::Rules(options) => rules::run(options, language, args.color, paging),
        Command::Completions(options) => {
            let mut script = Vec::new();
            clap_complete::generate(options.shell, &mut Args::command(), "pullan", &mut script);
            write(&String::from_utf8_lossy(&script))
        }
        Command::Man => {
            let mut page = Vec::new();
            let command = match language {
                Language::English => Args::command(),
                Language::Korean => crate::help::in_korean(Args::command()),
            };
            clap_mangen::Man::new(command).render(&mut page)?;
            write(&String::from_utf8_lossy(&page))
        }
    }
}

fn write(text: &str) -> Result<Code, CommandError> {
    crate::pager::show(text, false)?;
    Ok(Code::Clean)
}

/// The language asked for, else that of the locale.
pub(crate) fn language(asked: Option<Lang>) -> Language {
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
    builder.build().map_err(|errors| CommandError::BadRules(errors, terminal::error_style(color)))
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
