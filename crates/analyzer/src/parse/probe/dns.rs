//! Name lookups by hand: dig, nslookup, host and getent.
//!
//! In: their output. Out (through [`probe`](super)): whether the name was found, and the name. The server
//! that was asked is not the target, so no host or port is made of it. An answer without addresses is a name
//! that a pull cannot use either, unless other records than addresses were asked for.
//!
//! ```text
//! ;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 41233
//! ** server can't find registry.corp: NXDOMAIN
//! Host registry.corp not found: 3(NXDOMAIN)
//! ```

use super::super::primitive::{Parsed, word};
use super::super::prompt;
use super::{Attempt, Said, Target, Tool, errno};
use crate::record::{Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_until};
use nom::character::complete::{space0, u32 as number};
use nom::sequence::{delimited, preceded, terminated};
use std::net::IpAddr;

/// The record types that a lookup may name.
const TYPES: &[&str] = &["A", "AAAA", "ANY", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"];

/// What a resolver's answer means.
fn answer(code: &str) -> Option<Outcome> {
    match code {
        "NXDOMAIN" => Some(Outcome::NameUnknown),
        "NOERROR" => None,
        _ => Some(Outcome::DnsFailed),
    }
}

fn is_address(text: &str) -> bool {
    text.split('%').next().is_some_and(|text| text.parse::<IpAddr>().is_ok())
}

/// The resolver itself could not be reached.
fn unreachable_server(text: &str) -> bool {
    text.contains("no servers could be reached")
        || text.starts_with(";; communications error to ")
        || text.starts_with(";; connection timed out")
}

pub(super) static DIG: Tool = Tool { programs: &["dig"], target: dig_target, begins: dig_begins, line: dig };

fn dig_target(arguments: &[&str]) -> Target {
    let names = prompt::positional(arguments, &["-b", "-f", "-k", "-p", "-q", "-t", "-y", "-c"]);
    let name = names
        .into_iter()
        .find(|name| !name.starts_with(['@', '+']) && !TYPES.contains(&name.to_ascii_uppercase().as_str()) && *name != "IN");
    (name.map(|name| name.trim_end_matches('.').to_owned()), None)
}

fn dig_begins(text: &str, _next: Option<&str>) -> bool {
    text.starts_with("; <<>> DiG ")
        || text.starts_with(";; ->>HEADER<<- ")
        || text.starts_with(";; communications error to ")
        || text.starts_with(";; connection timed out; no servers could be reached")
}

fn dig<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    let status: Parsed<'_, &str> = delimited((take_until("status: "), tag("status: ")), take_until(","), tag(",")).parse(trimmed);
    if trimmed.starts_with(";; ->>HEADER<<- ")
        && let Ok((_, status)) = status
    {
        match answer(status) {
            Some(outcome) => attempt.decide(outcome, at, text),
            // Found, if there is an answer; what was asked for follows.
            None => attempt.pass(Outcome::Resolved, at, text),
        }
        return Said::Mine;
    }
    let answers: Parsed<'_, u32> = preceded((take_until("ANSWER: "), tag("ANSWER: ")), number).parse(trimmed);
    if trimmed.starts_with(";; flags:")
        && let Ok((_, 0)) = answers
        && attempt.outcome == Some(Outcome::Resolved)
    {
        attempt.pass(Outcome::NameUnknown, at, text);
        return Said::Mine;
    }
    if unreachable_server(trimmed) {
        attempt.decide(Outcome::DnsFailed, at, text);
        return Said::Mine;
    }
    // ;registry.corp.   IN  A
    if let Some(question) = trimmed.strip_prefix(';').filter(|rest| !rest.starts_with([';', ' '])) {
        let mut words = question.split_whitespace();
        if let (Some(name), Some(kind)) = (words.next(), words.next_back()) {
            attempt.target(name.trim_end_matches('.'), None);
            // An empty answer to another question than for the address; a name that does not exist was decided.
            if !matches!(kind, "A" | "AAAA" | "ANY") && attempt.passing && attempt.outcome == Some(Outcome::NameUnknown) {
                attempt.conclude(Outcome::Resolved, at, text);
            }
        }
        return Said::Mine;
    }
    if trimmed.is_empty() || trimmed.starts_with(';') {
        return Said::Mine;
    }
    // registry.corp.  30  IN  A  10.0.0.5
    let mut words = trimmed.split_whitespace().skip(1);
    let time = words.next().is_some_and(|time| time.bytes().all(|byte| byte.is_ascii_digit()));
    if time && words.next() == Some("IN") {
        let kind = words.next();
        if matches!(kind, Some("A" | "AAAA")) {
            attempt.pass(Outcome::Resolved, at, text);
        }
        return Said::Mine;
    }
    let short = attempt.words.contains(&"+short");
    if short && is_address(trimmed) {
        attempt.decide(Outcome::Resolved, at, text);
        return Said::Mine;
    }
    if short && trimmed.ends_with('.') && !trimmed.contains(' ') { Said::Mine } else { Said::Foreign }
}

pub(super) static NSLOOKUP: Tool = Tool { programs: &["nslookup"], target: first_name, begins: nslookup_begins, line: nslookup };

fn first_name(arguments: &[&str]) -> Target {
    (prompt::positional(arguments, &["-t", "-W"]).first().map(|name| name.trim_end_matches('.').to_owned()), None)
}

fn nslookup_begins(text: &str, next: Option<&str>) -> bool {
    let server = text.strip_prefix("Server:").is_some_and(|server| is_address(server.trim()))
        && next.is_some_and(|next| next.starts_with("Address"));
    let failed = text.starts_with("** server can't find ")
        || text.starts_with("*** Can't find ")
        || text.starts_with("nslookup: can't resolve")
        || text.contains(" can't find ") && text.starts_with("*** ");
    server || failed
}

/// ```text
/// Server:    10.96.0.10
/// Address:   10.96.0.10#53
///
/// ** server can't find registry.corp: NXDOMAIN
/// ```
fn nslookup<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if let Some(rest) = trimmed.strip_prefix("** server can't find ") {
        let (name, code) = rest.rsplit_once(": ").unwrap_or((rest, ""));
        attempt.target(name, None);
        attempt.pass(answer(code.trim()).unwrap_or(Outcome::NameUnknown), at, text);
        return Said::Mine;
    }
    if let Some(rest) = trimmed.strip_prefix("*** ") {
        // *** Can't find NAME: No answer; Windows: *** SERVER can't find NAME: Non-existent domain
        let name = rest.split_once("an't find ").and_then(|(_, rest)| rest.rsplit_once(": "));
        if let Some((name, reason)) = name {
            attempt.target(name, None);
            // The question for the other address family may have been answered.
            if attempt.outcome.is_none() {
                let outcome = if reason == "No response from server" || reason == "Server failed" {
                    Outcome::DnsFailed
                } else {
                    Outcome::NameUnknown
                };
                attempt.pass(outcome, at, text);
            }
        }
        return Said::Mine;
    }
    let unresolved: Parsed<'_, &str> = delimited(tag("nslookup: can't resolve '"), take_until("'"), tag("'")).parse(trimmed);
    if let Ok((_, name)) = unresolved {
        if name != "(null)" {
            attempt.target(name, None);
            attempt.decide(errno(trimmed).filter(|outcome| *outcome == Outcome::DnsFailed).unwrap_or(Outcome::NameUnknown), at, text);
        }
        return Said::Mine;
    }
    if unreachable_server(trimmed) || trimmed.starts_with("nslookup: write to ") || trimmed.starts_with("nslookup: read") {
        attempt.decide(Outcome::DnsFailed, at, text);
        return Said::Mine;
    }
    if trimmed.starts_with(";; Got ") && trimmed.contains(" reply from ") {
        attempt.pass(Outcome::DnsFailed, at, text);
        return Said::Mine;
    }
    if let Some(name) = trimmed.strip_prefix("Name:") {
        attempt.target(name.trim(), None);
        attempt.conclude(Outcome::Resolved, at, text);
        return Said::Mine;
    }
    let known = [
        "Server:",
        "Address",
        "Non-authoritative answer",
        "Aliases:",
        "Authoritative answers can be found",
        "DNS request timed out",
        "timeout was ",
        ";; ",
    ]
    .iter()
    .any(|words| trimmed.starts_with(words));
    let listed = trimmed.contains("canonical name = ") || trimmed.contains("has AAAA address") || is_address(trimmed);
    if known || listed || trimmed.is_empty() { Said::Mine } else { Said::Foreign }
}

pub(super) static HOST: Tool = Tool { programs: &["host"], target: first_name, begins: host_begins, line: host };

fn host_begins(text: &str, _next: Option<&str>) -> bool {
    let found = text.split_once(" has address ").is_some_and(|(name, address)| !name.contains(' ') && is_address(address));
    found || not_found(text).is_ok()
}

/// `Host registry.corp not found: 3(NXDOMAIN)`
fn not_found(text: &str) -> Parsed<'_, (&str, &str)> {
    (preceded(tag("Host "), word), delimited((tag(" not found: "), number, tag("(")), take_until(")"), tag(")"))).parse(text)
}

fn host<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if let Ok((_, (name, code))) = not_found(trimmed) {
        attempt.target(name, None);
        attempt.decide(answer(code).unwrap_or(Outcome::NameUnknown), at, text);
        return Said::Mine;
    }
    if let Some((name, _)) = trimmed.split_once(" has address ").or_else(|| trimmed.split_once(" has IPv6 address ")) {
        attempt.target(name, None);
        attempt.decide(Outcome::Resolved, at, text);
        return Said::Mine;
    }
    if unreachable_server(trimmed) {
        attempt.decide(Outcome::DnsFailed, at, text);
        return Said::Mine;
    }
    let known = trimmed.contains(" is an alias for ")
        || trimmed.contains(" mail is handled by ")
        || ["Using domain server:", "Name: ", "Address: ", "Aliases:"].iter().any(|words| trimmed.starts_with(words));
    if known || trimmed.is_empty() { Said::Mine } else { Said::Foreign }
}

pub(super) static GETENT: Tool =
    Tool { programs: &["getent", "resolvectl", "systemd-resolve"], target: getent_target, begins: |_, _| false, line: getent };

fn getent_target(arguments: &[&str]) -> Target {
    let names = prompt::positional(arguments, &["-s"]);
    let name = names.into_iter().find(|word| !matches!(*word, "hosts" | "ahosts" | "ahostsv4" | "ahostsv6" | "query"));
    (name.map(str::to_owned), None)
}

/// `10.0.0.5  registry.corp`; nothing at all when the name is unknown. resolvectl: `registry.corp: 10.0.0.5`.
fn getent<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if !attempt.words.iter().any(|word| word.contains("hosts") || *word == "query") {
        return Said::Foreign;
    }
    let row: Parsed<'_, (&str, &str)> = (word, preceded(space0, word)).parse(trimmed);
    let queried: Parsed<'_, &str> = terminated(take_until(": "), tag(": ")).parse(trimmed);
    if let Ok((_, (address, _))) = row
        && is_address(address)
    {
        attempt.decide(Outcome::Resolved, at, text);
        return Said::Mine;
    }
    if let Ok((rest, name)) = queried
        && attempt.host.as_deref() == Some(name)
    {
        let failed = rest.contains("resolve call failed");
        attempt.decide(if failed { Outcome::NameUnknown } else { Outcome::Resolved }, at, text);
        return Said::Mine;
    }
    if trimmed.starts_with("-- ") || trimmed.is_empty() { Said::Mine } else { Said::Foreign }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};
    use super::*;

    #[test]
    fn a_dig_that_finds_nothing() {
        let text = "[root@node1 ~]# dig registry.corp @10.96.0.10

; <<>> DiG 9.11.36-RedHat <<>> registry.corp @10.96.0.10
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 41233
;; flags: qr aa rd; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 1

;; QUESTION SECTION:
;registry.corp.			IN	A

;; AUTHORITY SECTION:
corp.			30	IN	SOA	ns.dns.corp. hostmaster.corp. 1 7200 1800 86400 30

;; Query time: 0 msec
;; SERVER: 10.96.0.10#53(10.96.0.10)
;; MSG SIZE  rcvd: 124
";
        assert_eq!(probes(text), ["dig registry.corp:- NameUnknown | ;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 41233"]);
        assert_eq!(
            probes(";; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1\n;; QUESTION SECTION:\n;a.b.\tIN\tA"),
            ["dig a.b:- DnsFailed | ;; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1"]
        );
        assert_eq!(
            probes(
                ";; communications error to 10.0.0.2#53: timed out\n;; communications error to 10.0.0.2#53: timed out\n;; no servers could be reached"
            ),
            ["dig -:- DnsFailed | ;; communications error to 10.0.0.2#53: timed out"]
        );
    }

    #[test]
    fn a_dig_that_finds_an_address() {
        let head =
            ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n";
        assert_eq!(
            probes(&format!("{head};; QUESTION SECTION:\n;a.b.\tIN\tA\n\n;; ANSWER SECTION:\na.b.\t30\tIN\tA\t10.0.0.5\n")),
            ["dig a.b:- Resolved | a.b.\t30\tIN\tA\t10.0.0.5"]
        );
        let empty = head.replace("ANSWER: 1", "ANSWER: 0");
        assert_eq!(
            probes(&format!("{empty};; QUESTION SECTION:\n;a.b.\tIN\tA")),
            ["dig a.b:- NameUnknown | ;; flags: qr rd ra; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1"]
        );
        assert_eq!(probes("$ dig +short a.b\nc.d.\n10.0.0.5\n$ x"), ["dig a.b:- Resolved | 10.0.0.5", "? $ x"]);
    }

    #[test]
    fn nslookups() {
        assert_eq!(
            probes("Server:\t\t10.0.0.2\nAddress:\t10.0.0.2#53\n\n** server can't find registry.corp: NXDOMAIN\n"),
            ["nslookup registry.corp:- NameUnknown | ** server can't find registry.corp: NXDOMAIN"]
        );
        assert_eq!(
            probes(
                "$ nslookup registry.corp\nServer:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc.cluster.local\n\nnslookup: can't resolve 'registry.corp'"
            ),
            ["nslookup registry.corp:- NameUnknown | nslookup: can't resolve 'registry.corp'"]
        );
        assert_eq!(
            probes(
                "$ nslookup registry.corp\nServer:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nNon-authoritative answer:\nName:\tregistry.corp\nAddress: 10.0.0.5\n\n*** Can't find registry.corp: No answer"
            ),
            ["nslookup registry.corp:- Resolved | Name:\tregistry.corp"]
        );
        assert_eq!(
            probes("$ nslookup registry.corp\n;; connection timed out; no servers could be reached"),
            ["nslookup registry.corp:- DnsFailed | ;; connection timed out; no servers could be reached"]
        );
        assert_eq!(probes("** server can't find a.b: SERVFAIL"), ["nslookup a.b:- DnsFailed | ** server can't find a.b: SERVFAIL"]);
    }

    #[test]
    fn host_and_getent() {
        assert_eq!(probes("Host a.b not found: 3(NXDOMAIN)"), ["host a.b:- NameUnknown | Host a.b not found: 3(NXDOMAIN)"]);
        assert_eq!(probes("a.b has address 10.0.0.5"), ["host a.b:- Resolved | a.b has address 10.0.0.5"]);
        assert_eq!(probes("$ getent hosts a.b\n10.0.0.5        a.b"), ["getent a.b:- Resolved | 10.0.0.5        a.b"]);
        assert_eq!(probes("$ getent hosts a.b\n$ x"), ["? $ getent hosts a.b", "? $ x"]);
    }

    #[test]
    fn prose_is_no_lookup() {
        for text in
            ["Server: nginx", "Name:         pod-1", "we can't find it: help", "the host has address problems", "dig deeper into 10.0.0.5"]
        {
            assert_eq!(probes(text), [format!("? {text}")]);
        }
    }

    #[test]
    fn an_empty_answer_to_another_question_is_no_unknown_name() {
        let dig = |status: &str, answers: u32, kind: &str| {
            let text = format!(
                "$ dig reg.corp {kind}\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 1\n;; flags: qr rd ra; QUERY: 1, ANSWER: {answers}, AUTHORITY: 1\n\n;; QUESTION SECTION:\n;reg.corp.   IN   {kind}\n"
            );
            probes(&text)[0].split(' ').nth(2).map(str::to_owned)
        };
        for (status, answers, kind, outcome) in [
            ("NOERROR", 1, "A", "Resolved"),
            ("NOERROR", 0, "A", "NameUnknown"),
            ("NOERROR", 0, "AAAA", "NameUnknown"),
            ("NOERROR", 0, "MX", "Resolved"),
            ("NXDOMAIN", 0, "MX", "NameUnknown"),
            ("SERVFAIL", 0, "MX", "DnsFailed"),
        ] {
            assert_eq!(dig(status, answers, kind).as_deref(), Some(outcome), "{status} {answers} {kind}");
        }
    }

    #[test]
    fn what_belongs_to_a_run() {
        for (above, line, mine) in [
            ("$ dig +short reg.corp", "alias.corp.", true),
            ("$ dig +short reg.corp", "a sentence here.", false),
            ("$ dig +short reg.corp", "word", false),
            ("$ dig reg.corp", "alias.corp.", false),
            ("$ nslookup reg.corp\nServer:  10.96.0.10", "reg.corp canonical name = a.corp.", true),
            ("$ nslookup reg.corp\nServer:  10.96.0.10", "reg.corp has AAAA address fd00::5", true),
            ("$ nslookup reg.corp\nServer:  10.96.0.10", "10.0.0.5", true),
            ("$ nslookup reg.corp\nServer:  10.96.0.10", "prose here", false),
            ("$ host reg.corp", "reg.corp is an alias for a.corp.", true),
            ("$ host reg.corp", "reg.corp mail is handled by 10 m.corp.", true),
            ("$ host reg.corp 10.0.0.1", "Using domain server:", true),
            ("$ host reg.corp", "prose here", false),
            ("$ resolvectl query reg.corp", "-- Information acquired via protocol DNS in 1.2ms.", true),
            ("$ resolvectl query reg.corp", "other.corp: 10.0.0.5", false),
            ("$ resolvectl status a.corp", "10.0.0.5  a.corp", false),
            ("$ getent passwd a.corp", "10.0.0.5  a.corp", false),
        ] {
            assert_eq!(belongs(above, line), mine, "{above:?} {line:?}");
        }
    }

    #[test]
    fn how_names_are_found_or_not() {
        for (text, wanted) in [
            ("*** UnKnown can't find reg.corp: No response from server", "nslookup reg.corp:- DnsFailed"),
            ("*** UnKnown can't find reg.corp: Server failed", "nslookup reg.corp:- DnsFailed"),
            ("*** UnKnown can't find reg.corp: Non-existent domain", "nslookup reg.corp:- NameUnknown"),
            ("nslookup: can't resolve 'reg.corp': Try again", "nslookup reg.corp:- DnsFailed"),
            ("nslookup: can't resolve 'reg.corp': Name does not resolve", "nslookup reg.corp:- NameUnknown"),
        ] {
            assert_eq!(probes(text), [format!("{wanted} | {text}")]);
        }
        let got = ";; Got SERVFAIL reply from 10.96.0.10, trying next server";
        assert_eq!(probes(&format!("$ nslookup reg.corp\n{got}")), [format!("nslookup reg.corp:- DnsFailed | {got}")]);
        assert_eq!(probes("$ nslookup reg.corp\n;; Got answer:"), Vec::<String>::new());
        for (line, outcome) in [("reg.corp: 10.0.0.5", "Resolved"), ("reg.corp: resolve call failed: 'reg.corp' not found", "NameUnknown")]
        {
            assert_eq!(probes(&format!("$ resolvectl query reg.corp\n{line}")), [format!("getent reg.corp:- {outcome} | {line}")]);
        }
    }

    #[test]
    fn lines_that_only_these_tools_write() {
        for (text, next, begins) in [
            ("Server:  10.96.0.10", Some("Address:  10.96.0.10#53"), true),
            ("Server:  10.96.0.10", Some("prose"), false),
            ("Server:  nginx", Some("Address:  10.96.0.10#53"), false),
            ("*** ns can't find reg: x", None, true),
            ("we can't find it", None, false),
            ("*** stars ***", None, false),
        ] {
            assert_eq!(nslookup_begins(text, next), begins, "{text}");
        }
        for (text, begins) in
            [("reg.corp has address 10.0.0.5", true), ("the node has address 10.0.0.5", false), ("reg.corp has address unknown", false)]
        {
            assert_eq!(host_begins(text, None), begins, "{text}");
        }
    }
}
