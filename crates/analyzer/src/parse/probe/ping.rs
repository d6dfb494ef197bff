//! ping, on Unix, BusyBox and Windows.
//!
//! In: its output. Out (through [`probe`](super)): whether answers came, and else what a router or the resolver
//! said. There is no port.
//!
//! ```text
//! PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.
//! From 10.0.0.1 icmp_seq=1 Destination Host Unreachable
//! 4 packets transmitted, 0 received, +4 errors, 100% packet loss, time 3060ms
//! ```

use super::super::prompt;
use super::{Attempt, Said, Target, Tool, errno};
use crate::record::{Outcome, Record};
use crate::text::Line;

pub(super) static PING: Tool = Tool { programs: &["ping", "ping6"], target: ping_target, begins: ping_begins, line: ping };

fn ping_target(arguments: &[&str]) -> Target {
    let found = prompt::positional(arguments, &["-c", "-i", "-I", "-M", "-s", "-W", "-w", "-t", "-n", "-l", "-Q", "-m", "-p"]);
    (found.last().map(|host| (*host).to_owned()), None)
}

fn ping_begins(text: &str, next: Option<&str>) -> bool {
    let started = text.starts_with("PING ") && (text.contains("bytes of data") || text.contains("data bytes"));
    let windows = text.starts_with("Pinging ") && text.contains(" bytes of data");
    let failed = text.starts_with("ping: ") && errno(text).is_some()
        || text.starts_with("ping: bad address")
        || text.starts_with("ping: unknown host");
    started || windows || failed || (text.starts_with("64 bytes from ") && text.contains("icmp_seq=") && next.is_some())
}

fn ping<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if let Some(host) = trimmed.strip_prefix("PING ").or_else(|| trimmed.strip_prefix("Pinging ")) {
        attempt.target(host.split([' ', ':']).next().unwrap_or_default(), None);
        attempt.tries(at, text);
        return Said::Mine;
    }
    if trimmed.contains(" packet loss") || trimmed.starts_with("Packets: Sent = ") {
        if received(trimmed) == Some(0) {
            // An answer such as "Destination Host Unreachable" says more than the count.
            if attempt.outcome.is_none() {
                attempt.decide(Outcome::TimedOut, at, text);
            }
            attempt.passing = false;
        } else {
            attempt.conclude(Outcome::Connected, at, text);
        }
        return Said::Mine;
    }
    if trimmed.contains(" bytes from ") || trimmed.starts_with("Reply from ") && trimmed.contains("bytes=") {
        attempt.pass(Outcome::Connected, at, text);
        return Said::Mine;
    }
    if let Some(rest) = trimmed.strip_prefix("ping: ").or_else(|| trimmed.strip_prefix("connect: ")) {
        let host = rest
            .strip_prefix("unknown host ")
            .or_else(|| rest.strip_prefix("bad address "))
            .or_else(|| rest.split_once(": ").map(|(host, _)| host));
        let outcome =
            if rest.starts_with("unknown host") || rest.starts_with("bad address") { Some(Outcome::NameUnknown) } else { errno(rest) };
        if let (Some(Outcome::NameUnknown | Outcome::DnsFailed), Some(host)) = (outcome, host) {
            attempt.target(host.trim_matches('\''), None);
        }
        attempt.decide(outcome.unwrap_or(Outcome::Failed), at, text);
        return Said::Mine;
    }
    if trimmed.starts_with("From ") || trimmed.starts_with("Reply from ") {
        let outcome = if trimmed.contains("Frag needed") { Some(Outcome::Failed) } else { errno(trimmed) };
        if let Some(outcome) = outcome {
            attempt.pass(outcome, at, text);
        }
        return Said::Mine;
    }
    let known = [
        "--- ",
        "rtt min",
        "round-trip min",
        "Request timeout",
        "Request timed out",
        "Ping statistics",
        "Approximate round",
        "Minimum = ",
        "Ping request could not find host",
    ];
    if trimmed.starts_with("Ping request could not find host") {
        attempt.decide(Outcome::NameUnknown, at, text);
    }
    if known.iter().any(|words| trimmed.starts_with(words)) || trimmed.starts_with("no answer yet") { Said::Mine } else { Said::Foreign }
}

/// How many answers came: `4 packets transmitted, 0 received, 100% packet loss`, `Received = 0`.
fn received(text: &str) -> Option<u32> {
    if let Some((_, rest)) = text.split_once("Received = ") {
        return rest.split(',').next()?.trim().parse().ok();
    }
    text.split(',').find(|part| part.contains("received"))?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};
    use super::*;

    #[test]
    fn pings() {
        assert_eq!(
            probes(
                "$ ping -c 2 10.0.0.5\nPING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\nFrom 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\n--- 10.0.0.5 ping statistics ---\n2 packets transmitted, 0 received, +1 errors, 100% packet loss, time 1001ms"
            ),
            ["ping 10.0.0.5:- NoRoute | From 10.0.0.1 icmp_seq=1 Destination Host Unreachable"]
        );
        assert_eq!(
            probes(
                "PING reg.corp (10.0.0.5) 56(84) bytes of data.\n64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.3 ms\n\n--- reg.corp ping statistics ---\n1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.3/0.3/0.3/0.0 ms"
            ),
            ["ping reg.corp:- Connected | 1 packets transmitted, 1 received, 0% packet loss, time 0ms"]
        );
        assert_eq!(
            probes(
                "PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.\n\n--- 10.0.0.5 ping statistics ---\n4 packets transmitted, 0 received, 100% packet loss, time 3060ms"
            ),
            ["ping 10.0.0.5:- TimedOut | 4 packets transmitted, 0 received, 100% packet loss, time 3060ms"]
        );
        assert_eq!(
            probes("ping: reg.corp: Name or service not known"),
            ["ping reg.corp:- NameUnknown | ping: reg.corp: Name or service not known"]
        );
    }

    #[test]
    fn lines_that_only_ping_writes() {
        let row = "64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.3 ms";
        for (text, next, begins) in [
            ("PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.", None, true),
            ("PING 10.0.0.5 (10.0.0.5): 56 data bytes", None, true),
            ("PING me later", None, false),
            ("many bytes of data", None, false),
            ("Pinging 10.0.0.5 with 32 bytes of data:", None, true),
            ("Pinging it helps", None, false),
            ("with 32 bytes of data", None, false),
            (row, Some(row), true),
            (row, None, false),
            ("64 bytes from 10.0.0.5", Some(row), false),
            ("icmp_seq=1", Some(row), false),
            ("ping: bad address 'reg'", None, true),
            ("ping: unknown host reg", None, true),
            ("ping: it works", None, false),
        ] {
            assert_eq!(ping_begins(text, next), begins, "{text}");
        }
    }

    #[test]
    fn answers_and_errors() {
        for (line, wanted) in [
            ("connect: Network is unreachable", "10.0.0.5:- Unreachable"),
            ("Reply from 10.0.0.5: bytes=32 time<1ms TTL=64", "10.0.0.5:- Connected"),
            ("Reply from 10.0.0.1: Destination host unreachable.", "10.0.0.5:- NoRoute"),
            ("64 bytes from 10.0.0.5: icmp_seq=1 ttl=64 time=0.3 ms", "10.0.0.5:- Connected"),
        ] {
            assert_eq!(probes(&format!("$ ping -c 2 10.0.0.5\n{line}")), [format!("ping {wanted} | {line}")]);
        }
        for line in ["ping: unknown host reg", "ping: bad address 'reg'"] {
            assert_eq!(probes(line), [format!("ping reg:- NameUnknown | {line}")]);
        }
        assert!(!belongs("$ ping a\nPING a (10.0.0.5) 56(84) bytes of data.", "prose"));
    }
}
