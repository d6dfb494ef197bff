//! pullan for Python: the compiled half of the package `pullan`.
//!
//! In: texts, paths and file objects of Python. Out: reports, as the library makes them, in the forms that `pullan-render` writes. The
//! other half, `python/pullan`, gives these classes their public names and holds the parts of a report as dataclasses. Nothing is
//! judged or worded here. The interpreter is released while the library works.

mod analyzer;
mod detach;
mod lang;
mod redactor;
mod report;
mod rules;
mod session;
mod source;
mod state;

use pyo3::prelude::*;

#[pymodule(name = "_native")]
mod native {
    #[pymodule_export]
    use crate::analyzer::{Analyzer, analyze};
    #[pymodule_export]
    use crate::redactor::{Redactor, redact};
    #[pymodule_export]
    use crate::report::{Report, merge, restore};
    #[pymodule_export]
    use crate::session::Session;

    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
