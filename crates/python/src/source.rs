//! What can be analysed: a text, bytes, a path, or a file object.
//!
//! In: any Python object. Out: a [`Source`] that a session reads while the interpreter is released; a file object is asked for one piece
//! after the other, so that it is never held as a whole. `str` is always a text and never a path.

use pullan_analyzer::{Limits, Session};
use pyo3::exceptions::{PyOSError, PyTypeError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyByteArray, PyBytes, PyString};
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Something to analyse.
pub(crate) enum Source {
    Bytes(PyBackedBytes),
    Path(PathBuf),
    File(Py<PyAny>),
}

impl Source {
    /// What an object is, and the name that it goes by.
    pub(crate) fn of(object: &Bound<'_, PyAny>) -> PyResult<(String, Source)> {
        if let Ok(text) = object.cast::<PyString>() {
            return Ok(("text".to_owned(), Source::Bytes(utf8(text)?)));
        }
        if object.is_instance_of::<PyBytes>() || object.is_instance_of::<PyByteArray>() {
            return Ok(("bytes".to_owned(), Source::Bytes(object.extract()?)));
        }
        if object.hasattr("__fspath__")? {
            let path: PathBuf = object.extract()?;
            return Ok((path.display().to_string(), Source::Path(path)));
        }
        if object.hasattr("read")? {
            // Of a file from a descriptor, `name` is a number.
            let name = object.getattr("name").and_then(|name| name.extract()).unwrap_or_else(|_| "file".to_owned());
            return Ok((name, Source::File(object.clone().unbind())));
        }
        let name = object.get_type().name()?;
        Err(PyTypeError::new_err(format!("cannot analyse {name}: give a text (str), bytes, a pathlib.Path or a file object")))
    }

    /// Adds everything that it holds to a session. Call it without the interpreter.
    pub(crate) fn read(&self, name: &str, session: &mut Session<'_>) -> io::Result<()> {
        let limits = Limits::default();
        match self {
            Source::Bytes(bytes) => session.read_archive_file(name, Interruptible::new(Cursor::new(bytes)), &limits),
            Source::Path(path) => {
                let file = File::open(path)?;
                // In a pipe one cannot go back.
                let is_pipe = !file.metadata()?.is_file();
                let file = Interruptible::new(file);
                if is_pipe { session.read_archive(name, file, &limits) } else { session.read_archive_file(name, file, &limits) }
            }
            Source::File(file) => {
                session.read_archive(name, FileObject { file, piece: None, read: 0, failure: Failure::default() }, &limits)
            }
        }
    }

    /// The exception for an error of [`read`](Self::read): that of the file object itself, or an `OSError` with the path.
    pub(crate) fn exception(&self, error: io::Error) -> PyErr {
        match (self, error.raw_os_error()) {
            (Source::Path(path), Some(_)) => os_error(path, &error),
            _ => error.into(),
        }
    }
}

/// An `OSError` with the path, which Python makes a `FileNotFoundError`, a `PermissionError`, ...
pub(crate) fn os_error(path: &Path, error: &io::Error) -> PyErr {
    let text = error.to_string();
    let reason = text.split(" (os error").next().unwrap_or(&text);
    PyOSError::new_err((error.raw_os_error(), reason.to_owned(), path.as_os_str().to_owned()))
}

/// The bytes of a text. What `surrogateescape` made of bytes becomes those bytes again.
pub(crate) fn utf8(text: &Bound<'_, PyString>) -> PyResult<PyBackedBytes> {
    let escaped = |how| PyResult::Ok(text.call_method1("encode", ("utf-8", how))?.cast_into::<PyBytes>()?.into());
    match text.encode_utf8() {
        Ok(bytes) => Ok(bytes.into()),
        Err(_) => escaped("surrogateescape").or_else(|_| escaped("replace")),
    }
}

/// So much is asked of a file object at a time, and so much is read between two looks for Ctrl-C.
const PIECE: usize = 1 << 20;

/// The exception that ended a reader. The library hands out what was read before an error and then asks again, so it is kept.
#[derive(Default)]
struct Failure(Option<PyErr>);

impl Failure {
    /// Does something with the interpreter, unless that has failed before.
    fn attempt<T>(&mut self, work: impl FnOnce(Python<'_>) -> PyResult<T>) -> io::Result<T> {
        Python::attach(|py| {
            let result = match &self.0 {
                Some(before) => Err(before.clone_ref(py)),
                None => work(py),
            };
            Ok(result.inspect_err(|error| self.0 = Some(error.clone_ref(py)))?)
        })
    }
}

/// A file object of Python, in bytes or in text.
struct FileObject<'f> {
    file: &'f Py<PyAny>,
    piece: Option<PyBackedBytes>,
    read: usize,
    failure: Failure,
}

fn next_piece(py: Python<'_>, file: &Py<PyAny>) -> PyResult<PyBackedBytes> {
    py.check_signals()?;
    let piece = file.bind(py).call_method1("read", (PIECE,))?;
    match piece.cast::<PyString>() {
        Ok(text) => utf8(text),
        Err(_) => piece.extract().map_err(|_| match piece.get_type().name() {
            Ok(name) => PyTypeError::new_err(format!("read() gave {name}, not bytes or str")),
            Err(error) => error,
        }),
    }
}

impl Read for FileObject<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.piece.as_ref().is_none_or(|piece| self.read == piece.len()) {
            // Assigned while the interpreter is held, so that the last piece is freed at once.
            self.failure.attempt(|py| {
                self.piece = Some(next_piece(py, self.file)?);
                Ok(())
            })?;
            self.read = 0;
        }
        let rest = self.piece.as_ref().map_or(&[][..], |piece| &piece[self.read..]);
        let length = rest.len().min(out.len());
        out[..length].copy_from_slice(&rest[..length]);
        self.read += length;
        Ok(length)
    }
}

/// A reader that lets Ctrl-C through.
struct Interruptible<R> {
    reader: R,
    read: usize,
    failure: Failure,
}

impl<R> Interruptible<R> {
    fn new(reader: R) -> Self {
        Interruptible { reader, read: 0, failure: Failure::default() }
    }
}

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read >= PIECE {
            self.failure.attempt(|py| py.check_signals())?;
            self.read = 0;
        }
        let length = self.reader.read(out)?;
        self.read += length;
        Ok(length)
    }
}

impl<R: Seek> Seek for Interruptible<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}
