//! The parts below a frame: a key word with running text, and numbered steps with their commands.
//!
//! In: texts of a diagnosis or of a rule. Out: lines, written to the end of a string.

use super::style::{Ink, Style};
use super::words::Words;
use super::wrap::{clean, width, wrap};
use pullan_analyzer::{Diagnosis, Extent, Risk, Severity, Verdict};

/// Blanks in front of a key word.
const INDENT: usize = 2;

/// The colour of a severity.
pub(super) fn severity_ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Error,
        Severity::Warning => Ink::Warning,
        Severity::Info => Ink::Info,
    }
}

/// How far a cause reaches. Of one that the text does not name nothing can be said.
pub(super) fn blast_radius(diagnosis: &Diagnosis) -> Option<Extent> {
    (diagnosis.verdict != Verdict::Unknown).then_some(diagnosis.reach.extent)
}

/// Writes parts.
pub(super) struct Section<'s> {
    pub(super) words: Words,
    pub(super) style: &'s Style,
}

impl Section<'_> {
    /// `why: text`, wrapped below its beginning.
    pub(super) fn text(&self, key: &str, text: &str, out: &mut String) {
        let column = INDENT + width(key) + 2;
        for (index, line) in wrap(text, self.style.prose(), column, column).iter().enumerate() {
            let head =
                if index == 0 { format!("{}{}: ", " ".repeat(INDENT), self.style.paint(Ink::Strong, key)) } else { " ".repeat(column) };
            out.push_str(format!("{head}{line}").trim_end());
            out.push('\n');
        }
    }

    /// `next:` alone on its line, perhaps with a remark.
    pub(super) fn key(&self, key: &str, remark: &str, out: &mut String) {
        let remark = if remark.is_empty() { String::new() } else { format!(" {}", self.style.paint(Ink::Quiet, &format!("({remark})"))) };
        out.push_str(&format!("{}{}{remark}\n", " ".repeat(INDENT), self.style.paint(Ink::Strong, &format!("{key}:"))));
    }

    /// `1. [inspect] List the tags`, and the command below it on one line.
    pub(super) fn step(&self, number: Option<usize>, risk: Risk, say: &str, run: Option<&str>, out: &mut String) {
        let number = number.map(|number| format!("{number}. ")).unwrap_or_default();
        let ink = match risk {
            Risk::Inspect => Ink::Safe,
            Risk::Change => Ink::Warning,
            Risk::Destructive => Ink::Error,
        };
        let mark = format!("[{}]", self.words.risk(risk));
        let column = INDENT + 2 + width(&number);
        let lines = wrap(say, self.style.prose(), column + width(&mark) + 1, column);
        out.push_str(&format!(
            "{}{number}{} {}\n",
            " ".repeat(INDENT + 2),
            self.style.paint(ink, &mark),
            lines.join(&format!("\n{}", " ".repeat(column)))
        ));
        if let Some(run) = run {
            for (index, line) in run.trim_end().lines().enumerate() {
                let prompt = if index == 0 { "$" } else { " " };
                out.push_str(&format!("{}{} {}\n", " ".repeat(column), self.style.paint(Ink::Quiet, prompt), clean(line)));
            }
        }
    }
}
