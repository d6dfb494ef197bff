//! The text of the sources, as far as a report shows it around its citations.
//!
//! In: the decoded lines of each piece of a source, and where something was observed in them. Out:
//! [`SourceText`]s: of a short source every line, of a long one the lines around what is cited, secrets masked. Nothing is kept
//! unless it was asked for, and never more than the bounds say, so that a session's memory does not grow with its input.

use crate::redact::{BrokenBase64, mask_secrets, secret_data};
use crate::source::{Location, SourceId};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// How much text a session keeps, see [`Session::keep_text`](crate::Session::keep_text).
///
/// ```
/// use pullan_analyzer::TextBounds;
/// let bounds = TextBounds { around: 10, ..TextBounds::default() };
/// assert_eq!(bounds.whole, 1024 * 1024);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextBounds {
    /// A source of at most so many bytes is kept whole; 1 MiB.
    pub whole: usize,
    /// So many lines on both sides of a citation are kept of a longer one; 5.
    pub around: u64,
    /// Bytes of all sources together; 32 MiB. What comes later is not kept.
    pub total: usize,
}

impl Default for TextBounds {
    fn default() -> Self {
        TextBounds { whole: 1 << 20, around: 5, total: 32 << 20 }
    }
}

/// A line of a window is kept up to so many bytes; a citation has its own window of a longer one.
const LONGEST_LINE: usize = 16 * 1024;

/// What is kept of the text of a source. Lines are as decoded, before any cleaning but with secrets masked, so that the columns of a [`Location`] count in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceText {
    /// How many lines the source has.
    pub lines: u64,
    /// The lines that were kept, by their number, which counts from 1.
    pub kept: BTreeMap<u64, String>,
}

impl SourceText {
    /// Whether nothing is missing.
    ///
    /// ```
    /// use pullan_analyzer::{Analyzer, RuleSet, TextBounds};
    /// let analyzer = Analyzer::new(RuleSet::builtin());
    /// let mut session = analyzer.session();
    /// session.keep_text(TextBounds::default());
    /// session.push("a.txt", b"one\ntwo\n");
    /// let report = session.finish();
    /// assert!(report.texts[0].is_whole());
    /// assert_eq!(report.texts[0].kept[&2], "two");
    /// ```
    pub fn is_whole(&self) -> bool {
        self.kept.len() as u64 == self.lines
    }
}

/// Keeps text while sources are read.
#[derive(Debug)]
pub(crate) struct Transcript {
    bounds: TextBounds,
    texts: Vec<SourceText>,
    bytes: usize,
}

impl Transcript {
    pub(crate) fn new(bounds: TextBounds) -> Self {
        Transcript { bounds, texts: Vec::new(), bytes: 0 }
    }

    /// Adds a piece of a source: its lines, the number of the first, and the lines in which something was observed.
    pub(crate) fn piece<'t>(
        &mut self,
        source: SourceId,
        first_line: u64,
        lines: impl Iterator<Item = &'t str> + Clone,
        observed: impl Iterator<Item = Location>,
    ) {
        let index = source.0 as usize;
        if self.texts.len() <= index {
            self.texts.resize_with(index + 1, SourceText::default);
        }
        let length: usize = lines.clone().map(|line| line.len() + 1).sum();
        let whole = first_line == 1 && length <= self.bounds.whole;
        let windows = if whole { Vec::new() } else { windows(observed, self.bounds.around) };
        let mut window = 0;
        let mut count = 0;
        for (line, number) in lines.zip(first_line..) {
            count += 1;
            while windows.get(window).is_some_and(|(_, last)| *last < number) {
                window += 1;
            }
            let wanted = whole || windows.get(window).is_some_and(|(first, _)| *first <= number);
            let line = if whole { line } else { start(line) };
            if wanted && self.bytes + line.len() <= self.bounds.total {
                self.bytes += line.len();
                self.texts[index].kept.insert(number, line.to_owned());
            }
        }
        self.texts[index].lines += count;
    }

    /// The texts, one for each of `sources` sources; of those that are not whole, only what is near a citation.
    pub(crate) fn finish(mut self, sources: usize, cited: &[Location]) -> Vec<SourceText> {
        self.texts.resize_with(sources, SourceText::default);
        for (index, text) in self.texts.iter_mut().enumerate().filter(|(_, text)| !text.is_whole()) {
            let here = cited.iter().copied().filter(|location| location.source.0 as usize == index);
            let windows = windows(here, self.bounds.around);
            text.kept.retain(|number, _| {
                let at = windows.partition_point(|(_, last)| last < number);
                windows.get(at).is_some_and(|(first, _)| first <= number)
            });
        }
        self.texts.iter_mut().for_each(mask);
        self.texts
    }
}

/// A line of at least so many bytes may have been broken by a terminal, in the middle of a token perhaps.
const WRAPPED: usize = 60;

/// Puts a `*` for every character of a secret.
fn mask(text: &mut SourceText) {
    mask_data(text);
    let mut before: Option<(u64, String)> = None;
    let mut in_private_key = false;
    let mut base64 = BrokenBase64::default();
    for (number, line) in &mut text.kept {
        let original = line.clone();
        let border = original.contains("PRIVATE KEY-----");
        if let Cow::Owned(masked) = mask_secrets(&original) {
            *line = masked;
        }
        // Lines may be missing in between.
        before = before.filter(|(last, _)| last + 1 == *number);
        if before.is_none() {
            base64 = BrokenBase64::default();
        }
        if let Some((_, start)) = before.filter(|(_, start)| start.len() >= WRAPPED)
            && let Cow::Owned(masked) = mask_secrets(&format!("{start}\n{original}"))
            && let Some((_, end)) = masked.split_once('\n')
        {
            *line = line.chars().zip(end.chars()).map(|(own, other)| if other == '*' { other } else { own }).collect();
        }
        if let Some(rest) = base64.next(&original) {
            *line = line.char_indices().map(|(at, c)| if rest.contains(&at) { '*' } else { c }).collect();
        }
        if in_private_key && !border {
            *line = line.chars().map(|c| if c.is_whitespace() { c } else { '*' }).collect();
        }
        if border {
            in_private_key = original.contains("-----BEGIN ") && !original.contains("-----END ");
        }
        before = Some((*number, original));
    }
}

/// The same for the data of Secrets, which is secret whatever its keys are called.
fn mask_data(text: &mut SourceText) {
    let mut found: BTreeMap<u64, Vec<Range<usize>>> = BTreeMap::new();
    for (number, range) in secret_data(text.kept.iter().map(|(number, line)| (*number, line.as_str()))) {
        found.entry(number).or_default().push(range);
    }
    for (number, ranges) in found {
        if let Some(line) = text.kept.get_mut(&number) {
            let is_secret = |at: usize| ranges.iter().any(|range| range.contains(&at));
            *line = line.char_indices().map(|(at, c)| if is_secret(at) { '*' } else { c }).collect();
        }
    }
}

/// First and last lines of windows around some places, ascending and apart.
fn windows(places: impl Iterator<Item = Location>, around: u64) -> Vec<(u64, u64)> {
    let mut all: Vec<(u64, u64)> = places.map(|place| (place.line.saturating_sub(around), place.end_line.saturating_add(around))).collect();
    all.sort_unstable();
    let mut windows: Vec<(u64, u64)> = Vec::new();
    for (first, last) in all {
        match windows.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => windows.push((first, last)),
        }
    }
    windows
}

fn start(line: &str) -> &str {
    let mut end = line.len().min(LONGEST_LINE);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    &line[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Analyzer, Report, RuleSet};

    const FAILURE: &str = "Failed to pull image \"r.example/a:1\": dial tcp 10.0.0.1:443: connect: connection refused";

    fn report(bounds: TextBounds, sources: &[&[u8]]) -> Report {
        let analyzer = Analyzer::new(RuleSet::builtin());
        let mut session = analyzer.session();
        session.keep_text(bounds);
        for (index, bytes) in sources.iter().enumerate() {
            session.push(&format!("{index}.txt"), bytes);
        }
        session.finish()
    }

    fn numbers(text: &SourceText) -> Vec<u64> {
        text.kept.keys().copied().collect()
    }

    #[test]
    fn nothing_is_kept_unless_asked_for() {
        assert!(crate::analyze("a.txt", FAILURE.as_bytes()).texts.is_empty());
    }

    #[test]
    fn a_short_source_is_kept_as_it_is_decoded() {
        let bytes = format!("\u{feff}\u{1b}[31mone\u{1b}[0m\r\n\r\n> 둘\n{FAILURE}");
        let report = report(TextBounds::default(), &[bytes.as_bytes(), b""]);
        let lines: Vec<&str> = report.texts[0].kept.values().map(String::as_str).collect();
        assert_eq!(lines, ["\u{1b}[31mone\u{1b}[0m", "", "> 둘", FAILURE]);
        assert_eq!(report.texts[1], SourceText::default());
    }

    #[test]
    fn of_a_long_source_what_stands_around_citations_is_kept() {
        let mut lines: Vec<String> = (1..=100).map(|number| format!("line {number}")).collect();
        lines[49] = FAILURE.to_owned();
        lines[50].clear(); // or it would be read as the rest of the message
        let bounds = TextBounds { whole: 500, around: 2, ..TextBounds::default() };
        let report = report(bounds, &[lines.join("\n").as_bytes()]);
        assert_eq!(report.diagnoses[0].evidence[0].citation.location.line, 50);
        assert_eq!((report.texts[0].lines, numbers(&report.texts[0])), (100, vec![48, 49, 50, 51, 52]));
    }

    #[test]
    fn what_was_observed_but_is_not_cited_is_not_kept() {
        let healthy = format!("Successfully pulled image \"r.example/a:1\" in 2s\n{}", "x\n".repeat(400));
        let report = report(TextBounds { whole: 500, ..TextBounds::default() }, &[healthy.as_bytes()]);
        assert_eq!((report.texts[0].lines, report.texts[0].kept.len()), (401, 0));
    }

    #[test]
    fn all_sources_share_a_bound() {
        let source = "0123456789\n".repeat(10);
        let report = report(TextBounds { total: 150, ..TextBounds::default() }, &[source.as_bytes(), source.as_bytes()]);
        assert_eq!((report.texts[0].kept.len(), report.texts[1].kept.len()), (10, 0));
    }

    #[test]
    fn secrets_are_masked_also_where_a_terminal_broke_them() {
        let start = "$ kubectl create secret docker-registry regcred --docker-password=hun";
        let report = report(TextBounds::default(), &[format!("{start}\nter2 -n shop\npassword: x1y2\nplain").as_bytes()]);
        let lines: Vec<&str> = report.texts[0].kept.values().map(String::as_str).collect();
        assert_eq!(&lines[1..], ["**** -n shop", "password: ****", "plain"]);
    }

    #[test]
    fn a_private_key_is_masked_to_its_end() {
        let key = "  -----BEGIN PRIVATE KEY-----\n  MIIEvgIBADAN\n\n  x1y2==\n  -----END PRIVATE KEY-----\nafter\ntls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t\n";
        let report = report(TextBounds::default(), &[key.as_bytes()]);
        let lines: Vec<&str> = report.texts[0].kept.values().map(String::as_str).collect();
        assert_eq!(lines[1..4], ["  ************", "", "  ******"]);
        assert_eq!(lines[4..6], ["  -----END PRIVATE KEY-----", "after"]);
        assert!(lines[6].starts_with("tls.key: ****") && lines[6].ends_with('*'), "{}", lines[6]);
    }

    #[test]
    fn windows_that_meet_are_one() {
        let place = |line| Location { source: SourceId(0), line, column: 1, end_line: line, end_column: 2 };
        assert_eq!(windows([20, 3, 5, 40].map(place).into_iter(), 2), [(1, 7), (18, 22), (38, 42)]);
    }

    #[test]
    fn what_is_pasted_of_a_secret_without_its_kind_is_masked() {
        let (first, second) = (format!("eyJ{}", "a1B".repeat(24)), "c3D".repeat(8));
        let paste = format!("data:\n  owner: YWRtaW4=\nmap[owner:YWRtaW4=]\n$ base64 config.json\n{first}c\n{second}\nEvents: <none>\n");
        let report = report(TextBounds::default(), &[paste.as_bytes()]);
        let lines: Vec<&str> = report.texts[0].kept.values().map(String::as_str).collect();
        assert_eq!(lines[..4], ["data:", "  owner: ********", "map[owner:********]", "$ base64 config.json"]);
        assert_eq!(lines[4..], ["*".repeat(76).as_str(), "*".repeat(24).as_str(), "Events: <none>"]);
    }

    #[test]
    fn the_data_of_a_secret_is_masked_whatever_its_keys_are_called() {
        let yaml = "data:\n  owner: 비밀 YWRt\nkind: Secret\n---\ndata:\n  mode: ipvs\nkind: ConfigMap\n";
        let kept = &report(TextBounds::default(), &[yaml.as_bytes()]).texts[0].kept;
        assert_eq!((kept[&2].as_str(), kept[&6].as_str()), ("  owner: *******", "  mode: ipvs"));
    }
}
