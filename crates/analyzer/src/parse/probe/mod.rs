//! Probes by hand: somebody tried from a shell whether something can be reached.
//!
//! In: the output of telnet, nc, ping, curl, wget, openssl, dig, nslookup, host or getent, with or without the
//! command line above it. Out: one [`Probe`] for each run of a tool, with the line that decides. A tool that
//! falls from one address to the next is one run: what counts is how it ended. A command without any output is
//! left to others. This module has what all tools share; each has its own.
//!
//! ```text
//! [root@master /var/log]# telnet 127.0.0.1 30001
//! Trying 127.0.0.1...
//! ```

mod curl;
mod curl_message;
mod dns;
mod http;
mod netcat;
mod openssl;
mod ping;
mod telnet;
mod wget;

use super::{Taken, prompt};
use crate::record::{Outcome, Probe, Record};
use crate::text::Line;

/// What a line is to the tool whose output is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// A line of this run.
    Mine,
    /// Its last line.
    Last,
    /// Not of this run.
    Foreign,
}

/// One run of a tool.
#[derive(Debug, Default)]
struct Attempt<'a> {
    tool: &'static str,
    /// Words of the command, when it is shown; the program first.
    words: Vec<&'a str>,
    /// What was asked for, else what the output names.
    host: Option<String>,
    port: Option<u16>,
    outcome: Option<Outcome>,
    status: Option<u16>,
    /// The deciding line: its index, and what counts of it.
    deciding: Option<(usize, &'a str)>,
    /// The line that says what is being tried.
    trying: Option<(usize, &'a str)>,
    /// Whether the outcome may be replaced by that of the next address.
    passing: bool,
    /// Lines before this one belong to a body.
    body_until: usize,
    in_headers: bool,
    /// Whether the tool tells what it does, line by line.
    verbose: bool,
    /// Whether the tool's last word was read; only explanations may follow.
    ended: bool,
}

impl<'a> Attempt<'a> {
    /// Sets the outcome. The first final one stays.
    fn decide(&mut self, outcome: Outcome, at: usize, text: &'a str) {
        if self.outcome.is_none() || self.passing {
            self.outcome = Some(outcome);
            self.deciding = Some((at, text.trim()));
            self.passing = false;
        }
    }

    /// Sets an outcome that later lines may replace.
    fn pass(&mut self, outcome: Outcome, at: usize, text: &'a str) {
        if self.outcome.is_none() || self.passing {
            self.decide(outcome, at, text);
            self.passing = true;
        }
    }

    /// Sets the outcome, whatever was known.
    fn conclude(&mut self, outcome: Outcome, at: usize, text: &'a str) {
        self.outcome = None;
        self.decide(outcome, at, text);
    }

    /// Notes what the deciding line names as the target, which may be a proxy.
    fn blames(&mut self, host: &str, port: Option<u16>) {
        if !host.is_empty() {
            self.host = Some(host.to_owned());
        }
        self.port = port.or(self.port);
    }

    /// Notes what is being tried; what failed before on another address no longer decides.
    fn tries(&mut self, at: usize, text: &'a str) {
        if self.passing {
            self.outcome = None;
            self.passing = false;
        }
        self.trying = Some((at, text.trim()));
    }

    /// Notes the target that the output names. One in the command stays; else the last named one counts.
    fn target(&mut self, host: &str, port: Option<u16>) {
        if !host.is_empty() && (self.host.is_none() || self.words.is_empty()) {
            self.host = Some(host.to_owned());
        }
        self.port = if self.words.is_empty() { port.or(self.port) } else { self.port.or(port) };
    }

    fn record(self, lines: &[Line<'a>]) -> Option<Record> {
        let (outcome, (at, text)) = match (self.outcome, self.deciding, self.trying) {
            (Some(outcome), Some(deciding), _) => (outcome, deciding),
            (_, _, Some(trying)) => (Outcome::NoAnswer, trying),
            _ => return None,
        };
        let cited = lines.get(at)?.cite(text);
        Some(Record::Probe(Probe {
            tool: self.tool.to_owned(),
            host: self.host,
            port: self.port,
            outcome,
            http_status: self.status,
            text: text.to_owned(),
            at: cited,
        }))
    }
}

/// Host and port.
type Target = (Option<String>, Option<u16>);

/// A tool whose output can be read.
struct Tool {
    /// Names of its programs; the first is the tool's.
    programs: &'static [&'static str],
    /// Reads host and port out of the command's arguments.
    target: fn(&[&str]) -> Target,
    /// Whether its output may begin with this line, where no command is shown.
    begins: fn(&str, Option<&str>) -> bool,
    /// Reads one line.
    line: for<'a> fn(&mut Attempt<'a>, usize, &'a str, &[Line<'a>], &mut Vec<Record>) -> Said,
}

static TOOLS: &[&Tool] = &[
    &telnet::TELNET,
    &netcat::NETCAT,
    &ping::PING,
    &curl::CURL,
    &wget::WGET,
    &openssl::OPENSSL,
    &dns::DIG,
    &dns::NSLOOKUP,
    &dns::HOST,
    &dns::GETENT,
];

/// So many empty lines may stand inside the output of a tool.
const MOST_BLANKS: usize = 2;

/// Takes one run of a tool.
pub(super) fn read<'t>(lines: &[Line<'t>], out: &mut Vec<Record>) -> Taken {
    let Some(first) = lines.first() else { return Taken::NOTHING };
    let mut attempt = Attempt::default();
    let mut start = 0;
    let tool = match prompt::typed(lines) {
        Some((words, count)) => {
            let words = prompt::inner(&words);
            let Some(tool) = words.first().and_then(|program| tool_of(program)) else { return Taken::NOTHING };
            start = count;
            (attempt.host, attempt.port) = (tool.target)(&words[1..]);
            attempt.words = words;
            tool
        }
        None => {
            let text = first.trimmed();
            let next = lines.get(1).map(Line::trimmed);
            let Some(tool) = TOOLS.iter().find(|tool| (tool.begins)(text, next)) else { return Taken::NOTHING };
            tool
        }
    };
    attempt.tool = tool.programs[0];
    let known = out.len();
    let end = follow(lines, start, tool, &mut attempt, out);
    if end == 0 {
        out.truncate(known);
        return Taken::NOTHING;
    }
    out.extend(attempt.record(lines));
    Taken::all(end)
}

fn tool_of(program: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.programs.contains(&program)).copied()
}

/// Reads lines as long as they belong to the run; returns where it ends, 0 when there is no output.
fn follow<'a, 't>(lines: &'a [Line<'t>], start: usize, tool: &Tool, attempt: &mut Attempt<'a>, out: &mut Vec<Record>) -> usize
where
    't: 'a,
{
    let mut end = 0;
    let mut blanks = 0;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let text = line.text();
        if text.trim().is_empty() {
            blanks += 1;
            if blanks > MOST_BLANKS {
                break;
            }
            (tool.line)(attempt, at, "", lines, out);
            continue;
        }
        if prompt::is_prompt(text) {
            break;
        }
        match (tool.line)(attempt, at, text, lines, out) {
            Said::Foreign if is_shell_note(text.trim()) => {}
            Said::Foreign => break,
            Said::Mine => {}
            Said::Last => {
                end = at + 1;
                break;
            }
        }
        blanks = 0;
        end = at + 1;
    }
    end
}

/// What a shell prints where a program is missing or was interrupted.
fn is_shell_note(text: &str) -> bool {
    text == "^C"
        || text == "^]"
        || text.ends_with(": command not found")
        || text.ends_with(": not found") && text.contains("sh: ")
        || text == "Terminated"
}

/// What the words of an operating-system error at the end of a line say. Words elsewhere may be part of a name.
fn errno(text: &str) -> Option<Outcome> {
    const ENDINGS: &[(&str, Outcome)] = &[
        ("connection refused", Outcome::Refused),
        ("connect failed", Outcome::Refused),
        ("connection timed out", Outcome::TimedOut),
        ("operation timed out", Outcome::TimedOut),
        ("timed out", Outcome::TimedOut),
        ("timeout", Outcome::TimedOut),
        ("timeout was reached", Outcome::TimedOut),
        ("no route to host", Outcome::NoRoute),
        ("host is unreachable", Outcome::NoRoute),
        ("host is down", Outcome::NoRoute),
        ("host unreachable", Outcome::NoRoute),
        ("network is unreachable", Outcome::Unreachable),
        ("network unreachable", Outcome::Unreachable),
        ("net unreachable", Outcome::Unreachable),
        ("connection reset by peer", Outcome::Reset),
        ("connection reset", Outcome::Reset),
        ("broken pipe", Outcome::Reset),
        ("name or service not known", Outcome::NameUnknown),
        ("name does not resolve", Outcome::NameUnknown),
        ("nodename nor servname provided, or not known", Outcome::NameUnknown),
        ("no address associated with hostname", Outcome::NameUnknown),
        ("unknown host", Outcome::NameUnknown),
        ("temporary failure in name resolution", Outcome::DnsFailed),
        ("try again", Outcome::DnsFailed),
        ("operation not permitted", Outcome::Failed),
        ("permission denied", Outcome::Failed),
        ("cannot assign requested address", Outcome::Failed),
        // The C library's texts in other languages.
        ("연결이 거부됨", Outcome::Refused),
        ("연결 시간 초과", Outcome::TimedOut),
        ("호스트로 갈 루트가 없음", Outcome::NoRoute),
        ("拒绝连接", Outcome::Refused),
        ("连接被拒绝", Outcome::Refused),
        ("连接超时", Outcome::TimedOut),
        ("没有到主机的路由", Outcome::NoRoute),
        ("接続を拒否されました", Outcome::Refused),
        ("接続がタイムアウトしました", Outcome::TimedOut),
        ("connexion refusée", Outcome::Refused),
        ("verbindungsaufbau abgelehnt", Outcome::Refused),
        ("conexión rehusada", Outcome::Refused),
    ];
    let text = text.trim_end_matches([' ', '.', '。', ')']);
    let text = text.strip_suffix("QUITTING").map_or(text, |text| text.trim_end_matches([' ', '.']));
    ENDINGS.iter().find(|(ending, _)| ends_with(text, ending)).map(|(_, outcome)| *outcome)
}

/// Whether the text ends with these (lower-case) words.
fn ends_with(text: &str, ending: &str) -> bool {
    let Some(tail) = text.len().checked_sub(ending.len()).and_then(|at| text.get(at..)) else { return false };
    tail.eq_ignore_ascii_case(ending)
}

/// `HOST PORT`, also `HOST:PORT`.
fn host_and_port(arguments: &[&str]) -> Target {
    let found = prompt::positional(arguments, &["-w", "-i", "-p", "-s", "-q", "-X", "-x", "-l", "-b", "-e", "-G", "-I", "-O"]);
    let Some(host) = found.first() else { return (None, None) };
    if let Some(port) = found.get(1).and_then(|word| word.parse().ok()) {
        return (Some((*host).to_owned()), Some(port));
    }
    match host.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?))) {
        Some((host, port)) if !host.contains(':') => (Some(host.to_owned()), Some(port)),
        _ => (Some((*host).to_owned()), None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    /// Reads a whole text and writes each probe in one line; a line that no probe took is written as it is.
    pub(super) fn probes(text: &str) -> Vec<String> {
        let all = lines(text);
        let mut at = 0;
        let mut told = Vec::new();
        while at < all.len() {
            let mut out = Vec::new();
            let taken = read(&all[at..], &mut out);
            for record in out {
                match record {
                    Record::Probe(probe) => told.push(format!(
                        "{} {}:{} {:?}{} | {}",
                        probe.tool,
                        probe.host.as_deref().unwrap_or("-"),
                        probe.port.map_or("-".to_owned(), |port| port.to_string()),
                        probe.outcome,
                        probe.http_status.map_or(String::new(), |status| format!(" {status}")),
                        probe.at.text(),
                    )),
                    Record::Mode(mode) => told.push(format!("mode {}", mode.mode)),
                    _ => {}
                }
            }
            if taken.lines == 0 {
                if !all[at].trimmed().is_empty() {
                    told.push(format!("? {}", all[at].trimmed()));
                }
                at += 1;
            }
            at += taken.lines;
        }
        told
    }

    #[test]
    fn prose_is_no_probe() {
        for text in [
            "Trying to pull docker.io/library/x...",
            "Trying again later...",
            "Connected to the cluster.",
            "Connection refused",
            "telnet works",
            "ping works fine",
        ] {
            assert_eq!(probes(text), [format!("? {text}")]);
        }
    }

    /// Whether a line belongs to the run of a tool, below these lines of it.
    pub(super) fn belongs(above: &str, line: &str) -> bool {
        let told = probes(&format!("{above}\n{line}\nafter"));
        assert_eq!(told.last().map(String::as_str), Some("? after"), "{above:?} {line:?}");
        !told.contains(&format!("? {}", line.trim()))
    }

    #[test]
    fn a_run_ends_at_the_third_empty_line_and_at_a_prompt() {
        let (head, tail) = ("PING a (10.0.0.5) 56(84) bytes of data.\n", "1 packets transmitted, 1 received, 0% packet loss, time 0ms");
        for (blanks, outcome) in [(0, "Connected"), (2, "Connected"), (3, "NoAnswer")] {
            let told = probes(&format!("{head}{}{tail}", "\n".repeat(blanks)));
            assert!(told[0].contains(outcome), "{blanks}: {told:?}");
        }
        let answer = "curl a:80 Http 200 | HTTP/1.1 200 OK";
        assert_eq!(probes("$ curl -I http://a/\nHTTP/1.1 200 OK\nServer: x\nmaster:~ # ls"), [answer, "? master:~ # ls"]);
    }

    #[test]
    fn notes_of_shells() {
        for note in ["^C", "Terminated", "bash: telnet: command not found", "sh: telnet: not found", "/bin/sh: 1: nc: not found"] {
            assert!(is_shell_note(note), "{note}");
        }
        for text in ["registry.corp: not found", "sh: it works", "C"] {
            assert!(!is_shell_note(text), "{text}");
        }
    }

    #[test]
    fn targets_of_commands_and_of_output() {
        for (arguments, host, port) in [
            (&["10.0.0.5", "5000"][..], Some("10.0.0.5"), Some(5000)),
            (&["-w", "3", "10.0.0.5:5000"], Some("10.0.0.5"), Some(5000)),
            (&["::1"], Some("::1"), None),
            (&["registry"], Some("registry"), None),
            (&[], None, None),
        ] {
            assert_eq!(host_and_port(arguments), (host.map(str::to_owned), port), "{arguments:?}");
        }
        let named = |words: Vec<&'static str>, names: &[&str]| {
            let mut attempt = Attempt { words, ..Attempt::default() };
            names.iter().for_each(|name| attempt.target(name, None));
            attempt.host
        };
        assert_eq!(named(vec![], &["a", "", "b", ""]).as_deref(), Some("b"));
        assert_eq!(named(vec!["nc"], &["", "a", "b"]).as_deref(), Some("a"));
    }
}
