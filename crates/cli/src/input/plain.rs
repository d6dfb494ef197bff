//! Reads texts as they are, without a session.
//!
//! In: the paths of the command line. Out: a reader for each. Archives and directories are refused: what comes out of them
//! would be one text without a hint which part is which file's.

use super::{InputError, unreadable};
use pullan_analyzer::Content;
use std::fs::File;
use std::io::{Cursor, Read, Result};
use std::path::{Path, PathBuf};

/// Hands every text on, standard input included.
pub(crate) fn each_text(paths: &[PathBuf], mut take: impl FnMut(&mut dyn Read) -> Result<()>) -> std::result::Result<(), InputError> {
    let paste = [PathBuf::from("-")];
    for path in if paths.is_empty() { &paste } else { paths } {
        if path.as_os_str() == "-" {
            text("<stdin>", std::io::stdin().lock(), &mut take)?;
        } else {
            file(path, &mut take)?;
        }
    }
    Ok(())
}

/// Hands the texts on that can be read again later: no pipes.
pub(crate) fn each_file(paths: &[PathBuf], mut take: impl FnMut(&mut dyn Read) -> Result<()>) -> std::result::Result<(), InputError> {
    paths.iter().filter(|path| path.is_file()).try_for_each(|path| file(path, &mut take))
}

fn file(path: &Path, take: &mut impl FnMut(&mut dyn Read) -> Result<()>) -> std::result::Result<(), InputError> {
    let name = path.display().to_string();
    if path.is_dir() {
        return Err(InputError::NoText { path: name });
    }
    let file = File::open(path).map_err(|source| unreadable(&name, source))?;
    text(&name, file, take)
}

fn text(name: &str, mut reader: impl Read, take: &mut impl FnMut(&mut dyn Read) -> Result<()>) -> std::result::Result<(), InputError> {
    let failed = |source| unreadable(name, source);
    let mut head = Vec::new();
    reader.by_ref().take(Content::HEAD as u64).read_to_end(&mut head).map_err(failed)?;
    if !matches!(Content::of(&head), Content::Text) {
        return Err(InputError::NoText { path: name.to_owned() });
    }
    take(&mut Cursor::new(head).chain(reader)).map_err(failed)
}
