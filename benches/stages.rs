//! How long the stages of an analysis take on inputs of the repository.
//!
//! Run with `cargo bench -p pullan-analyzer`. These are benchmarks: nothing here passes or fails.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use pullan_analyzer::{Analyzer, RuleSet};

const DESCRIBE: &[u8] = include_bytes!("../corpus/kube-proxy/guide-timeout-with-network-evidence/events-timeout.txt");
const TICKET: &[u8] = include_bytes!("../corpus/mixed/guide-whole/whole-guide.md");
const PROXY_LINE: &str = "I0521 07:00:55.180954       1 proxier.go:1620] \"SyncProxyRules complete\" elapsed=\"12.3ms\"\n";

fn main() {
    divan::main();
}

/// What every run of the program pays: decoding the checked rules.
#[divan::bench]
fn rules_at_start() -> usize {
    RuleSet::builtin().len()
}

#[divan::bench]
fn a_describe(bencher: Bencher<'_, '_>) {
    analyse(bencher, DESCRIBE.to_vec());
}

#[divan::bench]
fn a_whole_ticket(bencher: Bencher<'_, '_>) {
    analyse(bencher, TICKET.to_vec());
}

/// A log of routine lines with one interesting line in ten thousand, 20 MB, read as a stream.
#[divan::bench(sample_count = 5)]
fn a_long_proxy_log(bencher: Bencher<'_, '_>) {
    let mut log = String::new();
    while log.len() < 20 * 1024 * 1024 {
        log.push_str(&PROXY_LINE.repeat(10_000));
        log.push_str("E0521 07:00:58.827261       1 proxier.go:1500] \"Failed to execute iptables-restore\" err=\"exit status 1\"\n");
    }
    analyse(bencher, log.into_bytes());
}

fn analyse(bencher: Bencher<'_, '_>, input: Vec<u8>) {
    let analyzer = Analyzer::new(RuleSet::builtin());
    bencher.counter(BytesCount::new(input.len())).bench(|| {
        let mut session = analyzer.session();
        let _ = session.read("input", black_box(input.as_slice()));
        session.finish().diagnoses.len()
    });
}
