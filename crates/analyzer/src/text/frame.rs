//! Takes away what stands before or around *every* line of a block: line numbers and table borders.
//!
//! In: cleaned lines. Out: the same lines without an editor's numbers and a chat tool's `|` borders. Only a
//! regular run counts (numbers that rise by one, borders on neighbouring lines), because a single line that
//! begins with a number or a bar may be the text itself.
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

/// Strips line numbers and borders from the runs that have them.
pub(crate) fn unframe(lines: &mut [Line<'_>]) {
    strip_numbers(lines);
    strip_borders(lines);
}

/// ` 12 | `, `12: `, `12. `, `12)` or `12` and a tab or two blanks: the number, and the length of all of it.
fn line_number(text: &str) -> Option<(u64, usize)> {
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

fn strip_borders(lines: &mut [Line<'_>]) {
    const BARS: [char; 3] = ['|', '│', '┃'];
    for line in lines {
        let text = line.text();
        let inner = text.trim_start();
        if !inner.starts_with(BARS) {
            continue;
        }
        let bar = inner.chars().next().map_or(1, char::len_utf8);
        let front = text.len() - inner.len() + bar;
        let front = front + usize::from(text[front..].starts_with(' '));
        let trimmed = text.trim_end();
        // Markdown tables close their rows; a chat tool's margin does not.
        let back = if trimmed.len() > front && trimmed.ends_with(BARS) { trimmed.trim_end_matches(BARS).len() } else { text.len() };
        *line = line.keep(back.max(front)).skip(front);
    }
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
        assert_eq!(unframed("| Warning  Failed |\n│ Normal"), ["Warning  Failed ", "Normal"]);
    }
}
