//! zip archives.
//!
//! In: a file that can be read at any place. Out: its files, opened in the order of the directory at its end. The
//! directory is walked record by record and never held, and no size in it is believed: a file ends where its data
//! ends. Reading needs so little of the format (no writing, no encryption, no parts on several disks) that it is done
//! here; a general crate would keep the whole directory in memory and bring a random generator along.

use super::label::Labels;
use super::open::{Opening, Place, size};
use super::zstd;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use nom::bytes::complete::{tag, take};
use nom::multi::length_data;
use nom::number::complete::{le_u16, le_u32, le_u64};
use nom::{IResult, Parser};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// The end record and the longest comment behind it.
const TAIL: u64 = 22 + 0xffff;
/// Size of a directory record without its name and comments.
const RECORD: usize = 46;
/// Size of the header in front of a file's data, without its name.
const LOCAL: usize = 30;

/// A file with free access.
pub(super) trait Random: Read + Seek {}
impl<T: Read + Seek + ?Sized> Random for T {}

impl Opening<'_, '_> {
    /// Opens a zip that comes as a stream.
    pub(super) fn buffered_zip(&mut self, place: Place<'_>, input: &mut dyn Read) -> io::Result<()> {
        let most = self.budget.limits.zip_bytes;
        let mut bytes = Vec::new();
        input.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            self.limit(&format!("zip archives of more than {} in a stream", size(most)), place.name);
            return Ok(());
        }
        self.zip(place, &mut Cursor::new(bytes))
    }

    /// Opens every file of a zip.
    pub(super) fn zip(&mut self, place: Place<'_>, file: &mut dyn Random) -> io::Result<()> {
        if let Err(error) = self.zip_files(place, file) {
            self.damaged(place.name, &error);
        }
        Ok(())
    }

    fn zip_files(&mut self, place: Place<'_>, file: &mut dyn Random) -> io::Result<()> {
        let mut directory = Directory::find(file)?;
        let length = file.seek(SeekFrom::End(0))?;
        let before = self.budget.inflated();
        let mut labels = Labels::new(place.name);
        while let Some(entry) = directory.next(file)? {
            if !self.count_entry(place.name) {
                break;
            }
            if !entry.is_file() {
                continue;
            }
            let name = labels.name(&entry.name);
            if entry.flags & 1 != 0 {
                self.limit("encrypted files", place.name);
            } else {
                self.zip_file(place.inside(&name), entry, file)?;
            }
            // Many files may share the same compressed bytes, so the archive as a whole has a ratio too.
            if let Some(bound) = self.budget.reached(length, self.budget.inflated() - before) {
                self.reached(place.name, bound);
                break;
            }
        }
        Ok(())
    }

    fn zip_file(&mut self, place: Place<'_>, entry: Entry, file: &mut dyn Random) -> io::Result<()> {
        if let Err(error) = entry.go_to_data(file) {
            self.damaged(place.name, &error);
            return Ok(());
        }
        let mut data = file.take(entry.compressed);
        let wanted = entry.crc;
        match entry.method {
            0 => self.inflate(place, &mut data, |tap| checked(tap, wanted)),
            8 => self.inflate(place, &mut data, |tap| checked(DeflateDecoder::new(tap), wanted)),
            93 => self.inflate(place, &mut data, |tap| checked(zstd::Frames::new(tap), wanted)),
            _ => {
                self.limit("files of an unknown compression", place.archive());
                Ok(())
            }
        }
    }
}

/// The directory at the end of a zip.
struct Directory {
    /// Where the next record stands.
    at: u64,
    /// How many records there are still.
    left: u64,
}

impl Directory {
    fn find(file: &mut dyn Random) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let start = length.saturating_sub(TAIL);
        let tail = bytes_at(file, start, TAIL)?;
        // The comment may hold anything, so the last end record whose comment reaches the end of the file counts.
        let (at, (left, directory)) = (0..tail.len().saturating_sub(21))
            .rev()
            .find_map(|at| {
                let (rest, (_, _, _, _, left, _, directory, comment)) =
                    (tag("PK\x05\x06".as_bytes()), le_u16::<_, Nothing<'_>>, le_u16, le_u16, le_u16, le_u32, le_u32, le_u16)
                        .parse(&tail[at..])
                        .ok()?;
                (rest.len() == usize::from(comment)).then_some((at, (u64::from(left), u64::from(directory))))
            })
            .ok_or_else(|| io::Error::other("a zip without its directory"))?;
        if left != 0xffff && directory != 0xffff_ffff {
            return Ok(Directory { at: directory, left });
        }
        // Large archives have a second end record, and in front of this one a note where.
        let note = at.checked_sub(20).and_then(|at| tail.get(at..)).unwrap_or_default();
        let Ok((_, (_, _, place))) = (tag("PK\x06\x07".as_bytes()), le_u32::<_, Nothing<'_>>, le_u64).parse(note) else {
            return Ok(Directory { at: directory, left });
        };
        let record = bytes_at(file, place, 56)?;
        let (_, (_, _, left, _, directory)) = (tag("PK\x06\x06".as_bytes()), take::<_, _, Nothing<'_>>(28_usize), le_u64, le_u64, le_u64)
            .parse(record.as_slice())
            .map_err(|_| io::Error::other("a zip without its directory"))?;
        Ok(Directory { at: directory, left })
    }

    /// The next file, or none at the end.
    fn next(&mut self, file: &mut dyn Random) -> io::Result<Option<Entry>> {
        if self.left == 0 {
            return Ok(None);
        }
        let damaged = || io::Error::other("the directory of a zip is damaged");
        let fixed = bytes_at(file, self.at, RECORD as u64)?;
        let (_, (mut entry, name, extra, comment)) = record(&fixed).map_err(|_| damaged())?;
        let mut fields = vec![0; usize::from(name) + usize::from(extra)];
        file.read_exact(&mut fields).map_err(|_| damaged())?;
        entry.large(&fields[usize::from(name)..]);
        fields.truncate(usize::from(name));
        entry.name = fields;
        self.at += RECORD as u64 + u64::from(name) + u64::from(extra) + u64::from(comment);
        self.left -= 1;
        Ok(Some(entry))
    }
}

/// A file of a zip, as the directory has it.
struct Entry {
    name: Vec<u8>,
    flags: u16,
    method: u16,
    crc: u32,
    compressed: u64,
    /// Stated size of the content; only the places of the other sizes depend on it.
    size: u64,
    /// Unix type and permissions, zero when the archive was made elsewhere.
    mode: u32,
    header: u64,
}

type Nothing<'a> = nom::error::Error<&'a [u8]>;

/// A directory record, and the lengths of its name, extra fields and comment.
fn record(bytes: &[u8]) -> IResult<&[u8], (Entry, u16, u16, u16)> {
    let start = (tag("PK\x01\x02".as_bytes()), le_u16, le_u16, le_u16, le_u16, le_u32, le_u32, le_u32, le_u32);
    let end = (le_u16, le_u16, le_u16, le_u16, le_u16, le_u32, le_u32);
    let (rest, ((_, made_by, _, flags, method, _time, crc, compressed, size), (name, extra, comment, _disk, _, attributes, header))) =
        (start, end).parse(bytes)?;
    let mode = if made_by >> 8 == 3 { attributes >> 16 } else { 0 };
    let entry =
        Entry { name: Vec::new(), flags, method, crc, compressed: compressed.into(), size: size.into(), mode, header: header.into() };
    Ok((rest, (entry, name, extra, comment)))
}

impl Entry {
    /// Neither a directory nor a link or device.
    fn is_file(&self) -> bool {
        !self.name.ends_with(b"/") && matches!(self.mode & 0o170_000, 0 | 0o100_000)
    }

    /// Takes the numbers that do not fit into the record from its extra fields.
    fn large(&mut self, extra: &[u8]) {
        let mut fields = extra;
        while let Ok((rest, (id, body))) = (le_u16::<_, Nothing<'_>>, length_data(le_u16)).parse(fields) {
            fields = rest;
            if id != 1 {
                continue;
            }
            let mut numbers = body;
            for value in [&mut self.size, &mut self.compressed, &mut self.header] {
                if *value == 0xffff_ffff
                    && let Ok((rest, number)) = le_u64::<_, Nothing<'_>>(numbers)
                {
                    (*value, numbers) = (number, rest);
                }
            }
        }
    }

    /// Goes to where the data begins.
    fn go_to_data(&self, file: &mut dyn Random) -> io::Result<()> {
        let bytes = bytes_at(file, self.header, LOCAL as u64)?;
        let header = (tag("PK\x03\x04".as_bytes()), take::<_, _, Nothing<'_>>(22_usize), le_u16, le_u16).parse(bytes.as_slice());
        let Ok((_, (_, _, name, extra))) = header else { return Err(io::Error::other("a file of a zip is not where its directory says")) };
        file.seek(SeekFrom::Current(i64::from(name) + i64::from(extra)))?;
        Ok(())
    }
}

/// At most so many bytes from a place on.
fn bytes_at(file: &mut dyn Random, at: u64, most: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Compares the checksum when a file has been read to its end.
struct Checked<R> {
    decoder: R,
    seen: Crc,
    wanted: u32,
}

fn checked<'r>(decoder: impl Read + 'r, wanted: u32) -> Box<dyn Read + 'r> {
    Box::new(Checked { decoder, seen: Crc::new(), wanted })
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.decoder.read(buffer)?;
        self.seen.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.seen.sum() != self.wanted {
            return Err(io::Error::other("checksum mismatch"));
        }
        Ok(read)
    }
}
