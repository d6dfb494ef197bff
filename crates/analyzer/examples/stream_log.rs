//! A long log from a reader: a file, a pipe, a socket. Memory does not grow with its length, and the report does not depend on the
//! number of threads.
//!
//! ```console
//! $ cargo run --release --example stream_log
//! $ journalctl -u kubelet | cargo run --release --example stream_log -- -
//! ```
#![allow(clippy::print_stdout)] // an example is a program

use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::io::{Read, Result};

const ROUTINE: &str = "I0521 07:00:55.180954       1 reflector.go:536] k8s.io/client-go/informers/factory.go:150: Watch close - *v1.Service total 8 items received\n";
const FAILURE: &str = "E0521 07:03:10.000001       1 kuberuntime_image.go:55] \"Failed to pull image\" err=\"rpc error: code = Unknown desc = failed to pull and unpack image \\\"r.example/a:1\\\": failed to resolve reference \\\"r.example/a:1\\\": failed to do request: Head \\\"https://r.example/v2/a/manifests/1\\\": dial tcp 10.0.0.9:443: connect: connection refused\" image=\"r.example/a:1\"\n";

fn analyze(reader: impl Read) -> Result<Report> {
    let threads = std::thread::available_parallelism()?;
    let analyzer = Analyzer::new(RuleSet::builtin()).threads(threads);
    let mut session = analyzer.session();
    session.read("kubelet.log", reader)?;
    Ok(session.finish())
}

fn main() -> Result<()> {
    let own = std::env::args().nth(1).is_some_and(|argument| argument == "-");
    let report = if own {
        analyze(std::io::stdin().lock())?
    } else {
        // 20 MiB of routine around one failure.
        let routine = ROUTINE.repeat((10 << 20) / ROUTINE.len());
        analyze(routine.as_bytes().chain(FAILURE.as_bytes()).chain(routine.as_bytes()))?
    };
    println!("{} lines", report.coverage.lines);
    for diagnosis in &report.diagnoses {
        println!("line {}: {}", diagnosis.evidence[0].citation.location.line, diagnosis.title.en);
    }
    assert!(own || report.diagnoses[0].rule == "tcp-connection-refused");
    Ok(())
}
