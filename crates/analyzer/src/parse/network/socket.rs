//! Tables of sockets: `netstat` on Linux, Windows and BSD, and `ss`.
//!
//! In: rows with or without their header, as `| grep 30001` leaves them, with or without the command above. Out:
//! a [`Socket`] for each TCP or UDP row, states in netstat's spelling. Sections of Unix sockets are taken and
//! give no records; service names in place of ports leave the port open.
//!
//! ```text
//! tcp        0      1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT    on (0.79/2/0)
//!   TCP    127.0.0.1:62542        127.0.0.1:30001        SYN_SENT        1234
//! SYN-SENT 0      1          10.77.0.1:48712   10.77.0.10:30503   timer:(on,984ms,2)
//! LISTEN   1      4096               *:30001            *:*       users:(("kube-proxy",pid=1,fd=12))
//! 0        1          10.77.0.1:48712   10.77.0.10:30503           (ss state syn-sent)
//! ```

use crate::parse::primitive::{Parsed, word};
use crate::parse::{Taken, prompt};
use crate::record::{Record, Socket};
use crate::text::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until};
use nom::character::complete::{space0, space1, u64 as number};
use nom::combinator::{map_opt, opt, verify};
use nom::sequence::{delimited, preceded, terminated};

/// What the command or the header says about rows that do not say it themselves.
#[derive(Debug, Default)]
struct Layout {
    /// Rows of `ss` under one state filter have no state.
    stateless: bool,
    state: Option<&'static str>,
    udp: bool,
}

/// What a line of such a block is.
enum Item {
    Row(Box<Socket>),
    /// A wrapped end of the row before: its owner.
    Owner(String),
    Header,
    Unreadable,
    Foreign,
}

/// Takes one table.
pub(crate) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let mut layout = Layout::default();
    let commanded = command(lines, &mut layout);
    let mut end = 0;
    let mut unread = 0;
    let mut blanks = 0;
    for (at, line) in lines.iter().enumerate().skip(commanded) {
        let text = line.text();
        if text.trim().is_empty() {
            blanks += 1;
            // A command has its output right below; tables may have an empty line in between.
            if blanks > 1 {
                break;
            }
            continue;
        }
        match item(line, &mut layout, end > 0) {
            Item::Row(socket) => out.push(Record::Socket(*socket)),
            Item::Owner(name) => {
                if let Some(Record::Socket(last)) = out.last_mut() {
                    last.program.get_or_insert(name);
                }
            }
            Item::Header => {}
            Item::Unreadable => unread += 1,
            Item::Foreign => break,
        }
        blanks = 0;
        end = at + 1;
    }
    Taken { lines: end, unread }
}

/// Length of the command line at the front, 0 without one of these tools.
fn command(lines: &[Line<'_>], layout: &mut Layout) -> usize {
    let Some((words, count)) = prompt::typed(lines) else { return 0 };
    let words = prompt::inner(&words);
    let Some((program, arguments)) = words.split_first() else { return 0 };
    if !matches!(*program, "ss" | "netstat") {
        return 0;
    }
    layout.state = prompt::option(arguments, &["state"]).and_then(state);
    layout.stateless = layout.state.is_some();
    let flag = |letter| arguments.iter().any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter));
    layout.udp = flag('u') && !flag('t');
    count
}

fn item(line: &Line<'_>, layout: &mut Layout, inside: bool) -> Item {
    let text = line.text();
    let trimmed = text.trim();
    let Some(first) = trimmed.bytes().next() else { return Item::Foreign };
    if !(first.is_ascii_alphanumeric() || matches!(first, b'(' | b'[')) {
        return Item::Foreign;
    }
    if let Ok((_, row)) = alt((netstat_row, ss_row)).parse(trimmed) {
        return Item::Row(Box::new(row.socket(line)));
    }
    if layout.stateless
        && let Ok((_, (netid, mut row))) = (opt(terminated(map_opt(word, protocol), space1)), stateless_row).parse(trimmed)
    {
        row.state = layout.state.unwrap_or_default();
        row.protocol = netid.unwrap_or(if layout.udp { "udp" } else { "tcp" });
        return Item::Row(Box::new(row.socket(line)));
    }
    if is_header(trimmed, layout) {
        return Item::Header;
    }
    if !inside {
        return Item::Foreign;
    }
    if let Some(name) = owner(trimmed) {
        return Item::Owner(name.to_owned());
    }
    if is_note(text, trimmed) {
        return Item::Header;
    }
    let begins_row =
        word(trimmed).is_ok_and(|(_, first)| protocol(first).is_some() || state(first).is_some_and(|found| found != "UNKNOWN"));
    if begins_row { Item::Unreadable } else { Item::Foreign }
}

/// The fields of a row, borrowed.
struct Row<'a> {
    protocol: &'a str,
    state: &'static str,
    queues: Option<(u64, u64)>,
    local: Endpoint<'a>,
    remote: Endpoint<'a>,
    program: Option<&'a str>,
}

/// An address and its port.
type Endpoint<'a> = (&'a str, Option<u16>);

impl Row<'_> {
    fn socket(self, line: &Line<'_>) -> Socket {
        Socket {
            protocol: self.protocol.to_ascii_lowercase(),
            state: self.state.to_owned(),
            receive_queue: self.queues.map(|(receive, _)| receive),
            send_queue: self.queues.map(|(_, send)| send),
            local: (self.local.0.to_owned(), self.local.1),
            remote: (self.remote.0.to_owned(), self.remote.1),
            program: self.program.map(str::to_owned),
            at: line.cite(line.trimmed()),
        }
    }
}

/// A row that begins with its protocol: netstat's, or that of `ss` with a Netid column.
fn netstat_row(input: &str) -> Parsed<'_, Row<'_>> {
    let (rest, protocol) = terminated(map_opt(word, protocol), space1).parse(input)?;
    let (rest, before) = opt(terminated(map_opt(word, state), space1)).parse(rest)?;
    let (rest, queues) = opt((terminated(number, space1), terminated(number, space1))).parse(rest)?;
    let (rest, (local, remote)) = addresses(rest)?;
    let (rest, after) = opt(preceded(space1, map_opt(word, state))).parse(rest)?;
    // Windows shows no queues, but always a state for TCP; `ss` has the state in front.
    let udp = protocol.starts_with(['u', 'U']);
    if after.is_none() && before.is_none() && !udp {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    }
    Ok(("", Row { protocol, state: before.or(after).unwrap_or_default(), queues, local, remote, program: program(rest) }))
}

/// A row of `ss` that begins with its state.
fn ss_row(input: &str) -> Parsed<'_, Row<'_>> {
    let (rest, state) = terminated(map_opt(word, state), space1).parse(input)?;
    let (rest, row) = stateless_row(rest)?;
    Ok((rest, Row { state, protocol: if input.starts_with("UNCONN") { "udp" } else { "tcp" }, ..row }))
}

/// A row of `ss` without protocol and state.
fn stateless_row(input: &str) -> Parsed<'_, Row<'_>> {
    let (rest, queues) = (terminated(number, space1), terminated(number, space1)).parse(input)?;
    let (rest, (local, remote)) = addresses(rest)?;
    Ok(("", Row { protocol: "tcp", state: "", queues: Some(queues), local, remote, program: program(rest) }))
}

fn addresses(input: &str) -> Parsed<'_, (Endpoint<'_>, Endpoint<'_>)> {
    (map_opt(word, endpoint), preceded(space1, map_opt(word, endpoint))).parse(input)
}

fn protocol(word: &str) -> Option<&str> {
    let known = ["tcp", "tcp4", "tcp6", "tcp46", "udp", "udp4", "udp6", "udp46", "udplite", "TCP", "UDP", "TCPv6", "UDPv6"];
    known.contains(&word).then_some(word)
}

/// netstat's name of a state, from any tool's.
fn state(word: &str) -> Option<&'static str> {
    const STATES: &[(&str, &str)] = &[
        ("ESTABLISHED", "ESTABLISHED"),
        ("ESTAB", "ESTABLISHED"),
        ("SYN_SENT", "SYN_SENT"),
        ("SYN_RECV", "SYN_RECV"),
        ("SYN_RECEIVED", "SYN_RECV"),
        ("SYN_RCVD", "SYN_RECV"),
        ("FIN_WAIT1", "FIN_WAIT1"),
        ("FIN_WAIT_1", "FIN_WAIT1"),
        ("FIN_WAIT2", "FIN_WAIT2"),
        ("FIN_WAIT_2", "FIN_WAIT2"),
        ("TIME_WAIT", "TIME_WAIT"),
        ("CLOSE_WAIT", "CLOSE_WAIT"),
        ("CLOSED", "CLOSE"),
        ("CLOSE", "CLOSE"),
        ("LAST_ACK", "LAST_ACK"),
        ("LISTENING", "LISTEN"),
        ("LISTEN", "LISTEN"),
        ("CLOSING", "CLOSING"),
        // netstat leaves the column of an unconnected UDP socket empty.
        ("UNCONN", ""),
        ("UNKNOWN", "UNKNOWN"),
    ];
    if !word.starts_with(['E', 'S', 'F', 'T', 'C', 'L', 'U', 'e', 's', 'f', 't', 'c', 'l', 'u']) {
        return None;
    }
    // A filter of `ss` writes states in lower case.
    let same = |name: &str| {
        name.len() == word.len() && name.bytes().zip(word.bytes()).all(|(a, b)| a == b.to_ascii_uppercase() || (a == b'_' && b == b'-'))
    };
    STATES.iter().find(|(name, _)| same(name)).map(|(_, state)| *state)
}

/// `127.0.0.1:30001`, `:::30001`, `[::1]:30001`, `*:*`, `*%eth0:68`, and BSD's `127.0.0.1.30001`.
fn endpoint(word: &str) -> Option<Endpoint<'_>> {
    let colon = word.rsplit_once(':').filter(|(host, port)| !host.is_empty() && is_port(port));
    // BSD separates the port by a dot, also behind IPv6.
    let (host, port) = colon.or_else(|| word.rsplit_once('.').filter(|(host, port)| !host.is_empty() && is_port(port)))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = host.split('%').next().unwrap_or(host);
    let plausible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '_' | '*');
    let known = host == "*" || host.contains([':', '.']) || host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (known && host.chars().all(plausible)).then(|| (host, port.parse().ok()))
}

fn is_port(word: &str) -> bool {
    let service = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    word == "*" || word.parse::<u16>().is_ok() || service(word)
}

/// The owner, from `1432/kube-proxy` or `users:(("kube-proxy",pid=1,fd=12))`.
fn program(rest: &str) -> Option<&str> {
    rest.split_whitespace().find_map(|word| {
        let named =
            word.split_once('/').filter(|(pid, name)| !name.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()) && !pid.is_empty());
        named.map(|(_, name)| name.trim_end_matches(':')).or_else(|| owner(word))
    })
}

fn owner(text: &str) -> Option<&str> {
    let parsed: Parsed<'_, &str> =
        preceded(tag("users:"), delimited(take_until("\""), preceded(tag("\""), take_until("\"")), tag("\""))).parse(text);
    parsed.ok().map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// Headers and section titles; a header of `ss` without its State column tells how to read the rows.
fn is_header(text: &str, layout: &mut Layout) -> bool {
    const TITLES: &[&str] =
        &["Active Internet connections", "Active Connections", "Active UNIX domain sockets", "Active LOCAL (UNIX) domain sockets"];
    if TITLES.iter().any(|title| text.starts_with(title)) {
        return true;
    }
    let mut words = text.split_whitespace();
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    match (first, second) {
        ("Recv-Q", "Send-Q") | ("Netid", "Recv-Q") => {
            layout.stateless = true;
            true
        }
        ("Netid", "State") | ("State", "Recv-Q") | ("Proto", "Recv-Q" | "Local" | "RefCnt") => true,
        _ => false,
    }
}

/// What else the tools print among their rows.
fn is_note(text: &str, trimmed: &str) -> bool {
    let unix: Parsed<'_, u64> = preceded((tag("unix"), space1), number).parse(trimmed);
    let unix_of_ss =
        ["u_str ", "u_dgr ", "u_seq ", "nl ", "p_raw ", "p_dgr ", "v_str ", "raw ", "icmp6 "].iter().any(|name| trimmed.starts_with(name));
    let detail = text.starts_with([' ', '\t'])
        && ["rto:", "cwnd:", "skmem:", "ino:", "cubic", "bytes_acked:", "uid:"].iter().any(|key| trimmed.contains(key));
    let inode: Parsed<'_, &str> =
        delimited(tag("["), verify(take_until("]"), |owner: &str| owner.contains(".exe") || owner.contains("System")), (tag("]"), space0))
            .parse(trimmed);
    unix.is_ok()
        || unix_of_ss
        || detail
        || inode.is_ok()
        || trimmed.starts_with("(Not all processes could be identified")
        || trimmed.starts_with("(No info could be read for")
        || trimmed.starts_with("will not be shown, you would have to be root")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;

    fn sockets(text: &str) -> (Taken, Vec<Socket>) {
        let mut out = Vec::new();
        let taken = read(&lines(text), &mut out);
        (taken, out.into_iter().filter_map(|record| if let Record::Socket(socket) = record { Some(socket) } else { None }).collect())
    }

    fn short(socket: &Socket) -> String {
        let port = |port: Option<u16>| port.map_or("*".to_owned(), |port| port.to_string());
        format!(
            "{} {} {}|{} -> {}|{}",
            socket.protocol,
            socket.state,
            socket.local.0,
            port(socket.local.1),
            socket.remote.0,
            port(socket.remote.1)
        )
    }

    #[test]
    fn rows_below_a_grep() {
        let (taken, found) = sockets(
            "[root@master ~]# netstat -nao | grep 30001
tcp        0      1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT    on (0.79/2/0)
tcp6       1      0 :::30001                :::*                    LISTEN      off (0.00/0/0)
tcp6      50      0 ::1:30001               ::1:4522                CLOSE_WAIT  off (0.00/0/0)
[root@master /var/log]# telnet 127.0.0.1 30001",
        );
        assert_eq!(taken, Taken::all(4));
        let rows: Vec<_> = found.iter().map(short).collect();
        assert_eq!(
            rows,
            ["tcp SYN_SENT 127.0.0.1|62542 -> 127.0.0.1|30001", "tcp6 LISTEN ::|30001 -> ::|*", "tcp6 CLOSE_WAIT ::1|30001 -> ::1|4522"]
        );
        assert_eq!((found[0].send_queue, found[2].receive_queue), (Some(1), Some(50)));
        assert_eq!(found[1].at.location.line, 3);
        assert_eq!(found[1].at.location.column, 1);
        assert!(found.iter().all(|socket| socket.program.is_none()));
    }

    #[test]
    fn captured_tables_of_both_tools() {
        let text = "$ ss -tan
State    Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
ESTAB    0      0          10.77.0.1:34288   10.77.0.10:30500       
SYN-SENT 0      1          10.77.0.1:48712   10.77.0.10:30503       

$ netstat -nao
Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       Timer
tcp        0      0 10.77.0.1:34288         10.77.0.10:30500        ESTABLISHED off (0.00/0/0)
Active UNIX domain sockets (servers and established)
Proto RefCnt Flags       Type       State         I-Node   Path
unix  3      [ ]         STREAM     CONNECTED     379180   

$ ss -tanpo state syn-sent
Recv-Q Send-Q Local Address:Port  Peer Address:Port Process       
0      1          10.77.0.1:48712   10.77.0.10:30503 timer:(on,,1)
0      1          10.77.0.1:42574   10.77.0.10:30600 timer:(on,984ms,2)";
        let all = lines(text);
        let mut out = Vec::new();
        assert_eq!(read(&all, &mut out), Taken::all(4));
        assert_eq!(read(&all[5..], &mut out), Taken::all(7));
        assert_eq!(read(&all[13..], &mut out), Taken::all(4));
        let rows: Vec<_> =
            out.iter().filter_map(|record| if let Record::Socket(socket) = record { Some(short(socket)) } else { None }).collect();
        assert_eq!(
            rows,
            [
                "tcp ESTABLISHED 10.77.0.1|34288 -> 10.77.0.10|30500",
                "tcp SYN_SENT 10.77.0.1|48712 -> 10.77.0.10|30503",
                "tcp ESTABLISHED 10.77.0.1|34288 -> 10.77.0.10|30500",
                "tcp SYN_SENT 10.77.0.1|48712 -> 10.77.0.10|30503",
                "tcp SYN_SENT 10.77.0.1|42574 -> 10.77.0.10|30600",
            ]
        );
    }

    #[test]
    fn one_state_filter_with_a_protocol() {
        let (taken, found) = sockets(
            "# ss -an state syn-sent\nNetid Recv-Q Send-Q Local Address:Port  Peer Address:Port\ntcp   0      1          10.77.0.1:48712   10.77.0.10:30503",
        );
        assert_eq!(
            (taken, found.iter().map(short).collect::<Vec<_>>()),
            (Taken::all(3), vec!["tcp SYN_SENT 10.77.0.1|48712 -> 10.77.0.10|30503".to_owned()])
        );
    }

    #[test]
    fn owners() {
        let (taken, found) = sockets(
            "LISTEN     1      4096                *:30001              *:*     users:((\"kube-proxy\",pid=1,fd=12))
LISTEN 0      4096   [::]:30002   [::]:*
     users:((\"kubelet\",pid=7,fd=9))
tcp   LISTEN 0      128    127.0.0.53%lo:53    0.0.0.0:*
tcp6       0      0 :::30001                :::*                    LISTEN      1432/kube-proxy      off (0.00/0/0)
tcp        0      0 127.0.0.1:10248         0.0.0.0:*               LISTEN      0          21332      900/nginx: master",
        );
        assert_eq!(taken, Taken::all(6));
        let programs: Vec<_> = found.iter().map(|socket| socket.program.as_deref().unwrap_or("-")).collect();
        assert_eq!(programs, ["kube-proxy", "kubelet", "-", "kube-proxy", "nginx"]);
        assert_eq!(found[2].local, ("127.0.0.53".to_owned(), Some(53)));
        assert_eq!(found[0].remote, ("*".to_owned(), None));
    }

    #[test]
    fn windows_and_bsd() {
        let (taken, found) = sockets(
            "Active Connections

  Proto  Local Address          Foreign Address        State           PID
  TCP    127.0.0.1:62542        127.0.0.1:30001        SYN_SENT        1234
  TCP    [::]:135               [::]:0                 LISTENING       988
  UDP    0.0.0.0:500            *:*                                    1234
tcp4       0      1  127.0.0.1.62542        127.0.0.1.30001        SYN_SENT   
tcp6       0      0  ::1.30001              *.*                    LISTEN     
tcp46      0      0  *.5000                 *.*                    LISTEN     ",
        );
        assert_eq!(taken, Taken::all(9));
        let rows: Vec<_> = found.iter().map(short).collect();
        assert_eq!(
            rows,
            [
                "tcp SYN_SENT 127.0.0.1|62542 -> 127.0.0.1|30001",
                "tcp LISTEN ::|135 -> ::|0",
                "udp  0.0.0.0|500 -> *|*",
                "tcp4 SYN_SENT 127.0.0.1|62542 -> 127.0.0.1|30001",
                "tcp6 LISTEN ::1|30001 -> *|*",
                "tcp46 LISTEN *|5000 -> *|*",
            ]
        );
    }

    #[test]
    fn a_bad_row_costs_that_row() {
        let (taken, found) = sockets("tcp        0      1 127.0.0.1:62542\ntcp 0 0 a:1 b:2 LISTEN\nprose");
        assert_eq!((taken.lines, found.len()), (0, 0));
        let (taken, found) =
            sockets("tcp 0 0 10.0.0.1:1 10.0.0.2:2 LISTEN\ntcp        0      1 127.0.0.1:62\ntcp 0 0 10.0.0.1:1 10.0.0.2:3 LISTEN\nprose");
        assert_eq!((taken, found.len()), (Taken { lines: 3, unread: 1 }, 2));
    }

    #[test]
    fn other_tables_are_left_alone() {
        for text in [
            "TCP  192.168.92.10:30001 rr",
            "NAME   READY   STATUS",
            "tcp connections time out",
            "[root@a ~]# netstat -nao | grep 30001\n\n\nprose",
            "State: Running",
            "0      1          10.77.0.1:48712   10.77.0.10:30503",
            "unix  3      [ ]         STREAM     CONNECTED     379180",
            "",
        ] {
            assert_eq!(sockets(text).0, Taken::NOTHING, "{text}");
        }
    }

    #[test]
    fn where_a_table_ends() {
        let row = "tcp        0      1 127.0.0.1:62542         127.0.0.1:30001         SYN_SENT\n";
        for (next, lines, unread) in [
            (row, 1, 0),
            (&format!("\n{row}"), 2, 0),
            (&format!("\n{row}\n{row}"), 4, 0),
            (&format!("\n\n{row}"), 0, 0),
            (
                "(Not all processes could be identified, non-owned process info\n will not be shown, you would have to be root to see it all.)\n",
                2,
                0,
            ),
            (" [svchost.exe]\n", 1, 0),
            (" [System]\n", 1, 0),
            (" [x]\n", 0, 0),
            ("\t cubic wscale:7,7 rto:204\n", 1, 0),
            ("cubic rto:204\n", 0, 0),
            ("\t and then\n", 0, 0),
            ("unix  2      [ ACC ]     STREAM     LISTENING     24591    /run/x.sock\n", 1, 0),
            // A row that cannot be read begins as rows do.
            ("tcp        0      1 127.0.\n", 1, 1),
            ("LISTEN broken\n", 1, 1),
            ("Unknown host\n", 0, 0),
            ("-> see above\n", 0, 0),
        ] {
            assert_eq!(sockets(&format!("{row}{next}")).0, Taken { lines: 1 + lines, unread }, "{next}");
        }
    }

    #[test]
    fn rows_that_do_not_say_their_protocol() {
        let row = "0      0      10.0.0.1:5353      10.0.0.2:53\n";
        for (command, protocol) in [
            ("$ ss -un state established", "udp"),
            ("$ ss -tun state established", "tcp"),
            ("$ ss -tn state established", "tcp"),
            ("$ ss --numeric state established", "tcp"),
            ("$ ss -n state unconnected", "tcp"),
        ] {
            let (_, found) = sockets(&format!("{command}\nRecv-Q Send-Q Local Address:Port Peer Address:Port\n{row}"));
            assert_eq!(found.first().map(|socket| socket.protocol.as_str()), Some(protocol), "{command}");
        }
        let (_, found) = sockets("UNCONN 0      0      0.0.0.0:68      0.0.0.0:*\n");
        assert_eq!(found.first().map(|socket| socket.protocol.as_str()), Some("udp"));
    }

    #[test]
    fn words_of_rows() {
        for (word, name) in [
            ("syn-sent", Some("SYN_SENT")),
            ("SYN_SENT", Some("SYN_SENT")),
            ("Listen", Some("LISTEN")),
            ("synxsent", None),
            ("syn", None),
            ("x", None),
        ] {
            assert_eq!(state(word), name, "{word}");
        }
        for (word, found) in [
            ("127.0.0.1:30001", Some(("127.0.0.1", Some(30001)))),
            ("[::1]:http-alt", Some(("::1", None))),
            ("*:*", Some(("*", None))),
            ("my-host:80", Some(("my-host", Some(80)))),
            ("127.0.0.1.30001", Some(("127.0.0.1", Some(30001)))),
            ("my_host:80", None),
            (".80", None),
            (":80", None),
            ("127.0.0.1:Http", None),
            ("127.0.0.1:h_t", None),
            ("127.0.0.1.h_t", None),
            ("a!b:80", None),
        ] {
            assert_eq!(endpoint(word), found, "{word}");
        }
    }
}
