//! Opens whatever a reader holds.
//!
//! In: a reader and its place. Out: the texts in it as sources of the session, and a [`Limit`] for everything that
//! was left out. This is the only module that knows all containers and what a reached bound costs.
//!
//! An error is returned only when the reader that was *given* failed; the caller, whose reader it is, knows why.

use super::budget::{Bound, Budget, Metered, Tap};
use super::content::{Content, Sniffed};
use super::label::printable;
use super::{Limits, zstd};
use crate::analyzer::Session;
use crate::report::Limit;
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};
use std::rc::Rc;

/// A file on its way through the containers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'n> {
    /// Name of the source that it becomes.
    pub(super) name: &'n str,
    /// The archive that it is in; itself when it is in none.
    archive: &'n str,
    /// How many archives it is in.
    level: u32,
    /// Whether a compression was taken off already.
    peeled: bool,
}

impl<'n> Place<'n> {
    /// The file that the caller names.
    pub(super) fn named(name: &'n str) -> Self {
        Place { name, archive: name, level: 0, peeled: false }
    }

    /// A file inside this one.
    pub(super) fn inside<'m>(self, name: &'m str) -> Place<'m>
    where
        'n: 'm,
    {
        Place { name, archive: self.name, level: self.level + 1, peeled: false }
    }

    /// Its content without the compression around it. A second compression is an archive in an archive.
    fn peeled(self) -> Self {
        Place { level: self.level + u32::from(self.peeled), peeled: true, ..self }
    }

    /// The archive that it is in.
    pub(super) fn archive(self) -> &'n str {
        self.archive
    }

    /// What the caller names is read to its end, whatever it is.
    fn is_named(self) -> bool {
        self.level == 0 && !self.peeled
    }
}

/// One call of the public face.
pub(super) struct Opening<'s, 'a> {
    session: &'s mut Session<'a>,
    root: String,
    pub(super) budget: Rc<Budget>,
    total_said: bool,
}

impl<'s, 'a> Opening<'s, 'a> {
    pub(super) fn new(session: &'s mut Session<'a>, root: &str, limits: &Limits) -> Self {
        Opening { session, root: root.to_owned(), budget: Budget::new(limits), total_said: false }
    }

    /// Recognises what a reader holds and reads it.
    pub(super) fn open(&mut self, place: Place<'_>, reader: &mut dyn Read) -> io::Result<()> {
        let mut input = Sniffed::new(reader);
        match input.content() {
            _ if place.is_named() && matches!(input.content(), Content::Empty | Content::Binary) => self.text(place, &mut input)?,
            Content::Empty => {}
            Content::Text => self.text(place, &mut input)?,
            Content::Binary => self.limit("files that are not text", place.archive),
            Content::Unopened(kind) => self.limit(&format!("{kind} archives: unpack them first"), place.name),
            _ if place.level >= self.budget.limits.nesting => {
                self.limit(&format!("archives nested deeper than {}", self.budget.limits.nesting), place.archive)
            }
            Content::Gzip => self.inflate(place.peeled(), &mut input, |tap| Box::new(MultiGzDecoder::new(tap)))?,
            Content::Zstd => self.inflate(place.peeled(), &mut input, |tap| Box::new(zstd::Frames::new(tap)))?,
            Content::Tar => self.tar(place, &mut input)?,
            Content::Zip => self.buffered_zip(place, &mut input)?,
        }
        input.check()
    }

    /// Opens what a decompressor makes of its input.
    pub(super) fn inflate<'r>(
        &mut self,
        content: Place<'_>,
        input: &'r mut dyn Read,
        decoder: impl FnOnce(Tap<'r>) -> Box<dyn Read + 'r>,
    ) -> io::Result<()> {
        let (tap, gauge) = Tap::new(input);
        let mut output = Metered::new(decoder(tap), Rc::clone(&gauge), Rc::clone(&self.budget));
        match self.open(content, &mut output) {
            Err(error) if gauge.failed.get() => return Err(error),
            Err(error) => match output.bound() {
                Some(bound) => self.reached(content.name, bound),
                None => self.damaged(content.name, &error),
            },
            Ok(()) => {}
        }
        Ok(())
    }

    fn text(&mut self, place: Place<'_>, mut input: &mut dyn Read) -> io::Result<()> {
        if place.is_named() {
            return self.session.read(place.name, input);
        }
        let most = self.budget.limits.entry_bytes;
        let mut bounded = (&mut input).take(most);
        self.session.read(place.name, &mut bounded)?;
        if bounded.limit() == 0 && input.take(1).read_to_end(&mut Vec::new())? > 0 {
            self.limit(&format!("file after its first {}", size(most)), place.name);
        }
        Ok(())
    }

    /// Counts an entry of an archive; false, and said, when there were too many.
    pub(super) fn count_entry(&mut self, archive: &str) -> bool {
        let fits = self.budget.entry();
        if !fits {
            self.limit(&format!("rest of an archive after {} entries", self.budget.limits.entries), archive);
        }
        fits
    }

    /// Says which bound ended a file.
    pub(super) fn reached(&mut self, name: &str, bound: Bound) {
        match bound {
            // Everything that is still open runs into it, one after the other.
            Bound::Total if std::mem::replace(&mut self.total_said, true) => {}
            Bound::Total => {
                let root = self.root.clone();
                self.limit(&format!("rest of an archive after {} of inflated data", size(self.budget.limits.total_bytes)), &root);
            }
            Bound::Ratio => self.limit(&format!("rest of data that inflates more than {}:1", self.budget.limits.ratio), name),
        }
    }

    /// Says that data ends where its container would go on.
    pub(super) fn damaged(&mut self, name: &str, error: &io::Error) {
        let reason: String = printable(&error.to_string()).chars().take(200).collect();
        self.limit(&format!("rest of damaged data ({reason})"), name);
    }

    /// Says that one thing was left out.
    pub(super) fn limit(&mut self, what: &str, source: &str) {
        self.session.limit(Limit { what: what.to_owned(), source: Some(source.to_owned()), left_out: 1 });
    }
}

/// Bytes in words.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..0x10_0000 => format!("{bytes} bytes"),
        0x10_0000..0x4000_0000 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
