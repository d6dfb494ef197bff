//! `pullan analyze`

use super::dump::{self, Dumps};
use super::{CommandError, each, ndjson, redact, rule_set, selection::Selection};
use crate::args::{Analyze, Color, Format};
use crate::exit::Code;
use crate::progress::Progress;
use crate::{input, pager, terminal};
use pullan_analyzer::{Analyzer, Diagnosis, Language, Redactor, Report, RuleSet, TextBounds};
use pullan_render::{Words, github, html, json, junit, markdown, sarif, text, yaml};
use std::num::NonZero;
use std::path::PathBuf;

pub(crate) fn run(options: &Analyze, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    let threads = options.threads.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    let analyzer = Analyzer::new(rule_set(&options.rules, color)?).threads(threads);
    let selection = Selection::new(&options.select, analyzer.rules())?;
    let dumps = Dumps { analyzer: &analyzer, selection: &selection, redact: options.redact };
    if options.each {
        return Ok(each::run(&options.paths, &dumps, threads, language)?.code());
    }
    if options.ndjson {
        let outcome = ndjson::run(&options.paths, &dumps, threads, language)?;
        // An engine takes any other code for a failure of the program; only who asks for one gets it.
        return Ok(if options.select.fail_on.is_some() && outcome.diagnosed { Code::Diagnosed } else { Code::Clean });
    }
    input::invite(&options.paths, Words(language));
    let mut session = analyzer.session();
    if options.format == Format::Html {
        session.keep_text(TextBounds::default());
    }
    if options.redact {
        session.redact(redactor(&analyzer, &options.paths, Words(language))?);
    }
    input::read(&options.paths, &mut session, &Progress::start(Words(language)))?;
    if let (Some(map), Some(redactor)) = (&options.map, session.redactor()) {
        redact::write_map(redactor, map)?;
    }
    let mut report = session.finish();
    selection.apply(&mut report);
    if matches!(options.format, Format::Json | Format::Jsonl | Format::Yaml) {
        // The contract has no facts; there may be thousands.
        report.facts = Vec::new();
    }
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

/// A redactor that knows the names of every source that can be read twice.
fn redactor(analyzer: &Analyzer, paths: &[PathBuf], words: Words) -> Result<Redactor, CommandError> {
    let twice: Vec<PathBuf> = paths.iter().filter(|path| path.is_file() || path.is_dir()).cloned().collect();
    dump::redactor(analyzer, |session| if twice.is_empty() { Ok(()) } else { Ok(input::read(&twice, session, &Progress::start(words))?) })
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
