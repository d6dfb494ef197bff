//! Reads line by line, as a filter does.
//!
//! In: the paths of the command line, or standard input. Out: one line at a time as soon as it is there, of bounded length, with its place.
//! Blank lines are left out, and a byte order mark at the beginning. Says nothing about what a line means.

use super::{InputError, unreadable};
use crate::progress::Progress;
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A longer line is not kept.
pub(crate) const LONGEST_LINE: usize = 64 << 20;

/// A line and its place.
#[derive(Debug)]
pub(crate) struct InputLine {
    /// Name of the input.
    pub(crate) input: Arc<str>,
    /// Number in its input, from 1.
    pub(crate) number: u64,
    /// Without its end; nothing for a line that is too long.
    pub(crate) bytes: Option<Vec<u8>>,
}

/// The lines of all inputs. Without a path, those of standard input.
///
/// # Errors
/// When a path that the user names is no file. What happens later is an item, the last one.
pub(crate) fn lines<'p>(
    paths: &[PathBuf],
    progress: &'p Progress,
) -> Result<impl Iterator<Item = Result<InputLine, InputError>> + Send + use<'p>, InputError> {
    for path in paths.iter().filter(|path| path.as_os_str() != "-") {
        let name = path.display().to_string();
        let metadata = std::fs::metadata(path).map_err(|source| unreadable(&name, source))?;
        if metadata.is_dir() {
            return Err(InputError::NoText { path: name });
        }
        progress.expect(1, metadata.len());
    }
    let paths = if paths.is_empty() { vec![PathBuf::from("-")] } else { paths.to_vec() };
    Ok(Lines { paths: paths.into_iter(), open: None, progress })
}

struct Lines<'p> {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<Open<'p>>,
    progress: &'p Progress,
}

struct Open<'p> {
    name: Arc<str>,
    reader: Box<dyn BufRead + Send + 'p>,
    number: u64,
}

impl Iterator for Lines<'_> {
    type Item = Result<InputLine, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(open) = &mut self.open else {
                let path = self.paths.next()?;
                match self.open(&path) {
                    Ok(open) => self.open = Some(open),
                    Err(error) => return self.last(error),
                }
                continue;
            };
            match open.next() {
                Ok(Some(line)) => return Some(Ok(line)),
                Ok(None) => {
                    self.progress.file();
                    self.open = None;
                }
                Err(source) => {
                    let error = unreadable(&open.name, source);
                    return self.last(error);
                }
            }
        }
    }
}

impl<'p> Lines<'p> {
    fn open(&self, path: &Path) -> Result<Open<'p>, InputError> {
        let (name, input): (String, Box<dyn Read + Send>) = if path.as_os_str() == "-" {
            if io::stdin().is_terminal() {
                self.progress.hush();
            }
            ("<stdin>".to_owned(), Box::new(io::stdin()))
        } else {
            let name = path.display().to_string();
            let file = File::open(path).map_err(|source| unreadable(&name, source))?;
            (name, Box::new(file))
        };
        let reader = Box::new(BufReader::with_capacity(64 << 10, self.progress.watch(input)));
        Ok(Open { name: name.into(), reader, number: 0 })
    }

    fn last(&mut self, error: InputError) -> Option<Result<InputLine, InputError>> {
        self.paths = Vec::new().into_iter();
        self.open = None;
        Some(Err(error))
    }
}

impl Open<'_> {
    /// The next line that is not blank.
    fn next(&mut self) -> io::Result<Option<InputLine>> {
        while let Some(mut bytes) = read_line(&mut self.reader, LONGEST_LINE)? {
            self.number += 1;
            if let (1, Some(line)) = (self.number, &mut bytes)
                && line.starts_with(b"\xef\xbb\xbf")
            {
                line.drain(..3);
            }
            if bytes.as_ref().is_none_or(|line| !line.trim_ascii().is_empty()) {
                return Ok(Some(InputLine { input: Arc::clone(&self.name), number: self.number, bytes }));
            }
        }
        Ok(None)
    }
}

/// A line without its end, `Some(None)` for one that is longer than `longest`, `None` at the end of the input.
fn read_line(reader: &mut impl BufRead, longest: usize) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut line = Vec::new();
    if reader.take(longest as u64 + 1).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_some() || line.len() <= longest {
        return Ok(Some(Some(line)));
    }
    reader.skip_until(b'\n')?;
    Ok(Some(None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8], longest: usize) -> Vec<Option<String>> {
        let mut lines = Vec::new();
        while let Some(line) = read_line(&mut input, longest).unwrap() {
            lines.push(line.map(|line| String::from_utf8(line).unwrap()));
        }
        lines
    }

    #[test]
    fn a_line_that_is_too_long_is_known_and_not_kept() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(all(b"abc\nabcd\nabcdefgh\n\nx", 3), [text("abc"), None, None, text(""), text("x")]);
        assert_eq!(all(b"abcd", 3), [None]);
        assert_eq!(all(b"abc", 3), [text("abc")]);
        assert_eq!(all(b"", 3), []);
    }

    #[test]
    fn lines_are_numbered_and_blank_ones_left_out() {
        let input = b"\xef\xbb\xbf1\r\n \n\n4\n";
        let mut open = Open { name: "x".into(), reader: Box::new(&input[..]), number: 0 };
        let mut lines = Vec::new();
        while let Some(line) = open.next().unwrap() {
            lines.push((line.number, line.bytes.unwrap()));
        }
        assert_eq!(lines, [(1, b"1\r".to_vec()), (4, b"4".to_vec())]);
    }
}
