//! `pullan.redact` and `pullan.Redactor`.

use crate::detach::detached;
use crate::source::utf8;
use pullan_analyzer::RuleSet;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::collections::BTreeMap;

/// Replaces names, hosts, addresses, users and secrets in any number of texts; an original has the same pseudonym in all of them.
///
/// >>> redactor = pullan.Redactor()
/// >>> redactor.redact("Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n")
/// 'Name:         pod-1\nNamespace:    namespace-1\nNode:         node-1/10.0.0.1\n'
/// >>> redactor.originals["pod-1"]
/// 'ledger-0'
#[pyclass(module = "pullan", name = "Redactor")]
pub(crate) struct Redactor(pullan_analyzer::Redactor);

#[pymethods]
impl Redactor {
    #[new]
    fn new() -> Self {
        Redactor(pullan_analyzer::Redactor::new(RuleSet::builtin()))
    }

    /// Learns the names of a text without redacting it, so that they are known in texts that come before it.
    fn learn(&mut self, py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<()> {
        let bytes = utf8(text)?;
        detached(py, || self.0.learn(&bytes))
    }

    /// The text with pseudonyms; it has as many lines as the original.
    fn redact(&mut self, py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<String> {
        let bytes = utf8(text)?;
        detached(py, || self.0.redact(&bytes))
    }

    /// What stands behind each pseudonym that was used. Secrets are not in it.
    #[getter]
    fn originals(&self) -> BTreeMap<String, String> {
        self.0.originals().clone()
    }
}

/// A text with pseudonyms in place of names, hosts, addresses, users and secrets. Its diagnoses stay the same.
///
/// >>> pullan.redact('Failed to pull image "hub.acme.com/billing/ledger:1.4": dial tcp 10.20.0.7:443: connect: connection refused')
/// 'Failed to pull image "registry-1.example/project-1/image-1:1.4": dial tcp 10.0.0.1:443: connect: connection refused'
#[pyfunction]
pub(crate) fn redact(py: Python<'_>, text: &Bound<'_, PyString>) -> PyResult<String> {
    Redactor::new().redact(py, text)
}
