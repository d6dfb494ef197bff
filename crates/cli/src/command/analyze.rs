//! `pullan analyze`

use super::{CommandError, rule_set};
use crate::args::{Analyze, Color, Format};
use crate::exit::Code;
use crate::{input, terminal};
use pullan_analyzer::{Analyzer, Language, Report, TextBounds};
use pullan_render::{html, json, text};
use std::io::Write;

pub(crate) fn run(options: &Analyze, language: Language, color: Color) -> Result<Code, CommandError> {
    let analyzer = Analyzer::new(rule_set(&options.rules, color)?);
    let mut session = analyzer.session();
    if options.format == Format::Html {
        session.keep_text(TextBounds::default());
    }
    input::read(&options.paths, &mut session)?;
    let report = session.finish();
    let answer = match options.format {
        Format::Json => json::render(&report, language)?,
        Format::Html => html::render(&report, language),
        Format::Text => text::render(&report, language, &terminal::output_style(color, options.width)),
    };
    write(&answer)?;
    Ok(code(&report))
}

/// A closed pipe is no error: the reader has seen enough.
pub(crate) fn write(answer: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(answer.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn code(report: &Report) -> Code {
    if !report.diagnoses.is_empty() {
        Code::Diagnosed
    } else if report.coverage.segments.iter().any(|segment| segment.kind.is_recognised()) {
        Code::Clean
    } else {
        Code::Unrecognised
    }
}
