//! Why a line of input is not what its command takes.
//!
//! In: what was found out about a line. Out: the reason in a language. Nothing of the line is repeated: it may be secret, and as long as it likes.

use crate::input::LONGEST_LINE;
use pullan_render::json::ReadError;
use pullan_render::{Words, fill};

/// What is wrong with the line.
#[derive(Debug)]
pub(crate) enum BadLine {
    TooLong,
    NotUtf8 { byte: usize },
    NotJson(serde_json::Error),
    NoObject,
    Both,
    Neither,
    Text,
    Files,
    NoReport(ReadError),
}

/// The line as a text.
///
/// # Errors
/// When it is too long, or no UTF-8.
pub(super) fn text(bytes: Option<&[u8]>) -> Result<&str, BadLine> {
    std::str::from_utf8(bytes.ok_or(BadLine::TooLong)?).map_err(|error| BadLine::NotUtf8 { byte: error.valid_up_to() + 1 })
}

impl BadLine {
    pub(super) fn say(&self, words: Words) -> String {
        match self {
            BadLine::TooLong => fill(words.line_too_long(), &[("size", &format!("{} MiB", LONGEST_LINE >> 20))]),
            BadLine::NotUtf8 { byte } => fill(words.line_not_utf8(), &[("byte", &byte.to_string())]),
            BadLine::NotJson(error) => fill(words.line_not_json(), &[("reason", &words.json_reason(error))]),
            BadLine::NoObject => words.line_no_object().to_owned(),
            BadLine::Both => words.line_both().to_owned(),
            BadLine::Neither => words.line_neither().to_owned(),
            BadLine::Text => words.line_text().to_owned(),
            BadLine::Files => words.line_files().to_owned(),
            BadLine::NoReport(error) => words.read_reason(error),
        }
    }
}
