//! One paste, one call.
//!
//! ```console
//! $ cargo run --example one_call
//! ```
#![allow(clippy::print_stdout)] // an example is a program

const PASTE: &str = r#"
Hi, our shop does not come up since this morning:

  Normal   Pulling  24s (x2 over 37s)  kubelet  Pulling image "registry.example/shop/web:v9"
  Warning  Failed   9s (x2 over 24s)   kubelet  Failed to pull image "registry.example/shop/web:v9": rpc error: code = Unknown desc = Error response from daemon: manifest for registry.example/shop/web:v9 not found: manifest unknown: manifest unknown
"#;

fn main() {
    let report = pullan_analyzer::analyze("mail.txt", PASTE.as_bytes());
    for diagnosis in &report.diagnoses {
        println!("{}: {} ({:?})", diagnosis.rule, diagnosis.title.en, diagnosis.verdict);
        for evidence in &diagnosis.evidence {
            let at = evidence.citation.location;
            println!("  {}:{}:{}: {}", report.source_name(at.source), at.line, at.column, evidence.citation.text());
        }
        for step in &diagnosis.next_steps {
            println!("  {:?}: {}", step.risk, step.say.en);
        }
    }
    println!("{} of {} lines understood", report.coverage.understood, report.coverage.lines);
    assert_eq!(report.diagnoses[0].rule, "tag-not-found");
    assert_eq!(report.diagnoses[0].evidence[0].citation.location.line, 5);
}
