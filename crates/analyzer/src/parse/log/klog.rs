//! The header of a klog (and glog) line.
//!
//! In: one line behind its prefixes. Out: level, process id and source file, and the text behind the bracket.
//! What the text says is [`crate::parse::log::structured`]'s and the rules' affair.
//!
//! ```text
//! I0521 07:00:55.180954       1 graceful_termination.go:161] Trying to delete rs: 10.96.1.11:8086/TCP/192.168.0.231:8086
//! I0521 07:00:55.180954       1 ipvs/graceful_termination.go:161] ...                    (--add_dir_header)
//! 0:55.180954       1 server.go:265] "Kube-proxy configuration may be incomplete"       (cut on the left)
//! ```

use crate::parse::primitive::Parsed;
use crate::record::Level;
use memchr::memmem;
use nom::Parser;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::{char, digit1, one_of, space1};
use nom::combinator::{map, opt, recognize, verify};
use nom::sequence::{preceded, terminated};

/// How far into a line a header is looked for behind prefixes that nobody knows.
const SEARCH_LIMIT: usize = 400;
/// How much of a line can be the rest of a header whose start is missing.
const CUT_LIMIT: usize = 100;

/// What stands before the text of a klog line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header<'a> {
    pub(super) level: Option<Level>,
    /// Lines of one process have the same one.
    pub(super) pid: Option<&'a str>,
    /// Source file without its directory; `None` where the cut took a part of it.
    pub(super) file: Option<&'a str>,
    /// Its directory, if shown.
    pub(super) package: Option<&'a str>,
}

/// A whole header.
pub(super) fn header(input: &str) -> Parsed<'_, Header<'_>> {
    let level = map(one_of("IWEF"), level_of);
    let date = take_while_m_n(4, 4, |c: char| c.is_ascii_digit());
    let (rest, (level, _, _)) = (level, date, space1).parse(input)?;
    let (rest, pid) = preceded((clock, space1), terminated(digit1, space1)).parse(rest)?;
    let (rest, path) = location(rest)?;
    let (package, file) = split_path(path);
    Ok((rest, Header { level: Some(level), pid: Some(pid), file: Some(file), package }))
}

/// Offset of a whole header behind an unknown prefix: `output: E0521 ...`, `kube-proxy-x kube-proxy I0521 ...`.
pub(super) fn find(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let window = &bytes[..bytes.len().min(SEARCH_LIMIT)];
    // The rarest part of a header is searched, then its beginning backwards.
    let mut from = 0;
    while let Some(dot) = memmem::find(&window[from..], b".go:") {
        let path_end = from + dot;
        from = path_end + 4;
        let back = |mut at: usize, part: fn(u8) -> bool| {
            while at > 0 && part(bytes[at - 1]) {
                at -= 1;
            }
            at
        };
        let path = back(path_end, is_path);
        let pid = back(back(path, is_blank), |byte| byte.is_ascii_digit());
        let clock = back(back(pid, is_blank), |byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.'));
        let date = back(back(clock, is_blank), |byte| byte.is_ascii_digit());
        if let Some(start) = date.checked_sub(1)
            && (start == 0 || !bytes[start - 1].is_ascii_alphanumeric())
            && text.get(start..).is_some_and(|found| header(found).is_ok())
        {
            return Some(start);
        }
    }
    None
}

/// A header that lost its beginning, when the paste starts in mid-line.
pub(super) fn cut_header(text: &str) -> Option<(&str, Header<'_>)> {
    let end = text.bytes().take(CUT_LIMIT).position(|byte| byte == b']')?;
    let rest = text[end + 1..].strip_prefix(' ')?;
    let head = &text[..end];
    let (before, number) = head.rsplit_once(':')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let path = before.trim_start_matches(|c: char| !is_path_char(c)).rsplit([' ', '\t']).next()?;
    let left = &before[..before.len() - path.len()];
    let left_is_header = left.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b' ' | b'\t'));
    if !is_number || !left_is_header || !path.ends_with(".go") || !path.bytes().all(is_path) {
        return None;
    }
    let (package, file) = split_path(path);
    // With a blank before it the name is whole.
    let whole = left.ends_with([' ', '\t']);
    let pid =
        left.trim_end().rsplit([' ', '\t']).next().filter(|pid| whole && !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()));
    Some((rest, Header { level: None, pid, file: whole.then_some(file), package: package.filter(|_| whole) }))
}

/// The level of a header that was elided before its end: `E0521 07:00:55.1...`.
pub(super) fn elided_level(text: &str) -> Option<Level> {
    let (letter, rest) = (text.chars().next()?, text.as_bytes().get(1..6)?);
    let dated = rest[..4].iter().all(u8::is_ascii_digit) && rest[4] == b' ';
    (dated && matches!(letter, 'I' | 'W' | 'E' | 'F')).then(|| level_of(letter))
}

/// Directory and name of a source file.
pub(super) fn split_path(path: &str) -> (Option<&str>, &str) {
    match path.rsplit_once('/') {
        Some((directory, file)) => (directory.rsplit('/').next().filter(|package| !package.is_empty()), file),
        None => (None, path),
    }
}

/// `07:00:55.180954`
fn clock(input: &str) -> Parsed<'_, &str> {
    let two = || take_while_m_n(2, 2, |c: char| c.is_ascii_digit());
    recognize((two(), char(':'), two(), char(':'), two(), opt((char('.'), digit1)))).parse(input)
}

/// `graceful_termination.go:161] `
fn location(input: &str) -> Parsed<'_, &str> {
    let path = verify(take_while1(is_path_char), |path: &str| path.ends_with(".go"));
    let unknown = tag("???");
    let line = (char(':'), digit1, char(']'), opt(char(' ')));
    terminated(nom::branch::alt((unknown, path)), line).parse(input)
}

fn is_path_char(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_path)
}

fn is_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn level_of(letter: char) -> Level {
    match letter {
        'I' => Level::Info,
        'W' => Level::Warning,
        'E' => Level::Error,
        _ => Level::Fatal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_headers() {
        let (rest, found) = header("I0521 07:00:55.180954       1 graceful_termination.go:161] Trying to delete rs: x").unwrap();
        assert_eq!(rest, "Trying to delete rs: x");
        assert_eq!(found, Header { level: Some(Level::Info), pid: Some("1"), file: Some("graceful_termination.go"), package: None });
        let (_, found) = header("E0521 07:00:55.180954\t12345 ipvs/proxier.go:634] x").unwrap();
        assert_eq!((found.level, found.file, found.package), (Some(Level::Error), Some("proxier.go"), Some("ipvs")));
        assert_eq!(header("I0521 07:00:55.180954 1 x.go:1]").unwrap().0, "");
    }

    #[test]
    fn other_lines_have_none() {
        for text in [
            "",
            "I",
            "Image: x",
            "I0521",
            "E0521 07:00:55.1...",
            "I0521 07:00:55.180954 1 proxier:161] x",
            "E052 07:00:55 1 a.go:1] x",
            "Error: a.go:1: x",
        ] {
            assert!(header(text).is_err() && find(text).is_none() && cut_header(text).is_none(), "{text}");
        }
        assert!(find("panic at main.go:12] and xI0521 07:00:55.180954 1 a.go:1] b").is_none());
        assert!(cut_header("main.go:12: undefined: x] y").is_none());
        assert!(cut_header("see proxier.go:12] there").is_none());
    }

    #[test]
    fn headers_behind_unknown_prefixes() {
        let text = "output: E0521 07:00:55.180954    1432 remote_image.go:250] \"PullImage from image service failed\"";
        assert_eq!(find(text), Some(8));
        assert_eq!(find("한글 접두 I0521 07:00:55.180954 1432 a.go:1] \"x\""), Some("한글 접두 ".len()));
    }

    #[test]
    fn a_header_without_its_beginning() {
        let (rest, found) = cut_header("0:55.180954       1 server.go:265] \"Kube-proxy configuration\"").unwrap();
        assert_eq!((rest, found.pid, found.file), ("\"Kube-proxy configuration\"", Some("1"), Some("server.go")));
        let (rest, found) = cut_header("thers.go:269] Using ipvs Proxier.").unwrap();
        assert_eq!((rest, found.file, found.level), ("Using ipvs Proxier.", None, None));
    }

    #[test]
    fn a_header_is_found_at_any_place() {
        for length in 1..9 {
            let text = format!("{} E0521 07:00:55.180954 1 a.go:1] x", "w".repeat(length));
            assert_eq!(find(&text), Some(length + 1), "{text}");
        }
        assert_eq!(find("see a.go:1 there"), None);
    }

    #[test]
    fn what_is_left_of_a_header() {
        let header = |text| cut_header(text).map(|(rest, header)| (rest, header.pid, header.file));
        for (text, wanted) in [
            ("07:00:55.180954       1 a.go:1] x", Some(("x", Some("1"), Some("a.go")))),
            ("1 a.go:1] x", Some(("x", Some("1"), Some("a.go")))),
            (" a.go:1] x", Some(("x", None, Some("a.go")))),
            (".go:1] x", Some(("x", None, None))),
            ("55.180954 a.go:1] x", Some(("x", None, Some("a.go")))),
            ("a.go:] x", None),
            ("a.go:1x] x", None),
            ("a.go:1]x", None),
            ("at a.go:1] x", None),
            ("a.c:1] x", None),
        ] {
            assert_eq!(header(text), wanted, "{text}");
        }
    }

    #[test]
    fn levels_of_headers() {
        for (text, level) in [
            ("E0521 07:00:55.1...", Some(Level::Error)),
            ("W0521 07", Some(Level::Warning)),
            ("I0521 07", Some(Level::Info)),
            ("F0521 07", Some(Level::Fatal)),
            ("X0521 07", None),
            ("E05x1 07", None),
            ("E0521-07", None),
            ("E052", None),
        ] {
            assert_eq!(elided_level(text), level, "{text}");
        }
        assert_eq!(header("W0521 07:00:55.180954 1 a.go:1] x").unwrap().1.level, Some(Level::Warning));
    }
}
