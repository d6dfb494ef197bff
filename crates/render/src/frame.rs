//! Cited lines in a frame: real line numbers, a mark under the part that matters, labels, notes.
//!
//! In: [`Excerpt`]s, with text as it stood in the input. Out: text like rustc's, no wider than the terminal. It
//! knows nothing of diagnoses.
//!
//! annotate-snippets was tried first and is not used: it takes the column of its header from the text that it
//! is given, which for a line of 3000 characters is a window (an explicit origin leaves a stray, empty header);
//! it repeats the header for each piece of the same file; and a marked part that is wider than the terminal
//! makes it give up trimming.

use super::style::{Ink, Style};
use super::wrap::{char_width, clean, substitute, width};
use std::ops::Range;

/// A tab is shown as so many blanks.
const TAB: &str = "    ";
/// Blanks to look through for a word's beginning when a line is cut in front.
const SNAP: usize = 14;

/// A line of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row<'t> {
    /// Its number in the source.
    pub(crate) line: u64,
    /// The line, or as much of it as is known.
    pub(crate) text: &'t str,
    /// Column of the first character of `text`.
    pub(crate) first_column: u32,
    /// Marked characters of `text`, counted from 0.
    pub(crate) mark: Range<usize>,
}

/// One cited place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt<'t> {
    /// Name of the source.
    pub(crate) source: &'t str,
    /// Its lines, at least one, each the next of the source.
    pub(crate) rows: Vec<Row<'t>>,
    /// Whether the frame is about it; the others stand beside it.
    pub(crate) primary: bool,
    /// What it is; stands at the mark.
    pub(crate) label: String,
}

impl Excerpt<'_> {
    fn line(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.line)
    }

    fn last_line(&self) -> u64 {
        self.rows.last().map_or(0, |row| row.line)
    }

    /// Where the mark begins.
    fn place(&self) -> String {
        let row = self.rows.iter().find(|row| !row.mark.is_empty()).or(self.rows.first());
        let (line, column) = row.map_or((0, 0), |row| (row.line, row.first_column as usize + row.mark.start));
        format!("{}:{line}:{column}", clean(self.source))
    }
}

/// Draws the excerpts, those of the source of the first primary one first; `ink` is for primary marks.
pub(crate) fn draw(excerpts: &[Excerpt<'_>], notes: &[String], style: &Style, ink: Ink) -> String {
    let gutter = excerpts.iter().map(|excerpt| excerpt.last_line().to_string().len()).max().unwrap_or(1);
    let pen = Pen { style, ink, gutter };
    let mut out = String::new();
    let mut sources: Vec<&str> = Vec::new();
    for excerpt in excerpts.iter().filter(|excerpt| excerpt.primary).chain(excerpts) {
        if !sources.contains(&excerpt.source) {
            sources.push(excerpt.source);
        }
    }
    for (index, source) in sources.iter().enumerate() {
        let mut own: Vec<&Excerpt<'_>> = excerpts.iter().filter(|excerpt| excerpt.source == *source).collect();
        own.sort_by_key(|excerpt| excerpt.line());
        let named = own.iter().find(|excerpt| excerpt.primary).or(own.first());
        let arrow = if index == 0 { "--> " } else { "::: " };
        if index > 0 {
            out.push_str(&pen.bar(""));
        }
        out.push_str(&format!(
            "{}{}{}\n",
            " ".repeat(gutter + 1),
            style.paint(Ink::Frame, arrow),
            named.map(|excerpt| excerpt.place()).unwrap_or_default()
        ));
        out.push_str(&pen.bar(""));
        let mut last: Option<u64> = None;
        for excerpt in own {
            if last.is_some_and(|last| excerpt.line() > last + 1) {
                out.push_str(&pen.gap());
            }
            pen.excerpt(excerpt, &mut out);
            last = Some(excerpt.last_line());
        }
    }
    for note in notes {
        let lines = super::wrap::wrap(note, style.prose(), gutter + 3, gutter + 3);
        for (index, line) in lines.iter().enumerate() {
            let mark = if index == 0 { style.paint(Ink::Frame, "=") } else { " ".to_owned() };
            out.push_str(&format!("{} {mark} {line}\n", " ".repeat(gutter)));
        }
    }
    out
}

struct Pen<'s> {
    style: &'s Style,
    ink: Ink,
    gutter: usize,
}

impl Pen<'_> {
    fn bar(&self, rest: &str) -> String {
        let line = format!("{} {} {rest}", " ".repeat(self.gutter), self.style.paint(Ink::Frame, "|"));
        format!("{}\n", line.trim_end())
    }

    fn gap(&self) -> String {
        format!("{}\n", self.style.paint(Ink::Frame, "..."))
    }

    fn excerpt(&self, excerpt: &Excerpt<'_>, out: &mut String) {
        let room = self.style.width().saturating_sub(self.gutter + 3).max(16);
        let ink = if excerpt.primary { self.ink } else { Ink::Frame };
        let tick = if excerpt.primary { "^" } else { "-" };
        let last_marked = excerpt.rows.iter().rposition(|row| !row.mark.is_empty()).unwrap_or(0);
        for (index, row) in excerpt.rows.iter().enumerate() {
            let label = if index == last_marked { clean(&excerpt.label) } else { "".into() };
            let view = View::new(row, room, width(&label));
            let number = self.style.paint(Ink::Frame, &format!("{:>1$} |", row.line, self.gutter));
            out.push_str(format!("{number} {}", view.text).trim_end());
            out.push('\n');
            if row.mark.is_empty() && label.is_empty() {
                continue;
            }
            let ticks = self.style.paint(ink, &tick.repeat(view.mark.len().max(1)));
            let beside = view.mark.end + 1 + width(&label) <= room;
            let tail = if beside && !label.is_empty() { format!(" {}", self.style.paint(ink, &label)) } else { String::new() };
            out.push_str(&self.bar(&format!("{}{ticks}{tail}", " ".repeat(view.mark.start))));
            if !beside && !label.is_empty() {
                let at = view.mark.start.min(room.saturating_sub(width(&label)));
                out.push_str(&self.bar(&format!("{}{}", " ".repeat(at), self.style.paint(ink, &label))));
            }
        }
    }
}

/// What of a row fits, and where its mark is, in columns.
struct View {
    text: String,
    mark: Range<usize>,
}

impl View {
    fn new(row: &Row<'_>, room: usize, label: usize) -> View {
        let cells = cells(row.text);
        let mark = row.mark.start.min(cells.len())..row.mark.end.min(cells.len());
        let columns = |range: Range<usize>| cells[range].iter().map(|cell| cell.1).sum::<usize>();
        let cut_before = row.first_column > 1;
        let total = columns(0..cells.len());
        let shown = if total + usize::from(cut_before) <= room {
            0..cells.len()
        } else {
            // A label beside the mark costs room only when the line is cut anyway.
            let reserve = if label > 0 && label < room / 3 { label + 1 } else { 0 };
            window(&cells, &mark, room, reserve)
        };
        let (front, behind) = (shown.start > 0 || cut_before, shown.end < cells.len());
        let mut text = String::new();
        if front {
            text.push('…');
        }
        text.extend(cells[shown.clone()].iter().map(|cell| cell.0.as_str()));
        if behind {
            text.truncate(text.trim_end().len());
            text.push('…');
        }
        let start = mark.start.max(shown.start);
        let end = mark.end.min(shown.end).max(start);
        let from = usize::from(front) + columns(shown.start..start.min(shown.end).max(shown.start));
        View { text, mark: from..from + columns(start.min(cells.len())..end.min(cells.len())) }
    }
}

/// Which cells are shown of a line that does not fit: from its beginning if the mark is seen then, else so that the
/// mark stands near the right edge, since what leads to it says more than what follows.
fn window(cells: &[(String, usize)], mark: &Range<usize>, room: usize, reserve: usize) -> Range<usize> {
    let columns = |range: Range<usize>| cells[range].iter().map(|cell| cell.1).sum::<usize>();
    let fill = |start: usize, room: usize| {
        let mut used = 0;
        let fits = cells[start..].iter().take_while(|cell| {
            used += cell.1;
            used <= room
        });
        start + fits.count()
    };
    let budget = room.saturating_sub(2).max(1);
    let first = cells.iter().position(|cell| !cell.0.trim().is_empty()).unwrap_or(0);
    if columns(0..mark.end) < room {
        return 0..fill(0, room - 1);
    }
    if columns(first..mark.end) <= budget {
        return first..fill(first, budget);
    }
    let marked = columns(mark.clone());
    if marked >= budget {
        return mark.start..fill(mark.start, budget);
    }
    let spare = budget - marked;
    // The next column of a table is not what follows.
    let blank = |cell: &(String, usize)| cell.0.trim().is_empty();
    let gap = cells[mark.end..].windows(2).position(|pair| pair.iter().all(blank)).map_or(cells.len(), |at| mark.end + at);
    let after = columns(mark.end..gap).min(spare / 4).max(reserve.min(spare));
    let mut left = spare - after;
    let mut start = mark.start;
    while start > 0 && cells[start - 1].1 <= left {
        left -= cells[start - 1].1;
        start -= 1;
    }
    // Begin with a whole word when one begins nearby.
    if let Some(at) = cells[start..mark.start].iter().take(SNAP).position(blank) {
        start += at + 1;
    }
    start..fill(start, budget.min(columns(start..mark.end) + after))
}

/// A masked secret is shown up to so many characters; a signature has hundreds.
const MASKED: usize = 12;

/// What is shown for each character, with its columns. Colour codes are nothing; other control characters are
/// visible and inert; of a long masked secret the beginning stands for the whole.
fn cells(text: &str) -> Vec<(String, usize)> {
    let characters: Vec<char> = text.chars().collect();
    let mut cells = Vec::with_capacity(characters.len());
    let mut at = 0;
    while at < characters.len() {
        if let Some(length) = colour_code(&characters[at..]) {
            cells.extend(std::iter::repeat_n((String::new(), 0), length));
            at += length;
            continue;
        }
        let masked = characters[at..].iter().take_while(|c| **c == '*').count();
        if masked > MASKED {
            cells.extend(std::iter::repeat_n(("*".to_owned(), 1), MASKED - 1));
            cells.push(("…".to_owned(), 1));
            cells.extend(std::iter::repeat_n((String::new(), 0), masked - MASKED));
            at += masked;
            continue;
        }
        let c = characters[at];
        cells.push(match c {
            '\t' => (TAB.to_owned(), TAB.len()),
            '\r' => (String::new(), 0),
            _ => {
                let c = substitute(c).unwrap_or(c);
                (c.to_string(), char_width(c))
            }
        });
        at += 1;
    }
    cells
}

/// Length of `ESC [ 1 ; 31 m`.
fn colour_code(characters: &[char]) -> Option<usize> {
    let body = characters.strip_prefix(&['\u{1b}', '['])?;
    let end = body.iter().take(24).position(|c| !matches!(c, '0'..='9' | ';' | ':'))?;
    (body[end] == 'm').then_some(end + 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64, text: &str, mark: Range<usize>) -> Row<'_> {
        Row { line, text, first_column: 1, mark }
    }

    fn drawn(excerpts: &[Excerpt<'_>], width: usize) -> String {
        draw(excerpts, &[], &Style::new(false, width), Ink::Error)
    }

    #[test]
    fn places_are_those_of_the_original_line() {
        let text = format!("{}the deciding part", "x".repeat(300));
        let excerpt = Excerpt { source: "a.txt", rows: vec![row(41, &text, 300..317)], primary: true, label: String::new() };
        assert_eq!(drawn(&[excerpt], 30), "   --> a.txt:41:301\n   |\n41 | …xxxxxxthe deciding part\n   |        ^^^^^^^^^^^^^^^^^\n");
    }

    #[test]
    fn wide_characters_and_tabs_keep_the_mark_in_place() {
        let excerpt = Excerpt { source: "a", rows: vec![row(1, "\t노드: down", 5..9)], primary: false, label: "상태".into() };
        assert_eq!(drawn(&[excerpt], 40), "  --> a:1:6\n  |\n1 |     노드: down\n  |           ---- 상태\n");
    }

    #[test]
    fn a_long_secret_leaves_room_for_what_is_around_it() {
        let text = format!("Get https://cdn.example/x?Signature={}: dial tcp 10.0.0.1:443: i/o timeout", "*".repeat(300));
        let from = text.find("dial").unwrap();
        let shown = drawn(&[Excerpt { source: "a", rows: vec![row(1, &text, from..text.len())], primary: true, label: String::new() }], 80);
        assert!(shown.contains("x?Signature=***********…: dial tcp 10.0.0.1:443: i/o timeout"), "{shown}");
        let line = |part: &str| shown.lines().find_map(|line| line.find(part).map(|at| width(&line[..at]))).unwrap();
        assert_eq!(line("dial"), line("^"), "{shown}");
    }

    #[test]
    fn nothing_hostile_is_drawn() {
        let excerpt = Excerpt {
            source: "a\u{1b}[2J\nb",
            rows: vec![row(1, "\u{1b}[31mred\u{1b}]0;title\u{7}\u{202e}", 5..8)],
            primary: true,
            label: String::new(),
        };
        assert_eq!(drawn(&[excerpt], 60), "  --> a␛[2J␊b:1:6\n  |\n1 | red␛]0;title␇\u{fffd}\n  | ^^^\n");
    }

    #[test]
    fn any_mark_at_any_width_is_drawn() {
        for width in [1, 24, 40, 80] {
            for mark in [0..0, 0..5, 3..200, 150..200, 300..400, 199..200] {
                let text = "ab 노드 ".repeat(30);
                let excerpt = Excerpt { source: "a", rows: vec![row(9, &text, mark)], primary: true, label: "a label".into() };
                let shown = drawn(&[excerpt], width);
                assert!(shown.lines().all(|line| super::width(line) <= width.max(24)), "{shown}");
            }
        }
    }

    #[test]
    fn distant_lines_and_other_sources_are_kept_apart() {
        let excerpt = |source, line, primary| Excerpt { source, rows: vec![row(line, "text", 0..4)], primary, label: String::new() };
        let shown = drawn(&[excerpt("b", 7, false), excerpt("a", 12, true), excerpt("a", 3, false), excerpt("a", 4, false)], 40);
        assert_eq!(
            shown,
            "   --> a:12:1\n   |\n 3 | text\n   | ----\n 4 | text\n   | ----\n...\n12 | text\n   | ^^^^\n   |\n   ::: b:7:1\n   |\n 7 | text\n   | ----\n"
        );
    }
}
