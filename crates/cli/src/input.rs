//! Finds and reads what is to be analysed.
//!
//! In: the paths of the command line. Out: their bytes in a session, each source under the name the user gave.
//! A directory is walked in the order of its names. Errors say which path and what to do.

use pullan_analyzer::Session;
use std::io::{IsTerminal, Read, Write};
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
    session.read(name, &mut counted).map_err(|source| InputError::Unreadable { path: name.to_owned(), source })?;
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
        let files = walk(path)?;
        if files.is_empty() {
            return Err(InputError::EmptyDirectory { path: name });
        }
        let mut total = 0;
        for file in files {
            total += read_path(&file, session)?;
        }
        return Ok(total);
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    read_from(&name, file, session)
}

/// All files below a directory, sorted; links and hidden files are left out.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, InputError> {
    let unreadable = |source| InputError::Unreadable { path: folder.display().to_string(), source };
    let mut entries: Vec<_> = std::fs::read_dir(folder).map_err(unreadable)?.collect::<Result<_, _>>().map_err(unreadable)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let kind = entry.file_type().map_err(unreadable)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            found.extend(walk(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    Ok(found)
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
