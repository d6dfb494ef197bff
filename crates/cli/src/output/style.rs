//! Colours and width of what a person reads.
//!
//! In: `--color`, `--width`, the terminal and the usual variables (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`).
//! Out: a [`Style`] that renderers ask. It writes nothing, and a renderer that paints with it never has to know
//! whether colours are on.

use crate::args::Color;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects};
use std::io::{stderr, stdout};

/// Columns where neither the user nor a terminal says how many there are.
const DEFAULT_WIDTH: usize = 100;
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

/// How an answer may look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    color: bool,
    width: usize,
}

impl Style {
    /// For standard output.
    pub(crate) fn new(color: Color, width: Option<usize>) -> Self {
        let of_terminal = || terminal_size::terminal_size_of(stdout()).map(|(columns, _)| usize::from(columns.0));
        let auto = || AutoStream::choice(&stdout()) != ColorChoice::Never;
        Style { color: wanted(color, auto), width: width.or_else(of_terminal).unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH) }
    }

    /// For standard error.
    pub(crate) fn of_errors(color: Color) -> Self {
        let of_terminal = terminal_size::terminal_size_of(stderr()).map(|(columns, _)| usize::from(columns.0));
        let auto = || AutoStream::choice(&stderr()) != ColorChoice::Never;
        Style { color: wanted(color, auto), width: of_terminal.unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH) }
    }

    /// Columns for excerpts and tables.
    pub(crate) fn width(&self) -> usize {
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

fn wanted(color: Color, auto: impl FnOnce() -> bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => auto(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paint_adds_codes_only_when_colours_are_on() {
        assert_eq!(Style { color: false, width: 80 }.paint(Ink::Error, "x"), "x");
        assert_eq!(Style { color: true, width: 80 }.paint(Ink::Quiet, "x"), "\u{1b}[2mx\u{1b}[0m");
        assert_eq!(Style { color: true, width: 80 }.paint(Ink::Quiet, ""), "");
    }

    #[test]
    fn prose_stays_readable_on_wide_terminals() {
        assert_eq!(Style::new(Color::Never, Some(200)).prose(), 100);
        assert_eq!(Style::new(Color::Never, Some(200)).width(), 200);
        assert_eq!(Style::new(Color::Never, Some(1)).width(), LEAST_WIDTH);
    }
}
