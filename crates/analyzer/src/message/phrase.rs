//! Where a phrase can start, and the small pieces that phrases share.
//!
//! In: the rest of a message. Out: the rest behind what was read. Errors in Go are joined by `: `, lists by
//! `, `, and texts of others stand in quotes and brackets; behind these, and nowhere else, a new phrase begins.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_until, take_while1};
use nom::character::complete::char;
use nom::sequence::delimited;
use nom::{IResult, Parser};

/// What a message parser returns.
pub(crate) type Parsed<'a, T> = IResult<&'a str, T>;

/// `text` itself if it stands at a phrase start, given that a phrase was just read up to it.
pub(crate) fn starts_phrase(text: &str) -> Option<&str> {
    let trimmed = text.trim_start_matches([' ', '\n', '\t']);
    let trimmed = trimmed.strip_prefix([':', ',', ';', '(', '[', '"', '\'']).map_or(trimmed, |rest| rest.trim_start());
    (!trimmed.is_empty()).then_some(trimmed)
}

/// The text behind the next delimiter, or the empty end.
pub(crate) fn next_start(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let delimiter = match bytes[at] {
            b':' | b',' | b';' => matches!(next, b' ' | b'\n' | b'\t'),
            b'.' => next == b' ',
            // Go writes a line end inside a quoted text as `\n`.
            b'\\' => next == b'n',
            b'\n' | b'(' | b'[' | b'"' | b'`' | b'\'' | b'=' | b'|' | b'*' => true,
            b'-' => at > 0 && bytes[at - 1] == b' ' && next == b' ',
            b' ' => next == b' ',
            _ => false,
        };
        at += 1;
        if delimiter {
            if bytes[at - 1] == b'\\' {
                at += 1;
            }
            let rest = text[at..].trim_start_matches([' ', '\n', '\t']);
            if !rest.is_empty() {
                return rest;
            }
        }
    }
    ""
}

/// Whether a phrase ends here: at the end, or before something that is no part of a word.
pub(crate) fn at_word_end(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
}

/// The first entry of a table whose words stand at the front.
pub(crate) fn lookup<'a>(input: &'a str, table: &[(&str, &'static str)]) -> Option<(&'a str, &'static str)> {
    table.iter().find_map(|(words, value)| {
        let head = input.get(..words.len())?;
        let rest = &input[words.len()..];
        (head.eq_ignore_ascii_case(words) && at_word_end(rest)).then_some((rest, *value))
    })
}

/// `"..."`, the quotes possibly escaped once or more (`\"...\"`); the inner text is not unescaped.
pub(crate) fn quoted(input: &str) -> Parsed<'_, &str> {
    let depth = input.bytes().take_while(|byte| *byte == b'\\').count();
    let rest = &input[depth..];
    if let Some(body) = rest.strip_prefix('"') {
        // A quote of the same level has just as many backslashes before it, behind those of a text that ends in some; an inner
        // one has more.
        let closing = body.match_indices('"').find_map(|(at, _)| {
            let backslashes = body[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            (backslashes % (2 * (depth + 1)) == depth).then_some(at)
        });
        return match closing {
            Some(at) => Ok((&body[at + 1..], &body[..at - depth])),
            None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::TakeUntil))),
        };
    }
    alt((delimited(char('\''), take_until("'"), char('\'')), delimited(char('`'), take_until("`"), char('`')))).parse(input)
}

/// Characters up to a blank, quote, comma or closing bracket, without a colon at the end.
pub(crate) fn word(input: &str) -> Parsed<'_, &str> {
    let (_, text) = take_till1(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | ')' | '>'))(input)?;
    let text = text.trim_end_matches([':', '\\']);
    Ok((&input[text.len()..], text))
}

/// A word, quoted or bare.
pub(crate) fn name(input: &str) -> Parsed<'_, &str> {
    alt((quoted, word)).parse(input)
}

/// `sha256:` and hexadecimal digits.
pub(crate) fn digest(input: &str) -> Parsed<'_, &str> {
    let (rest, (algorithm, hex)) =
        (alt((tag("sha256:"), tag("sha512:"))), take_while1(|c: char| c.is_ascii_alphanumeric())).parse(input)?;
    Ok((rest, &input[..algorithm.len() + hex.len()]))
}

/// Whether a message was cut inside a quote or by an ellipsis.
pub(crate) fn is_cut(text: &str) -> bool {
    let text = text.trim_end();
    if text.ends_with('…') || text.ends_with("...") {
        // "did not resolve ..." with a closing quote is a whole sentence; a bare ellipsis at the end is not.
        return true;
    }
    let quotes = text.matches('"').count();
    quotes % 2 == 1
}

/// Undoes Go's (and JSON's) quoting once: `\"`, `\\`, `\n`, `\t`, `\r`, `\xNN`, `\uNNNN`. Unknown escapes stay.
///
/// ```text
/// failed to \"StartContainer\" for \"app\"  ->  failed to "StartContainer" for "app"
/// ```
pub(crate) fn unquote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = &rest[at..];
        let (value, length) = match escape.as_bytes().get(1) {
            Some(b'"') => (Some('"'), 2),
            Some(b'\'') => (Some('\''), 2),
            Some(b'\\') => (Some('\\'), 2),
            Some(b'/') => (Some('/'), 2),
            Some(b'n') => (Some('\n'), 2),
            Some(b't') => (Some('\t'), 2),
            Some(b'r') => (Some(' '), 2),
            Some(b'x') => (hexadecimal(escape, 2), 4),
            Some(b'u') => (hexadecimal(escape, 4), 6),
            _ => (None, 1),
        };
        match value {
            // A control character out of an escape would reach a terminal; it carries no meaning here.
            Some(c) if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
        rest = if value.is_some() { &escape[length..] } else { &escape[1..] };
    }
    out.push_str(rest);
    out
}

fn hexadecimal(escape: &str, digits: usize) -> Option<char> {
    u32::from_str_radix(escape.get(2..2 + digits)?, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn starts_stand_behind_delimiters_only() {
        let mut rest = "docker.io/acme/unauthorized-page:9: not found (eof)";
        let mut starts = Vec::new();
        while !rest.is_empty() {
            starts.push(rest);
            rest = next_start(rest);
        }
        assert_eq!(starts[1..], ["not found (eof)", "eof)"]);
    }

    #[test]
    fn quotes_of_any_depth() {
        assert_eq!(quoted(r#""a:1" x"#), Ok((" x", "a:1")));
        assert_eq!(quoted(r#"\"a:1\" x"#), Ok((" x", "a:1")));
        assert_eq!(quoted(r#"\\\"a:1\\\": x"#), Ok((": x", "a:1")));
        assert_eq!(quoted(r#""C:\\": x"#), Ok((": x", r"C:\\")));
        assert_eq!(quoted(r#"\"C:\\\\\": x"#), Ok((": x", r"C:\\\\")));
        assert!(quoted("\"open").is_err());
    }

    #[test]
    fn unquoting_goes_one_level() {
        assert_eq!(unquote(r#"with \"ErrImagePull: \\\"x\\\"\"\n"#), "with \"ErrImagePull: \\\"x\\\"\"\n");
        assert_eq!(unquote(r"caf\u00e9 \x41 \q"), "café A \\q");
        assert_eq!(unquote("\\"), "\\");
    }

    /// Go's `%q`.
    fn quote(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t"))
    }

    #[test]
    fn a_phrase_may_begin_behind_each_of_these() {
        for delimiter in [": ", ", ", "; ", ":\n", ". ", "\\n", "\n", "(", "[", "\"", "`", "'", "=", "|", "*", " - ", "  "] {
            assert_eq!(next_start(&format!("one{delimiter}two three")), "two three", "{delimiter:?}");
        }
        for inside in ["a:b", "a,b", "1.2", "a\\t", "a-b", "a - ", "a -b", "-  ", "a b", "a/b"] {
            let text = format!("{inside}x");
            assert!(next_start(&text).len() <= 1, "{text:?} -> {:?}", next_start(&text));
        }
    }

    #[test]
    fn a_phrase_ends_where_its_last_word_does() {
        for rest in ["", " x", ": x", ", x", "\"", ")"] {
            assert!(at_word_end(rest), "{rest:?}");
        }
        for rest in ["x", "1", "-x", "_x"] {
            assert!(!at_word_end(rest), "{rest:?}");
        }
    }

    #[test]
    fn each_escape_has_its_character() {
        assert_eq!(unquote(r#"\'\/\t\r\x41\u00e9"#), "'/\t Aé");
        // A terminal's escape must not come out of one.
        assert_eq!(unquote(r"\x1b[31m\u0007\n"), "\u{fffd}[31m\u{fffd}\n");
        assert_eq!(unquote(r"\x4 \u12 \ud800"), r"\x4 \u12 \ud800");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_go_quotes_is_unquoted(text in "([a-z:/ \"\\\\\n\t]|\\PC){0,30}", rest in "(: [a-z\"]{0,9})?") {
            let quoted_text = quote(&text) + &rest;
            let (behind, inner) = quoted(&quoted_text).unwrap();
            prop_assert_eq!(behind, &rest);
            prop_assert_eq!(unquote(inner), text.clone());
            // The same inside a quoted text, where the quotes themselves are escaped.
            let whole = quote(&quote(&text));
            let (behind, inner) = quoted(&whole[1..whole.len() - 1]).unwrap();
            prop_assert_eq!(behind, "");
            prop_assert_eq!(unquote(&unquote(inner)), text);
        }

        #[test]
        fn every_start_is_a_rest_of_the_text(text in "([a-z]{1,4}|[:,;.()\"'`=|* \n\\\\-]|\\PC){0,40}") {
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let next = next_start(rest);
                prop_assert!(next.len() < rest.len() && text.ends_with(next) && !next.starts_with(' '));
                rest = next;
            }
        }
    }
}
