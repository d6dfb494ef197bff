//! The command line, as clap reads it.

use crate::help;
use clap::{Args as ClapArgs, CommandFactory, Parser, Subcommand, ValueEnum};
use pullan_analyzer::Language;
use std::num::NonZero;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  pullan analyze describe.txt                        one saved paste
  kubectl describe pod web-1 | pullan analyze -      straight from kubectl
  pullan analyze events.txt netstat.txt kube-proxy.log    evidence of one ticket together
  pullan redact describe.txt                         the same text without names, hosts and secrets
  pullan explain tag-not-found                       what a rule means

Exit codes: 0 nothing wrong found, 1 a diagnosis was made, 2 usage, input or rule error, 3 nothing in the input was recognised.";

const ANALYZE_HELP: &str = "\
Examples:
  pullan analyze describe.txt
  kubectl describe pod web-1 | pullan analyze -
  pullan analyze --lang ko --format markdown ticket/ > reply.md
  pullan analyze --format sarif events.txt > pullan.sarif
  pullan analyze --select auth,tag-not-found --min-severity error events.txt
  pullan analyze --fail-on certain events.txt        exit code 1 only for what is proven
  pullan analyze --each tickets/ | jq -c '{source, causes: [.diagnoses[].rule]}'
  pullan analyze --ndjson < tickets.jsonl | jq -c '{id, causes: [.diagnoses[]?.rule]}'
  parallel -k --pipepart --block 10M -a tickets.jsonl pullan analyze --ndjson --threads 1 > reports.jsonl

Exit codes: 0 nothing wrong found (or nothing that --fail-on asks for), 1 a diagnosis was made, 2 usage, input or rule error,
3 nothing in the input was recognised. With --ndjson, 0 when every line was answered, whatever the answers are; 1 only if
--fail-on is given and a line has such a finding.

--ndjson answers in the order of the lines, each as soon as it can, with the line's id first; the rest is what --format jsonl says
of a file named `text`, or of `files` in the order of their names. A line that is no dump is answered by an object
with `id`, `error`, `input` and `line`, a blank one not at all. With --redact every file of --each and every line of --ndjson has pseudonyms of its own.

A long answer on a terminal goes through PULLAN_PAGER, PAGER or less; NO_COLOR, CLICOLOR and CLICOLOR_FORCE are honoured.";

const MERGE_HELP: &str = "\
Examples:
  pullan analyze --ndjson < tickets.jsonl | pullan merge
  pullan analyze --each tickets/ | pullan merge --format json | jq -r '.diagnoses[] | [.occurrence.dumps, .rule, .about.name] | @tsv'
  pullan merge --format json part-*.jsonl > fleet.json

The order of the lines makes no difference. Causes are one if rule, subject matter, verdict and alternatives are equal; counts are
added, and the texts are those of one of them. Sources of lines with an id are called ID/NAME. The language is that of the lines.

Exit codes: 0 merged, 2 usage or input error, or a line that is no report.";

const EXPLAIN_HELP: &str = "\
Examples:
  pullan explain tag-not-found
  pullan explain --lang ko auth-no-credentials";

const RULES_HELP: &str = "\
Examples:
  pullan rules list --family auth
  pullan rules check my-rules/
  pullan rules test my-rules/
  pullan rules schema > rule.schema.json";

const COMPLETIONS_HELP: &str = "\
Examples:
  pullan completions bash > ~/.local/share/bash-completion/completions/pullan
  pullan completions zsh > ~/.zfunc/_pullan
  pullan completions fish > ~/.config/fish/completions/pullan.fish";

const MAN_HELP: &str = "\
Example:
  pullan man > ~/.local/share/man/man1/pullan.1";

/// Options of every command stand behind its own.
const OF_ALL: usize = 900;

/// What a person types to call the program: as a plugin it is `kubectl pullan`.
pub(crate) fn program() -> &'static str {
    let called = std::env::args_os().next().map(PathBuf::from);
    if called.as_deref().and_then(Path::file_stem).is_some_and(|stem| stem == "kubectl-pullan") { "kubectl pullan" } else { "pullan" }
}

/// The command line under the name by which the program was called.
pub(crate) fn command() -> clap::Command {
    named(Args::command())
}

/// The same as its help says it in a language.
pub(crate) fn command_in(language: Language) -> clap::Command {
    match language {
        Language::English => command(),
        Language::Korean => help::with_korean_headings(named(help::in_korean(Args::command()))),
    }
}

fn named(command: clap::Command) -> clap::Command {
    match program() {
        "pullan" => command,
        plugin => as_plugin(command).name("kubectl-pullan").bin_name(plugin),
    }
}

/// Examples that can be copied.
fn as_plugin(command: clap::Command) -> clap::Command {
    let help = command.get_after_help().map(|help| help.to_string().replace("pullan ", "kubectl pullan "));
    let command = command.mut_subcommands(as_plugin);
    match help {
        Some(help) => command.after_help(help),
        None => command,
    }
}

/// Says why a container image could not be pulled, and shows the lines that prove it.
#[derive(Debug, Parser)]
#[command(name = "pullan", version, about, after_help = AFTER_HELP, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Language of the answer [default: from LC_ALL, LC_MESSAGES or LANG]
    #[arg(long, global = true, value_name = "LANG", display_order = OF_ALL)]
    pub(crate) lang: Option<Lang>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = OF_ALL)]
    pub(crate) color: Color,
    /// Do not send a long answer through a pager
    #[arg(long, global = true, display_order = OF_ALL)]
    pub(crate) no_pager: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Analyse saved output: files, directories, or - for standard input
    #[command(after_help = ANALYZE_HELP)]
    Analyze(Analyze),
    /// Merge reports, a JSON line each, into one: what failed in a fleet, where, how often and since when
    #[command(after_help = MERGE_HELP)]
    Merge(Merge),
    /// Print a text with pseudonyms in place of names, hosts, addresses, users and secrets
    Redact(Redact),
    /// Explain a rule: what it means, what to do, what it looks like
    #[command(after_help = EXPLAIN_HELP)]
    Explain(Explain),
    /// Work with rules
    #[command(subcommand, after_help = RULES_HELP)]
    Rules(Rules),
    /// Print a script that completes the command line in a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(Completions),
    /// Print the manual page
    #[command(after_help = MAN_HELP)]
    Man,
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
    #[arg(long, conflicts_with_all = ["format", "width", "map"])]
    pub(crate) each: bool,
    /// Read one dump a line, {"id": ..., "text": "..."} or {"id": ..., "files": {"name": "text"}}, and write one JSON report a line
    #[arg(long, conflicts_with_all = ["each", "format", "width", "map"])]
    pub(crate) ndjson: bool,
    /// Put pseudonyms in place of names, hosts, addresses and users in the answer
    #[arg(long)]
    pub(crate) redact: bool,
    /// Write what stands behind each pseudonym to a file (JSON; secrets are left out)
    #[arg(long, value_name = "FILE", requires = "redact")]
    pub(crate) map: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) select: Select,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Merge {
    /// Files of reports as analyze writes them with --ndjson, --each or --format jsonl; without any, standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Form of the merged report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: MergeFormat,
    /// Width of the summary in columns [default: the terminal's, else 100]
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) width: Option<usize>,
}

/// Forms of a merged report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MergeFormat {
    /// Tables for people: causes, registries, nodes
    Text,
    /// The versioned contract; its schema is schema/report.schema.json
    Json,
    /// The same on one line
    Jsonl,
    /// The same as YAML
    Yaml,
}

/// Which findings count.
#[derive(Debug, ClapArgs)]
pub(crate) struct Select {
    /// Only findings of these rules or families, separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// No findings of these rules or families
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Only findings that are at least so bad
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) min_severity: Option<Severity>,
    /// End with 1 only for a finding that is at least so sure, or so bad [default: any]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Severity {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// The input proves it
    Certain,
    /// The usual reading, or better
    Likely,
    /// One of several causes, or better
    Ambiguous,
    /// Something does not run
    Error,
    /// Something will fail, or worse
    Warning,
    /// Worth knowing, or worse
    Info,
    /// End with 0 whatever is found
    Never,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Redact {
    /// Files; - reads standard input; without any, a paste is read from the terminal
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write what stands behind each pseudonym to a file (JSON; secrets are left out)
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
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
