//! Remembers what was passed over in the last few pieces of a source, until something fails of the same object.
//!
//! In: pieces, and the rows and items in them that report no failure. Out: the records of those that are about a pod of which something
//! failed: they may say that it is over. Each is read once. What they say is not looked at here.
//!
//! ```text
//! 10m   Normal    Pulled   pod/web-1   Successfully pulled image "r.example/a:1"              read, because of the next line
//! 12m   Warning   Failed   pod/web-1   Failed to pull image "r.example/a:1": unexpected EOF
//! 10m   Normal    Pulled   pod/web-2   Successfully pulled image "r.example/a:1"              not read
//! ```

use crate::block;
use crate::fact::extract::Failing;
use crate::record::Record;
use crate::skim::Quiet;
use crate::source::SourceId;
use crate::stream::Buffer;
use std::collections::VecDeque;

/// So many pieces before the present one are remembered, because the rows of one pod may stand on both sides of a cut.
const REMEMBERED: usize = 4;

/// The rows of the last pieces.
#[derive(Debug, Default)]
pub(crate) struct PassedOver {
    pieces: VecDeque<Passed>,
}

/// The rows of one piece.
#[derive(Debug)]
struct Passed {
    bytes: Buffer,
    quiet: Vec<Quiet>,
    first_line: u64,
}

impl PassedOver {
    /// Adds a piece; gives back memory that is no longer needed.
    pub(crate) fn push(&mut self, bytes: Buffer, quiet: Vec<Quiet>, first_line: u64) -> Option<Buffer> {
        let (bytes, unneeded) = if quiet.is_empty() { (Buffer::default(), Some(bytes)) } else { (bytes, None) };
        self.pieces.push_back(Passed { bytes, quiet, first_line });
        let forgotten = if self.pieces.len() > 1 + REMEMBERED { self.pieces.pop_front() } else { None };
        unneeded.or(forgotten.map(|oldest| oldest.bytes))
    }

    /// The records of the rows about failing pods; of older pieces about those that fail since the last piece.
    pub(crate) fn recall(&mut self, source: SourceId, failing: &mut Failing) -> Vec<Record> {
        let mut records = Vec::new();
        let new = std::mem::take(&mut failing.new);
        let last = self.pieces.len().saturating_sub(1);
        for (index, piece) in self.pieces.iter_mut().enumerate() {
            let failing = if index == last { &failing.all } else { &new };
            if failing.is_empty() {
                continue;
            }
            for row in piece.quiet.extract_if(.., |row| failing.contains(&row.object)) {
                records.extend(block::read_passed(source, &piece.bytes[row.start..row.end], piece.first_line + row.index));
            }
        }
        records
    }

    /// Forgets everything, at the end of a source.
    pub(crate) fn clear(&mut self) {
        self.pieces.clear();
    }
}
