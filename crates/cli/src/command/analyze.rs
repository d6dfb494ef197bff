//! `pullan analyze`

use super::{CommandError, rule_set, selection::Selection};
use crate::args::{Analyze, Color, Format};
use crate::exit::Code;
use crate::progress::Progress;
use crate::{input, pager, terminal};
use pullan_analyzer::{Analyzer, Diagnosis, Language, Report, RuleSet, TextBounds};
use pullan_render::{github, html, json, junit, markdown, sarif, text, yaml};
use std::num::NonZero;

pub(crate) fn run(options: &Analyze, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let analyzer = Analyzer::new(rule_set(&options.rules, color)?).threads(threads);
    let selection = Selection::new(&options.select, analyzer.rules())?;
    if options.each {
        return Ok(super::each::run(&options.paths, &analyzer, threads, language, &selection)?.code());
    }
    let mut session = analyzer.session();
    if options.format == Format::Html {
        session.keep_text(TextBounds::default());
    }
    input::read(&options.paths, &mut session, &Progress::start())?;
    let mut report = session.finish();
    selection.apply(&mut report);
    let answer = answer(&report, analyzer.rules(), options, language, color)?;
    pager::show(&answer, paging)?;
    Ok(selection.outcome(&report).code())
}

fn answer(report: &Report, rules: &RuleSet, options: &Analyze, language: Language, color: Color) -> Result<String, CommandError> {
    Ok(match options.format {
        Format::Text => text::render(report, language, &terminal::output_style(color, options.width)),
        Format::Markdown => markdown::render(report, language),
        Format::Html => html::render(report, language),
        Format::Json => json::render(report, language)?,
        Format::Jsonl => json::compact(report, language)?,
        Format::Yaml => yaml::render(report, language)?,
        Format::Sarif => sarif::render(report, rules, language)?,
        Format::Junit => junit::render(report, language),
        Format::Github => github::render(report, language),
    })
}

/// What reports come to, as far as the exit code goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    diagnosed: bool,
    recognised: bool,
}

impl Outcome {
    /// `fails` says which findings count.
    pub(super) fn of(report: &Report, fails: impl Fn(&Diagnosis) -> bool) -> Self {
        Outcome {
            diagnosed: report.diagnoses.iter().any(fails),
            recognised: report.coverage.segments.iter().any(|segment| segment.kind.is_recognised()),
        }
    }

    /// That of two together.
    pub(super) fn and(self, other: Outcome) -> Self {
        Outcome { diagnosed: self.diagnosed || other.diagnosed, recognised: self.recognised || other.recognised }
    }

    pub(super) fn code(self) -> Code {
        match self {
            Outcome { diagnosed: true, .. } => Code::Diagnosed,
            Outcome { recognised: true, .. } => Code::Clean,
            _ => Code::Unrecognised,
        }
    }
}
