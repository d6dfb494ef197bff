//! TLS handshakes by hand: `openssl s_client`.
//!
//! In: its output, certificates and session dump included. Out (through [`probe`](super)): whether the
//! server's certificate was accepted, with the line that says why not. The certificate itself is not read.
//!
//! ```text
//! CONNECTED(00000003)
//! depth=0 CN = registry.corp
//! verify error:num=18:self signed certificate
//! ```

use super::super::primitive::Parsed;
use super::super::prompt;
use super::{Attempt, Said, Target, Tool, errno};
use crate::record::{Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::u32 as number;
use nom::sequence::preceded;

pub(super) static OPENSSL: Tool = Tool { programs: &["openssl"], target: openssl_target, begins: openssl_begins, line: openssl };

fn openssl_target(arguments: &[&str]) -> Target {
    let Some(address) = prompt::option(arguments, &["-connect", "-host"]) else { return (None, None) };
    match address.rsplit_once(':') {
        Some((host, port)) => (Some(host.trim_matches(['[', ']']).to_owned()), port.parse().ok()),
        None => (Some(address.to_owned()), None),
    }
}

fn openssl_begins(text: &str, next: Option<&str>) -> bool {
    let verify = |text: &str| text.starts_with("verify error:num=") || text.starts_with("verify return:");
    let connected: Parsed<'_, u32> = preceded(tag("CONNECTED("), number).parse(text);
    let depth: Parsed<'_, u32> = preceded(tag("depth="), number).parse(text);
    connected.is_ok()
        || text.starts_with("connect:errno=")
        || text.starts_with("verify error:num=")
        || depth.is_ok() && next.is_some_and(verify)
}

/// What else a handshake prints, by its beginning.
const KNOWN: &[&str] = &[
    "depth=",
    "verify ",
    "verify return:",
    "Certificate chain",
    "Server certificate",
    "-----BEGIN",
    "-----END",
    "subject=",
    "issuer=",
    "No client certificate",
    "Peer sign",
    "Peer Temp",
    "Server Temp",
    "Server public key",
    "SSL handshake",
    "Verification",
    "New, ",
    "Reused, ",
    "Secure Renegotiation",
    "Compression:",
    "Expansion:",
    "No ALPN",
    "ALPN protocol",
    "Early data",
    "SSL-Session",
    "Post-Handshake",
    "read R BLOCK",
    "closed",
    "DONE",
    "Acceptable client certificate",
    "Client Certificate Types",
    "Requested Signature",
    "Shared Requested",
    "Can't use SSL_get_servername",
    "no peer certificate",
    "Connecting to ",
    "notBefore=",
    "notAfter=",
    "Protocol",
    "Cipher",
    "Session-ID",
    "Master-Key",
    "TLS session ticket",
    "Start Time",
    "Timeout",
    "Verify return code",
    "Extended master",
    "Max Early",
    "Resumption PSK",
    "PSK ",
    "SRP ",
    "Negotiated TLS",
    "This TLS version",
    "Server did not",
    "SSL3 alert",
    "HTTP/1.",
    "DTLS",
];

fn openssl<'a>(attempt: &mut Attempt<'a>, at: usize, text: &'a str, _lines: &[Line<'a>], _out: &mut Vec<Record>) -> Said {
    if !attempt.words.is_empty() && attempt.words.get(1) != Some(&"s_client") {
        return Said::Foreign;
    }
    let trimmed = text.trim();
    if trimmed.starts_with("CONNECTED(") {
        attempt.pass(Outcome::Connected, at, text);
        return Said::Mine;
    }
    if trimmed.starts_with("verify error:num=") || trimmed.starts_with("no peer certificate available") {
        // The chain is shown once more below with the same complaint.
        attempt.decide(Outcome::TlsFailed, at, text);
        return Said::Mine;
    }
    let code: Parsed<'_, u32> = preceded(tag("Verify return code: "), number).parse(trimmed);
    if let Ok((_, code)) = code {
        if code == 0 {
            attempt.pass(Outcome::Connected, at, text);
        } else {
            attempt.decide(Outcome::TlsFailed, at, text);
        }
        return Said::Mine;
    }
    let number: Parsed<'_, u32> = preceded(tag("connect:errno="), number).parse(trimmed);
    if let Ok((_, number)) = number {
        let outcome = match number {
            111 | 61 => Outcome::Refused,
            110 | 60 => Outcome::TimedOut,
            113 | 65 => Outcome::NoRoute,
            101 | 51 => Outcome::Unreachable,
            104 | 54 => Outcome::Reset,
            22 => Outcome::NameUnknown,
            _ => Outcome::Failed,
        };
        attempt.decide(outcome, at, text);
        return Said::Mine;
    }
    if is_error(trimmed) {
        // 140735...:error:0200206F:system library:connect:Connection refused:../crypto/bio/b_sock2.c:110:
        let outcome = trimmed.split(':').find_map(errno).unwrap_or(Outcome::TlsFailed);
        attempt.decide(outcome, at, text);
        return Said::Mine;
    }
    if let Some(rest) = trimmed
        .strip_prefix("getaddrinfo: ")
        .or_else(|| trimmed.strip_prefix("BIO_lookup_ex:"))
        .or_else(|| trimmed.strip_prefix("BIO_connect:"))
    {
        attempt.decide(errno(rest).unwrap_or(Outcome::Failed), at, text);
        return Said::Mine;
    }
    if trimmed.starts_with("write:errno=") || trimmed.starts_with("read:errno=") {
        if !trimmed.ends_with("errno=0") {
            attempt.pass(if trimmed.ends_with("=104") || trimmed.ends_with("=54") { Outcome::Reset } else { Outcome::TlsFailed }, at, text);
        }
        return Said::Mine;
    }
    if matches!(trimmed, "DONE" | "closed") {
        return Said::Last;
    }
    let indented = text.starts_with([' ', '\t'])
        && (trimmed.starts_with(|c: char| c.is_ascii_digit())
            || trimmed.starts_with("i:")
            || trimmed.starts_with("a:")
            || trimmed.starts_with("v:"));
    let known =
        trimmed == "---" || trimmed == "Q" || indented || is_base64(trimmed) || KNOWN.iter().any(|words| trimmed.starts_with(words));
    if known || trimmed.is_empty() { Said::Mine } else { Said::Foreign }
}

/// `139...:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:...`
fn is_error(text: &str) -> bool {
    let Some((thread, _)) = text.split_once(":error:") else { return false };
    !thread.is_empty() && thread.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A line of a PEM block, or of a distinguished name behind `Acceptable client certificate CA names`.
fn is_base64(text: &str) -> bool {
    let encoded = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    let whole = text.len() == 64 || text.ends_with('=');
    // The last line of a block is shorter; words of prose have no digits among capitals.
    let mixed = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_uppercase());
    encoded && (whole || mixed) || text.starts_with("C = ") || text.starts_with("CN = ") || text.starts_with("CN=")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};
    use super::*;

    #[test]
    fn a_certificate_that_is_not_trusted() {
        let text = "$ openssl s_client -connect registry.corp:5000 </dev/null
CONNECTED(00000003)
Can't use SSL_get_servername
depth=0 CN = registry.corp
verify error:num=18:self signed certificate
verify return:1
depth=0 CN = registry.corp
verify return:1
---
Certificate chain
 0 s:CN = registry.corp
   i:CN = registry.corp
---
Server certificate
-----BEGIN CERTIFICATE-----
MIIDBzCCAe+gAwIBAgIUQ2Z0aGlzIGlzIG5vdCBhIGNlcnRpZmljYXRlMA0GCSqG
SIb3DQEBCwUAMBMx
-----END CERTIFICATE-----
subject=CN = registry.corp

issuer=CN = registry.corp

---
No client certificate CA names sent
SSL handshake has read 1333 bytes and written 373 bytes
Verification error: self signed certificate
---
New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384
Verify return code: 18 (self signed certificate)
---
DONE
after";
        assert_eq!(probes(text), ["openssl registry.corp:5000 TlsFailed | verify error:num=18:self signed certificate", "? after"]);
    }

    #[test]
    fn other_ends() {
        assert_eq!(
            probes("CONNECTED(00000003)\ndepth=2 C = US, O = X\nverify return:1\n---\nVerify return code: 0 (ok)\n---"),
            ["openssl -:- Connected | CONNECTED(00000003)".replace("CONNECTED(00000003)", "Verify return code: 0 (ok)")]
        );
        let refused = "139745:error:0200206F:system library:connect:Connection refused:../crypto/bio/b_sock2.c:110:";
        assert_eq!(
            probes(&format!("$ openssl s_client -connect 10.0.0.5:443\n{refused}\nconnect:errno=111")),
            [format!("openssl 10.0.0.5:443 Refused | {refused}")]
        );
        let plain = "139745:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:332:";
        assert_eq!(
            probes(&format!("CONNECTED(00000003)\n{plain}\n---\nno peer certificate available")),
            [format!("openssl -:- TlsFailed | {plain}")]
        );
    }

    #[test]
    fn prose_is_no_handshake() {
        for text in ["CONNECTED to the cluster", "depth=first search", "$ openssl x509 -in a.crt -noout"] {
            assert_eq!(probes(text), [format!("? {text}")]);
        }
    }

    #[test]
    fn numbers_of_errors() {
        for (number, outcome) in [
            (111, "Refused"),
            (61, "Refused"),
            (110, "TimedOut"),
            (60, "TimedOut"),
            (113, "NoRoute"),
            (65, "NoRoute"),
            (101, "Unreachable"),
            (51, "Unreachable"),
            (104, "Reset"),
            (54, "Reset"),
            (22, "NameUnknown"),
            (1, "Failed"),
        ] {
            assert_eq!(probes(&format!("connect:errno={number}")), [format!("openssl -:- {outcome} | connect:errno={number}")]);
        }
        let connected = "CONNECTED(00000003)";
        for (line, outcome) in
            [("write:errno=104", "Reset"), ("read:errno=54", "Reset"), ("write:errno=32", "TlsFailed"), ("read:errno=0", "Connected")]
        {
            let cited = if outcome == "Connected" { connected } else { line };
            assert_eq!(probes(&format!("{connected}\n{line}")), [format!("openssl -:- {outcome} | {cited}")]);
        }
    }

    #[test]
    fn what_belongs_to_a_handshake() {
        for (line, mine) in [
            (" 0 s:CN = reg", true),
            ("   i:CN = ca", true),
            ("   a:PKEY: rsaEncryption, 2048 (bit)", true),
            ("   v:NotBefore: Jun  1 00:00:00 2026 GMT", true),
            ("   indented", false),
            ("0 s:CN = reg", false),
            ("---", true),
            ("Q", true),
            ("prose", false),
            ("SIb3DQEBCwUAMBMx", true),
        ] {
            assert_eq!(belongs("CONNECTED(00000003)", line), mine, "{line}");
        }
        for (text, next, begins) in [
            ("CONNECTED(00000003)", None, true),
            ("connect:errno=111", None, true),
            ("verify error:num=18:self signed certificate", None, true),
            ("depth=0 CN = reg", Some("verify error:num=18:self signed certificate"), true),
            ("depth=0 CN = reg", Some("verify return:1"), true),
            ("depth=0 CN = reg", Some("prose"), false),
            ("prose", Some("verify return:1"), false),
        ] {
            assert_eq!(openssl_begins(text, next), begins, "{text}");
        }
    }

    #[test]
    fn errors_and_pem_by_their_form() {
        for (text, error) in
            [("1397f:error:0A000086:SSL routines", true), (":error:0A000086", false), ("curl:error:x", false), ("1397f", false)]
        {
            assert_eq!(is_error(text), error, "{text}");
        }
        let line = "a".repeat(64);
        for (text, pem) in [
            (line.as_str(), true),
            (&line[1..], false),
            ("c2VjcmV0cw==", true),
            ("MIIB1", true),
            ("C = US", true),
            ("CN = reg", true),
            ("CN=reg", true),
            ("WORDS", false),
            ("12345", false),
            ("prose", false),
            ("of 1 A", false),
            ("=?=", false),
        ] {
            assert_eq!(is_base64(text), pem, "{text}");
        }
    }
}
