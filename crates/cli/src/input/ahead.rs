//! Reads a pipe ahead.
//!
//! In: a reader that delivers bit by bit, such as a pipe. Out: a reader of the same bytes that were read on another thread, so that
//! whoever writes them need not wait while a piece is analysed. A short input is read without that thread.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};

/// So much is read before it is worth a thread.
const SHORT: usize = 1 << 20;
/// Length of what is handed from thread to thread, and how many such parts wait at most.
const PART: usize = 1 << 20;
const WAITING: usize = 2;

/// A reader that is read ahead once it turns out to be long.
#[derive(Debug)]
pub(super) struct Ahead<R> {
    /// The reader, as long as it is read here.
    near: Option<R>,
    far: Option<Parts>,
    /// Bytes that were handed out.
    read: usize,
}

impl<R: Read + Send + 'static> Ahead<R> {
    pub(super) fn new(reader: R) -> Self {
        Ahead { near: Some(reader), far: None, read: 0 }
    }
}

impl<R: Read + Send + 'static> Read for Ahead<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read >= SHORT
            && let Some(reader) = self.near.take()
        {
            self.far = Some(Parts::of(reader));
        }
        let read = match (&mut self.near, &mut self.far) {
            (Some(reader), _) => reader.read(buffer)?,
            (None, Some(parts)) => parts.read(buffer)?,
            (None, None) => 0,
        };
        self.read += read;
        Ok(read)
    }
}

/// What another thread read.
#[derive(Debug)]
struct Parts {
    parts: Receiver<io::Result<Vec<u8>>>,
    /// Memory goes back this way.
    spare: Sender<Vec<u8>>,
    part: Vec<u8>,
    /// So much of the part was handed out.
    given: usize,
}

impl Parts {
    /// The thread ends with the reader's end or error, or when nobody wants more; it is not waited for, since it may wait itself.
    fn of(mut reader: impl Read + Send + 'static) -> Self {
        let (part_sender, parts) = sync_channel(WAITING);
        let (spare, spares) = channel::<Vec<u8>>();
        std::thread::spawn(move || {
            loop {
                let mut part = spares.try_recv().unwrap_or_else(|_| vec![0; PART]);
                part.resize(PART, 0);
                let (length, end) = fill(&mut reader, &mut part);
                part.truncate(length);
                let last = length < PART;
                if part_sender.send(Ok(part)).is_err() {
                    break;
                }
                if let Err(error) = end {
                    // Nobody may want to know any more.
                    let _ = part_sender.send(Err(error));
                }
                if last {
                    break;
                }
            }
        });
        Parts { parts, spare, part: Vec::new(), given: 0 }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.part.len() {
            // The thread's end is the reader's.
            let Ok(part) = self.parts.recv() else { return Ok(0) };
            // Fails only when the thread has ended, and then nobody needs the memory.
            let _ = self.spare.send(std::mem::replace(&mut self.part, part?));
            self.given = 0;
        }
        let length = buffer.len().min(self.part.len() - self.given);
        buffer[..length].copy_from_slice(&self.part[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

/// Reads until the buffer is full or the reader ends; how much, and the error that ended it.
fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (filled, Err(error)),
        }
    }
    (filled, Ok(()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers a few bytes at a time and then an error, if one is wanted.
    struct Dribble {
        left: usize,
        fails: bool,
    }

    impl Read for Dribble {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.left == 0 && self.fails {
                return Err(io::Error::other("gone"));
            }
            let length = buffer.len().min(self.left).min(70_001);
            for (at, byte) in buffer[..length].iter_mut().enumerate() {
                *byte = ((self.left - at) % 251) as u8;
            }
            self.left -= length;
            Ok(length)
        }
    }

    fn all(reader: impl Read) -> (Vec<u8>, bool) {
        let mut reader = reader;
        let mut bytes = Vec::new();
        let failed = reader.read_to_end(&mut bytes).is_err();
        (bytes, failed)
    }

    #[test]
    fn the_bytes_are_the_same_however_many() {
        for left in [0, 1, SHORT - 1, SHORT, SHORT + 1, SHORT + PART, 9 * PART + 17] {
            let (plain, ahead) = (all(Dribble { left, fails: false }), all(Ahead::new(Dribble { left, fails: false })));
            assert!(plain == ahead && ahead.0.len() == left, "{left}");
        }
    }

    #[test]
    fn an_error_comes_behind_what_was_read() {
        for left in [10, 3 * PART + 17] {
            let (bytes, failed) = all(Ahead::new(Dribble { left, fails: true }));
            assert!(bytes.len() == left && failed, "{left}");
        }
    }
}
