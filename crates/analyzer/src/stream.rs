//! Cuts a source of any length into pieces that can be analysed one by one.
//!
//! In: a reader. Out: [`Piece`]s, each cut where something new begins, so that memory does not grow with the
//! input. A source that fits one piece is one piece. What the pieces hold is not known here beyond the look of
//! a line's first characters.

use std::io::Read;

/// Up to this size a source is analysed as a whole.
pub(crate) const WHOLE: usize = 4 * 1024 * 1024;
/// Size of the pieces of a longer one.
const PIECE: usize = 1024 * 1024;
/// How far back from the end of a piece a good place to cut is looked for,
const LOOK_BACK: usize = 64 * 1024;
/// in the middle of an object,
const LOOK_BACK_INSIDE: usize = PIECE / 2;
/// and when a place between two objects is found already.
const LOOK_BACK_FURTHER: usize = 1024;
/// A line longer than a piece is kept up to this length.
const LONG_LINE: usize = 1024 * 1024;

/// A buffer is made so long at first; most sources are pasted by hand.
const SMALLEST: usize = 16 * 1024;

/// Bytes that were read, in memory that is filled again and again without being cleared between.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    memory: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// Reads until it holds so many bytes; true if the reader ended before.
    fn fill(&mut self, reader: &mut impl Read, wanted: usize) -> std::io::Result<bool> {
        while self.filled < wanted {
            if self.filled == self.memory.len() {
                self.memory.resize((2 * self.filled).clamp(SMALLEST, wanted.max(SMALLEST)), 0);
            }
            let end = self.memory.len().min(wanted);
            match reader.read(&mut self.memory[self.filled..end]) {
                Ok(0) => return Ok(true),
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Keeps the first `length` bytes.
    fn truncate(&mut self, length: usize) {
        self.filled = self.filled.min(length);
    }

    /// Gives back memory behind what it holds, beyond so many bytes.
    fn shrink(&mut self, length: usize) {
        self.memory.truncate(length.max(self.filled));
        self.memory.shrink_to(length);
    }

    /// Drops the first `length` bytes.
    fn skip(&mut self, length: usize) {
        self.memory.copy_within(length.min(self.filled)..self.filled, 0);
        self.filled = self.filled.saturating_sub(length);
    }

    /// Puts bytes behind what it holds.
    fn append(&mut self, bytes: &[u8]) {
        let end = self.filled + bytes.len();
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        self.memory[self.filled..end].copy_from_slice(bytes);
        self.filled = end;
    }
}

impl std::ops::Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[..self.filled]
    }
}

/// Some whole lines.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    pub(crate) bytes: Buffer,
    /// Bytes of a line without end that were left out behind these.
    pub(crate) left_out: u64,
}

/// Reads pieces until the source ends.
pub(crate) struct Pieces<R> {
    reader: R,
    /// What was read and not yet handed out.
    rest: Buffer,
    /// Memory of pieces that are done.
    spare: Vec<Buffer>,
    ended: bool,
    first: bool,
    /// An error that came behind what was handed out last.
    failed: Option<std::io::Error>,
}

impl<R: Read> Pieces<R> {
    pub(crate) fn new(reader: R) -> Self {
        Pieces { reader, rest: Buffer::default(), spare: Vec::new(), ended: false, first: true, failed: None }
    }

    /// Whether what was handed out is not all.
    pub(crate) fn has_more(&self) -> bool {
        !self.first
    }

    /// Takes back the memory of a piece.
    pub(crate) fn reuse(&mut self, mut bytes: Buffer) {
        bytes.truncate(0);
        self.spare.push(bytes);
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// Those of the reader. What was read before the error is handed out first.
    pub(crate) fn next(&mut self) -> std::io::Result<Option<Piece>> {
        let limit = if self.first { WHOLE } else { PIECE };
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.failed = self.fill(limit + 1).err();
        let mut bytes = std::mem::take(&mut self.rest);
        if self.ended || self.failed.is_some() {
            if bytes.is_empty()
                && let Some(error) = self.failed.take()
            {
                return Err(error);
            }
            return Ok((!bytes.is_empty()).then_some(Piece { bytes, left_out: 0 }));
        }
        self.first = false;
        if memchr::memchr(b'\n', &bytes[..bytes.len().min(PIECE + 1)]).is_none() {
            return Ok(Some(self.endless_line(bytes)));
        }
        // What was read to see whether the source is a long one may be several pieces.
        let at = cut(&bytes[..bytes.len().min(PIECE + 1)]);
        self.rest = self.spare.pop().unwrap_or_default();
        self.rest.append(&bytes[at..]);
        bytes.truncate(at);
        bytes.shrink(PIECE + 1);
        Ok(Some(Piece { bytes, left_out: 0 }))
    }

    /// Reads until the rest holds so many bytes, or up to the end.
    fn fill(&mut self, wanted: usize) -> std::io::Result<()> {
        if !self.ended {
            self.ended = self.rest.fill(&mut self.reader, wanted)?;
        }
        Ok(())
    }

    /// A line without an end in sight: its beginning is kept, the rest is read and dropped.
    fn endless_line(&mut self, mut piece: Buffer) -> Piece {
        let kept = piece.len().min(LONG_LINE);
        self.rest = self.spare.pop().unwrap_or_default();
        self.rest.append(&piece[kept..]);
        piece.truncate(kept);
        let mut left_out = 0;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.rest) {
                left_out += at as u64;
                self.rest.skip(at + 1);
                break;
            }
            left_out += self.rest.len() as u64;
            self.rest.truncate(0);
            if self.ended || self.failed.is_some() {
                break;
            }
            self.failed = self.fill(PIECE).err();
        }
        piece.append(b"\n");
        Piece { bytes: piece, left_out }
    }
}

/// Where to cut: before the last object of a describe, a list or a log that begins near the end, else behind the
/// last line end.
fn cut(buffer: &[u8]) -> usize {
    let last_end = memchr::memrchr(b'\n', buffer).map_or(buffer.len(), |at| at + 1);
    let last_line = memchr::memrchr(b'\n', &buffer[..last_end.saturating_sub(1)]).map_or(0, |at| at + 1);
    let inside = buffer.get(last_line).is_some_and(|first| matches!(first, b' ' | b'\t'));
    let from = last_end.saturating_sub(if inside { LOOK_BACK_INSIDE } else { LOOK_BACK }).max(1);
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
        if best.is_some_and(|(rank, _)| rank == BEST || (rank >= OBJECT && last_end - at > LOOK_BACK_FURTHER)) {
            break;
        }
        end = at;
    }
    best.map_or(last_end, |(_, at)| at)
}

/// The rank of a place that is not worse than any.
const BEST: u8 = 4;
/// The lowest rank of a place between two objects.
const OBJECT: u8 = 2;

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
        return Some(OBJECT);
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
    fn only_a_long_source_has_more_than_its_first_piece() {
        for (length, more) in [(WHOLE, false), (WHOLE + 2, true)] {
            let text = b"a\n".repeat(length / 2);
            let mut reader = Pieces::new(text.as_slice());
            let first = reader.next().unwrap().unwrap().bytes.len();
            assert_eq!((reader.has_more(), first < length), (more, more), "{length}");
        }
    }

    #[test]
    fn a_short_source_is_one_piece() {
        assert_eq!(pieces(b"a\nb").len(), 1);
        assert!(pieces(b"").is_empty());
    }

    #[test]
    fn an_error_comes_behind_what_was_read_even_if_it_comes_once() {
        struct Once(Option<std::io::Error>);
        impl Read for Once {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                self.0.take().map_or(Ok(0), Err)
            }
        }
        let mut reader = Pieces::new(b"a\nb".chain(Once(Some(std::io::Error::other("gone")))));
        assert_eq!(&*reader.next().unwrap().unwrap().bytes, b"a\nb");
        assert_eq!(reader.next().unwrap_err().to_string(), "gone");
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn a_long_source_is_cut_where_objects_begin() {
        let pod = format!("Name:         web\nNamespace:    x\n{}\n\n", "Label: y\n".repeat(200));
        let text = pod.repeat(WHOLE / pod.len() + 2_000);
        let found = pieces(text.as_bytes());
        assert!(found.len() > 1);
        assert!(found.iter().all(|piece| piece.bytes.starts_with(b"Name:")));
        let joined: Vec<u8> = found.into_iter().flat_map(|piece| piece.bytes.to_vec()).collect();
        assert_eq!(joined, text.as_bytes());
    }

    #[test]
    fn a_list_is_cut_between_its_items_however_long_they_are() {
        let item = format!("        {{\n{}        }},\n", "            \"key\": \"value\",\n".repeat(10_000));
        let text = format!("{{\n    \"items\": [\n{}", item.repeat(WHOLE / item.len() + 8));
        let found = pieces(text.as_bytes());
        assert!(item.len() > 2 * LOOK_BACK && found.len() > 4);
        assert!(found.iter().all(|piece| piece.bytes.ends_with(b"\n        },\n")));
    }

    #[test]
    fn an_endless_line_is_shortened_and_counted() {
        let mut text = vec![b'a'; WHOLE * 2];
        text.extend_from_slice(b"\nlast");
        let found = pieces(&text);
        assert_eq!(found[0].bytes.len(), LONG_LINE + 1);
        assert_eq!(found[0].left_out, (WHOLE * 2 - LONG_LINE) as u64);
        assert_eq!(&*found[1].bytes, b"last");
        // One that ends in what was read already.
        let mut text = vec![b'a'; WHOLE / 2];
        text.extend_from_slice(&b"\nlast".repeat(WHOLE / 5));
        let found = pieces(&text);
        assert_eq!((found[0].bytes.len(), found[0].left_out), (LONG_LINE + 1, (WHOLE / 2 - LONG_LINE) as u64));
        assert!(found[1].bytes.starts_with(b"last\nlast"));
    }
}
