//! The forms of an answer, one file each.

pub(crate) mod json;
pub(crate) mod rule;
pub(crate) mod text;
