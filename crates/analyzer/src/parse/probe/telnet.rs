//! telnet, on Unix, BusyBox and Windows.
//!
//! In: its output. Out (through [`probe`](super)): how the connection ended; `Trying` with nothing behind it is a
//! connection that nobody answered. The port stands in the command alone.
//!
//! ```text
//! Trying 10.0.0.5...
//! telnet: connect to address 10.0.0.5: Connection refused
//! telnet: Unable to connect to remote host: Connection refused
//! Connected to 10.0.0.5.
//! ```

use super::super::primitive::Parsed;
use super::{Attempt, Said, Tool, errno, host_and_port};
use crate::record::{Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, u16 as port};
use nom::combinator::{eof, opt, verify};
use nom::sequence::{delimited, preceded};

pub(super) static TELNET: Tool = Tool { programs: &["telnet"], target: host_and_port, begins: telnet_begins, line: telnet };

fn telnet_begins(text: &str, next: Option<&str>) -> bool {
    let trying: Parsed<'_, &str> =
        delimited(tag("Trying "), verify(take_while1(|c: char| !c.is_whitespace()), |word: &str| word.ends_with("...")), eof).parse(text);
    let connected = || text.starts_with("Connected to ") && next.is_some_and(|next| next.starts_with("Escape character is"));
    text.starts_with("telnet: ") || trying.is_ok() || connected()
}

fn telnet<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    let trimmed = text.trim();
    if let Some(address) = trimmed.strip_prefix("Trying ") {
        let address = address.trim_end_matches(['.', ' ']);
        if address.contains(' ') {
            return Said::Foreign;
        }
        // What was refused before may have been another address; a final error is never replaced.
        attempt.tries(at, text);
        attempt.target(address, None);
        return Said::Mine;
    }
    if let Some(host) = trimmed.strip_prefix("Connected to ") {
        let host = host.trim_end_matches('.');
        if host.contains(' ') {
            return Said::Foreign;
        }
        attempt.target(host, None);
        attempt.conclude(Outcome::Connected, at, text);
        return Said::Mine;
    }
    if let Some(rest) = trimmed.strip_prefix("telnet: ") {
        let address: Parsed<'_, &str> = preceded(tag("connect to address "), take_until(": ")).parse(rest);
        let remote: Parsed<'_, &str> = delimited(tag("can't connect to remote host ("), take_until(")"), tag(")")).parse(rest);
        // telnet: could not resolve registry.corp/5000: Name or service not known
        let unresolved: Parsed<'_, (&str, Option<u16>)> =
            preceded(tag("could not resolve "), (take_while1(|c| c != '/' && c != ':'), opt(preceded(char('/'), port)))).parse(rest);
        let bad: Parsed<'_, &str> = delimited(tag("bad address '"), take_until("'"), tag("'")).parse(rest);
        let outcome = errno(rest);
        if let Ok((_, (host, port))) = unresolved {
            attempt.target(host, port);
            attempt.decide(outcome.unwrap_or(Outcome::NameUnknown), at, text);
        } else if let Ok((_, host)) = bad {
            attempt.target(host, None);
            attempt.decide(Outcome::NameUnknown, at, text);
        } else if let Ok((_, address)) = address {
            attempt.target(address, None);
            attempt.pass(outcome.unwrap_or(Outcome::Failed), at, text);
        } else {
            if let Ok((_, address)) = remote {
                attempt.target(address, None);
            }
            // BSD prints the same reason twice; the first line has the address.
            if attempt.outcome != outcome || attempt.outcome.is_none() {
                attempt.decide(outcome.unwrap_or(Outcome::Failed), at, text);
            }
            attempt.passing = false;
        }
        return Said::Mine;
    }
    // Connecting To 10.0.0.5...Could not open connection to the host, on port 5000: Connect failed
    if let Some(rest) = trimmed.strip_prefix("Connecting To ")
        && let Some((host, rest)) = rest.split_once("...")
    {
        attempt.target(host, rest.rsplit_once("on port ").and_then(|(_, rest)| rest.split(':').next()?.trim().parse().ok()));
        if rest.contains("Could not open connection") {
            attempt.decide(errno(rest).unwrap_or(Outcome::Failed), at, text);
        } else {
            attempt.tries(at, text);
        }
        return Said::Mine;
    }
    let closing =
        ["Escape character is", "Connection closed", "telnet> ", "Connection to host lost"].iter().any(|words| trimmed.starts_with(words));
    if closing || trimmed == "telnet>" || trimmed == "Console escape. Commands are:" { Said::Mine } else { Said::Foreign }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};
    use super::*;

    #[test]
    fn a_telnet_without_an_answer() {
        let expected = ["telnet 127.0.0.1:30001 NoAnswer | Trying 127.0.0.1..."];
        assert_eq!(probes("[root@master /var/log]# telnet 127.0.0.1 30001  \nTrying 127.0.0.1..."), expected);
        assert_eq!(
            probes("    [root@master /var/log]# telnet 127.0.0.1 30001  \n    Trying 127.0.0.1...\n    ```"),
            [expected[0], "? ```"]
        );
        assert_eq!(probes("Trying 127.0.0.1...\n"), ["telnet 127.0.0.1:- NoAnswer | Trying 127.0.0.1..."]);
        assert_eq!(probes("$ telnet 10.77.0.10 30600\n\n$ ls"), ["? $ telnet 10.77.0.10 30600", "? $ ls"]);
    }

    #[test]
    fn telnet_says_how_it_ended() {
        assert_eq!(
            probes("$ telnet 10.77.0.10 30501\ntelnet: Unable to connect to remote host: Connection refused\nTrying 10.77.0.10...\n\n$ x"),
            ["telnet 10.77.0.10:30501 Refused | telnet: Unable to connect to remote host: Connection refused", "? $ x"]
        );
        assert_eq!(
            probes(
                "# telnet localhost 30001\nTrying ::1...\ntelnet: connect to address ::1: Connection refused\nTrying 127.0.0.1...\nConnected to localhost.\nEscape character is '^]'.\n^]\ntelnet> quit\nConnection closed."
            ),
            ["telnet localhost:30001 Connected | Connected to localhost."]
        );
        assert_eq!(
            probes("Trying ::1...\ntelnet: connect to address ::1: Connection refused\nTrying 127.0.0.1..."),
            ["telnet 127.0.0.1:- NoAnswer | Trying 127.0.0.1..."]
        );
        assert_eq!(
            probes(
                "Trying 10.0.0.5...\ntelnet: connect to address 10.0.0.5: No route to host\ntelnet: Unable to connect to remote host: No route to host"
            ),
            ["telnet 10.0.0.5:- NoRoute | telnet: connect to address 10.0.0.5: No route to host"]
        );
        assert_eq!(
            probes("$ telnet registry.corp 5000\ntelnet: could not resolve registry.corp/5000: Name or service not known"),
            ["telnet registry.corp:5000 NameUnknown | telnet: could not resolve registry.corp/5000: Name or service not known"]
        );
        assert_eq!(probes("$ telnet 10.0.0.5 5000\n-bash: telnet: command not found"), Vec::<String>::new());
    }

    #[test]
    fn lines_that_only_telnet_writes() {
        let escape = Some("Escape character is '^]'.");
        for (text, next, begins) in [
            ("Connected to registry.", escape, true),
            ("Connected to registry.", None, false),
            ("Connected to registry.", Some("prose"), false),
            ("prose", escape, false),
            ("Trying 10.0.0.5...", None, true),
            ("Trying it out...", None, false),
        ] {
            assert_eq!(telnet_begins(text, next), begins, "{text}");
        }
        assert!(!belongs("$ telnet a 1\nTrying 10.0.0.5...", "prose"));
    }

    #[test]
    fn names_and_reasons() {
        for (line, wanted) in [
            ("telnet: could not resolve reg/5000: Name or service not known", "reg:5000 NameUnknown"),
            ("telnet: could not resolve reg: Name or service not known", "reg:- NameUnknown"),
            ("telnet: Unable to connect to remote host: Something odd", "-:- Failed"),
        ] {
            assert_eq!(probes(line), [format!("telnet {wanted} | {line}")]);
        }
        let (first, last) =
            ("telnet: connect to address ::1: Connection refused", "telnet: Unable to connect to remote host: No route to host");
        assert_eq!(probes(&format!("{first}\n{last}")), [format!("telnet ::1:- NoRoute | {last}")]);
    }
}
