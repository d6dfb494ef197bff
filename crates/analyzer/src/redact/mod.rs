//! Hides what must not leave the house.
//!
//! [`mask`] keeps secrets out of every answer.

mod mask;
mod secret;

pub use mask::mask_secrets;
pub(crate) use mask::{mask_facts, mask_others};
