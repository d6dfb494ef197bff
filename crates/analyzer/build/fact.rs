//! The vocabulary, for the checker.
#[path = "../src/fact/vocabulary/mod.rs"]
pub mod vocabulary;
