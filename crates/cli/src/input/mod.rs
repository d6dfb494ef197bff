//! Finds and reads what is to be analysed.
//!
//! In: the paths of the command line. Out: their texts in a session, each source under the name the user gave;
//! archives and compressed files are opened, wherever they come from. A path that the user *names* and that
//! cannot be read is an error that says which and what to do; below a directory it is left out, and the report says so.

mod directory;

use pullan_analyzer::{Limits, Session};
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What can go wrong with an input.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InputError {
    #[error("cannot find {path}: check the name, or use - to read standard input")]
    Missing { path: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("{path} has no readable files in it")]
    EmptyDirectory { path: String },
    #[error("the input is empty: nothing to analyse")]
    Empty,
}

/// Reads all paths into the session; without any, a paste from standard input.
pub(crate) fn read(paths: &[PathBuf], session: &mut Session<'_>) -> Result<(), InputError> {
    let mut total = 0;
    if paths.is_empty() || paths == [PathBuf::from("-")] {
        total += read_stdin(session)?;
    } else {
        for path in paths {
            total += if path.as_os_str() == "-" { read_stdin(session)? } else { read_path(path, session)? };
        }
    }
    if total == 0 { Err(InputError::Empty) } else { Ok(()) }
}

fn read_stdin(session: &mut Session<'_>) -> Result<u64, InputError> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
        let _ = writeln!(std::io::stderr().lock(), "pullan: paste the text, then press {end} on an empty line");
    }
    read_from("<stdin>", stdin.lock(), session)
}

fn read_from(name: &str, reader: impl Read, session: &mut Session<'_>) -> Result<u64, InputError> {
    let mut counted = Counted { reader, bytes: 0 };
    session
        .read_archive(name, &mut counted, &Limits::default())
        .map_err(|source| InputError::Unreadable { path: name.to_owned(), source })?;
    Ok(counted.bytes)
}

fn read_path(path: &Path, session: &mut Session<'_>) -> Result<u64, InputError> {
    let name = path.display().to_string();
    let unreadable = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => InputError::Missing { path: name.clone() },
        _ => InputError::Unreadable { path: name.clone(), source },
    };
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if metadata.is_dir() {
        return directory::read(path, session);
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    // In a pipe, such as `<(kubectl ...)`, one cannot go back.
    if metadata.is_file() { read_file(&name, file, session).map_err(unreadable) } else { read_from(&name, file, session) }
}

fn read_file(name: &str, file: std::fs::File, session: &mut Session<'_>) -> std::io::Result<u64> {
    let mut counted = Counted { reader: file, bytes: 0 };
    session.read_archive_file(name, &mut counted, &Limits::default())?;
    Ok(counted.bytes)
}

struct Counted<R> {
    reader: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for Counted<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.reader.seek(to)
    }
}
