//! Finds and reads what is to be analysed.
//!
//! In: the paths of the command line. Out: their texts in a session, each source under the name the user gave;
//! archives and compressed files are opened, wherever they come from. A path that the user *names* and that
//! cannot be read is an error that says which and what to do; below a directory it is left out, and the report says so.

mod ahead;
mod directory;
mod lines;
mod plain;

pub(crate) use directory::unread;
pub(crate) use lines::{InputLine, LONGEST_LINE, lines};
pub(crate) use plain::{each_file, each_text};

use ahead::Ahead;

use crate::command::shown;
use crate::progress::Progress;
use pullan_analyzer::{Limits, Session};
use pullan_render::{Words, fill};
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// How much a pipe shall hold, in bytes: what an ordinary user may ask for.
#[cfg(target_os = "linux")]
const PIPE: usize = 1 << 20;

/// What can go wrong with an input.
#[derive(Debug)]
pub(crate) enum InputError {
    Missing { path: String },
    Unreadable { path: String, source: std::io::Error },
    EmptyDirectory { path: String },
    Empty,
    NoText { path: String },
    Unwritable { path: String, source: std::io::Error },
}

impl InputError {
    /// What went wrong and what to do, in one line of a language.
    pub(crate) fn say(&self, words: Words) -> String {
        match self {
            InputError::Missing { path } => fill(words.fail_missing(), &[("path", &shown(path))]),
            InputError::Unreadable { path, source } => {
                fill(words.fail_unreadable(), &[("path", &shown(path)), ("reason", &words.io_reason(source))])
            }
            InputError::EmptyDirectory { path } => fill(words.fail_empty_directory(), &[("path", &shown(path))]),
            InputError::NoText { path } => fill(words.fail_no_text(), &[("path", &shown(path))]),
            InputError::Unwritable { path, source } => {
                fill(words.fail_unwritable(), &[("path", &shown(path)), ("reason", &words.io_reason(source))])
            }
            InputError::Empty => words.fail_empty().to_owned(),
        }
    }
}

/// Reads all paths into the session; without any, a paste from standard input.
pub(crate) fn read(paths: &[PathBuf], session: &mut Session<'_>, progress: &Progress) -> Result<(), InputError> {
    let mut total = 0;
    if paths.is_empty() || paths == [PathBuf::from("-")] {
        total += read_stdin(session, progress)?;
    } else {
        for path in paths {
            total += if path.as_os_str() == "-" { read_stdin(session, progress)? } else { read_path(path, session, progress)? };
        }
    }
    if total == 0 { Err(InputError::Empty) } else { Ok(()) }
}

/// The files at and below all paths, each directory's in the order of their names.
///
/// # Errors
/// When a path that the user names cannot be read, or there is no file.
pub(crate) fn files(paths: &[PathBuf], progress: &Progress) -> Result<Vec<PathBuf>, InputError> {
    let mut found = Vec::new();
    for path in paths {
        let name = path.display().to_string();
        let metadata = std::fs::metadata(path).map_err(|source| unreadable(&name, source))?;
        if metadata.is_dir() {
            // A folder that cannot be listed is like a file that cannot be read: its report says so.
            let mut unlisted = Vec::new();
            directory::walk(path, &mut found, &mut |folder, _| unlisted.push(folder.to_owned()))
                .map_err(|source| InputError::Unreadable { path: name, source })?;
            found.extend(unlisted);
        } else {
            found.push(path.clone());
        }
    }
    if found.is_empty() {
        return Err(InputError::Empty);
    }
    progress.expect(found.len() as u64, 0);
    Ok(found)
}

/// Reads one file into a session.
///
/// # Errors
/// Those of opening and reading it.
pub(crate) fn read_file_at(path: &Path, session: &mut Session<'_>, progress: &Progress) -> std::io::Result<()> {
    let file = std::fs::File::open(path)?;
    let name = path.display().to_string();
    read_file(&name, file, session, progress).map(drop)
}

fn read_stdin(session: &mut Session<'_>, progress: &Progress) -> Result<u64, InputError> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        progress.hush();
        return read_from("<stdin>", stdin, session, progress);
    }
    widen(&stdin);
    read_from("<stdin>", Ahead::new(stdin), session, progress)
}

/// Tells a person in front of standard input what to do, if it will be read.
pub(crate) fn invite(paths: &[PathBuf], words: Words) {
    let wanted = paths.is_empty() || paths.iter().any(|path| path.as_os_str() == "-");
    if wanted && std::io::stdin().is_terminal() {
        let end = if cfg!(windows) { "Ctrl-Z, Enter" } else { "Ctrl-D" };
        let _ = writeln!(std::io::stderr().lock(), "{}: {}", crate::args::program(), fill(words.paste_now(), &[("end", end)]));
    }
}

/// Makes a pipe hold more, so that its two ends wait less for each other. A pipe that cannot is used as it is.
#[cfg(target_os = "linux")]
fn widen(pipe: &impl std::os::fd::AsFd) {
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE);
}

#[cfg(not(target_os = "linux"))]
fn widen<P>(_pipe: &P) {}

fn read_from(name: &str, reader: impl Read, session: &mut Session<'_>, progress: &Progress) -> Result<u64, InputError> {
    let mut counted = progress.watch(reader);
    session
        .read_archive(name, &mut counted, &Limits::default())
        .map_err(|source| InputError::Unreadable { path: name.to_owned(), source })?;
    Ok(counted.bytes)
}

fn read_path(path: &Path, session: &mut Session<'_>, progress: &Progress) -> Result<u64, InputError> {
    let name = path.display().to_string();
    let unreadable = |source| unreadable(&name, source);
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return directory::read(path, session, progress);
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    // In a pipe, such as `<(kubectl ...)`, one cannot go back.
    if !metadata.is_file() {
        widen(&file);
        return read_from(&name, Ahead::new(file), session, progress);
    }
    progress.expect(1, metadata.len());
    let read = read_file(&name, file, session, progress).map_err(unreadable)?;
    progress.file();
    Ok(read)
}

fn unreadable(path: &str, source: std::io::Error) -> InputError {
    match source.kind() {
        std::io::ErrorKind::NotFound => InputError::Missing { path: path.to_owned() },
        _ => InputError::Unreadable { path: path.to_owned(), source },
    }
}

fn read_file(name: &str, file: std::fs::File, session: &mut Session<'_>, progress: &Progress) -> std::io::Result<u64> {
    let mut counted = progress.watch(file);
    session.read_archive_file(name, &mut counted, &Limits::default())?;
    Ok(counted.bytes)
}
