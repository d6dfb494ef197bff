//! Finds what nobody may see: tokens, passwords, keys, signatures.
//!
//! In: a line. Out: the stretches that are secret themselves, without the key, the scheme or the quotes around them. A secret is known
//! by its own form (`eyJhbGci...`), by the key before it (`password=`), by the option (`docker login -p`) or by its place in
//! a URL. Placeholders (`<token>`, `$TOKEN`) are none. Every rule looks at a bounded stretch, so the work is linear.
//!
//! ```text
//! curl -H 'Authorization: Bearer eyJhbGciOi...' https://r.example/v2/?X-Amz-Signature=5f1d...
//! ```

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::ops::Range;
use std::sync::LazyLock;

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SecretKind {
    Password,
    Token,
    Signature,
}

/// A secret and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) range: Range<usize>,
    pub(crate) kind: SecretKind,
}

/// Tokens with a form of their own: how they begin, and how many characters follow at least.
const FORMS: &[(&str, usize)] = &[
    ("eyJ", 16),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("gldt-", 16),
    ("dckr_pat_", 16),
    ("dckr_oat_", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("hvs.", 20),
    ("npm_", 30),
    ("cmVmdGtuO", 16),
    ("AKCp", 16),
    ("sha256~", 30),
    // Base64 of `-----BEGIN` and of `{` on a line of its own: keys and login files in the data of a Secret.
    ("LS0tLS1CRUdJTi", 16),
    ("ewog", 16),
];

/// Ends of keys whose value is a secret, in lower case.
const KEYS: &[(&str, SecretKind)] = &[
    ("password", SecretKind::Password),
    ("passwd", SecretKind::Password),
    ("passphrase", SecretKind::Password),
    ("pwd", SecretKind::Password),
    ("token", SecretKind::Token),
    ("apikey", SecretKind::Token),
    ("api_key", SecretKind::Token),
    ("api-key", SecretKind::Token),
    ("secretkey", SecretKind::Token),
    ("secret_key", SecretKind::Token),
    ("secret-key", SecretKind::Token),
    ("accesskey", SecretKind::Token),
    ("access_key", SecretKind::Token),
    ("access-key", SecretKind::Token),
    ("access_key_id", SecretKind::Token),
    ("accesskeyid", SecretKind::Token),
    ("private_key", SecretKind::Token),
    ("private-key", SecretKind::Token),
    ("client_secret", SecretKind::Token),
    ("client-secret", SecretKind::Token),
    ("clientsecret", SecretKind::Token),
    (".dockerconfigjson", SecretKind::Token),
    (".dockercfg", SecretKind::Token),
];

/// Headers whose whole value is a secret.
const HEADERS: &[&str] = &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth-token", "x-registry-auth"];

/// Parameters of a URL that sign it or stand for a login.
const PARAMETERS: &[&str] = &[
    "x-amz-signature",
    "x-amz-credential",
    "x-amz-security-token",
    "x-goog-signature",
    "x-goog-credential",
    "signature",
    "sig",
    "policy",
    "key-pair-id",
    "googleaccessid",
    "verify",
    "code",
    "auth",
    "hmac",
    "hdnts",
    "hdnea",
];

/// Options that a secret follows as a word of its own; `true` where it is the part behind a colon.
const OPTIONS: &[(&str, bool)] = &[
    ("--password", false),
    ("--docker-password", false),
    ("--token", false),
    ("--registry-token", false),
    ("--creds", true),
    ("--src-creds", true),
    ("--dest-creds", true),
    ("--user", true),
    ("--proxy-user", true),
    ("-u", true),
    ("-U", true),
];

/// A key is looked for so many bytes back.
const LONGEST_KEY: usize = 64;
/// `user:password@` is not longer.
const LONGEST_LOGIN: usize = 512;

/// All secrets of a line, in order and apart from each other.
pub(crate) fn secrets(line: &str) -> Vec<Secret> {
    if may_hold(line) { search(line) } else { Vec::new() }
}

/// What else a secret stands behind or begins with: schemes, headers, strings of login files, URLs with parameters, commands, keys.
const OTHER_SIGNS: &[&str] = &[
    "bearer ",
    "basic ",
    "authorization:",
    "authorization\"",
    "authorization'",
    "authorization\\",
    "cookie",
    "x-registry-auth",
    "auth\"",
    "auth'",
    "auth\\",
    "?",
    "&",
    ";",
    "u0026",
    "login",
    "PRIVATE KEY",
];

/// Whether a line has anything by which a secret is known; nearly none has. May say yes to a line that holds no secret.
fn may_hold(line: &str) -> bool {
    static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let forms = FORMS.iter().map(|(form, _)| *form);
        let keys = KEYS.iter().map(|(key, _)| *key);
        let options = OPTIONS.iter().map(|(option, _)| *option);
        let signs = forms.chain(keys).chain(options).chain(OTHER_SIGNS.iter().copied());
        AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::ContiguousNFA)).build(signs).ok()
    });
    SIGNS.as_ref().is_none_or(|signs| signs.is_match(line)) || (line.contains('@') && line.contains("://"))
}

fn search(line: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    by_form(line, &mut found);
    by_scheme(line, &mut found);
    by_key(line, &mut found);
    by_option(line, &mut found);
    by_login(line, &mut found);
    by_armour(line, &mut found);
    apart(found)
}

/// Sorts, and joins what overlaps.
fn apart(mut found: Vec<Secret>) -> Vec<Secret> {
    found.retain(|secret| !secret.range.is_empty());
    found.sort_by_key(|secret| (secret.range.start, std::cmp::Reverse(secret.range.end)));
    let mut out: Vec<Secret> = Vec::with_capacity(found.len());
    for secret in found {
        match out.last_mut() {
            Some(last) if secret.range.start < last.range.end => last.range.end = last.range.end.max(secret.range.end),
            _ => out.push(secret),
        }
    }
    out
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+' | b'/' | b'=' | b'~')
}

fn token_length(text: &str) -> usize {
    text.bytes().take_while(|byte| is_token(*byte)).count()
}

fn by_form(line: &str, found: &mut Vec<Secret>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_alphabetic() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || is_escape(bytes, at));
        let form = if starts { FORMS.iter().find(|(head, _)| bytes[at..].starts_with(head.as_bytes())) } else { None };
        if let Some((head, least)) = form {
            let length = token_length(&line[at..]);
            if length >= head.len() + least {
                found.push(Secret { range: at..at + length, kind: SecretKind::Token });
                at += length;
                continue;
            }
        }
        at += 1;
    }
}

/// Whether the letter before `at` belongs to an escape such as `\n`.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    at >= 2 && bytes[at - 2] == b'\\'
}

/// `Bearer TOKEN` and `Basic BASE64`; prose such as "basic auth credentials" and challenges such as `Bearer realm=` are none.
fn by_scheme(line: &str, found: &mut Vec<Secret>) {
    for scheme in ["bearer ", "basic "] {
        for at in occurrences(line, scheme) {
            let start = at + scheme.len() + line[at + scheme.len()..].len() - line[at + scheme.len()..].trim_start_matches(' ').len();
            let token = &line[start..start + token_length(&line[start..])];
            let has = |test: fn(&u8) -> bool| token.bytes().any(|byte| test(&byte));
            let random =
                has(u8::is_ascii_digit) || (has(u8::is_ascii_lowercase) && token.bytes().skip(1).any(|byte| byte.is_ascii_uppercase()));
            if token.len() >= 6 && random && !token.contains("realm=") {
                found.push(Secret { range: start..start + token.len(), kind: SecretKind::Token });
            }
        }
    }
}

/// Where a word begins with this, whatever its case.
fn occurrences<'t>(line: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let bytes = line.as_bytes();
    (0..bytes.len()).filter(move |at| {
        bytes.get(*at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word.as_bytes()))
            && (*at == 0 || !bytes[at - 1].is_ascii_alphanumeric())
    })
}

fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn by_key(line: &str, found: &mut Vec<Secret>) {
    let bytes = line.as_bytes();
    // What is behind a header's colon belongs to its value.
    let mut header = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if at < header || !matches!(byte, b'=' | b':') {
            continue;
        }
        let mut end = at;
        while end > 0 && matches!(bytes[end - 1], b'"' | b'\'' | b'\\') {
            end -= 1;
        }
        let quoted = end < at;
        let length = bytes[..end].iter().rev().take(LONGEST_KEY).take_while(|byte| is_key(**byte)).count();
        let start = end - length;
        let key = line[start..end].to_ascii_lowercase();
        if key.is_empty() {
            continue;
        }
        if *byte == b':' && HEADERS.contains(&key.as_str()) && begins_header(&line[..start]) && !is_sentence(&line[at + 1..]) {
            let value = header_value(line, at + 1);
            header = value.end;
            if is_value(&line[value.clone()]) {
                found.push(Secret { range: value, kind: SecretKind::Token });
            }
        } else if *byte == b':' {
            found.extend(stated(line, start, &key, quoted, at + 1));
        } else {
            found.extend(assigned(line, start, &key, at + 1));
        }
    }
}

fn kind_of_key(key: &str) -> Option<SecretKind> {
    KEYS.iter().find(|(end, _)| key.ends_with(end)).map(|(_, kind)| *kind)
}

/// `password=x`, `?X-Amz-Signature=x`
fn assigned(line: &str, start: usize, key: &str, from: usize) -> Option<Secret> {
    // `\u0026` is how Go writes `&` in JSON.
    let in_url = line[..start].ends_with(['?', '&', ';']) || key.starts_with("u0026");
    let parameter = key.strip_prefix("u0026").unwrap_or(key);
    let kind = match kind_of_key(key) {
        Some(kind) => kind,
        None if in_url && PARAMETERS.contains(&parameter) => SecretKind::Signature,
        None => return None,
    };
    let range = quoted_value(line, from).unwrap_or_else(|| plain_value(line, from));
    is_value(&line[range.clone()]).then_some(Secret { range, kind })
}

/// Whether a header can stand here: at the beginning of a line as curl prints it, or of a string. In the middle of a message
/// "authorization: " is prose.
fn begins_header(before: &str) -> bool {
    before.ends_with(['"', '\'']) || before.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'<' | b'>' | b'*' | b'|' | b'-'))
}

/// Whether words stand where a header has its value: the rest of a sentence that was broken before "authorization: ".
fn is_sentence(rest: &str) -> bool {
    const SCHEMES: &[&str] = &["basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey"];
    let mut words = rest.split_ascii_whitespace();
    let (Some(first), Some(_)) = (words.next(), words.next()) else { return false };
    first.bytes().all(|byte| byte.is_ascii_alphabetic()) && !SCHEMES.contains(&first.to_ascii_lowercase().as_str())
}

/// The value of a header. The scheme in front of it stays; it tells what was tried.
fn header_value(line: &str, from: usize) -> Range<usize> {
    let value = line[from..].trim_start_matches([' ', '\t', '"', '\'', '[']);
    let start = line.len() - value.len();
    let value = &value[..value.find(['"', '\'', '\n']).unwrap_or(value.len())];
    let scheme = value.find(' ').filter(|at| value.as_bytes()[..*at].iter().all(u8::is_ascii_alphabetic));
    let skip = scheme.map_or(0, |at| at + 1);
    start + skip..start + value.trim_end().len().max(skip)
}

/// `"password": "x"`, `password: x` alone on a line
fn stated(line: &str, start: usize, key: &str, quoted: bool, from: usize) -> Option<Secret> {
    let from = from + line[from..].len() - line[from..].trim_start_matches([' ', '\t']).len();
    let kind = kind_of_key(key).or_else(|| (quoted && key == "auth").then_some(SecretKind::Token))?;
    let string = quoted_value(line, from);
    let range = match string {
        Some(range) => range,
        None if quoted => return None,
        None => {
            // A Go error chain has colons in the middle of a line; a key stands at its beginning.
            let before = line[..start].trim_matches([' ', '\t', '-', '>', '|', '{', ',', '"', '\'']);
            let rest = line[from..].trim_end();
            if !before.is_empty() || rest.contains([' ', '\t']) {
                return None;
            }
            from..from + rest.len()
        }
    };
    is_value(&line[range.clone()]).then_some(Secret { range, kind })
}

/// The inside of a string that begins here, its quotes escaped or not.
fn quoted_value(line: &str, from: usize) -> Option<Range<usize>> {
    let rest = &line[from..];
    let escapes = rest.len() - rest.trim_start_matches('\\').len();
    let quote = rest[escapes..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let start = from + escapes + 1;
    let mark = &line[from..start];
    let inner = &line[start..];
    let end = if escapes == 0 { end_of_string(inner, quote) } else { inner.find(mark) };
    Some(start..start + end.unwrap_or(inner.len()))
}

fn end_of_string(inner: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

fn plain_value(line: &str, from: usize) -> Range<usize> {
    let rest = &line[from..];
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '&' | '<' | '>' | ')' | ',' | ';' | ']' | '}' | '`' | '\\' | '|'));
    from..from + end.unwrap_or(rest.len())
}

/// Placeholders, flags and paths are no secrets.
fn is_value(value: &str) -> bool {
    !value.is_empty()
        && !value.starts_with(['<', '$', '{', '*', '/', '%'])
        && !["true", "false", "null", "nil", "none", "redacted", "xxx", "xxxx", "xxxxx"].iter().any(|word| value.eq_ignore_ascii_case(word))
        && !value.bytes().all(|byte| matches!(byte, b'*' | b'.' | b'-'))
}

/// `docker login -u me -p secret`, `curl -u me:secret`
fn by_option(line: &str, found: &mut Vec<Secret>) {
    let mut login = false;
    let mut before = "";
    for word in line.split_ascii_whitespace() {
        let at = word.as_ptr() as usize - line.as_ptr() as usize;
        let option = OPTIONS.iter().find(|(name, _)| *name == before);
        let bare = word.trim_matches(['"', '\'']);
        let at_bare = at + (word.len() - word.trim_start_matches(['"', '\'']).len());
        let secret = match option {
            Some((_, false)) => Some(0),
            Some((_, true)) => bare.find(':').filter(|_| !bare.contains("://")).map(|colon| colon + 1),
            None if login && before == "-p" => Some(0),
            None if login && word.starts_with("-p") && word.len() > 2 => Some(2),
            None => None,
        };
        if let Some(skip) = secret
            && skip < bare.len()
            && is_value(&bare[skip..])
            && !bare.starts_with('-') | (skip == 2)
        {
            found.push(Secret { range: at_bare + skip..at_bare + bare.len(), kind: SecretKind::Password });
        }
        login |= word == "login";
        before = word;
    }
}

/// `https://me:secret@host`
fn by_login(line: &str, found: &mut Vec<Secret>) {
    for (at, mark) in line.match_indices("://") {
        let start = at + mark.len();
        let length = line.as_bytes()[start..]
            .iter()
            .take(LONGEST_LOGIN)
            .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'"' | b'\'' | b'?' | b'#' | b'<' | b'>'))
            .count();
        let bytes = &line.as_bytes()[start..start + length];
        let (Some(colon), Some(end)) = (bytes.iter().position(|byte| *byte == b':'), bytes.iter().rposition(|byte| *byte == b'@')) else {
            continue;
        };
        if colon + 1 < end && is_value(line.get(start + colon + 1..start + end).unwrap_or_default()) {
            found.push(Secret { range: start + colon + 1..start + end, kind: SecretKind::Password });
        }
    }
}

/// The inside of a private key, as far as it stands on this line.
fn by_armour(line: &str, found: &mut Vec<Secret>) {
    let Some(start) = line.find("PRIVATE KEY-----").map(|at| at + "PRIVATE KEY-----".len()) else { return };
    if line[..start].contains("-----BEGIN") {
        let end = line[start..].find("-----END").map_or(line.len(), |at| start + at);
        found.push(Secret { range: start..end, kind: SecretKind::Token });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(line: &str) -> Vec<&str> {
        secrets(line).into_iter().map(|secret| &line[secret.range]).collect()
    }

    #[test]
    fn secrets_are_known_by_form_key_option_and_place() {
        let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJhY2Nlc3MiOltdfQ.c2lnbmF0dXJl";
        assert_eq!(found(&format!("> authorization: Bearer {jwt}")), [jwt]);
        assert_eq!(found(&format!("curl -H 'Authorization: Bearer {jwt}' https://r.example/v2/")), [jwt]);
        assert_eq!(found("Authorization: Basic dXNlcjpodW50ZXIy"), ["dXNlcjpodW50ZXIy"]);
        assert_eq!(found("kubectl create secret docker-registry x --docker-username=me --docker-password=hunter2 -n y"), ["hunter2"]);
        assert_eq!(found("docker login -u me -p 'hunter2' r.example"), ["hunter2"]);
        assert_eq!(found("docker login r.example --password hunter2"), ["hunter2"]);
        assert_eq!(found("curl -u me:hunter2 https://r.example/v2/"), ["hunter2"]);
        assert_eq!(found("skopeo inspect --creds me:hunter2 docker://r.example/a"), ["hunter2"]);
        assert_eq!(found("Get \"https://me:hunter2@r.example/v2/\": EOF"), ["hunter2"]);
        assert_eq!(
            found(r#"{"auths":{"r.example":{"username":"me","password":"hun\"ter2","auth":"bWU6aHVudGVyMg=="}}}"#),
            [r#"hun\"ter2"#, "bWU6aHVudGVyMg=="]
        );
        assert_eq!(found(r#"{\"identitytoken\":\"abc\",\"x\":1}"#), ["abc"]);
        assert_eq!(found("  .dockerconfigjson: eyJhdXRocyI6eyJyLmV4YW1wbGUiOnt9fX0="), ["eyJhdXRocyI6eyJyLmV4YW1wbGUiOnt9fX0="]);
        assert_eq!(found("  password: hunter2"), ["hunter2"]);
        assert_eq!(found("aws_secret_access_key = wJalrXUtnFEMI"), [""; 0]);
        assert_eq!(
            found("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"),
            ["wJalrXUtnFEMI", "AKIAIOSFODNN7EXAMPLE"]
        );
    }

    proptest! {
        #[test]
        fn a_line_without_a_sign_holds_no_secret(
            parts in proptest::collection::vec(prop_oneof![
                proptest::sample::select(FORMS).prop_map(|(form, _)| format!("{form}aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3")),
                proptest::sample::select(KEYS).prop_map(|(key, _)| key.to_ascii_uppercase()),
                proptest::sample::select(HEADERS).prop_map(str::to_owned),
                proptest::sample::select(PARAMETERS).prop_map(str::to_owned),
                proptest::sample::select(OPTIONS).prop_map(|(option, _)| option.to_owned()),
                "bearer |Basic |https://|u0026|-----BEGIN PRIVATE KEY-----|docker login|auth",
                "[ =:\"'\\\\?&;@/.<>-]|[a-zA-Z0-9]{1,9}",
            ], 0..9)
        ) {
            let line = parts.concat();
            prop_assert!(may_hold(&line) || search(&line).is_empty(), "{line}");
        }
    }

    #[test]
    fn what_signs_a_url_is_secret_and_the_rest_of_it_is_not() {
        let url = "Get \"https://b.s3.amazonaws.com/x?X-Amz-Algorithm=AWS4&X-Amz-Credential=AKIA%2F2026&X-Amz-Expires=1200&X-Amz-Signature=5f1d\": EOF";
        assert_eq!(found(url), ["AKIA%2F2026", "5f1d"]);
        assert_eq!(found(r"https://b.example/x?se=2026\u0026sig=abc%3D\u0026sr=b"), ["abc%3D"]);
        assert_eq!(found("https://production.cloudflare.docker.com/x?verify=1764-abc%3D"), ["1764-abc%3D"]);
    }

    #[test]
    fn messages_about_secrets_are_none() {
        for line in [
            "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
            "failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?scope=repository%3Ax%3Apull&service=r",
            "no basic auth credentials",
            "WWW-Authenticate: Bearer realm=\"https://auth.example/token\",service=\"r.example\"",
            "Www-Authenticate: Basic realm=\"Harbor Registry\"",
            "unauthorized: incorrect username or password: retry",
            "token:      1234 bytes",
            "    Type:        Secret (a volume populated by a Secret)",
            "automountServiceAccountToken: false",
            "--docker-username=<user> --docker-password=<token>",
            "docker login -u me --password-stdin r.example",
            "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
            "imagePullSecrets: [{\"name\": \"regcred\"}]",
            "repository does not exist or may require authorization: authorization failed: no basic auth credentials",
            "authorization: server message: insufficient_scope: authorization failed",
            "PWD=/root",
            "ports: -p 8080:80",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
    }
}
