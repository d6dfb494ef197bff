//! Rules of one's own.
//!
//! In: a path, several, or a mapping from names to YAML texts. Out: the rule documents. A directory stands for the
//! YAML files in and below it, in the order of their names.

use crate::source::os_error;
use pullan_analyzer::{Language, RuleErrors, RuleSet};
use pullan_render::{Style, rule_error};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Names and texts of rule files.
pub(crate) type Documents = BTreeMap<String, String>;

/// The documents that an argument stands for.
pub(crate) fn documents(rules: &Bound<'_, PyAny>) -> PyResult<Documents> {
    if let Ok(texts) = rules.cast::<PyDict>() {
        return texts.extract();
    }
    let mut found = Documents::new();
    if rules.hasattr("__fspath__")? {
        add(&rules.extract::<PathBuf>()?, &mut found)?;
    } else if rules.is_instance_of::<PyString>() || rules.is_instance_of::<PyBytes>() {
        return Err(PyTypeError::new_err("rules: give a pathlib.Path, several, or a dict from names to YAML texts"));
    } else {
        for path in rules.try_iter()? {
            add(&path?.extract::<PathBuf>()?, &mut found)?;
        }
    }
    Ok(found)
}

fn add(path: &Path, found: &mut Documents) -> PyResult<()> {
    let mut files = Vec::new();
    collect(path, &mut files).map_err(|error| os_error(path, &error))?;
    if files.is_empty() {
        return Err(PyValueError::new_err(format!("no rule files (*.yaml, *.yml) below {}", path.display())));
    }
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| os_error(&file, &error))?;
        found.insert(file.display().to_string(), text);
    }
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !std::fs::metadata(path)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?.path();
        if entry.is_dir() {
            collect(&entry, files)?;
        } else if entry.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            files.push(entry);
        }
    }
    Ok(())
}

/// The built-in rules with these.
pub(crate) fn rule_set(py: Python<'_>, documents: &Documents) -> PyResult<RuleSet> {
    let mut builder = RuleSet::builder().builtin();
    for (name, text) in documents {
        builder = builder.document(name, text);
    }
    builder.build().map_err(|errors| rule_exception(py, &errors).unwrap_or_else(|error| error))
}

/// A `RuleError` that shows every problem as a compiler does, and has them as objects too.
fn rule_exception(py: Python<'_>, errors: &RuleErrors) -> PyResult<PyErr> {
    let problems: Vec<Bound<'_, PyDict>> = errors
        .0
        .iter()
        .map(|error| {
            let problem = PyDict::new(py);
            problem.set_item("file", &error.file)?;
            problem.set_item("line", error.line)?;
            problem.set_item("column", error.column)?;
            problem.set_item("message", error.message.to_string())?;
            problem.set_item("help", error.help.as_ref().map(ToString::to_string))?;
            Ok(problem)
        })
        .collect::<PyResult<_>>()?;
    let shown = rule_error::text(errors, Language::English, &Style::new(false, 100));
    let error = py.import("pullan._errors")?.getattr("RuleError")?.call_method1("of", (shown, problems))?;
    Ok(PyErr::from_value(error))
}
