//! Templates for wordings that no field carries.
//!
//! In: `short-name "{name}" did not resolve to an alias` and a text. Out: whether it matches at a place where
//! a phrase can start, and the captured parts. Matching is linear: literals are searched one behind the other
//! and never given up again.

use super::statement::{self, Statement};
use serde::{Deserialize, Serialize};
use std::fmt;

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

impl Part {
    fn literal(&self) -> Option<&str> {
        match self {
            Part::Literal(text) => Some(text),
            Part::Capture(_) => None,
        }
    }
}

/// Where a template stopped matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateStop<'t> {
    /// The part of the text that it matched; empty where no phrase begins as the template does.
    pub(crate) matched: &'t str,
    /// What it looked for then.
    pub(crate) wanted: String,
    /// What stands there instead.
    pub(crate) rest: &'t str,
}

/// Outcome of a run: how many parts were matched, what they captured, and the text behind them.
struct Run<'p, 't> {
    reached: usize,
    captures: Vec<(&'p str, &'t str)>,
    rest: &'t str,
}

impl Template {
    /// Cuts a template. Two captures in a row, an open brace and a template without any literal are errors.
    pub fn parse(text: &str) -> Result<Template, Statement> {
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            if at > 0 {
                parts.push(Part::Literal(rest[..at].to_owned()));
            }
            let Some(end) = rest[at..].find('}') else { return Err(statement::open_brace(format!("{text:?}"))) };
            let name = &rest[at + 1..at + end];
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
                return Err(statement::no_capture_name(name));
            }
            if matches!(parts.last(), Some(Part::Capture(_))) {
                return Err(statement::adjacent_captures(format!("{text:?}")));
            }
            parts.push(Part::Capture((!name.is_empty()).then(|| name.to_owned())));
            rest = &rest[at + end + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        if !parts.iter().any(|part| matches!(part, Part::Literal(text) if !text.trim().is_empty())) {
            return Err(statement::no_literal(format!("{text:?}")));
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
        if matches!(self.parts.first(), Some(Part::Capture(_))) {
            // A part that varies swallows everything up to the literal, so a line need be searched only once.
            return text.split('\n').find_map(|line| self.match_at(&text[line.as_ptr() as usize - text.as_ptr() as usize..]));
        }
        starts.iter().find_map(|at| self.match_at(text.get(*at..)?))
    }

    /// How far the template gets in a text that it does not match; `None` where it does match.
    pub(crate) fn stop<'t>(&self, text: &'t str, starts: &[usize]) -> Option<TemplateStop<'t>> {
        let mut best: Option<TemplateStop<'t>> = None;
        for start in starts {
            let Some(from) = text.get(*start..) else { continue };
            let run = self.run(from);
            if run.reached == self.parts.len() {
                return None;
            }
            let wanted = self.parts[run.reached..].iter().find_map(Part::literal).unwrap_or_default();
            // Behind a capture nothing of the literal was found; else its beginning may match.
            let shared = if matches!(self.parts.get(run.reached), Some(Part::Literal(_))) { shared_length(run.rest, wanted) } else { 0 };
            let end = from.len() - run.rest.len() + shared;
            let stop = TemplateStop { matched: &from[..end], wanted: wanted[shared..].to_owned(), rest: &from[end..] };
            if best.as_ref().is_none_or(|best| best.matched.len() < stop.matched.len()) {
                best = Some(stop);
            }
        }
        best
    }

    fn match_at<'t>(&self, text: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let run = self.run(text);
        (run.reached == self.parts.len()).then_some(run.captures)
    }

    /// Runs the parts over the text as far as they match.
    fn run<'t>(&self, text: &'t str) -> Run<'_, 't> {
        let mut captures = Vec::new();
        let mut rest = text;
        let mut index = 0;
        while let Some(part) = self.parts.get(index) {
            match part {
                Part::Literal(literal) => match strip_ignoring_case(rest, literal) {
                    Some(after) => rest = after,
                    None => return Run { reached: index, captures, rest },
                },
                Part::Capture(name) => {
                    let line = rest.split('\n').next().unwrap_or(rest);
                    let Some(first) = line.chars().next() else { return Run { reached: index, captures, rest } };
                    let (length, skip) = match self.parts.get(index + 1) {
                        Some(Part::Literal(literal)) => match find_ignoring_case(line, literal, first.len_utf8()) {
                            Some(at) => (at, literal.len()),
                            None => return Run { reached: index, captures, rest },
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
        Run { reached: index, captures, rest }
    }
}

/// The template as its author wrote it.
impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Literal(text) => formatter.write_str(text)?,
                Part::Capture(name) => write!(formatter, "{{{}}}", name.as_deref().unwrap_or_default())?,
            }
        }
        Ok(())
    }
}

/// Length of the common beginning of a text and a literal; whole characters of both.
fn shared_length(text: &str, literal: &str) -> usize {
    let differ = |((_, a), (_, b)): &((usize, char), (usize, char))| !a.eq_ignore_ascii_case(b);
    text.char_indices().zip(literal.char_indices()).find(differ).map_or(text.len().min(literal.len()), |((at, _), _)| at)
}

fn strip_ignoring_case<'t>(text: &'t str, literal: &str) -> Option<&'t str> {
    // Nearly all differ in their first byte.
    let (first, wanted) = (text.as_bytes().first()?, literal.as_bytes().first()?);
    if !first.eq_ignore_ascii_case(wanted) {
        return None;
    }
    let head = text.get(..literal.len())?;
    head.eq_ignore_ascii_case(literal).then(|| &text[literal.len()..])
}

/// First place at or behind `from` where the literal stands, ignoring ASCII case.
pub(crate) fn find_ignoring_case(text: &str, literal: &str, from: usize) -> Option<usize> {
    let (text, literal) = (text.as_bytes(), literal.as_bytes());
    let Some(first) = literal.first() else { return (from <= text.len()).then_some(from) };
    let last = text.len().checked_sub(literal.len())?;
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text.get(from..=last)?);
    starts.map(|at| from + at).find(|at| text[*at..*at + literal.len()].eq_ignore_ascii_case(literal))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(template: &str, text: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template).unwrap();
        template.find(text, &[0]).map(|found| found.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    #[test]
    fn nothing_is_found_everywhere_up_to_the_end() {
        assert_eq!([1, 2, 3].map(|from| find_ignoring_case("ab", "", from)), [Some(1), Some(2), None]);
        assert_eq!([0, 1, 2].map(|from| find_ignoring_case("aBb", "B", from)), [Some(1), Some(1), Some(2)]);
        assert_eq!(find_ignoring_case("a", "ab", 0), None);
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
    fn a_leading_capture_begins_where_its_line_does() {
        let host = |text: &str| captured("{host} is down", text).map(|found| found[0].1.clone());
        assert_eq!(host("hub is down"), Some("hub".into()));
        assert_eq!(host("one line\nhub is down"), Some("hub".into()));
        assert_eq!(host("hub\nis down"), None);
    }

    #[test]
    fn an_author_is_told_where_a_template_stops() {
        let stop = |template: &str, text: &str, starts: &[usize]| {
            Template::parse(template).unwrap().stop(text, starts).map(|stop| (stop.matched.to_owned(), stop.wanted, stop.rest.to_owned()))
        };
        let some = |matched: &str, wanted: &str, rest: &str| Some((matched.to_owned(), wanted.to_owned(), rest.to_owned()));
        assert_eq!(stop("a {x} c", "a b c", &[0]), None);
        assert_eq!(
            stop("blob is quarantined by {scanner}", "blob is quarantined at nine", &[0]),
            some("blob is quarantined ", "by ", "at nine")
        );
        assert_eq!(
            stop("manifest for {ref} not found", "pull: manifest for a:1 is not here", &[0, 6]),
            some("manifest for ", " not found", "a:1 is not here")
        );
        assert_eq!(stop("비밀 값", "비밀 키", &[0]), some("비밀 ", "값", "키"));
        assert_eq!(stop("zebra", "pull", &[0]), some("", "zebra", "pull"));
        assert_eq!(stop("reason: {why}", "reason: ", &[0]), some("reason: ", "", ""));
    }

    #[test]
    fn a_template_prints_as_it_was_written() {
        for text in ["short-name \"{name}\" did not resolve", "{}x {a-b} y{}"] {
            assert_eq!(Template::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn bad_templates_are_refused() {
        for bad in ["", "{a}", " {a} ", "{a}{b} xx", "open {a", "{a b} xx"] {
            assert!(Template::parse(bad).is_err(), "{bad:?}");
        }
    }
}
