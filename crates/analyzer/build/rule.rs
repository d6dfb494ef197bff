//! The library's rule checker, without the parts that need facts.
#[path = "../src/rule/check.rs"]
pub mod check;
#[path = "../src/rule/document.rs"]
pub mod document;
#[path = "../src/rule/error.rs"]
pub mod error;
#[path = "../src/rule/knowledge.rs"]
pub mod knowledge;
#[path = "../src/rule/model.rs"]
pub mod model;
#[path = "../src/rule/template.rs"]
pub mod template;
