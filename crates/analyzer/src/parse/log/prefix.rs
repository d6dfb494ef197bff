//! What collectors, terminals and journals put in front of a component's line.
//!
//! In: one line. Out: a [`Prefix`]: host, process and container as far as the prefix names them, and the body
//! behind it. What the body is, is decided in [`crate::parse::log`].
//!
//! ```text
//! May 21 07:00:55 node1 kubelet[1432]: BODY                        journald, syslog; months in any language
//! 2024-05-21T07:00:55+0900 node1 kubelet[1432]: BODY               short-iso, rsyslog
//! Tue 2024-05-21 07:00:55 KST node1 kubelet.service[1432]: BODY    short-full, with-unit
//! <30>1 2024-05-21T07:00:55.003Z node1 kubelet 1432 - - BODY       RFC 5424
//! 2024-05-21T07:00:55.180954321+09:00 stderr F BODY                CRI log (P: the line goes on in the next)
//! 2024-05-21T07:00:55.180954321Z BODY                              kubectl logs --timestamps
//! [pod/kube-proxy-x/kube-proxy] BODY                               kubectl logs --prefix
//! [kube-proxy-x kube-proxy] BODY                                   kubetail
//! 10.5.0.2: BODY                                                   talosctl
//! [Tue May 21 07:00:55 2024] BODY    [123456.789012] BODY          dmesg
//! ```

use crate::parse::log::component::{container_component, process_component};
use crate::parse::primitive::{Parsed, is_name};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::{char, digit1, one_of, space0, space1};
use nom::combinator::{opt, recognize, value, verify};
use nom::sequence::{delimited, pair, preceded, terminated};

/// No chain of collectors is longer.
const MOST_LAYERS: usize = 6;

/// What stands before a line's body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prefix<'a> {
    pub(super) host: Option<&'a str>,
    pub(super) process: Option<&'a str>,
    /// Container, else pod, that a log collector names.
    pub(super) container: Option<&'a str>,
    /// The body goes on in the next line of the same stream.
    pub(super) partial: bool,
    /// The prefix alone proves a log line, whatever the body is.
    pub(super) certain: bool,
    pub(super) body: &'a str,
}

/// Takes all prefixes off. Blanks at the start of the body stay: a continuation is told by them.
pub(super) fn peel(text: &str) -> Prefix<'_> {
    let mut prefix = Prefix { body: text, ..Prefix::default() };
    for _ in 0..MOST_LAYERS {
        match layer(prefix.body.trim_start(), &mut prefix) {
            Some(body) => prefix.body = body,
            None => break,
        }
    }
    prefix
}

/// Notes one prefix and returns what follows it; `None` when there is none.
fn layer<'a>(body: &'a str, prefix: &mut Prefix<'a>) -> Option<&'a str> {
    match body.bytes().next()? {
        b'0'..=b'9' => numeric(body, prefix),
        b'[' => bracketed(body, prefix),
        b'<' => {
            let (rest, _) = priority(body).ok()?;
            let Ok((rest, (host, process))) = rfc5424(rest) else {
                return Some(rest);
            };
            Some(named(prefix, Some(host), process, rest))
        }
        b'I' | b'W' | b'E' | b'F' if body.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => None,
        b'{' | b'"' => None,
        _ => worded(body, prefix),
    }
}

fn numeric<'a>(body: &'a str, prefix: &mut Prefix<'a>) -> Option<&'a str> {
    if let Ok((rest, kernel)) = iso(body) {
        if kernel {
            return Some(named(prefix, None, "kernel", one_blank(rest)?));
        }
        if let Ok((rest, part)) = preceded(space1, cri).parse(rest) {
            prefix.partial = part == 'P';
            prefix.certain = true;
            return Some(rest);
        }
        return Some(speaker(rest, prefix, false).unwrap_or(one_blank(rest)?));
    }
    if let Ok((rest, _)) = month_time(body) {
        return Some(speaker(rest, prefix, true).unwrap_or(one_blank(rest)?));
    }
    let unix =
        recognize((take_while_m_n(9, 10, |c: char| c.is_ascii_digit()), char('.'), digit1::<&str, nom::error::Error<&str>>)).parse(body);
    if let Ok((rest, _)) = unix {
        return speaker(rest, prefix, false);
    }
    let (rest, address) = terminated(ipv4, tag(": ")).parse(body).ok()?;
    prefix.host = Some(address);
    Some(rest)
}

/// What stands behind a time that a viewer put before a line; nothing where a stream or a process follows, because
/// then the time is a log's.
pub(in crate::parse) fn behind_time(text: &str) -> Option<&str> {
    let rest = match text.bytes().next()? {
        b'0'..=b'9' => date_or_clock(text)?,
        b'[' => date_or_clock(&text[1..])?.strip_prefix(']')?,
        _ => month_time(text).ok()?.0,
    };
    let body = one_blank(rest)?;
    let speaks =
        cri(body).is_ok() || host_process(body).is_ok_and(|(_, (_, process, numbered))| numbered || process_component(process).is_some());
    (!speaks).then_some(body)
}

fn date_or_clock(text: &str) -> Option<&str> {
    match iso(text) {
        Ok((rest, kernel)) => (!kernel).then_some(rest),
        Err(_) => terminated(clock, opt(pair(one_of(".,"), digit1))).parse(text).ok().map(|(rest, _)| rest),
    }
}

fn bracketed<'a>(body: &'a str, prefix: &mut Prefix<'a>) -> Option<&'a str> {
    let (inner, rest) = body.strip_prefix('[')?.split_once(']')?;
    if inner.len() > 200 {
        return None;
    }
    if let Some(names) = inner.strip_prefix("pod/") {
        let container = names.rsplit('/').next()?;
        prefix.container = Some(container);
        prefix.certain = true;
        return rest.strip_prefix(' ');
    }
    if monotonic(inner) {
        if let Some(rest) = speaker(rest, prefix, false) {
            return Some(rest);
        }
        let rest = caller(rest.trim_start()).map_or(one_blank(rest), |(rest, _)| Some(rest))?;
        return Some(named(prefix, None, "kernel", rest));
    }
    let dated = (weekday, space1, month_time, space1, take_while_m_n(4, 4, |c: char| c.is_ascii_digit())).parse(inner);
    if matches!(dated, Ok(("", _))) {
        return Some(named(prefix, None, "kernel", one_blank(rest)?));
    }
    // kubetail: only names that tell the component, because a bracket may be anything.
    let mut names = inner.split(' ');
    if names.clone().all(is_name) && names.clone().count() <= 2 {
        prefix.container = Some(names.find(|name| container_component(name).is_some())?);
        return rest.strip_prefix(' ');
    }
    None
}

fn worded<'a>(body: &'a str, prefix: &mut Prefix<'a>) -> Option<&'a str> {
    let dated: Parsed<'_, _> = preceded(pair(weekday, space1), terminated(iso, opt(pair(char(' '), zone_name)))).parse(body);
    if let Ok((rest, _)) = dated {
        return speaker(rest, prefix, true);
    }
    if let Ok((rest, _)) = month_time(body) {
        return Some(speaker(rest, prefix, true).unwrap_or(one_blank(rest)?));
    }
    if let Ok((rest, _)) = facility(body) {
        return Some(named(prefix, None, "kernel", rest));
    }
    // Without a time only a process that is known counts, and only with its number.
    let (rest, (host, process, numbered)) = host_process(body).ok()?;
    let kernel = process == "kernel" && host.is_none_or(|host| host.len() < 64) && rest.starts_with('[');
    ((numbered && process_component(process).is_some()) || kernel).then(|| named(prefix, host, process, rest))
}

/// ` node1 kubelet[1432]: ` behind a time. Where the time alone is no proof, the process must have a number or be known.
fn speaker<'a>(rest: &'a str, prefix: &mut Prefix<'a>, any: bool) -> Option<&'a str> {
    let (rest, (host, process, numbered)) = preceded(space1, host_process).parse(rest).ok()?;
    (any || numbered || process_component(process).is_some()).then(|| named(prefix, host, process, rest))
}

fn named<'a>(prefix: &mut Prefix<'a>, host: Option<&'a str>, process: &'a str, rest: &'a str) -> &'a str {
    prefix.host = host.or(prefix.host);
    prefix.process = Some(process);
    prefix.certain = true;
    rest
}

fn one_blank(rest: &str) -> Option<&str> {
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix([' ', '\t']) }
}

type Speaker<'a> = (Option<&'a str>, &'a str, bool);

/// `node1 kubelet[1432]: `, the host possibly missing; whether a number was shown.
fn host_process(input: &str) -> Parsed<'_, Speaker<'_>> {
    let host = verify(take_while1(|c: char| !c.is_whitespace() && !matches!(c, '"' | '[' | '=' | '{')), |host: &str| !host.ends_with(':'));
    if let Ok((rest, (host, (process, numbered)))) = (terminated(host, space1), process).parse(input) {
        return Ok((rest, (Some(host), process, numbered)));
    }
    process(input).map(|(rest, (process, numbered))| (rest, (None, process, numbered)))
}

/// `kubelet[1432]: ` or `kubelet: `
fn process(input: &str) -> Parsed<'_, (&str, bool)> {
    let name = take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '(' | ')'));
    let (rest, (name, number, _)) = (name, opt(delimited(char('['), digit1, char(']'))), char(':')).parse(input)?;
    let rest = rest.strip_prefix(' ').or(rest.is_empty().then_some(rest));
    match rest {
        Some(rest) => Ok((rest, (name, number.is_some()))),
        None => Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Space))),
    }
}

/// `2024-05-21T07:00:55.180954321+09:00`; whether it has the form that only dmesg prints: microseconds behind a comma.
fn iso(input: &str) -> Parsed<'_, bool> {
    let digits = |count: usize| take_while_m_n(count, count, |c: char| c.is_ascii_digit());
    let date = (digits(4), char('-'), digits(2), char('-'), digits(2));
    let offset = (one_of("+-"), digits(2), opt(char(':')), digits(2));
    let zone = alt((value(false, char('Z')), value(true, preceded(opt(char(' ')), offset))));
    let fraction = pair(one_of(".,"), digit1);
    let (rest, (_, middle, _, fraction, zone)) = (date, one_of("T "), clock, opt(fraction), opt(zone)).parse(input)?;
    let micros = fraction.is_some_and(|(separator, digits)| separator == ',' && digits.len() == 6);
    Ok((rest, middle == 'T' && micros && zone == Some(true)))
}

/// `May 21 07:00:55.180954`, `5월 21 07:00:55`, `Mai 21 07:00:55`
fn month_time(input: &str) -> Parsed<'_, &str> {
    let word = terminated(verify(take_while1(char::is_alphabetic), |word: &str| word.len() <= 24), opt(char('.')));
    let numbered = recognize((digit1, alt((tag("월"), tag("月")))));
    let day = (take_while_m_n(1, 2, |c: char| c.is_ascii_digit()), opt(alt((tag("."), tag("일"), tag("日")))));
    recognize((alt((numbered, word)), space1, day, space1, clock, opt((char('.'), digit1)))).parse(input)
}

fn clock(input: &str) -> Parsed<'_, &str> {
    let two = || take_while_m_n(2, 2, |c: char| c.is_ascii_digit());
    recognize((two(), char(':'), two(), char(':'), two())).parse(input)
}

fn weekday(input: &str) -> Parsed<'_, &str> {
    verify(take_while1(char::is_alphabetic), |word: &str| word.chars().count() <= 4).parse(input)
}

fn zone_name(input: &str) -> Parsed<'_, &str> {
    take_while_m_n(2, 5, |c: char| c.is_ascii_uppercase()).parse(input)
}

/// `stderr F `; tags may follow the letter.
fn cri(input: &str) -> Parsed<'_, char> {
    let tags = take_while1(|c: char| !c.is_whitespace() && c != '"');
    let stream = terminated(alt((tag("stdout"), tag("stderr"))), char(' '));
    let (rest, (_, part, _)) = (stream, one_of("FP"), opt(preceded(char(':'), tags))).parse(input)?;
    let rest = rest.strip_prefix(' ').or(rest.is_empty().then_some(rest));
    rest.map(|rest| (rest, part)).ok_or(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Space)))
}

/// `<30>`
fn priority(input: &str) -> Parsed<'_, &str> {
    delimited(char('<'), take_while_m_n(1, 3, |c: char| c.is_ascii_digit()), char('>')).parse(input)
}

/// `1 2024-05-21T07:00:55.003Z node1 kubelet 1432 - - `
fn rfc5424(input: &str) -> Parsed<'_, (&str, &str)> {
    let word = || terminated(take_while1(|c: char| !c.is_whitespace()), char(' '));
    let structured = alt((tag("-"), recognize((char('['), take_while1(|c| c != ']'), char(']')))));
    let (rest, (_, _, host, process, _, _, _)) =
        (tag("1 "), terminated(iso, char(' ')), word(), word(), word(), word(), structured).parse(input)?;
    Ok((rest.strip_prefix(' ').unwrap_or(rest), (host, process)))
}

/// `kern  :warn  : [123.456789] ` (dmesg -x), `kern: warning: [2024-05-21T07:00:55.1Z]: ` (Talos).
fn facility(input: &str) -> Parsed<'_, ()> {
    let names = (
        alt((tag("kern"), tag("user"), tag("daemon"))),
        space0,
        char(':'),
        space0,
        take_while1(|c: char| c.is_ascii_lowercase()),
        space0,
        char(':'),
        space0,
    );
    let time = delimited(char('['), take_while1(|c: char| !matches!(c, '[' | ']')), char(']'));
    value((), (names, time, opt(char(':')), space0)).parse(input)
}

/// The thread behind a kernel's time: `[   T12] `.
fn caller(input: &str) -> Option<(&str, &str)> {
    let inner: Parsed<'_, &str> = delimited((char('['), space0), recognize((one_of("TC"), digit1)), (char(']'), space1)).parse(input);
    inner.ok()
}

/// ` 123456.789012`: seconds since boot always have six decimals.
fn monotonic(inner: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    inner.trim_start().split_once('.').is_some_and(|(seconds, micros)| number(seconds) && number(micros) && micros.len() == 6)
}

fn ipv4(input: &str) -> Parsed<'_, &str> {
    let part = || take_while_m_n(1, 3, |c: char| c.is_ascii_digit());
    recognize((part(), char('.'), part(), char('.'), part(), char('.'), part())).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<&str>, Option<&str>, &str) {
        let prefix = peel(text);
        (prefix.host, prefix.process, prefix.body)
    }

    #[test]
    fn journals() {
        let expected = (Some("node1"), Some("kubelet"), "E0521 x");
        for text in [
            "May 21 07:00:55 node1 kubelet[1432]: E0521 x",
            "May  1 07:00:55.180954 node1 kubelet[1432]: E0521 x",
            "5월 21 07:00:55 node1 kubelet[1432]: E0521 x",
            "Mär 21 07:00:55 node1 kubelet[1432]: E0521 x",
            "2024-05-21T07:00:55+0900 node1 kubelet[1432]: E0521 x",
            "2024-05-21T07:00:55.123456+09:00 node1 kubelet: E0521 x",
            "<30>1 2024-05-21T07:00:55.003Z node1 kubelet 1432 - - E0521 x",
            "<30>May 21 07:00:55 node1 kubelet[1432]: E0521 x",
            "1716242455.180954 node1 kubelet[1432]: E0521 x",
            "[12345.678901] node1 kubelet[1432]: E0521 x",
            "  node1 kubelet[1432]: E0521 x",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("Tue 2024-05-21 07:00:55 KST node1 kubelet.service[1]: x"), (Some("node1"), Some("kubelet.service"), "x"));
        assert_eq!(read("May 21 07:00:55 kubelet[1]: x"), (None, Some("kubelet"), "x"));
        assert_eq!(read("May 21 07:00:56 node1 containerd: time=\"x\""), (Some("node1"), Some("containerd"), "time=\"x\""));
    }

    #[test]
    fn container_logs() {
        let prefix = peel("2024-05-21T07:00:55.180954321+09:00 stderr P I0521 x");
        assert!(prefix.partial && prefix.certain && prefix.body == "I0521 x");
        assert_eq!(peel("2024-05-21T07:00:55.1Z stderr F \texit status 4").body, "\texit status 4");
        assert_eq!(peel("2024-05-21T07:00:55.180954321Z I0521 x").body, "I0521 x");
        let prefix = peel("[pod/kube-proxy-x/kube-proxy] 2024-05-21T07:00:55.180954321Z I0521 x");
        assert_eq!((prefix.container, prefix.body), (Some("kube-proxy"), "I0521 x"));
        assert_eq!(peel("[kube-proxy-x kube-proxy] I0521 x").container, Some("kube-proxy-x"));
        assert_eq!(read("10.5.0.2: {\"ts\":1}"), (Some("10.5.0.2"), None, "{\"ts\":1}"));
    }

    #[test]
    fn kernel_lines() {
        let text = "nf_conntrack: nf_conntrack: table full, dropping packet";
        for line in [
            "[123456.789012] ",
            "[    1.789012][  T12] ",
            "[Tue May 21 07:00:55 2024] ",
            "2024-05-21T07:00:55,123456+09:00 ",
            "kern  :warn  : [  123.456789] ",
            "10.5.0.2: kern: warning: [2024-05-21T07:00:55.1Z]: ",
            "<4>[123.456789] ",
        ] {
            let line = format!("{line}{text}");
            let prefix = peel(&line);
            assert_eq!((prefix.process, prefix.body), (Some("kernel"), text), "{line}");
        }
        assert_eq!(read(&format!("May 21 07:00:55 node1 kernel: [123456.789012] {text}")), (Some("node1"), Some("kernel"), text));
    }

    #[test]
    fn logs_of_applications_are_not_the_kernels() {
        let prefix = peel("2024-05-21 07:00:55,123 INFO main: started");
        assert!(prefix.process.is_none() && !prefix.certain && prefix.body == "INFO main: started");
    }

    #[test]
    fn other_lines_keep_their_start() {
        for text in [
            "Warning  Failed  9s  kubelet  Error: ErrImagePull",
            "Name: web",
            "node: kubelet is down",
            "[root@n1 ~]# ls",
            "[config/images] Pulled x",
            "[1.5] x",
            "<none>",
            "10.96.0.1:443 rr",
            "  -> 10.0.0.1:80",
            "kernel: 5.4.0",
            "I0521 07:00",
        ] {
            let prefix = peel(text);
            assert!(!prefix.certain && prefix.body == text && prefix.host.is_none(), "{text}: {prefix:?}");
        }
    }

    #[test]
    fn what_is_a_prefix_and_what_is_not() {
        for (text, process, container) in [
            ("Fri 2024-05-21 07:00:55 KST node1 foo[1]: x", Some("foo"), None),
            ("node1 kernel: [12345.678901] x", Some("kernel"), None),
            ("node1 kernel: x", None, None),
            ("node1 other: [12345.678901] x", None, None),
            ("May 21 07:00:55 node1 foo: x", Some("foo"), None),
            ("2024-05-21T07:00:55Z node1 foo: x", None, None),
            ("2024-05-21T07:00:55Z node1 foo[12]: x", Some("foo"), None),
            ("2024-05-21T07:00:55Z node1 kubelet: x", Some("kubelet"), None),
            ("<30>1 2024-05-21T07:00:55.003Z node1 foo 1 - [a@1 b=\"c\"] x", Some("foo"), None),
            ("[kube-proxy-x] x", None, Some("kube-proxy-x")),
            ("[web kube-proxy] x", None, Some("kube-proxy")),
            ("[a b kube-proxy] x", None, None),
            ("[Web kube-proxy] x", None, None),
        ] {
            let prefix = peel(text);
            assert_eq!((prefix.process, prefix.container), (process, container), "{text}");
        }
        for (length, kernel) in [(63, true), (64, false)] {
            let text = format!("{} kernel: [12345.678901] x", "h".repeat(length));
            assert_eq!(peel(&text).process.is_some(), kernel, "{length}");
        }
        for (length, container) in [(200, true), (201, false)] {
            let text = format!("[pod/{}/web] x", "a".repeat(length - "pod//web".len()));
            assert_eq!(peel(&text).container.is_some(), container, "{length}");
        }
        assert!(peel("2024-05-21T07:00:55.1Z stdout P:tag x").partial);
        assert!(!peel("2024-05-21T07:00:55.1Z stdout P:\"tag x").partial);
    }

    #[test]
    fn seconds_since_boot() {
        for (text, seconds) in [
            ("12345.678901", true),
            ("   45.678901", true),
            ("a.678901", false),
            ("1.67890a", false),
            (".678901", false),
            ("1.6789", false),
            ("1.", false),
        ] {
            assert_eq!(monotonic(text), seconds, "{text}");
        }
    }
}
