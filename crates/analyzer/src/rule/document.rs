//! The serde shape of a rule file, exactly as an author writes it.
//!
//! In: a document that [`super::shape`] has found well shaped (see `docs/writing-rules.md` for a whole rule). Out:
//! a [`RuleDocument`] in which the names of facts, fields, tasks and rules are still only strings. Checking them
//! is [`super::check`]'s work; nothing here knows what a field is.

use super::model::{Risk, Same, Scope, Severity, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in the languages that pullan speaks. English is required, others fall back to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Localized {
    /// English.
    pub(crate) en: String,
    /// Korean.
    #[serde(default)]
    pub(crate) ko: String,
}

/// A whole rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuleDocument {
    /// Unique id; also the file's name.
    pub(crate) id: String,
    /// Family; also the folder's name.
    pub(crate) family: String,
    /// One-line statement of the cause.
    pub(crate) title: Localized,
    /// `error`, `warning` or `info`.
    pub(crate) severity: Severity,
    /// What one diagnosis is about.
    pub(crate) scope: Scope,
    /// What must be observed.
    #[serde(rename = "match")]
    pub(crate) matching: MatchDocument,
    /// Clauses that only add evidence.
    #[serde(default)]
    pub(crate) supporting: Vec<ClauseDocument>,
    /// A word, or a list of cases.
    pub(crate) verdict: VerdictDocument,
    /// Rules that say less about the same fact.
    #[serde(default)]
    pub(crate) supersedes: Vec<String>,
    /// Rules that may stand beside this one.
    #[serde(default)]
    pub(crate) overlaps: Vec<String>,
    /// Reported only for facts that no other rule explains.
    #[serde(default)]
    pub(crate) fallback: bool,
    /// Whether waiting alone heals it.
    pub(crate) retry_helps: bool,
    /// What happened and why.
    pub(crate) explanation: Localized,
    /// What to do, in order.
    #[serde(default)]
    pub(crate) next_steps: Vec<StepDocument>,
    /// Public documentation.
    #[serde(default)]
    pub(crate) references: Vec<String>,
    /// Inputs with what must be said of them.
    #[serde(default)]
    pub(crate) examples: Vec<ExampleDocument>,
}

/// The `match:` part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchDocument {
    /// Each must find a fact; the first is the anchor.
    pub(crate) all: Vec<ClauseDocument>,
    /// One of them must find a fact.
    #[serde(default)]
    pub(crate) any: Vec<ClauseDocument>,
    /// None may find a fact.
    #[serde(default)]
    pub(crate) not: Vec<ClauseDocument>,
    /// Facts that say the cause by themselves, unless another match explains them.
    #[serde(default)]
    pub(crate) alone: Vec<ClauseDocument>,
}

/// One clause: a kind of fact and conditions on its fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClauseDocument {
    /// Kind of fact.
    pub(crate) fact: String,
    /// Name under which texts and conditions refer to the fact found.
    #[serde(rename = "as", default)]
    pub(crate) binding: Option<String>,
    /// Conditions that must hold.
    #[serde(default, rename = "where")]
    pub(crate) conditions: ConditionsDocument,
    /// Conditions that must not hold.
    #[serde(default)]
    pub(crate) unless: ConditionsDocument,
    /// What must agree with the anchor.
    #[serde(default)]
    pub(crate) same: Vec<Same>,
}

/// One map, or a list of maps of which one must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum ConditionsDocument {
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

impl ConditionsDocument {
    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::All(map) => map.is_empty(),
            Self::Any(maps) => maps.is_empty(),
        }
    }
}

/// `verdict: certain`, or a list of cases.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum VerdictDocument {
    /// Always this.
    Word(Verdict),
    /// The first case that holds.
    Cases(Vec<VerdictCaseDocument>),
}

/// One case of a verdict.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct VerdictCaseDocument {
    /// `certain`, `likely`, `ambiguous` or `unknown`.
    pub(crate) is: Verdict,
    /// Conditions on the anchor.
    #[serde(default)]
    pub(crate) when: ConditionsDocument,
    /// The causes that this text cannot tell apart.
    #[serde(default)]
    pub(crate) between: Vec<String>,
    /// The step that decides between them.
    #[serde(default)]
    pub(crate) decide_by: Option<StepDocument>,
}

/// Something that a person does next: spelled out, or a reference to the runtime's own way of doing it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepDocument {
    /// Name of a task in `knowledge/runtimes.yaml`; then nothing but `when` may stand beside it.
    #[serde(default, rename = "use")]
    pub(crate) task: Option<String>,
    /// `inspect`, `change` or `destructive`.
    #[serde(default)]
    pub(crate) risk: Option<Risk>,
    /// What to do.
    #[serde(default)]
    pub(crate) say: Option<Localized>,
    /// The command, when there is one.
    #[serde(default)]
    pub(crate) run: Option<String>,
    /// Only if this holds for the anchor.
    #[serde(default)]
    pub(crate) when: ConditionsDocument,
}

/// An input with what must be said of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExampleDocument {
    /// What it shows.
    pub(crate) name: String,
    /// The paste.
    pub(crate) input: String,
    /// `match`, `none`, or fields that must have been bound.
    pub(crate) expect: serde_yaml::Value,
    /// For `none`: the rule that must be first instead.
    #[serde(default)]
    pub(crate) instead: Option<String>,
}
