//! A YAML document as it stands in the text, duplicates included.
//!
//! In: YAML text. Out: a [`Node`]. `serde_yaml::Value` refuses a document with a repeated key as a whole; a
//! [`Node`] keeps both, so that [`super::shape`] can say where the second one is and go on.

use super::statement::{self, Statement};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_yaml::Value;
use std::fmt;

/// One element of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    /// Nothing was written.
    Null,
    /// A text, number or flag.
    Scalar(Value),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order of the text.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// What it is, in words that end the sentence "this is ...".
    pub(crate) fn kind(&self) -> Statement {
        match self {
            Node::Null => statement::nothing(),
            Node::Scalar(Value::Bool(_)) => statement::a_flag(),
            Node::Scalar(Value::Number(_)) => statement::a_number(),
            Node::Scalar(_) => statement::a_text(),
            Node::List(_) => statement::a_list(),
            Node::Map(_) => statement::a_map(),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value without a tag")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Bool(flag)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Number(number.into())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Number(number.into())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Number(number.into())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Scalar(Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = list.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            entries.push((key, map.next_value()?));
        }
        Ok(Node::Map(entries))
    }
}

/// A key; numbers and flags are taken as they are written.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Node::deserialize(deserializer)? {
            Node::Null => Ok(Key("null".to_owned())),
            Node::Scalar(Value::String(text)) => Ok(Key(text)),
            Node::Scalar(Value::Bool(flag)) => Ok(Key(flag.to_string())),
            Node::Scalar(Value::Number(number)) => Ok(Key(number.to_string())),
            Node::Scalar(_) | Node::List(_) | Node::Map(_) => Err(D::Error::custom("a key is a single word")),
        }
    }
}
