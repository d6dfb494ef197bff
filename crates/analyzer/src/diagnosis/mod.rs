//! From what was observed to what is said.
//!
//! In: facts and rules. Out: [`Diagnosis`](crate::report::Diagnosis)es, root cause first, each with evidence,
//! subjects and filled-in steps. [`link`] joins facts across sources, [`judge`] picks the matches that stand and
//! groups them, [`wording`] fills in texts.

mod judge;
mod link;
mod wording;

pub(crate) use judge::{EVIDENCE, judge};
pub(crate) use link::link;
