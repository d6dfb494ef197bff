//! The forms of an answer, one file each, and what they share.

mod frame;
pub(crate) mod json;
pub(crate) mod rule;
pub(crate) mod rule_error;
pub(crate) mod rule_list;
pub(crate) mod rule_test;
mod section;
pub(crate) mod style;
pub(crate) mod text;
mod words;
mod wrap;
