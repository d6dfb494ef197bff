//! `pullan rules`

use super::{CommandError, rule_files, rule_set};
use crate::args::{Rules, RulesFiles, RulesList};
use crate::exit::Code;
use crate::output;
use pullan_analyzer::{Language, RuleErrors, RuleSet};

pub(crate) fn run(options: &Rules, language: Language) -> Result<Code, CommandError> {
    match options {
        Rules::List(options) => list(options, language),
        Rules::Check(options) => check(options),
        Rules::Test(options) => test(options),
        Rules::Schema => {
            super::analyze::write(output::rule::SCHEMA)?;
            Ok(Code::Clean)
        }
    }
}

fn list(options: &RulesList, language: Language) -> Result<Code, CommandError> {
    let rules = rule_set(&options.rules)?;
    super::analyze::write(&output::rule::list(&rules, options.family.as_deref(), language))?;
    Ok(Code::Clean)
}

fn check(options: &RulesFiles) -> Result<Code, CommandError> {
    let rules = load(options)?;
    super::analyze::write(&format!("{} rules, no problem found\n", rules.len()))?;
    Ok(Code::Clean)
}

/// The built-in rules with the given files.
fn load(options: &RulesFiles) -> Result<RuleSet, CommandError> {
    let mut builder = RuleSet::builder().builtin();
    for path in &options.paths {
        for file in rule_files(path)? {
            let text = std::fs::read_to_string(&file).map_err(|source| CommandError::Rules { path: file.display().to_string(), source })?;
            builder = builder.document(&file.display().to_string(), &text);
        }
    }
    builder.build().map_err(|errors| CommandError::BadRules(render_errors(&errors)))
}

fn test(options: &RulesFiles) -> Result<Code, CommandError> {
    let rules = load(options)?;
    let mut ids = Vec::new();
    for path in &options.paths {
        for file in rule_files(path)? {
            ids.extend(file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    let outcome = pullan_analyzer::check_examples(&rules, |rule| ids.is_empty() || ids.contains(&rule.id));
    super::analyze::write(&output::rule::examples(&outcome))?;
    Ok(if outcome.failures.is_empty() { Code::Clean } else { Code::Trouble })
}

/// Errors as a compiler prints them.
pub(crate) fn render_errors(errors: &RuleErrors) -> String {
    let mut out = String::new();
    for error in &errors.0 {
        out.push_str(&output::rule::error(error));
    }
    out.push_str(&format!("{} problems in rule files", errors.0.len()));
    out
}
