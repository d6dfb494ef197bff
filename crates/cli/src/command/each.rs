//! `pullan analyze --each`: one report for every file, a line each.
//!
//! In: files and directories. Out: the JSON contract, one object a line with the file under `source`, in the order of the files.
//! Files are analysed in threads, each alone; one that cannot be read has a report that says so, and nothing stops.

use super::{CommandError, analyze::Outcome, selection::Selection};
use crate::input;
use crate::progress::Progress;
use pullan_analyzer::{Analyzer, Language, Limit, Report};
use pullan_render::json;
use std::io::Write;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many reports wait to be written at most.
const BATCH: usize = 4096;

/// Analyses each file; what all of them come to.
pub(super) fn run(
    paths: &[PathBuf],
    analyzer: &Analyzer,
    threads: NonZero<usize>,
    language: Language,
    selection: &Selection<'_>,
) -> Result<Outcome, CommandError> {
    let progress = Progress::start();
    let files = input::files(paths, &progress)?;
    let mut outcome = Outcome::default();
    for batch in files.chunks(BATCH) {
        let lines: Vec<Mutex<Line>> = batch.iter().map(|_| Mutex::default()).collect();
        let next = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..threads.get().min(batch.len()) {
                scope.spawn(|| {
                    while let Some((path, line)) = take(&next, batch, &lines) {
                        let mut report = report(path, analyzer, &progress);
                        selection.apply(&mut report);
                        let line_of =
                            Line { outcome: selection.outcome(&report), text: json::line(&path.display().to_string(), &report, language) };
                        if let Ok(mut line) = line.lock() {
                            *line = line_of;
                        }
                    }
                });
            }
        });
        let mut out = String::new();
        for line in lines {
            let line = line.into_inner().unwrap_or_default();
            outcome = outcome.and(line.outcome);
            out.push_str(&line.text?);
        }
        if !write(&out)? {
            break;
        }
    }
    Ok(outcome)
}

struct Line {
    outcome: Outcome,
    text: serde_json::Result<String>,
}

impl Default for Line {
    fn default() -> Self {
        Line { outcome: Outcome::default(), text: Ok(String::new()) }
    }
}

fn take<'b>(next: &AtomicUsize, batch: &'b [PathBuf], lines: &'b [Mutex<Line>]) -> Option<(&'b Path, &'b Mutex<Line>)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((batch.get(at)?, lines.get(at)?))
}

fn report(path: &Path, analyzer: &Analyzer, progress: &Progress) -> Report {
    let mut session = analyzer.session();
    if let Err(error) = input::read_file_at(path, &mut session, progress) {
        session.limit(Limit { what: error.to_string(), source: Some(path.display().to_string()), left_out: 1 });
    }
    progress.file();
    session.finish()
}

/// False when nobody reads any more.
fn write(text: &str) -> std::io::Result<bool> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        result => result.map(|()| true),
    }
}
