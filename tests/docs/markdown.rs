//! Markdown from texts that nobody vouches for.
//!
//! In: texts of rules, examples, commands. Out: pieces of GitHub-flavoured Markdown in which they are text and nothing
//! else: no markup, no HTML, no control characters.

/// Characters that Markdown, HTML or GitHub's mathematics would read.
const ACTIVE: &str = "\\`*_[]<>|~&$#";

/// A page under way. Blocks are separated by one blank line, whatever they are.
#[derive(Default)]
pub(crate) struct Page(String);

impl Page {
    /// Begins with the remark that the page is generated, and its title.
    pub(crate) fn new(remark: &str, title: &str) -> Page {
        Page(format!("<!-- {remark} -->\n\n# {title}\n"))
    }

    /// A heading, a paragraph, a table or a code block.
    pub(crate) fn block(&mut self, block: &str) {
        self.0.truncate(self.0.trim_end().len());
        self.0.push_str("\n\n");
        self.item(block);
    }

    /// A line that belongs to the block before it.
    pub(crate) fn item(&mut self, line: &str) {
        self.0.push_str(line);
        if !self.0.ends_with('\n') {
            self.0.push('\n');
        }
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// A text in one line, with `{binding.field}` as the code span `<field>`.
pub(crate) fn prose(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, field, after)) = placeholder(rest) {
        out.push_str(&escape(before));
        out.push_str(&format!("`<{field}>`"));
        rest = after;
    }
    out.push_str(&escape(rest));
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    // What begins a list would be one.
    let digits = out.chars().take_while(char::is_ascii_digit).count();
    match out[digits..].chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{}", &out[..digits], &out[digits..]),
        Some('-' | '+' | '=') if digits == 0 => format!("\\{out}"),
        _ => out,
    }
}

/// The text before the first placeholder, its field, and the text behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    text.match_indices('{').find_map(|(at, _)| {
        let (name, after) = text[at + 1..].split_once('}')?;
        let (binding, field) = name.split_once('.')?;
        let word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (word(binding) && word(field)).then(|| (&text[..at], field, after))
    })
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ACTIVE.contains(c) {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { inert(c) });
    }
    out
}

/// What a terminal or a page would act on is shown as a replacement character.
fn inert(c: char) -> char {
    let acts = c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    if acts && c != '\n' { '\u{fffd}' } else { c }
}

/// A code span; `|` is escaped as tables demand, which is harmless nowhere else, so tables take [`code_in_table`].
pub(crate) fn code(text: &str) -> String {
    let text: String = text.chars().map(|c| if c == '\n' { ' ' } else { inert(c) }).collect();
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// A code span in a table's cell.
pub(crate) fn code_in_table(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A fenced block, indented for a list. Placeholders stand as `<field>`.
pub(crate) fn block(kind: &str, text: &str, indent: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, field, after)) = placeholder(rest) {
        plain.push_str(&format!("{before}<{field}>"));
        rest = after;
    }
    plain.push_str(rest);
    let text: String = plain.chars().map(|c| if c == '\t' { c } else { inert(c) }).collect();
    let fence = "`".repeat(longest_run(&text).max(2) + 1);
    let mut out = format!("{indent}{fence}{kind}\n");
    for line in text.trim_end().lines() {
        out.push_str(format!("{indent}{line}").trim_end());
        out.push('\n');
    }
    out.push_str(&format!("{indent}{fence}\n"));
    out
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// An address that leads there when it is clicked; one with characters that no address has is shown as code.
pub(crate) fn address(text: &str) -> String {
    let clean = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'`' | b'"' | b'\\' | b'|'));
    if clean && text.starts_with("https://") { format!("<{text}>") } else { code(text) }
}

/// The anchor that GitHub gives a heading.
pub(crate) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

#[test]
fn texts_stay_texts() {
    assert_eq!(prose("a {failure.image} <b> {x} {a.b\n c"), "a `<image>` \\<b\\> {x} {a.b c");
    assert_eq!((prose("1. a").as_str(), prose("- a").as_str(), prose("# a").as_str()), ("1\\. a", "\\- a", "\\# a"));
    assert_eq!(code("a ` b `` c"), "```a ` b `` c```");
    assert_eq!(code("`"), "`` ` ``");
    assert_eq!(block("sh", "a {f.b}\n```\n", "  "), "  ````sh\n  a <b>\n  ```\n  ````\n");
    assert_eq!(address("https://a.example/x)"), "<https://a.example/x)>");
    assert_eq!(address("javascript:alert(1)"), "`javascript:alert(1)`");
    assert_eq!(anchor("Amazon ECR (v2)"), "amazon-ecr-v2");
}
