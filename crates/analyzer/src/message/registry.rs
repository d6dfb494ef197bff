//! Error codes of the registry protocol, in the spellings of registries and clients.
//!
//! ```text
//! denied: requested access to the resource is denied          unauthorized: authentication required
//! toomanyrequests: You have reached your pull rate limit.     manifest unknown: manifest unknown
//! name unknown: repository name not known to registry         blob unknown to registry
//! server message: insufficient_scope: authorization failed
//! {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}
//! ```

use super::PullError;
use super::phrase::{Parsed, lookup};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_until, take_while1};
use nom::combinator::opt;
use nom::sequence::{delimited, preceded};

/// Words before a colon, or alone: the protocol's code.
const CODES: &[(&str, &str)] = &[
    ("insufficient_scope", "INSUFFICIENT_SCOPE"),
    ("toomanyrequests", "TOOMANYREQUESTS"),
    ("too many requests to registry", "TOOMANYREQUESTS"),
    ("too many requests", "TOOMANYREQUESTS"),
    ("you have reached your pull rate limit", "TOOMANYREQUESTS"),
    ("you have reached your unauthenticated pull rate limit", "TOOMANYREQUESTS"),
    ("unauthorized", "UNAUTHORIZED"),
    ("authentication required", "UNAUTHORIZED"),
    ("requested access to the resource is denied", "DENIED"),
    ("denied", "DENIED"),
    ("manifest unknown", "MANIFEST_UNKNOWN"),
    ("manifest_unknown", "MANIFEST_UNKNOWN"),
    ("manifest invalid", "MANIFEST_INVALID"),
    ("name unknown", "NAME_UNKNOWN"),
    ("name_unknown", "NAME_UNKNOWN"),
    ("repository name not known to registry", "NAME_UNKNOWN"),
    ("blob unknown to registry", "BLOB_UNKNOWN"),
    ("blob unknown", "BLOB_UNKNOWN"),
    ("unknown blob", "BLOB_UNKNOWN"),
    ("unavailable", "UNAVAILABLE"),
    ("unsupported", "UNSUPPORTED"),
    ("PROJECTPOLICYVIOLATION", "PROJECTPOLICYVIOLATION"),
    ("unknown", "UNKNOWN"),
];

/// Reads one code with its message.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some(rest) = input.strip_prefix("server message:") {
        return Some(rest);
    }
    if let Some(rest) = json(input, error) {
        return Some(rest);
    }
    let (rest, code) = lookup(input, CODES)?;
    // "unknown", "unavailable" and "unsupported" are codes only before their message; containerd also ends texts with them.
    let general = matches!(code, "UNKNOWN" | "UNAVAILABLE" | "UNSUPPORTED");
    if general && !rest.starts_with(": ") {
        return None;
    }
    // "denied" inside a sentence ("denied the request") is no code.
    if matches!(code, "DENIED" | "UNAUTHORIZED") && rest.starts_with(' ') {
        return None;
    }
    let message: Parsed<'_, &str> = preceded(opt(tag(": ")), take_till(|c| c == '\n')).parse(rest);
    let message = message.map_or("", |(_, message)| message.split("; artifact err").next().unwrap_or(message));
    // A code that stands without a prefix is its own message.
    error.code(code, if rest.starts_with(": ") { message } else { "" });
    Some(rest)
}

/// The protocol's JSON body, quoted or escaped by whoever printed it.
fn json<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let quote = |input: &'a str| -> Parsed<'a, &'a str> { alt((tag("\\\\\\\""), tag("\\\""), tag("\""))).parse(input) };
    let key: Parsed<'_, &str> = delimited(opt(quote), tag("code"), (opt(quote), tag(":"), opt(tag(" ")))).parse(input);
    let (rest, _) = key.ok()?;
    let value: Parsed<'_, &str> = delimited(opt(quote), take_while1(|c: char| c.is_ascii_uppercase() || c == '_'), opt(quote)).parse(rest);
    let (rest, code) = value.ok()?;
    let message: Parsed<'_, &str> = preceded(
        (take_until("message"), tag("message"), opt(quote), tag(":"), opt(tag(" ")), opt(quote)),
        take_till(|c| c == '"' || c == '\\'),
    )
    .parse(rest);
    error.code(code, message.map_or("", |(_, message)| message));
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    fn code(text: &str) -> Option<String> {
        peel(text).registry_code
    }

    #[test]
    fn the_telling_code_wins() {
        let hub = peel(
            "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
        );
        assert_eq!(hub.registry_code.as_deref(), Some("INSUFFICIENT_SCOPE"));
        let docker = peel(
            "Error response from daemon: pull access denied for acme/x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
        );
        assert_eq!(
            (docker.registry_code.as_deref(), docker.registry_message.as_deref()),
            (Some("DENIED"), Some("requested access to the resource is denied"))
        );
        assert_eq!(docker.reference.as_deref(), Some("acme/x"));
        assert_eq!(code("reading manifest latest in docker.io/x/y: errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n").as_deref(), Some("DENIED"));
    }

    #[test]
    fn codes_in_all_spellings() {
        assert_eq!(code("manifest for r/x:1 not found: manifest unknown: manifest unknown").as_deref(), Some("MANIFEST_UNKNOWN"));
        assert_eq!(code("reading manifest v1 in r.local/x: manifest unknown").as_deref(), Some("MANIFEST_UNKNOWN"));
        assert_eq!(code("repository r/x not found: name unknown: repository name not known to registry").as_deref(), Some("NAME_UNKNOWN"));
        assert_eq!(
            code(r#"body: {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#).as_deref(),
            Some("UNAUTHORIZED")
        );
        assert_eq!(code("archive/tar: invalid tar header: unknown"), None);
        assert_eq!(code("docker.io/acme/denied:9: not found").as_deref(), Some("NOT_FOUND"));
    }

    #[test]
    fn the_body_of_an_answer_has_code_and_message() {
        for body in [
            r#"{"errors":[{"code":"PROJECTPOLICY_VIOLATION","message":"image has vulnerabilities"}]}"#,
            r#"{"errors": [{"code": "PROJECTPOLICY_VIOLATION", "message": "image has vulnerabilities"}]}"#,
            r#"{\"errors\":[{\"code\":\"PROJECTPOLICY_VIOLATION\",\"message\":\"image has vulnerabilities\"}]}"#,
            r#"{\\\"errors\\\":[{\\\"code\\\":\\\"PROJECTPOLICY_VIOLATION\\\",\\\"message\\\":\\\"image has vulnerabilities\\\"}]}"#,
        ] {
            let error = peel(&format!("unexpected status: 412 Precondition Failed: {body}"));
            assert_eq!(
                (error.registry_code.as_deref(), error.registry_message.as_deref()),
                (Some("PROJECTPOLICY_VIOLATION"), Some("image has vulnerabilities")),
                "{body}"
            );
        }
        assert_eq!(code(r#"{"code":"lower_case"}"#), None);
    }
}
