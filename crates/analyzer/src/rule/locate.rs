//! Finds a place in a YAML text again.
//!
//! In: a document's text and a path into it (`match.all[0].where.registry-code`). Out: line and column. A YAML
//! parser gives values without their places, but its errors have them: the parser itself walks the path and
//! stops at its end with an error. So flow and block style, quoted keys, comments and aliases need no care here.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A step of a path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// Value of this key.
    Key(String),
    /// Element of a list.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Step::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// What at the end of a path is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The value.
    Value,
    /// The key before the value.
    Key,
    /// The key where it stands a second time.
    Repeated,
}

/// Line and column, both from 1, the column in characters. What is not there has the place of the nearest
/// element around it. Element 0 of something that is no list is the thing itself, as in `where: {..}`.
pub(crate) fn locate(text: &str, path: &[Step], target: Target) -> (usize, usize) {
    let walk = Walk { path, target };
    let outcome = walk.deserialize(serde_yaml::Deserializer::from_str(text));
    outcome.err().and_then(|error| error.location()).map_or((1, 1), |at| (at.line(), at.column()))
}

struct Walk<'p> {
    path: &'p [Step],
    target: Target,
}

/// The error that carries the place; its text is never shown.
fn here<T, E: Error>() -> Result<T, E> {
    Err(E::custom("here"))
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the end of the path")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let from = self.path.iter().position(|step| *step != Step::Index(0)).unwrap_or(self.path.len());
        let Some((Step::Key(key), rest)) = self.path.get(from..).and_then(<[Step]>::split_first) else { return here() };
        let target = if rest.is_empty() { self.target } else { Target::Value };
        let mut seen = false;
        loop {
            let stop = target == Target::Key || (target == Target::Repeated && seen);
            let Some(found) = map.next_key_seed(KeyWalk { key, stop })? else { return here() };
            if found && target == Target::Value {
                return map.next_value_seed(Walk { path: rest, target: self.target });
            }
            seen |= found;
            map.next_value::<IgnoredAny>()?;
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Some((Step::Index(index), rest)) = self.path.split_first() else { return here() };
        for _ in 0..*index {
            if list.next_element::<IgnoredAny>()?.is_none() {
                return here();
            }
        }
        match list.next_element_seed(Walk { path: rest, target: self.target })? {
            Some(()) | None => here(),
        }
    }
}

/// Says whether a key is the one looked for, or stops there.
struct KeyWalk<'p> {
    key: &'p str,
    stop: bool,
}

impl KeyWalk<'_> {
    fn compare<E: Error>(self, key: &str) -> Result<bool, E> {
        if key != self.key {
            Ok(false)
        } else if self.stop {
            here()
        } else {
            Ok(true)
        }
    }
}

impl<'de> DeserializeSeed<'de> for KeyWalk<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for KeyWalk<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        self.compare(key)
    }

    fn visit_bool<E: Error>(self, key: bool) -> Result<bool, E> {
        self.compare(&key.to_string())
    }

    fn visit_i64<E: Error>(self, key: i64) -> Result<bool, E> {
        self.compare(&key.to_string())
    }

    fn visit_u64<E: Error>(self, key: u64) -> Result<bool, E> {
        self.compare(&key.to_string())
    }

    fn visit_f64<E: Error>(self, key: f64) -> Result<bool, E> {
        self.compare(&key.to_string())
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.compare("null")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::node::Node;

    const TEXT: &str = "\
# a comment: id
id: a
'match':
  all:
  - fact: one
    where: {x: 1, \"colour\": 2, y: {prefix: [a,  '비밀', b]}}
  -   fact: two
      where:
        - {y: 1}
        - z: 3
          colour: 4
text: |
  all: of this
  - is: text
id: b
";

    fn place(path: &[Step], target: Target) -> (usize, usize) {
        locate(TEXT, path, target)
    }

    fn path(steps: &str) -> Vec<Step> {
        steps.split('/').map(|step| step.parse::<usize>().map_or_else(|_| step.into(), Step::Index)).collect()
    }

    #[test]
    fn values_and_keys_have_their_places() {
        for (steps, value, key) in [
            ("id", (2, 5), (2, 1)),
            ("match", (4, 3), (3, 1)),
            ("match/all", (5, 3), (4, 3)),
            ("match/all/0/where/colour", (6, 29), (6, 19)),
            ("match/all/0/where/0/x", (6, 16), (6, 13)),
            ("match/all/1/fact", (7, 13), (7, 7)),
            ("match/all/1/where/1/colour", (11, 19), (11, 11)),
            ("text", (12, 7), (12, 1)),
        ] {
            assert_eq!((place(&path(steps), Target::Value), place(&path(steps), Target::Key)), (value, key), "{steps}");
        }
        assert_eq!(place(&path("match/all/0/where/y/prefix/2"), Target::Value), (6, 55));
        assert_eq!(place(&path("match/all/1"), Target::Value), (7, 7));
    }

    /// Every scalar of a real rule file, in every style that the file uses.
    #[test]
    fn the_place_of_a_value_is_where_it_is_written() {
        let text = include_str!("../../rules/tcp/tcp-connection-refused.yaml");
        let lines: Vec<&str> = text.lines().collect();
        let mut todo = vec![(Vec::new(), serde_yaml::from_str::<Node>(text).unwrap())];
        let mut compared = 0;
        while let Some((path, node)) = todo.pop() {
            let below = |step: Step| [path.as_slice(), &[step]].concat();
            match node {
                Node::Map(entries) => todo.extend(entries.into_iter().map(|(key, node)| (below(key.as_str().into()), node))),
                Node::List(nodes) => todo.extend(nodes.into_iter().enumerate().map(|(index, node)| (below(index.into()), node))),
                Node::Scalar(serde_yaml::Value::String(value)) => {
                    let (line, column) = locate(text, &path, Target::Value);
                    let rest: String = lines[line - 1].chars().skip(column - 1).collect();
                    let word = value.split_whitespace().next().unwrap();
                    assert!(
                        rest.trim_start_matches(['\'', '"']).starts_with(word) || rest.starts_with(['>', '|']),
                        "{path:?} {line}:{column}"
                    );
                    compared += 1;
                }
                Node::Null | Node::Scalar(_) => {}
            }
        }
        assert!(compared > 100);
    }

    #[test]
    fn a_repeated_key_is_found_where_it_stands_again() {
        assert_eq!(place(&path("id"), Target::Repeated), (15, 1));
    }

    #[test]
    fn what_is_absent_has_the_place_of_what_is_around_it() {
        assert_eq!(place(&path("match/none/3"), Target::Value), (4, 3));
        assert_eq!(place(&path("match/all/7"), Target::Value), (5, 3));
        assert_eq!(place(&path("id/deeper"), Target::Value), (2, 5));
        assert_eq!(place(&[], Target::Value), (2, 1));
        assert_eq!(locate("", &path("id"), Target::Value), (1, 1));
    }
}
