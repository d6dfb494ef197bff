//! The structured text that klog and logrus share: a quoted message and `key=value` pairs.
//!
//! In: the rest of a line behind its header. Out: borrowed [`Value`]s; nothing is unquoted before
//! [`Value::text`] is asked for. Which program wrote the line is not known here.
//!
//! ```text
//! "Error syncing pod, skipping" err="failed to \"StartContainer\" for \"app\" with ..." pod="ns/name"
//! "Failed to execute iptables-restore" err=<
//!         exit status 4: Can't lock /run/xtables.lock: Resource temporarily unavailable
//!  > ipFamily="IPv4"
//! error="failed to get sandbox image "k8s.gcr.io/pause:3.1": ..."        (containerd 1.1 and 1.2 escape nothing)
//! ```

use crate::message::unquote;

/// Keys are identifiers; anything longer is text that happens to have an equals sign.
const KEY_LIMIT: usize = 64;

/// No real line has more pairs; a hostile one would make the search for equal keys slow.
const MOST_PAIRS: usize = 256;

/// Keys whose values must never leave the line.
const SECRET_KEYS: &[&str] =
    &["password", "passwd", "token", "auth", "authorization", "identitytoken", "registrytoken", "accesstoken", "clientsecret", "apikey"];

/// A value as it stands in the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Between quotes, still escaped.
    Quoted(&'a str),
    /// A word, or a bracketed list or object.
    Bare(&'a str),
    /// Indented lines between `<` and `>`.
    Block(&'a str),
}

impl Value<'_> {
    /// The value itself, unquoted once.
    pub(super) fn text(self) -> String {
        match self {
            Value::Quoted(text) => unquote(text),
            Value::Bare(text) => text.to_owned(),
            Value::Block(text) => {
                let lines: Vec<&str> = text.lines().map(|line| line.strip_prefix('\t').unwrap_or(line)).collect();
                lines.join("\n").trim().to_owned()
            }
        }
    }
}

/// The quoted message in front of pairs, and what follows it. Text that is not structured gives `None`.
pub(super) fn message(text: &str) -> Option<(Value<'_>, &str)> {
    let body = text.strip_prefix('"')?;
    match closing_quote(body) {
        Closing::At(at) => Some((Value::Quoted(&body[..at]), &body[at + 1..])),
        // The line was cut inside its message.
        Closing::None => Some((Value::Quoted(body), "")),
        // A printf text that begins with a quoted word: `"x" is not ready`.
        Closing::Doubtful(_) => None,
    }
}

/// `key=value` pairs; words between them that are no pair are passed over.
pub(super) fn pairs(text: &str) -> Pairs<'_> {
    Pairs { rest: text, unclosed: false }
}

/// See [`pairs`].
pub(super) struct Pairs<'a> {
    rest: &'a str,
    /// A bracket was never closed; none is looked for again, or a hostile line would cost its length squared.
    unclosed: bool,
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let text = self.rest.trim_start();
            if text.is_empty() {
                return None;
            }
            if let Some((key, rest)) = key(text) {
                let (value, rest) = value(rest, &mut self.unclosed);
                self.rest = rest;
                return Some((key, value));
            }
            let end = text.find([' ', '\t', '\n']).unwrap_or(text.len());
            self.rest = &text[end..];
        }
    }
}

/// Pairs to keep: unquoted, the last of equal keys, none whose value is a secret.
pub(super) fn collect<'a>(pairs: impl Iterator<Item = (&'a str, Value<'a>)>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (key, value) in pairs {
        if !is_secret(key) {
            put(&mut found, key, value.text());
        }
    }
    found
}

/// Sets a pair; the last of equal keys wins, as in klog.
pub(super) fn put(pairs: &mut Vec<(String, String)>, key: &str, value: String) {
    let room = pairs.len() < MOST_PAIRS;
    match pairs.iter_mut().find(|(known, _)| known == key) {
        Some((_, slot)) => *slot = value,
        None if room => pairs.push((key.to_owned(), value)),
        None => {}
    }
}

/// Whether a key names a secret. `secret` itself does not: the kubelet prints the *name* of a Secret under it.
pub(super) fn is_secret(key: &str) -> bool {
    let bare = |candidate: &str| {
        let mut letters = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_' | b'.'));
        candidate.bytes().all(|byte| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&byte))) && letters.next().is_none()
    };
    SECRET_KEYS.iter().any(|name| bare(name))
}

/// Splits a text that is *not* quoted from pairs behind it, as logrus prints on terminals:
/// `PullImage "a:1" failed   error="..." host=r.local`. The pairs must reach the end of the line.
pub(super) fn trailing_pairs(text: &str) -> (&str, &str) {
    let mut from = 0;
    let mut unclosed = false;
    while let Some(gap) = text[from..].find([' ', '\t']) {
        let start = from + gap;
        let rest = text[start..].trim_start_matches([' ', '\t']);
        if key(rest).is_some() {
            match only_pairs(rest, &mut unclosed) {
                None => return (text[..start].trim_end(), rest),
                // What failed cannot be the tail of an earlier start either; go on behind it.
                Some(unread) => from = text.len() - unread.len(),
            }
        } else {
            from = text.len() - rest.len();
        }
    }
    (text, "")
}

/// Whether a line is nothing but pairs, the first one quoted, as it is left when a line was broken between pairs.
pub(super) fn is_all_pairs(text: &str) -> bool {
    let text = text.trim();
    key(text).is_some_and(|(_, rest)| rest.starts_with('"')) && only_pairs(text, &mut false).is_none()
}

/// The first stretch that is no pair, if any.
fn only_pairs<'a>(mut text: &'a str, unclosed: &mut bool) -> Option<&'a str> {
    loop {
        text = text.trim_start();
        if text.is_empty() {
            return None;
        }
        let Some((_, rest)) = key(text) else { return Some(text) };
        text = value(rest, unclosed).1;
    }
}

/// Whether the line stops inside a quoted text, so that a following line may be its rest.
pub(super) fn is_open(text: &str) -> bool {
    let mut quotes = 0_usize;
    let mut escaped = false;
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quotes += 1,
            _ => {}
        }
    }
    quotes % 2 == 1
}

/// `key=` in front of a value.
fn key(text: &str) -> Option<(&str, &str)> {
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b':' | b'@');
    let end = text.bytes().take(KEY_LIMIT).position(|byte| !is_key(byte))?;
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let rest = text[end..].strip_prefix('=')?;
    // `code = Unknown` and `a == b` are no pairs.
    (starts_well && !rest.starts_with('=')).then_some((&text[..end], rest))
}

/// Whether pairs can go on here: at the end of the line or before a further pair. klog prints
/// `"..." primary ipFamily="IPv4"` when a key has a blank, so one bare word may stand before the key.
fn ends_value(rest: &str) -> bool {
    let after = rest.trim_start_matches([' ', '\t']);
    if after.is_empty() || after.starts_with('\n') {
        return true;
    }
    if after.len() == rest.len() {
        return false;
    }
    let word = after.bytes().take(KEY_LIMIT).take_while(u8::is_ascii_alphanumeric).count();
    key(after).is_some() || after[word..].strip_prefix(' ').is_some_and(|next| key(next).is_some())
}

enum Closing {
    At(usize),
    /// Unescaped quotes, but none that a pair or the line's end follows; the last of them.
    Doubtful(usize),
    None,
}

/// The quote that ends a text. Inner quotes are escaped; where an old containerd did not, the text goes on
/// until a quote that is followed by a pair or by the line's end.
fn closing_quote(body: &str) -> Closing {
    let bytes = body.as_bytes();
    let mut doubtful = None;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'"' if ends_value(&body[at + 1..]) => return Closing::At(at),
            b'"' => doubtful = Some(at),
            _ => {}
        }
        at += 1;
    }
    doubtful.map_or(Closing::None, Closing::Doubtful)
}

fn value<'a>(text: &'a str, unclosed: &mut bool) -> (Value<'a>, &'a str) {
    if let Some(body) = text.strip_prefix('"') {
        let quoted = |at: usize| (Value::Quoted(&body[..at]), &body[at + 1..]);
        return match closing_quote(body) {
            Closing::At(at) => quoted(at),
            // `err="x" (x3)`: a single quote that could close does.
            Closing::Doubtful(at) if !body[..at].contains('"') => quoted(at),
            Closing::Doubtful(_) | Closing::None => (Value::Quoted(body), ""),
        };
    }
    if let Some(block) = text.strip_prefix('<')
        && (block.is_empty() || block.starts_with('\n'))
    {
        return match block.find("\n >") {
            Some(end) => (Value::Block(block[..end].trim_start_matches('\n')), &block[end + 3..]),
            None => (Value::Block(block.trim_start_matches('\n')), ""),
        };
    }
    let bracketed = if *unclosed { None } else { bracketed_end(text) };
    *unclosed |= bracketed.is_none();
    let end = bracketed.unwrap_or_else(|| text.find([' ', '\t', '\n']).unwrap_or(text.len()));
    (Value::Bare(&text[..end]), &text[end..])
}

/// End of a value such as `["-t","nat"]`, `{"ID":"x y"}` or `[10.9.0.0/16 10.8.0.0/16]`; `None` if a bracket stays open.
fn bracketed_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' | b'(' => depth += 1,
            b']' | b'}' | b')' => depth = depth.saturating_sub(1),
            b' ' | b'\t' | b'\n' if depth == 0 => return Some(at),
            b'\n' => return None,
            _ => {}
        }
    }
    (depth == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Vec<(String, String)>) {
        let (value, rest) = message(text).unwrap();
        (value.text(), collect(pairs(rest)))
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn a_structured_klog_text() {
        let (text, pairs) = read(
            r#""Error syncing pod, skipping" err="failed to \"StartContainer\" for \"scheduler\" with ErrImagePull: \"failed to resolve image: \\\"docker.io/acme/backend:latest\\\"\"" pod="platform-012/scheduler-x4x7k" podUID="77d404ff""#,
        );
        assert_eq!(text, "Error syncing pod, skipping");
        assert_eq!(
            pairs[0],
            pair(
                "err",
                r#"failed to "StartContainer" for "scheduler" with ErrImagePull: "failed to resolve image: \"docker.io/acme/backend:latest\"""#
            )
        );
        assert_eq!(pairs[1..], [pair("pod", "platform-012/scheduler-x4x7k"), pair("podUID", "77d404ff")]);
    }

    #[test]
    fn bare_listed_and_odd_values() {
        let (_, pairs) = read(
            r#""Running" command="iptables-save" arguments=["-t","nat"] fullSync=true event={"ID":"a b","Type":"x"} CIDRs=[10.9.0.0/16 10.8.0.0/16] open=(a b"#,
        );
        assert_eq!(pairs[1], pair("arguments", r#"["-t","nat"]"#));
        assert_eq!(pairs[3], pair("event", r#"{"ID":"a b","Type":"x"}"#));
        assert_eq!(pairs[4], pair("CIDRs", "[10.9.0.0/16 10.8.0.0/16]"));
        assert_eq!(pairs[5], pair("open", "(a"));
        assert_eq!(
            read(r#""kube-proxy running in dual-stack mode" primary ipFamily="IPv4""#),
            ("kube-proxy running in dual-stack mode".into(), vec![pair("ipFamily", "IPv4")])
        );
        assert_eq!(read(r#""x" a="1" a="2""#).1, [pair("a", "2")]);
    }

    #[test]
    fn a_block_of_lines_is_one_value() {
        let (_, pairs) =
            read("\"Failed to execute iptables-restore\" err=<\n\texit status 4: Can't lock\n\tAnother app\n > ipFamily=\"IPv4\"");
        assert_eq!(pairs, [pair("err", "exit status 4: Can't lock\nAnother app"), pair("ipFamily", "IPv4")]);
    }

    #[test]
    fn inner_quotes_without_escapes() {
        let found = collect(pairs(
            r#"error="failed to get sandbox image "k8s.gcr.io/pause:3.1": rpc error: code = Unknown desc = x" host=r.local"#,
        ));
        assert_eq!(
            found,
            [
                pair("error", r#"failed to get sandbox image "k8s.gcr.io/pause:3.1": rpc error: code = Unknown desc = x"#),
                pair("host", "r.local")
            ]
        );
    }

    #[test]
    fn cut_lines_keep_what_is_there() {
        assert_eq!(read(r#""Error sync"#), ("Error sync".into(), vec![]));
        assert_eq!(read(r#""E" err="failed to \"Start"#).1, [pair("err", "failed to \"Start")]);
        assert_eq!(read(r#""E" err="#).1, [pair("err", "")]);
        assert!(message(r#""web" is not ready"#).is_none());
        assert!(is_open(r#"err="a \"b"#) && !is_open(r#"err="a \"b""#));
    }

    #[test]
    fn secrets_are_left_out() {
        let found = collect(pairs(r#"password=hunter2 X-Token=a secret="ns/regcred" identity_token="abc""#));
        assert_eq!(found, [pair("X-Token", "a"), pair("secret", "ns/regcred")]);
    }

    #[test]
    fn pairs_behind_plain_text() {
        assert_eq!(
            trailing_pairs(r#"PullImage "a:1" failed   error="x y" host=r.local"#),
            (r#"PullImage "a:1" failed"#, r#"error="x y" host=r.local"#)
        );
        assert!(is_all_pairs(r#"  probe="x" err="a b" "#) && !is_all_pairs("A=b") && !is_all_pairs(r#"a="b" c"#));
        let plain = "pulling image: rpc error: code = NotFound desc = x a=b not found";
        assert_eq!(trailing_pairs(plain), (plain, ""));
    }

    #[test]
    fn pairs_behind_a_message() {
        assert_eq!(message("\"m\" a=1").map(|(_, rest)| rest), Some(" a=1"));
        for (text, wanted) in [
            ("_a=1", vec![pair("_a", "1")]),
            ("1a=1", vec![]),
            ("a==1", vec![]),
            ("a=1 word b=2", vec![pair("a", "1"), pair("b", "2")]),
            ("err=\"x\" (x3) b=2", vec![pair("err", "x"), pair("b", "2")]),
            ("err=\"x\" y \"z\" w", vec![pair("err", "x\" y \"z\" w")]),
            ("a=[x y] b=2", vec![pair("a", "[x y]"), pair("b", "2")]),
            ("a=[x\ny] b=2", vec![pair("a", "[x"), pair("b", "2")]),
        ] {
            assert_eq!(collect(pairs(text)), wanted, "{text}");
        }
        let many: String = (0..300).map(|number| format!("k{number}=1 ")).collect();
        assert_eq!(collect(pairs(&many)).len(), MOST_PAIRS);
    }

    #[test]
    fn where_a_bracket_ends() {
        for (text, end) in [
            ("[1 2] x", Some(5)),
            ("{\"a b\":\"]\"} x", Some(11)),
            (r#"["a\"]b"] x"#, Some(9)),
            (r#"["a\" b"] x"#, Some(9)),
            (r#"["] x"] y"#, Some(7)),
            (r#"a\ x"#, Some(2)),
            (r#""a b"#, Some(2)),
            ("[[1] 2", None),
            ("[1\n2]", None),
            ("word", Some(4)),
        ] {
            assert_eq!(bracketed_end(text), end, "{text}");
        }
    }
}
