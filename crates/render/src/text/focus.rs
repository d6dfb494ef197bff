//! Which part of a cited text decides.
//!
//! In: the fact that a citation states, and the cited text. Out: texts to look for in the citation, the best
//! first, and where they stand there. The library cites a whole message; an error that was wrapped ten times has
//! its cause at the very end, so that is what a mark should stand under. Nothing is diagnosed here: a wrong guess
//! moves a mark.

use pullan_analyzer::{Fact, FactKind};

/// Beginnings of parts that only pass an error on. The cause stands behind the last of them.
const WRAPPERS: &[&str] = &[
    "rpc error",
    "code = ",
    "failed to ",
    "unable to pull image",
    "pull image err",
    "Error response from daemon",
    "initializing source",
    "pinging container registry",
    "error pinging",
    "Get \"",
    "Head \"",
    "Post \"",
    "Failed to pull image",
    "ErrImagePull",
    "server message",
];

/// What stands before the error itself in a gRPC status.
const DESCRIPTION: &str = "desc = ";

/// What follows the cause in CRI-O's messages: a second attempt that failed because the first did.
const AFTERTHOUGHTS: &[&str] = &["; artifact err: "];

/// Wider than this a mark no longer points at anything.
const WIDEST: usize = 80;

/// Texts to look for, the best first; none when the whole cited text is the point.
pub(super) fn candidates(kind: &str, facts: &[&Fact], cited: &str, room: usize) -> Vec<String> {
    let fields = |name: &str| facts.iter().filter_map(|fact| fact.str(name)).map(str::to_owned).collect::<Vec<_>>();
    match kind {
        "pull-failure" => {
            let mut causes: Vec<String> = fields("text").iter().map(|text| cause(text, room.min(WIDEST))).collect();
            causes.dedup();
            // An aggregate `[e1, e2]` states several errors in one message, and the citation does not say which of
            // them this diagnosis is about: better to mark all of it than the wrong one.
            if causes.len() > 1 {
                return Vec::new();
            }
            causes.push(cause(cited, room.min(WIDEST)));
            causes
        }
        "waiting" => fields("reason"),
        "back-off" => vec!["Back-off pulling image".to_owned()],
        "socket" => {
            let states = fields("state");
            // ss writes SYN-SENT and ESTAB where netstat writes SYN_SENT and ESTABLISHED.
            let of_ss = states.iter().map(|state| state.replace('_', "-").replace("ESTABLISHED", "ESTAB"));
            states.iter().cloned().chain(of_ss).collect()
        }
        "probe" | "log-line" | "filter-rule" => fields("text"),
        _ => Vec::new(),
    }
}

/// The fact of the right kind that a citation states.
pub(super) fn states(fact: &Fact, kind: &str) -> bool {
    pullan_analyzer::vocabulary::kind_named(kind).is_some_and(|kind: FactKind| kind == fact.kind)
}

/// The end of an error chain: its last part, with those before it as long as they say something and fit.
fn cause(message: &str, room: usize) -> String {
    let end = AFTERTHOUGHTS.iter().filter_map(|start| message.find(start)).min().unwrap_or(message.len());
    let message = message[..end].trim_end();
    let mut from = message.len();
    for start in starts(message).into_iter().rev() {
        let part = &message[start..];
        let fits = super::super::wrap::width(part) <= room;
        if from != message.len() && (!fits || WRAPPERS.iter().any(|wrapper| part.starts_with(wrapper))) {
            break;
        }
        from = start;
    }
    message[from..].to_owned()
}

/// Where the parts of `a: b: c` begin. A colon inside quotes or brackets parts nothing, unless they never close.
fn starts(message: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let (mut quoted, mut depth) = (false, 0_usize);
    let mut before = ' ';
    for (at, c) in message.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth = depth.saturating_sub(1),
            ' ' if before == ':' && !quoted && depth == 0 => starts.push(at + 1),
            // `rpc error: code = Unknown desc = the error itself`
            'd' if !quoted && depth == 0 && message[at..].starts_with(DESCRIPTION) => starts.push(at + DESCRIPTION.len()),
            _ => {}
        }
        before = c;
    }
    if quoted || depth > 0 {
        return std::iter::once(0).chain(message.match_indices(": ").map(|(at, _)| at + 2)).collect();
    }
    starts
}

/// First and last character of a text in the lines of a citation, each as line and character, both counted from 0.
/// Blanks and line ends are equal, and so are `"` and `\"`: a log escapes what it quotes, and a terminal or YAML
/// breaks lines.
pub(super) fn find(rows: &[(usize, Vec<char>)], wanted: &str) -> Option<((usize, usize), (usize, usize))> {
    let mut hay: Vec<(char, (usize, usize))> = Vec::new();
    for (row, (from, characters)) in rows.iter().enumerate() {
        for (at, c) in characters.iter().enumerate() {
            push(&mut hay, *c, (row, from + at));
        }
        push(&mut hay, ' ', (row, from + characters.len()));
    }
    let mut needle: Vec<(char, ())> = Vec::new();
    for c in wanted.trim().chars() {
        push(&mut needle, c, ());
    }
    if needle.is_empty() || needle.len() > hay.len() {
        return None;
    }
    let fits = |at: &usize| hay[*at..].iter().zip(&needle).all(|(a, b)| a.0 == b.0);
    let at = (0..=hay.len() - needle.len()).rev().find(fits)?;
    Some((hay[at].1, hay[at + needle.len() - 1].1))
}

/// Adds a character unless it is a blank behind a blank, or a backslash before a quote mark.
fn push<P>(text: &mut Vec<(char, P)>, c: char, place: P) {
    let last = text.last().map(|(last, _)| *last);
    if c.is_whitespace() {
        if last.is_some_and(|last| last != ' ') {
            text.push((' ', place));
        }
        return;
    }
    if c == '"' {
        while text.last().is_some_and(|(last, _)| *last == '\\') {
            text.pop();
        }
    }
    text.push((c, place));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_the_end_of_the_chain() {
        let cases = [
            (
                r#"rpc error: code = Unknown desc = failed to pull and unpack image "r/a:3": failed to resolve reference "r/a:3": unexpected status code [manifests 3]: 401 Unauthorized"#,
                "unexpected status code [manifests 3]: 401 Unauthorized",
            ),
            (r#"failed to resolve reference "r:5000/a:2": r:5000/a:2: not found"#, "r:5000/a:2: not found"),
            (
                "rpc error: code = Unknown desc = Error response from daemon: manifest for r/a:1 not found: manifest unknown: manifest unknown",
                "manifest for r/a:1 not found: manifest unknown: manifest unknown",
            ),
            (
                r#"unable to pull image or OCI artifact: pull image err: reading blob x: fetching blob: blob unknown to registry; artifact err: image reference: reference is a container image, not an OCI artifact"#,
                "reading blob x: fetching blob: blob unknown to registry",
            ),
            (
                r#"Get "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error")"#,
                r#"x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error")"#,
            ),
            (
                "rpc error: code = Unknown desc = layers from manifest don't match image configuration",
                "layers from manifest don't match image configuration",
            ),
            ("a (b: cut off", "a (b: cut off"),
        ];
        for (message, expected) in cases {
            assert_eq!(cause(message, 100), expected);
        }
    }

    #[test]
    fn escapes_and_line_breaks_do_not_hide_it() {
        let rows = |text: &str| text.lines().map(|line| (0, line.chars().collect())).collect::<Vec<_>>();
        assert_eq!(find(&rows("err=\"a \\\\\\\"b c\\\\\\\" d\""), "\"b c\" d"), Some(((0, 10), (0, 19))));
        assert_eq!(find(&rows("x: 403\n      Forbidden'"), "403 Forbidden"), Some(((0, 3), (1, 14))));
        assert_eq!(find(&rows("short"), "longer than that"), None);
    }
}
