//! Kernel settings that decide whether packets reach a Service.
//!
//! In: output of `sysctl`, or of `cat` on a file below `/proc/sys`. Out: a [`Setting`] for each network setting. What a
//! value means is for the rules.
//!
//! ```text
//! net.ipv4.conf.all.route_localnet = 0
//! $ cat /proc/sys/net/ipv4/conf/all/route_localnet
//! 0
//! ```

use crate::parse::Taken;
use crate::parse::primitive::Parsed;
use crate::record::{Record, Setting};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, space0};
use nom::combinator::{all_consuming, recognize};
use nom::sequence::{delimited, preceded, separated_pair};

/// Takes the lines of settings behind `start` lines of a command.
pub(super) fn read(lines: &[Line<'_>], start: usize, out: &mut Vec<Record>) -> Taken {
    let mut end = start;
    while let Some(line) = lines.get(end)
        && let Ok((_, (name, value))) = setting(line.trimmed())
    {
        out.push(Record::Setting(Setting { name: name.to_owned(), value: value.to_owned(), at: line.cite(line.trimmed()) }));
        end += 1;
    }
    if end > start { Taken::all(end) } else { Taken::NOTHING }
}

/// Takes the answer to `cat /proc/sys/net/...`.
pub(super) fn read_file(path: &str, lines: &[Line<'_>], start: usize, out: &mut Vec<Record>) -> Taken {
    let (Some(name), Some(line)) = (path.strip_prefix("/proc/sys/"), lines.get(start)) else { return Taken::NOTHING };
    if !name.starts_with("net/") || value(line.trimmed()).is_err() {
        return Taken::NOTHING;
    }
    let value = line.trimmed().to_owned();
    out.push(Record::Setting(Setting { name: name.replace('/', "."), value, at: line.cite(line.trimmed()) }));
    Taken::all(start + 1)
}

/// `net.ipv4.ip_forward = 1`
pub(super) fn setting(text: &str) -> Parsed<'_, (&str, &str)> {
    let name = recognize(preceded(tag("net."), take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'))));
    separated_pair(name, delimited(space0, char('='), space0), value).parse(text)
}

fn value(text: &str) -> Parsed<'_, &str> {
    all_consuming(digit1).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::network::packet;
    use crate::parse::tests::lines;

    fn settings(text: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        packet::read(&lines(text), &mut out);
        out.into_iter()
            .filter_map(|record| if let Record::Setting(found) = record { Some((found.name, found.value)) } else { None })
            .collect()
    }

    #[test]
    fn settings_are_read_with_and_without_their_command() {
        let localnet = [("net.ipv4.conf.all.route_localnet".to_owned(), "0".to_owned())];
        assert_eq!(settings("net.ipv4.conf.all.route_localnet = 0"), localnet);
        assert_eq!(settings("$ sysctl net.ipv4.conf.all.route_localnet\nnet.ipv4.conf.all.route_localnet = 0\n$ date"), localnet);
        assert_eq!(settings("# cat /proc/sys/net/ipv4/conf/all/route_localnet\n0"), localnet);
    }

    #[test]
    fn other_text_is_left_alone() {
        assert!(settings("net.Dial failed = 0").is_empty());
        assert!(settings("$ cat /etc/hosts\n0").is_empty());
    }

    #[test]
    fn only_settings_of_the_network_are_taken() {
        let taken = |text: &str| packet::read(&lines(text), &mut Vec::new()).lines;
        for (text, lines) in [
            ("# cat /proc/sys/net/ipv4/ip_forward\n1\n2\n", 2),
            ("# cat /proc/sys/net/ipv4/ip_forward\nNo such file\n", 0),
            ("# cat /proc/sys/kernel/pid_max\n1\n", 0),
            ("# sysctl net.ipv4.ip_forward\nsysctl: not found\n", 0),
        ] {
            assert_eq!(taken(text), lines, "{text}");
        }
    }
}
