//! gRPC status wrappers.
//!
//! ```text
//! rpc error: code = NotFound desc = failed to pull and unpack image ...
//! rpc error: code = 2 desc = ...                                   (very old)
//! ```
//! The kubelet drops the wrapper since 1.28 when the code is Unknown, so its absence says nothing.

use super::PullError;
use super::phrase::{Parsed, lookup, word};
use nom::Parser;
use nom::bytes::complete::tag;
use nom::character::complete::multispace1;
use nom::sequence::{delimited, preceded};

const CODES: &[&str] = &[
    "OK",
    "Canceled",
    "Unknown",
    "InvalidArgument",
    "DeadlineExceeded",
    "NotFound",
    "AlreadyExists",
    "PermissionDenied",
    "ResourceExhausted",
    "FailedPrecondition",
    "Aborted",
    "OutOfRange",
    "Unimplemented",
    "Internal",
    "Unavailable",
    "DataLoss",
    "Unauthenticated",
];

fn status(input: &str) -> Parsed<'_, &str> {
    preceded((tag("rpc error:"), multispace1, tag("code = ")), delimited(nom::combinator::success(()), word, (multispace1, tag("desc ="))))
        .parse(input)
}

/// Reads the wrapper, or one of the transport errors that gRPC itself prints.
pub(super) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Ok((rest, code)) = status(input) {
        let code = code.parse::<usize>().ok().and_then(|number| CODES.get(number).copied()).unwrap_or(code);
        // The first code is the runtime's; one inside it is that of a service the runtime asked.
        if error.grpc_code.is_none() {
            error.grpc_code = Some(code.to_owned());
        }
        return Some(rest.trim_start());
    }
    // Before 1.54 no colon stood behind it.
    if let Some(rest) = input.strip_prefix("Error while dialing ") {
        return Some(rest);
    }
    let (rest, ()) = lookup(input, &[("transport is closing", ""), ("error reading from server", "")]).map(|(rest, _)| (rest, ()))?;
    error.transport = Some("unix");
    Some(rest)
}
