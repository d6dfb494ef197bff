//! `pullan.analyze` and `pullan.Analyzer`.

use crate::lang;
use crate::report::Report;
use crate::rules::{self, Documents};
use crate::session::Session;
use pullan_analyzer::{Language, RuleSet, TextBounds};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::num::NonZero;
use std::sync::LazyLock;

/// An analyzer that can be used again, also by several threads at once.
///
/// Making one checks the rules; where many sources are analysed with rules of your own, make it once.
///
/// rules: further rules: a pathlib.Path of a YAML file or a directory, several of them, or a dict from names to YAML texts
/// lang: language of titles, explanations and steps, "en" or "ko"
/// threads: how many threads read a source longer than 4 MiB; the report is the same for any number
/// keep_text: keep the text around what is cited (short sources whole), which to_html() then shows
///
/// >>> analyzer = pullan.Analyzer(lang="ko")
/// >>> report = analyzer.analyze('Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused')
/// >>> report.diagnoses[0].rule
/// 'tcp-connection-refused'
#[pyclass(frozen, module = "pullan", name = "Analyzer")]
pub(crate) struct Analyzer {
    pub(crate) analyzer: pullan_analyzer::Analyzer,
    pub(crate) lang: Language,
    pub(crate) keep_text: bool,
    threads: NonZero<usize>,
    documents: Documents,
}

/// Decoding the built-in rules takes longer than analysing a short text with them.
static BUILTIN: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

#[pymethods]
impl Analyzer {
    #[new]
    #[pyo3(signature = (*, rules=None, lang="en", threads=1, keep_text=false))]
    fn new(py: Python<'_>, rules: Option<&Bound<'_, PyAny>>, lang: &str, threads: usize, keep_text: bool) -> PyResult<Self> {
        let threads = NonZero::new(threads).ok_or_else(|| PyValueError::new_err("threads must be at least 1"))?;
        let documents = rules.map_or_else(|| Ok(Documents::new()), rules::documents)?;
        let rules = if documents.is_empty() { BUILTIN.clone() } else { rules::rule_set(py, &documents)? };
        let analyzer = pullan_analyzer::Analyzer::new(rules).threads(threads);
        Ok(Analyzer { analyzer, lang: lang::parse(lang)?, keep_text, threads, documents })
    }

    /// Analyses one source; see pullan.analyze for what a source can be.
    #[pyo3(signature = (source, *, name=None))]
    fn analyze(&self, py: Python<'_>, source: &Bound<'_, PyAny>, name: Option<String>) -> PyResult<Report> {
        let mut session = self.session();
        session.add(py, source, name)?;
        session.finish(py)
    }

    /// Starts an analysis over several sources, such as all the files of one ticket.
    ///
    /// >>> session = pullan.Analyzer().session()
    /// >>> session.add('Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: i/o timeout', name="events.txt")
    /// >>> session.add('tcp  0  1 10.1.1.5:44830  10.0.0.1:443  SYN_SENT', name="netstat.txt")
    /// >>> [evidence.source for evidence in session.finish().diagnoses[0].evidence]
    /// ['events.txt', 'netstat.txt']
    fn session(&self) -> Session {
        Session::new(self.analyzer.clone(), self.lang, self.keep_text.then(TextBounds::default))
    }

    /// How many rules it has.
    #[getter]
    fn rules(&self) -> usize {
        self.analyzer.rules().len()
    }

    fn __repr__(&self) -> String {
        format!("<pullan.Analyzer with {} rules>", self.rules())
    }

    /// It travels to the workers of an engine as what it was made of.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        let options = PyDict::new(py);
        options.set_item("rules", &self.documents)?;
        options.set_item("lang", lang::code(self.lang))?;
        options.set_item("threads", self.threads)?;
        options.set_item("keep_text", self.keep_text)?;
        Ok((PyTuple::empty(py), options))
    }
}

/// Analyses one source.
///
/// source: a text (str), bytes, a pathlib.Path, or a file object, which is read piece by piece. A str is always a text, never
///     a path. Bytes, paths and file objects may be archives or compressed.
/// name: what citations call the source; without it the path, the file object's name, "text", "bytes" or "file"
/// lang, rules, threads, keep_text: as for pullan.Analyzer
///
/// >>> report = pullan.analyze('Failed to pull image "r.example/a:1": dial tcp 10.0.0.1:443: connect: connection refused')
/// >>> for diagnosis in report.diagnoses:
/// ...     print(diagnosis.rule, diagnosis.verdict, diagnosis.evidence[0].line)
/// tcp-connection-refused likely 1
///
/// Raises OSError for a path that cannot be read, what the file object raises, ValueError for a wrong option, and
/// pullan.RuleError for rules with problems.
#[pyfunction]
#[pyo3(signature = (source, *, name=None, lang="en", rules=None, threads=1, keep_text=false))]
pub(crate) fn analyze(
    py: Python<'_>,
    source: &Bound<'_, PyAny>,
    name: Option<String>,
    lang: &str,
    rules: Option<&Bound<'_, PyAny>>,
    threads: usize,
    keep_text: bool,
) -> PyResult<Report> {
    Analyzer::new(py, rules, lang, threads, keep_text)?.analyze(py, source, name)
}
