//! The forms of an answer, one file each, and what they share.

mod frame;
pub(crate) mod json;
pub(crate) mod rule;
mod section;
pub(crate) mod style;
pub(crate) mod text;
mod words;
mod wrap;
