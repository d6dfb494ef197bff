//! Names for what is inside an archive.
//!
//! In: a path as the archive has it. Out: `bundle.tar.gz!path/in/it`, harmless to print and unique within the
//! archive. It is a label: nothing is ever opened by it.

use std::collections::BTreeMap;

/// Longer paths keep their end, which says most.
const LONGEST: usize = 400;

/// The labels of one archive.
pub(super) struct Labels<'n> {
    archive: &'n str,
    /// How often each was asked for.
    used: BTreeMap<String, u32>,
}

impl<'n> Labels<'n> {
    pub(super) fn new(archive: &'n str) -> Self {
        Labels { archive, used: BTreeMap::new() }
    }

    /// A name that no other entry has; a path that comes again gets a number.
    pub(super) fn name(&mut self, path: &[u8]) -> String {
        let label = clean(&String::from_utf8_lossy(path));
        let mut unique = label.clone();
        while self.used.contains_key(&unique) {
            let count = self.used.entry(label.clone()).or_insert(1);
            *count += 1;
            unique = format!("{label} ({count})");
        }
        let name = format!("{}!{unique}", self.archive);
        self.used.insert(unique, 1);
        name
    }
}

/// The path without `.`, `..`, doubled slashes, and characters that move a cursor or turn the direction of writing.
fn clean(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let mut text = printable(&parts.join("/"));
    let length = text.chars().count();
    if length > LONGEST {
        text = std::iter::once('…').chain(text.chars().skip(length - LONGEST)).collect();
    }
    if text.is_empty() { "unnamed".to_owned() } else { text }
}

/// Replaces control and direction characters.
pub(super) fn printable(text: &str) -> String {
    let is_harmful =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    text.chars().map(|c| if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_harmless() {
        let mut labels = Labels::new("b.tar");
        assert_eq!(labels.name(b"./ns/pod/0.log"), "b.tar!ns/pod/0.log");
        assert_eq!(labels.name(b"ns//pod/0.log"), "b.tar!ns/pod/0.log (2)");
        assert_eq!(labels.name(b"ns/pod/0.log (3)"), "b.tar!ns/pod/0.log (3)");
        assert_eq!(labels.name(b"ns/pod/0.log"), "b.tar!ns/pod/0.log (4)");
        assert_eq!(labels.name(b"../../etc/passwd"), "b.tar!etc/passwd");
        assert_eq!(labels.name(b"a\x1b[2J\n\xe2\x80\xae.log"), "b.tar!a\u{fffd}[2J\u{fffd}\u{fffd}.log");
        assert_eq!(labels.name(b"/"), "b.tar!unnamed");
        let long = labels.name(&[b"x".repeat(5_000).as_slice(), b"/end.log"].concat());
        assert!(long.ends_with("/end.log") && long.chars().count() < 420);
    }
}
