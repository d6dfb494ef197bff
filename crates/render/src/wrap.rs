//! Text as a terminal shows it: harmless, measured in columns, broken into lines.
//!
//! In: any text, also from a hostile input. Out: text without control, bidirectional or invisible characters, its
//! width, and lines that fit. Every text that comes from an input goes through [`clean`] before it is
//! written; nothing here writes or colours.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What is shown for a character that a terminal would act on, or that would hide. `None` for all others.
pub(crate) fn substitute(c: char) -> Option<char> {
    match c {
        // The control pictures: ESC becomes one visible character, and what followed it is plain text.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}' => Some('\u{fffd}'),
        // Direction marks, embeddings, overrides and isolates.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        // Invisible: zero width, fillers, line and paragraph separators, annotations, tags.
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' => Some('\u{fffd}'),
        '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' => Some('\u{fffd}'),
        '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// The text with every character that a terminal would act on, or that would hide, replaced by a visible one.
///
/// ```
/// assert_eq!(pullan_render::clean("a\u{1b}[2J"), "a␛[2J");
/// ```
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| substitute(c).is_some()) {
        Cow::Owned(text.chars().map(|c| substitute(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Columns of a text.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Columns of a character.
pub(crate) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Fills up with blanks to a number of columns.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// At most so many columns; what is cut off leaves an ellipsis.
pub(crate) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += char_width(c);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    Cow::Owned(out)
}

/// The last so many columns, behind an ellipsis: the telling end of a path.
pub(crate) fn cut_front(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut used = 1;
    let kept = text.char_indices().rev().take_while(|(_, c)| {
        used += char_width(*c);
        used <= columns
    });
    let from = kept.last().map_or(text.len(), |(at, _)| at);
    Cow::Owned(format!("…{}", &text[from..]))
}

/// A path, cleaned, and of a long one only the name.
pub(crate) fn short_path(path: &str, columns: usize) -> String {
    let path = clean(path);
    let short = match path.rsplit_once('/') {
        Some((_, name)) if width(&path) > columns => format!("…/{name}"),
        _ => path.into_owned(),
    };
    cut_front(&short, columns).into_owned()
}

/// A name of an image or a registry: of a digest only its beginning where the whole does not fit, and of what is still too long the end.
///
/// `r.example/team/app@sha256:ba7816bf8f01…`
pub(crate) fn short_image(name: &str, columns: usize) -> String {
    /// As many digits of a digest as container tools show.
    const DIGITS: usize = 12;
    let name = clean(name);
    let digest = name.rfind("sha256:").or_else(|| name.rfind("sha512:")).map(|at| at + "sha256:".len());
    let short = match digest.and_then(|at| name[at..].char_indices().nth(DIGITS).map(|(digits, _)| at + digits)) {
        Some(end) if width(&name) > columns => format!("{}…", &name[..end]),
        _ => name.into_owned(),
    };
    cut_front(&short, columns).into_owned()
}

/// Breaks running text into lines of at most `columns`, the first of which begins behind `first` columns and the
/// others behind `rest` (the caller writes both). A word that is wider than a line stays whole, so that an
/// image reference can be copied; a run of wide characters is broken anywhere, as is usual for it.
pub(crate) fn wrap(text: &str, columns: usize, first: usize, rest: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut indent = first;
    let mut used = first;
    for word in clean(text).split_whitespace() {
        for (index, piece) in pieces(word, columns.saturating_sub(rest)).into_iter().enumerate() {
            let blank = usize::from(used > indent && index == 0);
            let next_line = used > indent && used + blank + width(piece) > columns;
            if next_line {
                lines.push(String::new());
                indent = rest;
                used = rest;
            }
            if let Some(line) = lines.last_mut() {
                if blank == 1 && !next_line {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(piece);
                used += width(piece);
            }
        }
    }
    lines
}

/// The word itself, or its characters where it is a run of wide ones that fits no line.
fn pieces(word: &str, columns: usize) -> Vec<&str> {
    if width(word) <= columns || !word.chars().any(|c| char_width(c) == 2) {
        return vec![word];
    }
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in word.char_indices().skip(1) {
        if char_width(c) == 2 {
            pieces.push(&word[start..at]);
            start = at;
        }
    }
    pieces.push(&word[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_become_visible_and_inert() {
        assert_eq!(clean("a\u{1b}]0;x\u{7}b\nc"), "a␛]0;x␇b␊c");
        assert_eq!(clean("a\u{202e}b\u{200b}c\u{9b}d\u{e0041}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
        assert!(matches!(clean("레지스트리 café"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_fit_in_columns_not_in_bytes() {
        assert_eq!(wrap("노드가 응답하지 않습니다", 12, 0, 0), ["노드가", "응답하지", "않습니다"]);
        assert_eq!(wrap("one two three", 9, 5, 2), ["one", "two", "three"]);
        assert_eq!(wrap("", 10, 0, 0), [""]);
        assert_eq!(wrap("아주긴한국어단어", 6, 0, 0), ["아주긴", "한국어", "단어"]);
        assert_eq!(wrap("see registry.example.com/team/app now", 10, 0, 0), ["see", "registry.example.com/team/app", "now"]);
    }

    #[test]
    fn cuts_keep_within_columns() {
        assert_eq!(cut("레지스트리", 5), "레지…");
        assert_eq!(cut_front("/a/long/path/describe.txt", 13), "…describe.txt");
        assert_eq!(cut_front("레지스트리", 4), "…리");
        assert_eq!(pad("노드", 6), "노드  ");
        let image = "r.example/team/app@sha256:ba7816bf8f01cfea4141";
        assert_eq!(short_image(image, 46), image);
        assert_eq!(short_image(image, 40), "r.example/team/app@sha256:ba7816bf8f01…");
        assert_eq!(short_image(image, 30), "…team/app@sha256:ba7816bf8f01…");
        assert_eq!((short_image("sha256:abc", 9), short_image("sha256:", 9)), ("…a256:abc".to_owned(), "sha256:".to_owned()));
        assert_eq!(
            (short_path("a/b.txt", 9).as_str(), short_path("long/b.txt", 9).as_str(), short_path("long/verylong.txt", 9).as_str()),
            ("a/b.txt", "…/b.txt", "…long.txt")
        );
    }
}
