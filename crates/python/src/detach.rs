//! Work without the interpreter.
//!
//! In: work that touches no Python object. Out: its result, while other Python threads went on.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Releases the interpreter for the time of the work.
///
/// A panic would be a bug of pullan. PyO3 would raise it as a `BaseException`, which ends the worker of an engine; as a `RuntimeError` it
/// costs one source.
pub(crate) fn detached<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work)))
        .map_err(|_| PyRuntimeError::new_err("pullan failed on this input, which is a bug worth reporting"))
}
