//! The vocabulary, for the checker.
#[path = "../src/fact/vocabulary.rs"]
pub mod vocabulary;
