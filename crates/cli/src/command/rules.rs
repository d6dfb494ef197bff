//! `pullan rules`

use super::{CommandError, rule_set};
use crate::args::{Color, ListFormat, Rules, RulesFiles, RulesList};
use crate::exit::Code;
use crate::{pager, terminal};
use pullan_analyzer::{Language, RuleSet};
use pullan_render::{Words, fill, rule_list, rule_test};

pub(crate) fn run(options: &Rules, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    match options {
        Rules::List(options) => list(options, language, color, paging),
        Rules::Check(options) => check(options, language, color),
        Rules::Test(options) => test(options, language, color),
        Rules::Schema => {
            pager::show(&RuleSet::schema(), false)?;
            Ok(Code::Clean)
        }
        Rules::Literals => {
            let literals: String = RuleSet::builtin().literals().iter().map(|literal| format!("{literal}\n")).collect();
            pager::show(&literals, false)?;
            Ok(Code::Clean)
        }
    }
}

fn list(options: &RulesList, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    let rules = rule_set(&options.rules, color)?;
    let family = options.family.as_deref();
    if let Some(family) = family.filter(|family| !rules.iter().any(|rule| rule.family == *family)) {
        let mut known: Vec<String> = rules.iter().map(|rule| rule.family.clone()).collect();
        known.dedup();
        return Err(CommandError::UnknownFamily { family: family.to_owned(), known });
    }
    let answer = match options.format {
        ListFormat::Text => rule_list::text(&rules, family, language, &terminal::output_style(color, None)),
        ListFormat::Json => rule_list::json(&rules, family, language)?,
    };
    pager::show(&answer, paging)?;
    Ok(Code::Clean)
}

fn check(options: &RulesFiles, language: Language, color: Color) -> Result<Code, CommandError> {
    let rules = rule_set(&options.paths, color)?;
    let count = rules.iter().filter(|rule| is_chosen(options, &rules, &rule.id)).count();
    let words = Words(language);
    let message = if count == 1 { words.rules_checked_one() } else { words.rules_checked_many() };
    pager::show(&(fill(message, &[("count", &count.to_string())]) + "\n"), false)?;
    Ok(Code::Clean)
}

fn test(options: &RulesFiles, language: Language, color: Color) -> Result<Code, CommandError> {
    let rules = rule_set(&options.paths, color)?;
    let outcome = pullan_analyzer::check_examples(&rules, |rule| is_chosen(options, &rules, &rule.id));
    pager::show(&rule_test::text(&outcome, language, &terminal::output_style(color, None)), false)?;
    Ok(if outcome.failures.is_empty() { Code::Clean } else { Code::Trouble })
}

/// Whether the rule is from one of the given files; without files, the built-in rules are meant.
fn is_chosen(options: &RulesFiles, rules: &RuleSet, id: &str) -> bool {
    options.paths.is_empty() || rules.document_of(id).is_some()
}
