//! `pullan rules`

use super::{CommandError, bad_rules, rule_files, rule_set};
use crate::args::{Color, Rules, RulesFiles, RulesList};
use crate::exit::Code;
use crate::output;
use crate::output::style::Style;
use pullan_analyzer::{Language, RuleSet};

pub(crate) fn run(options: &Rules, language: Language, color: Color) -> Result<Code, CommandError> {
    match options {
        Rules::List(options) => list(options, language, color),
        Rules::Check(options) => check(options, color),
        Rules::Test(options) => test(options, color),
        Rules::Schema => {
            super::analyze::write(output::rule::SCHEMA)?;
            Ok(Code::Clean)
        }
    }
}

fn list(options: &RulesList, language: Language, color: Color) -> Result<Code, CommandError> {
    let rules = rule_set(&options.rules, color)?;
    super::analyze::write(&output::rule::list(&rules, options.family.as_deref(), language, &Style::new(color, None)))?;
    Ok(Code::Clean)
}

fn check(options: &RulesFiles, color: Color) -> Result<Code, CommandError> {
    let rules = load(options, color)?;
    super::analyze::write(&format!("{} rules, no problem found\n", rules.len()))?;
    Ok(Code::Clean)
}

/// The built-in rules with the given files.
fn load(options: &RulesFiles, color: Color) -> Result<RuleSet, CommandError> {
    let mut builder = RuleSet::builder().builtin();
    for path in &options.paths {
        for file in rule_files(path)? {
            let text = std::fs::read_to_string(&file).map_err(|source| CommandError::Rules { path: file.display().to_string(), source })?;
            builder = builder.document(&file.display().to_string(), &text);
        }
    }
    builder.build().map_err(|errors| bad_rules(&errors, color))
}

fn test(options: &RulesFiles, color: Color) -> Result<Code, CommandError> {
    let rules = load(options, color)?;
    let mut ids = Vec::new();
    for path in &options.paths {
        for file in rule_files(path)? {
            ids.extend(file.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    let outcome = pullan_analyzer::check_examples(&rules, |rule| ids.is_empty() || ids.contains(&rule.id));
    super::analyze::write(&output::rule::examples(&outcome, &Style::new(color, None)))?;
    Ok(if outcome.failures.is_empty() { Code::Clean } else { Code::Trouble })
}
