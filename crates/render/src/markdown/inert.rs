//! Text that Markdown cannot mistake for markup.
//!
//! In: texts, also from a hostile input. Out: Markdown that shows them. Whatever looks technical (names, addresses, paths, flags)
//! stands in a code span, where neither links, mentions, emphasis nor HTML are read; the rest is plain words.

use crate::wrap::{clean, substitute};

/// Running text.
pub(super) fn text(text: &str) -> String {
    clean(text).split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// A word: its ASCII parts apart from others, so that a Korean particle stands behind the code span.
fn word(word: &str) -> String {
    let mut out = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c: char| c.is_ascii() != first.is_ascii()).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        out.push_str(&if first.is_ascii() { ascii(part) } else { part.to_owned() });
        rest = behind;
    }
    out
}

fn ascii(part: &str) -> String {
    let inner = part.trim_start_matches(['(', '"', '\'']);
    let before = &part[..part.len() - inner.len()];
    let mut core = inner.trim_end_matches([')', '"', '\'', ',', '.', ';', ':', '?']);
    // A bracket that is opened inside is closed inside.
    if core.contains('(') && inner[core.len()..].starts_with(')') {
        core = &inner[..=core.len()];
    }
    let behind = &inner[core.len()..];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '\'' | ',' | '(' | ')' | '=');
    // A version of a program, and an abbreviation that has lost its last stop.
    let version =
        core.split('.').count() < 4 && core.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let plain = version || core == "e.g" || core == "i.e" || (core.chars().all(plain) && !core.starts_with('-'));
    let middle = if plain { core.to_owned() } else { code(core) };
    format!("{before}{middle}{behind}")
}

/// A code span that its text cannot end.
pub(super) fn code(text: &str) -> String {
    let text = clean(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A fenced block that its text cannot end; every line is `indent` blanks deep.
pub(super) fn fence(language: &str, text: &str, indent: usize) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    let blanks = " ".repeat(indent);
    let mut out = format!("{blanks}{ticks}{language}\n");
    for line in text.trim_end().split('\n') {
        let line: String = line.chars().map(|c| substitute(c).unwrap_or(c)).collect();
        out.push_str(format!("{blanks}{line}").trim_end());
        out.push('\n');
    }
    out + &blanks + &ticks + "\n"
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn technical_words_are_code_and_sentences_stay() {
        assert_eq!(
            text("The kubelet (on n1) sent \"no basic auth\" to r.example:5000/a, e.g. twice."),
            "The kubelet (on n1) sent \"no basic auth\" to `r.example:5000/a`, e.g. twice."
        );
        assert_eq!(text("kubelet 1.32부터는 1.36.2, not 10.0.0.1"), "kubelet 1.32부터는 1.36.2, not `10.0.0.1`");
        assert_eq!(text("rpc error: code = Unknown"), "rpc error: code = Unknown");
        assert_eq!(text("10.0.0.1:5000이(가) 거부했습니다."), "`10.0.0.1:5000`이(가) 거부했습니다.");
    }

    #[test]
    fn markup_is_inert() {
        assert_eq!(
            text("<script>alert(1)</script> [x](javascript:y) *b* @all # | $x$ \\ a\u{1b}"),
            "`<script>alert(1)</script>` `[x](javascript:y)` `*b*` `@all` `#` `|` `$x$` `\\` a␛"
        );
        assert_eq!(text("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(fence("text", "a\n````\n<b>\u{202e}\n", 3), "   `````text\n   a\n   ````\n   <b>\u{fffd}\n   `````\n");
    }
}
