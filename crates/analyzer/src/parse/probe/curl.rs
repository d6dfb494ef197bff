//! curl, plain and verbose.
//!
//! In: its output, progress meters, headers and bodies included. Out (through [`probe`](super)): how the request ended,
//! with the HTTP status where one came; `/proxyMode` of kube-proxy's metrics port gives the mode itself. What its
//! messages mean is said in [`curl_message`](super::curl_message).
//!
//! ```text
//! *   Trying 10.77.0.10:30501...
//! * connect to 10.77.0.10 port 30501 failed: Connection refused
//! curl: (7) Failed to connect to 10.77.0.10 port 30501 after 8 ms: Couldn't connect to server
//! < HTTP/1.1 401 Unauthorized
//! ```

use super::super::primitive::{Parsed, word};
use super::super::prompt;
use super::curl_message::{explain, tell};
use super::http::{answered, body, status_line, url_target};
use super::{Attempt, Said, Target, Tool};
use crate::record::{Mode, Outcome, Record};
use crate::text::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, space0, space1};
use nom::combinator::{opt, verify};
use nom::multi::count;
use nom::sequence::{delimited, preceded, terminated};

pub(super) static CURL: Tool = Tool { programs: &["curl"], target: curl_target, begins: curl_begins, line: curl };

fn curl_target(arguments: &[&str]) -> Target {
    const VALUED: &[&str] = &[
        "-A",
        "-b",
        "-c",
        "-d",
        "-e",
        "-E",
        "-F",
        "-H",
        "-K",
        "-m",
        "-o",
        "-r",
        "-T",
        "-u",
        "-U",
        "-w",
        "-x",
        "-X",
        "-Y",
        "-y",
        "-z",
        "--cacert",
        "--capath",
        "--cert",
        "--connect-timeout",
        "--connect-to",
        "--data",
        "--header",
        "--interface",
        "--key",
        "--limit-rate",
        "--max-time",
        "--noproxy",
        "--output",
        "--proxy",
        "--proxy-user",
        "--request",
        "--resolve",
        "--retry",
        "--retry-delay",
        "--user",
        "--user-agent",
        "--write-out",
        "--range",
        "-sw",
        "-so",
        "-Lo",
    ];
    let found = prompt::positional(arguments, VALUED);
    let url = found
        .iter()
        .find(|word| word.contains("://"))
        .or_else(|| found.iter().find(|word| word.contains(['.', ':', '/']) || **word == "localhost"));
    url.map_or((None, None), |url| url_target(url))
}

fn curl_begins(text: &str, _next: Option<&str>) -> bool {
    let text = without_meter(text);
    let told = text.strip_prefix('*').map(str::trim_start).is_some_and(|told| {
        let trying =
            told.strip_prefix("Trying ").is_some_and(|address| address.trim_end().ends_with("...") && !address.trim_end().contains(' '));
        trying
            || [
                "About to connect() to ",
                "Could not resolve host: ",
                "Couldn't resolve host ",
                "Rebuilt URL to: ",
                "Uses proxy env variable ",
            ]
            .iter()
            .any(|words| told.starts_with(words))
            || (told.starts_with("Host ") && told.ends_with(" was resolved."))
            || (told.starts_with("Connected to ") && told.contains(") port "))
            || (told.starts_with("connect to ") && told.contains(" port ") && told.contains(" failed: "))
    });
    told || text.starts_with("curl: (")
        || text.starts_with("% Total    % Received")
        || status_line(text.strip_prefix("< ").unwrap_or(text)).is_ok()
        || text.starts_with("{\"errors\":[{\"code\":\"")
}

/// The text behind curl's progress meter, which the next message follows without a line end.
fn without_meter(text: &str) -> &str {
    let quantity =
        || take_while1::<_, &str, nom::error::Error<&str>>(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'k' | 'M' | 'G' | 'T'));
    let time = || take_while1::<_, &str, nom::error::Error<&str>>(|c: char| c.is_ascii_digit() || matches!(c, ':' | '-' | 'd' | 'h'));
    let columns = (
        count(terminated(quantity(), space1), 8),
        count(terminated(verify(time(), |time: &str| time.contains(':')), space1), 3),
        quantity(),
    );
    match preceded(space0, columns).parse(text) {
        Ok((rest, _)) => rest.trim_start(),
        Err(_) => text.trim(),
    }
}

fn curl<'a>(attempt: &mut Attempt<'a>, at: usize, whole: &'a str, lines: &[Line<'a>], out: &mut Vec<Record>) -> Said {
    if at < attempt.body_until {
        return Said::Mine;
    }
    let text = without_meter(whole);
    if text.is_empty() {
        attempt.in_headers = false;
        return Said::Mine;
    }
    if let Some(error) = text.strip_prefix("curl: ") {
        if attempt.ended {
            return Said::Foreign;
        }
        explain(attempt, error, at, text);
        attempt.ended = true;
        return Said::Mine;
    }
    if attempt.ended {
        return if is_curl_advice(text) { Said::Mine } else { Said::Foreign };
    }
    let told =
        text.strip_prefix('*').filter(|told| told.starts_with(' ') && (attempt.verbose || is_verbose(attempt) || curl_begins(text, None)));
    if let Some(told) = told {
        attempt.verbose = true;
        attempt.in_headers = false;
        tell(attempt, told.trim(), at, text);
        return Said::Mine;
    }
    let answer = text.strip_prefix("< ").unwrap_or(text);
    if let Ok((_, status)) = status_line(answer) {
        answered(attempt, status, at, answer);
        attempt.in_headers = true;
        return Said::Mine;
    }
    // The leading > of a request was taken for a quote mark.
    let request: Parsed<'_, &str> = terminated(take_while1(|c: char| c.is_ascii_uppercase()), (space1, word, tag(" HTTP/"))).parse(text);
    if request.is_ok() {
        attempt.in_headers = true;
        return Said::Mine;
    }
    let transfer: Parsed<'_, &str> =
        delimited((opt(alt((tag("{ "), tag("} ")))), char('[')), take_until(" bytes data]"), tag(" bytes data]")).parse(text);
    if text == "<"
        || text == ">"
        || text.starts_with("< ")
        || text.starts_with("> ")
        || transfer.is_ok()
        || text.starts_with("% Total")
        || text.starts_with("Dload  Upload")
    {
        return Said::Mine;
    }
    if attempt.in_headers && (is_header(text) || whole.starts_with([' ', '\t'])) {
        return Said::Mine;
    }
    if let Some(said) = proxy_mode(attempt, at, text, lines, out) {
        return said;
    }
    if is_status_wanted(attempt)
        && let Ok((_, digits)) =
            verify(take_while1(|c: char| c.is_ascii_digit()), |digits: &str| digits.len() == 3).parse(text) as Parsed<'_, &str>
    {
        match digits.parse() {
            Ok(status @ 100..600) => answered(attempt, status, at, text),
            _ => attempt.decide(Outcome::Failed, at, text),
        }
        return Said::Mine;
    }
    body(attempt, at, text, lines)
}

/// Whether the command asks for verbose output: `-v`, `-kvL`, `--verbose`.
fn is_verbose(attempt: &Attempt<'_>) -> bool {
    attempt.words.iter().any(|word| *word == "--verbose" || word.starts_with('-') && !word.starts_with("--") && word.contains('v'))
}

/// Whether `-w '%{http_code}'` prints the bare status.
fn is_status_wanted(attempt: &Attempt<'_>) -> bool {
    attempt.words.iter().any(|word| word.contains("http_code") || word.contains("response_code"))
}

fn is_header(text: &str) -> bool {
    let name: Parsed<'_, &str> =
        terminated(take_while1(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')), char(':')).parse(text);
    name.is_ok()
}

/// kube-proxy's own answer to `curl localhost:10249/proxyMode`, often without a line end before the next prompt.
fn proxy_mode(attempt: &Attempt<'_>, at: usize, text: &str, lines: &[Line<'_>], out: &mut Vec<Record>) -> Option<Said> {
    if !attempt.words.iter().any(|word| word.ends_with("/proxyMode")) {
        return None;
    }
    let mode = ["iptables", "ipvs", "nftables", "userspace", "winkernel"].into_iter().find(|mode| text.starts_with(mode))?;
    let rest = &text[mode.len()..];
    if !(rest.is_empty() || rest.contains(['@', '#', '$'])) {
        return None;
    }
    out.push(Record::Mode(Mode { mode, at: lines.get(at)?.cite(&text[..mode.len()]) }));
    Some(Said::Last)
}

/// What curl explains behind a certificate error.
fn is_curl_advice(text: &str) -> bool {
    const ADVICE: &[&str] = &[
        "More details here",
        "curl failed to verify",
        "curl performs SSL",
        "establish a secure connection",
        "how to fix it",
        "of Certificate Authority",
        "bundle file isn't",
        "using the --cacert",
        "If this HTTPS server uses",
        "the bundle, the certificate",
        "problem with the certificate",
        "not match the domain",
        "If you'd like to turn off",
        "the -k (or --insecure)",
        "HTTPS-proxy has similar",
        "by default, using a \"bundle\"",
        "of Certificate Authority (CA)",
        "the default bundle",
        "To learn more about this",
    ];
    ADVICE.iter().any(|words| text.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{belongs, probes};
    use super::*;

    #[test]
    fn captured_refusal() {
        let text = "$ curl -v --max-time 6 http://10.77.0.10:30501/v2/
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed

  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying 10.77.0.10:30501...
* connect to 10.77.0.10 port 30501 failed: Connection refused
* Failed to connect to 10.77.0.10 port 30501 after 8 ms: Couldn't connect to server

  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0
* Closing connection 0
curl: (7) Failed to connect to 10.77.0.10 port 30501 after 8 ms: Couldn't connect to server
$ echo $?
0

$ wget -T 4 -t 1 -O- http://10.77.0.10:30501/v2/
--2026-11-22 09:08:06--  http://10.77.0.10:30501/v2/
Connecting to 10.77.0.10:30501... failed: Connection refused.
";
        assert_eq!(
            probes(text),
            [
                "curl 10.77.0.10:30501 Refused | * connect to 10.77.0.10 port 30501 failed: Connection refused",
                "? $ echo $?",
                "? 0",
                "wget 10.77.0.10:30501 Refused | Connecting to 10.77.0.10:30501... failed: Connection refused.",
            ]
        );
    }

    #[test]
    fn captured_timeout() {
        let text = "$ curl -v --max-time 6 http://10.77.0.10:30600/v2/
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed

  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0*   Trying 10.77.0.10:30600...

  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0
  0     0    0     0    0     0      0      0 --:--:--  0:00:05 --:--:--     0* Connection timed out after 6010 milliseconds

  0     0    0     0    0     0      0      0 --:--:--  0:00:06 --:--:--     0
* Closing connection 0
curl: (28) Connection timed out after 6010 milliseconds
$ wget -T 4 -t 1 -O- http://10.77.0.10:30600/v2/
--2026-11-22 09:09:05--  http://10.77.0.10:30600/v2/
Connecting to 10.77.0.10:30600... failed: Connection timed out.
Giving up.

";
        assert_eq!(
            probes(text),
            [
                "curl 10.77.0.10:30600 TimedOut | * Connection timed out after 6010 milliseconds",
                "wget 10.77.0.10:30600 TimedOut | Connecting to 10.77.0.10:30600... failed: Connection timed out.",
            ]
        );
        assert_eq!(probes("*   Trying 10.0.0.5:5000...\n"), ["curl 10.0.0.5:5000 NoAnswer | *   Trying 10.0.0.5:5000..."]);
    }

    #[test]
    fn answers() {
        let verbose = "$ curl -v http://10.0.0.5:5000/v2/
*   Trying 10.0.0.5:5000...
* Connected to 10.0.0.5 (10.0.0.5) port 5000 (#0)
> GET /v2/ HTTP/1.1
> Host: 10.0.0.5:5000
> Accept: */*
>
< HTTP/1.1 401 Unauthorized
< Content-Type: application/json; charset=utf-8
< Www-Authenticate: Bearer realm=\"http://10.0.0.5:5001/auth\",service=\"registry\"
<
{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\",\"detail\":null}]}
* Connection #0 to host 10.0.0.5 left intact
$ x";
        assert_eq!(probes(verbose), ["curl 10.0.0.5:5000 Http 401 | HTTP/1.1 401 Unauthorized", "? $ x"]);
        let headers = "$ curl -sS -i https://ghcr.io/v2/a/b/manifests/c\nHTTP/2 401\nwww-authenticate: Bearer realm=\"https://ghcr.io/token\",\n                  service=\"ghcr.io\"\n\n{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}\n\nThe image is private";
        assert_eq!(probes(headers), ["curl ghcr.io:443 Http 401 | HTTP/2 401", "? The image is private"]);
        assert_eq!(
            probes(
                "$ curl http://r:5000/v2/x/manifests/y\n{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}[root@a ~]# "
            ),
            ["curl r:5000 Http 404 | {\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}[root@a ~]#"]
        );
        assert_eq!(
            probes("$ curl r.corp/v2/_catalog\n{\n  \"repositories\": [\n    \"a\"\n  ]\n}\nprose"),
            ["curl r.corp:80 Http 200 | {", "? prose"]
        );
        assert_eq!(
            probes(
                "$ curl -s http://r.corp/v2/\n<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\ntext\n</body>\n</html>\nprose"
            ),
            ["curl r.corp:80 Http 502 | <html>", "? prose"]
        );
        assert_eq!(
            probes("$ curl http://r.corp:443/v2/\nClient sent an HTTP request to an HTTPS server."),
            ["curl r.corp:443 Http 400 | Client sent an HTTP request to an HTTPS server."]
        );
        assert_eq!(
            probes("$ curl -s -o /dev/null -w '%{http_code}\\n' https://r.corp/v2/\n401\n$ x"),
            ["curl r.corp:443 Http 401 | 401", "? $ x"]
        );
    }

    #[test]
    fn one_address_of_two_is_enough() {
        let text = "*   Trying ::1:30001...\n* connect to ::1 port 30001 failed: Connection refused\n*   Trying 127.0.0.1:30001...\n* Connected to localhost (127.0.0.1) port 30001 (#0)\n< HTTP/1.1 200 OK\n<";
        assert_eq!(probes(text), ["curl localhost:30001 Http 200 | HTTP/1.1 200 OK"]);
        assert_eq!(
            probes(
                "* Connected to proxy (10.0.0.9) port 3128 (#0)\n< HTTP/1.1 407 Proxy Authentication Required\n<\n* Received HTTP code 407 from proxy after CONNECT\n* Closing connection 0\ncurl: (56) Received HTTP code 407 from proxy after CONNECT"
            ),
            ["curl proxy:3128 ProxyRefused 407 | * Received HTTP code 407 from proxy after CONNECT"]
        );
    }

    #[test]
    fn the_mode_of_kube_proxy() {
        assert_eq!(probes("$ curl -s localhost:10249/proxyMode\nipvs\n$ x"), ["mode ipvs", "? $ x"]);
        assert_eq!(probes("[root@a ~]# curl localhost:10249/proxyMode\niptables[root@a ~]# "), ["mode iptables"]);
    }

    #[test]
    fn prose_is_no_request() {
        for text in ["* Trying again later...", "* a list item", "HTTP/1.1 is old", "curl says no", "{\"kind\":\"Pod\"}", "<html>"] {
            assert_eq!(probes(text), [format!("? {text}")]);
        }
    }

    #[test]
    fn lines_that_only_curl_writes() {
        for (text, begins) in [
            ("* Host registry.corp:5000 was resolved.", true),
            ("* Host is down", false),
            ("* It was resolved.", false),
            ("* Connected to reg (10.0.0.5) port 80 (#0)", true),
            ("* Connected to the cluster", false),
            ("* that (one) port 80", false),
            ("* connect to 10.0.0.5 port 80 failed: Connection refused", true),
            ("* connect to 10.0.0.5 port 80", false),
            ("* connect to it failed: x", false),
            ("* it is port 80 failed: x", false),
            ("* Trying 10.0.0.5:80...", true),
            ("* Trying hard to", false),
        ] {
            assert_eq!(curl_begins(text, None), begins, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_a_run() {
        for (above, line, mine) in [
            ("$ curl -v http://a/", "* a line of curl", true),
            ("$ curl -v http://a/", "*bold*", false),
            ("$ curl http://a/", "* a list", false),
            ("$ curl -v http://a/", "<", true),
            ("$ curl -v http://a/", "< Server: x", true),
            ("$ curl -v http://a/", "{ [5 bytes data]", true),
            ("$ curl -v http://a/", "[5 bytes data]", true),
            ("$ curl -v http://a/", "GET /v2/ HTTP/1.1", true),
            ("$ curl http://a/", "  % Total    % Received % Xferd", true),
            ("$ curl http://a/", "  indented", false),
            ("$ curl http://a/", "404", false),
            ("$ curl -w '%{http_code}' http://a/", "404", true),
            ("$ curl -i http://a/\nHTTP/1.1 200 OK", "Server: x", true),
            ("$ curl -i http://a/\nHTTP/1.1 200 OK", "  of the header before", true),
            ("$ curl -i http://a/\nHTTP/1.1 200 OK", "prose here", false),
            ("$ curl -i http://a/\nHTTP/1.1 200 OK\n", "Server: x", false),
        ] {
            assert_eq!(belongs(above, line), mine, "{above:?} {line:?}");
        }
        // Lines with `>` as they are where nothing took it for a quote mark.
        for text in [">", "> Host: a"] {
            let mut attempt = Attempt { words: vec!["curl", "-v"], ..Attempt::default() };
            assert!(matches!(curl(&mut attempt, 0, text, &[], &mut Vec::new()), Said::Mine), "{text}");
        }
    }

    #[test]
    fn options_of_the_command() {
        for (word, verbose) in
            [("-v", true), ("-kvL", true), ("--verbose", true), ("--resolve", false), ("v", false), ("http://v/", false), ("-k", false)]
        {
            assert_eq!(is_verbose(&Attempt { words: vec!["curl", word], ..Attempt::default() }), verbose, "{word}");
        }
        for (arguments, host) in [(&["-s", "localhost"][..], Some("localhost")), (&["a.corp"], Some("a.corp")), (&["word"], None)] {
            assert_eq!(curl_target(arguments).0.as_deref(), host, "{arguments:?}");
        }
    }
}
