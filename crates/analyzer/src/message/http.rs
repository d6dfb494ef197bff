//! HTTP requests and answers in messages.
//!
//! ```text
//! Head "https://HOST/v2/x/manifests/1": ERR            Get https://HOST/v2/: ERR          (Go before 1.14)
//! unexpected status from HEAD request to URL: 401 Unauthorized
//! unexpected status code URL: 429 Too Many Requests - Server message: toomanyrequests: TEXT
//! received unexpected HTTP status: 503 Service Unavailable       StatusCode: 404, "404 page not found\n"
//! Head "https://HOST/...": Forbidden                   a proxy's CONNECT answer: Go drops the number
//! ```

use super::PullError;
use super::phrase::{Parsed, at_word_end, name};
use super::reference::split_port;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while_m_n};
use nom::combinator::{map_res, opt};
use nom::sequence::{delimited, preceded, terminated};

/// The parts of a URL that matter here. The query is dropped, since it may hold a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// `https` or `http`.
    pub(crate) scheme: Option<&'static str>,
    /// host[:port]
    pub(crate) host: String,
    pub(crate) path: String,
    /// The registry that a mirror stands for (`?ns=`).
    pub(crate) mirror_of: Option<String>,
}

impl Url {
    pub(crate) fn parse(text: &str) -> Option<Url> {
        let (scheme, rest) = match text.split_once("://") {
            Some(("https", rest)) => ("https", rest),
            Some(("http", rest)) => ("http", rest),
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        // User information is a secret.
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mirror_of = query.split('&').find_map(|pair| pair.strip_prefix("ns=")).map(str::to_owned);
        (!host.is_empty()).then(|| Url { scheme: Some(scheme), host: host.to_ascii_lowercase(), path: path.to_owned(), mirror_of })
    }

    pub(crate) fn of_host(host: &str) -> Url {
        Url { scheme: None, host: host.to_ascii_lowercase(), path: String::new(), mirror_of: None }
    }

    /// The port, explicit or by scheme.
    pub(crate) fn port(&self) -> u16 {
        split_port(&self.host).1.unwrap_or(if self.scheme == Some("http") { 80 } else { 443 })
    }

    pub(crate) fn text(&self) -> String {
        match self.scheme {
            Some(scheme) => format!("{scheme}://{}{}", self.host, self.path),
            None => self.host.clone(),
        }
    }
}

/// Status words that a proxy leaves behind when its CONNECT answer is not 200, in Go's own spelling: a
/// registry's `unauthorized: ...` in the same place is lower case.
const PROXY_ANSWERS: &[&str] = &[
    "Proxy Authentication Required",
    "Forbidden",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
    "Method Not Allowed",
    "Bad Request",
    "Internal Server Error",
];

/// `401 Unauthorized` or `403 (Forbidden)` or `403`: the number; the words behind it are eaten.
pub(super) fn status(input: &str) -> Parsed<'_, u16> {
    let (rest, code) = map_res(take_while_m_n(3, 3, |c: char| c.is_ascii_digit()), str::parse::<u16>).parse(input)?;
    if !at_word_end(rest) || !(100..600).contains(&code) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Digit)));
    }
    let words = rest.trim_start_matches([' ', '(']);
    let end = words.find(|c: char| !(c.is_ascii_alphabetic() || c == ' ' || c == '-' || c == '\'')).unwrap_or(words.len());
    Ok((&words[end..], code))
}

fn method(input: &str) -> Parsed<'_, &str> {
    alt((tag_no_case("head"), tag_no_case("get"), tag_no_case("post"), tag_no_case("put"), tag_no_case("connect"))).parse(input)
}

/// Reads a request or an answer.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some(rest) = status_answer(input, error).or_else(|| bare_status(input, error)) {
        return Some(rest);
    }
    let (rest, (method, url)) = (terminated(method, tag(" ")), name).parse(input).ok()?;
    let url = Url::parse(url)?;
    error.method = Some(method.to_ascii_uppercase());
    if error.operation.is_none_or(|operation| operation == "pull") {
        error.operation = stage_of(&url.path).or(error.operation);
    }
    error.url = Some(url);
    // The colon may be glued to an unquoted URL.
    let after = rest.trim_start_matches([':', ' ']);
    if let Some((words, rest)) = PROXY_ANSWERS.iter().find_map(|words| Some((*words, after.strip_prefix(words)?)))
        && !rest.trim_start().starts_with(|c: char| c.is_alphanumeric())
    {
        error.proxy_answer = Some(words);
        return Some(rest);
    }
    Some(rest)
}

fn stage_of(path: &str) -> Option<&'static str> {
    if path == "/v2/" || path == "/v2" || path == "/v1/_ping" {
        Some("ping")
    } else if path.contains("/manifests/") {
        Some("resolve")
    } else if path.contains("/blobs/") {
        Some("fetch")
    } else if path.contains("/token") || path.contains("/jwt/auth") || path.contains("/oauth") {
        Some("authorize")
    } else {
        None
    }
}

/// The long forms around a status.
fn status_answer<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let request: Parsed<'_, (&str, &str)> =
        preceded(tag("unexpected status from "), (terminated(method, tag(" request to ")), name)).parse(input);
    if let Ok((rest, (method, url))) = request {
        error.method = Some(method.to_ascii_uppercase());
        error.url = Url::parse(url).or(error.url.take());
        if let Some(url) = &error.url {
            error.artifact = artifact_of(&url.path).or(error.artifact);
            if error.operation.is_none_or(|operation| operation == "pull") {
                error.operation = stage_of(&url.path).or(error.operation);
            }
        }
        let rest = rest.trim_start_matches([':', ' ']);
        let Ok((rest, code)) = status(rest) else { return Some(rest) };
        error.http_status = Some(code);
        return Some(rest);
    }
    let code: Parsed<'_, &str> = preceded(tag("unexpected status code "), name).parse(input);
    if let Ok((rest, url)) = code
        && let Some(url) = Url::parse(url)
    {
        error.artifact = artifact_of(&url.path).or(error.artifact);
        error.url = Some(url);
        let rest = rest.trim_start_matches([':', ' ']);
        let Ok((rest, code)) = status(rest) else { return Some(rest) };
        error.http_status = Some(code);
        let server: Parsed<'_, &str> = preceded((tag("- "), tag("Server message: ")), nom::combinator::rest).parse(rest);
        return Some(server.map_or(rest, |(_, message)| message));
    }
    let plain: Parsed<'_, u16> = preceded(
        alt((
            tag_no_case("received unexpected HTTP status: "),
            tag_no_case("unexpected HTTP status: "),
            tag_no_case("unexpected http code: "),
            tag_no_case("unexpected status: "),
            tag_no_case("unexpected status code "),
            tag_no_case("invalid status code from registry "),
            tag_no_case("StatusCode: "),
            tag_no_case("status code: "),
            tag_no_case("response status: "),
        )),
        delimited(opt(tag("\"")), status, opt(tag("\""))),
    )
    .parse(input);
    let (rest, code) = plain.ok()?;
    error.http_status = Some(code);
    Some(rest)
}

/// `429 Too Many Requests` at a phrase start, with the very words that belong to the number.
fn bare_status<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    const WORDS: &[(&str, u16)] = &[
        ("400 Bad Request", 400),
        ("401 Unauthorized", 401),
        ("403 Forbidden", 403),
        ("404 Not Found", 404),
        ("405 Method Not Allowed", 405),
        ("407 Proxy Authentication Required", 407),
        ("412 Precondition Failed", 412),
        ("429 Too Many Requests", 429),
        ("451 Unavailable For Legal Reasons", 451),
        ("500 Internal Server Error", 500),
        ("502 Bad Gateway", 502),
        ("503 Service Unavailable", 503),
        ("504 Gateway Timeout", 504),
        ("507 Insufficient Storage", 507),
    ];
    let (words, code) = WORDS.iter().find(|(words, _)| input.starts_with(words))?;
    error.http_status.get_or_insert(*code);
    Some(&input[words.len()..])
}

fn artifact_of(path: &str) -> Option<&'static str> {
    if path.contains("/manifests/") {
        Some("manifest")
    } else if path.contains("/blobs/") {
        Some("blob")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::peel;
    use super::*;

    #[test]
    fn urls_lose_their_secrets() {
        let url = Url::parse("https://user:pw@Mirror.Example:8443/v2/library/redis/manifests/7?ns=docker.io&sig=abc").unwrap();
        assert_eq!(
            (url.text().as_str(), url.port(), url.mirror_of.as_deref()),
            ("https://mirror.example:8443/v2/library/redis/manifests/7", 8443, Some("docker.io"))
        );
        assert_eq!(Url::parse("docker://x"), None);
    }

    #[test]
    fn a_proxys_answer_has_no_number() {
        assert_eq!(peel(r#"failed to do request: Head "https://h/v2/a/manifests/1": Forbidden"#).proxy_answer, Some("Forbidden"));
        let registry = peel(r#"unexpected status from HEAD request to https://h/v2/a/manifests/1: 403 Forbidden"#);
        assert_eq!((registry.proxy_answer, registry.http_status), (None, Some(403)));
    }

    #[test]
    fn statuses_in_all_forms() {
        for text in [
            "unexpected status code [manifests 3]: 401 Unauthorized",
            "pulling from host h:5000 failed with status code [manifests 3]: 401 Unauthorized",
            "unexpected status from GET request to https://h/token?scope=x: 401 Unauthorized",
            "unexpected status code https://h/v2/a/blobs/sha256:404: 401 Unauthorized - Server message: unauthorized: x",
            "unexpected status: 401 Unauthorized",
            "received unexpected HTTP status: 401 Unauthorized",
            "Requesting bearer token: invalid status code from registry 401 (Unauthorized)",
            "StatusCode: 401, \"nope\"",
        ] {
            assert_eq!(peel(text).http_status, Some(401), "{text}");
        }
        assert_eq!(peel("manifest for r/404:401 gone").http_status, None);
    }

    #[test]
    fn a_status_is_three_digits_and_its_words() {
        for text in ["unexpected status: 4010 x", "unexpected status: 600 x", "unexpected status: 099 x", "unexpected status: 401st"] {
            assert_eq!(peel(text).http_status, None, "{text}");
        }
        assert_eq!(status("403 (Forbidden): x"), Ok(("): x", 403)));
        assert_eq!(status("405 Method Not-Allowed: x"), Ok((": x", 405)));
        assert_eq!(status("418 I'm a teapot"), Ok(("", 418)));
        assert_eq!(peel("pulling: 429 Too Many Requests").http_status, Some(429));
        assert_eq!(peel("pulling: 429 Too Many").http_status, None);
    }

    #[test]
    fn a_request_tells_its_stage_and_what_was_asked_for() {
        for (path, operation, artifact) in [
            ("/v2/", Some("ping"), None),
            ("/v2", Some("ping"), None),
            ("/v1/_ping", Some("ping"), None),
            ("/v2/a/manifests/1", Some("resolve"), Some("manifest")),
            ("/v2/a/blobs/sha256:ab", Some("fetch"), Some("blob")),
            ("/service/token?scope=x", Some("authorize"), None),
            ("/jwt/auth", Some("authorize"), None),
            ("/oauth2/access", Some("authorize"), None),
            ("/elsewhere", None, None),
        ] {
            let answer = peel(&format!("unexpected status from GET request to https://h{path}: 503 Service Unavailable"));
            let found = (answer.operation, answer.artifact, answer.http_status, answer.method.as_deref());
            assert_eq!(found, (operation, artifact, Some(503), Some("GET")), "{path}");
            assert_eq!(peel(&format!("Get \"https://h{path}\": EOF")).operation, operation, "{path}");
        }
        // What the client says of its stage is nearer to the cause than a path.
        for request in
            ["Get \"https://h/v2/a/manifests/1\": EOF", "unexpected status from GET request to https://h/v2/a/manifests/1: 401 x"]
        {
            assert_eq!(peel(&format!("failed to fetch oauth token: {request}")).operation, Some("authorize"));
            assert_eq!(peel(&format!("failed to pull image \"a\": {request}")).operation, Some("resolve"));
        }
    }

    #[test]
    fn a_port_that_is_not_written_is_the_schemes() {
        let port = |text: &str| Url::parse(text).unwrap().port();
        assert_eq!((port("http://h/x"), port("https://h/x"), Url::of_host("h").port()), (80, 443, 443));
    }
}
