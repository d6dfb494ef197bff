//! A reply to paste into a ticket.
//!
//! In: a report. Out: Markdown: for each diagnosis the cause, the lines that prove it, what to do and what to collect. Content and order are
//! those of the text form.

mod inert;

use super::style::Style;
use super::text;
use super::words::Words;
use inert::{code, fence};
use pullan_analyzer::{Affected, Diagnosis, Language, NextStep, Report, Verdict};

/// Columns of the proof: what fits a ticket without scrolling.
const WIDTH: usize = 100;
/// So many subjects are named.
const NAMED: usize = 5;

/// The reply.
///
/// ```
/// use pullan_analyzer::Language;
/// let report = pullan_analyzer::analyze("empty.txt", b"");
/// assert!(pullan_render::markdown::render(&report, Language::English).starts_with("**Nothing in this text was recognised.**"));
/// ```
pub fn render(report: &Report, language: Language) -> String {
    let words = Words(language);
    let frames = text::frames(report, language, &Style::new(false, WIDTH));
    let mut out = String::new();
    for (index, (diagnosis, frame)) in report.diagnoses.iter().zip(&frames).enumerate() {
        let number = if report.diagnoses.len() > 1 { format!("{}\\. ", index + 1) } else { String::new() };
        out.push_str(&format!("### {number}{}\n\n", inert::text(diagnosis.title.get(language))));
        Reply { words }.diagnosis(diagnosis, frame, &mut out);
    }
    if report.diagnoses.is_empty() {
        nothing(report, words, &mut out);
    }
    if !report.other_failures.is_empty() {
        let kinds: std::collections::BTreeSet<&str> = report.other_failures.iter().map(|other| other.kind.as_str()).collect();
        let kinds: Vec<String> = kinds.into_iter().map(code).collect();
        out.push_str(&format!("**{}** ({}): {}\n\n", words.out_of_scope(), words.out_of_scope_note(), kinds.join(", ")));
    }
    let coverage = &report.coverage;
    out.push_str(&format!("pullan {}: {}\n", env!("CARGO_PKG_VERSION"), words.covered(coverage.lines, coverage.understood, report.rules)));
    out
}

/// What all diagnoses need.
struct Reply {
    words: Words,
}

impl Reply {
    fn diagnosis(&self, diagnosis: &Diagnosis, frame: &str, out: &mut String) {
        let words = self.words;
        let verdict = words.verdict(diagnosis.verdict);
        out.push_str(&format!("{} {}, **{verdict}**\n\n", words.severity(diagnosis.severity), code(&diagnosis.rule)));
        let subjects: Vec<String> =
            diagnosis.subjects.iter().map(|affected| subject(affected, words)).filter(|text| !text.is_empty()).collect();
        for subject in subjects.iter().take(NAMED) {
            out.push_str(&format!("- {subject}\n"));
        }
        if subjects.len() > NAMED {
            out.push_str(&format!("- {}\n", words.more(subjects.len() - NAMED)));
        }
        out.push_str(&format!("\n**{}**\n\n{}\n\n", words.heading_cause(), inert::text(diagnosis.explanation.get(words.0))));
        out.push_str(&format!("**{}**\n\n{}\n", words.heading_proof(), fence("text", frame, 0)));
        if diagnosis.verdict == Verdict::Ambiguous {
            self.between(diagnosis, out);
        }
        let heading = if diagnosis.verdict == Verdict::Unknown { words.heading_to_collect() } else { words.heading_to_do() };
        let deciding = diagnosis.decide_by.as_ref().and_then(|step| step.run.as_ref());
        let steps: Vec<&NextStep> =
            diagnosis.next_steps.iter().filter(|step| deciding.is_none() || step.run.as_ref() != deciding).collect();
        if !steps.is_empty() {
            out.push_str(&format!("**{heading}**\n\n"));
            for (index, step) in steps.into_iter().enumerate() {
                let mark = format!("{}. ", index + 1);
                out.push_str(&self.step(&mark, step));
            }
            out.push('\n');
        }
    }

    /// The causes that are left, and what decides.
    fn between(&self, diagnosis: &Diagnosis, out: &mut String) {
        let words = self.words;
        out.push_str(&format!("**{}** ({})\n\n", words.heading_between(), words.between_note()));
        for cause in diagnosis.between.iter().filter(|cause| cause.rule != diagnosis.rule) {
            out.push_str(format!("- {} {}", code(&cause.rule), inert::text(cause.title.get(words.0))).trim_end());
            out.push('\n');
        }
        if let Some(step) = &diagnosis.decide_by {
            out.push_str(&format!("\n**{}**\n\n{}\n", words.heading_to_collect(), self.step("- ", step)));
        }
    }

    fn step(&self, mark: &str, step: &NextStep) -> String {
        let say = format!("{mark}{}: {}\n", self.words.risk(step.risk), inert::text(step.say.get(self.words.0)));
        match &step.run {
            Some(run) => format!("{say}\n{}", fence("sh", run, mark.len())),
            None => say,
        }
    }
}

/// "pod `shop/web-1`, container `main`, image `r.example/app:1`"
fn subject(affected: &Affected, words: Words) -> String {
    let of = &affected.subject;
    let pod = match (&of.namespace, &of.pod) {
        (Some(namespace), Some(pod)) => Some((words.pod(), format!("{namespace}/{pod}"))),
        (None, Some(pod)) => Some((words.pod(), pod.clone())),
        (Some(namespace), None) => Some((words.namespace(), namespace.clone())),
        (None, None) => None,
    };
    let named = |word: &'static str, name: &Option<String>| name.clone().map(|name| (word, name));
    let parts = [pod, named(words.container(), &of.container), named(words.node(), &of.node), named(words.image(), &affected.image)];
    parts.into_iter().flatten().map(|(word, name)| format!("{word} {}", code(&name))).collect::<Vec<_>>().join(", ")
}

/// No diagnosis: whether that says anything, and what to collect.
fn nothing(report: &Report, words: Words, out: &mut String) {
    let recognised = report.coverage.segments.iter().any(|segment| segment.kind.is_recognised());
    let (title, note) = if recognised {
        (words.nothing_found(), words.nothing_found_note())
    } else {
        (words.nothing_recognised(), words.nothing_recognised_note())
    };
    out.push_str(&format!("**{title}**\n\n{}\n\n", inert::text(note)));
    if !recognised {
        out.push_str(&format!("{}\n", fence("sh", &text::TO_SAVE.join("\n"), 0)));
    }
}
