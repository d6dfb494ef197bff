//! What `--each` and `--ndjson` share: many dumps, each analysed alone.
//!
//! In: what reads the sources of one dump into a session. Out: its report with the findings asked for, and what it comes to.

use super::CommandError;
use super::analyze::Outcome;
use super::selection::Selection;
use pullan_analyzer::{Analyzer, Redactor, Report, Session};
use std::io::{ErrorKind, Write};

/// How every dump is analysed.
pub(super) struct Dumps<'a> {
    pub(super) analyzer: &'a Analyzer,
    pub(super) selection: &'a Selection<'a>,
    pub(super) redact: bool,
}

/// A line of the answer.
pub(super) struct Line {
    pub(super) outcome: Outcome,
    pub(super) text: serde_json::Result<String>,
}

impl Dumps<'_> {
    /// A redactor that knows the names of the dump, if names are to be hidden. Each dump has its own, so pseudonyms say nothing about
    /// other dumps, and do not depend on them.
    pub(super) fn redactor(&self, read: impl FnOnce(&mut Session<'_>)) -> Option<Redactor> {
        self.redact.then(|| {
            let learned: Result<Redactor, std::convert::Infallible> = redactor(self.analyzer, |session| {
                read(session);
                Ok(())
            });
            match learned {
                Ok(redactor) => redactor,
            }
        })
    }

    /// Analyses a dump.
    pub(super) fn report(&self, redactor: Option<Redactor>, read: impl FnOnce(&mut Session<'_>)) -> (Report, Outcome) {
        let mut session = self.analyzer.session();
        if let Some(redactor) = redactor {
            session.redact(redactor);
        }
        read(&mut session);
        let mut report = session.finish();
        self.selection.apply(&mut report);
        let outcome = self.selection.outcome(&report);
        (report, outcome)
    }
}

/// A redactor that knows the names of everything that is read, so that one which only a later source tells is hidden in the earlier
/// ones too.
pub(super) fn redactor<E>(analyzer: &Analyzer, read: impl FnOnce(&mut Session<'_>) -> Result<(), E>) -> Result<Redactor, E> {
    let mut session = analyzer.session();
    session.redact(Redactor::new(analyzer.rules().clone()));
    read(&mut session)?;
    Ok(session.into_redactor().unwrap_or_else(|| Redactor::new(analyzer.rules().clone())))
}

/// Writes a line at once. False when nobody reads any more.
pub(super) fn write(line: &str) -> Result<bool, CommandError> {
    let mut out = std::io::stdout().lock();
    match out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        result => Ok(result.map(|()| true)?),
    }
}
