//! `pullan explain`

use super::{CommandError, rule_set};
use crate::args::{Color, Explain};
use crate::exit::Code;
use crate::terminal;
use pullan_analyzer::Language;
use pullan_render::rule as page;

pub(crate) fn run(options: &Explain, language: Language, color: Color) -> Result<Code, CommandError> {
    let rules = rule_set(&options.rules, color)?;
    let Some(rule) = rules.get(&options.rule) else {
        let nearest = rules.iter().map(|rule| (strsim::damerau_levenshtein(&rule.id, &options.rule), &rule.id)).min();
        let suggestion = nearest.filter(|(distance, id)| *distance <= id.len() / 3 + 1).map(|(_, id)| id.clone());
        return Err(CommandError::UnknownRule { id: options.rule.clone(), suggestion });
    };
    super::analyze::write(&page::explain(rule, &rules, language, &terminal::output_style(color, None)))?;
    Ok(Code::Clean)
}
