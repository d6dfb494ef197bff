//! What curl says in words: its final error and the lines of `-v`.
//!
//! In: one message. Out: the outcome that it stands for, noted in the [`Attempt`]. The numbers are curl's exit codes.
//!
//! ```text
//! (7) Failed to connect to 10.77.0.10 port 30501 after 8 ms: Couldn't connect to server
//! (56) Received HTTP code 407 from proxy after CONNECT
//! connect to 10.77.0.10 port 30501 failed: Connection refused
//! ```

use super::super::primitive::{Parsed, word};
use super::http::answered;
use super::{Attempt, errno};
use crate::record::Outcome;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, u16 as port, u64 as number};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};

/// `(7) Failed to connect to H port P after N ms: ...`
pub(super) fn explain<'a>(attempt: &mut Attempt<'a>, error: &'a str, at: usize, text: &'a str) {
    let Ok((rest, code)) = delimited(char('('), port, tag(") ")).parse(error) as Parsed<'_, u16> else { return };
    let outcome = match code {
        5 | 6 => {
            let host = rest.rsplit_once(": ").map_or_else(|| rest.rsplit_once(' ').map_or("", |(_, host)| host), |(_, host)| host);
            attempt.blames(host.trim_matches(['\'', '"']), None);
            if code == 5 {
                // The port that is known is not the proxy's.
                attempt.port = None;
            }
            Outcome::NameUnknown
        }
        7 => {
            return match unconnected(attempt, rest) {
                Some(outcome) => attempt.conclude(outcome, at, text),
                None if attempt.outcome.is_none() => attempt.decide(Outcome::Failed, at, text),
                None => {}
            };
        }
        22 | 56 | 97 if proxy_status(rest).is_some() => {
            attempt.status = proxy_status(rest);
            Outcome::ProxyRefused
        }
        22 => {
            let status: Option<u16> = rest.rsplit_once("returned error: ").and_then(|(_, status)| status.split(' ').next()?.parse().ok());
            return match status {
                Some(status) => answered(attempt, status, at, text),
                None => attempt.decide(Outcome::Failed, at, text),
            };
        }
        // The reader of a pipe went away; nothing is wrong with the server.
        23 => return,
        28 if rest.starts_with("Resolving timed out") => Outcome::DnsFailed,
        28 if rest.starts_with("SSL connection timeout") => Outcome::TlsFailed,
        28 => {
            unconnected(attempt, rest);
            Outcome::TimedOut
        }
        35 | 55 | 56 if errno(rest_before_target(rest)) == Some(Outcome::Reset) => Outcome::Reset,
        35 | 51 | 53 | 54 | 58 | 59 | 60 | 64 | 66 | 77 | 80 | 83 | 90 | 91 | 98 => Outcome::TlsFailed,
        52 => Outcome::Empty,
        _ => errno(rest).unwrap_or(Outcome::Failed),
    };
    if attempt.outcome == Some(outcome) {
        // -v has said it before, with more detail.
        return;
    }
    attempt.conclude(outcome, at, text);
}

/// `OpenSSL SSL_connect: Connection reset by peer in connection to H:443`
fn rest_before_target(text: &str) -> &str {
    text.split(" in connection to ").next().unwrap_or(text)
}

/// `Failed to connect to H port P [after N ms]: ERR`, `Failed connect to H:P; ERR`, and what it means.
fn unconnected(attempt: &mut Attempt<'_>, text: &str) -> Option<Outcome> {
    let new: Parsed<'_, (&str, u16, Option<u64>)> =
        preceded(tag("Failed to connect to "), (word, preceded(tag(" port "), port), opt(delimited(tag(" after "), number, tag(" ms")))))
            .parse(text);
    let old: Parsed<'_, &str> =
        preceded(alt((tag("Failed connect to "), tag("couldn't connect to host at "))), take_while1(|c: char| c != ';' && c != ' '))
            .parse(text);
    if let Ok((rest, (host, port, after))) = new {
        attempt.blames(host.trim_matches(['[', ']']), Some(port));
        let outcome = errno(rest);
        // Since curl 7.84 the reason is only in -v. A SYN that nobody answers is given up after a minute and more, and an
        // address that does not answer ARP after three seconds; what fails at once was refused.
        return outcome.or(match (after, rest.ends_with("Couldn't connect to server") || rest.ends_with("Could not connect to server")) {
            (Some(0..1_000), true) if attempt.outcome.is_none() => Some(Outcome::Refused),
            (Some(20_000..), true) if attempt.outcome.is_none() => Some(Outcome::TimedOut),
            _ => None,
        });
    }
    if let Ok((_, address)) = old {
        let (host, port) = address.rsplit_once(':').map_or((address, None), |(host, port)| (host, port.parse().ok()));
        attempt.blames(host, port);
    }
    errno(text)
}

/// `Received HTTP code 407 from proxy after CONNECT`, `CONNECT tunnel failed, response 403`
fn proxy_status(text: &str) -> Option<u16> {
    let old: Parsed<'_, u16> = delimited(tag("Received HTTP code "), port, tag(" from proxy after CONNECT")).parse(text);
    let new: Parsed<'_, u16> = preceded(tag("CONNECT tunnel failed, response "), port).parse(text);
    old.or(new).ok().map(|(_, status)| status)
}

/// A line of `curl -v` behind its star.
pub(super) fn tell<'a>(attempt: &mut Attempt<'a>, told: &'a str, at: usize, text: &'a str) {
    if let Some(address) = told.strip_prefix("Trying ") {
        let address = address.trim_end_matches(['.', ' ']);
        attempt.tries(at, text);
        let (host, port) = match address.rsplit_once(':') {
            // Older versions print no port: `Trying 10.0.0.5...`, `Trying ::1...`
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, port.parse().ok()),
            _ => (address, None),
        };
        attempt.target(host.trim_matches(['[', ']']), port);
        return;
    }
    let connected: Parsed<'_, (&str, Option<u16>)> =
        preceded(tag("Connected to "), (word, preceded(opt((tag(" ("), take_until(")"), char(')'))), opt(preceded(tag(" port "), port)))))
            .parse(told);
    if let Ok((_, (host, port))) = connected {
        attempt.tries(at, text);
        attempt.target(host, port);
        attempt.pass(Outcome::Connected, at, text);
        return;
    }
    let about: Parsed<'_, (&str, u16)> = preceded(tag("About to connect() to "), (word, preceded(tag(" port "), port))).parse(told);
    if let Ok((_, (host, port))) = about {
        attempt.target(host, Some(port));
        return;
    }
    let address_failed: Parsed<'_, (&str, u16)> = preceded(tag("connect to "), (word, preceded(tag(" port "), port))).parse(told);
    if let Ok((_, (host, port))) = address_failed {
        attempt.target(host, Some(port));
        if let Some(outcome) = errno(told) {
            attempt.pass(outcome, at, text);
        }
    } else if let Some(status) = proxy_status(told) {
        attempt.conclude(Outcome::ProxyRefused, at, text);
        attempt.status = Some(status);
    } else if told.starts_with("Failed to connect to ") {
        // The line before it has the reason of this address.
        if let Some(outcome) = unconnected(attempt, told)
            && attempt.outcome.is_none()
        {
            attempt.pass(outcome, at, text);
        }
    } else if told.starts_with("Could not resolve host: ") || told.starts_with("Couldn't resolve host ") {
        attempt.blames(told.rsplit([' ', '\'']).find(|part| !part.is_empty()).unwrap_or_default(), None);
        attempt.conclude(Outcome::NameUnknown, at, text);
    } else if told.starts_with("SSL certificate problem: ")
        || told.starts_with("SSL: no alternative certificate")
        || told.contains(":SSL routines:")
        || told.starts_with("SSL: certificate subject name")
    {
        attempt.conclude(Outcome::TlsFailed, at, text);
    } else if told.starts_with("Empty reply from server") {
        attempt.conclude(Outcome::Empty, at, text);
    } else if told.starts_with("Connection timed out after ")
        || told.starts_with("Operation timed out after ")
        || told.starts_with("connect() timed out")
    {
        attempt.conclude(Outcome::TimedOut, at, text);
    } else if told.starts_with("Recv failure: ") || told.starts_with("Send failure: ") {
        attempt.conclude(errno(told).unwrap_or(Outcome::Failed), at, text);
    } else if matches!(told, "Connection refused" | "Connection timed out" | "No route to host" | "Network is unreachable") {
        attempt.pass(errno(told).unwrap_or(Outcome::Failed), at, text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::probes;

    #[test]
    fn errors_of_curl() {
        for (line, expected) in [
            ("curl: (6) Could not resolve host: registry-1.docker.io", "curl registry-1.docker.io:- NameUnknown"),
            ("curl: (7) Failed to connect to 10.0.0.5 port 5000 after 0 ms: Connection refused", "curl 10.0.0.5:5000 Refused"),
            ("curl: (7) Failed to connect to 10.0.0.5 port 5000 after 0 ms: Couldn't connect to server", "curl 10.0.0.5:5000 Refused"),
            (
                "curl: (7) Failed to connect to 10.0.0.5 port 5000 after 130123 ms: Couldn't connect to server",
                "curl 10.0.0.5:5000 TimedOut",
            ),
            ("curl: (7) Failed to connect to 10.0.0.5 port 5000 after 3061 ms: Couldn't connect to server", "curl 10.0.0.5:5000 Failed"),
            ("curl: (7) Failed connect to registry.corp:5000; No route to host", "curl registry.corp:5000 NoRoute"),
            ("curl: (28) Operation timed out after 5001 milliseconds with 0 bytes received", "curl -:- TimedOut"),
            ("curl: (28) Failed to connect to quay.io port 443 after 129 ms: Connection timed out", "curl quay.io:443 TimedOut"),
            ("curl: (28) Resolving timed out after 5000 milliseconds", "curl -:- DnsFailed"),
            ("curl: (35) error:1408F10B:SSL routines:ssl3_get_record:wrong version number", "curl -:- TlsFailed"),
            ("curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to quay.io:443", "curl -:- Reset"),
            ("curl: (52) Empty reply from server", "curl -:- Empty"),
            ("curl: (56) Received HTTP code 407 from proxy after CONNECT", "curl -:- ProxyRefused 407"),
            ("curl: (56) CONNECT tunnel failed, response 403", "curl -:- ProxyRefused 403"),
            ("curl: (56) Recv failure: Connection reset by peer", "curl -:- Reset"),
            ("curl: (60) SSL certificate problem: self signed certificate", "curl -:- TlsFailed"),
            ("curl: (22) The requested URL returned error: 404 Not Found", "curl -:- Http 404"),
        ] {
            assert_eq!(probes(line), [format!("{expected} | {line}")]);
        }
        assert_eq!(
            probes("$ curl https://registry-1.docker.io/v2/ -I\ncurl: (6) Could not resolve host: registry-1.docker.io\n\nprose"),
            ["curl registry-1.docker.io:443 NameUnknown | curl: (6) Could not resolve host: registry-1.docker.io", "? prose"]
        );
        assert_eq!(
            probes("$ curl -x http://proxy:3128 https://quay.io/v2/\ncurl: (7) Failed to connect to proxy port 3128: Connection refused"),
            ["curl proxy:3128 Refused | curl: (7) Failed to connect to proxy port 3128: Connection refused"]
        );
        assert_eq!(
            probes(
                "curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.haxx.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.\nprose"
            ),
            ["curl -:- TlsFailed | curl: (60) SSL certificate problem: unable to get local issuer certificate", "? prose"]
        );
    }

    #[test]
    fn errors_that_need_a_second_look() {
        // A pipe's reader that went away says nothing of the server.
        assert_eq!(probes("$ curl -s http://a/ | head\ncurl: (23) Failed writing body"), Vec::<String>::new());
        assert_eq!(probes("curl: (28) SSL connection timeout"), ["curl -:- TlsFailed | curl: (28) SSL connection timeout"]);
        let last = "curl: (7) Failed to connect to a port 80 after 130000 ms: Couldn't connect to server";
        assert_eq!(probes(last), [format!("curl a:80 TimedOut | {last}")]);
        let reason = "* connect to 10.0.0.5 port 80 failed: No route to host";
        assert_eq!(probes(&format!("$ curl -v http://a/\n{reason}\n{last}")), [format!("curl a:80 NoRoute | {reason}")]);
    }

    #[test]
    fn what_verbose_lines_say() {
        for (line, wanted) in [
            ("* Trying ::1...", "::1:- NoAnswer"),
            ("* Trying 10.0.0.5...", "10.0.0.5:- NoAnswer"),
            ("* Trying [fd00::5]:5000...", "fd00::5:5000 NoAnswer"),
            ("* Couldn't resolve host 'reg'", "reg:- NameUnknown"),
            ("* Could not resolve host: reg", "reg:- NameUnknown"),
        ] {
            assert_eq!(probes(line), [format!("curl {wanted} | {line}")]);
        }
        let connected = "* Connected to reg (10.0.0.5) port 443 (#0)";
        for (line, outcome) in [
            ("* SSL certificate problem: self-signed certificate", "TlsFailed"),
            ("* SSL: no alternative certificate subject name matches target host name 'reg'", "TlsFailed"),
            ("* SSL: certificate subject name 'a' does not match target host name 'reg'", "TlsFailed"),
            ("* error:1408F10B:SSL routines:ssl3_get_record:wrong version number", "TlsFailed"),
            ("* Recv failure: Connection reset by peer", "Reset"),
            ("* Send failure: Broken pipe", "Reset"),
            ("* Empty reply from server", "Empty"),
        ] {
            assert_eq!(probes(&format!("{connected}\n{line}")), [format!("curl reg:443 {outcome} | {line}")]);
        }
    }
}
