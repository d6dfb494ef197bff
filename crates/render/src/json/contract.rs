//! The types of the JSON contract, version 1.
//!
//! In: nothing. Out: what is written and read back, field by field. The types are the contract's own, so that the library can change
//! without it; a field or a word is only ever added within a version. `schema/report.schema.json` is made of them.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Version of the contract.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What pullan says about an input.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "pullan report"))]
pub(crate) struct Document<'r> {
    /// Version of this contract. Within a version fields and words are added, never taken away.
    pub(super) schema_version: u32,
    /// Who wrote it.
    pub(super) tool: Tool<'r>,
    /// Names of everything that was read, in the order of reading.
    pub(super) sources: Cow<'r, [String]>,
    /// Root causes, the most important first.
    pub(super) diagnoses: Vec<Diagnosis<'r>>,
    /// Failures that are not about obtaining an image: named, not diagnosed.
    pub(super) other_failures: Vec<OtherFailure<'r>>,
    /// How much of the input was understood.
    pub(super) coverage: Coverage<'r>,
    /// Bounds that were reached; the rest of the input was still read.
    pub(super) limits: Vec<Limit<'r>>,
}

/// What `pullan analyze --ndjson` answers to one line.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "line of pullan analyze --ndjson"))]
#[serde(untagged)]
pub(super) enum Answer<'r> {
    /// To a dump.
    Report(Box<Identified<'r>>),
    /// To anything else.
    Refusal(Refusal<'r>),
}

/// A report with the id of its dump.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Identified<'r> {
    /// The `id` of the line, whatever it is; `null` without one.
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub(super) id: Option<&'r RawValue>,
    /// The report.
    #[serde(flatten)]
    pub(super) document: Document<'r>,
}

/// Why there is no report.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Refusal<'r> {
    /// The `id` of the line, where it could be read.
    #[cfg_attr(test, schemars(with = "serde_json::Value"))]
    pub(super) id: Option<&'r RawValue>,
    /// What is wrong with the line, in the language asked for.
    pub(super) error: &'r str,
    /// Name of the input that it stands in.
    pub(super) input: &'r str,
    /// Its number there, from 1.
    pub(super) line: u64,
}

/// A program.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool<'r> {
    /// `pullan`.
    pub(super) name: Cow<'r, str>,
    /// Its version.
    pub(super) version: Cow<'r, str>,
}

/// One root cause.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Diagnosis<'r> {
    /// Id of the rule.
    pub(super) rule: Cow<'r, str>,
    /// Family of the rule.
    pub(super) family: Cow<'r, str>,
    /// How sure it is.
    pub(super) verdict: Verdict,
    /// How bad it is if true.
    pub(super) severity: Severity,
    /// The cause in one line, in the language asked for.
    pub(super) title: Cow<'r, str>,
    /// For `ambiguous`: rules of the causes that the input cannot tell apart.
    pub(super) between: Vec<Cow<'r, str>>,
    /// For `ambiguous`: the step that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decide_by: Option<Step<'r>>,
    /// Whether waiting alone may heal it.
    pub(super) retry_helps: bool,
    /// What it is about: all that one rule finds about the same is one diagnosis.
    pub(super) about: About<'r>,
    /// Whom it strikes.
    pub(super) subjects: Vec<Subject<'r>>,
    /// The places that prove it, primary ones first.
    pub(super) evidence: Vec<Evidence<'r>>,
    /// What happened and why.
    pub(super) explanation: Cow<'r, str>,
    /// What to do, in order.
    pub(super) next_steps: Vec<Step<'r>>,
    /// Addresses of public documentation.
    pub(super) references: Cow<'r, [String]>,
    /// How far it reaches, as far as the input shows.
    pub(super) reach: Reach,
    /// When and how often, by the input's own counts and ages.
    pub(super) occurrence: Occurrence,
}

/// How sure a diagnosis is.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    /// The input proves it.
    Certain,
    /// The usual reading of what the input says.
    Likely,
    /// One of the causes in `between`.
    Ambiguous,
    /// A pull failed, and the input does not say why.
    Unknown,
}

/// How bad a cause is.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    /// Something does not run.
    Error,
    /// Something will fail, or failed and went on.
    Warning,
    /// Worth knowing.
    Info,
}

/// What a cause is about.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct About<'r> {
    /// What `name` is the name of.
    pub(super) kind: AboutKind,
    /// The image with registry and tag, `host:port` of a registry, `namespace/pod`, ..., where the input says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'r, str>>,
}

/// Kinds of things that a cause can be about.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum AboutKind {
    /// One image.
    Image,
    /// One repository.
    Repository,
    /// One registry.
    Registry,
    /// One node.
    Node,
    /// One pod.
    Pod,
    /// One namespace, or a secret in it.
    Namespace,
    /// One Service.
    Service,
    /// The cluster.
    Cluster,
}

/// Numbers of different things.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Reach {
    /// Pods.
    pub(super) pods: usize,
    /// Images.
    pub(super) images: usize,
    /// Registries.
    pub(super) registries: usize,
    /// Nodes.
    pub(super) nodes: usize,
    /// What else fails for the same cause.
    pub(super) extent: Extent,
}

/// How far a cause reaches beyond what the input shows.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Extent {
    /// One image, wherever it is pulled.
    Image,
    /// Every tag of one repository.
    Repository,
    /// Every pod of one namespace.
    Namespace,
    /// Every image of one registry.
    Registry,
    /// Every pull on one node.
    Node,
    /// Every pull on every node.
    Everything,
}

/// When and how often.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Occurrence {
    /// How often.
    pub(super) count: u64,
    /// In how many dumps: 1, unless reports were merged.
    pub(super) dumps: u64,
    /// Since when, in seconds before the input was written.
    pub(super) first_seen_seconds_ago: Option<u64>,
    /// Last time, in seconds before the input was written.
    pub(super) last_seen_seconds_ago: Option<u64>,
}

/// Something that is struck by a failure.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Subject<'r> {
    /// What `name` is the name of.
    pub(super) kind: SubjectKind,
    /// Namespace of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<Cow<'r, str>>,
    /// Name of the pod, image or node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'r, str>>,
    /// Container of the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) container: Option<Cow<'r, str>>,
    /// The image as the pod spec or the message writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<Cow<'r, str>>,
    /// Node on which it happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) node: Option<Cow<'r, str>>,
}

/// Kinds of subjects.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum SubjectKind {
    /// A pod.
    Pod,
    /// An image of which the pod is not known.
    Image,
    /// A node.
    Node,
    /// Nothing that the input names.
    Cluster,
}

/// A cited piece of the input. Lines and columns count from 1, columns in characters; the end column is behind the last character.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Place<'r> {
    /// Name of the source.
    pub(super) source: Cow<'r, str>,
    /// First line.
    pub(super) line: u64,
    /// First column in it.
    pub(super) column: u32,
    /// Last line.
    pub(super) end_line: u64,
    /// Column behind the last character in it.
    pub(super) end_column: u32,
    /// The cited text itself, as it stands in the input.
    pub(super) text: String,
}

/// A place that proves a diagnosis.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Evidence<'r> {
    /// What it does for the diagnosis.
    pub(super) role: Role,
    /// Kind of fact that it states, as in `docs/vocabulary.md`.
    pub(super) fact: Cow<'r, str>,
    /// Where it stands.
    #[serde(flatten)]
    pub(super) place: Place<'r>,
}

/// What a piece of evidence does for a diagnosis.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Role {
    /// The diagnosis rests on it.
    Primary,
    /// It fits, and nothing depends on it.
    Supporting,
}

/// Something to do.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Step<'r> {
    /// What it does to the system.
    pub(super) risk: Risk,
    /// What to do, in words.
    pub(super) say: Cow<'r, str>,
    /// The command, values from the input quoted for a shell; `<name>` stands for what the input does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<Cow<'r, str>>,
}

/// What a step does to the system.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Risk {
    /// It only reads.
    Inspect,
    /// It alters something.
    Change,
    /// Something is lost.
    Destructive,
}

/// A failure that is not about obtaining an image.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct OtherFailure<'r> {
    /// The word that Kubernetes has for it, such as `CrashLoopBackOff`.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) kind: pullan_analyzer::OtherKind,
    /// Whom it strikes.
    pub(super) subject: Subject<'r>,
    /// How often it was stated.
    pub(super) count: u64,
    /// Where it stands.
    pub(super) evidence: Vec<Place<'r>>,
}

/// How much of the input was understood.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Coverage<'r> {
    /// Dumps that the report is about: 1, unless reports were merged.
    pub(super) dumps: u64,
    /// Lines of all sources.
    pub(super) lines: u64,
    /// Lines that were recognised as something.
    pub(super) understood: u64,
    /// How many rules were asked.
    pub(super) rules: usize,
    /// What the lines were recognised as; every line of every source is in exactly one.
    pub(super) segments: Vec<Segment<'r>>,
}

/// A run of lines of one kind.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Segment<'r> {
    /// Name of the source.
    pub(super) source: Cow<'r, str>,
    /// What the lines are: `describe`, `event-table`, `klog`, ..., `prose` for what was not recognised.
    #[cfg_attr(test, schemars(with = "String"))]
    pub(super) kind: pullan_analyzer::SegmentKind,
    /// First line, from 1.
    pub(super) first_line: u64,
    /// Number of lines.
    pub(super) lines: u64,
    /// Lines among them that could not be read.
    pub(super) unread: u64,
}

/// A bound that was reached.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Limit<'r> {
    /// What was bounded.
    pub(super) what: Cow<'r, str>,
    /// In which source, where one is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Cow<'r, str>>,
    /// How much was left out.
    pub(super) left_out: u64,
}
