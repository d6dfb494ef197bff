//! The language of an answer, as an argument.

use pullan_analyzer::Language;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A language by its code.
pub(crate) fn parse(code: &str) -> PyResult<Language> {
    match code {
        "en" => Ok(Language::English),
        "ko" => Ok(Language::Korean),
        _ => Err(PyValueError::new_err(format!("unknown language {code:?}; known are \"en\" and \"ko\""))),
    }
}

/// Its code.
pub(crate) fn code(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::Korean => "ko",
    }
}
