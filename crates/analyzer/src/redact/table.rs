//! Keeps the columns of a table with a header where they are for every row.
//!
//! In: a header, its rows, and what is to be replaced in them. Out: the lines rewritten. A pseudonym that is longer than the original has room in
//! the blanks behind it, except in the longest cell of a column; then the column becomes wider in every line, the header included.
//! It knows the tables of kubectl: a header in capitals, cells that begin in the column of their heading.
//!
//! ```text
//! LAST SEEN   REASON    MESSAGE                     COUNT   NAME
//! 114s        Pulling   Pulling image "r.corp/a:1"   1       web.17
//! ```

use super::line::{Edit, apply};

/// Blanks between the longest cell of a column and the next one.
const GAP: usize = 3;

/// The columns in which cells begin, if a line is a header of two or more.
pub(super) fn header(line: &str) -> Option<Vec<usize>> {
    if !line.is_ascii() || !line.starts_with(|c: char| c.is_ascii_uppercase()) || line.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let bytes = line.as_bytes();
    let begins = |at: &usize| *at == 0 || bytes[*at] != b' ' && bytes[..*at].ends_with(b"  ");
    let columns: Vec<usize> = (0..bytes.len()).filter(begins).collect();
    let is_heading =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b' ' | b'-' | b'_' | b'(' | b')' | b'/' | b'%');
    (columns.len() > 1 && bytes.iter().all(|byte| is_heading(*byte))).then_some(columns)
}

/// Whether no cell of a line reaches into the next column.
pub(super) fn is_row(line: &str, columns: &[usize]) -> bool {
    let mut ends = columns[1..].iter().map(|column| column - 1).peekable();
    for (at, c) in line.chars().enumerate() {
        if ends.next_if_eq(&at).is_some() && c != ' ' {
            return false;
        }
    }
    !line.trim().is_empty()
}

/// The lines of a table with their edits carried out, or nothing if every column has room for its pseudonyms.
pub(super) fn widened(columns: &[usize], lines: &[(&str, &[Edit])]) -> Option<Vec<String>> {
    let rows: Vec<Vec<String>> = lines.iter().map(|(line, edits)| cells(columns, line, edits)).collect();
    let longest = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<(usize, usize)> = columns
        .windows(2)
        .enumerate()
        .map(|(column, at)| (at[1] - at[0], longest(column) + GAP))
        .map(|(old, new)| (old, old.max(new)))
        .collect();
    // One blank parts cells as well as three; only what would run together or closer needs room.
    if widths.iter().all(|(old, new)| new + 1 - GAP <= *old) {
        return None;
    }
    let row = |cells: &Vec<String>| {
        let mut out = String::new();
        for (index, cell) in cells.iter().enumerate() {
            out.push_str(cell);
            if let Some((_, width)) = widths.get(index).filter(|_| index + 1 < cells.len()) {
                out.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count())));
            }
        }
        out
    };
    Some(rows.iter().map(row).collect())
}

/// The cells of a line without the blanks behind them, rewritten. A line may end before the last column.
fn cells(columns: &[usize], line: &str, edits: &[Edit]) -> Vec<String> {
    let place = |column: usize| line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let starts: Vec<usize> = columns.iter().map(|column| place(*column)).take_while(|at| *at < line.len()).collect();
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    let cell = |(start, end): (usize, usize)| {
        let own: Vec<Edit> = edits
            .iter()
            .filter(|edit| edit.range.start >= start && edit.range.end <= end)
            .map(|edit| Edit { range: edit.range.start - start..edit.range.end - start, text: edit.text.clone() })
            .collect();
        apply(&line[start..end], &own).trim_end().to_owned()
    };
    starts.iter().copied().zip(ends).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_told_from_a_row() {
        assert_eq!(header("LAST SEEN   TYPE      NAME"), Some(vec![0, 12, 22]));
        assert_eq!(header("NAME"), None);
        assert_eq!(header("web-1   0/1   ErrImagePull"), None);
        assert_eq!(header("WARNING  Failed"), None);
        assert!(is_row("114s        Normal    a  b", &[0, 12, 22]));
        assert!(!is_row("a message that goes on", &[0, 12, 22]));
    }

    #[test]
    fn a_column_becomes_wider_in_every_line_only_where_it_must() {
        let lines = ["SEEN   MESSAGE      NAME", "9s     pull r/a:1   web", "이미     x            db"];
        let edit = |text: &str| vec![Edit { range: 12..17, text: text.to_owned() }];
        let with = |text: &str| {
            let edits = edit(text);
            let none: &[Edit] = &[];
            widened(&[0, 7, 20], &[(lines[0], none), (lines[1], &edits), (lines[2], none)])
        };
        assert_eq!(with("r/a:12"), None);
        assert_eq!(
            with("registry-1.example/a:1"),
            Some(vec![
                "SEEN   MESSAGE                       NAME".to_owned(),
                "9s     pull registry-1.example/a:1   web".to_owned(),
                "이미     x                             db".to_owned(),
            ])
        );
    }
}
