//! Lines that only lay out a paste: empty ones, Markdown fences, rules and elisions.
//!
//! In: any lines. Out: no record; the lines count as understood, because there is nothing to understand.
//!
//! ```text
//! ```yaml
//! ...
//! ---
//! ```

use super::Taken;
use crate::record::Record;
use crate::text::{Line, trim};

/// Takes a run of such lines.
pub(super) fn read(lines: &[Line<'_>], _out: &mut Vec<Record>) -> Taken {
    Taken::all(lines.iter().take_while(|line| is_layout(line.text())).count())
}

fn is_layout(text: &str) -> bool {
    let text = trim(text);
    text.is_empty() || is_fence(text) || is_elision(text) || is_line(text)
}

/// ```` ``` ````, ```` ```yaml ````, `~~~`
pub(super) fn is_fence(text: &str) -> bool {
    let text = trim(text);
    let marks = text.bytes().take_while(|byte| matches!(byte, b'`' | b'~')).count();
    marks >= 3 && !text[marks..].contains('`') && text[marks..].split_whitespace().count() <= 2
}

/// `...`, `…`, `~`, `[snip]`, `<output omitted>`, `# ...`
pub(super) fn is_elision(text: &str) -> bool {
    let text = trim(text).trim_start_matches(['#', '/', ' ']);
    !text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.is_empty()
        && text.chars().count() <= 40
        && (text.chars().all(|c| matches!(c, '.' | '…' | '~' | '·' | '⋮' | ' '))
            || ["[...]", "[…]", "<...>", "(...)", "<snip>", "[snip]", "--snip--", "<omitted>", "(omitted)", "[truncated]", "<truncated>"]
                .contains(&text.to_ascii_lowercase().as_str())
            || (text.starts_with("..") && text.chars().count() <= 20 && !text.contains(['/', ':', '"'])))
}

fn is_line(text: &str) -> bool {
    text.len() >= 3
        && (text.bytes().all(|byte| byte == b'-')
            || text.bytes().all(|byte| byte == b'=')
            || text.bytes().all(|byte| byte == b'*')
            || text.bytes().all(|byte| byte == b'_'))
}

/// A line behind which nothing of the block before goes on.
pub(super) fn is_boundary(text: &str) -> bool {
    is_fence(text) || is_line(trim(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lays_out() {
        for text in ["", "   ", "```", "```yaml", "~~~", "...", "…", "....", "---", "[snip]", "# ...", "... (12 lines)"] {
            assert!(is_layout(text), "{text:?}");
        }
        for text in ["`code`", "a ...", "-x", "../path/to", "``` a b c d", "... and so on for many lines"] {
            assert!(!is_layout(text), "{text:?}");
        }
    }
}
