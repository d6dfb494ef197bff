//! The command line, as clap reads it.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::num::NonZero;
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Examples:
  pullan analyze describe.txt                        one saved paste
  kubectl describe pod web-1 | pullan analyze -      straight from kubectl
  pullan analyze events.txt netstat.txt kube-proxy.log    evidence of one ticket together
  pullan explain tag-not-found                       what a rule means

Exit codes: 0 nothing wrong found, 1 a diagnosis was made, 2 usage, input or rule error, 3 nothing in the input was recognised.";

/// Says why a container image could not be pulled, and shows the lines that prove it.
#[derive(Debug, Parser)]
#[command(name = "pullan", version, about, after_help = AFTER_HELP, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Language of the answer [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<Lang>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Analyse saved output: files, directories, or - for standard input
    Analyze(Analyze),
    /// Explain a rule: what it means, what to do, what it looks like
    Explain(Explain),
    /// Work with rules
    #[command(subcommand)]
    Rules(Rules),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Analyze {
    /// Files or directories; - reads standard input; without any, a paste is read from the terminal
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the answer
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,
    /// Add the rule files of a directory; a rule with a known id replaces it
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Width of the answer in columns [default: the terminal's, else 100]
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) width: Option<usize>,
    /// Use so many threads [default: one a processor]
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZero<usize>>,
    /// Analyse every file alone and write one JSON report a line
    #[arg(long, conflicts_with_all = ["format", "width"])]
    pub(crate) each: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// Id of the rule, as a diagnosis shows it
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    /// Add the rule files of a directory; a rule with a known id replaces it
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List the rules
    List(RulesList),
    /// Check rule files and say everything that is wrong with them
    Check(RulesFiles),
    /// Run the examples of rule files against the built-in rules and them (without files: those of the built-in rules)
    Test(RulesFiles),
    /// Print the JSON Schema of a rule file, for an editor
    Schema,
    /// Print the texts of which a log line must have one to be read in full, a line each
    Literals,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RulesList {
    /// Add the rule files of a directory; a rule with a known id replaces it
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Vec<PathBuf>,
    /// Only rules of this family
    #[arg(long, value_name = "FAMILY")]
    pub(crate) family: Option<String>,
    /// Form of the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RulesFiles {
    /// Rule files, or directories of them
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, in the style of a compiler
    Text,
    /// A reply to paste into a ticket
    Markdown,
    /// One page for a browser, with the input beside the findings
    Html,
    /// The versioned contract; its schema is schema/report.schema.json
    Json,
    /// The same, one report on one line
    Jsonl,
    /// The same as YAML
    Yaml,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// JUnit XML: a failed test for each diagnosis
    Junit,
    /// Annotations for GitHub Actions
    Github,
}

/// Forms of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For machines
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    En,
    Ko,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
