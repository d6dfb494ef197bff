//! Go's network and file errors.
//!
//! ```text
//! dial tcp 10.0.0.1:443: connect: connection refused              dial tcp 10.0.0.1:443: i/o timeout
//! dial tcp: lookup HOST on 10.96.0.10:53: no such host            read udp A->B:53: i/o timeout
//! proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: ...          dial unix /run/x.sock: connect: no such file or directory
//! net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)
//! write /var/lib/...: no space left on device
//! ```

use super::PullError;
use super::phrase::{Parsed, at_word_end, lookup, next_start, starts_phrase, word};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::opt;
use nom::sequence::{preceded, separated_pair};

/// Operating-system errors in Go's (Linux') words.
const ERRNOS: &[(&str, &str)] = &[
    ("connection refused", "ECONNREFUSED"),
    ("connection reset by peer", "ECONNRESET"),
    ("broken pipe", "EPIPE"),
    ("no route to host", "EHOSTUNREACH"),
    ("host is down", "EHOSTDOWN"),
    ("network is unreachable", "ENETUNREACH"),
    ("connection timed out", "ETIMEDOUT"),
    ("i/o timeout", "ETIMEDOUT"),
    ("operation timed out", "ETIMEDOUT"),
    ("operation not permitted", "EPERM"),
    ("permission denied", "EACCES"),
    ("cannot assign requested address", "EADDRNOTAVAIL"),
    ("address already in use", "EADDRINUSE"),
    ("too many open files", "EMFILE"),
    ("no space left on device", "ENOSPC"),
    ("disk quota exceeded", "EDQUOT"),
    ("read-only file system", "EROFS"),
    ("input/output error", "EIO"),
    ("structure needs cleaning", "EUCLEAN"),
    ("bad message", "EBADMSG"),
    ("no such file or directory", "ENOENT"),
    ("file exists", "EEXIST"),
    ("invalid argument", "EINVAL"),
    ("operation not supported", "ENOTSUP"),
    // Windows' words for the same.
    ("No connection could be made because the target machine actively refused it", "ECONNREFUSED"),
    ("An existing connection was forcibly closed by the remote host", "ECONNRESET"),
    ("A connection attempt failed because the connected party did not properly respond after a period of time", "ETIMEDOUT"),
];

/// Outcomes of a lookup.
const LOOKUPS: &[(&str, &str)] = &[
    ("no such host", "nxdomain"),
    ("name or service not known", "nxdomain"),
    ("server misbehaving", "server-failure"),
    ("no answer from DNS server", "server-failure"),
    ("lame referral", "server-failure"),
    ("cannot unmarshal DNS message", "server-failure"),
    ("invalid DNS response", "server-failure"),
    ("no DNS servers", "unreachable"),
    ("temporary failure in name resolution", "temporary"),
    ("try again", "temporary"),
    ("device or resource busy", "temporary"),
    ("i/o timeout", "timeout"),
    ("operation was canceled", "timeout"),
    ("context deadline exceeded", "timeout"),
    ("connection refused", "refused"),
    ("cannot assign requested address", "unreachable"),
    ("network is unreachable", "unreachable"),
    ("no route to host", "unreachable"),
    ("operation not permitted", "unreachable"),
];

/// Clients' own timeouts; longer wordings first.
const TIMEOUTS: &[(&str, &str)] = &[
    ("net/http: request canceled while waiting for connection", "connect"),
    ("request canceled while waiting for connection", "connect"),
    ("net/http: timeout awaiting response headers", "headers"),
    ("timeout awaiting response headers", "headers"),
    ("net/http: request canceled", "headers"),
    ("Client.Timeout exceeded while awaiting headers", "headers"),
    ("Client.Timeout or context cancellation while reading body", "headers"),
    ("context deadline exceeded", "deadline"),
    ("context canceled", "canceled"),
    ("operation was canceled", "canceled"),
];

/// Reads one network or file error.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some(rest) = input.strip_prefix("proxyconnect tcp") {
        error.proxy = true;
        return Some(rest);
    }
    if let Some(rest) = lookup_name(input, error).or_else(|| connection(input, error)) {
        return Some(rest);
    }
    if let Some((rest, timeout)) = lookup(input, TIMEOUTS) {
        // "while waiting for connection" is followed by "(Client.Timeout exceeded while awaiting headers)", and a
        // deadline by the same brackets when it was the client's.
        let specific = match (error.timeout, timeout) {
            (Some("connect" | "dial"), _) => error.timeout,
            (Some("deadline"), "headers") => Some("headers"),
            (Some(found), _) => Some(found),
            (None, timeout) => Some(timeout),
        };
        error.timeout = specific;
        return Some(rest);
    }
    if let Some((rest, stream)) = lookup(
        input,
        &[("unexpected EOF", "unexpected-eof"), ("http: server closed idle connection", "eof"), ("server closed idle connection", "eof")],
    ) {
        error.stream = Some(stream);
        return Some(rest);
    }
    if let Some(rest) = input.strip_prefix("EOF")
        && at_word_end(rest)
    {
        error.stream.get_or_insert("eof");
        return Some(rest);
    }
    if let Some((rest, errno)) = lookup(input, ERRNOS) {
        set_errno(errno, error);
        return Some(rest);
    }
    local_file(input, error)
}

fn set_errno(errno: &'static str, error: &mut PullError) {
    error.errno.get_or_insert(errno);
    if errno == "ETIMEDOUT" && error.transport == Some("tcp") && error.dns.is_none() {
        error.timeout.get_or_insert("dial");
    }
}

/// `[dial tcp: ]lookup HOST[ on SERVER]: OUTCOME`. What goes wrong inside is the resolver's, not the registry's.
fn lookup_name<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let parsed: Parsed<'_, (&str, Option<&str>)> = preceded(
        (opt((alt((tag("dial tcp"), tag("dial udp"))), opt((tag(" "), word)), tag(": "))), tag("lookup ")),
        (word, opt(preceded(tag(" on "), word))),
    )
    .parse(input);
    let (rest, (host, server)) = parsed.ok()?;
    error.transport.get_or_insert("tcp");
    error.lookup_host = Some(host.to_owned());
    error.dns_server = server.map(str::to_owned);
    let mut at = starts_phrase(rest).unwrap_or_default();
    while !at.is_empty() {
        if let Some((rest, outcome)) = lookup(at, LOOKUPS) {
            error.dns = Some(outcome);
            return Some(rest);
        }
        if let Some((rest, _)) = lookup(at, &[("too many open files", "")]) {
            error.errno = Some("EMFILE");
            return Some(rest);
        }
        at = next_start(at);
    }
    Some("")
}

/// `dial tcp ADDR`, `read tcp A->B`, `dial unix PATH`.
fn connection<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let verb = |input: &'a str| -> Parsed<'a, (&'a str, &'a str)> {
        separated_pair(
            alt((tag("dial"), tag("read"), tag("write"), tag("remote error"))),
            tag(" "),
            alt((tag("tcp"), tag("udp"), tag("unix"))),
        )
        .parse(input)
    };
    let (rest, (_, network)) = verb(input).ok()?;
    let rest = rest.trim_start_matches(['4', '6']);
    let transport = match network {
        "tcp" => "tcp",
        "udp" => "udp",
        _ => "unix",
    };
    let address: Parsed<'_, &str> = preceded(opt(tag(" ")), word).parse(rest);
    error.transport = Some(transport);
    let Ok((rest, address)) = address else { return Some(rest) };
    if rest.is_empty() && address.is_empty() {
        return Some(rest);
    }
    // `local->remote`: the remote end matters. (`>` ends a word, so the arrow is split.)
    if let Some(local) = address.strip_suffix('-')
        && let Some(remote) = rest.strip_prefix('>')
        && let Ok((rest, remote)) = word(remote)
    {
        let _ = local;
        error.address = Some(remote.to_owned());
        return Some(rest);
    }
    if transport == "unix" {
        error.socket_path = Some(address.trim_start_matches("unix://").to_owned());
    } else {
        error.address = Some(address.to_owned());
    }
    Some(rest)
}

/// `write /path: ERRNO`: a system call on a local file.
fn local_file<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    let parsed: Parsed<'_, (&str, &str)> = separated_pair(take_while1(|c: char| c.is_ascii_lowercase()), tag(" "), word).parse(input);
    let (rest, (call, path)) = parsed.ok()?;
    const CALLS: &[&str] = &[
        "write",
        "mkdir",
        "open",
        "openat",
        "symlink",
        "link",
        "rename",
        "lchown",
        "chown",
        "chmod",
        "mknod",
        "stat",
        "lstat",
        "read",
        "unlinkat",
        "remove",
        "creat",
        "fsync",
        "mount",
        "fork",
        "truncate",
        "fchmodat",
        "lsetxattr",
    ];
    if !CALLS.contains(&call) || !path.contains('/') {
        return None;
    }
    error.syscall = Some(call.to_owned());
    error.path = Some(path.to_owned());
    // `symlink TARGET PATH` and `rename FROM TO` name two files.
    let second: Parsed<'_, &str> = preceded(tag(" "), word).parse(rest);
    Some(second.map_or(rest, |(rest, _)| rest))
}

#[cfg(test)]
mod tests {
    use super::super::peel;

    #[test]
    fn a_lookup_is_dns_whatever_it_failed_of() {
        for (text, dns) in [
            ("dial tcp: lookup r.local on 10.0.0.2:53: no such host", "nxdomain"),
            ("dial tcp: lookup r.local: no such host", "nxdomain"),
            ("dial tcp: lookup r.local on 127.0.0.53:53: read udp 127.0.0.1:41000->127.0.0.53:53: read: connection refused", "refused"),
            ("dial tcp: lookup r.local on 10.0.0.2:53: read udp 10.0.0.9:1->10.0.0.2:53: i/o timeout", "timeout"),
            ("dial tcp: lookup r.local on [::1]:53: dial udp [::1]:53: connect: cannot assign requested address", "unreachable"),
            ("dial tcp: lookup r.local: Temporary failure in name resolution", "temporary"),
            ("dial tcp: lookup r.local on 127.0.0.1:53: server misbehaving", "server-failure"),
        ] {
            let error = peel(text);
            assert_eq!((error.dns, error.errno, error.lookup_host.as_deref()), (Some(dns), None, Some("r.local")), "{text}");
        }
    }

    #[test]
    fn connections() {
        let error = peel(r#"Get "https://r/v2/": dial tcp [2a03::1]:443: connect: network is unreachable"#);
        assert_eq!((error.errno, error.address.as_deref(), error.port()), (Some("ENETUNREACH"), Some("[2a03::1]:443"), Some(443)));
        let error = peel("read tcp 10.77.0.10:56492->10.77.0.19:443: read: connection reset by peer");
        assert_eq!((error.errno, error.address.as_deref()), (Some("ECONNRESET"), Some("10.77.0.19:443")));
        let error = peel("dial tcp 10.0.0.1:443: i/o timeout");
        assert_eq!((error.errno, error.timeout), (Some("ETIMEDOUT"), Some("dial")));
        let error = peel(
            r#"connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused""#,
        );
        assert_eq!(
            (error.transport, error.socket_path.as_deref(), error.errno),
            (Some("unix"), Some("/run/containerd/containerd.sock"), Some("ECONNREFUSED"))
        );
        let error = peel("proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused");
        assert!(error.proxy && error.errno == Some("ECONNREFUSED"));
    }

    #[test]
    fn the_clients_timeout_says_where_it_struck() {
        let error = peel(
            "Error response from daemon: Get http://127.0.0.1:30001/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        );
        assert_eq!((error.timeout, error.port(), error.operation), (Some("connect"), Some(30001), Some("ping")));
        assert_eq!(peel("net/http: request canceled (Client.Timeout exceeded while awaiting headers)").timeout, Some("headers"));
        assert_eq!(peel("context deadline exceeded (Client.Timeout exceeded while awaiting headers)").timeout, Some("headers"));
    }

    #[test]
    fn local_files() {
        let error = peel("failed to extract layer sha256:ab: write /var/lib/x/big.bin: no space left on device: unknown");
        assert_eq!(
            (error.errno, error.syscall.as_deref(), error.path.as_deref()),
            (Some("ENOSPC"), Some("write"), Some("/var/lib/x/big.bin"))
        );
    }

    #[test]
    fn what_was_dialled() {
        assert_eq!(peel("dial udp 10.0.0.9:53: x").transport, Some("udp"));
        let end = peel("dial tcp 10.0.0.9:443");
        assert_eq!((end.transport, end.address.as_deref(), end.endpoint()), (Some("tcp"), Some("10.0.0.9:443"), Some("10.0.0.9:443")));
        assert_eq!(peel("Get \"https://r.example:5000/v2/\": EOF").endpoint(), Some("r.example:5000"));
        assert_eq!(peel("dial tcp").address, None);
    }

    #[test]
    fn a_file_has_a_call_and_a_path() {
        for text in ["write failed: EOF", "fooled /var/lib: EOF"] {
            assert_eq!((peel(text).syscall, peel(text).path), (None, None), "{text}");
        }
        let error = peel("rename /a/b /a/c: invalid cross-device link");
        assert_eq!((error.syscall.as_deref(), error.path.as_deref()), (Some("rename"), Some("/a/b")));
    }
}
