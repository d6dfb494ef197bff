//! Every case of the corpus by its own expectation, and what must hold of any report: citations slice their
//! sources, segments tile them, coverage adds up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;

use case::{Case, analyze, load, said};
use pullan_analyzer::{Analyzer, Citation, Report, RuleSet};

/// Analyses every case and collects what `check` finds wrong, so that one run shows everything.
fn over_all_cases(check: impl Fn(&Case, &Report) -> Vec<String>) {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let cases = load();
    let mut failures = Vec::new();
    for case in &cases {
        let report = analyze(&analyzer, &case.sources);
        let problems = check(case, &report);
        if !problems.is_empty() {
            failures.push(format!(
                "{} ({})\n    said: {}\n    {}",
                case.name,
                case.expected.title,
                said(&report).join(", "),
                problems.join("\n    ")
            ));
        }
    }
    assert!(failures.is_empty(), "\n{} of {} cases fail:\n\n{}\n", failures.len(), cases.len(), failures.join("\n\n"));
}

#[test]
fn every_case_is_answered_as_its_author_wrote() {
    over_all_cases(|case, report| {
        let problems = case.problems(report);
        match &case.expected.known_wrong {
            None => problems,
            Some(_) if !problems.is_empty() => Vec::new(),
            Some(reason) => vec![format!("is mended; take `known-wrong: {reason}` out of its case.yaml")],
        }
    });
}

#[test]
fn every_case_says_where_it_comes_from() {
    over_all_cases(|case, _| {
        let origin = &case.expected.origin;
        let known = origin == "guide"
            || origin == "synthetic"
            || origin.strip_prefix("lab: ").is_some_and(|versions| versions.contains(char::is_numeric));
        let mut problems = Vec::new();
        if !known {
            problems.push(format!("origin `{origin}` is none of guide, synthetic, lab: VERSIONS"));
        }
        if case.sources.is_empty() {
            problems.push("there is no input".to_owned());
        }
        problems
    });
}

#[test]
fn every_diagnosis_has_primary_evidence_and_every_citation_slices_its_source() {
    over_all_cases(|case, report| {
        let texts: Vec<Vec<String>> = case.sources.iter().map(|(_, bytes)| lines_of(bytes)).collect();
        let mut problems = Vec::new();
        for diagnosis in &report.diagnoses {
            if !diagnosis.evidence.iter().any(|evidence| evidence.role == pullan_analyzer::Role::Primary) {
                problems.push(format!("{} has no primary evidence", diagnosis.rule));
            }
        }
        let cited = report.diagnoses.iter().flat_map(|diagnosis| diagnosis.evidence.iter().map(|evidence| &evidence.citation));
        let others = report.other_failures.iter().flat_map(|other| &other.evidence);
        for citation in cited.chain(others) {
            if let Some(problem) = wrong_citation(citation, &texts) {
                problems.push(problem);
            }
        }
        problems
    });
}

#[test]
fn segments_tile_every_source_and_coverage_adds_up() {
    over_all_cases(|case, report| {
        let mut problems = Vec::new();
        let mut total = 0;
        for (index, (name, bytes)) in case.sources.iter().enumerate() {
            let lines = lines_of(bytes).len() as u64;
            total += lines;
            let mut next = 1;
            for segment in report.coverage.segments.iter().filter(|segment| segment.source.0 as usize == index) {
                if segment.first_line != next {
                    problems.push(format!(
                        "{name}: a segment begins at line {}, the one before it ended at {}",
                        segment.first_line,
                        next - 1
                    ));
                }
                if segment.unread > segment.lines {
                    problems.push(format!("{name}: {} of {} lines unread", segment.unread, segment.lines));
                }
                next = segment.first_line + segment.lines;
            }
            if next != lines + 1 {
                problems.push(format!("{name}: segments end at line {}, the source at {lines}", next - 1));
            }
        }
        if report.coverage.lines != total {
            problems.push(format!("coverage counts {} lines, the sources have {total}", report.coverage.lines));
        }
        let understood: u64 = report
            .coverage
            .segments
            .iter()
            .filter(|segment| segment.kind.is_understood())
            .map(|segment| segment.lines - segment.unread.min(segment.lines))
            .sum();
        if report.coverage.understood != understood {
            problems.push(format!("coverage says {} understood, the segments {understood}", report.coverage.understood));
        }
        problems
    });
}

/// The lines of a source as a reader sees them.
fn lines_of(bytes: &[u8]) -> Vec<String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    text.lines().map(str::to_owned).collect()
}

fn wrong_citation(citation: &Citation, texts: &[Vec<String>]) -> Option<String> {
    let location = citation.location;
    let place = format!("source {} line {}", location.source.0, location.line);
    let source = texts.get(location.source.0 as usize)?;
    let Some(lines) = source.get(location.line as usize - 1..location.end_line as usize) else {
        return Some(format!("{place}: the source has no lines {} to {}", location.line, location.end_line));
    };
    let (first, last) = (location.column as usize - 1, location.end_column as usize - 1);
    let cited = match lines {
        [only] => only.chars().take(last).skip(first).collect::<String>(),
        [top, between @ .., bottom] => {
            let mut text: String = top.chars().skip(first).collect();
            for line in between {
                text.push('\n');
                text.push_str(line);
            }
            text.push('\n');
            text.extend(bottom.chars().take(last));
            text
        }
        [] => return Some(format!("{place}: nothing is cited")),
    };
    if cited.trim().is_empty() {
        return Some(format!("{place}: blanks are cited"));
    }
    (cited != citation.text()).then(|| format!("{place}: the source says {cited:?}, the citation {:?}", citation.text()))
}
