//! Hides what must not leave the house.
//!
//! In: any text that pullan reads. Out: the same text, line by line, with pseudonyms in place of names, hosts, addresses, users, secrets,
//! annotations and values of environments. The same original has the same pseudonym throughout, and the diagnoses of the
//! redacted text are those of the original but for the names. [`mask`](self::mask) alone keeps secrets out of every answer.
//!
//! ```text
//! Failed to pull image "hub.acme.com/billing/ledger:1.4": dial tcp 10.20.0.7:443: connect: connection refused
//! Failed to pull image "registry-1.example/project-1/image-1:1.4": dial tcp 10.0.0.1:443: connect: connection refused
//! ```
//!
//! [`fragment`] knows data of Secrets without their kind; [`learn`] finds names through the readers of all formats, [`names`] numbers them, [`block`], [`secret`], [`address`] and [`host`] find
//! what is known by its place or form, [`line`] puts it together, [`file_name`] for names of sources, and [`table`] makes room in columns. What stays: public registries, components and
//! namespaces that every cluster has, words of the trade, loopback, ports, versions, digests, and the suffixes that Kubernetes
//! makes up for pods.

mod address;
mod block;
mod common;
mod file_name;
mod fragment;
mod host;
mod learn;
mod line;
mod mask;
mod names;
mod object;
mod secret;
mod table;

pub(crate) use fragment::BrokenBase64;
pub use mask::mask_secrets;
pub(crate) use mask::{mask_facts, mask_others};
pub(crate) use object::secret_data;

use crate::parse;
use crate::rule::RuleSet;
use crate::source::SourceId;
use crate::stream::Pieces;
use crate::text::{Line, clean, decode::decode, unframe};
use block::Blocks;
use line::{Edit, apply, apply_aligned};
use names::Names;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Gives everything in any number of sources a pseudonym. Memory grows with the number of different names, not with the input.
///
/// ```
/// use pullan_analyzer::{Redactor, RuleSet};
/// let mut redactor = Redactor::new(RuleSet::builtin());
/// let text = redactor.redact(b"Failed to pull image \"hub.acme.com/billing/ledger:1.4\": dial tcp 10.20.0.7:443: connect: connection refused");
/// assert_eq!(text, "Failed to pull image \"registry-1.example/project-1/image-1:1.4\": dial tcp 10.0.0.1:443: connect: connection refused");
/// assert_eq!(redactor.originals()["10.0.0.1"], "10.20.0.7");
/// ```
#[derive(Debug)]
pub struct Redactor {
    rules: RuleSet,
    names: Names,
}

impl Redactor {
    /// A redactor that has not met any name. The rules say which registries are public.
    pub fn new(rules: RuleSet) -> Self {
        Redactor { rules, names: Names::default() }
    }

    /// Learns the names of a text without redacting it, so that they are known in texts that come before it.
    ///
    /// ```
    /// use pullan_analyzer::{Redactor, RuleSet};
    /// let mut redactor = Redactor::new(RuleSet::builtin());
    /// redactor.learn(b"Name:         ledger-0\nNamespace:    billing\nNode:         worker-eu7/10.20.0.7\n");
    /// assert_eq!(redactor.redact(b"ledger-0 of billing is stuck"), "pod-1 of namespace-1 is stuck");
    /// ```
    pub fn learn(&mut self, bytes: &[u8]) {
        let text = decode(bytes);
        self.learn_lines(&lines(&text));
    }

    /// Like [`learn`](Self::learn), from a reader.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn learn_from(&mut self, reader: impl Read) -> std::io::Result<()> {
        let mut pieces = Pieces::new(reader);
        while let Some(piece) = pieces.next()? {
            self.learn(&piece.bytes);
        }
        Ok(())
    }

    /// The text with pseudonyms, as UTF-8. It has as many lines as the original.
    pub fn redact(&mut self, bytes: &[u8]) -> String {
        let text = decode(bytes);
        let lines = lines(&text);
        self.learn_lines(&lines);
        self.rewrite(&text, &lines)
    }

    /// The name of a source with pseudonyms: a file is often called after what it is about.
    ///
    /// ```
    /// use pullan_analyzer::{Redactor, RuleSet};
    /// let mut redactor = Redactor::new(RuleSet::builtin());
    /// redactor.learn(br#"Failed to pull image "hub.acme.lab/billing/ledger:1": EOF"#);
    /// assert_eq!(redactor.redact_name("hub.acme.lab-ledger.txt"), "registry-1.example-image-1.txt");
    /// ```
    pub fn redact_name(&mut self, name: &str) -> String {
        line::apply(name, &file_name::edits(name, &mut self.names, self.rules.knowledge()))
    }

    /// Copies a text of any length with pseudonyms, piece by piece. A name that nothing but a later piece tells is not known in an earlier one
    /// unless it was [learned](Self::learn_from) before.
    ///
    /// ```
    /// use pullan_analyzer::{Redactor, RuleSet};
    /// let mut redactor = Redactor::new(RuleSet::builtin());
    /// let mut out = Vec::new();
    /// redactor.copy(br#"Failed to pull image "hub.acme.com/ledger:1": EOF"#.as_slice(), &mut out)?;
    /// assert_eq!(out, br#"Failed to pull image "registry-1.example/image-1:1": EOF"#);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reader and of the writer.
    pub fn copy(&mut self, reader: impl Read, mut writer: impl Write) -> std::io::Result<()> {
        std::io::copy(&mut self.reader(reader), &mut writer)?;
        writer.flush()
    }

    /// A reader of the same text with pseudonyms.
    pub(crate) fn reader<R: Read>(&mut self, reader: R) -> impl Read {
        Redacted { redactor: self, pieces: Pieces::new(reader), text: Vec::new(), read: 0 }
    }

    /// What stands behind each pseudonym that was used. Secrets and values are not in it.
    pub fn originals(&self) -> &BTreeMap<String, String> {
        self.names.told()
    }

    fn learn_lines(&mut self, lines: &[Line<'_>]) {
        let mut records = Vec::new();
        parse::read_all(lines, SourceId(0), &mut records, &mut Vec::new());
        learn::learn(lines, records, &mut self.names, &self.rules);
    }

    fn rewrite(&mut self, text: &str, lines: &[Line<'_>]) -> String {
        let mut raw: Vec<&str> = text.split('\n').collect();
        if raw.last() == Some(&"") {
            raw.pop();
        }
        let mut blocks = Blocks::default();
        let edited: Vec<Edited<'_>> = lines
            .iter()
            .filter_map(|line| {
                let values = blocks.values(line.text());
                let edits = line::edits(line.text(), values, &mut self.names, self.rules.knowledge());
                let first = (line.number() - 1) as usize;
                Some(Edited { line, raw: raw.get(first..first + line.height() as usize)?, edits })
            })
            .collect();
        let mut out = String::with_capacity(text.len());
        let mut rest = edited.as_slice();
        while let Some((first, after)) = rest.split_first() {
            let (rewritten, length) = table(rest).unwrap_or_else(|| (carry_out(first.line, first.raw, &first.edits), 1));
            for line in rewritten {
                out.push_str(&line);
                out.push('\n');
            }
            rest = after.get(length - 1..).unwrap_or_default();
        }
        if !text.ends_with('\n') {
            out.pop();
        }
        out
    }
}

/// Reads what a redactor makes of a text.
struct Redacted<'r, R> {
    redactor: &'r mut Redactor,
    pieces: Pieces<R>,
    /// A redacted piece, and how much of it was read.
    text: Vec<u8>,
    read: usize,
}

impl<R: Read> Read for Redacted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.read == self.text.len() {
            let Some(piece) = self.pieces.next()? else { return Ok(0) };
            self.text = self.redactor.redact(&piece.bytes).into_bytes();
            self.read = 0;
        }
        let length = buffer.len().min(self.text.len() - self.read);
        buffer[..length].copy_from_slice(&self.text[self.read..self.read + length]);
        self.read += length;
        Ok(length)
    }
}

/// The lines as the readers see them.
fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = text.lines().zip(1..).map(|(raw, number)| clean(SourceId(0), number, raw)).collect();
    unframe(&mut lines);
    parse::straighten(lines)
}

/// A line, the original lines behind it, and what is to be replaced in it.
struct Edited<'t> {
    line: &'t Line<'t>,
    raw: &'t [&'t str],
    edits: Vec<Edit>,
}

impl Edited<'_> {
    /// The line, if nothing was taken out of it.
    fn plain(&self) -> Option<&str> {
        matches!(self.raw, [only] if *only == self.line.text()).then(|| self.line.text())
    }
}

/// The table that begins here, rewritten, and how many lines it has; nothing if its lines can be rewritten one by one.
fn table(lines: &[Edited<'_>]) -> Option<(Vec<String>, usize)> {
    let columns = table::header(lines.first()?.plain()?)?;
    let rows: Vec<(&str, &[Edit])> = lines
        .iter()
        .map_while(|edited| edited.plain().filter(|line| table::is_row(line, &columns)).map(|line| (line, edited.edits.as_slice())))
        .collect();
    Some((table::widened(&columns, &rows)?, rows.len()))
}

/// The original lines behind a line, rewritten.
fn carry_out(line: &Line<'_>, raw: &[&str], edits: &[Edit]) -> Vec<String> {
    if edits.is_empty() {
        return raw.iter().map(|line| (*line).to_owned()).collect();
    }
    let [only] = raw else { return wrapped(line, raw, edits) };
    vec![apply_aligned(only, &on_line(line, line.number(), only.len(), edits))]
}

/// The edits of one original line, in its own columns. What reaches over a line's end is put where it begins.
fn on_line(line: &Line<'_>, number: u64, length: usize, edits: &[Edit]) -> Vec<Edit> {
    let mut own: Vec<Edit> = Vec::new();
    for edit in edits {
        let [(first, from), (last, to)] = line.places(&edit.range);
        if number < first || number > last {
            continue;
        }
        let start = if number == first { from } else { 0 };
        let end = if number == last { to } else { length };
        let text = if number == first { edit.text.clone() } else { String::new() };
        if start <= end && own.last().is_none_or(|before| before.range.end <= start) {
            own.push(Edit { range: start..end, text });
        }
    }
    own
}

/// A line that a terminal wrapped is wrapped again at the same width, so that it is still known as one.
fn wrapped(line: &Line<'_>, raw: &[&str], edits: &[Edit]) -> Vec<String> {
    let joined: String = raw.iter().map(|line| line.trim_end_matches('\r')).collect();
    // Quote marks or colours stand in between, or lines of an object that were not cut by a terminal.
    if joined != line.text() || raw[1..].iter().any(|line| line.starts_with("  ")) {
        return raw.iter().zip(line.number()..).map(|(raw, number)| apply(raw, &on_line(line, number, raw.len(), edits))).collect();
    }
    let end = if raw[0].ends_with('\r') { "\r" } else { "" };
    let width = raw[0].trim_end_matches('\r').width();
    let text = apply(&joined, edits);
    let mut lines: Vec<String> = Vec::new();
    let (mut own, mut used) = (String::new(), 0);
    for c in text.chars() {
        let columns = c.width().unwrap_or(0);
        if used + columns > width && lines.len() + 1 < raw.len() {
            lines.push(std::mem::take(&mut own));
            used = 0;
        }
        own.push(c);
        used += columns;
    }
    lines.push(own);
    lines.resize(raw.len(), String::new());
    lines.into_iter().map(|line| line + end).collect()
}
