//! The errors of clients, as each of them prints them.
//!
//! In: one line. Out: the message in it, without what the client puts before it; whether a message says something about
//! getting an image at all.
//!
//! ```text
//! FATA[0002] pulling image: rpc error: code = NotFound desc = ...
//! Error: initializing source docker://quay.io/app:1: reading manifest 1 in quay.io/app: manifest unknown
//! time="2026-11-22T09:09:39Z" level=error msg="pulling image: rpc error: ..."
//! [ERROR ImagePull]: failed to pull image registry.k8s.io/pause:3.9: output: E0630 ...] "PullImage ... failed" err="..."
//! ```

use super::super::Taken;
use super::super::primitive::{Parsed, word};
use super::Run;
use crate::message::unquote;
use crate::record::{Message, Origin, Record};
use crate::text::Line;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{escaped, is_not, tag, take_till1};
use nom::character::complete::{anychar, char, space1};
use nom::combinator::{opt, verify};
use nom::sequence::{delimited, preceded, terminated};

/// Beginnings of podman's errors that are about images.
const PODMAN_ERRORS: &[&str] = &[
    "initializing source",
    "Error initializing source",
    "unable to pull",
    "unable to copy",
    "error pulling",
    "Error pulling",
    "reading manifest",
    "Error reading manifest",
    "copying",
    "writing blob",
    "parsing image",
    "Error parsing image",
    "short-name",
    "determining manifest",
    "pinging container registry",
    "creating build container",
    "internal error: unable to copy",
    "fetching manifest",
    "choosing an image from manifest list",
    "choosing image instance",
    "unauthorized:",
    "1 error occurred",
    "2 errors occurred",
    "3 errors occurred",
    "4 errors occurred",
    "trying to reuse blob",
];

/// Beginnings of what clients log about images.
const CLIENT_LOGS: &[&str] = &[
    "pulling image: ",
    "pulling image failed",
    "listing images: ",
    "Error initializing source",
    "initializing source",
    "Error parsing image name",
    "Error reading manifest",
    "reading manifest",
    "Error determining",
    "determining manifest",
    "validate service connection",
    "Error copying",
    "copying ",
    "unable to retrieve",
    "Error listing",
    "error pinging",
];

/// Verbs whose errors say nothing about getting an image.
const OTHER_VERBS: &[&str] = &[
    "attach", "commit", "cp", "exec", "export", "import", "inspectp", "kill", "load", "logs", "network", "prune", "rename", "restart",
    "rm", "rmi", "save", "start", "stats", "stop", "system", "tag", "top", "update", "volume",
];

/// Errors that dockerd gives for other reasons than an image.
const OTHER_ERRORS: &[&str] = &[
    "No such container",
    "conflict: ",
    "Conflict. ",
    "OCI runtime",
    "failed to create task",
    "Container ",
    "network ",
    "driver failed programming",
    "You cannot remove",
    "cannot stop",
    "cannot kill",
    "Cannot kill",
    "No such volume",
    "Bad parameters",
];

/// Errors that `docker pull` prints without saying who they come from.
const BARE_ERRORS: &[&str] = &[
    "error pulling image configuration",
    "unauthorized: ",
    "denied: ",
    "manifest unknown",
    "no such manifest: ",
    "no matching manifest for ",
    "toomanyrequests: ",
    "received unexpected HTTP status",
    "unexpected EOF",
    "EOF",
    "filesystem layer verification failed",
    "failed to register layer",
    "open /",
    "write /",
    "mkdir /",
    "Get \"",
    "Get http",
    "Head \"",
    "dial tcp",
    "net/http: ",
    "x509: ",
    "context deadline exceeded",
    "missing signature key",
    "unsupported manifest media type",
    "invalid reference format",
    "image operating system ",
    "failed to resolve reference",
    "failed to copy",
    "failed to extract layer",
    "read tcp ",
    "error parsing HTTP ",
    "unknown blob",
    "blob unknown",
    "failed to solve",
    "unknown: ",
    "name unknown",
    "tls: ",
    "no basic auth credentials",
    "pull access denied",
];

/// Whether podman or skopeo print such an error about an image.
pub(super) fn is_known_error(error: &str) -> bool {
    PODMAN_ERRORS.iter().any(|start| error.starts_with(start))
}

/// Whether an error says nothing about getting an image.
pub(super) fn is_other(verb: Option<&str>, message: &str) -> bool {
    let of_daemon = message.strip_prefix("Error response from daemon: ");
    verb.is_some_and(|verb| OTHER_VERBS.contains(&verb))
        || of_daemon.is_some_and(|error| OTHER_ERRORS.iter().any(|start| error.starts_with(start)))
}

pub(super) fn is_daemon_error(text: &str) -> bool {
    text.starts_with("Error response from daemon: ")
}

/// The registry's own errors, which docker and containerd print on lines of their own.
pub(super) fn is_continuation(text: &str) -> bool {
    ["denied: ", "unauthorized: ", "toomanyrequests: ", "manifest unknown: ", "name unknown: ", "unknown: ", "unsupported: ", "errors:"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// `FATA[0002] pulling image: ...`: level and message.
pub(super) fn logrus_line(text: &str) -> Parsed<'_, (&str, &str)> {
    let level = alt((tag("FATA"), tag("ERRO"), tag("WARN"), tag("INFO"), tag("DEBU"), tag("PANI"), tag("TRAC")));
    let time = delimited(char('['), verify(take_till1(|c| c == ']'), |time: &str| time.len() <= 40), char(']'));
    let (rest, level) = terminated(level, (time, space1)).parse(text)?;
    Ok(("", (level, rest.trim_end())))
}

/// `time="..." level=fatal msg="..."`: level and message, still quoted inside.
fn logfmt(text: &str) -> Parsed<'_, (&str, &str)> {
    let quoted =
        |input| delimited(char('"'), opt(escaped(is_not("\\\""), '\\', anychar)), char('"')).parse(input) as Parsed<'_, Option<&str>>;
    let (rest, _) = preceded(tag("time="), quoted).parse(text)?;
    let (rest, level) = preceded((space1, tag("level=")), word).parse(rest)?;
    let (rest, _) = (space1, tag("msg=")).parse(rest)?;
    match quoted(rest) {
        Ok((rest, message)) => Ok((rest, (level, message.unwrap_or_default()))),
        // Cut inside the message, or a message of one word.
        Err(_) => Ok(("", (level, rest.strip_prefix('"').unwrap_or(rest)))),
    }
}

/// A client's error in the form of a log line: its message, still quoted inside.
pub(super) fn client_log(text: &str) -> Option<&str> {
    let (_, (level, message)) = logfmt(text).ok()?;
    (matches!(level, "fatal" | "error")
        && CLIENT_LOGS.iter().any(|start| message.starts_with(start))
        && (level == "fatal" || message.starts_with("pulling image")))
    .then_some(message)
}

pub(super) fn is_client_warning(text: &str) -> bool {
    logfmt(text).is_ok_and(|(_, (_, message))| {
        [
            "image connect using default endpoints",
            "runtime connect using default endpoints",
            "Config ",
            "unable to determine",
            "validate service connection",
            "Using ",
            "Failed, retrying",
        ]
        .iter()
        .any(|start| message.starts_with(start))
    })
}

/// `[ERROR ImagePull]: failed to pull image IMG: output: E0630 ...] "PullImage ... failed" err="..." image="IMG"`
pub(super) fn kubeadm(lines: &[Line<'_>], out: &mut Vec<Record>) -> Taken {
    let first = lines[0].trimmed();
    let image: Parsed<'_, &str> = preceded(tag("[ERROR ImagePull]: failed to pull image "), word).parse(first);
    let Ok((rest, image)) = image else { return Taken::all(1) };
    let image = image.trim_end_matches(':').trim_matches('"');
    let next = lines.get(1).filter(|next| rest.trim().is_empty() && next.trimmed().starts_with("output: "));
    let (line, rest) = next.map_or((&lines[0], rest), |next| (next, next.trimmed()));
    let rest = rest.trim_start_matches([':', ' ']);
    let rest = rest.strip_prefix("output: ").unwrap_or(rest);
    let text = match rest.split_once(" err=\"") {
        // The inner quotes are not always escaped, so the last key ends the error.
        Some((_, error)) => error.rsplit_once("\" image=").map_or(error, |(error, _)| error),
        None => rest.split(", error: exit status").next().unwrap_or(rest),
    };
    let text = text.trim();
    if !text.is_empty() {
        out.push(Record::Message(Message { origin: Origin::Cli, image: Some(image.to_owned()), text: unquote(text), at: line.cite(text) }));
    }
    Taken::all(1 + usize::from(next.is_some()))
}

impl Run<'_> {
    /// An error without a level, without what the client puts before it.
    pub(super) fn printed_error<'l>(&self, text: &'l str) -> Option<&'l str> {
        let text = text.strip_prefix("docker: ").unwrap_or(text);
        if is_daemon_error(text) || text.starts_with("Cannot connect to the Docker daemon at ") {
            return Some(text);
        }
        if let Some(error) = text.strip_prefix("ctr: ").filter(|error| !error.ends_with("command not found")) {
            return Some(error);
        }
        if let Some(error) = text.strip_prefix("Error: ").or_else(|| text.strip_prefix("error: ")) {
            return (is_known_error(error) || matches!(self.program, Some(program) if program != "docker")).then_some(error);
        }
        let bare = matches!(self.program, Some("docker" | "docker-compose" | "nerdctl" | "crane" | "skopeo"))
            && BARE_ERRORS.iter().any(|start| text.starts_with(start));
        bare.then_some(text)
    }
}
