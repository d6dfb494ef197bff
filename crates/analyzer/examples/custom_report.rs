//! An answer in a form of one's own: the reports of a fleet as a table of causes.
//!
//! ```console
//! $ cargo run --example custom_report
//! ```
#![allow(clippy::print_stdout)] // an example is a program

use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::collections::BTreeMap;

const HEAD: &str = "NAMESPACE   LAST SEEN          TYPE      REASON   OBJECT        MESSAGE";
const REFUSED: &str = "dial tcp 10.0.0.9:443: connect: connection refused";
const TIMEOUT: &str = "dial tcp 10.0.0.7:443: i/o timeout";

/// Pods, images and errors of three tickets, as `kubectl get events` shows them.
const TICKETS: [(&str, &str, &str, &str); 3] = [
    ("2m (x3 over 9m)", "web-1", "r.example/web:1", REFUSED),
    ("30s", "db-0", "r.example/db:4", REFUSED),
    ("5m (x9 over 2h)", "web-7", "s.example/web:1", TIMEOUT),
];

fn main() {
    let analyzer = Analyzer::new(RuleSet::builtin());
    let report = |(age, pod, image, error)| {
        let row = format!("{HEAD}\nshop        {age:<19}Warning   Failed   pod/{pod:<10}Failed to pull image \"{image}\": {error}\n");
        analyzer.analyze(&format!("ticket-{pod}.txt"), row.as_bytes())
    };
    // However the tickets are split and ordered, the merged report is the same.
    let fleet: Report = TICKETS.into_iter().map(report).collect();

    println!("{:>5} {:>4} {:>6}  {:<24} about", "dumps", "pods", "since", "cause");
    for diagnosis in &fleet.diagnoses {
        let since = diagnosis.occurrence.first_seen.map_or("?".to_owned(), |seconds| format!("{} min", seconds / 60));
        let about = diagnosis.about.name.as_deref().unwrap_or("the cluster");
        println!("{:>5} {:>4} {since:>6}  {:<24} {about}", diagnosis.occurrence.dumps, diagnosis.reach.pods, diagnosis.rule);
    }
    let mut pods_of_registry: BTreeMap<String, usize> = BTreeMap::new();
    for affected in fleet.diagnoses.iter().flat_map(|diagnosis| &diagnosis.subjects) {
        *pods_of_registry.entry(affected.registry().unwrap_or_default()).or_default() += 1;
    }
    println!("{pods_of_registry:?}");

    let causes: Vec<_> = fleet.diagnoses.iter().map(|one| (one.rule.as_str(), one.occurrence.dumps, one.occurrence.first_seen)).collect();
    assert_eq!(causes, [("tcp-connection-refused", 2, Some(540)), ("tcp-dial-timeout", 1, Some(7200))]);
}
