//! Whether a document has the shape that its kind demands: known keys, none missing, values of the right type.
//!
//! In: a document's text and a [`Shape`]. Out: the value, every misfit reported with its place. What does not fit
//! is left out or replaced by something neutral, so that one mistake does not hide the next one. Which fields
//! and words the vocabulary knows is not asked here; [`super::check`] does that.

use super::error::{Problems, RuleError, did_you_mean, nearest};
use super::locate::Target;
use super::node::Node;
use super::statement::{self, Statement};
use serde::de::DeserializeOwned;
use serde_yaml::{Mapping, Value};

/// What an element of a document must be.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A text that is not empty.
    Text,
    /// Lower-case letters, digits and dashes.
    Name,
    /// An address that begins with `https://`.
    Address,
    /// `true` or `false`.
    Flag,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A list with at least so many elements.
    List(&'static Shape, usize),
    /// A map with these keys and no others.
    Map(&'static MapShape),
    /// A map with any keys, whose values all have one shape.
    Names(&'static Shape),
    /// A map with any keys and any values, looked at by somebody else.
    Fields,
    /// The alternative that is a single value, a list or a map, as the element is.
    Choice(&'static [Shape]),
}

/// A map with fixed keys.
#[derive(Debug)]
pub(crate) struct MapShape {
    /// What such a map is called.
    pub(crate) name: fn() -> Statement,
    /// Its keys.
    pub(crate) keys: &'static [Key],
}

/// One key of a map.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// Whether it may not be left out.
    pub(crate) required: bool,
    /// What its value must be.
    pub(crate) shape: Shape,
    /// What it says, for authors.
    pub(crate) doc: &'static str,
}

/// Reads a document. Problems go to `problems`; with a problem the result holds neutral values in the place of wrong
/// ones. `None` only where the text is no YAML.
pub(crate) fn read<T: DeserializeOwned>(text: &str, shape: &Shape, problems: &mut Problems<'_>) -> Option<T> {
    let node: Node = match serde_yaml::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(node) => node,
        Err(error) => {
            say_syntax(&error, problems);
            return None;
        }
    };
    let value = shape.fit(node, problems);
    match serde_yaml::from_value(value) {
        Ok(document) => Some(document),
        Err(error) => {
            // A shape and a document type that disagree; a test keeps them equal.
            problems.say(statement::verbatim(error.to_string()), None);
            None
        }
    }
}

/// A parser stops at the first mistake; it also says in what it was when it stopped.
fn say_syntax(error: &serde_yaml::Error, problems: &mut Problems<'_>) {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    let said = error.to_string();
    let (message, place) = said.split_once(" at line ").unwrap_or((&said, ""));
    let help = if message.contains("',' or '}'") {
        Some(statement::quote_in_braces())
    } else if message.starts_with("mapping values") {
        Some(statement::quote_colon())
    } else {
        place.split_once(", ").map(|(_, while_doing)| statement::verbatim(while_doing))
    };
    problems.say_at(line, column, statement::no_yaml(message), help);
}

/// Reads a document that is of no use with a problem.
pub(crate) fn read_whole<T: DeserializeOwned>(file: &str, text: &str, shape: &Shape) -> Result<T, Vec<RuleError>> {
    let mut problems = Problems::new(file, text);
    match read(text, shape, &mut problems) {
        Some(document) if problems.is_empty() => Ok(document),
        _ => Err(problems.finish()),
    }
}

impl Shape {
    /// The element as far as it fits.
    fn fit(&self, node: Node, problems: &mut Problems<'_>) -> Value {
        match (self, node) {
            (Shape::Text | Shape::Name | Shape::Address | Shape::Word(_), Node::Scalar(Value::String(text))) => {
                self.fit_text(text, problems)
            }
            (Shape::Flag, Node::Scalar(flag @ Value::Bool(_))) => flag,
            (Shape::List(shape, least), Node::List(nodes)) => {
                if nodes.len() < *least {
                    problems.say(statement::too_short(*least), None);
                }
                Value::Sequence(elements(nodes, problems, |node, problems| shape.fit(node, problems)))
            }
            (Shape::Map(map), Node::Map(entries)) => map.fit(entries, problems),
            (Shape::Names(shape), Node::Map(entries)) => {
                Value::Mapping(pairs(entries, problems, |node, problems| shape.fit(node, problems)))
            }
            (Shape::Fields, node @ Node::Map(_)) => plain(node, problems),
            (Shape::Choice(shapes), node) => match shapes.iter().find(|shape| shape.suits(&node)) {
                Some(shape) => shape.fit(node, problems),
                None => self.misfit(&node, problems),
            },
            (_, node) => self.misfit(&node, problems),
        }
    }

    fn fit_text(&self, text: String, problems: &mut Problems<'_>) -> Value {
        match self {
            _ if text.trim().is_empty() => problems.say(statement::empty(), Some(statement::leave_out())),
            Shape::Name if !text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') => {
                problems.say(statement::no_name(&text), None);
            }
            Shape::Address if !text.starts_with("https://") => problems.say(statement::no_address(), None),
            Shape::Word(words) if !words.contains(&text.as_str()) => {
                problems.say(statement::not_one_of(&text, words.join(", ")), did_you_mean(&text, words.iter().copied()));
                return self.neutral();
            }
            _ => {}
        }
        Value::String(text)
    }

    fn misfit(&self, node: &Node, problems: &mut Problems<'_>) -> Value {
        if *node == Node::Null {
            problems.say(statement::empty(), Some(statement::leave_out()));
        } else {
            let quotable = matches!(self, Shape::Text | Shape::Name | Shape::Word(_)) && matches!(node, Node::Scalar(_));
            let help = quotable.then(statement::write_in_quotes);
            problems.say(statement::misfit(self.wanted(), node.kind()), help);
        }
        self.neutral()
    }

    /// Whether the element is of the kind that this shape describes.
    fn suits(&self, node: &Node) -> bool {
        match self {
            Shape::List(..) => matches!(node, Node::List(_)),
            Shape::Map(_) | Shape::Names(_) | Shape::Fields => matches!(node, Node::Map(_)),
            Shape::Choice(shapes) => shapes.iter().any(|shape| shape.suits(node)),
            Shape::Text | Shape::Name | Shape::Address | Shape::Flag | Shape::Word(_) => matches!(node, Node::Scalar(_)),
        }
    }

    /// Begins the sentence "... must stand here".
    fn wanted(&self) -> Statement {
        match self {
            Shape::Text | Shape::Address => statement::a_text(),
            Shape::Name => statement::a_name(),
            Shape::Flag => statement::true_or_false(),
            Shape::Word(words) => statement::one_of(words.join(", ")),
            Shape::List(..) => statement::a_list(),
            Shape::Map(map) => statement::a_map_with(map.keys.iter().map(|key| key.name).collect::<Vec<_>>().join(", ")),
            Shape::Names(_) | Shape::Fields => statement::a_map(),
            Shape::Choice(shapes) => shapes.iter().map(Shape::wanted).reduce(statement::either).unwrap_or_else(statement::nothing),
        }
    }

    /// Something that can be read in the place of what does not fit.
    fn neutral(&self) -> Value {
        match self {
            Shape::Text | Shape::Name | Shape::Address => Value::String(String::new()),
            Shape::Flag => Value::Bool(false),
            Shape::Word(words) => Value::String(words.first().copied().unwrap_or_default().to_owned()),
            Shape::List(..) => Value::Sequence(Vec::new()),
            Shape::Map(map) => {
                Value::Mapping(map.keys.iter().filter(|key| key.required).map(|key| (key.name.into(), key.shape.neutral())).collect())
            }
            Shape::Names(_) | Shape::Fields => Value::Mapping(Mapping::new()),
            Shape::Choice(shapes) => shapes.first().map_or(Value::Null, Shape::neutral),
        }
    }
}

impl MapShape {
    fn fit(&self, entries: Vec<(String, Node)>, problems: &mut Problems<'_>) -> Value {
        let names = || self.keys.iter().map(|key| key.name);
        let mut guessed = Vec::new();
        let mut fitted = Mapping::new();
        for (name, node) in unique(entries, problems) {
            let Some(key) = self.keys.iter().find(|key| key.name == name) else {
                let near = nearest(&name, names());
                guessed.extend(near);
                let help = near.map_or_else(|| statement::known_here(names().collect::<Vec<_>>().join(", ")), statement::did_you_mean);
                problems.say_key(&name, Target::Key, statement::no_such_key((self.name)(), &name), Some(help));
                continue;
            };
            problems.enter(name.as_str());
            fitted.insert(key.name.into(), key.shape.fit(node, problems));
            problems.leave();
        }
        let missing: Vec<&Key> = self.keys.iter().filter(|key| key.required && !fitted.contains_key(key.name)).collect();
        for key in &missing {
            fitted.insert(key.name.into(), key.shape.neutral());
        }
        // A key that is only misspelt has been spoken of.
        let missing: Vec<String> = missing.iter().filter(|key| !guessed.contains(&key.name)).map(|key| format!("`{}`", key.name)).collect();
        if !missing.is_empty() {
            problems.say(statement::missing_keys((self.name)(), missing.join(", ")), None);
        }
        Value::Mapping(fitted)
    }
}

/// The entries without those whose key came before.
fn unique(entries: Vec<(String, Node)>, problems: &mut Problems<'_>) -> Vec<(String, Node)> {
    let mut kept: Vec<(String, Node)> = Vec::with_capacity(entries.len());
    for (name, node) in entries {
        if kept.iter().any(|(known, _)| *known == name) {
            problems.say_key(&name, Target::Repeated, statement::twice(&name), Some(statement::remove_one()));
        } else {
            kept.push((name, node));
        }
    }
    kept
}

fn elements(nodes: Vec<Node>, problems: &mut Problems<'_>, fit: impl Fn(Node, &mut Problems<'_>) -> Value) -> Vec<Value> {
    let mut values = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.into_iter().enumerate() {
        problems.enter(index);
        values.push(fit(node, problems));
        problems.leave();
    }
    values
}

fn pairs(entries: Vec<(String, Node)>, problems: &mut Problems<'_>, fit: impl Fn(Node, &mut Problems<'_>) -> Value) -> Mapping {
    let mut map = Mapping::new();
    for (name, node) in unique(entries, problems) {
        problems.enter(name.as_str());
        map.insert(Value::String(name), fit(node, problems));
        problems.leave();
    }
    map
}

/// An element without any demand but that no key stands twice.
fn plain(node: Node, problems: &mut Problems<'_>) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Scalar(value) => value,
        Node::List(nodes) => Value::Sequence(elements(nodes, problems, plain)),
        Node::Map(entries) => Value::Mapping(pairs(entries, problems, plain)),
    }
}
