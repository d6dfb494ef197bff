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
//! The library does no input or output but on a reader that it is given, reads no clock and no environment, never panics on what it
//! reads, and gives the same report for the same input. Lines and columns count from 1, columns in characters of the decoded line; ages are
//! seconds before the text was written.
//!
//! # Where to begin
//!
//! | to | use |
//! |---|---|
//! | analyse one text | [`analyze`] |
//! | analyse several sources of one ticket together, or many tickets | [`Analyzer`], [`Session`] |
//! | analyse a log of any length | [`Session::read`], [`Analyzer::threads`] |
//! | open archives and compressed files | `Session::read_archive` (feature `archives`) |
//! | add rules | [`RuleSet::builder`], [`check_examples`] |
//! | hide names, hosts and secrets | [`Redactor`], [`mask_secrets`] |
//! | join the reports of a fleet | [`Report::merge`] |
//! | show the lines around a citation | [`Session::keep_text`] |
//! | write JSON, HTML, SARIF, ... | the crate `pullan-render` |
//!
//! `examples/` has small programs: `one_call`, `session`, `stream_log`, `own_rules`, and `custom_report` over a fleet.
//!
//! [`Analyzer`], [`RuleSet`], [`Redactor`] and [`Report`] are `Send` and `Sync`; an analyzer is cheap to clone and made once for many threads.
//!
//! # Features
//!
//! | feature | default | what it adds | crates |
//! |---|---|---|---|
//! | `encodings` | yes | EUC-KR/CP949, Shift-JIS, GB18030 and other encodings beside UTF-8 and UTF-16 | 7 |
//! | `archives` | no | gzip, Zstandard, tar and zip, in Rust alone and without touching the disk | 9 |
//! | `fuzzing` | no | single readers for the fuzzer; no part of the public face | 0 |
//!
//! Without features the library stands on 25 other crates, those for macros at build time included; with the default ones on 32, with `archives` too
//! on 41. None is for terminals, HTML, async or the network.

#![cfg_attr(docsrs, feature(doc_cfg))]
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
mod order;
mod parse;
mod recall;
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
    About, Affected, Alternative, Coverage, Diagnosis, Evidence, Extent, Language, Limit, NextStep, Occurrence, OtherFailure, OtherKind,
    Reach, Report, Role, Wording,
};
pub use rule::RuleSetBuilder;
pub use rule::{
    Clause, Condition, Conditions, Example, ExampleFailure, ExampleOutcome, Expectation, Knowledge, Matcher, Reason, RegistryKnowledge,
    Risk, Rule, RuleError, RuleErrors, RuleSet, RuntimeKnowledge, Same, Scalar, Scope, Severity, Statement, Step, Template, Test, Texts,
    Verdict, VerdictCase, check_examples,
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

/// The examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_once_can_be_shared_between_threads() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Analyzer>();
        shared::<RuleSet>();
        shared::<Report>();
        shared::<Redactor>();
        fn sent<T: Send>() {}
        sent::<Session<'_>>();
    }
}
