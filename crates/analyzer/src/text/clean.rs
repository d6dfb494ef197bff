//! Takes out of one line what terminals, mail programs and web pages put in.
//!
//! In: one original line. Out: a [`Line`] without colour codes, quote marks, HTML entities and tags,
//! non-breaking blanks and typographic quotes. A line that has none of them is not copied.
//!
//! ```text
//! > \x1b[31mWarning\x1b[0m  Failed  9s  kubelet  Error: &quot;ErrImagePull&quot;
//! ```

use super::{Line, LineBuilder};
use crate::source::SourceId;

/// What is put in place of a stretch of the original.
enum Found {
    /// Nothing to replace at this byte.
    Nothing,
    /// `len` bytes become `text`.
    Replace { len: usize, text: &'static str },
}

const ENTITIES: &[(&str, &str)] = &[
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&#x22;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&#xa0;", " "),
];

const TAGS: &[(&str, &str)] = &[
    ("<br>", " "),
    ("<br/>", " "),
    ("<br />", " "),
    ("<pre>", ""),
    ("</pre>", ""),
    ("<code>", ""),
    ("</code>", ""),
    ("<p>", ""),
    ("</p>", ""),
    ("<td>", "  "),
    ("</td>", ""),
    ("<tr>", ""),
    ("</tr>", ""),
    ("<li>", ""),
    ("</li>", ""),
];

const TYPOGRAPHIC: &[(&str, &str)] = &[
    ("\u{a0}", " "),
    ("\u{3000}", " "),
    ("\u{2007}", " "),
    ("\u{202f}", " "),
    ("\u{201c}", "\""),
    ("\u{201d}", "\""),
    ("\u{201e}", "\""),
    ("\u{ff02}", "\""),
    ("\u{2018}", "'"),
    ("\u{2019}", "'"),
    ("\u{feff}", ""),
];

/// Bytes at which something may stand that is to be replaced.
fn is_suspicious(byte: u8) -> bool {
    (byte < 0x20) & (byte != b'\t') & (byte != b'\n')
        | (byte == 0x7f)
        | (byte == b'&')
        | (byte == b'<')
        | (byte == b'^')
        | (byte == b'\\')
        | (byte == 0xc2)
        | (byte == 0xe2)
        | (byte == 0xe3)
        | (byte == 0xef)
}

/// Cleans one line.
pub(crate) fn clean(source: SourceId, number: u64, raw: &str) -> Line<'_> {
    // Without branches, so that many bytes are looked at in one step.
    let plain = !raw.bytes().fold(false, |any, byte| any | is_suspicious(byte));
    if plain && !raw.trim_ascii_start().starts_with('>') {
        return Line::unchanged(source, number, raw);
    }
    let raw_end = raw.strip_suffix('\r').map_or(raw.len(), str::len);
    // A lone carriage return rewinds the line, as progress bars do: what was printed last stays.
    let start = raw[..raw_end].rfind('\r').map_or(0, |at| at + 1);
    let start = start + quote_marks(&raw[start..raw_end]);
    let bytes = raw.as_bytes();
    let replaced = |at: usize| is_suspicious(bytes[at]) && matches!(noise(&raw[at..raw_end]), Found::Replace { .. });
    if start == 0 && raw_end == raw.len() && (plain || !(0..raw_end).any(replaced)) {
        return Line::unchanged(source, number, raw);
    }
    let mut builder = LineBuilder::new(source, number, raw);
    let mut copied = start;
    let mut at = start;
    while at < raw_end {
        if is_suspicious(bytes[at])
            && let Found::Replace { len, text } = noise(&raw[at..raw_end])
        {
            builder.copy(copied..at);
            builder.replace(at, text);
            at += len;
            copied = at;
            continue;
        }
        at += 1;
        while !raw.is_char_boundary(at) {
            at += 1;
        }
    }
    builder.copy(copied..raw_end);
    builder.finish()
}

/// Length of `> > ` at the start of a line. A `>` without a blank behind it belongs to the text.
fn quote_marks(raw: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &raw[at..];
        let inner = rest.trim_start_matches([' ', '\t']);
        // A quote inside a list is indented; still more blanks are a table's padding.
        if rest.len() - inner.len() <= 12 && (inner.starts_with("> ") || inner == ">" || inner.starts_with(">>")) {
            at = raw.len() - inner.len() + 1;
            if raw[at..].starts_with(' ') {
                at += 1;
            }
        } else {
            return at;
        }
    }
}

fn noise(text: &str) -> Found {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(0x1b) => Found::Replace { len: escape_sequence(bytes), text: "" },
        // kubectl prints an escape character in a value as `^[`; editors do too.
        Some(b'^') if text.starts_with("^[[") => {
            let len = escape_sequence(&bytes[1..]);
            Found::Replace { len: 1 + len, text: "" }
        }
        Some(b'\\') => {
            ["\\033[", "\\x1b[", "\\u001b[", "\\e["].iter().find(|prefix| text.starts_with(**prefix)).map_or(Found::Nothing, |prefix| {
                Found::Replace { len: prefix.len() - 2 + escape_sequence(&bytes[prefix.len() - 2..]), text: "" }
            })
        }
        Some(b'&') => lookup(ENTITIES, text),
        Some(b'<') => lookup(TAGS, text),
        Some(0xc2 | 0xe2 | 0xe3 | 0xef) => lookup(TYPOGRAPHIC, text),
        Some(b'\t') | None => Found::Nothing,
        Some(byte) if byte.is_ascii_control() => Found::Replace { len: 1, text: "" },
        Some(_) => Found::Nothing,
    }
}

fn lookup(table: &'static [(&'static str, &'static str)], text: &str) -> Found {
    table
        .iter()
        .find(|(from, _)| text.get(..from.len()).is_some_and(|head| head.eq_ignore_ascii_case(from)))
        .map_or(Found::Nothing, |(from, to)| Found::Replace { len: from.len(), text: to })
}

/// Length of the terminal control sequence whose introducer stands at `bytes[0]`, `bytes[1]` its type. A sequence that is broken
/// off ends before the first byte that cannot belong to it, so that no character is cut.
fn escape_sequence(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => {
            let parameters = bytes[2..].iter().take_while(|byte| (0x20..=0x3f).contains(*byte)).count();
            2 + parameters + usize::from(bytes.get(2 + parameters).is_some_and(|byte| (0x40..=0x7e).contains(byte)))
        }
        Some(b']') => {
            // An operating-system command ends with BEL or ESC \.
            let length = bytes.iter().skip(2).position(|byte| matches!(byte, 0x07 | 0x1b)).map_or(bytes.len(), |at| at + 2);
            match &bytes[length..] {
                [0x07, ..] => length + 1,
                [0x1b, b'\\', ..] => length + 2,
                _ => length,
            }
        }
        Some(byte) if byte.is_ascii() => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(raw: &str) -> String {
        clean(SourceId(0), 1, raw).text().to_owned()
    }

    #[test]
    fn terminal_colours_quote_marks_and_entities_go() {
        assert_eq!(cleaned("> > \x1b[1;31mWarning\x1b[0m  Failed\r"), "Warning  Failed");
        assert_eq!(cleaned(">   Normal  Pulling"), "  Normal  Pulling");
        assert_eq!(cleaned("Error: &quot;x&quot; &lt;none&gt;<br>"), "Error: \"x\" <none> ");
        assert_eq!(cleaned("image “nginx”\u{a0}:1"), "image \"nginx\" :1");
        assert_eq!(cleaned("\x1b]0;title\x07$ ls"), "$ ls");
        assert_eq!(cleaned("^[[32mok^[[0m"), "ok");
        assert_eq!(cleaned("\x1b]0;title\x1b\\$ ls\x1b]0;\x07"), "$ ls");
        assert_eq!(cleaned("10%\r50%\rdone"), "done");
    }

    #[test]
    fn a_broken_sequence_takes_no_text_with_it() {
        assert_eq!(cleaned("\x1b[31한글 Failed"), "한글 Failed");
        assert_eq!(cleaned("\x1b]0;title\x1b[31m한글 Failed"), "한글 Failed");
    }

    #[test]
    fn an_unmarked_line_is_left_alone() {
        assert_eq!(cleaned("  a -> b <none> & c=1&scope=x"), "  a -> b <none> & c=1&scope=x");
        assert_eq!(cleaned("  -> 10.244.1.5:5000  Masq"), "  -> 10.244.1.5:5000  Masq");
    }

    #[test]
    fn columns_refer_to_the_original() {
        let line = clean(SourceId(0), 1, "\x1b[31mWarning\x1b[0m  Failed");
        let citation = line.cite(&line.text()[9..15]);
        assert_eq!(citation.location.column, 19);
        assert_eq!(citation.text(), "Failed");
    }
}
