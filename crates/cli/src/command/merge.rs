//! `pullan merge`: one report of many.
//!
//! In: lines of reports, as `analyze --ndjson`, `--each` and `--format jsonl` write them, from any number of machines. Out: the merged report as
//! tables, JSON or YAML. The order of the lines makes no difference. A refused dump counts as a bound that was reached; a line that is
//! neither a report nor a refusal ends the program, since a summary that leaves something out without a word is wrong.

use super::CommandError;
use super::bad_line::{self, BadLine};
use crate::args::{Color, Merge, MergeFormat};
use crate::exit::Code;
use crate::input::{self, InputLine};
use crate::progress::Progress;
use crate::{pager, terminal};
use pullan_analyzer::{Language, Limit, Report};
use pullan_render::{Words, fleet, json, yaml};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

pub(crate) fn run(options: &Merge, language: Language, color: Color, paging: bool) -> Result<Code, CommandError> {
    let progress = Progress::start(Words(language));
    let reports = input::lines(&options.paths, &progress)?.map(|line| report(&line?));
    let merged: Report = reports.collect::<Result<Report, CommandError>>()?;
    drop(progress);
    let answer = match options.format {
        MergeFormat::Text => fleet::text(&merged, language, &terminal::output_style(color, options.width)),
        MergeFormat::Json => json::render(&merged, language)?,
        MergeFormat::Jsonl => json::compact(&merged, language)?,
        MergeFormat::Yaml => yaml::render(&merged, language)?,
    };
    pager::show(&answer, paging)?;
    Ok(Code::Clean)
}

/// What stands around a report in a line.
#[derive(Deserialize)]
struct Around {
    id: Option<Value>,
    error: Option<IgnoredAny>,
}

fn report(line: &InputLine) -> Result<Report, CommandError> {
    let bad = |reason| CommandError::NoReport { input: line.input.to_string(), line: line.number, reason };
    let text = bad_line::text(line.bytes.as_deref()).map_err(bad)?;
    let around: Around = serde_json::from_str(text).map_err(|error| bad(BadLine::NoReport(error.into())))?;
    if around.error.is_some() {
        let refused = Limit { what: "dumps that could not be read".to_owned(), source: None, left_out: 1 };
        return Ok(Report { limits: vec![refused], ..Report::default() });
    }
    let mut report = json::read(text).map_err(|error| bad(BadLine::NoReport(error)))?;
    // The sources of lines with an id are all called alike.
    match around.id {
        None | Some(Value::Null) => {}
        Some(Value::String(id)) => report.rename_sources(|name| format!("{id}/{name}")),
        Some(id) => report.rename_sources(|name| format!("{id}/{name}")),
    }
    Ok(report)
}
