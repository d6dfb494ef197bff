//! Colours and width of what a person reads.
//!
//! In: whether colours are wanted, and how many columns there are. Out: a [`Style`] that renderers ask; one that
//! paints with it never has to know whether colours are on. Terminals are not known here.

use anstyle::{AnsiColor, Effects};

/// Narrower than this no line can be read anyway.
const LEAST_WIDTH: usize = 24;
/// Running text gets no wider than this; excerpts use the full width.
const PROSE_WIDTH: usize = 100;

/// What a piece of text is, which decides its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// What does not run; a step that loses something.
    Error,
    /// What will bite; a step that alters something.
    Warning,
    /// Worth knowing.
    Info,
    /// A step that only reads.
    Safe,
    /// Titles and key words.
    Strong,
    /// Line numbers and the lines around an excerpt.
    Frame,
    /// What may be skipped.
    Quiet,
}

impl Ink {
    fn style(self) -> anstyle::Style {
        let color = |color: AnsiColor| color.on_default().effects(Effects::BOLD);
        match self {
            Ink::Error => color(AnsiColor::BrightRed),
            Ink::Warning => color(AnsiColor::Yellow),
            Ink::Info => color(AnsiColor::BrightCyan),
            Ink::Safe => AnsiColor::Green.on_default(),
            Ink::Strong => anstyle::Style::new().effects(Effects::BOLD),
            Ink::Frame => color(AnsiColor::BrightBlue),
            Ink::Quiet => anstyle::Style::new().effects(Effects::DIMMED),
        }
    }
}

/// How an answer may look, and what the program is called in it.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    color: bool,
    width: usize,
    program: &'static str,
}

impl Style {
    /// With or without colours, so many columns wide; what is too narrow to be read is widened.
    ///
    /// ```
    /// let style = pullan_render::Style::new(false, 80);
    /// assert_eq!(style.width(), 80);
    /// ```
    pub fn new(color: bool, width: usize) -> Self {
        Style { color, width: width.max(LEAST_WIDTH), program: "pullan" }
    }

    /// The same with another name for the program: what a person types to call it.
    ///
    /// ```
    /// use pullan_render::{Style, text};
    /// let report = pullan_analyzer::analyze("events.txt", b"Failed to pull image \"r.example/a:1\": EOF");
    /// let style = Style::new(false, 80).called("kubectl pullan");
    /// assert!(text::render(&report, pullan_analyzer::Language::English, &style).contains("kubectl pullan explain"));
    /// ```
    #[must_use]
    pub fn called(self, program: &'static str) -> Self {
        Style { program, ..self }
    }

    pub(crate) fn program(&self) -> &'static str {
        self.program
    }

    /// Columns for excerpts and tables.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Columns for running text.
    pub(crate) fn prose(&self) -> usize {
        self.width.min(PROSE_WIDTH)
    }

    /// The text in its colour, or as it is.
    pub(crate) fn paint(&self, ink: Ink, text: &str) -> String {
        if self.color && !text.is_empty() {
            let style = ink.style();
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paint_adds_codes_only_when_colours_are_on() {
        assert_eq!(Style::new(false, 80).paint(Ink::Error, "x"), "x");
        assert_eq!(Style::new(true, 80).paint(Ink::Quiet, "x"), "\u{1b}[2mx\u{1b}[0m");
        assert_eq!(Style::new(true, 80).paint(Ink::Quiet, ""), "");
    }

    #[test]
    fn prose_stays_readable_on_wide_terminals() {
        assert_eq!(Style::new(false, 200).prose(), 100);
        assert_eq!(Style::new(false, 200).width(), 200);
        assert_eq!(Style::new(false, 1).width(), LEAST_WIDTH);
    }
}
