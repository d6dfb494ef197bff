//! What curl and wget share: URLs, status lines and bodies.
//!
//! In: words of a command, lines of an answer. Out: host and port, the HTTP status. A body is only looked at for the
//! status that an error page or an error of the registry protocol stands for; nothing else is read from it.
//!
//! ```text
//! HTTP/1.1 401 Unauthorized
//! {"errors":[{"code":"UNAUTHORIZED","message":"authentication required","detail":null}]}
//! <head><title>502 Bad Gateway</title></head>
//! ```

use super::super::primitive::Parsed;
use super::{Attempt, Said, Target};
use crate::record::Outcome;
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, space1, u16 as port};
use nom::combinator::verify;
use nom::sequence::{preceded, terminated};

/// A body goes on over at most this many lines.
const LONGEST_BODY: usize = 200;

/// Host and port of a URL, which may lack its scheme.
pub(super) fn url_target(url: &str) -> Target {
    let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    // A name and password before the host are not read.
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let default = if scheme.eq_ignore_ascii_case("https") { 443 } else { 80 };
    let port = port.map_or(Some(default), |port| port.parse().ok());
    ((!host.is_empty()).then(|| host.to_owned()), port)
}

/// `HTTP/1.1 401 Unauthorized`, `HTTP/2 401`
pub(super) fn status_line(text: &str) -> Parsed<'_, u16> {
    let version = preceded(tag("HTTP/"), take_while1(|c: char| c.is_ascii_digit() || c == '.'));
    let (rest, status) = preceded((version, space1), verify(port, |status| (100..600).contains(status))).parse(text)?;
    if !(rest.is_empty() || rest.starts_with(' ')) {
        return Err(nom::Err::Error(nom::error::Error::new(text, nom::error::ErrorKind::Verify)));
    }
    Ok((rest, status))
}

/// Notes the status of an answer.
pub(super) fn answered<'a>(attempt: &mut Attempt<'a>, status: u16, at: usize, text: &'a str) {
    // 100 Continue is no answer yet; the real one follows.
    if status >= 200 {
        attempt.conclude(Outcome::Http, at, text);
        attempt.status = Some(status);
    }
}

/// Takes an answer's body as far as its form says where it ends.
pub(super) fn body<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, lines: &[Line<'a>]) -> Said {
    // Without a command or a status line above it, only the registry protocol's own error is recognised.
    let expected = !attempt.words.is_empty() || attempt.status.is_some();
    if text.starts_with("{\"errors\":") || expected && text.starts_with(['{', '[']) {
        return json_body(attempt, at, text, lines);
    }
    if expected && text.starts_with('<') {
        let end = lines.iter().skip(at).take(LONGEST_BODY).position(|line| line.text().contains("</html>")).map_or(1, |length| length + 1);
        attempt.body_until = at + end;
        if attempt.status.is_none() {
            // Borrowed from the page's first line, as the line with the status has another lifetime.
            let status = lines.iter().skip(at).take(end).find_map(|line| page_status(line.text()));
            if let Some(status) = status {
                answered(attempt, status, at, text);
            }
        }
        return Said::Mine;
    }
    if !expected {
        return Said::Foreign;
    }
    let status = match text {
        "404 page not found" => 404,
        "Client sent an HTTP request to an HTTPS server." => 400,
        "ok" | "OK" | "healthz check passed" => 200,
        "Unauthorized" => 401,
        "Forbidden" => 403,
        _ => return Said::Foreign,
    };
    if attempt.status.is_none() {
        answered(attempt, status, at, text);
    }
    Said::Mine
}

/// `<title>502 Bad Gateway</title>`
fn page_status(text: &str) -> Option<u16> {
    ["<title>", "<h1>"].iter().find_map(|opening| {
        let (_, rest) = text.split_once(opening)?;
        let found: Parsed<'_, u16> = terminated(verify(port, |status| (300..600).contains(status)), char(' ')).parse(rest);
        found.ok().map(|(_, status)| status)
    })
}

fn json_body<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, lines: &[Line<'a>]) -> Said {
    // The next prompt may follow without a line end, so only the first value counts.
    let first = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>().next().and_then(Result::ok);
    let mut length = 1;
    let value = first(text).or_else(|| {
        // A value over several lines ends where a bracket closes at the first line's own indent.
        let closing = if text.starts_with('{') { '}' } else { ']' };
        let indent = lines.get(at)?.indent();
        let end =
            lines.iter().skip(at + 1).take(LONGEST_BODY).position(|line| line.indent() == indent && line.trimmed().starts_with(closing))?
                + 2;
        let mut joined = String::from(text);
        for line in lines.iter().skip(at + 1).take(end) {
            joined.push('\n');
            joined.push_str(line.text());
        }
        length = end;
        first(&joined)
    });
    let Some(value) = value else { return Said::Foreign };
    attempt.body_until = at + length;
    if attempt.status.is_none() {
        let status = match value.pointer("/errors/0/code").and_then(serde_json::Value::as_str) {
            Some("UNAUTHORIZED" | "AUTHENTICATION_REQUIRED") => 401,
            Some("DENIED" | "FORBIDDEN") => 403,
            Some("NAME_UNKNOWN" | "MANIFEST_UNKNOWN" | "BLOB_UNKNOWN" | "NOT_FOUND" | "PROJECT_NOT_FOUND") => 404,
            Some("UNSUPPORTED") => 405,
            Some("TOOMANYREQUESTS") => 429,
            Some("UNAVAILABLE") => 503,
            Some("UNKNOWN" | "INTERNAL_ERROR") => 500,
            Some(_) => 400,
            None => 200,
        };
        answered(attempt, status, at, text);
    }
    Said::Mine
}

#[cfg(test)]
mod tests {
    use super::super::tests::probes;

    #[test]
    fn bodies_that_say_their_status() {
        for (body, status) in [
            ("404 page not found", 404),
            ("Client sent an HTTP request to an HTTPS server.", 400),
            ("ok", 200),
            ("Unauthorized", 401),
            ("Forbidden", 403),
            ("{\"errors\":[{\"code\":\"DENIED\"}]}", 403),
            ("{}", 200),
            ("{\n  \"errors\": [\n    {\n      \"code\": \"DENIED\"\n    }\n  ]\n}", 403),
            ("<html>\nThe page\n<title>502 Bad Gateway</title>\nends: nginx</html>", 502),
        ] {
            let first = body.lines().next().unwrap();
            assert_eq!(
                probes(&format!("$ curl http://a/\n{body}\nafter")),
                [format!("curl a:80 Http {status} | {first}"), "? after".into()]
            );
        }
        assert_eq!(probes("$ curl http://a/\nprose"), ["? $ curl http://a/", "? prose"]);
    }
}
