//! One diagnosis: title, subjects, proof, reason, what decides, what to do.
//!
//! In: a diagnosis of a report. Out: its lines. Commands are written on one line each and never altered, so that
//! they can be copied.

use super::super::frame;
use super::super::section::{Section, blast_radius, severity_ink};
use super::super::style::{Ink, Style};
use super::super::words::Words;
use super::super::wrap::{clean, width, wrap};
use super::{evidence, subject};
use pullan_analyzer::{Alternative, Diagnosis, Report, Verdict};

/// What all diagnoses of a report need.
pub(super) struct Page<'r> {
    report: &'r Report,
    facts: evidence::Facts<'r>,
    words: Words,
    style: &'r Style,
}

impl<'r> Page<'r> {
    pub(super) fn new(report: &'r Report, words: Words, style: &'r Style) -> Self {
        Page { report, facts: evidence::Facts::of(report), words, style }
    }

    pub(super) fn render(&self, diagnosis: &'r Diagnosis) -> String {
        let mut out = self.title(diagnosis);
        for line in subject::lines(&diagnosis.subjects, self.words, self.style.width()) {
            out.push_str(&line);
            out.push('\n');
        }
        out.push_str(&self.frame(diagnosis));
        out.push('\n');
        let section = Section { words: self.words, style: self.style };
        section.text(self.words.why(), diagnosis.explanation.get(self.words.0), &mut out);
        if diagnosis.verdict == Verdict::Ambiguous {
            self.between(diagnosis, &section, &mut out);
        }
        self.steps(diagnosis, &section, &mut out);
        out
    }

    /// `error[tag-not-found]: The image tag does not exist in the repository (likely)`
    fn title(&self, diagnosis: &Diagnosis) -> String {
        let head = format!("{}[{}]", self.words.severity(diagnosis.severity), clean(&diagnosis.rule));
        let verdict = self.words.verdict(diagnosis.verdict);
        let title = format!("{} ({verdict})", diagnosis.title.get(self.words.0));
        let lines = wrap(&title, self.style.width(), width(&head) + 2, 4);
        let painted: Vec<String> = lines.iter().map(|line| self.style.paint(Ink::Strong, line)).collect();
        format!("{}: {}\n", self.style.paint(severity_ink(diagnosis.severity), &head), painted.join("\n    "))
    }

    pub(super) fn frame(&self, diagnosis: &'r Diagnosis) -> String {
        // A mark that should be seen whole has the width without line numbers and ellipses.
        let gutter = diagnosis.evidence.iter().map(|evidence| evidence.citation.location.end_line).max().unwrap_or(0).to_string().len();
        let room = self.style.width().saturating_sub(gutter + 5);
        let (excerpts, left_out) = evidence::excerpts(self.report, diagnosis, &self.facts, self.words, room);
        let mut notes: Vec<String> = left_out.into_iter().collect();
        let occurrence = diagnosis.occurrence;
        let seen = self.words.seen(occurrence.count, occurrence.first_seen, occurrence.last_seen);
        let reach = diagnosis.reach;
        let reach = if diagnosis.subjects.len() > 1 {
            self.words.reach(reach.pods, reach.images, reach.registries, reach.nodes)
        } else {
            String::new()
        };
        let facts: Vec<String> = [seen, reach].into_iter().filter(|text| !text.is_empty()).collect();
        if !facts.is_empty() {
            notes.push(facts.join("; "));
        }
        if let Some(extent) = blast_radius(diagnosis) {
            notes.push(format!("{}: {}", self.words.blast_radius(), self.words.extent(extent)));
        }
        frame::draw(&excerpts, &notes, self.style, severity_ink(diagnosis.severity))
    }

    fn between(&self, diagnosis: &Diagnosis, section: &Section<'_>, out: &mut String) {
        let others: Vec<&Alternative> = diagnosis.between.iter().filter(|alternative| alternative.rule != diagnosis.rule).collect();
        out.push('\n');
        if !others.is_empty() {
            section.key(self.words.between(), self.words.between_note(), out);
            self.causes(&others, out);
        }
        if let Some(step) = &diagnosis.decide_by {
            section.key(self.words.decide(), "", out);
            section.step(None, step.risk, step.say.get(self.words.0), step.run.as_deref(), out);
        }
    }

    /// Ids and titles in two columns, or below each other where the second column would be a strip.
    fn causes(&self, causes: &[&Alternative], out: &mut String) {
        let columns = causes.iter().map(|cause| width(&cause.rule)).max().unwrap_or(0);
        let beside = 6 + columns <= self.style.prose() * 2 / 3;
        for cause in causes {
            let indent = if beside { 6 + columns } else { 6 };
            let title = wrap(cause.title.get(self.words.0), self.style.prose(), indent, indent).join(&format!("\n{}", " ".repeat(indent)));
            let id = clean(&cause.rule);
            let between = if beside { " ".repeat(columns + 2 - width(&id)) } else { format!("\n{}", " ".repeat(indent)) };
            out.push_str(format!("    {}{between}{title}", self.style.paint(Ink::Strong, &id)).trim_end());
            out.push('\n');
        }
    }

    fn steps(&self, diagnosis: &Diagnosis, section: &Section<'_>, out: &mut String) {
        // The command that decides is not asked for twice.
        let deciding = diagnosis.decide_by.as_ref().and_then(|step| step.run.as_ref());
        let steps: Vec<_> = diagnosis.next_steps.iter().filter(|step| deciding.is_none() || step.run.as_ref() != deciding).collect();
        let retry = match (diagnosis.retry_helps, diagnosis.verdict) {
            (true, _) => self.words.retry_helps(),
            (false, Verdict::Certain | Verdict::Likely) => self.words.retry_does_not_help(),
            (false, _) => "",
        };
        if steps.is_empty() && retry.is_empty() {
            return;
        }
        out.push('\n');
        section.key(self.words.next(), retry, out);
        for (index, step) in steps.into_iter().enumerate() {
            section.step(Some(index + 1), step.risk, step.say.get(self.words.0), step.run.as_deref(), out);
        }
    }
}
