//! `pullan explain`

use super::{CommandError, rule_set};
use crate::args::{Color, Explain};
use crate::exit::Code;
use crate::{pager, terminal};
use pullan_analyzer::Language;
use pullan_render::rule as page;

pub(crate) fn run(options: &Explain, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    let rules = rule_set(&options.rules, color)?;
    let Some(rule) = rules.get(&options.rule) else {
        let suggestion = super::nearest(&options.rule, rules.iter().map(|rule| rule.id.as_str()));
        return Err(CommandError::UnknownRule { id: options.rule.clone(), suggestion });
    };
    pager::show(&page::explain(rule, &rules, language, &terminal::output_style(color, None)), paging)?;
    Ok(Code::Clean)
}
