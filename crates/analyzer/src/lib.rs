//! draft
#![allow(dead_code)]
mod source;
mod text;
mod record;
mod segment;
mod parse;
mod message;
mod fact { pub mod vocabulary; }
pub use segment::{Segment, SegmentKind};
pub use source::{Citation, Location, SourceId};
