//! What the terminal is like: colours and columns.
//!
//! In: `--color`, `--width`, the terminal and the usual variables (`NO_COLOR`, `CLICOLOR`, `CLICOLOR_FORCE`). Out: the
//! [`Style`] that renderers ask.

use crate::args::{self, Color};
use anstream::{AutoStream, ColorChoice};
use pullan_render::Style;
use std::io::{stderr, stdout};

/// Columns where neither the user nor a terminal says how many there are.
const DEFAULT_WIDTH: usize = 100;

/// For standard output.
pub(crate) fn output_style(color: Color, width: Option<usize>) -> Style {
    let of_terminal = || terminal_size::terminal_size_of(stdout()).map(|(columns, _)| usize::from(columns.0));
    let auto = || AutoStream::choice(&stdout()) != ColorChoice::Never;
    Style::new(wanted(color, auto), width.or_else(of_terminal).unwrap_or(DEFAULT_WIDTH)).called(args::program())
}

/// For standard error.
pub(crate) fn error_style(color: Color) -> Style {
    let of_terminal = terminal_size::terminal_size_of(stderr()).map(|(columns, _)| usize::from(columns.0));
    let auto = || AutoStream::choice(&stderr()) != ColorChoice::Never;
    Style::new(wanted(color, auto), of_terminal.unwrap_or(DEFAULT_WIDTH)).called(args::program())
}

fn wanted(color: Color, auto: impl FnOnce() -> bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => auto(),
    }
}
