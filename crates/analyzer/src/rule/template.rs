//! Templates for wordings that no field carries.
//!
//! In: `short-name "{name}" did not resolve to an alias` and a text. Out: whether it matches at a place where
//! a phrase can start, and the captured parts. Matching is linear: literals are searched one behind the other
//! and never given up again.

use serde::{Deserialize, Serialize};

/// A literal, or a part that varies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Part {
    Literal(String),
    /// One or more characters up to the next literal; unnamed for `{}`.
    Capture(Option<String>),
}

/// A cut template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    parts: Vec<Part>,
}

impl Template {
    /// Cuts a template. Two captures in a row, an open brace and a template without any literal are errors.
    pub fn parse(text: &str) -> Result<Template, String> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            if at > 0 {
                parts.push(Part::Literal(rest[..at].to_owned()));
            }
            let Some(end) = rest[at..].find('}') else { return Err(format!("`{{` without `}}` in {text:?}")) };
            let name = &rest[at + 1..at + end];
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(format!("`{{{name}}}` is no name: letters, digits and dashes only"));
            }
            if matches!(parts.last(), Some(Part::Capture(_))) {
                return Err(format!("nothing stands between two captures in {text:?}"));
            }
            parts.push(Part::Capture((!name.is_empty()).then(|| name.to_owned())));
            rest = &rest[at + end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        if !parts.iter().any(|part| matches!(part, Part::Literal(text) if !text.trim().is_empty())) {
            return Err(format!("{text:?} has no literal text to look for"));
        }
        Ok(Template { parts })
    }

    /// The captures' names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Capture(Some(name)) => Some(name.as_str()),
            Part::Capture(None) | Part::Literal(_) => None,
        })
    }

    /// The literal that a text must hold in any case; the longest one says most.
    pub fn longest_literal(&self) -> &str {
        let literals = self.parts.iter().filter_map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            Part::Capture(_) => None,
        });
        literals.max_by_key(|text| text.len()).unwrap_or_default()
    }

    /// Matches at one of `starts` (byte offsets of phrase starts); the captures of the first match.
    pub fn find<'t>(&self, text: &'t str, starts: &[usize]) -> Option<Vec<(&str, &'t str)>> {
        starts.iter().find_map(|at| self.match_at(text.get(*at..)?))
    }

    /// How many parts match one behind the other at the best start; tells an author how far a template got.
    pub fn progress(&self, text: &str, starts: &[usize]) -> (usize, usize) {
        let reached = starts.iter().filter_map(|at| text.get(*at..)).map(|rest| self.run(rest).0).max().unwrap_or(0);
        (reached, self.parts.len())
    }

    fn match_at<'t>(&self, text: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let (reached, captures) = self.run(text);
        (reached == self.parts.len()).then_some(captures)
    }

    /// Runs the parts over the text; how many were matched, and what was captured.
    fn run<'t>(&self, text: &'t str) -> (usize, Vec<(&str, &'t str)>) {
        let mut captures = Vec::new();
        let mut rest = text;
        let mut index = 0;
        while let Some(part) = self.parts.get(index) {
            match part {
                Part::Literal(literal) => match strip_ignoring_case(rest, literal) {
                    Some(after) => rest = after,
                    None => return (index, captures),
                },
                Part::Capture(name) => {
                    let line = rest.split('\n').next().unwrap_or(rest);
                    let Some(first) = line.chars().next() else { return (index, captures) };
                    let (length, skip) = match self.parts.get(index + 1) {
                        Some(Part::Literal(literal)) => match find_ignoring_case(line, literal, first.len_utf8()) {
                            Some(at) => (at, literal.len()),
                            None => return (index, captures),
                        },
                        _ => (line.len(), 0),
                    };
                    if let Some(name) = name {
                        captures.push((name.as_str(), &rest[..length]));
                    }
                    rest = rest.get(length + skip..).unwrap_or_default();
                    // The literal behind the capture was found together with it.
                    index += usize::from(skip > 0);
                }
            }
            index += 1;
        }
        (index, captures)
    }
}

fn strip_ignoring_case<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    let head = text.get(..literal.len())?;
    head.eq_ignore_ascii_case(literal).then(|| &text[literal.len()..])
}

/// First place at or behind `from` where the literal stands, ignoring ASCII case.
pub(crate) fn find_ignoring_case(text: &str, literal: &str, from: usize) -> Option<usize> {
    let (text, literal) = (text.as_bytes(), literal.as_bytes());
    let last = text.len().checked_sub(literal.len())?;
    (from..=last).find(|at| text[*at..*at + literal.len()].eq_ignore_ascii_case(literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(template: &str, text: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template).unwrap();
        template.find(text, &[0]).map(|found| found.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn captures_are_as_short_as_possible() {
        assert_eq!(
            captured("short-name \"{name}\" did not resolve", "Short-name \"kong:3.9\" did not resolve to"),
            Some(vec![("name".into(), "kong:3.9".into())])
        );
        assert_eq!(captured("a {x} c", "a b c c"), Some(vec![("x".into(), "b".into())]));
        assert_eq!(captured("{}not found", "this was not found"), Some(vec![]));
        assert_eq!(captured("a {x} c", "a b\nc"), None);
        assert_eq!(captured("reason: {why}", "reason: because\nnext"), Some(vec![("why".into(), "because".into())]));
        assert_eq!(captured("a{x}b", "ab"), None);
    }

    #[test]
    fn bad_templates_are_refused() {
        for bad in ["", "{a}", " {a} ", "{a}{b} xx", "open {a", "{a b} xx"] {
            assert!(Template::parse(bad).is_err(), "{bad:?}");
        }
    }
}
