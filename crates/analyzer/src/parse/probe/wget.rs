//! wget, GNU's and BusyBox'.
//!
//! In: its output. Out (through [`probe`](super)): how the request ended, with the HTTP status where one came.
//!
//! ```text
//! --2026-11-22 09:08:06--  http://10.77.0.10:30501/v2/
//! Connecting to 10.77.0.10:30501... failed: Connection refused.
//! HTTP request sent, awaiting response... 401 Unauthorized
//! wget: server returned error: HTTP/1.1 401 Unauthorized
//! ```

use super::super::primitive::{Parsed, word};
use super::super::prompt;
use super::http::{answered, body, status_line, url_target};
use super::{Attempt, Said, Target, Tool, errno};
use crate::record::{Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, u16 as port};
use nom::combinator::verify;
use nom::multi::count;
use nom::sequence::{delimited, preceded, terminated};

pub(super) static WGET: Tool = Tool { programs: &["wget"], target: wget_target, begins: wget_begins, line: wget };

fn wget_target(arguments: &[&str]) -> Target {
    let found = prompt::positional(arguments, &["-O", "-o", "-T", "-t", "-P", "-U", "--timeout", "--tries", "-w", "-e", "-a"]);
    let url = found.iter().find(|word| word.contains("://")).or_else(|| found.iter().find(|word| word.contains(['.', ':', '/'])));
    url.map_or((None, None), |url| url_target(url))
}

fn wget_begins(text: &str, _next: Option<&str>) -> bool {
    let failed = text.strip_prefix("wget: ").is_some_and(|rest| {
        errno(rest).is_some()
            || ["bad address", "unable to resolve", "can't connect", "server returned error", "download timed out"]
                .iter()
                .any(|words| rest.starts_with(words))
    });
    failed || started(text).is_ok() || connecting(text).is_ok_and(|(_, (_, result))| !result.is_empty())
}

/// `--2026-11-22 09:09:05--  http://10.77.0.10:30600/v2/`
fn started(text: &str) -> Parsed<'_, &str> {
    let (rest, _) = (tag("--"), take_while1(|c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | ' '))).parse(text)?;
    verify(word, |url: &str| url.contains("://")).parse(rest)
}

/// `Connecting to H (H)|10.0.0.5|:5000... failed: ERR.`, `Connecting to H (10.0.0.5:80)`: the address and what came of it.
fn connecting(text: &str) -> Parsed<'_, (&str, &str)> {
    let (rest, address) = preceded(tag("Connecting to "), take_while1(|c: char| !c.is_whitespace())).parse(text)?;
    match rest.split_once("... ").or_else(|| text.split_once("... ")) {
        Some((_, result)) => Ok(("", (address.trim_end_matches('.'), result))),
        None => Ok(("", (address, ""))),
    }
}

fn wget<'a>(attempt: &mut Attempt<'a>, at: usize, whole: &'a str, lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    if at < attempt.body_until {
        return Said::Mine;
    }
    let text = whole.trim();
    if let Ok((_, url)) = started(text) {
        let (host, port) = url_target(url);
        // A URL may carry a password, so only what stands before it is kept.
        attempt.tries(at, text.split(url).next().unwrap_or(text));
        attempt.target(&host.unwrap_or_default(), port);
        return Said::Mine;
    }
    if let Ok((_, (address, result))) = connecting(text) {
        attempt.tries(at, whole);
        if attempt.host.is_none() {
            let (host, port) = address
                .split_once(['|', ':'])
                .map_or((address, None), |(host, _)| (host, address.rsplit_once(':').and_then(|(_, port)| port.parse().ok())));
            attempt.target(host, port);
        }
        match errno(result) {
            _ if result.starts_with("connected") => attempt.pass(Outcome::Connected, at, whole),
            Some(outcome) => attempt.pass(outcome, at, whole),
            None if !result.is_empty() => attempt.pass(Outcome::Failed, at, whole),
            None => {}
        }
        return Said::Mine;
    }
    if let Some(result) = text.strip_prefix("HTTP request sent, awaiting response... ") {
        match result.split(' ').next().and_then(|status| status.parse().ok()) {
            Some(status) => answered(attempt, status, at, whole),
            None if result.starts_with("No data received") => attempt.conclude(Outcome::Empty, at, whole),
            None if result.contains("Connection reset") => attempt.conclude(Outcome::Reset, at, whole),
            None if result.contains("timed out") => attempt.conclude(Outcome::TimedOut, at, whole),
            None => attempt.conclude(Outcome::Failed, at, whole),
        }
        return Said::Mine;
    }
    if text.starts_with("Resolving ") {
        if let Some((_, reason)) = text.split_once("... failed: ") {
            attempt.decide(errno(reason).unwrap_or(Outcome::DnsFailed), at, whole);
        }
        return Said::Mine;
    }
    if text.starts_with("ERROR: ") && text.contains("certificate")
        || text.starts_with("Unable to establish SSL connection")
        || text.starts_with("OpenSSL: error:")
        || text.starts_with("GnuTLS: ")
    {
        attempt.pass(Outcome::TlsFailed, at, whole);
        return Said::Mine;
    }
    if let Some(rest) = text.strip_prefix("wget: ") {
        let remote: Parsed<'_, &str> = delimited(tag("can't connect to remote host ("), take_until(")"), tag(")")).parse(rest);
        let status = rest.strip_prefix("server returned error: ").and_then(|answer| status_line(answer).ok());
        if let Some((_, status)) = status {
            answered(attempt, status, at, whole);
        } else if rest.starts_with("bad address") || rest.starts_with("unable to resolve") {
            attempt.target(rest.rsplit(['\'', '"']).find(|part| !part.is_empty()).unwrap_or_default(), None);
            attempt.decide(Outcome::NameUnknown, at, whole);
        } else if !(rest.starts_with("note:") || rest.starts_with("missing URL") || rest.contains("option")) {
            if let Ok((_, address)) = remote {
                attempt.target(address, None);
            }
            attempt.conclude(errno(rest).unwrap_or(Outcome::Failed), at, whole);
        }
        return Said::Mine;
    }
    const KNOWN: &[&str] = &[
        "Giving up.",
        "Retrying.",
        "Length: ",
        "Saving to: ",
        "Location: ",
        "Reusing existing connection",
        "Username/Password Authentication Failed",
        "Authentication selected",
        "Self-signed certificate encountered",
        "Unable to locally verify",
        "Issued certificate",
        "To connect to ",
        "WARNING: ",
        "saving to ",
        "remote file exists",
        "Remote file exists",
        "Spider mode enabled",
        "URL transformed to HTTPS",
        "Proxy request sent",
        "requested host name",
        "Loaded CA certificate",
    ];
    let dated: Parsed<'_, &str> =
        preceded((count(terminated(port, char('-')), 2), port, char(' ')), take_while1(|c: char| c.is_ascii_digit())).parse(text);
    let progress = text.contains("%[")
        || text.contains("100% |")
        || text.contains("--.-K")
        || text.starts_with(|c: char| c.is_ascii_digit()) && text.contains("K ....");
    if text.is_empty() || dated.is_ok() || progress || KNOWN.iter().any(|words| text.starts_with(words)) || text.ends_with("' saved") {
        return Said::Mine;
    }
    body(attempt, at, text, lines)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};

    #[test]
    fn wgets() {
        assert_eq!(
            probes(
                "--2026-11-22 09:09:05--  https://r.corp/v2/\nResolving r.corp (r.corp)... 10.0.0.5\nConnecting to r.corp (r.corp)|10.0.0.5|:443... connected.\nHTTP request sent, awaiting response... 401 Unauthorized\n\nUsername/Password Authentication Failed.\nprose"
            ),
            ["wget r.corp:443 Http 401 | HTTP request sent, awaiting response... 401 Unauthorized", "? prose"]
        );
        assert_eq!(
            probes(
                "--2026-11-22 09:09:05--  https://r.corp/v2/\nResolving r.corp (r.corp)... failed: Name or service not known.\nwget: unable to resolve host address ‘r.corp’"
            ),
            ["wget r.corp:443 NameUnknown | Resolving r.corp (r.corp)... failed: Name or service not known."]
        );
        assert_eq!(
            probes("$ wget -qO- http://10.0.0.5:5000/v2/\nwget: can't connect to remote host (10.0.0.5): Connection refused"),
            ["wget 10.0.0.5:5000 Refused | wget: can't connect to remote host (10.0.0.5): Connection refused"]
        );
        assert_eq!(
            probes("wget: server returned error: HTTP/1.1 401 Unauthorized"),
            ["wget -:- Http 401 | wget: server returned error: HTTP/1.1 401 Unauthorized"]
        );
        assert_eq!(
            probes(
                "Connecting to r.corp|10.0.0.5|:443... connected.\nERROR: cannot verify r.corp's certificate, issued by 'CN=ca':\n  Unable to locally verify the issuer's authority.\nTo connect to r.corp insecurely, use `--no-check-certificate'."
            ),
            ["wget r.corp:443 TlsFailed | ERROR: cannot verify r.corp's certificate, issued by 'CN=ca':"]
        );
    }

    #[test]
    fn what_came_of_a_connection() {
        let command = "$ wget http://r.corp/";
        for (line, outcome) in [
            ("Connecting to r.corp (r.corp)|10.0.0.5|:80... connected.", "Connected"),
            ("Connecting to r.corp (r.corp)|10.0.0.5|:80... failed: Connection refused.", "Refused"),
            ("Connecting to r.corp (r.corp)|10.0.0.5|:80... failed: something odd.", "Failed"),
            ("Connecting to r.corp (10.0.0.5:80)", "NoAnswer"),
            ("HTTP request sent, awaiting response... 404 Not Found", "Http 404"),
            ("HTTP request sent, awaiting response... No data received.", "Empty"),
            ("HTTP request sent, awaiting response... Read error (Connection reset by peer) in headers.", "Reset"),
            ("HTTP request sent, awaiting response... Read error (Connection timed out) in headers.", "TimedOut"),
            ("HTTP request sent, awaiting response... something odd", "Failed"),
            ("wget: something odd", "Failed"),
        ] {
            assert_eq!(probes(&format!("{command}\n{line}")), [format!("wget r.corp:80 {outcome} | {line}")]);
        }
        for line in ["wget: note: x", "wget: missing URL", "wget: unrecognized option '--x'"] {
            assert_eq!(probes(&format!("{command}\n{line}")), Vec::<String>::new(), "{line}");
        }
        assert_eq!(probes("wget: bad address 'reg'"), ["wget reg:- NameUnknown | wget: bad address 'reg'"]);
    }

    #[test]
    fn what_belongs_to_a_run() {
        for (line, mine) in [
            ("2026-11-22 09:09:05 ERROR 404: Not Found.", true),
            ("Saving to: 'index.html'", true),
            ("'index.html' saved", true),
            ("index.html   50%[==>      ]", true),
            ("index.html   100% |*****|", true),
            ("index.html   --.-K", true),
            ("     0K .......... ..........", true),
            ("17 things", false),
            ("of 5K ....", false),
            ("prose", false),
        ] {
            assert_eq!(belongs("$ wget http://r.corp/", line), mine, "{line}");
        }
    }
}
