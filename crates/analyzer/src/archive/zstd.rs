//! Zstandard streams of any number of frames.
//!
//! In: compressed bytes. Out: inflated ones. ruzstd decodes a single frame; tools that work in parallel or append
//! write many, and skippable ones between them. Its window (at most 128 MiB) is all that is kept.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, BufReader, Read};

/// Reads frame after frame.
pub(super) struct Frames<R> {
    input: BufReader<R>,
    decoder: FrameDecoder,
    inside: bool,
}

impl<R: Read> Frames<R> {
    pub(super) fn new(input: R) -> Self {
        Frames { input: BufReader::new(input), decoder: FrameDecoder::new(), inside: false }
    }

    /// Goes to the next frame; false at the end of the input.
    fn enter(&mut self) -> io::Result<bool> {
        loop {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.input).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 {
            if self.inside && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1)).map_err(io::Error::other)?;
            } else {
                self.inside = self.enter()?;
                if !self.inside {
                    return Ok(0);
                }
            }
        }
        self.decoder.read(buffer)
    }
}
