//! What stands below the diagnoses, and what is said when there is none.
//!
//! In: a report. Out: other failures by name, what was not understood, and the last line with the coverage.

use super::super::section::Section;
use super::super::style::{Ink, Style};
use super::super::words::Words;
use super::super::wrap::{clean, cut, pad, short_path, width, wrap};
use super::subject;
use pullan_analyzer::{Citation, OtherFailure, Report, Segment, SegmentKind};
use std::collections::BTreeMap;

/// So many other failures are named.
const OTHERS: usize = 10;
/// A path is shown with so many columns at most.
const PLACE: usize = 30;
/// So many stretches that were not understood are listed.
const STRETCHES: usize = 5;
/// What to save when nothing useful was there.
pub(crate) const TO_SAVE: &[&str] =
    &["kubectl describe pod <pod> -n <namespace> > describe.txt", "kubectl get events -A --sort-by=.lastTimestamp > events.txt"];

pub(super) fn render(report: &Report, words: Words, style: &Style) -> String {
    let mut out = String::new();
    if report.diagnoses.is_empty() {
        nothing(report, words, style, &mut out);
        out.push('\n');
    }
    if !report.other_failures.is_empty() {
        others(report, words, style, &mut out);
        out.push('\n');
    }
    if let Some(diagnosis) = report.diagnoses.first() {
        let hint = words.hint(style.program(), &clean(&diagnosis.rule));
        out.push_str(&format!("{}\n", style.paint(Ink::Quiet, &hint)));
    }
    for limit in &report.limits {
        let place = limit.source.as_ref().map(|source| format!(" ({})", clean(source))).unwrap_or_default();
        out.push_str(&format!("{}: {}{place}\n", words.left_out(), clean(&words.limit(limit))));
    }
    not_understood(report, words, style, &mut out);
    let coverage = &report.coverage;
    out.push_str(&format!("{}\n", words.covered(coverage.lines, coverage.understood, report.rules)));
    out
}

/// No diagnosis: whether that says anything, and what to save.
fn nothing(report: &Report, words: Words, style: &Style, out: &mut String) {
    let section = Section { words, style };
    let mut read: BTreeMap<SegmentKind, u64> = BTreeMap::new();
    for segment in report.coverage.segments.iter().filter(|segment| segment.kind.is_recognised()) {
        *read.entry(segment.kind).or_default() += segment.lines.saturating_sub(segment.unread);
    }
    let paragraph = |text: &str, out: &mut String| {
        for line in wrap(text, style.prose(), 2, 2) {
            out.push_str(&format!("  {line}\n"));
        }
    };
    let to_save = |out: &mut String| {
        for command in TO_SAVE {
            out.push_str(&format!("    {} {command}\n", style.paint(Ink::Quiet, "$")));
        }
    };
    if read.is_empty() {
        out.push_str(&format!("{}\n", style.paint(Ink::Strong, words.nothing_recognised())));
        paragraph(words.nothing_recognised_note(), out);
        to_save(out);
        return;
    }
    out.push_str(&format!("{}\n", style.paint(Ink::Strong, words.nothing_found())));
    paragraph(words.nothing_found_note(), out);
    let kinds: Vec<String> = read.iter().map(|(kind, lines)| format!("{} ({})", words.segment(*kind), words.lines(*lines))).collect();
    section.text(words.was_read(), &kinds.join(", "), out);
    let about_pods = [SegmentKind::Describe, SegmentKind::EventTable, SegmentKind::ResourceTable, SegmentKind::Yaml, SegmentKind::Json];
    if !about_pods.iter().any(|kind| read.contains_key(kind)) {
        paragraph(words.no_pod_seen(), out);
        to_save(out);
    }
}

/// One line each.
fn others(report: &Report, words: Words, style: &Style, out: &mut String) {
    out.push_str(&format!("{}: {}\n", style.paint(Ink::Strong, words.out_of_scope()), words.out_of_scope_note()));
    let shown = &report.other_failures[..report.other_failures.len().min(OTHERS)];
    let columns = shown.iter().map(|other| width(other.kind.as_str())).max().unwrap_or(0);
    for other in shown {
        let line = format!("  {}  {}", pad(other.kind.as_str(), columns), other_line(report, other, words));
        out.push_str(cut(&line, style.width()).trim_end());
        out.push('\n');
    }
    if report.other_failures.len() > OTHERS {
        out.push_str(&format!("  {}\n", words.more(report.other_failures.len() - OTHERS)));
    }
}

fn other_line(report: &Report, other: &OtherFailure, words: Words) -> String {
    // The place first: a name that is cut off can be read there.
    let place =
        |citation: &Citation| format!("{}:{}", short_path(report.source_name(citation.location.source), PLACE), citation.location.line);
    let mut parts: Vec<String> = other.evidence.first().map(place).into_iter().collect();
    parts.extend(subject::parts(&other.subject, words, other.subject.pod.is_none()));
    if other.count > 1 {
        parts.push(words.repeated(other.count));
    }
    parts.join(", ")
}

/// Names what was not understood when it is a good part of the input.
fn not_understood(report: &Report, words: Words, style: &Style, out: &mut String) {
    let coverage = &report.coverage;
    if coverage.understood.saturating_mul(3) >= coverage.lines.saturating_mul(2) {
        return;
    }
    let mut unread: Vec<&Segment> = coverage.segments.iter().filter(|segment| !segment.kind.is_understood()).collect();
    if unread.is_empty() {
        return;
    }
    unread.sort_by_key(|segment| (std::cmp::Reverse(segment.lines), segment.source, segment.first_line));
    let more = unread.len().saturating_sub(STRETCHES);
    unread.truncate(STRETCHES);
    unread.sort_by_key(|segment| (segment.source, segment.first_line));
    let mut list: Vec<String> = Vec::new();
    let mut last = None;
    for segment in unread {
        // `guide.md:1-30, 44-52`: a source is named once.
        let name = if last == Some(segment.source) { String::new() } else { format!("{}:", clean(report.source_name(segment.source))) };
        last = Some(segment.source);
        list.push(format!("{name}{}", stretch(segment)));
    }
    if more > 0 {
        list.push(words.more(more));
    }
    let key = words.not_understood();
    let lines = wrap(&list.join(", "), style.prose(), width(key) + 2, 2);
    out.push_str(&format!("{key}: {}\n", lines.join("\n  ")));
}

/// `1-30`
fn stretch(segment: &Segment) -> String {
    let last = segment.first_line + segment.lines.saturating_sub(1);
    if last > segment.first_line { format!("{}-{last}", segment.first_line) } else { last.to_string() }
}
