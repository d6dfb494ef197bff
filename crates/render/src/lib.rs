//! The forms of an answer: for people, and for machines.
//!
//! In: a [`Report`](pullan_analyzer::Report) or rules, a language, and for text a [`Style`]. Out: a `String`, whole. Nothing is judged here,
//! nothing is read or printed, and no terminal is asked, so that the program, a web page and other languages give the same answers.
//!
//! ```
//! use pullan_analyzer::Language;
//! let report = pullan_analyzer::analyze("empty.txt", b"");
//! let json = pullan_render::json::render(&report, Language::English)?;
//! assert!(json.contains(r#""schema_version": 1"#));
//! # Ok::<(), serde_json::Error>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(missing_docs)]

pub mod fleet;
mod frame;
pub mod github;
#[cfg(feature = "html")]
pub mod html;
pub mod json;
pub mod junit;
mod limit;
pub mod markdown;
mod reason;
pub mod rule;
pub mod rule_error;
pub mod rule_list;
pub mod rule_test;
pub mod sarif;
mod section;
mod style;
pub mod text;
mod words;
mod wrap;
pub mod yaml;

pub use style::Style;
pub use words::{Words, fill};
pub use wrap::clean;

/// The examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
