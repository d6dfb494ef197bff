//! Takes away what was put before, around or into *every* line of a block: line numbers, borders, marks of inline code,
//! the escapes of a string.
//!
//! In: cleaned lines. Out: the same lines without an editor's numbers, the `|` borders of chat tools, the backticks
//! around a whole line and the backslashes of a text that was copied out of a string. Numbers must rise by one, because a single line that begins with a number may be the text itself.
//!
//! ```text
//!  12 | Warning  Failed  9s  kubelet  Error: ErrImagePull
//!  13 | Normal   BackOff 5s  kubelet  Back-off pulling image "nginx:nope"
//! ```

use super::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::{digit1, space0};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, terminated};

/// Strips line numbers, borders and marks of code from the lines that have them, and escapes if all lines are escaped.
pub(crate) fn unframe(lines: &mut [Line<'_>]) {
    strip_numbers(lines);
    for line in lines.iter_mut() {
        strip_border(line);
        strip_code(line);
    }
    if is_escaped(lines) {
        for line in lines.iter_mut().filter(|line| line.text().contains('\\')) {
            *line = line.without(&escapes(line.text()));
        }
    }
}

/// ` 12 | `, `12: `, `12. `, `12)` or `12` and a tab or two blanks: the number, and the length of all of it.
fn line_number(text: &str) -> Option<(u64, usize)> {
    if !text.trim_start_matches([' ', '\t']).starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = map_res(digit1::<&str, nom::error::Error<&str>>, str::parse::<u64>);
    let separator = alt((
        terminated(alt((tag("|"), tag("│"), tag(":"), tag(")"), tag("."))), opt(tag(" "))),
        tag("\t"),
        take_while_m_n(2, 2, |c| c == ' '),
    ));
    let (rest, (number, _)) = delimited(space0, (terminated(number, opt(tag(" "))), separator), opt(tag("\u{200b}"))).parse(text).ok()?;
    Some((number, text.len() - rest.len()))
}

fn strip_numbers(lines: &mut [Line<'_>]) {
    let mut start = 0;
    while start < lines.len() {
        let Some((first, _)) = line_number(lines[start].text()) else {
            start += 1;
            continue;
        };
        let mut end = start;
        while lines
            .get(end)
            .and_then(|line| number_or_blank(line.text()))
            .is_some_and(|(number, _)| number.checked_sub(first) == Some((end - start) as u64))
        {
            end += 1;
        }
        if end - start >= 3 {
            for line in &mut lines[start..end] {
                let skip = number_or_blank(line.text()).map_or(0, |(_, skip)| skip);
                *line = line.skip(skip);
            }
        }
        start = end.max(start + 1);
    }
}

/// Like [`line_number`], but a numbered empty line may be the bare number.
fn number_or_blank(text: &str) -> Option<(u64, usize)> {
    line_number(text).or_else(|| text.trim().parse().ok().map(|number| (number, text.len())))
}

const BARS: [char; 3] = ['|', '│', '┃'];

fn strip_border(line: &mut Line<'_>) {
    let text = line.text();
    // Nearly all lines begin with something else than a bar or an edge.
    if text.trim_ascii_start().bytes().next().is_none_or(|first| first.is_ascii() && first != b'|') {
        return;
    }
    let inner = text.trim_start();
    if is_edge(inner.trim_end()) {
        *line = line.keep(0);
        return;
    }
    if !inner.starts_with(BARS) {
        return;
    }
    let bar = inner.chars().next().map_or(1, char::len_utf8);
    let front = text.len() - inner.len() + bar;
    let front = front + usize::from(text[front..].starts_with(' '));
    let trimmed = text.trim_end();
    // Markdown tables close their rows, and so does a box; a chat tool's margin does not.
    let back = if trimmed.len() > front && trimmed.ends_with(BARS) { trimmed.trim_end_matches(BARS).trim_end().len() } else { text.len() };
    *line = line.keep(back.max(front)).skip(front);
}

/// The upper or lower edge of a box: `┌──────┐`.
fn is_edge(text: &str) -> bool {
    text.starts_with(['┌', '└', '├', '╭', '╰', '┏', '┗', '╔', '╚']) && text.chars().all(|c| ('\u{2500}'..='\u{257f}').contains(&c))
}

/// A whole line in backticks. Backticks inside are a sentence's, or a message's own.
fn strip_code(line: &mut Line<'_>) {
    let text = line.text();
    if !line.trimmed().starts_with('`') {
        return;
    }
    let inner = text.trim().strip_prefix('`').and_then(|inner| inner.strip_suffix('`'));
    if let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains('`')) {
        let front = text.len() - text.trim_start().len() + 1;
        *line = line.keep(front + inner.len()).skip(front);
    }
}

/// Whether no quote in the text stands without a backslash.
fn is_escaped(lines: &[Line<'_>]) -> bool {
    let mut quotes =
        lines.iter().flat_map(|line| line.text().match_indices('"').map(move |(at, _)| line.text()[..at].ends_with('\\'))).peekable();
    quotes.peek().is_some() && quotes.all(|escaped| escaped)
}

/// Where the backslashes stand that one level of escapes put there.
fn escapes(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && bytes.next_if(|(_, next)| matches!(next, b'"' | b'\\')).is_some() {
            found.push(at);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn unframed(text: &str) -> Vec<String> {
        let mut lines: Vec<_> = text.lines().zip(1..).map(|(raw, number)| Line::unchanged(SourceId(0), number, raw)).collect();
        unframe(&mut lines);
        lines.iter().map(|line| line.text().to_owned()).collect()
    }

    #[test]
    fn rising_numbers_are_an_editors() {
        assert_eq!(unframed(" 9 | Events:\n10 |   Type\n11 |   ----\n"), ["Events:", "  Type", "  ----"]);
        assert_eq!(unframed("1\ta\n2\tb\n3\t\n4\td"), ["a", "b", "", "d"]);
    }

    #[test]
    fn numbers_that_do_not_rise_stay() {
        assert_eq!(unframed("5  a\n5  b\n5  c"), ["5  a", "5  b", "5  c"]);
        assert_eq!(unframed("1: only two\n2: lines"), ["1: only two", "2: lines"]);
        assert_eq!(unframed("18446744073709551615.\n0."), ["18446744073709551615.", "0."]);
    }

    #[test]
    fn borders_go() {
        assert_eq!(unframed("| Warning  Failed |\n│ Normal"), ["Warning  Failed", "Normal"]);
        assert_eq!(unframed("┌────────┐\n│ a   b  │\n│        │\n└────────┘"), ["", "a   b", "", ""]);
    }

    #[test]
    fn a_whole_line_of_code_loses_its_marks() {
        assert_eq!(unframed("`  Warning  Failed`\n - `x`"), ["  Warning  Failed", " - `x`"]);
        for text in ["`a` and `b`", "``", "```", "`mirrors` is deprecated, please use `config_path`", "`a"] {
            assert_eq!(unframed(text), [text]);
        }
    }

    #[test]
    fn a_text_out_of_a_string_loses_one_level_of_escapes() {
        assert_eq!(unframed("msg=\\\"PullImage \\\\\\\"a:1\\\\\\\" failed\\\""), ["msg=\"PullImage \\\"a:1\\\" failed\""]);
        for text in ["msg=\"PullImage \\\"a:1\\\"\"", "C:\\\\x", "a \"b\" \\\"c\\\""] {
            assert_eq!(unframed(text), [text]);
        }
    }
}
