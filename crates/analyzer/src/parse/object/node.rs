//! One value of a document, with the way back to where it stands.
//!
//! In: nothing. Out: [`Node`], through which [`super::record`] reads JSON and YAML alike: whole objects into the
//! types of [`super::schema`], and the places of single values for citations.

use crate::source::Citation;
use serde::de::DeserializeOwned;

pub(super) trait Node: Sized {
    /// A member of a map.
    fn get(&self, key: &str) -> Option<Self>;

    /// The elements of a list.
    fn items(&self) -> Vec<Self>;

    /// A short scalar, unquoted; not for messages.
    fn word(&self) -> Option<String>;

    /// Whether the text of the value has these words anywhere.
    fn mentions(&self, words: &str) -> bool;

    /// Cites the value; of a map or a list only its beginning.
    fn cite(&self) -> Citation;

    /// Cites the first line inside a text of several lines that begins with `start`.
    fn cite_line(&self, start: &str) -> Citation;

    /// Reads the value into a type; `None` when it cannot be read at all.
    fn parse<T: DeserializeOwned>(&self) -> Option<T>;

    /// A member of a member.
    fn at(&self, path: &[&str]) -> Option<Self> {
        let (first, rest) = path.split_first()?;
        let node = self.get(first)?;
        if rest.is_empty() { Some(node) } else { node.at(rest) }
    }
}

/// The citation without the rest of its line, which may hold a Secret's values.
pub(super) fn alone(mut citation: Citation) -> Citation {
    citation.lines = citation.text();
    citation.first_column = citation.location.column;
    citation
}
