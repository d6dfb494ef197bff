//! Cuts a source of any length into pieces that can be analysed one by one.
//!
//! In: a reader. Out: [`Piece`]s, each cut where something new begins, so that memory does not grow with the
//! input. A source that fits one piece is one piece. What the pieces hold is not known here beyond the look of
//! a line's first characters.

use std::io::{ErrorKind, Read};

/// Up to this size a source is analysed as a whole.
pub(crate) const WHOLE: usize = 16 * 1024 * 1024;
/// Size of the pieces of a longer one.
const PIECE: usize = 4 * 1024 * 1024;
/// How far back from the end of a piece a good place to cut is looked for.
const LOOK_BACK: usize = 1024 * 1024;
/// A line longer than a piece is kept up to this length.
const LONG_LINE: usize = 1024 * 1024;

/// Some whole lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// Bytes of a line without end that were left out behind these.
    pub(crate) left_out: u64,
}

/// Reads pieces until the source ends.
pub(crate) struct Pieces<R> {
    reader: R,
    buffer: Vec<u8>,
    ended: bool,
    first: bool,
}

impl<R: Read> Pieces<R> {
    pub(crate) fn new(reader: R) -> Self {
        Pieces { reader, buffer: Vec::new(), ended: false, first: true }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// Those of the reader. What was read before the error is handed out first.
    pub(crate) fn next(&mut self) -> std::io::Result<Option<Piece>> {
        let limit = if self.first { WHOLE } else { PIECE };
        let failed = self.fill(limit).err();
        if self.ended || failed.is_some() {
            if let Some(error) = failed.filter(|_| self.buffer.is_empty()) {
                return Err(error);
            }
            let rest = std::mem::take(&mut self.buffer);
            return Ok((!rest.is_empty()).then_some(Piece { bytes: rest, left_out: 0 }));
        }
        self.first = false;
        if memchr_newline(&self.buffer).is_none() {
            return self.endless_line().map(Some);
        }
        let at = cut(&self.buffer);
        let rest = self.buffer.split_off(at);
        Ok(Some(Piece { bytes: std::mem::replace(&mut self.buffer, rest), left_out: 0 }))
    }

    /// Fills the buffer beyond `limit` bytes, or up to the end.
    fn fill(&mut self, limit: usize) -> std::io::Result<()> {
        let mut block = vec![0; 256 * 1024];
        while !self.ended && self.buffer.len() <= limit {
            match self.reader.read(&mut block) {
                Ok(0) => self.ended = true,
                Ok(read) => self.buffer.extend_from_slice(&block[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A line without an end in sight: its beginning is kept, the rest is read and dropped.
    fn endless_line(&mut self) -> std::io::Result<Piece> {
        let mut piece = std::mem::take(&mut self.buffer);
        let mut left_out = piece.len() as u64;
        piece.truncate(LONG_LINE);
        left_out -= piece.len() as u64;
        while !self.ended {
            self.fill(0)?;
            match memchr_newline(&self.buffer) {
                Some(at) => {
                    left_out += at as u64;
                    self.buffer.drain(..=at);
                    break;
                }
                None => {
                    left_out += self.buffer.len() as u64;
                    self.buffer.clear();
                }
            }
        }
        piece.push(b'\n');
        Ok(Piece { bytes: piece, left_out })
    }
}

fn memchr_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

/// Where to cut: before the last object of a describe, a list or a log that begins near the end, else behind the
/// last line end.
fn cut(buffer: &[u8]) -> usize {
    let from = buffer.len().saturating_sub(LOOK_BACK);
    let starts: Vec<usize> = (from..buffer.len()).filter(|at| *at > 0 && buffer[at - 1] == b'\n').collect();
    let line = |at: usize| {
        let rest = &buffer[at..];
        &rest[..memchr_newline(rest).unwrap_or(rest.len())]
    };
    let best = starts.iter().enumerate().rev().filter_map(|(index, at)| {
        let before = index.checked_sub(1).map(|index| line(starts[index]));
        Some((rank(before?, line(*at))?, *at))
    });
    // The highest rank wins, and among its places the last one; the first place is the fallback of all.
    let chosen = best.fold(None, |found: Option<(u8, usize)>, (rank, at)| match found {
        Some((known, _)) if known >= rank => found,
        _ => Some((rank, at)),
    });
    let last_end = buffer.iter().rposition(|byte| *byte == b'\n').map_or(buffer.len(), |at| at + 1);
    chosen.map_or(last_end, |(_, at)| at)
}

/// How good a place before a line is.
fn rank(before: &[u8], line: &[u8]) -> Option<u8> {
    let blank = before.iter().all(u8::is_ascii_whitespace);
    if (blank && line.starts_with(b"Name:")) || line.starts_with(b"---") {
        return Some(4);
    }
    if line.starts_with(b"- apiVersion") || line.starts_with(b"- kind") || line.starts_with(b"- metadata") {
        return Some(3);
    }
    let trimmed = before.trim_ascii();
    let indent = before.len() - before.trim_ascii_start().len();
    if trimmed == b"}," && indent <= 8 {
        return Some(2);
    }
    let begins = line.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'{');
    begins.then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(bytes: &[u8]) -> Vec<Piece> {
        let mut reader = Pieces::new(bytes);
        std::iter::from_fn(|| reader.next().unwrap()).collect()
    }

    #[test]
    fn a_short_source_is_one_piece() {
        assert_eq!(pieces(b"a\nb").len(), 1);
        assert!(pieces(b"").is_empty());
    }

    #[test]
    fn a_long_source_is_cut_where_objects_begin() {
        let pod = format!("Name:         web\nNamespace:    x\n{}\n\n", "Label: y\n".repeat(200));
        let text = pod.repeat(WHOLE / pod.len() + 2_000);
        let found = pieces(text.as_bytes());
        assert!(found.len() > 1);
        assert!(found.iter().all(|piece| piece.bytes.starts_with(b"Name:")));
        let joined: Vec<u8> = found.into_iter().flat_map(|piece| piece.bytes).collect();
        assert_eq!(joined, text.as_bytes());
    }

    #[test]
    fn an_endless_line_is_shortened_and_counted() {
        let mut text = vec![b'a'; WHOLE * 2];
        text.extend_from_slice(b"\nlast");
        let found = pieces(&text);
        assert_eq!(found[0].bytes.len(), LONG_LINE + 1);
        assert_eq!(found[0].left_out, (WHOLE * 2 - LONG_LINE) as u64);
        assert_eq!(found[1].bytes, b"last");
    }
}
