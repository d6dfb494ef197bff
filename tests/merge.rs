//! Merged reports: however reports are split, ordered and grouped, the result is the same, as a value and as JSON; and it says of the
//! dumps what it must say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, missing_docs)] // a test reads files, and may stop at what must not happen

mod case;

use case::{analyze, load};
use proptest::prelude::*;
use pullan_analyzer::{
    About, Affected, Alternative, Analyzer, Citation, Coverage, Diagnosis, Evidence, Extent, Limit, Location, Occurrence, OtherFailure,
    OtherKind, Reach, Report, Role, RuleSet, Scope, Severity, SourceId, Subject, Verdict, Wording,
};
use std::sync::OnceLock;

/// Reports in some order, merged two neighbours at a time as `picks` says.
fn grouped(mut reports: Vec<Report>, picks: &[usize]) -> Report {
    for pick in picks.iter().cycle() {
        if reports.len() < 2 {
            break;
        }
        let at = pick % (reports.len() - 1);
        let right = reports.remove(at + 1);
        let left = std::mem::take(&mut reports[at]);
        reports[at] = left.merge(right);
    }
    reports.pop().unwrap_or_default()
}

fn json(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// Any order and grouping gives what merging one after the other gives, and an empty report changes nothing.
fn assert_one_result(reports: &[Report], order: &[usize], picks: &[usize]) -> Result<(), TestCaseError> {
    let expected = reports.iter().cloned().fold(Report::default(), Report::merge);
    let ordered: Vec<Report> = order.iter().map(|index| reports[*index].clone()).collect();
    for merged in [grouped(ordered.clone(), picks).merge(Report::default()), Report::default().merge(ordered.iter().cloned().collect())] {
        prop_assert_eq!(&merged, &expected);
        prop_assert_eq!(json(&merged), json(&expected));
    }
    prop_assert_eq!(&expected.clone().merge(Report::default()), &expected);
    prop_assert_eq!(expected.coverage.dumps, reports.iter().map(|report| report.coverage.dumps).sum::<u64>());
    for diagnosis in &expected.diagnoses {
        prop_assert!(diagnosis.evidence.iter().all(|evidence| (evidence.citation.location.source.0 as usize) < expected.sources.len()));
    }
    Ok(())
}

fn corpus() -> &'static [Report] {
    static REPORTS: OnceLock<Vec<Report>> = OnceLock::new();
    REPORTS.get_or_init(|| {
        let analyzer = Analyzer::new(RuleSet::builtin());
        load().iter().map(|case| analyze(&analyzer, &case.sources)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cases_of_the_corpus_merge_to_one_result(
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..14),
        shuffle in Just((0..14).collect::<Vec<usize>>()).prop_shuffle(),
        picks in prop::collection::vec(0..64_usize, 1..16),
    ) {
        let reports: Vec<Report> = chosen.iter().map(|index| index.get(corpus()).clone()).collect();
        let order: Vec<usize> = shuffle.into_iter().filter(|index| *index < reports.len()).collect();
        assert_one_result(&reports, &order, &picks)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    // The corpus has few reports that collide in everything; these do nothing else.
    #[test]
    fn reports_that_collide_merge_to_one_result(
        reports in prop::collection::vec(report(), 0..7),
        shuffle in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(),
        picks in prop::collection::vec(0..64_usize, 1..8),
    ) {
        let order: Vec<usize> = shuffle.into_iter().filter(|index| *index < reports.len()).collect();
        assert_one_result(&reports, &order, &picks)?;
    }
}

#[test]
fn the_whole_corpus_forwards_and_backwards() {
    let forwards: Report = corpus().iter().cloned().collect();
    let backwards = corpus().iter().rev().cloned().fold(Report::default(), Report::merge);
    assert!(json(&forwards) == json(&backwards));
    assert_eq!(forwards.coverage.dumps as usize, corpus().len());
    let diagnosed: u64 = forwards.diagnoses.iter().map(|diagnosis| diagnosis.occurrence.dumps).sum();
    assert_eq!(diagnosed as usize, corpus().iter().map(|report| report.diagnoses.len()).sum::<usize>());
    assert!(forwards.diagnoses.len() < diagnosed as usize);
}

fn name(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(names).prop_map(str::to_owned)
}

fn wording() -> impl Strategy<Value = Wording> {
    name(&["a", "b"]).prop_map(|en| Wording { ko: en.clone(), en })
}

fn subject() -> impl Strategy<Value = Subject> {
    let some = |names| prop::option::of(name(names));
    (some(&["x", "y"]), some(&["p", "q"]), some(&["n1", "n2"])).prop_map(|(namespace, pod, node)| Subject {
        namespace,
        pod,
        container: None,
        node,
    })
}

fn citation() -> impl Strategy<Value = Citation> {
    // A source with the number 3 or 4 is one that the report may not have.
    (0..5_u32, 1..30_u64, 1..3_u32, name(&["k", "l"])).prop_map(|(source, line, column, lines)| Citation {
        location: Location { source: SourceId(source), line, column, end_line: line, end_column: column + 1 },
        lines,
        first_column: 1,
    })
}

prop_compose! {
    fn diagnosis()(
        rule in name(&["r", "s"]),
        verdict in prop::sample::select(vec![Verdict::Certain, Verdict::Ambiguous, Verdict::Unknown]),
        severity in prop::sample::select(vec![Severity::Error, Severity::Info]),
        scope in prop::sample::select(vec![Scope::Registry, Scope::Cluster]),
        about in prop::option::of(name(&["h"])),
        (title, explanation) in (wording(), wording()),
        between in prop::collection::vec((name(&["t"]), wording()).prop_map(|(rule, title)| Alternative { rule, title }), 0..2),
        subjects in prop::collection::vec((subject(), prop::option::of(name(&["i", "docker.io/library/i:latest", "h/j:1"]))), 0..4),
        evidence in prop::collection::vec((citation(), any::<bool>(), name(&["event", "socket"])), 0..30),
        (count, dumps) in (prop::sample::select(vec![0, 1, 7, u64::MAX]), 0..3_u64),
        (first_seen, last_seen) in (prop::option::of(0..4_u64), prop::option::of(0..4_u64)),
        (pods, nodes) in (0..4_usize, 0..3_usize),
        extent in prop::sample::select(vec![Extent::Image, Extent::Node, Extent::Everything]),
    ) -> Diagnosis {
        Diagnosis {
            family: "f".into(), rule, verdict, severity, title, between, explanation,
            decide_by: None,
            about: About { scope, name: about },
            subjects: subjects.into_iter().map(|(subject, image)| Affected { subject, image }).collect(),
            evidence: evidence.into_iter().map(|(citation, primary, fact)| {
                Evidence { role: if primary { Role::Primary } else { Role::Supporting }, fact, citation }
            }).collect(),
            next_steps: Vec::new(),
            retry_helps: false,
            references: Vec::new(),
            reach: Reach { pods, images: 1, registries: 0, nodes, extent },
            occurrence: Occurrence { count, dumps, first_seen, last_seen },
        }
    }
}

prop_compose! {
    fn report()(
        sources in prop::collection::vec(name(&["a", "b", "c"]), 0..4),
        diagnoses in prop::collection::vec(diagnosis(), 0..4),
        others in prop::collection::vec((subject(), prop::collection::vec(citation(), 0..3), any::<bool>()), 0..3),
        limits in prop::collection::vec((name(&["l", "m"]), prop::option::of(name(&["a"])), 1..3_u64), 0..3),
        (dumps, lines, rules) in (0..2_u64, 0..9_u64, 0..3_usize),
    ) -> Report {
        let other = |(subject, evidence, crash)| {
            OtherFailure { kind: if crash { OtherKind::CrashLoop } else { OtherKind::Probe }, subject, evidence, count: 1 }
        };
        Report {
            sources, diagnoses, rules,
            other_failures: others.into_iter().map(other).collect(),
            coverage: Coverage { dumps, lines, understood: lines / 2, segments: Vec::new() },
            limits: limits.into_iter().map(|(what, source, left_out)| Limit { what, source, left_out }).collect(),
            ..Report::default()
        }
    }
}

/// A row of a list of events.
fn event(age: &str, namespace: &str, pod: &str, image: &str, error: &str) -> String {
    let columns = "NAMESPACE   LAST SEEN          TYPE      REASON   OBJECT        MESSAGE\n";
    format!(
        "{columns}{namespace:<12}{age:<19}{:<10}{:<9}{:<14}Failed to pull image \"{image}\": {error}\n",
        "Warning",
        "Failed",
        format!("pod/{pod}")
    )
}

const REFUSED: &str = "dial tcp 10.0.0.9:443: connect: connection refused";
const UNKNOWN_TAG: &str =
    "rpc error: code = Unknown desc = Error response from daemon: manifest for r.example/a:1 not found: manifest unknown: manifest unknown";
const NOT_FOUND: &str = "rpc error: code = NotFound desc = failed to pull and unpack image \"r.example/a:1\": failed to resolve reference \"r.example/a:1\": r.example/a:1: not found";

fn report_of(name: &str, text: &str) -> Report {
    pullan_analyzer::analyze(name, text.as_bytes())
}

#[test]
fn one_cause_in_two_dumps_is_one_diagnosis() {
    let one = report_of("one.txt", &event("2m (x3 over 9m)", "shop", "web-1", "r.example/a:1", REFUSED));
    let two = report_of("two.txt", &event("30s", "bill", "web-1", "r.example/b:1", REFUSED));
    let other = report_of("other.txt", &event("5m", "bill", "web-9", "s.example/c:1", REFUSED));
    let merged: Report = [other, two, one].into_iter().collect();
    let said: Vec<_> = merged.diagnoses.iter().map(|one| (one.rule.as_str(), one.about.name.as_deref())).collect();
    assert_eq!(said, [("tcp-connection-refused", Some("r.example")), ("tcp-connection-refused", Some("s.example"))]);
    let first = &merged.diagnoses[0];
    assert_eq!(first.occurrence, Occurrence { count: 4, dumps: 2, first_seen: Some(540), last_seen: Some(30) });
    assert_eq!(first.reach, Reach { pods: 2, images: 2, registries: 1, nodes: 0, extent: Extent::Registry });
    let pods: Vec<_> =
        first.subjects.iter().map(|one| (one.subject.namespace.as_deref().unwrap(), one.image.as_deref().unwrap())).collect();
    assert_eq!(pods, [("bill", "r.example/b:1"), ("shop", "r.example/a:1")]);
    assert_eq!(merged.sources, ["one.txt", "other.txt", "two.txt"]);
    let cited: Vec<_> = first.evidence.iter().map(|one| merged.source_name(one.citation.location.source)).collect();
    assert_eq!(cited, ["one.txt", "two.txt"]);
    assert_eq!((merged.coverage.dumps, merged.coverage.lines, merged.coverage.segments.len()), (3, 6, 0));
}

#[test]
fn what_one_dump_tells_is_not_told_by_another_that_leaves_it_open() {
    let told = report_of("a.txt", &event("2m", "shop", "web-1", "r.example/a:1", UNKNOWN_TAG));
    let open = report_of("b.txt", &event("2m", "shop", "web-2", "r.example/a:1", NOT_FOUND));
    let merged = told.merge(open.clone()).merge(open);
    let said: Vec<_> = merged.diagnoses.iter().map(|one| (one.rule.as_str(), one.verdict, one.occurrence.dumps)).collect();
    assert_eq!(said, [("tag-not-found", Verdict::Ambiguous, 2), ("tag-not-found", Verdict::Likely, 1)]);
}

#[test]
fn evidence_is_bounded_and_subjects_are_not() {
    let dump =
        |number: usize| report_of(&format!("{number:03}.txt"), &event("2m", "shop", &format!("web-{number}"), "r.example/a:1", REFUSED));
    let merged: Report = (0..60).map(dump).collect();
    let only = &merged.diagnoses[0];
    assert_eq!((only.evidence.len(), only.subjects.len(), only.occurrence.dumps, only.reach.pods), (24, 60, 60, 60));
    assert_eq!((merged.sources.len(), merged.sources[23].as_str()), (24, "023.txt"));
}

#[test]
fn limits_and_other_failures_add_up() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let dump = |name: &str| {
        let mut session = analyzer.session();
        session.push(name, b"NAME    READY   STATUS             RESTARTS      AGE\nweb-1   0/1     CrashLoopBackOff   7 (40s ago)   12m\n");
        session.limit(Limit { what: "files that are not text".into(), source: Some(name.into()), left_out: 2 });
        session.finish()
    };
    let merged = dump("a.txt").merge(dump("b.txt"));
    assert_eq!(merged.limits, [Limit { what: "files that are not text".into(), source: None, left_out: 4 }]);
    assert_eq!((merged.other_failures.len(), merged.other_failures[0].count, merged.other_failures[0].evidence.len()), (1, 2, 2));
}
