//! Archives and compressed files: gzip, Zstandard, tar and zip, also inside each other.
//!
//! In: a name and a reader. Out: every text file that it holds, handed to the session as a source of its own
//! (`bundle.tar.gz!path/in/it`; a file that is only compressed keeps its name). What a container is, its
//! first bytes decide, not its name. Nothing is written anywhere and no path is ever opened: paths in archives
//! are labels. Directories, links and devices are passed over, files that are not text are counted.
//!
//! Whoever made the archive may be hostile, so everything is bounded by [`Limits`]. A bound that is reached, or
//! data that is damaged, ends what it concerns, is said in the report, and the rest is still read. The layer
//! whose own data is at fault says so; the error of a reader below it is only passed on.

mod budget;
mod content;
mod label;
mod open;
mod tar;
mod zip;
mod zstd;

pub use content::Content;

use crate::analyzer::Session;
use open::{Opening, Place};
use std::io::{BufReader, Read, Seek};

/// How much an archive may cost. Each call of [`Session::read_archive`] has the whole of it.
///
/// ```
/// use pullan_analyzer::Limits;
/// let limits = Limits { nesting: 1, ..Limits::default() };
/// assert_eq!(limits.entries, 100_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that all decompressors together may give; 4 GiB. It bounds the time.
    pub total_bytes: u64,
    /// Bytes that are read of one file; 1 GiB. What is longer is cut.
    pub entry_bytes: u64,
    /// Files, directories and links that are looked at; 100,000.
    pub entries: u64,
    /// How many bytes one compressed byte may become; 1,000. Logs reach 50, deflate itself cannot do more than 1,032.
    pub ratio: u64,
    /// The ratio counts from so many inflated bytes on; 16 MiB. Short texts may be very regular.
    pub ratio_from: u64,
    /// Archives inside each other that are opened; 2, as a `.log.gz` in a `.tar.gz`. Compression directly around a tar or zip is no level of its own.
    pub nesting: u32,
    /// Size of a zip that is inside another archive or comes from a pipe; 256 MiB. Its directory stands at its end, so it must be kept in memory.
    pub zip_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Limits {
            total_bytes: 4096 * MIB,
            entry_bytes: 1024 * MIB,
            entries: 100_000,
            ratio: 1_000,
            ratio_from: 16 * MIB,
            nesting: 2,
            zip_bytes: 256 * MIB,
        }
    }
}

impl Session<'_> {
    /// Adds everything that a reader gives: the files of an archive, the content of a compressed file, or the plain text that it is.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, Limits, RuleSet};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.read_archive("plain.txt", b"no archive at all".as_slice(), &Limits::default())?;
    /// assert_eq!(session.finish().sources, ["plain.txt"]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader. Damaged data is no error but a [`Limit`](crate::Limit) in the report.
    pub fn read_archive(&mut self, name: &str, mut reader: impl Read, limits: &Limits) -> std::io::Result<()> {
        Opening::new(self, name, limits).open(Place::named(name), &mut BufReader::new(&mut reader))
    }

    /// Like [`read_archive`](Self::read_archive) for a file in which one can go back: a zip of any size is read in place.
    ///
    /// # Errors
    /// Those of the file.
    pub fn read_archive_file(&mut self, name: &str, mut file: impl Read + Seek, limits: &Limits) -> std::io::Result<()> {
        let mut head = [0; 4];
        let length = content::fill(&mut file, &mut head)?;
        file.rewind()?;
        if Content::of(&head[..length]) == Content::Zip {
            return Opening::new(self, name, limits).zip(Place::named(name), &mut BufReader::new(file));
        }
        self.read_archive(name, file, limits)
    }
}

#[cfg(test)]
mod tests;
