//! What a file is, by its first bytes.
//!
//! In: the head of a file. Out: its [`Content`]; and [`Sniffed`], a reader that has looked ahead. Names are
//! not asked: a bundle that was renamed is still a bundle, and `events.gz` may be plain text.

use std::io::{self, Read};

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Nothing at all.
    Empty,
    /// Text in some encoding.
    Text,
    /// Neither text nor anything that is opened: images, databases, programs.
    Binary,
    /// gzip, one member or several.
    Gzip,
    /// Zstandard.
    Zstd,
    /// tar in any of its dialects.
    Tar,
    /// zip.
    Zip,
    /// A container that is not opened, by name.
    Unopened(&'static str),
}

const MAGIC: &[(&[u8], Content)] = &[
    (b"\x1f\x8b\x08", Content::Gzip),
    (b"\x28\xb5\x2f\xfd", Content::Zstd),
    (b"PK\x03\x04", Content::Zip),
    (b"PK\x05\x06", Content::Zip),
    (b"\xfd7zXZ\0", Content::Unopened("xz")),
    (b"BZh", Content::Unopened("bzip2")),
    (b"7z\xbc\xaf\x27\x1c", Content::Unopened("7z")),
    (b"\x04\x22\x4d\x18", Content::Unopened("lz4")),
    (b"Rar!\x1a\x07", Content::Unopened("rar")),
];

impl Content {
    /// How many bytes of a file [`of`](Self::of) wants to see; a shorter file is given whole.
    pub const HEAD: usize = 8192;

    /// What a file with this head is.
    ///
    /// ```
    /// use pullan_analyzer::Content;
    /// assert_eq!(Content::of(b"\x1f\x8b\x08\x00"), Content::Gzip);
    /// assert_eq!(Content::of(b"Name: web-1"), Content::Text);
    /// ```
    pub fn of(head: &[u8]) -> Content {
        if head.is_empty() {
            return Content::Empty;
        }
        if let Some((magic, content)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            // `BZh` begins with letters that a text may begin with; a block or the end follows the digit.
            let is_text = *magic == b"BZh" && !matches!(head.get(4..6), Some([0x31, 0x41] | [0x17, 0x72]));
            return if is_text { Content::Text } else { *content };
        }
        if matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..]) {
            return Content::Zstd; // A skippable frame in front, as pzstd writes it.
        }
        if is_tar(head) {
            Content::Tar
        } else if is_text(head) {
            Content::Text
        } else {
            Content::Binary
        }
    }
}

/// A tar has no magic number at its start, and the oldest dialect has none at all, but every header carries its checksum.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else { return false };
    let field = header[148..156].iter().map(|byte| char::from(*byte)).collect::<String>();
    let stated = u64::from_str_radix(field.trim_matches([' ', '\0']), 8);
    let sum: u64 =
        header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { u64::from(b' ') } else { u64::from(*byte) }).sum();
    header[0] != 0 && stated == Ok(sum)
}

/// Bytes that texts do not have: control characters, and what is not UTF-8. Text in UTF-16 has a zero byte beside most
/// characters, and a log of a machine that crashed may have a run of them, so zeros alone do not make a file binary.
fn is_text(head: &[u8]) -> bool {
    if !head.contains(&0) || is_utf16(head) {
        return true;
    }
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x08 | 0x0b | 0x0c | 0x1b) || byte == 0x7f;
    let (mut odd, mut fine) = (0, 0);
    for chunk in head.utf8_chunks() {
        odd += chunk.invalid().len();
        for byte in chunk.valid().bytes().filter(|byte| *byte != 0) {
            if is_control(byte) { odd += 1 } else { fine += 1 }
        }
    }
    fine > odd * 20
}

/// A mark, or zeros in the odd or in the even places only.
fn is_utf16(head: &[u8]) -> bool {
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, pairs) = (zeros(0), zeros(1), head.len() / 2);
    let marked = matches!(head, [0xff, 0xfe, rest @ ..] | [0xfe, 0xff, rest @ ..] if !rest.starts_with(&[0, 0]));
    let one_sided = |many: usize, few: usize| many * 3 > pairs * 2 && few * 20 <= pairs;
    (marked && even.min(odd) * 20 <= pairs) || (pairs >= 4 && (one_sided(odd, even) || one_sided(even, odd)))
}

/// Reads until the buffer is full or the reader ends.
pub(super) fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// A reader whose first bytes are known before it is read. An error behind them comes when they have been read.
pub(super) struct Sniffed<'r> {
    head: Vec<u8>,
    given: usize,
    error: Option<io::Error>,
    rest: &'r mut dyn Read,
}

impl<'r> Sniffed<'r> {
    pub(super) fn new(rest: &'r mut dyn Read) -> Self {
        let mut head = Vec::new();
        let error = rest.take(Content::HEAD as u64).read_to_end(&mut head).err();
        Sniffed { head, given: 0, error, rest }
    }

    pub(super) fn content(&self) -> Content {
        Content::of(&self.head)
    }

    /// The error, if there was one and nobody has met it.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), Err)
    }
}

impl Read for Sniffed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut known = &self.head[self.given..];
        if known.is_empty() {
            self.check()?;
            return self.rest.read(buffer);
        }
        let read = known.read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn text_and_what_is_not() {
        let utf16: Vec<u8> = "Failed to pull image 이미지".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let crashed = [b"I0521 07:00:55 proxier.go:1] Syncing\n".repeat(20).as_slice(), &[0; 300]].concat();
        for text in
            [b"Name: web".as_slice(), &utf16, &[b"\xff\xfe".as_slice(), &utf16].concat(), &crashed, b"BZh is a word", "이미지".as_bytes()]
        {
            assert_eq!(Content::of(text), Content::Text, "{text:?}");
        }
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0\0\0\x01\x80\x08\x06\0\0\0";
        for binary in [png.as_slice(), &[0; 8192], b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0", b"\xff\xfe\0\0n\0\0\0"] {
            assert_eq!(Content::of(binary), Content::Binary, "{binary:?}");
        }
    }

    #[test]
    fn a_tar_is_known_by_its_checksum() {
        let mut header = ::tar::Header::new_old();
        header.set_path("a.log").unwrap();
        header.set_size(0);
        header.set_cksum();
        assert_eq!(Content::of(header.as_bytes()), Content::Tar);
        let mut damaged = *header.as_bytes();
        damaged[0] = b'b';
        assert_ne!(Content::of(&damaged), Content::Tar);
    }

    #[test]
    fn an_error_comes_behind_what_was_read() {
        struct Fails(u8);
        impl Read for Fails {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 1 {
                    return Err(io::Error::other("gone"));
                }
                buffer[0] = b'x';
                Ok(1)
            }
        }
        let mut reader = Fails(0);
        let mut sniffed = Sniffed::new(&mut reader);
        let mut text = Vec::new();
        assert!(sniffed.read_to_end(&mut text).is_err());
        assert_eq!(text, b"x");
    }
}
