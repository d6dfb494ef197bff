//! A merged report as tables: which causes strike most dumps, and which registries and nodes have most of the pods.
//!
//! In: a report of many dumps. Out: a screen for a person, the rest counted. What a cause means and what to do is another answer's work.
//!
//! ```text
//! causes
//!   dumps  pods  since  last  cause                                       about
//!       2     2     9m   30s  error[tcp-connection-refused] certain       r.example
//! ```
//!
//! On a narrow terminal the last column stands below the one before it.

use super::section::severity_ink;
use super::style::{Ink, Style};
use super::words::{Words, number};
use super::wrap::{clean, short_image, width};
use pullan_analyzer::{Affected, Diagnosis, Language, Report, Verdict};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Rows of one table.
const ROWS: usize = 20;

/// Of a name so many columns tell enough.
const READABLE: usize = 32;

/// The summary.
///
/// ```
/// use pullan_analyzer::Language;
/// use pullan_render::{Style, fleet};
/// let report = pullan_analyzer::analyze("a.txt", br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.9:443: connect: connection refused"#);
/// let text = fleet::text(&report.merge(Default::default()), Language::English, &Style::new(false, 100));
/// assert!(text.contains("error[tcp-connection-refused]"));
/// ```
pub fn text(report: &Report, language: Language, style: &Style) -> String {
    let words = Words(language);
    let mut tables = vec![causes(report, words, style)];
    tables.push(places(report, words.fleet_registries(), words, style, |one| one.registry()));
    tables.push(places(report, words.fleet_nodes(), words, style, |one| one.subject.node.clone()));
    tables.push(others(report, words, style));
    tables.push(left_out(report, words, style));
    tables.retain(|table| !table.is_empty());
    let coverage = &report.coverage;
    tables.push(format!("{}, {}\n", words.dumps(coverage.dumps), words.covered(coverage.lines, coverage.understood, report.rules)));
    tables.join("\n")
}

fn causes(report: &Report, words: Words, style: &Style) -> String {
    let age = |seconds: Option<u64>| seconds.map(|seconds| words.age(seconds)).unwrap_or_default();
    let row = |one: &Diagnosis| {
        let seen = one.occurrence;
        let pods = if one.reach.pods == 0 { String::new() } else { number(one.reach.pods as u64) };
        let name = one.about.name.as_deref().map(clean).unwrap_or_default().into_owned();
        vec![number(seen.dumps), pods, age(seen.first_seen), age(seen.last_seen), cause(one, words, style), name]
    };
    let head = [words.fleet_dumps(), words.fleet_pods(), words.fleet_since(), words.fleet_last(), words.fleet_cause(), words.fleet_about()];
    table(words.fleet_causes(), &head, 4, report.diagnoses.iter().map(row), words, style)
}

fn cause(one: &Diagnosis, words: Words, style: &Style) -> String {
    let verdict = if one.verdict == Verdict::Unknown { words.unknown() } else { words.verdict(one.verdict) };
    let name = format!("{}[{}]", words.severity(one.severity), clean(&one.rule));
    format!("{} {verdict}", style.paint(severity_ink(one.severity), &name))
}

/// Different pods and images of each place, those with most pods first.
fn places(report: &Report, title: &str, words: Words, style: &Style, place: impl Fn(&Affected) -> Option<String>) -> String {
    type Pod<'r> = (&'r Option<String>, &'r String);
    let mut found: BTreeMap<String, (BTreeSet<Pod<'_>>, BTreeSet<&String>)> = BTreeMap::new();
    for one in report.diagnoses.iter().flat_map(|diagnosis| &diagnosis.subjects) {
        let Some(name) = place(one) else { continue };
        let (pods, images) = found.entry(name).or_default();
        pods.extend(one.subject.pod.as_ref().map(|pod| (&one.subject.namespace, pod)));
        images.extend(&one.image);
    }
    let mut rows: Vec<(String, usize, usize)> = found.into_iter().map(|(name, (pods, images))| (name, pods.len(), images.len())).collect();
    rows.sort_by_key(|(name, pods, images)| (Reverse((*pods, *images)), name.clone()));
    let row = |(name, pods, images): (String, usize, usize)| vec![number(pods as u64), number(images as u64), clean(&name).into_owned()];
    table(title, &[words.fleet_pods(), words.fleet_images(), ""], 2, rows.into_iter().map(row), words, style)
}

fn others(report: &Report, words: Words, style: &Style) -> String {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    report.other_failures.iter().for_each(|other| *found.entry(other.kind.as_str()).or_default() += 1);
    let mut rows: Vec<(&str, usize)> = found.into_iter().collect();
    rows.sort_by_key(|(kind, count)| (Reverse(*count), *kind));
    let row = |(kind, count): (&str, usize)| vec![number(count as u64), kind.to_owned()];
    table(words.out_of_scope(), &["", ""], 1, rows.into_iter().map(row), words, style)
}

fn left_out(report: &Report, words: Words, style: &Style) -> String {
    let row = |limit: &pullan_analyzer::Limit| vec![number(limit.left_out), clean(&words.limit_what(limit)).into_owned()];
    table(words.left_out(), &["", ""], 1, report.limits.iter().map(row), words, style)
}

/// A table under its title, the first `numbers` columns to the right; empty without rows.
fn table(
    title: &str,
    head: &[&str],
    numbers: usize,
    rows: impl ExactSizeIterator<Item = Vec<String>>,
    words: Words,
    style: &Style,
) -> String {
    let more = rows.len().saturating_sub(ROWS);
    let mut lines: Vec<Vec<String>> = rows.take(ROWS).collect();
    if lines.is_empty() {
        return String::new();
    }
    if head.iter().any(|word| !word.is_empty()) {
        lines.insert(0, head.iter().map(|word| (*word).to_owned()).collect());
    }
    let last = head.len() - 1;
    let columns: Vec<usize> = (0..last).map(|at| lines.iter().map(|line| visible(&line[at])).max().unwrap_or(0)).collect();
    let before = |at: usize| columns[..at].iter().map(|column| column + 2).sum::<usize>() + 2;
    let longest = lines.iter().map(|line| width(&short_image(&line[last], READABLE))).max().unwrap_or(0);
    // Where too little of it could be read, the last cell stands below the one before it.
    let below = last > numbers && before(last) + longest > style.width();
    let margin = before(if below { last - 1 } else { last });
    let mut out = format!("{}\n", style.paint(Ink::Strong, title));
    for line in &lines {
        let mut text = String::new();
        for (at, cell) in line[..last].iter().enumerate() {
            let filler = " ".repeat(columns[at] - visible(cell));
            text.push_str(&if at < numbers { format!("  {filler}{cell}") } else { format!("  {cell}{filler}") });
        }
        let name = short_image(&line[last], style.width().saturating_sub(margin));
        if below && !name.is_empty() {
            text = format!("{}\n{}", text.trim_end(), " ".repeat(margin));
        } else {
            text.push_str("  ");
        }
        text.push_str(&name);
        out.push_str(text.trim_end());
        out.push('\n');
    }
    if more > 0 {
        out.push_str(&format!("  {}\n", words.more(more)));
    }
    out
}

/// Columns of a text without the colours that a [`Style`] puts in.
fn visible(cell: &str) -> usize {
    let mut columns = 0;
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        columns += width(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    columns + width(rest)
}
