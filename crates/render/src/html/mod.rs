//! The answer as one page for a browser, complete in itself.
//!
//! In: a [`Report`], best one that [kept the texts](pullan_analyzer::Session::keep_text) of its sources. Out: one HTML document: the findings, a map of
//! what failed, a timeline a pod, and the input with its cited lines highlighted, linked both ways. It loads nothing,
//! runs no script and needs none; light, dark and printed. Pictures are SVG with a table beside them.
//!
//! Templates write markup and nothing else; whatever they are given passes `escape::Inert`. Nothing is judged here.
//!
//! ```
//! use pullan_analyzer::{Analyzer, Language, RuleSet, TextBounds};
//! let analyzer = Analyzer::new(RuleSet::builtin());
//! let mut session = analyzer.session();
//! session.keep_text(TextBounds::default());
//! session.push("events.txt", b"Failed to pull image \"r.example/<b>:1\": EOF");
//! let page = pullan_render::html::render(&session.finish(), Language::English);
//! assert!(page.starts_with("<!DOCTYPE html>") && !page.contains("<b>"));
//! ```

mod cite;
pub(crate) mod escape;
mod finding;
mod map;
mod piece;
mod scale;
mod source;
mod timeline;
mod words;

use crate::text::ending::TO_SAVE;
use crate::text::evidence::Facts;
use crate::words::Words;
use askama::Template;
use cite::Link;
use finding::{Finding, Findings};
use map::Map;
use pullan_analyzer::{Language, Limit, OtherFailure, Report, Subject};
use source::Source;
use timeline::Timeline;

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'r> {
    words: Words,
    style: &'static str,
    version: &'static str,
    title: String,
    sum: String,
    coverage: String,
    findings: Vec<Finding<'r>>,
    more_findings: String,
    map: Option<Map>,
    timelines: Vec<Timeline>,
    more_pods: String,
    others: Vec<Other>,
    more_others: String,
    limits: &'r [Limit],
    sources: Vec<Source<'r>>,
    more_sources: String,
    /// Whether anything was recognised.
    recognised: bool,
    to_save: &'static [&'static str],
}

/// A failure that is not about an image.
struct Other {
    kind: &'static str,
    subject: String,
    count: String,
    place: Link,
}

/// So many findings are on the page; nobody reads more, and a browser opens it at once.
const MOST_FINDINGS: usize = 200;
/// So many failures of other kinds.
const MOST_OTHERS: usize = 500;

/// Renders a report.
pub fn render(whole: &Report, language: Language) -> String {
    let words = Words(language);
    // Nothing on the page leads to a finding that is not there.
    let shortened = (whole.diagnoses.len() > MOST_FINDINGS).then(|| {
        let mut report = whole.clone();
        report.diagnoses.truncate(MOST_FINDINGS);
        report
    });
    let report = shortened.as_ref().unwrap_or(whole);
    let left_out = |count: usize, more: &dyn Fn(usize) -> String| if count > 0 { more(count) } else { String::new() };
    let facts = Facts::of(report);
    let (proofs, citations) = cite::proofs(report, &facts);
    let all = Findings::new(report, &facts, words);
    let findings: Vec<Finding<'_>> = report
        .diagnoses
        .iter()
        .zip(&proofs)
        .enumerate()
        .map(|(index, (diagnosis, proofs))| all.finding(index, diagnosis, proofs))
        .collect();
    let (timelines, more_pods) = timeline::timelines(report, &citations, words);
    let (sources, unnamed) = source::sources(report, &citations, words);
    let coverage = &report.coverage;
    let page = Page {
        words,
        style: include_str!("style.css"),
        version: env!("CARGO_PKG_VERSION"),
        title: findings.first().map_or_else(|| words.nothing_found().to_owned(), |finding| finding.title.to_owned()),
        sum: finding::sum(whole, words),
        coverage: words.covered(coverage.lines, coverage.understood, report.rules),
        findings,
        more_findings: left_out(whole.diagnoses.len() - report.diagnoses.len(), &|count| words.more_findings(count)),
        map: map::map(report, words),
        timelines,
        more_pods: left_out(more_pods, &|count| words.more(count)),
        others: report.other_failures.iter().take(MOST_OTHERS).map(|other| other_row(report, other, words)).collect(),
        more_others: left_out(report.other_failures.len().saturating_sub(MOST_OTHERS), &|count| words.more(count)),
        limits: &report.limits,
        sources,
        more_sources: left_out(unnamed, &|count| words.more_sources(count)),
        recognised: coverage.segments.iter().any(|segment| segment.kind.is_recognised()),
        to_save: TO_SAVE,
    };
    let mut html = String::new();
    // Only what is written to can fail, and a string does not.
    let written = page.render_into(&mut html);
    debug_assert!(written.is_ok());
    html
}

/// `shop/web-1`
fn pod_name(subject: &Subject) -> Option<String> {
    let pod = subject.pod.as_ref()?;
    Some(subject.namespace.as_ref().map_or_else(|| pod.clone(), |namespace| format!("{namespace}/{pod}")))
}

fn other_row(report: &Report, other: &OtherFailure, words: Words) -> Other {
    let subject = &other.subject;
    let node = subject.node.as_ref().map(|node| format!("{} {node}", words.node()));
    let place = other.evidence.first().map(|citation| citation.location);
    Other {
        kind: other.kind.as_str(),
        subject: pod_name(subject).into_iter().chain(subject.container.clone()).chain(node).collect::<Vec<_>>().join(", "),
        count: other.count.to_string(),
        place: Link {
            href: place.map(|place| format!("#{}", cite::line_id(place.source, place.line))).unwrap_or_default(),
            text: place.map(|place| format!("{}:{}", report.source_name(place.source), place.line)).unwrap_or_default(),
        },
    }
}
