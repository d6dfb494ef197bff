//! A checked rule: every name resolved, every template cut, nothing left to fail at run time.
//!
//! In: what [`super::check`] builds. Out: plain data that the build script stores and the matcher reads.

use super::template::Template;
use crate::fact::vocabulary::FactKind;
use serde::{Deserialize, Serialize};

/// A text in the languages that pullan speaks; Korean falls back to English.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// English.
    pub en: String,
    /// Korean; empty where a rule has none.
    pub ko: String,
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The text proves the cause.
    Certain,
    /// The usual reading of this text.
    Likely,
    /// Two or more causes leave this text; one step decides.
    Ambiguous,
    /// A pull failed, and the text does not say why.
    Unknown,
}

/// How bad it is if it is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something does not run.
    Error,
    /// It will bite, or bites now and then.
    Warning,
    /// Worth knowing.
    Info,
}

/// What a step does to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Reads only.
    Inspect,
    /// Alters something.
    Change,
    /// Loses something.
    Destructive,
}

/// What one diagnosis is about; facts that agree on it are one diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the words say it
pub enum Scope {
    Image,
    Repository,
    Registry,
    Node,
    Pod,
    Namespace,
    Service,
    Cluster,
}

/// What `same:` compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Same {
    Namespace,
    Pod,
    Container,
    Image,
    Registry,
    Node,
}

/// A value written in a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scalar {
    /// Text or a word.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A flag.
    Flag(bool),
}

/// One test of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// Equals one of them.
    Equals(Vec<Scalar>),
    /// Absent, or equals none of them.
    Not(Vec<Scalar>),
    /// Is there (or is not).
    Present(bool),
    /// At least.
    Min(i64),
    /// At most.
    Max(i64),
    /// Begins with one of them.
    Prefix(Vec<String>),
    /// Ends with one of them.
    Suffix(Vec<String>),
    /// Contains one of them.
    Contains(Vec<String>),
    /// Matches one of them.
    Template(Vec<Template>),
    /// Equals a field of a bound fact.
    Reference {
        /// Name of the bound fact.
        binding: String,
        /// Its field.
        field: String,
        /// Must differ instead.
        negated: bool,
    },
    /// Is in the named list of `knowledge/lists.yaml`.
    In(String),
}

/// All tests of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// All must hold.
    pub tests: Vec<Test>,
}

/// Alternatives, each of which is a list of conditions that must all hold. No alternative at all always holds.
pub type Conditions = Vec<Vec<Condition>>;

/// One clause of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// Kind of fact.
    pub fact: FactKind,
    /// Name for texts and references.
    pub binding: Option<String>,
    /// Must hold.
    pub conditions: Conditions,
    /// Must not hold; no alternative at all never holds.
    pub unless: Conditions,
    /// Must agree with the anchor.
    pub same: Vec<Same>,
}

/// One case of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCase {
    /// The verdict.
    pub is: Verdict,
    /// Conditions on the anchor.
    pub when: Conditions,
    /// For [`Verdict::Ambiguous`]: the causes.
    pub between: Vec<String>,
    /// For [`Verdict::Ambiguous`]: the step that decides.
    pub decide_by: Option<Step>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name of a task of `knowledge/runtimes.yaml` that stands for the rest.
    pub task: Option<String>,
    /// What it does to the system.
    pub risk: Risk,
    /// What to do.
    pub say: Texts,
    /// The command.
    pub run: Option<String>,
    /// Only if this holds for the anchor.
    pub when: Conditions,
}

/// What is expected of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expectation {
    /// The rule is diagnosed, with these fields bound (`binding.field`).
    Match(Vec<(String, Scalar)>),
    /// The rule is not diagnosed; this one is the first instead.
    None(Option<String>),
}

/// An input with what must be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The paste.
    pub input: String,
    /// What must be said.
    pub expect: Expectation,
}

/// The part of a rule that matching needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matcher {
    /// Each must find a fact; the first is the anchor.
    pub all: Vec<Clause>,
    /// One of them must find a fact.
    pub any: Vec<Clause>,
    /// None may find a fact.
    pub not: Vec<Clause>,
    /// Each is an anchor of its own, for facts that no other match explains.
    pub alone: Vec<Clause>,
    /// Only add evidence.
    pub supporting: Vec<Clause>,
}

/// A checked rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Unique id.
    pub id: String,
    /// Family.
    pub family: String,
    /// How bad it is.
    pub severity: Severity,
    /// What one diagnosis is about.
    pub scope: Scope,
    /// What must be observed.
    pub matcher: Matcher,
    /// Cases of the verdict; the last always holds.
    pub verdicts: Vec<VerdictCase>,
    /// Rules that say less about the same fact.
    pub supersedes: Vec<String>,
    /// Rules that may stand beside this one.
    pub overlaps: Vec<String>,
    /// Reported only for facts that no other rule explains.
    pub fallback: bool,
    /// Whether waiting alone heals it.
    pub retry_helps: bool,
    /// One-line statement.
    pub title: Texts,
    /// What happened and why.
    pub explanation: Texts,
    /// What to do, in order.
    pub next_steps: Vec<Step>,
    /// Public documentation.
    pub references: Vec<String>,
    /// Inputs with what must be said of them.
    pub examples: Vec<Example>,
}
