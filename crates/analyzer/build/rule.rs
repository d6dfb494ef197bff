//! The library's rule checker, without the parts that need facts.
#![allow(unused_imports)]
#[path = "../src/rule/check.rs"]
pub mod check;
#[path = "../src/rule/condition.rs"]
pub mod condition;
#[path = "../src/rule/document.rs"]
pub mod document;
#[path = "../src/rule/error.rs"]
pub mod error;
#[path = "../src/rule/format.rs"]
pub mod format;
#[path = "../src/rule/knowledge.rs"]
pub mod knowledge;
#[path = "../src/rule/locate.rs"]
pub mod locate;
#[path = "../src/rule/model.rs"]
pub mod model;
#[path = "../src/rule/node.rs"]
pub mod node;
#[path = "../src/rule/placeholder.rs"]
pub mod placeholder;
#[path = "../src/rule/shape.rs"]
pub mod shape;
#[path = "../src/rule/statement.rs"]
pub mod statement;
#[path = "../src/rule/template.rs"]
pub mod template;
