//! logrus lines: containerd, CRI-O, dockerd, cri-dockerd, crictl.
//!
//! In: one line behind its prefixes. Out: level, message and pairs, still borrowed. Which of those programs
//! wrote it is decided in [`crate::parse::log::component`].
//!
//! ```text
//! time="2024-05-21T07:00:55.180954321+09:00" level=error msg="PullImage \"IMG\" failed" error="rpc error: ..."
//! ERRO[0012] PullImage "IMG" failed                        error="rpc error: ..." host=registry.local
//! FATA[2024-05-21T07:00:55.180954321+09:00] pulling image: rpc error: ...
//! ```

use crate::parse::log::structured::{Pairs, Value, pairs, trailing_pairs};
use crate::parse::primitive::Parsed;
use crate::record::Level;
use memchr::memmem;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::char;
use nom::combinator::value;
use nom::sequence::delimited;

/// A line of logrus, before anything is unquoted.
pub(super) struct Entry<'a> {
    pub(super) level: Option<Level>,
    pub(super) message: Value<'a>,
    rest: &'a str,
}

impl<'a> Entry<'a> {
    /// The pairs beside time, level and message.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        pairs(self.rest).filter(|(key, _)| !matches!(*key, "time" | "ts" | "level" | "msg"))
    }
}

/// `time="..." level=... msg="..."` in any order of the three.
pub(super) fn entry(text: &str) -> Option<Entry<'_>> {
    if !is_entry(text) {
        return None;
    }
    let mut level = None;
    let mut message = None;
    let mut found: Pairs<'_> = pairs(text);
    // The three stand in front of all other pairs.
    for (key, value) in found.by_ref().take(4) {
        match (key, value) {
            ("level", Value::Bare(word) | Value::Quoted(word)) => level = level_named(word),
            ("msg", text) => message = Some(text),
            _ => {}
        }
    }
    // A line cut before its message says nothing.
    Some(Entry { level, message: message?, rest: text })
}

/// Whether the line begins as logrus writes; cheap.
pub(super) fn is_entry(text: &str) -> bool {
    let begins = |key: &str| text.starts_with(key);
    if !(begins("time=") || begins("level=") || begins("ts=")) {
        return false;
    }
    let window = &text.as_bytes()[..text.len().min(160)];
    memmem::find(window, b"level=").is_some() && text.contains(" msg=")
}

/// The form for terminals: four letters of the level, seconds or a time in brackets.
pub(super) fn terminal(text: &str) -> Option<Entry<'_>> {
    let (rest, level) = terminal_level(text).ok()?;
    let rest = match rest.strip_prefix(' ') {
        Some(rest) => rest,
        None if rest.is_empty() => rest,
        None => return None,
    };
    let (message, rest) = trailing_pairs(rest.trim());
    Some(Entry { level: Some(level), message: Value::Bare(message), rest })
}

fn terminal_level(input: &str) -> Parsed<'_, Level> {
    let level = alt((
        value(Level::Debug, alt((tag("TRAC"), tag("DEBU")))),
        value(Level::Info, tag("INFO")),
        value(Level::Warning, tag("WARN")),
        value(Level::Error, tag("ERRO")),
        value(Level::Fatal, alt((tag("FATA"), tag("PANI")))),
    ));
    let clock = take_while1(|c: char| c.is_ascii_digit() || matches!(c, 'T' | 'Z' | ':' | '.' | '+' | '-' | '…'));
    let (rest, (level, _)) = (level, delimited(char('['), clock, char(']'))).parse(input)?;
    Ok((rest, level))
}

/// A level by its name.
pub(super) fn level_named(word: &str) -> Option<Level> {
    let names: [(&str, Level); 11] = [
        ("trace", Level::Debug),
        ("debug", Level::Debug),
        ("info", Level::Info),
        ("notice", Level::Info),
        ("warn", Level::Warning),
        ("warning", Level::Warning),
        ("error", Level::Error),
        ("err", Level::Error),
        ("fatal", Level::Fatal),
        ("panic", Level::Fatal),
        ("critical", Level::Fatal),
    ];
    names.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, level)| level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::log::structured::collect;

    #[test]
    fn containerd_lines() {
        let line = r#"time="2026-11-22T08:53:10.609443532Z" level=error msg="PullImage \"docker.io/acme/backend:latest\" failed" error="rpc error: code = Unknown desc = failed to resolve image: \"x\"" host=docker.io"#;
        let found = entry(line).unwrap();
        assert_eq!(found.level, Some(Level::Error));
        assert_eq!(found.message.text(), r#"PullImage "docker.io/acme/backend:latest" failed"#);
        assert_eq!(
            collect(found.pairs()),
            [
                ("error".into(), r#"rpc error: code = Unknown desc = failed to resolve image: "x""#.into()),
                ("host".into(), "docker.io".into())
            ]
        );
    }

    #[test]
    fn old_containerd_did_not_escape() {
        let line = r#"time="2018-05-21T07:00:55+09:00" level=error msg="RunPodSandbox for &PodSandboxMetadata{Name:x,} failed, error" error="failed to get sandbox image "k8s.gcr.io/pause:3.1": failed to pull image "k8s.gcr.io/pause:3.1": timeout""#;
        let found = entry(line).unwrap();
        assert_eq!(found.message.text(), "RunPodSandbox for &PodSandboxMetadata{Name:x,} failed, error");
        assert_eq!(
            collect(found.pairs())[0].1,
            r#"failed to get sandbox image "k8s.gcr.io/pause:3.1": failed to pull image "k8s.gcr.io/pause:3.1": timeout"#
        );
    }

    #[test]
    fn terminal_lines() {
        let found = terminal(r#"ERRO[0012] PullImage "a:1" failed                        error="x" host=r"#).unwrap();
        assert_eq!((found.level, found.message.text()), (Some(Level::Error), r#"PullImage "a:1" failed"#.to_owned()));
        assert_eq!(collect(found.pairs()).len(), 2);
        let found = terminal("FATA[2024-05-21T07:00:55.180954321+09:00] pulling image: rpc error: code = Unknown desc = x?y=z").unwrap();
        assert_eq!(found.message.text(), "pulling image: rpc error: code = Unknown desc = x?y=z");
        assert_eq!(terminal("FATA[0000]").unwrap().message.text(), "");
    }

    #[test]
    fn other_lines() {
        for text in [
            "",
            "time=",
            "time flies",
            "level=error",
            "time=\"x\" level=info",
            "INFO: x",
            "INFO[x] y",
            "INFO[0000]x",
            "WARNING[0001] x",
            "timeout=5 level=info",
        ] {
            assert!(entry(text).is_none() && terminal(text).is_none(), "{text}");
        }
    }

    #[test]
    fn lines_that_begin_as_logrus_writes() {
        for (text, entry) in [
            ("time=\"x\" level=info msg=\"y\"", true),
            ("level=info msg=\"y\"", true),
            ("ts=1 level=info msg=\"y\"", true),
            ("time=\"x\" level=info", false),
            ("time=\"x\" msg=\"y\"", false),
            ("a time=\"x\" level=info msg=\"y\"", false),
        ] {
            assert_eq!(is_entry(text), entry, "{text}");
        }
        // The level stands near the beginning.
        for (text, entry) in [("x".repeat(100), true), ("x".repeat(160), false), ("é".repeat(80), false)] {
            assert_eq!(is_entry(&format!("time=\"{text}\" level=info msg=\"y\"")), entry, "{text}");
        }
    }
}
