//! A line cut into plain, marked and left out pieces.
//!
//! In: a line, and which of its characters are marked. Out: its pieces in order; of a long line only what stands
//! near a mark. It knows nothing of markup.

use std::ops::Range;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Marked,
    /// Nothing of it is shown.
    LeftOut,
}

/// A run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// The characters; empty where they are left out.
    pub(super) text: String,
    /// How many there are.
    pub(super) length: usize,
}

impl Piece {
    pub(super) fn is_marked(&self) -> bool {
        self.kind == Kind::Marked
    }

    pub(super) fn is_left_out(&self) -> bool {
        self.kind == Kind::LeftOut
    }
}

/// How much of a line is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    /// A line of at most so many characters is shown whole.
    pub(super) whole: usize,
    /// So many characters at the beginning of a longer one.
    pub(super) head: usize,
    /// So many on both sides of its marks.
    pub(super) around: usize,
}

/// Cuts a line; `marks` are ranges of its characters, counted from 0, in any order.
pub(super) fn pieces(line: &str, marks: &[Range<usize>], view: View) -> Vec<Piece> {
    let mut marks: Vec<&Range<usize>> = marks.iter().filter(|mark| !mark.is_empty()).collect();
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let is_long = line.chars().nth(view.whole).is_some();
    let mut pieces: Vec<Piece> = Vec::new();
    // How far a mark, and what is shown around one, reaches.
    let (mut marked_to, mut shown_to) = (0, if is_long { view.head } else { usize::MAX });
    let (mut next, mut near) = (0, 0);
    for (at, c) in line.chars().enumerate() {
        while let Some(mark) = marks.get(next).filter(|mark| mark.start <= at) {
            marked_to = marked_to.max(mark.end);
            next += 1;
        }
        while let Some(mark) = marks.get(near).filter(|mark| mark.start <= at.saturating_add(view.around)) {
            shown_to = shown_to.max(mark.end.saturating_add(view.around));
            near += 1;
        }
        let kind = match at {
            _ if at < marked_to => Kind::Marked,
            _ if at < shown_to => Kind::Plain,
            _ => Kind::LeftOut,
        };
        if pieces.last().is_none_or(|piece| piece.kind != kind) {
            pieces.push(Piece { kind, text: String::new(), length: 0 });
        }
        if let Some(piece) = pieces.last_mut() {
            piece.length += 1;
            if kind != Kind::LeftOut {
                piece.text.push(c);
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: View = View { whole: usize::MAX, head: 0, around: 0 };

    fn shown(line: &str, marks: &[(usize, usize)], view: View) -> String {
        let piece = |piece: Piece| match piece.kind {
            Kind::Plain => piece.text,
            Kind::Marked => format!("[{}]", piece.text),
            Kind::LeftOut => format!("…{}", piece.length),
        };
        let marks: Vec<Range<usize>> = marks.iter().map(|(from, to)| *from..*to).collect();
        pieces(line, &marks, view).into_iter().map(piece).collect()
    }

    #[test]
    fn marks_may_touch_overlap_and_reach_beyond_the_end() {
        assert_eq!(shown("가나다라마바", &[(1, 3)], WHOLE), "가[나다]라마바");
        assert_eq!(shown("abcdef", &[(3, 5), (1, 4), (1, 2), (2, 2)], WHOLE), "a[bcde]f");
        assert_eq!(shown("abc", &[(2, 9), (9, 12)], WHOLE), "ab[c]");
        assert_eq!(shown("", &[(0, 1)], WHOLE), "");
    }

    #[test]
    fn of_a_long_line_what_is_near_a_mark_is_shown() {
        let view = View { whole: 10, head: 2, around: 1 };
        assert_eq!(shown("0123456789", &[(5, 6)], view), "01234[5]6789");
        assert_eq!(shown("0123456789a", &[(5, 6)], view), "01…24[5]6…4");
        assert_eq!(shown("0123456789a", &[(0, 1), (9, 11)], view), "[0]1…68[9a]");
        assert_eq!(shown("0123456789a", &[], view), "01…9");
    }
}
