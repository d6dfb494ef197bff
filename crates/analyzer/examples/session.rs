//! Several sources of one ticket: what one of them says is proven by another.
//!
//! ```console
//! $ cargo run --example session
//! ```
#![allow(clippy::print_stdout)] // an example is a program

use pullan_analyzer::{Analyzer, RuleSet};

const EVENTS: &str = r#"Warning  Failed  24s (x3 over 2m)  kubelet  Failed to pull image "127.0.0.1:30001/db:1": rpc error: code = Unknown desc = failed to pull and unpack image "127.0.0.1:30001/db:1": failed to resolve reference "127.0.0.1:30001/db:1": failed to do request: Head "http://127.0.0.1:30001/v2/db/manifests/1": dial tcp 127.0.0.1:30001: i/o timeout"#;
const SOCKETS: &str = "tcp        0      1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT    on (0.79/2/0)";
const PROXY: &str = r#"I0521 07:00:55.180954       1 server_others.go:230] "Using ipvs Proxier""#;

fn main() {
    // One analyzer serves any number of sessions, on any number of threads.
    let analyzer = Analyzer::new(RuleSet::builtin());
    let mut session = analyzer.session();
    session.push("events.txt", EVENTS.as_bytes());
    session.push("netstat.txt", SOCKETS.as_bytes());
    session.push("kube-proxy.log", PROXY.as_bytes());
    let report = session.finish();
    let diagnosis = &report.diagnoses[0];
    println!("{} ({:?})\n{}", diagnosis.title.en, diagnosis.verdict, diagnosis.explanation.en);
    let mut cited: Vec<&str> = Vec::new();
    for evidence in &diagnosis.evidence {
        let source = report.source_name(evidence.citation.location.source);
        println!("  {:?} {source}: {}", evidence.role, evidence.citation.text());
        cited.push(source);
    }
    assert_eq!(diagnosis.rule, "kp-ipvs-localhost-nodeport");
    assert!(["events.txt", "netstat.txt", "kube-proxy.log"].iter().all(|source| cited.contains(source)));
}
