//! `pullan.Report`.

use crate::detach::detached;
use crate::lang;
use crate::state::State;
use pullan_analyzer::Language;
use pullan_render::{html, json, markdown};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyBytes;
use std::collections::BTreeMap;

/// What an analysis says. It does not change, and threads can share it.
///
/// >>> report = pullan.analyze('Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused')
/// >>> report
/// <pullan.Report of text: tcp-connection-refused>
/// >>> report.diagnoses[0].subjects[0].image
/// 'r.example/a:1'
/// >>> report.coverage.lines, report.coverage.understood
/// (1, 1)
#[pyclass(frozen, module = "pullan", name = "Report")]
pub(crate) struct Report {
    report: pullan_analyzer::Report,
    lang: Language,
    /// Its parts as dataclasses, made when they are first asked for.
    parts: PyOnceLock<Py<PyAny>>,
}

impl Report {
    pub(crate) fn new(report: pullan_analyzer::Report, lang: Language) -> Self {
        Report { report, lang, parts: PyOnceLock::new() }
    }

    fn language(&self, code: Option<&str>) -> PyResult<Language> {
        code.map_or(Ok(self.lang), lang::parse)
    }

    fn part<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let make = || PyResult::Ok(py.import("pullan._parts")?.getattr("Parts")?.call_method1("of", (self.to_dict(py, None)?,))?.unbind());
        self.parts.get_or_try_init(py, make)?.bind(py).getattr(name)
    }
}

#[pymethods]
impl Report {
    /// Names of everything that was read, in the order of reading.
    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "sources")
    }

    /// Root causes, the most important first.
    #[getter]
    fn diagnoses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "diagnoses")
    }

    /// Failures that are not about obtaining an image: named, not diagnosed.
    #[getter]
    fn other_failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "other_failures")
    }

    /// How much of the input was understood.
    #[getter]
    fn coverage<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "coverage")
    }

    /// Bounds that were reached; the rest of the input was still read.
    #[getter]
    fn limits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.part(py, "limits")
    }

    /// Language of its titles, explanations and steps, and of its forms where none is given.
    #[getter]
    fn lang(&self) -> &'static str {
        lang::code(self.lang)
    }

    /// The JSON contract on one line: what `pullan analyze --format jsonl` prints, without the line feed at its end.
    #[pyo3(signature = (lang=None))]
    fn to_json(&self, py: Python<'_>, lang: Option<&str>) -> PyResult<String> {
        let lang = self.language(lang)?;
        let mut line = detached(py, || json::compact(&self.report, lang))?.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        line.truncate(line.trim_end_matches('\n').len());
        Ok(line)
    }

    /// A report from a line of JSON, as to_json() and the program write it; `id` and `source` in front of it are passed over. It has the texts of
    /// one language and nothing that the contract leaves out, and merges like any other.
    ///
    /// >>> line = pullan.analyze("ImagePullBackOff").to_json()
    /// >>> pullan.Report.from_json(line).to_json() == line
    /// True
    #[staticmethod]
    #[pyo3(signature = (line, *, lang="en"))]
    fn from_json(py: Python<'_>, line: &str, lang: &str) -> PyResult<Self> {
        let report = detached(py, || json::read(line))?.map_err(|error| PyValueError::new_err(format!("not a report: {error}")))?;
        Ok(Report::new(report, lang::parse(lang)?))
    }

    /// The JSON contract as dicts and lists.
    #[pyo3(signature = (lang=None))]
    fn to_dict<'py>(&self, py: Python<'py>, lang: Option<&str>) -> PyResult<Bound<'py, PyAny>> {
        py.import("json")?.call_method1("loads", (self.to_json(py, lang)?,))
    }

    /// A reply to paste into a ticket.
    #[pyo3(signature = (lang=None))]
    fn to_markdown(&self, py: Python<'_>, lang: Option<&str>) -> PyResult<String> {
        let lang = self.language(lang)?;
        detached(py, || markdown::render(&self.report, lang))
    }

    /// One page for a browser. The input is in it if the analysis was asked to keep_text.
    #[pyo3(signature = (lang=None))]
    fn to_html(&self, py: Python<'_>, lang: Option<&str>) -> PyResult<String> {
        let lang = self.language(lang)?;
        detached(py, || html::render(&self.report, lang))
    }

    /// The report of what both are about. The order and grouping of merges makes no difference; see pullan.merge.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Report> {
        let merged = detached(py, || self.report.clone().merge(other.report.clone()))?;
        Ok(Report::new(merged, self.lang))
    }

    /// The same report with other names for its sources, so that dumps whose sources are called alike are told apart when they are merged.
    ///
    /// >>> pullan.analyze("", name="describe.txt").rename_sources(lambda name: "ticket-17/" + name).sources
    /// ('ticket-17/describe.txt',)
    fn rename_sources(&self, rename: &Bound<'_, PyAny>) -> PyResult<Report> {
        let report = &self.report;
        let old = report.sources.iter().chain(report.limits.iter().filter_map(|limit| limit.source.as_ref()));
        let new: BTreeMap<&str, String> =
            old.map(|name| Ok((name.as_str(), rename.call1((name,))?.extract()?))).collect::<PyResult<_>>()?;
        let mut renamed = report.clone();
        renamed.rename_sources(|name| new.get(name).cloned().unwrap_or_default());
        Ok(Report::new(renamed, self.lang))
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.lang == other.lang && self.report == other.report
    }

    fn __repr__(&self) -> String {
        let list = |names: Vec<&str>, none: &str| {
            let more = if names.len() > 3 { ", ..." } else { "" };
            if names.is_empty() { none.to_owned() } else { names[..names.len().min(3)].join(", ") + more }
        };
        let sources = list(self.report.sources.iter().map(String::as_str).collect(), "nothing");
        let rules = list(self.report.diagnoses.iter().map(|diagnosis| diagnosis.rule.as_str()).collect(), "nothing wrong found");
        pullan_render::clean(&format!("<pullan.Report of {sources}: {rules}>")).into_owned()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let state = detached(py, || State::of(&self.report, self.lang).to_bytes())?;
        let state = state.map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok((py.import("pullan._native")?.getattr("_restore")?, (PyBytes::new(py, &state),)))
    }
}

/// How many reports are taken from Python before they are merged.
const MERGED_AT_ONCE: usize = 1024;

/// One report of many, such as those of a fleet of dumps. It is the same for any order and grouping, so that any engine may reduce reports as it
/// likes. Sources of the same name are taken for the same; see Report.rename_sources.
///
/// >>> refused = 'Failed to pull image "r.example/{}:1": dial tcp 10.0.0.1:443: connect: connection refused'
/// >>> merged = pullan.merge(pullan.analyze(refused.format(image), name=image) for image in ["a", "b", "c"])
/// >>> [(diagnosis.about.name, diagnosis.occurrence.dumps, diagnosis.reach.images) for diagnosis in merged.diagnoses]
/// [('r.example', 3, 3)]
#[pyfunction]
#[pyo3(signature = (reports, *, lang="en"))]
pub(crate) fn merge(reports: &Bound<'_, PyAny>, lang: &str) -> PyResult<Report> {
    let (py, lang) = (reports.py(), lang::parse(lang)?);
    let mut merged = pullan_analyzer::Report::default();
    let mut waiting = Vec::new();
    let mut reports = reports.try_iter()?;
    loop {
        let next = reports.next().transpose()?;
        let ended = next.is_none();
        if let Some(report) = next {
            waiting.push(report.cast::<Report>()?.get().report.clone());
        }
        if ended || waiting.len() == MERGED_AT_ONCE {
            let some = std::mem::take(&mut waiting);
            merged = detached(py, || some.into_iter().chain([merged]).collect())?;
        }
        if ended {
            return Ok(Report::new(merged, lang));
        }
    }
}

/// Makes a report of what pickle kept of it.
#[pyfunction(name = "_restore")]
pub(crate) fn restore(state: &[u8]) -> PyResult<Report> {
    let (report, lang) = State::from_bytes(state).map_err(PyValueError::new_err)?;
    Ok(Report::new(report, lang))
}
