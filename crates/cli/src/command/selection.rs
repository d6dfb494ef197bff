//! Which findings of a report count, and which of them end the program with 1.
//!
//! In: `--select`, `--ignore`, `--min-severity`, `--fail-on`. Out: a report without the other findings. What was read and understood stays
//! as it was.

use super::{CommandError, analyze::Outcome};
use crate::args::{self, FailOn};
use pullan_analyzer::{Diagnosis, Report, RuleSet, Severity, Verdict};

/// The findings asked for.
pub(super) struct Selection<'a>(&'a args::Select);

impl<'a> Selection<'a> {
    /// A name that is neither a rule nor a family is an error: a typo would hide findings, or fail to.
    pub(super) fn new(options: &'a args::Select, rules: &RuleSet) -> Result<Self, CommandError> {
        for name in options.select.iter().chain(&options.ignore) {
            if !rules.iter().any(|rule| rule.id == *name || rule.family == *name) {
                let known = rules.iter().flat_map(|rule| [rule.id.as_str(), rule.family.as_str()]);
                return Err(CommandError::UnknownRule { id: name.clone(), suggestion: super::nearest(name, known) });
            }
        }
        Ok(Selection(options))
    }

    /// Takes the other findings out.
    pub(super) fn apply(&self, report: &mut Report) {
        report.diagnoses.retain(|diagnosis| self.wants(diagnosis));
    }

    fn wants(&self, diagnosis: &Diagnosis) -> bool {
        let named = |names: &[String]| names.iter().any(|name| *name == diagnosis.rule || *name == diagnosis.family);
        let options = self.0;
        (options.select.is_empty() || named(&options.select))
            && !named(&options.ignore)
            && options.min_severity.is_none_or(|least| badness(diagnosis.severity) >= badness(severity(least)))
    }

    /// What the report comes to.
    pub(super) fn outcome(&self, report: &Report) -> Outcome {
        Outcome::of(report, |diagnosis| self.fails(diagnosis))
    }

    fn fails(&self, diagnosis: &Diagnosis) -> bool {
        let bad = |least: Severity| badness(diagnosis.severity) >= badness(least);
        match self.0.fail_on {
            None => true,
            Some(FailOn::Never) => false,
            Some(FailOn::Certain) => diagnosis.verdict == Verdict::Certain,
            Some(FailOn::Likely) => matches!(diagnosis.verdict, Verdict::Certain | Verdict::Likely),
            Some(FailOn::Ambiguous) => diagnosis.verdict != Verdict::Unknown,
            Some(FailOn::Error) => bad(Severity::Error),
            Some(FailOn::Warning) => bad(Severity::Warning),
            Some(FailOn::Info) => bad(Severity::Info),
        }
    }
}

fn severity(severity: args::Severity) -> Severity {
    match severity {
        args::Severity::Error => Severity::Error,
        args::Severity::Warning => Severity::Warning,
        args::Severity::Info => Severity::Info,
    }
}

fn badness(severity: Severity) -> u8 {
    match severity {
        Severity::Info => 0,
        Severity::Warning => 1,
        Severity::Error => 2,
    }
}
