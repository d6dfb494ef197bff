//! Pulls that failed.
//!
//! In: a text. Out: [`Statement::PullFailed`] or [`Statement::BackOff`], with the cause peeled.
//!
//! ```text
//! Failed to pull image "IMG": ERR              Failed to inspect image "": ... failed to resolve image "IMG": ERR
//! Back-off pulling image "IMG": ErrImagePull: ERR
//! image pull failed for IMG because the registry is unavailable: ERR
//! ```

use super::waiting::reason;
use super::{Statement, Target, quoted_after};
use crate::message::phrase::{Parsed, lookup, name, next_start, quoted, unquote};
use crate::message::reference::ImageReference;
use crate::message::{PullError, peel_all};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case};
use nom::sequence::{delimited, preceded};

/// A stage of the pull that failed.
pub(super) fn failed(text: &str) -> Option<Statement> {
    if let Ok((rest, image)) = quoted_after("Failed to pull image ", text) {
        return Some(pull_failed(Some(image), cause(rest), None));
    }
    if let Ok((rest, image)) = quoted_after("Failed to inspect image ", text) {
        return Some(pull_failed(inner_image(image, rest), cause(rest), Some("inspect")));
    }
    if let Ok((rest, image)) = quoted_after("Failed to apply default image tag ", text) {
        return Some(pull_failed(Some(image), cause(rest), Some("parse")));
    }
    if let Ok((_, image)) = quoted_after("Failed to record image pull intent for container image ", text) {
        return Some(pull_failed(Some(image), text, None));
    }
    if let Ok((_, image)) = quoted_after("Id or size of image ", text) {
        return Some(pull_failed(Some(image), text, Some("inspect")));
    }
    None
}

/// `Back-off pulling image "IMG"`, since 1.32 with the cause behind it.
pub(super) fn backing_off(text: &str) -> Option<Statement> {
    let (rest, image) = quoted_after("Back-off pulling image ", text).ok()?;
    let rest = rest.trim_start().strip_prefix(':').unwrap_or_default().trim_start();
    let errors = match reason(rest) {
        Ok((error, _)) if !error.trim().is_empty() => failures(error, None),
        _ => Vec::new(),
    };
    Some(Statement::BackOff { image: Some(image.to_owned()), errors })
}

/// `image pull failed for IMG because the registry is unavailable: ERR`
pub(super) fn unavailable(text: &str) -> Option<Statement> {
    let because = (tag(" because "), alt((tag("the registry is unavailable"), tag("the signature validation failed"))));
    let read: Parsed<'_, &str> = delimited(tag_no_case("image pull failed for "), name, because).parse(text);
    let (rest, image) = read.ok()?;
    Some(pull_failed(Some(image), rest.trim_start_matches([':', ' ']), None))
}

/// A pull for a container that failed with this text, in the kubelet's `operation`.
pub(super) fn pull_failed(image: Option<&str>, text: &str, operation: Option<&'static str>) -> Statement {
    let image = image.filter(|image| !image.is_empty()).map(str::to_owned);
    Statement::PullFailed { image, target: Target::Container, errors: failures(text, operation) }
}

/// Peels the cause; a cause that still stands in (escaped) quotes is unquoted first.
pub(super) fn failures(text: &str, operation: Option<&'static str>) -> Vec<PullError> {
    let text = text.trim();
    let quoted_whole = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let mut errors = match quoted_whole {
        Some(inner) => peel_all(&unquote(inner)),
        None => peel_all(text),
    };
    for error in &mut errors {
        if let Some(operation) = operation {
            // The kubelet's own stage stands, unless the runtime's text names a later one.
            error.operation = Some(error.operation.filter(|found| *found != "pull").unwrap_or(operation));
        }
        if error.runtime.is_none() && operation == Some("parse") {
            error.runtime = Some("kubelet");
        }
    }
    errors
}

/// The error behind `"IMG": `.
pub(super) fn cause(rest: &str) -> &str {
    rest.trim_start().trim_start_matches(':').trim_start()
}

/// Kubelet 1.32 and later print an empty name in `Failed to inspect image ""`; the inner text has the real one.
fn inner_image<'a>(image: &'a str, rest: &'a str) -> Option<&'a str> {
    if !image.is_empty() {
        return Some(image);
    }
    let mut at = rest;
    while !at.is_empty() {
        for prefix in ["short-name ", "image name ", "image "] {
            if let Some(found) = at.strip_prefix(prefix)
                && let Ok((_, name)) = name(found.trim_start())
                && ImageReference::parse(name).is_some()
            {
                return Some(name);
            }
        }
        at = next_start(at);
    }
    None
}

/// Kubelet phrases inside a chain: reasons that prefix a cause, and the refusals of a name.
pub(in crate::message) fn phrase<'a>(input: &'a str, error: &mut PullError) -> Option<&'a str> {
    if let Some((rest, stage)) = lookup(input, &[("RegistryUnavailable", ""), ("SignatureValidationFailed", "verify")]) {
        if !stage.is_empty() {
            error.stage(stage);
        }
        return Some(rest);
    }
    let names: Parsed<'_, &str> = preceded(
        alt((tag("couldn't parse image name "), tag("couldn't parse image reference "), tag("failed to parse image reference "))),
        quoted,
    )
    .parse(input);
    if let Ok((rest, image)) = names {
        error.reference = Some(image.to_owned());
        error.stage("parse");
        return Some(rest);
    }
    if let Some((rest, _)) = lookup(input, &[("pull QPS exceeded", "")]) {
        error.written_by("kubelet");
        return Some(rest);
    }
    None
}
