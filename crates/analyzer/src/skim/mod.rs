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
mod item;
mod klog;
mod row;

use crate::parse::log;
use crate::rule::RuleSet;
use crate::rule::interest::is_routine;
use anchor::Anchors;
use item::Items;
use row::Look;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// A shorter block is read whole.
pub(crate) const LEAST: usize = 256 * 1024;
/// Blocks are looked at in parts of this size, so that a part stays in the processor's cache between passes.
const PART: usize = 128 * 1024;
/// So many lines at the start of a run are read: they say which component the others are from, and in which mode it runs.
const FIRST: usize = 32;

/// Chooses lines by the literals of a rule set.
#[derive(Debug)]
pub(crate) struct Skimmer {
    /// Made when the first log line comes. `None`: the rules have literals that cannot be searched in raw lines, so every line of a log
    /// is read.
    anchors: OnceLock<Option<Anchors>>,
    /// What is searched, as rules and grammars have it.
    literals: Vec<String>,
}

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

/// A row, or an item of a list, that was left out because it reports no failure.
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

/// Hash of an object's name, the same in every run. Two names with one hash cost time only.
pub(crate) fn name_hash(name: &[u8]) -> u64 {
    FxBuildHasher.hash_one(name)
}

/// What a line is, as far as leaving it out goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// An entry of a log, beginning with its logger's header.
    Log,
    /// An event that reports no failure, of the object with this hash.
    Quiet(u64),
    /// An event that reports no failure and need not be remembered.
    Routine,
    /// Another event.
    Row,
    /// Anything else.
    Other,
}

impl Shape {
    fn of_event(look: Look<'_>) -> Shape {
        match look {
            Look::Quiet(object) => Shape::Quiet(name_hash(object)),
            Look::Routine => Shape::Routine,
            Look::Other => Shape::Row,
        }
    }

    fn is_like(self, other: Shape) -> bool {
        let is_row = |shape| matches!(shape, Shape::Quiet(_) | Shape::Routine | Shape::Row);
        matches!((self, other), (Shape::Log, Shape::Log)) || (is_row(self) && is_row(other))
    }
}

/// A line, or the lines of an item of a list.
#[derive(Debug, Clone, Copy)]
struct Looked {
    start: usize,
    end: usize,
    lines: u64,
    shape: Shape,
    /// Whether it is to be read whatever its neighbours are.
    wanted: bool,
}

impl Skimmer {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let Some(of_rules) = rules.interest().literals() else { return Skimmer { anchors: OnceLock::from(None), literals: Vec::new() } };
        let signs = crate::message::SIGNS.iter().map(|sign| (*sign).to_owned());
        // What routine lines prove, the first lines of every block prove.
        let modes = log::proxy_mode::signs().filter(|sign| !is_routine(sign));
        let literals: Vec<String> = of_rules.iter().cloned().chain(signs).chain(modes).collect();
        Skimmer { anchors: OnceLock::new(), literals }
    }

    fn anchors(&self) -> Option<&Anchors> {
        self.anchors.get_or_init(|| Anchors::new(&as_in_raw_lines(&self.literals))).as_ref()
    }

    /// What is searched; nothing where every line is read.
    pub(crate) fn literals(&self) -> &[String] {
        if self.anchors().is_some() { &self.literals } else { &[] }
    }

    /// Chooses lines of a block; `None` when all of it is to be read.
    pub(crate) fn select(&self, block: &[u8]) -> Option<Selection> {
        // A colour code may stand in the middle of a literal.
        if block.len() < LEAST || memchr::memchr(0x1b, block).is_some() {
            return None;
        }
        let mut scan = Scan::new(self);
        let mut at = 0;
        while at < block.len() {
            at = scan.part(block, at, (at + PART).min(block.len()));
        }
        scan.chooser.finish(block)
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
    /// How the lists in this block are written.
    items: Option<Items>,
}

impl<'s> Scan<'s> {
    fn new(skimmer: &'s Skimmer) -> Self {
        Scan { skimmer, chooser: Chooser::default(), folded: Vec::new(), found: Vec::new(), looked: Vec::new(), items: None }
    }

    /// Looks at the lines and items that begin in a part of the block; where the next part begins.
    fn part(&mut self, block: &[u8], from: usize, to: usize) -> usize {
        let mut start = from;
        while start < to {
            let end = memchr::memchr(b'\n', &block[start..]).map_or(block.len(), |found| start + found);
            start = match self.item(block, start, end) {
                Some(item_end) => item_end + 1,
                None => {
                    self.looked.push(Looked { start, end, lines: 1, shape: shape(&block[start..end]), wanted: false });
                    end + 1
                }
            };
        }
        let end = start.min(block.len());
        if self.looked.iter().any(|looked| looked.shape == Shape::Log) {
            self.mark_wanted(block, from, end);
        }
        for looked in self.looked.drain(..) {
            self.chooser.take(looked, block);
        }
        end
    }

    /// Looks at the item that begins with this line, if one does; where it ends.
    fn item(&mut self, block: &[u8], start: usize, line_end: usize) -> Option<usize> {
        let begun = item::begins(&block[start..line_end])?;
        // Objects in lists inside an item begin like items, further in.
        let items = self.items.get_or_insert_with(|| Items::new(begun)).of(begun)?;
        let end = items.end(block, line_end)?;
        let item = &block[start..end];
        let shape = items.look(item).map_or(Shape::Other, Shape::of_event);
        let lines = 1 + memchr::memchr_iter(b'\n', item).count() as u64;
        self.looked.push(Looked { start, end, lines, shape, wanted: false });
        Some(end)
    }

    /// Marks the log lines in which a literal stands.
    fn mark_wanted(&mut self, block: &[u8], from: usize, to: usize) {
        let Some(anchors) = self.skimmer.anchors() else {
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
                looked.wanted = anchors.is_in(&block[looked.start..looked.end]);
            }
        }
    }
}

fn shape(line: &[u8]) -> Shape {
    if klog::begins(line) {
        return Shape::Log;
    }
    let event = row::look(line).or_else(|| line.starts_with(b"{").then(|| item::look_at_line(line))?);
    if let Some(event) = event {
        return Shape::of_event(event);
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
    left_out: bool,
}

impl Chooser {
    fn take(&mut self, next: Looked, block: &[u8]) {
        if let Some(looked) = self.pending.replace(next) {
            self.decide(looked, Some(next.shape), block);
        }
    }

    fn decide(&mut self, looked: Looked, next: Option<Shape>, block: &[u8]) {
        let index = self.selection.lines;
        self.selection.lines += looked.lines;
        if !self.run_shape.is_some_and(|shape| shape.is_like(looked.shape)) {
            self.run = 0;
            self.run_shape = Some(looked.shape);
        }
        let first = if looked.shape == Shape::Log { FIRST } else { 1 };
        let whole = next.is_some_and(|next| next.is_like(looked.shape));
        if looked.wanted || matches!(looked.shape, Shape::Other | Shape::Row) || self.run < first || !whole {
            self.run += 1;
            self.keep(looked, index, block);
            return;
        }
        if let Some(last) = self.selection.kept.last_mut() {
            last.left_out += looked.lines;
        }
        if let Shape::Quiet(object) = looked.shape {
            self.selection.quiet.push(Quiet { object, start: looked.start, end: looked.end, index });
        }
        self.left_out = true;
    }

    fn keep(&mut self, looked: Looked, mut index: u64, block: &[u8]) {
        let mut start = looked.start;
        for end in memchr::memchr_iter(b'\n', &block[looked.start..looked.end]).map(|at| looked.start + at).chain([looked.end]) {
            self.selection.kept.push(Kept { start, end, index, left_out: 0 });
            start = end + 1;
            index += 1;
        }
    }

    /// `None` when nothing was left out.
    fn finish(mut self, block: &[u8]) -> Option<Selection> {
        if let Some(looked) = self.pending.take() {
            self.decide(looked, None, block);
        }
        self.left_out.then_some(self.selection)
    }
}
