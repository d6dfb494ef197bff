//! What changes characters: colours, quotes, entities, and the recorder's own mark.

use super::is_object;

/// kubecolor paints the type, grep the words that were searched for.
pub(super) fn colour(line: &str) -> String {
    let line = line.replace("Warning", "\u{1b}[33mWarning\u{1b}[0m").replace("Failed", "\u{1b}[01;31m\u{1b}[KFailed\u{1b}[m\u{1b}[K");
    format!("\u{1b}[37m{line}\u{1b}[0m")
}

pub(super) fn smart_quotes(text: &str) -> String {
    let mut open = false;
    text.chars()
        .map(|c| match c {
            '"' => {
                open = !open;
                if open { '\u{201c}' } else { '\u{201d}' }
            }
            '\'' => '\u{2019}',
            other => other,
        })
        .collect()
}

pub(super) fn entities(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// As a text looks that was copied out of a string: one level of escapes. An object would be another format then.
pub(super) fn escaped(text: &str) -> String {
    if is_object(text) { text.to_owned() } else { text.replace('\\', "\\\\").replace('"', "\\\"") }
}

/// The recorder folds many similar messages into one event, and puts this before the last of them.
pub(super) fn combined(text: &str) -> String {
    let mark = "(combined from similar events): Failed to pull image";
    text.lines()
        .map(|line| {
            let row = line.contains("Warning ") && line.contains(" Failed ");
            let value = ["\"message\": \"Failed to pull image", "message: 'Failed to pull image"].iter().any(|start| line.contains(start));
            let line = if row || value { line.replacen("Failed to pull image", mark, 1) } else { line.to_owned() };
            line + "\n"
        })
        .collect()
}
