//! Sandboxes that could not be created.
//!
//! In: a text. Out: [`Statement::PullFailed`] for the pause image if the text says that it is about one.
//!
//! ```text
//! Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "IMG": failed to pull image "IMG": ERR
//! Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox ...     no image's failure
//! ```

use super::pull::{cause, failures};
use super::{Statement, Target};
use crate::message::peel_all;
use crate::message::phrase::{Parsed, name, next_start};
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case};
use nom::character::complete::char;
use nom::combinator::opt;
use nom::sequence::{preceded, terminated};

/// Words before the name of a pause image.
const SANDBOX_IMAGE: &[&str] =
    &["failed to get sandbox image ", "failed pulling image ", "failed to pull image ", "unable to pull sandbox image "];

pub(super) fn failed(text: &str) -> Option<Statement> {
    let begin =
        alt((tag_no_case("Failed to create pod sandbox"), tag_no_case("Failed create pod sandbox"), tag("CreatePodSandbox for pod")));
    let read: Parsed<'_, &str> = terminated(begin, opt(char(':'))).parse(text);
    Some(about_an_image(read.ok()?.0))
}

/// A sandbox that could not be created is about an image only if the text says so.
fn about_an_image(text: &str) -> Statement {
    let mut at = text.trim_start();
    while !at.is_empty() {
        for words in SANDBOX_IMAGE {
            let read: Parsed<'_, &str> = preceded(tag_no_case(*words), name).parse(at);
            if let Ok((rest, image)) = read {
                let code = peel_all(text).into_iter().next().and_then(|outer| outer.grpc_code);
                let mut errors = failures(cause(rest), None);
                for error in &mut errors {
                    error.grpc_code = error.grpc_code.take().or_else(|| code.clone());
                    error.text = text.trim().to_owned();
                }
                let image = Some(image).filter(|image| !image.is_empty()).map(str::to_owned);
                return Statement::PullFailed { image, target: Target::Sandbox, errors };
            }
        }
        if at.starts_with("initializing source docker://") || at.starts_with("pinging container registry") {
            return Statement::PullFailed { image: None, target: Target::Sandbox, errors: failures(text, None) };
        }
        at = next_start(at);
    }
    Statement::Other
}
