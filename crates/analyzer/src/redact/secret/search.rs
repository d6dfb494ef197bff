//! Searches a line for secrets.
//!
//! In: a line. Out: every stretch that one of the ways finds, in no order and perhaps one over the other. Every way looks at a bounded stretch,
//! so the work is linear.
//!
//! ```text
//! docker login -u me -p hunter2 https://me:hunter2@r.example
//! ```

use super::signs::{FORMS, HEADERS, KEYS, OPTIONS, PARAMETERS};
use super::{Secret, SecretKind};
use std::ops::Range;

/// A key is looked for so many bytes back.
const LONGEST_KEY: usize = 64;
/// `user:password@` is not longer.
const LONGEST_LOGIN: usize = 512;

/// Everything that any of the ways finds.
pub(super) fn search(line: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    by_form(line, &mut found);
    by_scheme(line, &mut found);
    by_key(line, &mut found);
    by_option(line, &mut found);
    by_login(line, &mut found);
    by_armour(line, &mut found);
    found
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
