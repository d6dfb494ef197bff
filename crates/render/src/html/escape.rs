//! The one gate between a text and the page.
//!
//! In: any text, also from a hostile input. Out: the same text as HTML or SVG shows it, in an element or in an attribute, with nothing
//! in it that a browser would act on: no markup, no control, bidirectional or invisible character.
//! `askama.toml` names it as the escaper of all templates, so that nothing can go past it.

use crate::wrap::substitute;
use askama::filters::Escaper;
use std::fmt::{self, Write};

/// Escapes markup and shows what hides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Inert;

impl Escaper for Inert {
    fn write_escaped_str<W: Write>(&self, mut out: W, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            if is_plain(c) {
                continue;
            }
            out.write_str(&text[plain..at])?;
            self.write_escaped_char(&mut out, c)?;
            plain = at + c.len_utf8();
        }
        out.write_str(&text[plain..])
    }

    fn write_escaped_char<W: Write>(&self, mut out: W, c: char) -> fmt::Result {
        match c {
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '&' => out.write_str("&amp;"),
            '"' => out.write_str("&quot;"),
            '\'' => out.write_str("&#39;"),
            // Columns of tables are often set with tabs, and a browser does nothing else with one.
            '\t' => out.write_char('\t'),
            _ => out.write_char(substitute(c).unwrap_or(c)),
        }
    }
}

fn is_plain(c: char) -> bool {
    !matches!(c, '<' | '>' | '&' | '"' | '\'') && substitute(c).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = String::new();
        Inert.write_escaped_str(&mut out, text).expect("a string takes everything");
        out
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(escaped("</td><script>alert('x')</script>"), "&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
        assert_eq!(escaped("\" onmouseover=\"x"), "&quot; onmouseover=&quot;x");
        assert_eq!(escaped("&lt;"), "&amp;lt;");
    }

    #[test]
    fn what_hides_is_seen() {
        assert_eq!(escaped("a\u{202e}b\u{1b}[2J\r\nc\u{200b}\td"), "a\u{fffd}b␛[2J␍␊c\u{fffd}\td");
        assert_eq!(escaped("레지스트리 café"), "레지스트리 café");
    }
}
