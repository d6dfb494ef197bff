//! Finds the few lines of a large block that can matter, at the speed of a text search.
//!
//! In: a block of whole lines. Out: a [`Selection`]: the lines to read, each with the number of routine lines behind it
//! that need not be read. A line is left out only if it is whole in itself, its neighbours show that nothing continues
//! into or out of it, and either no rule and no message grammar has a literal in it (log lines), or its reason says that
//! things go well (rows of events). What a line says is not looked at.
//!
//! ```text
//! I0521 07:00:55.180954       1 proxier.go:1620] "SyncProxyRules complete" elapsed="12.3ms"      left out
//! E0521 07:00:58.827261       1 proxier.go:1500] "Failed to execute iptables-restore" err="..."  read
//! ```

mod anchor;
mod klog;
mod row;

use crate::parse::log;
use crate::rule::RuleSet;
use anchor::{Anchors, Hit};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// A shorter block is read whole.
pub(crate) const LEAST: usize = 256 * 1024;
/// Blocks are looked at in parts of this size, so that a part stays in the processor's cache between passes.
const PART: usize = 128 * 1024;
/// So many lines at the start of a run are read: they say which component the others are from.
const FIRST: usize = 8;

/// Chooses lines by the literals of a rule set.
#[derive(Debug)]
pub(crate) struct Skimmer {
    /// `None`: the rules have literals that cannot be searched in raw lines, so every line of a log is read.
    anchors: Option<Anchors>,
}

/// So many lines of a block are read for each text that proves a mode of kube-proxy; the rest would only say it again.
const PROOFS: u8 = 4;

/// A line to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Offset of its first byte in the block, and of the byte behind its last (its line end not counted).
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Index of the line in the block.
    pub(crate) index: u64,
    /// So many lines behind it were left out.
    pub(crate) left_out: u64,
}

/// A row that was left out because it reports no failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quiet {
    /// Of the object's name, by [`name_hash`].
    pub(crate) object: u64,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) index: u64,
}

/// What is to be read of a block.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    pub(crate) kept: Vec<Kept>,
    pub(crate) quiet: Vec<Quiet>,
    pub(crate) lines: u64,
}

/// Whether a line begins with klog's header in its usual form.
pub(crate) fn is_log_line(line: &[u8]) -> bool {
    klog::begins(line)
}

/// Hash of an object's name, the same in every run.
pub(crate) fn name_hash(name: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
}

/// What a line is, as far as leaving it out goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An entry of a log, beginning with its logger's header.
    Log,
    /// A row of events that reports no failure, of the object with this hash.
    Quiet(u64),
    /// Another row of events.
    Row,
    /// Anything else.
    Other,
}

impl Shape {
    fn is_like(self, other: Shape) -> bool {
        let is_row = |shape| matches!(shape, Shape::Quiet(_) | Shape::Row);
        matches!((self, other), (Shape::Log, Shape::Log)) || (is_row(self) && is_row(other))
    }
}

#[derive(Debug, Clone, Copy)]
struct Looked {
    start: usize,
    end: usize,
    shape: Shape,
    /// Whether it is to be read whatever its neighbours are.
    wanted: bool,
}

impl Skimmer {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let anchors = rules.interest().literals().and_then(|literals| {
            let signs = crate::message::SIGNS.iter().map(|sign| (*sign).to_owned());
            let always: Vec<String> = literals.iter().cloned().chain(signs).collect();
            Anchors::new(&as_in_raw_lines(&always), &log::proxy_mode::signs().collect::<Vec<_>>())
        });
        Skimmer { anchors }
    }

    /// Chooses lines of a block; `None` when all of it is to be read.
    pub(crate) fn select(&self, block: &[u8]) -> Option<Selection> {
        if block.len() < LEAST || memchr::memchr(0x1b, &block[..LEAST.min(block.len())]).is_some() {
            return None;
        }
        let mut scan = Scan::new(self);
        let mut at = 0;
        while at < block.len() {
            let aim = (at + PART).min(block.len());
            let end = memchr::memchr(b'\n', &block[aim - 1..]).map_or(block.len(), |found| aim + found);
            scan.part(block, at, end);
            at = end;
        }
        scan.chooser.finish()
    }
}

/// How the literals of a fact's text stand in the line that it was read from, where quotes are part of the notation.
fn as_in_raw_lines(literals: &[String]) -> Vec<String> {
    let mut raw: Vec<String> = Vec::new();
    for literal in literals {
        raw.push(literal.clone());
        raw.push(literal.replace('"', "\\\""));
        raw.push(literal.replace('=', "=\""));
    }
    raw.sort();
    raw.dedup();
    raw
}

struct Scan<'s> {
    skimmer: &'s Skimmer,
    chooser: Chooser,
    folded: Vec<u8>,
    found: Vec<usize>,
    looked: Vec<Looked>,
    /// How often each text that is wanted a few times was found in this block.
    proofs: Vec<u8>,
}

impl<'s> Scan<'s> {
    fn new(skimmer: &'s Skimmer) -> Self {
        let proofs = vec![0; skimmer.anchors.as_ref().map_or(0, Anchors::few)];
        Scan { skimmer, chooser: Chooser::default(), folded: Vec::new(), found: Vec::new(), looked: Vec::new(), proofs }
    }

    fn part(&mut self, block: &[u8], from: usize, to: usize) {
        self.looked.clear();
        let mut logs = false;
        let mut start = from;
        for end in memchr::memchr_iter(b'\n', &block[from..to]).map(|end| from + end).chain((!block[..to].ends_with(b"\n")).then_some(to)) {
            let shape = shape(&block[start..end]);
            logs |= shape == Shape::Log;
            self.looked.push(Looked { start, end, shape, wanted: false });
            start = end + 1;
        }
        if logs {
            self.mark_wanted(block, from, to);
        }
        for looked in &self.looked {
            self.chooser.take(*looked);
        }
    }

    /// Marks the log lines in which a literal stands.
    fn mark_wanted(&mut self, block: &[u8], from: usize, to: usize) {
        let Some(anchors) = &self.skimmer.anchors else {
            self.looked.iter_mut().for_each(|looked| looked.wanted = true);
            return;
        };
        anchors.candidates(&block[from..to], &mut self.folded, &mut self.found);
        let mut at = 0;
        for found in &self.found {
            let found = from + found;
            // Candidates are few: walking from the last one costs less than searching.
            while self.looked.get(at).is_some_and(|looked| looked.end < found) {
                at += 1;
            }
            if let Some(looked) = self.looked.get_mut(at)
                && looked.shape == Shape::Log
                && !looked.wanted
            {
                looked.wanted = match anchors.find(&block[looked.start..looked.end]) {
                    Some(Hit::Always) => true,
                    Some(Hit::Few(which)) => {
                        let proofs = &mut self.proofs[which];
                        *proofs = proofs.saturating_add(1);
                        *proofs <= PROOFS
                    }
                    None => false,
                };
            }
        }
    }
}

fn shape(line: &[u8]) -> Shape {
    if klog::begins(line) {
        return Shape::Log;
    }
    match row::look(line) {
        Some(row::Look::Quiet(object)) => return Shape::Quiet(name_hash(object)),
        Some(row::Look::Other) => return Shape::Row,
        None => {}
    }
    match line.first() {
        // Headers with timestamps, hosts and the like before them, and other loggers.
        Some(b'0'..=b'9' | b'A'..=b'Z' | b'{' | b't' | b'<') if std::str::from_utf8(line).is_ok_and(log::begins_entry) => Shape::Log,
        _ => Shape::Other,
    }
}

/// Decides about a line when its neighbour behind it is known.
#[derive(Debug, Default)]
struct Chooser {
    selection: Selection,
    /// The line before, not yet decided.
    pending: Option<Looked>,
    /// How many lines of the present shape were kept at the start of the run.
    run: usize,
    run_shape: Option<Shape>,
    left_out: u64,
}

impl Chooser {
    fn take(&mut self, next: Looked) {
        if let Some(line) = self.pending.replace(next) {
            self.decide(line, Some(next.shape));
        }
    }

    fn decide(&mut self, line: Looked, next: Option<Shape>) {
        let index = self.selection.lines;
        self.selection.lines += 1;
        let continues = self.run_shape.is_some_and(|shape| shape.is_like(line.shape));
        if !continues {
            self.run = 0;
            self.run_shape = Some(line.shape);
        }
        let first = if line.shape == Shape::Log { FIRST } else { 1 };
        let alone = next.is_some_and(|next| next.is_like(line.shape));
        if line.wanted || matches!(line.shape, Shape::Other | Shape::Row) || self.run < first || !alone {
            self.run += 1;
            self.selection.kept.push(Kept { start: line.start, end: line.end, index, left_out: 0 });
            return;
        }
        if let Some(last) = self.selection.kept.last_mut() {
            last.left_out += 1;
        }
        if let Shape::Quiet(object) = line.shape {
            self.selection.quiet.push(Quiet { object, start: line.start, end: line.end, index });
        }
        self.left_out += 1;
    }

    /// `None` when nothing was left out.
    fn finish(mut self) -> Option<Selection> {
        if let Some(line) = self.pending.take() {
            self.decide(line, None);
        }
        (self.left_out > 0).then_some(self.selection)
    }
}
