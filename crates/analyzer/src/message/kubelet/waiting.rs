//! What a container waits for.
//!
//! In: a text. Out: [`Statement::Waiting`] where the text is a reason alone, the failure where an error follows it, and
//! the other errors of a container that concern pulls.
//!
//! ```text
//! Error: ErrImagePull                          ErrImagePull: ERR
//! Error: illegal base64 data at input byte 4   Unable to retrieve some image pull secrets (regcred); ...
//! container "web" in pod "web-1" is waiting to start: trying and failing to pull image
//! ```

use super::pull::pull_failed;
use super::{IMAGE_REASONS, Statement, Told, statement};
use crate::message::phrase::{Parsed, quoted};
use crate::record::ContainerRef;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::{char, space0};
use nom::combinator::verify;
use nom::sequence::{delimited, preceded};

/// Raw errors of an unusable pull secret, which the kubelet (1.33 and later) prints as the container's error.
const SECRET_ERRORS: &[&str] = &[
    "json: ",
    "illegal base64 data",
    "unable to parse auth field",
    "invalid character ",
    "unexpected end of JSON input",
    "unexpected EOF",
];

/// `container "web" in pod "web-1" is waiting to start: trying and failing to pull image`, which stands where a log
/// was asked for.
pub(super) fn instead_of_a_log(input: &str) -> Parsed<'_, Told> {
    let (rest, container) = preceded(tag("container "), quoted).parse(input)?;
    let (rest, pod) = preceded(tag(" in pod "), quoted).parse(rest)?;
    let words = alt((
        tag("trying and failing to pull image").map(|_| "ImagePullBackOff"),
        tag("image can't be pulled").map(|_| "ErrImagePull"),
        reason_word,
    ));
    let (rest, reason) = preceded(tag(" is waiting to start: "), words).parse(rest)?;
    let statement = Statement::Waiting { reason: reason.to_owned(), image: None };
    let container = Some(ContainerRef { name: container.to_owned(), init: false });
    Ok((rest, Told { container, pod: Some((pod.to_owned(), None)), combined: false, statement }))
}

/// A waiting reason that is about an image.
fn reason_word(input: &str) -> Parsed<'_, &str> {
    verify(take_while1(|c: char| c.is_ascii_alphanumeric()), |word: &str| IMAGE_REASONS.contains(&word)).parse(input)
}

/// `ErrImagePull`, `ErrImagePull: ERR`: the error, and the reason before it.
pub(super) fn reason(text: &str) -> Parsed<'_, &str> {
    let (rest, word) = reason_word(text)?;
    Ok((rest.trim_start_matches([':', ' ']), word))
}

/// A reason without `Error: ` before it.
pub(super) fn bare_reason(text: &str) -> Option<Statement> {
    let (error, reason) = reason(text).ok()?;
    Some(match error.trim() {
        "" => Statement::Waiting { reason: reason.to_owned(), image: None },
        error => pull_failed(None, error, None),
    })
}

/// `Error: ` and what the container's start failed with.
pub(super) fn container_error(text: &str) -> Option<Statement> {
    text.strip_prefix("Error: ").map(error_of_container)
}

/// The error with which a container's start failed.
pub(super) fn error_of_container(text: &str) -> Statement {
    let text = text.trim();
    if let Some(statement) = bare_reason(text) {
        statement
    } else if SECRET_ERRORS.iter().any(|start| text.starts_with(start)) {
        pull_failed(None, text, Some("authorize"))
    } else if WRAPPED.iter().any(|start| text.starts_with(start)) {
        statement(text)
    } else {
        Statement::Other
    }
}

/// Statements that also stand behind `Error: `.
const WRAPPED: &[&str] = &["Failed to pull image ", "Failed to inspect image ", "Back-off pulling image "];

pub(super) fn secret_missing(text: &str) -> Option<Statement> {
    let rest =
        text.strip_prefix("Unable to retrieve some image pull secrets").or_else(|| text.strip_prefix("Unable to retrieve pull secret"))?;
    let names: Parsed<'_, &str> = delimited((space0, char('(')), take_until(")"), char(')')).parse(rest);
    Some(Statement::SecretMissing { names: names.ok().map(|(_, names)| names.to_owned()) })
}

pub(super) fn crash_loop(text: &str) -> Option<Statement> {
    text.starts_with("Back-off restarting failed container").then_some(Statement::CrashLoop)
}
