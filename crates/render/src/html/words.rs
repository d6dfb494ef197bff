//! Phrases of the page in which something is filled in; its fixed words are in `words/`.

use crate::words::{Words, fill, number};

impl Words {
    /// `12 lines left out`
    pub(super) fn lines_left_out(self, count: u64) -> String {
        fill(self.html_lines_left_out(), &[("lines", &self.lines(count))])
    }

    /// `480 characters left out`
    pub(super) fn characters_left_out(self, count: &usize) -> String {
        let message = if *count == 1 { self.html_characters_left_out_one() } else { self.html_characters_left_out_many() };
        fill(message, &[("count", &number(*count as u64))])
    }

    /// Of a link from a cited line to what cites it; both count from 1.
    pub(super) fn back_to(self, finding: usize, proof: usize) -> String {
        fill(self.html_back_to(), &[("finding", &finding.to_string()), ("proof", &proof.to_string())])
    }

    /// `4 more citations`
    pub(super) fn more_citations(self, count: usize) -> String {
        let message = if count == 1 { self.html_more_citations_one() } else { self.html_more_citations_many() };
        fill(message, &[("count", &number(count as u64))])
    }

    /// `3 more findings are not on this page; the JSON form has all.`
    pub(super) fn more_findings(self, count: usize) -> String {
        let message = if count == 1 { self.html_more_findings_one() } else { self.html_more_findings_many() };
        fill(message, &[("count", &number(count as u64))])
    }

    /// `and 3 more sources`
    pub(super) fn more_sources(self, count: usize) -> String {
        let message = if count == 1 { self.html_more_sources_one() } else { self.html_more_sources_many() };
        fill(message, &[("count", &number(count as u64))])
    }

    /// `root cause of finding 1`
    pub(super) fn root_of(self, numbers: &str) -> String {
        format!("{} {numbers}", self.html_root_cause())
    }
}
