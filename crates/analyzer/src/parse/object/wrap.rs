//! Whether a terminal broke a line because it was full.
//!
//! In: the lines of a block, one after the other. Out: yes or no for the line that was seen last. A terminal
//! breaks every line at the same width and none is wider, so a line counts as full only while it is the widest
//! so far, and later ones only at the width of the first. It joins nothing.
//!
//! ```text
//!           message: 'Back-off pulling image "reg-l.corp.example:444/team/app:v1": ErrImag
//! ePull: failed to pull and unpack image "reg-l.corp.example:444/team/app:v1": failed to r
//! esolve image'
//! ```

/// No terminal is narrower in practice, and shorter lines end for other reasons.
const NARROWEST: usize = 60;
/// No terminal is wider, but a long message alone is.
const WIDEST: usize = 320;

#[derive(Debug, Default)]
pub(super) struct Wrap {
    widest: usize,
    /// Width of the terminal, once a line was taken for wrapped.
    width: Option<usize>,
}

impl Wrap {
    /// Takes note of a line that ends by itself.
    pub(super) fn saw(&mut self, text: &str) {
        self.widest = self.widest.max(columns(text));
    }

    /// Whether `text` fills the terminal, so that what follows belongs to it.
    pub(super) fn filled(&mut self, text: &str) -> bool {
        let columns = columns(text);
        match self.width {
            Some(width) => columns == width,
            None if (NARROWEST..=WIDEST).contains(&columns) && columns >= self.widest => {
                self.width = Some(columns);
                true
            }
            None => false,
        }
    }
}

/// Width on a terminal: East Asian characters take two columns.
fn columns(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}');
    if text.is_ascii() { text.len() } else { text.chars().map(|c| 1 + usize::from(wide(c))).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_widest_lines_are_full() {
        let mut wrap = Wrap::default();
        wrap.saw("kind: Pod");
        assert!(!wrap.filled("  reason: ErrImagePull"));
        assert!(wrap.filled(&"a".repeat(80)));
        assert!(!wrap.filled(&"a".repeat(79)) && wrap.filled(&"가".repeat(40)));
        let mut wrap = Wrap::default();
        wrap.saw(&"a".repeat(300));
        assert!(!wrap.filled(&"a".repeat(80)));
    }
}
