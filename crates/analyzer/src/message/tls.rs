//! TLS and certificate errors of Go.
//!
//! ```text
//! tls: failed to verify certificate: x509: certificate signed by unknown authority
//! x509: certificate has expired or is not yet valid: current time 2024-05-01T00:00:00Z is after 2024-04-30T00:00:00Z
//! x509: certificate is valid for ingress.local, not registry.example
//! remote error: tls: protocol version not supported
//! http: server gave HTTP response to HTTPS client
//! ```

use super::PullError;
use super::phrase::{Parsed, lookup, word};
use nom::Parser;
use nom::bytes::complete::{tag, take_until};
use nom::sequence::{preceded, separated_pair};

const X509: &[(&str, &str)] = &[
    ("certificate signed by unknown authority", "unknown-authority"),
    ("failed to load system roots and no roots provided", "unknown-authority"),
    ("certificate relies on legacy Common Name field", "legacy-common-name"),
    ("certificate is not valid for any names", "hostname-mismatch"),
    ("cannot verify signature", "handshake-failure"),
    ("certificate is not authorized to sign", "invalid"),
    ("certificate specifies an incompatible key usage", "invalid"),
    ("unhandled critical extension", "invalid"),
    ("too many intermediates for path length constraint", "invalid"),
    ("malformed", "invalid"),
    ("invalid", "invalid"),
    ("negative serial number", "invalid"),
    ("certificate contains duplicate extensions", "invalid"),
];

const TLS: &[(&str, &str)] = &[
    ("first record does not look like a TLS handshake", "not-tls"),
    ("server selected unsupported protocol version", "handshake-failure"),
    ("server chose an unconfigured cipher suite", "handshake-failure"),
    ("no supported versions satisfy MinVersion and MaxVersion", "handshake-failure"),
    ("server's certificate contains an unsupported type of public key", "handshake-failure"),
    ("protocol version not supported", "handshake-failure"),
    ("handshake failure", "handshake-failure"),
    ("insufficient security", "handshake-failure"),
    ("unrecognized name", "handshake-failure"),
    ("internal error", "handshake-failure"),
    ("no application protocol", "handshake-failure"),
    ("illegal parameter", "handshake-failure"),
    ("certificate required", "client-certificate"),
    ("bad certificate", "client-certificate"),
    ("unknown certificate authority", "client-certificate"),
    ("unknown certificate", "client-certificate"),
    ("expired certificate", "client-certificate"),
    ("access denied", "client-certificate"),
];

const SENTENCES: &[(&str, &str)] = &[
    ("http: server gave HTTP response to HTTPS client", "http-response"),
    ("server gave HTTP response to HTTPS client", "http-response"),
    ("net/http: TLS handshake timeout", "handshake-timeout"),
    ("TLS handshake timeout", "handshake-timeout"),
    ("Client sent an HTTP request to an HTTPS server", "plain-http-to-tls"),
    ("The plain HTTP request was sent to HTTPS port", "plain-http-to-tls"),
    ("No required SSL certificate was sent", "client-certificate"),
    // OpenSSL's words, as curl prints them.
    ("SSL certificate problem: self signed certificate", "unknown-authority"),
    ("SSL certificate problem: self-signed certificate", "unknown-authority"),
    ("SSL certificate problem: unable to get local issuer certificate", "unknown-authority"),
    ("SSL certificate problem: certificate has expired", "expired"),
    ("SSL certificate problem: certificate is not yet valid", "not-yet-valid"),
];

/// Reads one TLS error.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some((rest, reason)) = lookup(input, SENTENCES) {
        error.tls.get_or_insert(reason);
        return Some(rest);
    }
    // A TLS record in place of an HTTP answer.
    if input.starts_with("malformed HTTP response \"\\x15\\x03") || input.starts_with("malformed HTTP response \\\"\\\\x15\\\\x03") {
        error.tls.get_or_insert("plain-http-to-tls");
        return Some("");
    }
    if let Some(rest) = input.strip_prefix("remote error: tls: ").or_else(|| input.strip_prefix("tls: "))
        && let Some((rest, reason)) = lookup(rest, TLS)
    {
        error.tls.get_or_insert(reason);
        return Some(rest);
    }
    let rest = input.strip_prefix("x509: ")?;
    Some(x509(rest, error))
}

fn x509<'a>(input: &'a str, error: &mut PullError) -> &'a str {
    if let Some(rest) = input.strip_prefix("certificate has expired or is not yet valid") {
        // A node's clock decides which of the two it is; older Go does not print the times.
        error.tls = Some(if rest.contains(" is before ") { "not-yet-valid" } else { "expired" });
        return rest;
    }
    let names: Parsed<'_, (&str, &str)> =
        preceded(tag("certificate is valid for "), separated_pair(take_until(", not "), tag(", not "), word)).parse(input);
    if let Ok((rest, (names, wanted))) = names {
        error.tls = Some("hostname-mismatch");
        error.certificate_names = Some(names.to_owned());
        error.certificate_wanted = Some(wanted.to_owned());
        return rest;
    }
    let address: Parsed<'_, &str> = preceded(tag("cannot validate certificate for "), word).parse(input);
    if let Ok((rest, wanted)) = address {
        error.tls = Some("no-ip-san");
        error.certificate_wanted = Some(wanted.to_owned());
        return rest;
    }
    match lookup(input, X509) {
        Some((rest, reason)) => {
            error.tls.get_or_insert(reason);
            rest
        }
        None => {
            error.tls.get_or_insert("invalid");
            input
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    #[test]
    fn reasons() {
        for (text, reason) in [
            ("tls: failed to verify certificate: x509: certificate signed by unknown authority", "unknown-authority"),
            (
                "x509: certificate signed by unknown authority (possibly because of \"x509: invalid signature\" while trying to verify candidate authority certificate \"ca\")",
                "unknown-authority",
            ),
            (
                "x509: certificate has expired or is not yet valid: current time 2024-05-01T00:00:00Z is after 2024-04-30T00:00:00Z",
                "expired",
            ),
            (
                "x509: certificate has expired or is not yet valid: current time 2024-05-01T00:00:00Z is before 2024-06-30T00:00:00Z",
                "not-yet-valid",
            ),
            ("x509: cannot validate certificate for 10.0.0.5 because it doesn't contain any IP SANs", "no-ip-san"),
            ("x509: certificate relies on legacy Common Name field, use SANs instead", "legacy-common-name"),
            ("http: server gave HTTP response to HTTPS client", "http-response"),
            ("net/http: TLS handshake timeout", "handshake-timeout"),
            ("remote error: tls: protocol version not supported", "handshake-failure"),
            ("remote error: tls: certificate required", "client-certificate"),
            (
                "net/http: HTTP/1.x transport connection broken: malformed HTTP response \"\\x15\\x03\\x01\\x00\\x02\\x02\"",
                "plain-http-to-tls",
            ),
            (
                "error parsing HTTP 400 response body: invalid character 'C' looking for beginning of value: \"Client sent an HTTP request to an HTTPS server.\\n\"",
                "plain-http-to-tls",
            ),
        ] {
            assert_eq!(peel(text).tls, Some(reason), "{text}");
        }
    }

    #[test]
    fn names_of_a_mismatch() {
        let error = peel("x509: certificate is valid for *.lab.example, docker.io, not registry.example");
        assert_eq!(
            (error.certificate_names.as_deref(), error.certificate_wanted.as_deref()),
            (Some("*.lab.example, docker.io"), Some("registry.example"))
        );
    }
}
