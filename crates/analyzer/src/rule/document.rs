//! The serde shape of a rule file, exactly as an author writes it.
//!
//! In: YAML text (see `docs/writing-rules.md` for a whole rule). Out: a [`RuleDocument`] in which names are
//! still only strings. Checking them against the vocabulary is [`super::check`]'s work; nothing here knows
//! what a field is.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in the languages that pullan speaks. English is required, others fall back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// English.
    pub en: String,
    /// Korean.
    #[serde(default)]
    pub ko: String,
}

/// A whole rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleDocument {
    /// Unique id; also the file's name.
    pub id: String,
    /// Family; also the folder's name.
    pub family: String,
    /// One-line statement of the cause.
    pub title: Localized,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What one diagnosis is about.
    pub scope: String,
    /// What must be observed.
    #[serde(rename = "match")]
    pub matching: MatchDocument,
    /// Clauses that only add evidence.
    #[serde(default)]
    pub supporting: Vec<ClauseDocument>,
    /// A word, or a list of cases.
    pub verdict: VerdictDocument,
    /// Rules that say less about the same fact.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// Rules that may stand beside this one.
    #[serde(default)]
    pub overlaps: Vec<String>,
    /// Reported only for facts that no other rule explains.
    #[serde(default)]
    pub fallback: bool,
    /// Whether waiting alone heals it.
    pub retry_helps: bool,
    /// What happened and why.
    pub explanation: Localized,
    /// What to do, in order.
    #[serde(default)]
    pub next_steps: Vec<StepDocument>,
    /// Public documentation.
    #[serde(default)]
    pub references: Vec<String>,
    /// Inputs with what must be said of them.
    #[serde(default)]
    pub examples: Vec<ExampleDocument>,
}

/// The `match:` part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchDocument {
    /// Each must find a fact; the first is the anchor.
    pub all: Vec<ClauseDocument>,
    /// One of them must find a fact.
    #[serde(default)]
    pub any: Vec<ClauseDocument>,
    /// None may find a fact.
    #[serde(default)]
    pub not: Vec<ClauseDocument>,
}

/// One clause: a kind of fact and conditions on its fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseDocument {
    /// Kind of fact.
    pub fact: String,
    /// Name under which texts and conditions refer to the fact found.
    #[serde(rename = "as", default)]
    pub binding: Option<String>,
    /// Conditions that must hold.
    #[serde(default, rename = "where")]
    pub conditions: ConditionsDocument,
    /// Conditions that must not hold.
    #[serde(default)]
    pub unless: ConditionsDocument,
    /// What must agree with the anchor.
    #[serde(default)]
    pub same: Vec<String>,
}

/// One map, or a list of maps of which one must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum ConditionsDocument {
    /// All entries must hold.
    All(BTreeMap<String, serde_yaml::Value>),
    /// One of the maps must hold.
    Any(Vec<BTreeMap<String, serde_yaml::Value>>),
}

impl Default for ConditionsDocument {
    fn default() -> Self {
        Self::Any(Vec::new())
    }
}

/// `verdict: certain`, or a list of cases.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum VerdictDocument {
    /// Always this.
    Word(String),
    /// The first case that holds.
    Cases(Vec<VerdictCaseDocument>),
}

/// One case of a verdict.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct VerdictCaseDocument {
    /// `certain`, `likely`, `ambiguous` or `unknown`.
    pub is: String,
    /// Conditions on the anchor.
    #[serde(default)]
    pub when: ConditionsDocument,
    /// The causes that this text cannot tell apart.
    #[serde(default)]
    pub between: Vec<String>,
    /// The step that decides between them.
    #[serde(default)]
    pub decide_by: Option<StepDocument>,
}

/// Something that a person does next: spelled out, or a reference to the runtime's own way of doing it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDocument {
    /// Name of a task in `knowledge/runtimes.yaml`; then nothing but `when` may stand beside it.
    #[serde(default, rename = "use")]
    pub task: Option<String>,
    /// `inspect`, `change` or `destructive`.
    #[serde(default)]
    pub risk: Option<String>,
    /// What to do.
    #[serde(default)]
    pub say: Option<Localized>,
    /// The command, when there is one.
    #[serde(default)]
    pub run: Option<String>,
    /// Only if this holds for the anchor.
    #[serde(default)]
    pub when: ConditionsDocument,
}

/// An input with what must be said of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleDocument {
    /// What it shows.
    pub name: String,
    /// The paste.
    pub input: String,
    /// `match`, `none`, or fields that must have been bound.
    pub expect: serde_yaml::Value,
    /// For `none`: the rule that must be first instead.
    #[serde(default)]
    pub instead: Option<String>,
}
