//! Long inputs: what is passed over changes nothing, and neither does the number of threads.
//!
//! Inputs are made here, because none in the repository is long. A whole source that is pushed is read line by line; the
//! same source as a stream is skimmed. Both must say the same.
#![allow(clippy::unwrap_used)] // a test that cannot make its input has failed

use pullan_analyzer::{Analyzer, Report, RuleSet};
use std::num::NonZero;

/// What a report says, but for the facts and limits: what is passed over leaves no fact.
fn said(report: &Report) -> String {
    format!("{:#?}\n{:#?}\n{:#?}", report.diagnoses, report.other_failures, report.coverage)
}

fn streamed(analyzer: &Analyzer, text: &str) -> Report {
    let mut session = analyzer.session();
    session.read("input", text.as_bytes()).unwrap();
    session.finish()
}

fn same_as_whole(text: &str, rule: &str) {
    assert!(text.len() > 300_000, "too short to be skimmed");
    let analyzer = Analyzer::new(RuleSet::builtin());
    let (whole, stream) = (analyzer.analyze("input", text.as_bytes()), streamed(&analyzer, text));
    assert!(whole.diagnoses.iter().any(|diagnosis| diagnosis.rule == rule), "{rule} is not said");
    pretty(&said(&whole), &said(&stream));
}

/// Compares without printing megabytes.
fn pretty(a: &str, b: &str) {
    if let Some((line, (a, b))) = a.lines().zip(b.lines()).enumerate().find(|(_, (a, b))| a != b) {
        panic!("line {line} differs:\n{a}\n{b}");
    }
    assert_eq!(a.len(), b.len());
}

fn proxy_log(bytes: usize) -> String {
    let mut log = String::new();
    let mut count = 0_u64;
    while log.len() < bytes {
        count += 1;
        let stamp = format!("0521 {:02}:{:02}:{:02}.180954       1", count / 3600 % 24, count / 60 % 60, count % 60);
        let line = match count % 7 {
            0 => format!("I{stamp} proxier.go:828] \"Syncing iptables rules\" ipFamily=\"IPv4\""),
            1 => format!("I{stamp} proxier.go:1620] \"SyncProxyRules complete\" elapsed=\"12.3ms\""),
            2 => format!("I{stamp} service.go:322] \"Service updated ports\" service=\"registry/registry\" portCount=1"),
            3 if count % 700 == 3 => format!(
                "E{stamp} proxier.go:1500] \"Failed to execute iptables-restore\" err=<\n\texit status 1: iptables-restore: line 7 failed\n >"
            ),
            4 if count % 2_800 == 4 => "panic: this is no line of klog\n\tgoroutine 1".to_owned(),
            _ => format!(
                "I{stamp} reflector.go:536] k8s.io/client-go/informers/factory.go:150: Watch close - *v1.Service total 8 items received"
            ),
        };
        log.push_str(&line);
        log.push('\n');
    }
    log
}

#[test]
fn a_log_of_a_proxy() {
    same_as_whole(&proxy_log(600_000), "kp-iptables-restore-failed");
}

#[test]
fn a_log_with_prefixes() {
    for prefix in ["2026-05-21T07:00:55.180954123Z ", "2026-05-21T07:00:55.180954123Z stderr F "] {
        let log: String = proxy_log(500_000).lines().map(|line| format!("{prefix}{line}\n")).collect();
        same_as_whole(&log, "kp-iptables-restore-failed");
    }
}

/// Rows of pods of which every 40th fails, and every 80th fails and recovers.
fn events() -> Vec<[String; 4]> {
    let row = |kind: &str, reason: &str, pod: &str, message: &str| [kind, reason, pod, message].map(str::to_owned);
    let mut rows = Vec::new();
    for number in 0..1_200 {
        let pod = format!("web-{number:05}");
        rows.push(row("Normal", "Scheduled", &pod, &format!("Successfully assigned shop/{pod} to node-{}", number % 9)));
        rows.push(row("Normal", "Pulling", &pod, "Pulling image \"registry.example/shop/web:1\""));
        if number % 40 == 0 {
            rows.push(row("Warning", "Failed", &pod, "Failed to pull image \"registry.example/shop/web:1\": rpc error: code = Unknown desc = failed to pull and unpack image \"registry.example/shop/web:1\": failed to resolve reference \"registry.example/shop/web:1\": failed to do request: Head \"https://registry.example/v2/shop/web/manifests/1\": dial tcp 10.0.0.9:443: connect: connection refused"));
        }
        if number % 40 != 0 || number % 80 == 0 {
            rows.push(row(
                "Normal",
                "Pulled",
                &pod,
                "Successfully pulled image \"registry.example/shop/web:1\" in 1.2s (1.2s including waiting). Image size: 1234567 bytes.",
            ));
            rows.push(row("Normal", "Started", &pod, "Started container web"));
        }
    }
    rows
}

#[test]
fn a_table_of_events() {
    let mut table = "NAMESPACE   LAST SEEN   TYPE      REASON      OBJECT          MESSAGE\n".to_owned();
    for [kind, reason, pod, message] in events() {
        table.push_str(&format!("{:<12}{:<12}{kind:<10}{reason:<12}{:<16}{message}\n", "shop", "4m", format!("pod/{pod}")));
    }
    same_as_whole(&table, "tcp-connection-refused");
}

#[test]
fn a_list_of_events() {
    let (mut json, mut yaml) = (Vec::new(), "apiVersion: v1\nitems:\n".to_owned());
    for [kind, reason, pod, message] in events() {
        let quoted = format!("{message:?}");
        json.push(format!(
            "        {{\n            \"apiVersion\": \"v1\",\n            \"involvedObject\": {{\n                \"kind\": \"Pod\",\n                \"name\": \"{pod}\",\n                \"namespace\": \"shop\"\n            }},\n            \"kind\": \"Event\",\n            \"message\": {quoted},\n            \"reason\": \"{reason}\",\n            \"type\": \"{kind}\"\n        }}"
        ));
        yaml.push_str(&format!(
            "- apiVersion: v1\n  involvedObject:\n    kind: Pod\n    name: {pod}\n    namespace: shop\n  kind: Event\n  message: {quoted}\n  reason: {reason}\n  type: {kind}\n"
        ));
    }
    yaml.push_str("kind: List\n");
    same_as_whole(
        &format!("{{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n{}\n    ],\n    \"kind\": \"List\"\n}}\n", json.join(",\n")),
        "tcp-connection-refused",
    );
    same_as_whole(&yaml, "tcp-connection-refused");
}

/// The list is as long as several pieces, and its times run against its order: some pods were pulled before they failed.
#[test]
fn a_long_list_with_times() {
    let items: Vec<String> = (0..8)
        .flat_map(|_| events())
        .enumerate()
        .map(|(number, [kind, reason, pod, message])| {
            let hour = if reason == "Pulled" && number % 3 == 0 { 3 } else { 5 + number / 4_000 };
            let time = format!("2026-05-21T{hour:02}:{:02}:00Z", number % 60);
            let (pod, message) = (format!("{pod}-{}", number / 4_770), format!("{message:?}"));
            format!(
                "        {{\n            \"apiVersion\": \"v1\",\n            \"firstTimestamp\": \"{time}\",\n            \"involvedObject\": {{\n                \"kind\": \"Pod\",\n                \"name\": \"{pod}\",\n                \"namespace\": \"shop\"\n            }},\n            \"kind\": \"Event\",\n            \"lastTimestamp\": \"{time}\",\n            \"message\": {message},\n            \"reason\": \"{reason}\",\n            \"type\": \"{kind}\"\n        }}"
            )
        })
        .collect();
    let text = format!("{{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n{}\n    ],\n    \"kind\": \"List\"\n}}\n", items.join(",\n"));
    assert!(text.len() > 8 << 20, "fits a few pieces");
    same_as_whole(&text, "tcp-connection-refused");
}

#[test]
fn threads_change_nothing() {
    let log = proxy_log(26 << 20);
    let one = Analyzer::new(RuleSet::builtin());
    let many = one.clone().threads(NonZero::new(3).unwrap());
    pretty(&said(&streamed(&one, &log)), &said(&streamed(&many, &log)));
}
