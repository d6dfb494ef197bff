//! Finds the places of a block where one of many literals may stand, at the speed of a search for few.
//!
//! In: literals. Out: an [`Anchors`] that says where in a block a literal *can* stand, and whether a line *has* one.
//! Letter case is ignored. A packed search takes at most 64 patterns, so the literals are not searched themselves: a
//! few short pieces of them, the anchors, are chosen so that every literal holds at least one.
//!
//! ```text
//! Failed to sync service, Sync failed, nftables sync failed    ->    sync
//! ```

use crate::rule::interest::ROUTINE;
use aho_corasick::packed::{Config, MatchKind, Searcher};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::BTreeMap;

/// Length of an anchor; a shorter literal is its own anchor.
const ANCHOR: usize = 4;
/// The packed search takes no more.
const MOST_ANCHORS: usize = 64;

/// A set of literals that can be searched in blocks.
#[derive(Debug)]
pub(super) struct Anchors {
    packed: Searcher,
    exact: AhoCorasick,
}

impl Anchors {
    /// `None` where the literals cannot be searched this way: one of them is empty, or they need too many anchors.
    pub(super) fn new(literals: &[String]) -> Option<Self> {
        if literals.iter().any(String::is_empty) {
            return None;
        }
        let folded: Vec<Vec<u8>> = literals.iter().map(|literal| literal.bytes().map(fold).collect()).collect();
        let anchors = cover(&folded);
        if anchors.len() > MOST_ANCHORS {
            return None;
        }
        let packed = Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(&anchors).build()?;
        let exact = AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(literals).ok()?;
        Some(Anchors { packed, exact })
    }

    /// Offsets in a block, ascending, near which a literal may stand; a match lies in one line with its literal.
    pub(super) fn candidates(&self, block: &[u8], folded: &mut Vec<u8>, found: &mut Vec<usize>) {
        folded.clear();
        folded.extend(block.iter().map(|byte| fold(*byte)));
        found.clear();
        found.extend(self.packed.find_iter(&*folded).map(|found| found.start()));
    }

    /// Whether a literal stands in a line.
    pub(super) fn is_in(&self, line: &[u8]) -> bool {
        self.exact.is_match(line)
    }
}

/// Makes letters of both cases equal, and some other bytes too, which costs a candidate now and then.
fn fold(byte: u8) -> u8 {
    byte | 0x20
}

/// A short piece of literals.
#[derive(Default)]
struct Candidate {
    /// How often it stands in routine lines, as what it costs to search for it.
    price: u64,
    /// Indices of the literals that hold it.
    literals: Vec<usize>,
}

/// Chooses anchors: always the piece that stands for most literals that have none yet, for its price.
fn cover(literals: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut candidates: BTreeMap<&[u8], Candidate> = BTreeMap::new();
    for (index, literal) in literals.iter().enumerate() {
        for piece in literal.windows(ANCHOR.min(literal.len())) {
            let candidate = candidates.entry(piece).or_default();
            if candidate.literals.last() != Some(&index) {
                candidate.literals.push(index);
            }
        }
    }
    let routine: Vec<u8> = ROUTINE.bytes().map(fold).collect();
    for length in 1..=ANCHOR {
        for window in routine.windows(length) {
            if let Some(candidate) = candidates.get_mut(window) {
                candidate.price += 4;
            }
        }
    }
    let mut open = vec![true; literals.len()];
    let mut chosen = Vec::new();
    while open.contains(&true) {
        let gain = |candidate: &Candidate| candidate.literals.iter().filter(|index| open[**index]).count() as u64;
        let gains = candidates.iter().map(|(piece, candidate)| (piece, gain(candidate), 1 + candidate.price));
        // Compared as fractions, so that the choice never depends on rounding.
        let best =
            gains.max_by(|(a, gain_a, price_a), (b, gain_b, price_b)| (gain_a * price_b).cmp(&(gain_b * price_a)).then_with(|| b.cmp(a)));
        let Some((best, ..)) = best else { break };
        chosen.push(best.to_vec());
        candidates[best].literals.iter().for_each(|index| open[*index] = false);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(literals: &[&str]) -> Anchors {
        Anchors::new(&literals.iter().map(|literal| (*literal).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_shared_piece_stands_for_several_literals() {
        let literals = [b"failed to xync".to_vec(), b"xync failed".to_vec(), b"zz".to_vec()];
        let chosen = cover(&literals);
        assert_eq!(chosen.len(), 2, "{chosen:?}");
    }

    #[test]
    fn every_literal_is_found_in_any_case() {
        let literals = ["Failed to execute iptables-restore", "/v2", "xtables lock"];
        let anchors = anchors(&literals);
        for literal in literals {
            for text in [format!("I a {literal} b"), literal.to_ascii_uppercase()] {
                let (mut folded, mut found) = (Vec::new(), Vec::new());
                anchors.candidates(text.as_bytes(), &mut folded, &mut found);
                assert!(!found.is_empty() && anchors.is_in(text.as_bytes()), "{text}");
            }
        }
        assert!(!anchors.is_in(b"SyncProxyRules complete"));
    }

    #[test]
    fn an_empty_literal_is_everywhere() {
        assert!(Anchors::new(&[String::new()]).is_none());
    }
}
