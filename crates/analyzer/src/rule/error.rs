//! What can be wrong with a rule file, placed like a compiler's error.
//!
//! In: a file's name, its text and a path into it (`match.all[0].where.registry-code`). Out: a [`RuleError`]
//! with line and column. YAML parsers give no positions for values, so the path is found again in the text.

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
    pub message: String,
    /// What was probably meant.
    pub help: Option<String>,
    /// The line itself, for a renderer.
    pub text: String,
}

/// Every problem of every rule file, none held back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct RuleErrors(pub Vec<RuleError>);

/// A step of a path into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Value of this key.
    Key(String),
    /// Element of a list.
    Index(usize),
}

/// Collects the problems of one document.
pub(crate) struct Problems<'d> {
    file: &'d str,
    text: &'d str,
    path: Vec<Step>,
    pub(crate) found: Vec<RuleError>,
}

impl<'d> Problems<'d> {
    pub(crate) fn new(file: &'d str, text: &'d str) -> Self {
        Problems { file, text, path: Vec::new(), found: Vec::new() }
    }

    /// Runs `work` one step deeper.
    pub(crate) fn within<T>(&mut self, key: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Step::Key(key.to_owned()));
        let result = work(self);
        self.path.pop();
        result
    }

    /// Runs `work` inside a list's element.
    pub(crate) fn at<T>(&mut self, index: usize, work: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Step::Index(index));
        let result = work(self);
        self.path.pop();
        result
    }

    /// Notes a problem at the current path.
    pub(crate) fn say(&mut self, message: impl Into<String>, help: Option<String>) {
        let (line, column) = locate(self.text, &self.path);
        self.say_at(line, column, message, help);
    }

    /// Notes a problem at a known place.
    pub(crate) fn say_at(&mut self, line: usize, column: usize, message: impl Into<String>, help: Option<String>) {
        let text = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        self.found.push(RuleError { file: self.file.to_owned(), line, column, message: message.into(), help, text });
    }
}

/// "did you mean `x`?" for the nearest of the known names.
pub(crate) fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3 + 1)
        .min()
        .map(|(_, name)| format!("did you mean `{name}`?"))
}

/// Line and column at which a path begins. Where the text is written in a way that this search does not
/// follow, the nearest enclosing element is named.
pub(crate) fn locate(text: &str, path: &[Step]) -> (usize, usize) {
    let lines: Vec<&str> = text.lines().collect();
    let (mut from, mut to, mut column) = (0, lines.len(), 0);
    for step in path {
        match step {
            Step::Key(key) => {
                let Some((line, at)) = find_key(&lines, from, to, column, key) else { break };
                (from, column) = (line, at);
            }
            Step::Index(index) => {
                let Some((line, at)) = find_element(&lines, from, to, column, *index) else { break };
                (from, column) = (line, at);
            }
        }
        // A key's value ends where a line is indented no more than the key (a list's dashes may stand below it); a
        // list's element ends where a line is indented less than its content.
        let is_index = matches!(step, Step::Index(_));
        let ends = |line: &&str| {
            let dash = line.trim_start().starts_with("- ");
            !line.trim().is_empty() && (depth(line) < column || (!is_index && depth(line) == column && !dash))
        };
        to = lines[from + 1..to].iter().position(|line| ends(&line)).map_or(to, |at| from + 1 + at);
    }
    let characters = lines.get(from).map_or(0, |line| line.get(..column).unwrap_or(line).chars().count());
    (from + 1, characters + 1)
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The key in a block (`key:`), behind a dash (`- key:`), or in a flow (`{key: ...`).
fn find_key(lines: &[&str], from: usize, to: usize, column: usize, key: &str) -> Option<(usize, usize)> {
    let pattern = format!("{key}:");
    for (index, line) in lines.iter().enumerate().take(to).skip(from) {
        let start = if index == from { column.min(line.len()) } else { 0 };
        let mut search = start;
        while let Some(at) = line.get(search..).and_then(|rest| rest.find(&pattern)).map(|at| at + search) {
            let before = line[..at].chars().next_back();
            if before.is_none_or(|c| matches!(c, ' ' | '{' | ',' | '"' | '\'')) {
                return Some((index, at));
            }
            search = at + pattern.len();
        }
    }
    None
}

/// The n-th `- ` at the least depth below a key, or the n-th element of a flow list.
fn find_element(lines: &[&str], from: usize, to: usize, column: usize, index: usize) -> Option<(usize, usize)> {
    let dashes: Vec<(usize, usize)> = (from..to)
        .filter(|at| lines[*at].trim_start().starts_with("- "))
        .map(|at| (at, depth(lines[at])))
        .filter(|(at, _)| *at > from)
        .collect();
    if let Some(least) = dashes.iter().map(|(_, depth)| *depth).min() {
        let (line, depth) = *dashes.iter().filter(|(_, depth)| *depth == least).nth(index)?;
        return Some((line, depth + 2));
    }
    let line = lines.get(from)?;
    let open = line.get(column..)?.find('[')? + column + 1;
    let mut nesting = 0;
    let mut element = 0;
    let mut start = open;
    for (at, c) in line[open..].char_indices() {
        match c {
            '{' | '[' => nesting += 1,
            '}' | ']' => nesting -= 1,
            ',' if nesting == 0 => {
                if element == index {
                    break;
                }
                element += 1;
                start = open + at + 1;
            }
            _ => {}
        }
    }
    (element == index).then(|| (from, start + line[start..].len() - line[start..].trim_start().len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_again() {
        let text = "id: a\nmatch:\n  all:\n    - fact: one\n      where: {x: 1, colour: 2}\n    - fact: two\n      where:\n        - {y: 1}\n        - z: 3\n";
        let key = |name: &str| Step::Key(name.into());
        assert_eq!(locate(text, &[key("id")]), (1, 1));
        assert_eq!(locate(text, &[key("match"), key("all"), Step::Index(0), key("where"), key("colour")]), (5, 21));
        assert_eq!(locate(text, &[key("match"), key("all"), Step::Index(1), key("where"), Step::Index(1), key("z")]), (9, 11));
        assert_eq!(locate(text, &[key("match"), key("none")]), (2, 1));
    }

    #[test]
    fn near_names_are_offered() {
        assert_eq!(did_you_mean("registry-cod", ["registry-code", "runtime"]).as_deref(), Some("did you mean `registry-code`?"));
        assert_eq!(did_you_mean("zzzzzz", ["registry-code"]), None);
    }
}
