//! tar archives.
//!
//! In: the stream of an archive. Out: its files, opened in their order. Long names in GNU's and in PAX' way are
//! the `tar` crate's work; it keeps them in memory, so what stands between two files is bounded here.

use super::budget::Tap;
use super::label::Labels;
use super::open::{Opening, Place};
use std::io::{self, Read};

/// Headers, long names and attributes in front of one file.
const MOST_METADATA: u64 = 1 << 20;

impl Opening<'_, '_> {
    /// Opens every file of a tar.
    pub(super) fn tar(&mut self, place: Place<'_>, input: &mut dyn Read) -> io::Result<()> {
        let (tap, gauge) = Tap::new(input);
        gauge.ceiling.set(MOST_METADATA);
        let mut archive = ::tar::Archive::new(tap);
        let mut labels = Labels::new(place.name);
        let mut next = archive.entries();
        loop {
            let entry = match next.as_mut().map(Iterator::next) {
                Ok(None) => return Ok(()),
                Ok(Some(Ok(entry))) => Ok(entry),
                Ok(Some(Err(error))) => Err(error),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            };
            let mut entry = match entry {
                Ok(entry) => entry,
                Err(error) if gauge.failed.get() => return Err(error),
                Err(error) => {
                    self.damaged(place.name, &error);
                    return Ok(());
                }
            };
            if !self.count_entry(place.name) {
                return Ok(());
            }
            let kind = entry.header().entry_type();
            // A sparse file says how large it would be; in the archive it has the size of its header.
            let stored = if kind.is_gnu_sparse() { entry.header().entry_size().unwrap_or(0) } else { entry.size() };
            let end = entry.raw_file_position().saturating_add(stored);
            if kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse() {
                gauge.ceiling.set(u64::MAX);
                let name = labels.name(&entry.path_bytes());
                match self.open(place.inside(&name), &mut entry) {
                    Err(error) if gauge.failed.get() => return Err(error),
                    Err(error) => self.damaged(&name, &error),
                    Ok(()) => {}
                }
            }
            gauge.ceiling.set(end.saturating_add(MOST_METADATA));
        }
    }
}
