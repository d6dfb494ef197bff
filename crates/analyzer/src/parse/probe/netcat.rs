//! nc in its four kinds: OpenBSD's, the traditional one, Ncat and BusyBox'.
//!
//! In: its output. Out (through [`probe`](super)): whether the port was open. A usage text is taken and is no probe.
//!
//! ```text
//! nc: connect to 10.0.0.5 port 5000 (tcp) failed: Connection refused
//! (UNKNOWN) [10.0.0.5] 5000 (?) : Connection timed out
//! Ncat: Connected to 10.0.0.5:5000.
//! registry (10.0.0.5:5000) open
//! ```

use super::super::primitive::{Parsed, word};
use super::{Attempt, Said, Tool, errno, host_and_port};
use crate::record::{Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, space1, u16 as port};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};

pub(super) static NETCAT: Tool = Tool { programs: &["nc", "ncat", "netcat"], target: host_and_port, begins: netcat_begins, line: netcat };

fn netcat_begins(text: &str, _next: Option<&str>) -> bool {
    let known = ["nc: connect", "nc: getaddrinfo", "nc: bad address", "nc: timed out", "Ncat: ", "netcat: "]
        .iter()
        .any(|words| text.starts_with(words));
    known || succeeded(text).is_ok() || bracketed(text).is_ok() || busybox(text).is_ok()
}

type Reached<'a> = (&'a str, Option<u16>, &'a str);

/// `Connection to 10.0.0.5 5000 port [tcp/*] succeeded!`
fn succeeded(text: &str) -> Parsed<'_, Reached<'_>> {
    let address = opt(delimited((space1, char('(')), take_until(")"), char(')')));
    let (rest, (host, _, port)) = preceded(tag("Connection to "), (word, address, preceded(space1, port))).parse(text)?;
    let (rest, _) = tag(" port [").parse(rest)?;
    Ok(("", (host, Some(port), rest)))
}

/// `(UNKNOWN) [10.0.0.5] 5000 (?) : Connection refused` of the traditional nc
fn bracketed(text: &str) -> Parsed<'_, Reached<'_>> {
    let (rest, (_, address, port)) =
        (word, delimited(tag(" ["), take_while1(|c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':')), tag("] ")), port)
            .parse(text)?;
    let (rest, _) = preceded(tag(" ("), (take_until(")"), char(')'))).parse(rest)?;
    Ok(("", (address, Some(port), rest)))
}

/// `nc: registry (10.0.0.5:5000): Connection refused` and `registry (10.0.0.5:5000) open` of BusyBox
fn busybox(text: &str) -> Parsed<'_, Reached<'_>> {
    let (rest, (_, host)) = (opt(tag("nc: ")), word).parse(text)?;
    let (rest, address) = delimited(tag(" ("), take_while1(|c: char| c != ')' && c != ' '), char(')')).parse(rest)?;
    let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    let (rest, tail) = alt((tag(": "), tag(" open"))).parse(rest)?;
    if port.is_none() || (tail == " open" && !rest.is_empty()) {
        return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Verify)));
    }
    Ok(("", (host, port, if tail == " open" { "open" } else { rest })))
}

fn netcat<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if let Ok((_, (host, port, _))) = succeeded(trimmed) {
        attempt.target(host, port);
        attempt.conclude(Outcome::Connected, at, text);
        return Said::Mine;
    }
    if let Ok((_, (host, port, rest))) = bracketed(trimmed).or_else(|_| busybox(trimmed)) {
        attempt.target(host, port);
        let outcome = if rest.trim() == "open" { Outcome::Connected } else { errno(rest).unwrap_or(Outcome::Failed) };
        attempt.conclude(outcome, at, text);
        return Said::Mine;
    }
    if let Some(rest) = trimmed.strip_prefix("Ncat: ") {
        let connected: Parsed<'_, &str> = preceded(tag("Connected to "), word).parse(rest);
        if let Ok((_, address)) = connected {
            let (host, port) =
                address.trim_end_matches('.').rsplit_once(':').map_or((address, None), |(host, port)| (host, port.parse().ok()));
            attempt.target(host, port);
            attempt.conclude(Outcome::Connected, at, text);
        } else if rest.starts_with("Could not resolve") {
            attempt.decide(errno(rest).unwrap_or(Outcome::NameUnknown), at, text);
        } else if let Some(outcome) = errno(rest) {
            attempt.decide(outcome, at, text);
        }
        return Said::Mine;
    }
    if let Some(rest) = trimmed.strip_prefix("nc: ").or_else(|| trimmed.strip_prefix("netcat: ")) {
        let target: Parsed<'_, (&str, u16)> = preceded(
            alt((tag("connect to "), tag("connectx to "), tag("getaddrinfo for host "))),
            (word, preceded((opt(delimited(tag(" ("), take_until(")"), char(')'))), tag(" port ")), port)),
        )
        .parse(rest);
        if let Ok((_, (host, port))) = target {
            attempt.target(host.trim_matches('"'), Some(port));
        }
        let bad: Parsed<'_, &str> = delimited(tag("bad address '"), take_until("'"), tag("'")).parse(rest);
        if let Ok((_, host)) = bad {
            attempt.target(host, None);
            attempt.decide(Outcome::NameUnknown, at, text);
        } else if rest.ends_with("timed out: Operation now in progress") {
            attempt.decide(Outcome::TimedOut, at, text);
        } else if rest.starts_with("invalid option") || rest.starts_with("unrecognized option") {
            // A BusyBox without this option prints its usage; nothing was tried.
        } else {
            attempt.decide(errno(rest).unwrap_or(Outcome::Failed), at, text);
        }
        return Said::Mine;
    }
    if let Some((host, rest)) = trimmed.split_once(": forward host lookup failed: ") {
        attempt.target(host, None);
        attempt.decide(errno(rest).unwrap_or(Outcome::NameUnknown), at, text);
        return Said::Mine;
    }
    let noise = trimmed.contains(": inverse host lookup failed")
        || ["BusyBox v", "Usage: nc", "usage: nc", "Open a pipe to IP:PORT"].iter().any(|words| trimmed.starts_with(words))
        || (text.starts_with(['\t', ' ']) && trimmed.starts_with(['-', '(', '[']))
        || trimmed == "Connection timed out"
        || trimmed == "Connection refused";
    if noise { Said::Mine } else { Said::Foreign }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};

    #[test]
    fn all_netcats() {
        for (text, expected) in [
            ("nc: connect to 10.0.0.5 port 5000 (tcp) failed: Connection refused", "nc 10.0.0.5:5000 Refused"),
            ("nc: connect to reg (10.0.0.5) port 5000 (tcp) timed out: Operation now in progress", "nc reg:5000 TimedOut"),
            ("Connection to 10.0.0.5 5000 port [tcp/*] succeeded!", "nc 10.0.0.5:5000 Connected"),
            ("Connection to reg (10.0.0.5) 5000 port [tcp/commplex-main] succeeded!", "nc reg:5000 Connected"),
            ("(UNKNOWN) [10.0.0.5] 5000 (?) : Connection timed out", "nc 10.0.0.5:5000 TimedOut"),
            ("reg [10.0.0.5] 5000 (?) open", "nc 10.0.0.5:5000 Connected"),
            ("10.0.0.5 (10.0.0.5:5000) open", "nc 10.0.0.5:5000 Connected"),
            ("nc: reg (10.0.0.5:5000): Connection refused", "nc reg:5000 Refused"),
            ("nc: bad address 'reg'", "nc reg:- NameUnknown"),
            ("Ncat: Connected to 10.0.0.5:5000.", "nc 10.0.0.5:5000 Connected"),
            ("Ncat: TIMEOUT.", "nc -:- TimedOut"),
            ("Ncat: Could not resolve hostname \"reg\": Name or service not known. QUITTING.", "nc -:- NameUnknown"),
        ] {
            assert_eq!(probes(text), [format!("{expected} | {text}")]);
        }
        assert_eq!(
            probes("$ nc -zv -w 3 reg 5000\nNcat: Version 7.92 ( https://nmap.org/ncat )\nNcat: No route to host."),
            ["nc reg:5000 NoRoute | Ncat: No route to host."]
        );
    }

    #[test]
    fn a_usage_is_no_probe() {
        let text = "$ nc -vz -w 4 10.77.0.10 30600\nnc: invalid option -- 'v'\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n\nUsage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]\n\nOpen a pipe to IP:PORT or FILE\n\n\t-l\tListen mode, for inbound connects\n\t\t(use -ll with -e for persistent server)\n\t-p PORT\tLocal port\n\nafter";
        assert_eq!(probes(text), ["? after"]);
    }

    #[test]
    fn what_belongs_to_a_run() {
        for (line, mine) in [
            ("reg (10.0.0.5:5000) open", true),
            ("reg (10.0.0.5:5000) open for all", false),
            ("see (that): Connection refused", false),
            ("\t-l\tListen mode", true),
            ("- a list", false),
            ("\tand then", false),
        ] {
            assert_eq!(belongs("$ nc -zv reg 5000", line), mine, "{line:?}");
        }
    }
}
