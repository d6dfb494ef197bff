//! What an archive may still cost.
//!
//! In: the bytes that pass through. Out: an error where a bound is reached. [`Tap`] stands before a decoder and
//! knows how much it took and whether its input failed; [`Metered`] stands behind it and compares. What a
//! reached bound means for the rest is decided in [`super::open`].

use super::Limits;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Shared by all readers of one archive.
#[derive(Debug)]
pub(super) struct Budget {
    pub(super) limits: Limits,
    /// Bytes that came out of decompressors.
    inflated: Cell<u64>,
    /// Entries that were looked at.
    entries: Cell<u64>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Rc<Self> {
        Rc::new(Budget { limits: *limits, inflated: Cell::new(0), entries: Cell::new(0) })
    }

    /// Counts an entry; false when there were too many.
    pub(super) fn entry(&self) -> bool {
        self.entries.set(self.entries.get() + 1);
        self.entries.get() <= self.limits.entries
    }

    /// Bytes that came out of decompressors so far.
    pub(super) fn inflated(&self) -> u64 {
        self.inflated.get()
    }

    /// The bound that is reached when one stream made `produced` out of `consumed` bytes.
    pub(super) fn reached(&self, consumed: u64, produced: u64) -> Option<Bound> {
        if self.inflated.get() > self.limits.total_bytes {
            Some(Bound::Total)
        } else if produced > self.limits.ratio_from && produced > self.limits.ratio.saturating_mul(consumed) {
            Some(Bound::Ratio)
        } else {
            None
        }
    }
}

/// A bound on inflated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Total,
    Ratio,
}

/// What is known about the input of a decoder while the decoder owns it.
#[derive(Debug)]
pub(super) struct Gauge {
    pub(super) bytes: Cell<u64>,
    /// The input failed: what the decoder says then is not its own fault.
    pub(super) failed: Cell<bool>,
    /// No byte is given from here on.
    pub(super) ceiling: Cell<u64>,
}

/// The input of a decoder.
pub(super) struct Tap<'r> {
    input: &'r mut dyn Read,
    gauge: Rc<Gauge>,
}

impl<'r> Tap<'r> {
    pub(super) fn new(input: &'r mut dyn Read) -> (Self, Rc<Gauge>) {
        let gauge = Rc::new(Gauge { bytes: Cell::new(0), failed: Cell::new(false), ceiling: Cell::new(u64::MAX) });
        (Tap { input, gauge: Rc::clone(&gauge) }, gauge)
    }
}

impl Read for Tap<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.gauge.bytes.get() >= self.gauge.ceiling.get() {
            return Err(io::Error::other("its names or attributes are too large"));
        }
        match self.input.read(buffer) {
            Ok(read) => {
                self.gauge.bytes.set(self.gauge.bytes.get() + read as u64);
                Ok(read)
            }
            Err(error) => {
                self.gauge.failed.set(error.kind() != io::ErrorKind::Interrupted);
                Err(error)
            }
        }
    }
}

/// The output of a decompressor.
pub(super) struct Metered<'r> {
    decoder: Box<dyn Read + 'r>,
    input: Rc<Gauge>,
    produced: u64,
    budget: Rc<Budget>,
}

impl<'r> Metered<'r> {
    pub(super) fn new(decoder: Box<dyn Read + 'r>, input: Rc<Gauge>, budget: Rc<Budget>) -> Self {
        Metered { decoder, input, produced: 0, budget }
    }

    /// The bound that ended it.
    pub(super) fn bound(&self) -> Option<Bound> {
        self.budget.reached(self.input.bytes.get(), self.produced)
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bound().is_some() {
            return Err(io::Error::other("a bound is reached"));
        }
        let read = self.decoder.read(buffer)?;
        self.produced += read as u64;
        self.budget.inflated.set(self.budget.inflated.get() + read as u64);
        Ok(read)
    }
}
