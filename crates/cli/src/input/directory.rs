//! Walks a directory.
//!
//! In: a directory. Out: the texts of its files in a session, in the order of their names; archives among them
//! are opened. Links, hidden files and files that are not text are left out. A file or folder that cannot be read
//! costs only itself.

use super::{InputError, read_file};
use crate::progress::Progress;
use pullan_analyzer::{Content, Language, Limit, Session};
use pullan_render::{Words, fill};
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

/// Reads all files below a directory; says how many bytes.
pub(super) fn read(folder: &Path, session: &mut Session<'_>, progress: &Progress) -> Result<u64, InputError> {
    let name = folder.display().to_string();
    let mut files = Vec::new();
    walk(folder, &mut files, &mut |path, error| session.limit(unread(path, error)))
        .map_err(|source| InputError::Unreadable { path: name.clone(), source })?;
    if files.is_empty() {
        return Err(InputError::EmptyDirectory { path: name });
    }
    let (mut total, mut failed, mut last) = (0, 0, None);
    progress.expect(files.len() as u64, 0);
    for path in &files {
        progress.file();
        match read_found(path, &name, session, progress) {
            Ok(bytes) => total += bytes,
            Err(error) => {
                session.limit(unread(path, &error));
                failed += 1;
                last = Some(error);
            }
        }
    }
    match last {
        Some(source) if failed == files.len() => Err(InputError::Unreadable { path: name, source }),
        _ => Ok(total),
    }
}

/// Collects the files below a directory, sorted by name.
pub(super) fn walk(folder: &Path, files: &mut Vec<PathBuf>, failed: &mut dyn FnMut(&Path, &io::Error)) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, kind) = (entry.path(), entry.file_type()?);
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_file() {
            files.push(path);
        } else if kind.is_dir()
            && let Err(error) = walk(&path, files, failed)
        {
            failed(&path, &error);
        }
    }
    Ok(())
}

/// Reads a file that nobody named, if it is worth it; says how many bytes were read.
fn read_found(path: &Path, folder: &str, session: &mut Session<'_>, progress: &Progress) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(Content::HEAD as u64).read_to_end(&mut head)?;
    if Content::of(&head) == Content::Binary {
        session.limit(Limit { what: "files that are not text".to_owned(), source: Some(folder.to_owned()), left_out: 1 });
        return Ok(head.len() as u64);
    }
    file.rewind()?;
    read_file(&path.display().to_string(), file, session, progress)
}

/// What a report says of a path that nobody named and that cannot be read; in English, as programs compare it.
pub(crate) fn unread(path: &Path, error: &io::Error) -> Limit {
    let words = Words(Language::English);
    let what = fill(words.limit_unreadable_path(), &[("reason", &words.io_reason(error))]);
    Limit { what, source: Some(path.display().to_string()), left_out: 1 }
}
