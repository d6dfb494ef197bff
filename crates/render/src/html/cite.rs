//! Which lines are cited, by what, and what is marked in them: the links between findings and the input.
//!
//! In: a report. Out: for each diagnosis its proofs, and for each cited line its marks and the proofs that cite it.
//! What is chosen and marked is decided where the terminal's frames are made, so that both show the same.

use crate::frame::Row;
use crate::text::evidence::{Facts, Group, choose, groups, rows};
use pullan_analyzer::{Diagnosis, Evidence, Location, Report, SourceId};
use std::collections::BTreeMap;
use std::ops::Range;

/// Columns that a mark should not be wider than.
const ROOM: usize = 120;

/// A link to somewhere on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// Id of a finding; `index` counts from 0.
pub(super) fn finding_id(index: usize) -> String {
    format!("d{}", index + 1)
}

/// Id of a proof of a finding.
pub(super) fn proof_id(finding: usize, proof: usize) -> String {
    format!("{}-e{}", finding_id(finding), proof + 1)
}

/// Id of a cited line.
pub(super) fn line_id(source: SourceId, line: u64) -> String {
    format!("s{}-L{line}", u64::from(source.0) + 1)
}

/// What is known of a cited line.
#[derive(Debug, Default)]
pub(super) struct Cited {
    /// Characters that decide, counted from 0.
    pub(super) marks: Vec<Range<usize>>,
    /// Findings and proofs that cite it, both counted from 0.
    pub(super) by: Vec<(usize, usize)>,
    /// Whether a failure of another kind cites it.
    pub(super) by_other: bool,
}

/// The cited lines of all sources.
#[derive(Debug, Default)]
pub(super) struct Citations(BTreeMap<(SourceId, u64), Cited>);

impl Citations {
    pub(super) fn at(&self, source: SourceId, line: u64) -> Option<&Cited> {
        self.0.get(&(source, line))
    }

    /// The cited lines of a source, ascending.
    pub(super) fn lines(&self, source: SourceId) -> impl Iterator<Item = u64> {
        self.0.range((source, 0)..=(source, u64::MAX)).map(|((_, line), _)| *line)
    }

    fn add(&mut self, evidence: &Evidence, rows: &[Row<'_>], finding: usize, proof: usize) {
        let Location { source, line, end_line, .. } = evidence.citation.location;
        for number in line..=end_line {
            let by = &mut self.0.entry((source, number)).or_default().by;
            if !by.contains(&(finding, proof)) {
                by.push((finding, proof));
            }
        }
        for row in rows {
            let skipped = row.first_column.saturating_sub(1) as usize;
            self.0.entry((source, row.line)).or_default().marks.push(row.mark.start + skipped..row.mark.end + skipped);
        }
    }
}

/// The proofs of one diagnosis: shown ones first, then those that are only listed.
pub(super) struct Proofs<'r> {
    pub(super) groups: Vec<Group<'r>>,
    /// How many of the groups are shown.
    pub(super) shown: usize,
}

/// The proofs of all diagnoses, in their order, and the lines that they cite.
pub(super) fn proofs<'r>(report: &'r Report, facts: &Facts<'r>) -> (Vec<Proofs<'r>>, Citations) {
    let mut citations = Citations::default();
    let all = report.diagnoses.iter().enumerate().map(|(index, diagnosis)| {
        let proofs = proofs_of(diagnosis, facts);
        for (proof, group) in proofs.groups.iter().enumerate() {
            let again = diagnosis.evidence.iter().filter(|evidence| group.again.contains(&evidence.citation.location));
            for evidence in std::iter::once(group.evidence).chain(again) {
                citations.add(evidence, &rows(evidence, &facts.at(evidence), ROOM), index, proof);
            }
        }
        proofs
    });
    let all = all.collect();
    for location in report.other_failures.iter().flat_map(|other| &other.evidence).map(|citation| citation.location) {
        citations.0.entry((location.source, location.line)).or_default().by_other = true;
    }
    (all, citations)
}

fn proofs_of<'r>(diagnosis: &'r Diagnosis, facts: &Facts<'r>) -> Proofs<'r> {
    let mut all: Vec<Option<Group<'r>>> = groups(diagnosis, facts, ROOM).into_iter().map(Some).collect();
    let chosen = {
        let known: Vec<Group<'r>> = all.iter().flatten().map(|group| Group { evidence: group.evidence, again: Vec::new() }).collect();
        choose(&known)
    };
    let shown: Vec<Group<'r>> = chosen.iter().filter_map(|index| all[*index].take()).collect();
    let count = shown.len();
    Proofs { groups: shown.into_iter().chain(all.into_iter().flatten()).collect(), shown: count }
}
