//! `pullan analyze --each`: one report for every file, a line each.
//!
//! In: files and directories. Out: the JSON contract, one object a line with the file under `source`, in the order of the files.
//! One that cannot be read has a report that says so, and nothing stops.

use super::CommandError;
use super::analyze::Outcome;
use super::dump::{Dumps, Line, write};
use super::ordered;
use crate::input;
use crate::progress::Progress;
use pullan_analyzer::{Language, Session};
use pullan_render::{Words, json};
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// Analyses each file; what all of them come to.
pub(super) fn run(paths: &[PathBuf], dumps: &Dumps<'_>, threads: NonZero<usize>, language: Language) -> Result<Outcome, CommandError> {
    let progress = Progress::start(Words(language));
    let files = input::files(paths, &progress)?;
    let mut outcome = Outcome::default();
    ordered::run(
        threads,
        files.iter(),
        |_| 0,
        |path| line(path, dumps, language, &progress),
        |line| {
            outcome = outcome.and(line.outcome);
            write(&line.text?)
        },
    )?;
    Ok(outcome)
}

fn line(path: &Path, dumps: &Dumps<'_>, language: Language, progress: &Progress) -> Line {
    let mut source = path.display().to_string();
    let read = |session: &mut Session<'_>| {
        if let Err(error) = input::read_file_at(path, session, progress) {
            session.limit(input::unread(path, &error));
        }
    };
    let mut redactor = dumps.redactor(read);
    if let Some(redactor) = &mut redactor {
        source = redactor.redact_name(&source);
    }
    let (report, outcome) = dumps.report(redactor, read);
    progress.file();
    Line { outcome, text: json::line(&source, &report, language) }
}
