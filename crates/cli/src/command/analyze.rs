//! `pullan analyze`

use super::{CommandError, rule_set};
use crate::args::{Analyze, Color, Format};
use crate::exit::Code;
use crate::progress::Progress;
use crate::{input, terminal};
use pullan_analyzer::{Analyzer, Language, Report, RuleSet, TextBounds};
use pullan_render::{github, html, json, junit, markdown, sarif, text, yaml};
use std::io::Write;
use std::num::NonZero;

pub(crate) fn run(options: &Analyze, language: Language, color: Color) -> Result<Code, CommandError> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let analyzer = Analyzer::new(rule_set(&options.rules, color)?).threads(threads);
    if options.each {
        return Ok(super::each::run(&options.paths, &analyzer, threads, language)?.code());
    }
    let mut session = analyzer.session();
    if options.format == Format::Html {
        session.keep_text(TextBounds::default());
    }
    input::read(&options.paths, &mut session, &Progress::start())?;
    let report = session.finish();
    let answer = answer(&report, analyzer.rules(), options, language, color)?;
    write(&answer)?;
    Ok(Outcome::of(&report).code())
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

/// A closed pipe is no error: the reader has seen enough.
pub(crate) fn write(answer: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// What reports come to, as far as the exit code goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    diagnosed: bool,
    recognised: bool,
}

impl Outcome {
    pub(super) fn of(report: &Report) -> Self {
        Outcome {
            diagnosed: !report.diagnoses.is_empty(),
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
