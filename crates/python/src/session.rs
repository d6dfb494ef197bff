//! `pullan.Session`: several sources, one report.

use crate::detach::detached;
use crate::report::Report;
use crate::source::Source;
use pullan_analyzer::{Language, TextBounds};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use self_cell::self_cell;

type Open<'a> = Option<pullan_analyzer::Session<'a>>;

self_cell!(
    /// A session with the analyzer that it borrows from. It is gone after a panic and when it was finished.
    struct Running {
        owner: pullan_analyzer::Analyzer,
        #[not_covariant]
        dependent: Open,
    }
);

/// An analysis under way; made by Analyzer.session(). One thread at a time can use it.
#[pyclass(module = "pullan", name = "Session")]
pub(crate) struct Session {
    running: Running,
    lang: Language,
}

impl Session {
    pub(crate) fn new(analyzer: pullan_analyzer::Analyzer, lang: Language, texts: Option<TextBounds>) -> Self {
        let running = Running::new(analyzer, |analyzer| {
            let mut session = analyzer.session();
            if let Some(bounds) = texts {
                session.keep_text(bounds);
            }
            Some(session)
        });
        Session { running, lang }
    }
}

fn finished() -> PyErr {
    PyValueError::new_err("the session is finished; start another one")
}

#[pymethods]
impl Session {
    /// Adds a source; see pullan.analyze for what it can be.
    #[pyo3(signature = (source, *, name=None))]
    pub(crate) fn add(&mut self, py: Python<'_>, source: &Bound<'_, PyAny>, name: Option<String>) -> PyResult<()> {
        let (own_name, source) = Source::of(source)?;
        let name = name.unwrap_or(own_name);
        let result = detached(py, || {
            self.running.with_dependent_mut(|_, open| {
                let mut session = open.take()?;
                let result = source.read(&name, &mut session);
                *open = Some(session);
                Some(result)
            })
        })?;
        result.ok_or_else(finished)?.map_err(|error| source.exception(error))
    }

    /// Ends the analysis and judges everything that was added.
    pub(crate) fn finish(&mut self, py: Python<'_>) -> PyResult<Report> {
        let report = detached(py, || self.running.with_dependent_mut(|_, open| Some(open.take()?.finish())))?;
        Ok(Report::new(report.ok_or_else(finished)?, self.lang))
    }
}
