//! Says on a terminal how far a long analysis is.
//!
//! In: bytes and files as they are read. Out: one line on standard error, written over and over and wiped in the end; only
//! when standard error is a terminal, and only for work of more than a second.
//!
//! ```text
//! 1.2 GiB of 9.8 GiB, 812 MiB/s, 11 s left
//! ```

use pullan_render::{Words, fill};
use std::io::{IsTerminal, Read, Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Work shorter than this is not talked about.
const PATIENCE: Duration = Duration::from_secs(1);
const INTERVAL: Duration = Duration::from_millis(200);

#[derive(Debug, Default)]
struct Counts {
    bytes: AtomicU64,
    files: AtomicU64,
    /// Bytes that there are, and files; 0 where that is not known.
    all_bytes: AtomicU64,
    all_files: AtomicU64,
    over: AtomicBool,
}

/// How far an analysis is. Dropping it wipes the line.
#[derive(Debug)]
pub(crate) struct Progress {
    counts: Arc<Counts>,
    painter: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to watch.
    pub(crate) fn start(words: Words) -> Self {
        let counts = Arc::new(Counts::default());
        let watched = Arc::clone(&counts);
        let painter = std::io::stderr().is_terminal().then(|| std::thread::spawn(move || paint(&watched, words)));
        Progress { counts, painter }
    }

    /// Says how much there is to do.
    pub(crate) fn expect(&self, files: u64, bytes: u64) {
        self.counts.all_files.fetch_add(files, Ordering::Relaxed);
        self.counts.all_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A file is done.
    pub(crate) fn file(&self) {
        self.counts.files.fetch_add(1, Ordering::Relaxed);
    }

    /// Says nothing more: somebody is typing on the terminal.
    pub(crate) fn hush(&self) {
        self.counts.over.store(true, Ordering::Relaxed);
    }

    /// A reader whose bytes count.
    pub(crate) fn watch<R>(&self, reader: R) -> Watched<'_, R> {
        Watched { reader, bytes: 0, all: &self.counts.bytes }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.counts.over.store(true, Ordering::Relaxed);
        if let Some(painter) = self.painter.take() {
            painter.thread().unpark();
            // It only paints: a panic in it is no reason to fail.
            let _ = painter.join();
        }
    }
}

/// A reader whose bytes count.
#[derive(Debug)]
pub(crate) struct Watched<'p, R> {
    reader: R,
    /// Bytes of this one.
    pub(crate) bytes: u64,
    all: &'p AtomicU64,
}

impl<R: Read> Read for Watched<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        self.all.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for Watched<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.reader.seek(to)
    }
}

fn paint(counts: &Counts, words: Words) {
    let start = Instant::now();
    let mut painted = false;
    while !counts.over.load(Ordering::Relaxed) {
        std::thread::park_timeout(if painted { INTERVAL } else { PATIENCE });
        let elapsed = start.elapsed();
        if elapsed >= PATIENCE && !counts.over.load(Ordering::Relaxed) {
            let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
            let (files, bytes) = ((get(&counts.files), get(&counts.all_files)), (get(&counts.bytes), get(&counts.all_bytes)));
            let line = line(files, bytes, elapsed, words);
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K{line}");
            painted = true;
        }
    }
    if painted {
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
    }
}

fn line(files: (u64, u64), bytes: (u64, u64), elapsed: Duration, words: Words) -> String {
    let of = |message, done: &str, all: &str| fill(message, &[("done", done), ("all", all)]);
    let rate = bytes.0 as f64 / elapsed.as_secs_f64().max(0.001);
    let mut parts = Vec::new();
    if files.1 > 1 {
        parts.push(of(words.progress_files(), &files.0.to_string(), &files.1.to_string()));
    }
    // An archive holds more than its file; then the size of the file says nothing.
    let known = bytes.1 >= bytes.0 && bytes.1 > 0;
    parts.push(if known { of(words.progress_bytes(), &size(bytes.0), &size(bytes.1)) } else { size(bytes.0) });
    parts.push(format!("{}/s", size(rate as u64)));
    if known && rate >= 1.0 {
        let seconds = ((bytes.1 - bytes.0) as f64 / rate).ceil() as u64;
        parts.push(fill(words.progress_left(), &[("seconds", &seconds.to_string())]));
    }
    parts.join(", ")
}

fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if value < 10.0 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        use pullan_analyzer::Language::{English, Korean};
        let (mib, ten) = (1 << 20, Duration::from_secs(10));
        assert_eq!(line((0, 1), (100 * mib, 400 * mib), ten, Words(English)), "100 MiB of 400 MiB, 10 MiB/s, 30 s left");
        assert_eq!(line((0, 1), (100 * mib, 400 * mib), ten, Words(Korean)), "400 MiB 중 100 MiB, 10 MiB/s, 30초 남음");
        assert_eq!(line((3, 7), (5 * mib, 0), ten, Words(English)), "3 of 7 files, 5.0 MiB, 512 KiB/s");
        assert_eq!(line((0, 0), (0, 0), ten, Words(English)), "0.0 KiB, 0.0 KiB/s");
    }
}
