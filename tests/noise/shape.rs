//! What changes where lines and columns begin: tabs, terminals, YAML's folding.

use super::{Source, each};

/// Tables whose rows have no empty cell: there a run of blanks is one tab, as spreadsheets and some chats make it.
pub(super) fn tabs(sources: &[Source]) -> Vec<Source> {
    let is_table = |text: &str| {
        let header = text.trim_start().lines().next().unwrap_or_default();
        (header.starts_with("LAST SEEN") || header.starts_with("NAME ") || header == "Events:") && !header.contains("SUBOBJECT")
    };
    each(sources, |text| if is_table(text) { text.lines().map(|line| tab_line(line) + "\n").collect() } else { text.to_owned() })
}

fn tab_line(line: &str) -> String {
    let content = line.trim_start();
    let mut out = line[..line.len() - content.len()].to_owned();
    let mut blanks = 0;
    for c in content.chars() {
        if c == ' ' {
            blanks += 1;
            continue;
        }
        out.push_str(match blanks {
            0 => "",
            1 => " ",
            _ => "\t",
        });
        blanks = 0;
        out.push(c);
    }
    out
}

/// As a terminal does it: in the middle of a word, without a mark; a wide character takes two columns.
pub(super) fn wrap(line: &str, width: usize) -> String {
    let (mut out, mut column) = (String::with_capacity(line.len() + line.len() / width), 0);
    for c in line.chars() {
        let columns = if is_wide(c) { 2 } else { 1 };
        if column + columns > width {
            out.push('\n');
            column = 0;
        }
        out.push(c);
        column += columns;
    }
    out
}

/// Chinese, Japanese and Korean characters and their forms.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// Long messages of a YAML object as other writers of YAML print them: `>-`, and broken at blanks.
pub(super) fn fold(text: &str) -> String {
    text.lines()
        .map(|line| {
            let content = line.trim_start_matches([' ', '-']);
            let indent = " ".repeat(line.len() - content.len() + 2);
            match content.strip_prefix("message: '").and_then(|value| value.strip_suffix('\'')) {
                Some(value) if !value.contains("  ") => {
                    let head = &line[..line.len() - content.len()];
                    format!("{head}message: >-\n{}", folded(&value.replace("''", "'"), &indent))
                }
                _ => format!("{line}\n"),
            }
        })
        .collect()
}

fn folded(value: &str, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in value.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < 78 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines.join("\n") + "\n"
}
