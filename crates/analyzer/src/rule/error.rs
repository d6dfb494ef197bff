//! What can be wrong with a rule file, placed like a compiler's error.
//!
//! In: a file's name, its text and a path into it. Out: [`RuleError`]s with line, column and what was probably
//! meant. What is right and wrong is decided elsewhere.

use super::locate::{Step, Target, locate};
use super::statement::{self, Statement};

/// One problem of a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}{}", help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default())]
pub struct RuleError {
    /// Name of the file (or of the document, where there is no file).
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: Statement,
    /// What was probably meant.
    pub help: Option<Statement>,
    /// The line itself, for a renderer.
    pub text: String,
}

/// Every problem of every rule file, none held back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleErrors(pub Vec<RuleError>);

/// Collects the problems of one document, each at the path that is being looked at.
#[derive(Debug)]
pub(crate) struct Problems<'d> {
    file: &'d str,
    text: &'d str,
    path: Vec<Step>,
    found: Vec<(Vec<Step>, RuleError)>,
}

impl<'d> Problems<'d> {
    pub(crate) fn new(file: &'d str, text: &'d str) -> Self {
        Problems { file, text: text.trim_start_matches('\u{feff}'), path: Vec::new(), found: Vec::new() }
    }

    /// Goes one step deeper.
    pub(crate) fn enter(&mut self, step: impl Into<Step>) {
        self.path.push(step.into());
    }

    /// Goes back up.
    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// Notes a problem with the value at the current path.
    pub(crate) fn say(&mut self, message: Statement, help: Option<Statement>) {
        self.say_of(Target::Value, message, help);
    }

    /// Notes a problem with a part of the text at the current path; `part` stands there as it is.
    pub(crate) fn say_part(&mut self, part: &str, message: Statement, help: Option<Statement>) {
        let (line, column) = locate(self.text, &self.path, Target::Value);
        let from = self.text.lines().enumerate().skip(line.saturating_sub(1)).map(|(index, text)| {
            let skipped = if index + 1 == line { column.saturating_sub(1) } else { 0 };
            let start = text.char_indices().nth(skipped).map_or(text.len(), |(at, _)| at);
            text[start..].find(part).map(|at| (index + 1, skipped + text[start..start + at].chars().count() + 1))
        });
        let (line, column) = from.flatten().next().unwrap_or((line, column));
        self.say_at(line, column, message, help);
    }

    /// Notes a problem with the key at the end of the current path.
    pub(crate) fn say_of(&mut self, target: Target, message: Statement, help: Option<Statement>) {
        let (line, column) = locate(self.text, &self.path, target);
        self.say_at(line, column, message, help);
    }

    /// Notes a problem with one key of the map at the current path.
    pub(crate) fn say_key(&mut self, key: &str, target: Target, message: Statement, help: Option<Statement>) {
        self.enter(key);
        self.say_of(target, message, help);
        self.leave();
    }

    /// Notes a problem at a known place.
    pub(crate) fn say_at(&mut self, line: usize, column: usize, message: Statement, help: Option<Statement>) {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        let error = RuleError { file: self.file.to_owned(), line, column, message, help, text };
        if !self.found.iter().any(|(_, known)| *known == error) {
            self.found.push((self.path.clone(), error));
        }
    }

    /// Everything that was found, in the order of the text.
    pub(crate) fn finish(mut self) -> Vec<RuleError> {
        self.found.sort_by_key(|(_, error)| (error.line, error.column));
        self.found.into_iter().map(|(_, error)| error).collect()
    }

    /// Whether a problem was noted with this key of the map at the current path, so that nothing follows from its value.
    pub(crate) fn is_spoiled(&self, key: &str) -> bool {
        let below = |path: &[Step]| {
            path.strip_prefix(self.path.as_slice()).is_some_and(|rest| matches!(rest.first(), Some(Step::Key(first)) if first == key))
        };
        self.found.iter().any(|(path, _)| below(path))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

/// Did you mean `x`? For the nearest of the known names. Case and `_` for `-` do not count as differences.
pub(crate) fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<Statement> {
    nearest(wrong, known).map(statement::did_you_mean)
}

/// The nearest of the known names, if it is near at all.
pub(crate) fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |name: &str| name.to_ascii_lowercase().replace('_', "-");
    let wrong = plain(wrong);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &plain(name)), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3 + 1)
        // Two short words with nothing in common are not near.
        .filter(|(distance, name)| *distance < name.len())
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_offered() {
        assert_eq!(nearest("registry-cod", ["registry-code", "runtime"]), Some("registry-code"));
        assert_eq!(nearest("retry_helps", ["retry-helps"]), Some("retry-helps"));
        assert_eq!(nearest("econnrefused", ["ECONNREFUSED", "ECONNRESET"]), Some("ECONNREFUSED"));
        assert_eq!(nearest("zzzzzz", ["registry-code"]), None);
        assert_eq!(nearest("x", ["y"]), None);
    }

    #[test]
    fn a_part_of_a_long_text_is_found_in_it() {
        let mut problems = Problems::new("a.yaml", "a: '{x.y}'\nb: >-\n  지금 {x.y}\n");
        problems.enter("b");
        problems.say_part("{x.y}", statement::verbatim("here"), None);
        assert_eq!(problems.finish()[0].to_string(), "a.yaml:3:6: here");
    }

    #[test]
    fn problems_stand_in_the_order_of_the_text() {
        let mut problems = Problems::new("a.yaml", "\u{feff}a: 1\nb: 2\n");
        problems.say_key("b", Target::Value, statement::verbatim("second"), None);
        problems.say_key("a", Target::Key, statement::verbatim("first"), None);
        problems.say_key("a", Target::Key, statement::verbatim("first"), None);
        let found: Vec<String> = problems.finish().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["a.yaml:1:1: first", "a.yaml:2:4: second"]);
    }
}
