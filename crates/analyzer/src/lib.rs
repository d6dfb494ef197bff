//! Reads what people paste when a Kubernetes image pull fails, and says why.
//!
//! Saved `kubectl describe` output, event dumps, pod tables, kube-proxy and runtime logs, network transcripts:
//! any mixture of them, in any order, with prompts and prose around it. No cluster is asked. The answer is a
//! [`Report`]: root causes with the lines that prove them, next steps, and how much of the input was understood.
//!
//! ```
//! let paste = br#"
//!   Warning  Failed  9s (x2 over 24s)  kubelet  Failed to pull image "registry.example/team/app:v9": rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/team/app:v9": failed to resolve reference "registry.example/team/app:v9": registry.example/team/app:v9: not found
//! "#;
//! let report = pullan_analyzer::analyze("describe.txt", paste);
//! let diagnosis = &report.diagnoses[0];
//! assert_eq!(diagnosis.rule, "tag-not-found");
//! assert_eq!(diagnosis.evidence[0].citation.location.line, 2);
//! ```
//!
//! With the feature `archives`, [`Session`] also opens compressed files and archives, within bounds that the caller sets.
//!
//! The stages, each a module: [`text`](crate) lines are cleaned, `parse` cuts and reads them into records, `message` peels error
//! messages, `fact` states what was observed, `rule` says what it means, `diagnosis` puts it in order.

#![deny(missing_docs)]

mod analyzer;
#[cfg(feature = "archives")]
mod archive;
mod block;
mod diagnosis;
mod fact;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzz;
mod merge;
mod message;
mod parse;
mod record;
mod redact;
mod report;
mod rule;
mod segment;
mod skim;
mod source;
mod stream;
mod text;
mod transcript;

pub use analyzer::{Analyzer, Session};
#[cfg(feature = "archives")]
pub use archive::{Content, Limits};
pub use fact::vocabulary;
pub use fact::{Fact, FactKind, Subject, Value};
pub use redact::{Redactor, mask_secrets};
pub use report::{
    About, Affected, Coverage, Diagnosis, Evidence, Extent, Language, Limit, NextStep, Occurrence, OtherFailure, OtherKind, Reach, Report,
    Role, Wording,
};
pub use rule::RuleSetBuilder;
pub use rule::{
    Clause, Condition, Conditions, Example, ExampleFailure, ExampleOutcome, Expectation, Knowledge, Matcher, RegistryKnowledge, Risk, Rule,
    RuleError, RuleErrors, RuleSet, RuntimeKnowledge, Same, Scalar, Scope, Severity, Step, Template, Test, Texts, Verdict, VerdictCase,
    check_examples,
};
pub use segment::{Segment, SegmentKind};
pub use source::{Citation, Location, SourceId};
pub use transcript::{SourceText, TextBounds};

/// Analyses one source with the built-in rules.
///
/// ```
/// assert!(pullan_analyzer::analyze("empty", b"").diagnoses.is_empty());
/// ```
pub fn analyze(name: &str, bytes: &[u8]) -> Report {
    Analyzer::new(RuleSet::builtin()).analyze(name, bytes)
}
