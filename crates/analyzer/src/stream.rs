//! Cuts a source of any length into pieces that can be analysed one by one.
//!
//! In: a reader. Out: [`Piece`]s, each cut where something new begins, so that memory does not grow with the
//! input. A source that fits one piece is one piece. What the pieces hold is not known here beyond the look of
//! a line's first characters.

use std::io::Read;

/// Up to this size a source is analysed as a whole.
pub(crate) const WHOLE: usize = 4 * 1024 * 1024;
/// Size of the pieces of a longer one.
const PIECE: usize = 4 * 1024 * 1024;
/// How far back from the end of a piece a good place to cut is looked for.
const LOOK_BACK: usize = 64 * 1024;
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
    /// What was read and not yet handed out.
    rest: Vec<u8>,
    /// Memory of pieces that are done.
    spare: Vec<Vec<u8>>,
    ended: bool,
    first: bool,
}

impl<R: Read> Pieces<R> {
    pub(crate) fn new(reader: R) -> Self {
        Pieces { reader, rest: Vec::new(), spare: Vec::new(), ended: false, first: true }
    }

    /// Takes back the memory of a piece. That of the first one is given away: it is much larger than any other needs.
    pub(crate) fn reuse(&mut self, mut bytes: Vec<u8>) {
        if bytes.capacity() <= 2 * PIECE {
            bytes.clear();
            self.spare.push(bytes);
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// Those of the reader. What was read before the error is handed out first.
    pub(crate) fn next(&mut self) -> std::io::Result<Option<Piece>> {
        let limit = if self.first { WHOLE } else { PIECE };
        let failed = self.fill(limit + 1).err();
        let mut bytes = std::mem::take(&mut self.rest);
        if self.ended || failed.is_some() {
            if let Some(error) = failed.filter(|_| bytes.is_empty()) {
                return Err(error);
            }
            return Ok((!bytes.is_empty()).then_some(Piece { bytes, left_out: 0 }));
        }
        self.first = false;
        if memchr::memchr(b'\n', &bytes).is_none() {
            return self.endless_line(bytes).map(Some);
        }
        let at = cut(&bytes);
        self.rest = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(PIECE + LOOK_BACK));
        self.rest.extend_from_slice(&bytes[at..]);
        bytes.truncate(at);
        Ok(Some(Piece { bytes, left_out: 0 }))
    }

    /// Reads until the rest holds so many bytes, or up to the end.
    fn fill(&mut self, wanted: usize) -> std::io::Result<()> {
        let missing = wanted.saturating_sub(self.rest.len());
        if !self.ended && missing > 0 {
            self.ended = (&mut self.reader).take(missing as u64).read_to_end(&mut self.rest)? < missing;
        }
        Ok(())
    }

    /// A line without an end in sight: its beginning is kept, the rest is read and dropped.
    fn endless_line(&mut self, mut piece: Vec<u8>) -> std::io::Result<Piece> {
        let mut left_out = piece.len() as u64;
        piece.truncate(LONG_LINE);
        left_out -= piece.len() as u64;
        while !self.ended {
            self.fill(PIECE)?;
            match memchr::memchr(b'\n', &self.rest) {
                Some(at) => {
                    left_out += at as u64;
                    self.rest.drain(..=at);
                    break;
                }
                None => {
                    left_out += self.rest.len() as u64;
                    self.rest.clear();
                }
            }
        }
        piece.push(b'\n');
        Ok(Piece { bytes: piece, left_out })
    }
}

/// Where to cut: before the last object of a describe, a list or a log that begins near the end, else behind the
/// last line end.
fn cut(buffer: &[u8]) -> usize {
    let last_end = memchr::memrchr(b'\n', buffer).map_or(buffer.len(), |at| at + 1);
    let from = last_end.saturating_sub(LOOK_BACK).max(1);
    // The highest rank wins, and among its places the last one.
    let mut best: Option<(u8, usize)> = None;
    let mut end = last_end;
    for at in memchr::memrchr_iter(b'\n', &buffer[from - 1..last_end.saturating_sub(1).max(from)]).map(|at| from + at) {
        let before = memchr::memrchr(b'\n', &buffer[..at - 1]).map_or(0, |at| at + 1);
        let line = &buffer[at..end];
        if crate::skim::is_log_line(line) {
            // A log has no better place than another line of it.
            return best.map_or(at, |(_, at)| at);
        }
        if let Some(rank) = rank(&buffer[before..at - 1], line)
            && best.is_none_or(|(known, _)| rank > known)
        {
            best = Some((rank, at));
        }
        if best.is_some_and(|(rank, _)| rank == BEST) {
            break;
        }
        end = at;
    }
    best.map_or(last_end, |(_, at)| at)
}

/// The rank of a place that is not worse than any.
const BEST: u8 = 4;

/// How good a place before a line is.
fn rank(before: &[u8], line: &[u8]) -> Option<u8> {
    let blank = before.iter().all(u8::is_ascii_whitespace);
    if (blank && line.starts_with(b"Name:")) || line.starts_with(b"---") {
        return Some(BEST);
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
