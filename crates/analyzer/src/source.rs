//! Where a statement stands: sources, locations and citations.
//!
//! In: positions that the [text](crate::text) layer computed. Out: values that a report can keep after the
//! source itself is gone, because a citation carries its own copy of the cited line. Nothing here reads.

use serde::{Deserialize, Serialize};

/// Number of a source within one session, in the order in which sources were added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourceId(pub u32);

/// A stretch of a source. Lines and columns count from 1; columns count characters of the original line as
/// decoded (before any cleaning); the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Which source.
    pub source: SourceId,
    /// First line.
    pub line: u64,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u64,
    /// Column behind the last cited character.
    pub end_column: u32,
}

/// A location with its own copy of the lines that it covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Citation {
    /// Where it stands.
    pub location: Location,
    /// The whole original lines, joined by line feeds; a very long line is cut to a window around the cited part.
    /// In a report, secrets in them are masked (see [`mask_secrets`](crate::mask_secrets)).
    pub lines: String,
    /// Column of the first character of `lines` in its original line; 1 unless the line was cut.
    pub first_column: u32,
}

impl Citation {
    /// The cited part alone.
    ///
    /// ```
    /// use pullan_analyzer::{Citation, Location, SourceId};
    /// let location = Location { source: SourceId(0), line: 3, column: 4, end_line: 3, end_column: 8 };
    /// let citation = Citation { location, lines: "ab cdef gh".into(), first_column: 1 };
    /// assert_eq!(citation.text(), "cdef");
    /// ```
    pub fn text(&self) -> String {
        let skip = self.location.column.saturating_sub(self.first_column) as usize;
        let mut lines = self.lines.split('\n');
        let Some(first) = lines.next() else { return String::new() };
        if self.location.line == self.location.end_line {
            let take = self.location.end_column.saturating_sub(self.location.column) as usize;
            return first.chars().skip(skip).take(take).collect();
        }
        let mut text: String = first.chars().skip(skip).collect();
        let rest: Vec<&str> = lines.collect();
        for (index, line) in rest.iter().enumerate() {
            text.push('\n');
            let last = index + 1 == rest.len();
            let take = if last { self.location.end_column.saturating_sub(1) as usize } else { usize::MAX };
            text.extend(line.chars().take(take));
        }
        text
    }
}
