//! What an analysis says: diagnoses, other failures, and what was not understood.
//!
//! In: nothing. Out: plain data that serialises; every text is already in words of one language at a time
//! (see [`Wording`]). Rendering is the caller's work.

use crate::fact::{Fact, Subject};
use crate::rule::{Risk, Scope, Severity, Verdict};
use crate::segment::Segment;
use crate::source::Citation;
use crate::transcript::SourceText;
use serde::{Deserialize, Serialize};

/// A text in both languages, its placeholders filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wording {
    /// English.
    pub en: String,
    /// Korean; the English text where a rule has no Korean one.
    pub ko: String,
}

impl Wording {
    /// The text in a language.
    ///
    /// ```
    /// use pullan_analyzer::{Language, Wording};
    /// let wording = Wording { en: "no".into(), ko: "아니요".into() };
    /// assert_eq!(wording.get(Language::Korean), "아니요");
    /// ```
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Korean => &self.ko,
        }
    }
}

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

/// What a piece of evidence does for a diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The diagnosis rests on it.
    Primary,
    /// It fits, and nothing depends on it.
    Supporting,
}

/// A cited piece of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it does.
    pub role: Role,
    /// Kind of fact that it states, as in the vocabulary.
    pub fact: String,
    /// Where it stands and what it says.
    pub citation: Citation,
}

/// One thing that a diagnosis is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Affected {
    /// Pod, container, node and namespace.
    #[serde(flatten)]
    pub subject: Subject,
    /// The image, as the pod spec writes it.
    pub image: Option<String>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NextStep {
    /// What it does to the system.
    pub risk: Risk,
    /// What to do.
    pub say: Wording,
    /// The command, when there is one.
    pub run: Option<String>,
}

/// How far a cause reaches, as far as the text shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Different pods.
    pub pods: usize,
    /// Different images.
    pub images: usize,
    /// Different registries.
    pub registries: usize,
    /// Different nodes.
    pub nodes: usize,
    /// What else the cause must be expected to hit.
    pub extent: Extent,
}

/// Blast radius: everything of this extent fails for the same cause.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// One image, wherever it is pulled.
    #[default]
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

/// When and how often, in seconds before the text was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// How often, by the text's own counts.
    pub count: u64,
    /// In how many dumps; 1 unless reports were [merged](Report::merge).
    pub dumps: u64,
    /// Since when.
    pub first_seen: Option<u64>,
    /// Last time.
    pub last_seen: Option<u64>,
}

/// What a cause is about. All that one rule finds about the same is one diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct About {
    /// Whether it is an image, a registry, a node, ...
    pub scope: Scope,
    /// Which one, if the text says: the image with registry and tag, `host:port` of a registry, `namespace/pod`, ...
    pub name: Option<String>,
}

/// One of several causes that a text fits equally.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alternative {
    /// Id of the rule.
    pub rule: String,
    /// Its one-line statement.
    pub title: Wording,
}

/// One root cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Id of the rule.
    pub rule: String,
    /// Its family.
    pub family: String,
    /// How sure it is.
    pub verdict: Verdict,
    /// How bad it is if true.
    pub severity: Severity,
    /// One-line statement.
    pub title: Wording,
    /// For [`Verdict::Ambiguous`]: the causes that this text cannot tell apart.
    pub between: Vec<Alternative>,
    /// For [`Verdict::Ambiguous`]: the step that decides.
    pub decide_by: Option<NextStep>,
    /// What it is about.
    pub about: About,
    /// What is affected, sorted.
    pub subjects: Vec<Affected>,
    /// The lines that prove it, primary ones first, in the order of the sources.
    pub evidence: Vec<Evidence>,
    /// What happened and why.
    pub explanation: Wording,
    /// What to do, in order.
    pub next_steps: Vec<NextStep>,
    /// Whether waiting alone heals it.
    pub retry_helps: bool,
    /// Public documentation.
    pub references: Vec<String>,
    /// How far it reaches.
    pub reach: Reach,
    /// When and how often.
    pub occurrence: Occurrence,
}

/// A failure that is not about obtaining an image. It is named, not diagnosed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherFailure {
    /// What kind.
    pub kind: OtherKind,
    /// Whom it struck.
    pub subject: Subject,
    /// Where it stands.
    pub evidence: Vec<Citation>,
    /// How often it was stated.
    pub count: u64,
}

/// Kinds of other failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum OtherKind {
    /// The container starts and dies.
    #[serde(rename = "CrashLoopBackOff")]
    CrashLoop,
    /// The kernel killed it for its memory.
    #[serde(rename = "OOMKilled")]
    OomKilled,
    /// No node takes the pod.
    #[serde(rename = "FailedScheduling")]
    Unschedulable,
    /// A volume cannot be mounted or attached.
    #[serde(rename = "FailedMount")]
    Mount,
    /// A probe fails.
    #[serde(rename = "Unhealthy")]
    Probe,
    /// The pod's network (or sandbox) cannot be set up.
    #[serde(rename = "FailedCreatePodSandBox")]
    Sandbox,
    /// A ConfigMap, Secret or key that the container needs is missing.
    #[serde(rename = "CreateContainerConfigError")]
    ContainerConfig,
    /// The container cannot be created or started, or ended with an error.
    #[serde(rename = "ContainerError")]
    ContainerError,
    /// The pod was evicted.
    #[serde(rename = "Evicted")]
    Evicted,
    /// The controller cannot create the pod.
    #[serde(rename = "FailedCreate")]
    FailedCreate,
}

impl OtherKind {
    /// Kind by a waiting reason, a terminated reason or a STATUS.
    pub(crate) fn of_reason(reason: &str) -> Option<OtherKind> {
        match reason {
            "CrashLoopBackOff" => Some(OtherKind::CrashLoop),
            "OOMKilled" => Some(OtherKind::OomKilled),
            "CreateContainerConfigError" => Some(OtherKind::ContainerConfig),
            "CreateContainerError"
            | "RunContainerError"
            | "ContainerCannotRun"
            | "StartError"
            | "Error"
            | "PreStartHookError"
            | "PostStartHookError" => Some(OtherKind::ContainerError),
            "Evicted" => Some(OtherKind::Evicted),
            _ => None,
        }
    }

    /// Kind by an event that is not about an image.
    pub(crate) fn of_event(reason: &str, message: &str) -> Option<OtherKind> {
        match reason {
            "FailedScheduling" => Some(OtherKind::Unschedulable),
            "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" | "VolumeResizeFailed" => Some(OtherKind::Mount),
            "Unhealthy" | "ProbeWarning" => Some(OtherKind::Probe),
            "FailedCreatePodSandBox" | "FailedCreatePodSandbox" | "NetworkNotReady" => Some(OtherKind::Sandbox),
            "OOMKilling" => Some(OtherKind::OomKilled),
            "Evicted" | "TaintManagerEviction" => Some(OtherKind::Evicted),
            "BackOff" => message.starts_with("Back-off restarting").then_some(OtherKind::CrashLoop),
            "FailedCreate" => Some(OtherKind::FailedCreate),
            "FailedPostStartHook" | "FailedPreStopHook" => Some(OtherKind::ContainerError),
            "Failed" => {
                let error = message.strip_prefix("Error: ").unwrap_or(message);
                let missing = ["secret \"", "configmap \"", "couldn't find key", "references non-existent"]
                    .iter()
                    .any(|start| error.starts_with(start));
                Some(if missing { OtherKind::ContainerConfig } else { OtherKind::ContainerError })
            }
            _ => None,
        }
    }

    /// The word that Kubernetes uses.
    ///
    /// ```
    /// assert_eq!(pullan_analyzer::OtherKind::CrashLoop.as_str(), "CrashLoopBackOff");
    /// ```
    pub fn as_str(self) -> &'static str {
        match self {
            OtherKind::CrashLoop => "CrashLoopBackOff",
            OtherKind::OomKilled => "OOMKilled",
            OtherKind::Unschedulable => "FailedScheduling",
            OtherKind::Mount => "FailedMount",
            OtherKind::Probe => "Unhealthy",
            OtherKind::Sandbox => "FailedCreatePodSandBox",
            OtherKind::ContainerConfig => "CreateContainerConfigError",
            OtherKind::ContainerError => "ContainerError",
            OtherKind::Evicted => "Evicted",
            OtherKind::FailedCreate => "FailedCreate",
        }
    }
}

/// How much of the input was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Dumps that the report is about; 1 unless reports were [merged](Report::merge).
    pub dumps: u64,
    /// Lines of all sources.
    pub lines: u64,
    /// Lines that were recognised as something.
    pub understood: u64,
    /// What they were recognised as, in order.
    pub segments: Vec<Segment>,
}

/// A bound that was reached; the rest of the input was still read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// What was bounded.
    pub what: String,
    /// In which source, where one source is meant.
    pub source: Option<String>,
    /// How much was left out.
    pub left_out: u64,
}

/// Everything that an analysis says.
///
/// ```
/// let report = pullan_analyzer::analyze("event.txt", br#"Failed to pull image "r.example/a:1": EOF"#);
/// for diagnosis in &report.diagnoses {
///     println!("{} ({:?}) strikes {} pods", diagnosis.rule, diagnosis.verdict, diagnosis.reach.pods);
/// }
/// assert_eq!(report.coverage.lines, 1);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Names of the sources; a [`SourceId`](crate::SourceId) is an index into them.
    pub sources: Vec<String>,
    /// Root causes, the most important first.
    pub diagnoses: Vec<Diagnosis>,
    /// Failures of other kinds.
    pub other_failures: Vec<OtherFailure>,
    /// How much was understood.
    pub coverage: Coverage,
    /// Bounds that were reached.
    pub limits: Vec<Limit>,
    /// How many rules were asked.
    pub rules: usize,
    /// Everything that was observed, for embedders and rule authors.
    #[serde(skip)]
    pub facts: Vec<Fact>,
    /// What was kept of the sources' texts, one entry a source; empty unless [`Session::keep_text`](crate::Session::keep_text) was called.
    #[serde(skip)]
    pub texts: Vec<SourceText>,
}

impl Report {
    /// Name of a source.
    ///
    /// ```
    /// let report = pullan_analyzer::analyze("event.txt", br#"Failed to pull image "r.example/a:1": EOF"#);
    /// let at = report.diagnoses[0].evidence[0].citation.location;
    /// assert_eq!(report.source_name(at.source), "event.txt");
    /// ```
    pub fn source_name(&self, source: crate::SourceId) -> &str {
        self.sources.get(source.0 as usize).map_or("", String::as_str)
    }
}
