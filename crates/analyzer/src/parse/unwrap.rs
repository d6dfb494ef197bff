//! Undoes what a terminal of fixed width did to long lines.
//!
//! In: the lines of a source. Out: the same lines with wrapped ones put together again. A terminal cuts exactly
//! at its width, so a paste from it has several lines of just that width and none that is longer; a line of
//! that width goes on in the next one unless that one begins something itself.
//!
//! ```text
//!   Warning  Failed     7m23s (x4 over 8m55s)   kubelet            Failed to pull im
//! age "10.20.200.241:30001/app:3": rpc error: code = Unknown desc = failed to pull a
//! nd unpack image ...
//! ```

use super::event::{self, row};
use super::{describe, layout, pod_table, prompt};
use crate::text::Line;
use unicode_width::UnicodeWidthStr;

/// Narrower than this is no terminal.
const NARROWEST: usize = 60;
/// Wider than this nobody's terminal is.
const WIDEST: usize = 400;
/// At the usual widths one line is proof enough, elsewhere several must agree.
const USUAL: &[usize] = &[72, 78, 79, 80, 96, 99, 100, 110, 119, 120, 128, 130, 132, 140, 150, 159, 160, 180, 200, 210, 220, 238, 240];
const ENOUGH: usize = 3;

/// Joins wrapped lines.
pub(crate) fn unwrap<'t>(lines: Vec<Line<'t>>) -> Vec<Line<'t>> {
    let Some(width) = wrap_width(&lines) else { return lines };
    let mut joined: Vec<Line<'t>> = Vec::with_capacity(lines.len());
    // Width of the physical line that was taken last.
    let mut last = 0;
    let mut table = None;
    for line in lines {
        let own = columns(line.text());
        table = row::header(line.text()).or(table);
        match joined.last_mut() {
            Some(open) if is_full(last, width, line.text()) && !begins(line.text(), table.as_ref()) => open.join("", &line, 0),
            _ => joined.push(line),
        }
        last = own;
    }
    joined
}

/// Columns of a line; of one that is far too long, more than [`WIDEST`].
fn columns(text: &str) -> usize {
    // In ASCII each character has one column, and nearly all lines are ASCII.
    if text.is_ascii() || text.len() > WIDEST * 4 { text.len() } else { text.width() }
}

/// A wide character that no longer fits leaves one column free.
fn is_full(own: usize, width: usize, next: &str) -> bool {
    own == width || (own + 1 == width && next.chars().next().is_some_and(|c| unicode_width::UnicodeWidthChar::width(c) == Some(2)))
}

/// The width at which the lines were cut, if they were.
fn wrap_width(lines: &[Line<'_>]) -> Option<usize> {
    let mut widths = Vec::with_capacity(lines.len());
    for line in lines {
        let own = columns(line.text());
        if own > WIDEST {
            return None;
        }
        widths.push(own);
    }
    let width = widths.iter().copied().max().filter(|width| *width >= NARROWEST)?;
    // Nearly all lines are shorter; only before one that may be cut the header is looked for.
    let (mut table, mut looked) = (None, 0);
    let cut = (1..lines.len())
        .filter(|next| {
            let (text, next_text) = (lines[next - 1].text(), lines[*next].text());
            if !is_full(widths[next - 1], width, next_text) || text.ends_with("  ") || begins_alone(next_text) {
                return false;
            }
            table = lines[looked..*next].iter().rev().find_map(|line| row::header(line.text())).or(table.take());
            looked = *next;
            !is_row_of(next_text, table.as_ref())
        })
        .count();
    (cut >= ENOUGH || (cut > 0 && USUAL.contains(&width))).then_some(width)
}

/// Whether a line is clearly a beginning of its own; `table` is the header of the events above it.
fn begins(text: &str, table: Option<&row::Header>) -> bool {
    begins_alone(text) || is_row_of(text, table)
}

/// Where all messages are equally long and another column stands last, all rows of a table are of one width.
fn is_row_of(text: &str, table: Option<&row::Header>) -> bool {
    table.is_some_and(|header| row::by_header(text, header).is_some())
}

/// Whether a line is clearly a beginning of its own, whatever stands above it.
fn begins_alone(text: &str) -> bool {
    let inner = text.trim_start();
    inner.is_empty()
        || layout::is_boundary(text)
        || layout::is_elision(text)
        || event::is_label(text)
        || row::header(text).is_some()
        || row::by_shape(text).is_some()
        || describe::is_top_level_key(text)
        || pod_table::is_row_or_header(text)
        || prompt::is_prompt(text)
        || inner.starts_with(['{', '}', '|', '#'])
        || inner.starts_with("- ")
        || inner.starts_with("time=\"")
        || is_log_header(inner)
        || is_indented_key(text)
}

/// `I0521 07:00:55.180954 ...` or an ISO timestamp.
fn is_log_header(text: &str) -> bool {
    let bytes = text.as_bytes();
    let klog =
        bytes.len() > 20 && matches!(bytes[0], b'I' | b'W' | b'E' | b'F') && bytes[1..5].iter().all(u8::is_ascii_digit) && bytes[5] == b' ';
    let stamp = bytes.len() > 19 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[10] == b'T';
    klog || stamp
}

/// `  Image:   x` below a describe's key, or `  image: x` below a YAML's. One blank alone is a sentence's.
fn is_indented_key(text: &str) -> bool {
    let inner = text.trim_start();
    let capital = inner.starts_with(|c: char| c.is_ascii_uppercase());
    let indented = text.len() - inner.len() >= if capital { 1 } else { 2 };
    indented
        && inner.split_once(':').is_some_and(|(key, value)| {
            key.len() <= 40
                && key.starts_with(|c: char| c.is_ascii_alphabetic())
                && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.' | b'/'))
                && (value.is_empty() || value.starts_with(' '))
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    fn unwrapped(text: &str) -> Vec<String> {
        unwrap(lines(text)).iter().map(|line| line.text().to_owned()).collect()
    }

    fn wrap(text: &str, width: usize) -> String {
        let chunks = |line: &str| {
            line.chars().collect::<Vec<_>>().chunks(width).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
        };
        text.lines().map(chunks).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_wrapped_table_is_put_together() {
        let table = "Events:\n  Type     Reason     Age                     From               Message\n  ----     ------     ----                    ----               -------\n  Normal   Pulling    7m23s (x4 over 8m55s)   kubelet            Pulling image \"10.20.200.241:30001/accregistry/adfe-877ca4fa-aa89e392:3\"\n  Warning  Failed     7m23s (x4 over 8m55s)   kubelet            Error: ErrImagePull";
        for width in [80, 100] {
            assert_eq!(unwrapped(&wrap(table, width)), table.lines().collect::<Vec<_>>(), "{width}");
        }
    }

    #[test]
    fn rows_of_one_width_are_left_alone() {
        // Of so many characters is a line of a usual terminal.
        for width in [128, 129, 130, 131, 132] {
            let row = |pod: &str| format!("Failed   pod/{pod}   {:<1$}   Warning", "Failed to pull image \"a/b:1\": EOF", width - 31);
            let table = format!("{:<9}{:<12}{:<3$}TYPE\n{4}\n{5}", "REASON", "OBJECT", "MESSAGE", width - 28, row("web-0"), row("web-1"));
            assert_eq!(row("web-0").len(), width);
            assert_eq!(unwrapped(&table), table.lines().collect::<Vec<_>>());
        }
    }

    #[test]
    fn unwrapped_text_is_left_alone() {
        let text = "Name:         web\nNamespace:    catalog\n\nshort lines only\n";
        assert_eq!(unwrapped(text), text.lines().collect::<Vec<_>>());
    }

    #[test]
    fn what_begins_something_is_never_the_rest_of_a_line() {
        let full = "x".repeat(80);
        for begin in [
            "$ kubectl get pods",
            "Events:",
            "Namespace:    shop",
            "NAME    READY   STATUS    RESTARTS   AGE",
            "  Warning  Failed  9s  kubelet  Error: ErrImagePull",
            "{\"kind\": \"Pod\"}",
            "}",
            "| a |",
            "# a",
            "- a: 1",
            "time=\"2026-06-01T10:00:00Z\" level=info",
            "E0601 10:00:00.000000     812 kubelet.go:1] x",
            "2026-06-01T10:00:00Z x",
            "  Image:   x",
            " State: x",
            "  image: x",
            "  image:",
        ] {
            assert_eq!(unwrapped(&format!("{full}\n{begin}")), [full.as_str(), begin], "{begin:?}");
        }
        for rest in ["rest", "E06", "E0601x10:00:00.000000 x", "2026x06-01T10:00:00Z", " image: x", "  :x", "  a(b: x", "  a:b", "  1a: x"]
        {
            assert_eq!(unwrapped(&format!("{full}\n{rest}")), [full.clone() + rest], "{rest:?}");
        }
    }

    #[test]
    fn a_width_is_believed_if_it_is_usual_or_seen_often() {
        let text = |width: usize, times: usize| format!("{}rest", format!("{}\n", "x".repeat(width)).repeat(times));
        for (width, times, joined) in
            [(80, 1, true), (83, 1, false), (83, 2, false), (83, 3, true), (59, 9, false), (60, 3, true), (400, 3, true), (401, 9, false)]
        {
            assert_eq!(unwrapped(&text(width, times)).len(), if joined { 1 } else { times + 1 }, "{width} columns, {times} times");
        }
        // Columns are counted, not bytes.
        assert_eq!(unwrapped(&format!("{}x\nrest", "한".repeat(39))).len(), 1);
        assert_eq!(unwrapped(&format!("{}rest", format!("{}\n", "é".repeat(250)).repeat(3))).len(), 1);
        // Blanks at the end are a table's.
        assert_eq!(unwrapped(&format!("{:80}\nrest", "x")).len(), 2);
        // What is too short for a time is a rest.
        for rest in ["E0601 10:00:00.00000", "2026-06-01T10:00:00"] {
            assert_eq!(unwrapped(&format!("{}\n{rest}", "x".repeat(80))).len(), 1, "{rest}");
        }
        // A wide character that does not fit leaves a column free.
        let line = "x".repeat(79);
        assert_eq!(unwrapped(&format!("{0}x\n{0}x\n{0}x\n{line}\n한", "x".repeat(79))).len(), 1);
    }
}
