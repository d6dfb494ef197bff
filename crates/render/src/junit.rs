//! JUnit XML, for continuous integration that shows tests: one failed test a diagnosis.
//!
//! In: a report. Out: one suite. Without a diagnosis it has one test, which passed, or was skipped when nothing was recognised: a
//! suite without tests reads as one that did not run.

use super::style::Style;
use super::text::{self, subject};
use super::words::Words;
use super::wrap::{clean, substitute};
use pullan_analyzer::{Diagnosis, Language, Report, Severity};

/// Columns of the answer inside a failure.
const WIDTH: usize = 100;

/// The suite.
///
/// ```
/// use pullan_analyzer::Language;
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// assert!(pullan_render::junit::render(&report, Language::English).contains(r#"<testsuite name="pullan" tests="1" failures="0""#));
/// ```
pub fn render(report: &Report, language: Language) -> String {
    let words = Words(language);
    let style = Style::new(false, WIDTH);
    let bodies = text::each(report, language, &style);
    let mut cases: Vec<String> =
        report.diagnoses.iter().zip(bodies).map(|(diagnosis, body)| failed(report, diagnosis, &body, words)).collect();
    let failures = cases.len();
    let skipped = usize::from(failures == 0 && !report.coverage.segments.iter().any(|segment| segment.kind.is_recognised()));
    if skipped == 1 {
        let name = attribute(words.nothing_recognised());
        cases.push(format!("    <testcase classname=\"pullan\" name={name}>\n      <skipped/>\n    </testcase>\n"));
    } else if failures == 0 {
        cases.push(format!("    <testcase classname=\"pullan\" name={}/>\n", attribute(words.nothing_found())));
    }
    let counts = format!("name=\"pullan\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\"", cases.len());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite {counts}>\n{}  </testsuite>\n</testsuites>\n",
        cases.concat()
    )
}

fn failed(report: &Report, diagnosis: &Diagnosis, body: &str, words: Words) -> String {
    let place = diagnosis.evidence.first().map(|evidence| evidence.citation.location);
    let place = place.map(|at| format!(" file={} line=\"{}\"", attribute(report.source_name(at.source)), at.line)).unwrap_or_default();
    let whom = subject::cell(&diagnosis.subjects, words, WIDTH);
    let name = if whom.is_empty() { diagnosis.rule.clone() } else { format!("{}: {whom}", diagnosis.rule) };
    let kind = match diagnosis.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let title = format!("{} ({})", diagnosis.title.get(words.0), words.verdict(diagnosis.verdict));
    format!(
        "    <testcase classname={} name={}{place}>\n      <failure type=\"{kind}\" message={}>{}</failure>\n    </testcase>\n",
        attribute(&format!("pullan.{}", diagnosis.family)),
        attribute(&name),
        attribute(&title),
        escape(body)
    )
}

/// Quoted; XML allows no control character, not even escaped.
fn attribute(text: &str) -> String {
    format!("\"{}\"", escape(&clean(text)))
}

/// Markup becomes text. Line feeds stay, as does everything else that the text form has made harmless.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push(c),
            // Noncharacters are no XML either.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(substitute(c).unwrap_or(c)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_inert() {
        assert_eq!(attribute("\"><script>\u{1b}\n&\u{ffff}"), "\"&quot;&gt;&lt;script&gt;␛␊&amp;\u{fffd}\"");
        assert_eq!(escape("]]>\n"), "]]&gt;\n");
    }
}
