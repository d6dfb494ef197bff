//! The forms of an answer, one file each.

pub(crate) mod json;
pub(crate) mod rule;
pub(crate) mod rule_error;
pub(crate) mod rule_list;
pub(crate) mod rule_test;
pub(crate) mod text;
