//! Containers whose start failed, as logs of the kubelet say it.
//!
//! In: a text. Out: a [`Told`] for each container that it names, in their order, with what each one's error states.
//!
//! ```text
//! [failed to "StartContainer" for "a" with ErrImagePull: "ERR", failed to "StartContainer" for "b" with ImagePullBackOff: "ERR"]
//! container app start failed in pod web-1_shop(0d3c...): ErrImagePull: ERR
//! ```

use super::pull::pull_failed;
use super::waiting::error_of_container;
use super::{IMAGE_REASONS, Statement, Told, statement};
use crate::message::phrase::{Parsed, next_start, quoted, unquote};
use crate::record::ContainerRef;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while1};
use nom::character::complete::char;
use nom::combinator::{eof, peek, verify};
use nom::sequence::{preceded, terminated};

/// `failed to "StartContainer" for "app" with ErrImagePull: "ERR"`, alone, in a list, or behind `Error syncing pod`;
/// and `container app start failed in pod POD_NS(UID): ErrImagePull: ERR`.
pub(super) fn failures(text: &str) -> Option<Vec<Told>> {
    let mut told = Vec::new();
    let mut at = text;
    while !at.is_empty() {
        if let Ok((rest, (container, reason))) = start_container(at) {
            let body = rest.trim_start_matches([':', ' ']);
            let (rest, message) = quoted(body).unwrap_or(("", body));
            let message = unquote_all(message, body);
            told.push(Told {
                container: Some(ContainerRef { name: container.to_owned(), init: false }),
                pod: None,
                combined: false,
                statement: with_reason(reason, &message),
            });
            at = next_start(rest);
        } else if let Ok((rest, (container, image, pod))) = start_failed_in_pod(at) {
            let mut statement = statement(rest.trim_start_matches([':', ' ']));
            if let Statement::PullFailed { image: slot @ None, .. } = &mut statement {
                *slot = image;
            }
            told.push(Told { container: Some(ContainerRef { name: container, init: false }), pod, combined: false, statement });
            return Some(told);
        } else {
            at = next_start(at);
        }
    }
    (!told.is_empty()).then_some(told)
}

fn with_reason(reason: &str, message: &str) -> Statement {
    match statement(message) {
        Statement::Other if reason == "CrashLoopBackOff" => Statement::CrashLoop,
        Statement::Other if reason.contains(' ') => error_of_container(message),
        Statement::Other if !IMAGE_REASONS.contains(&reason) => Statement::Other,
        Statement::Other => pull_failed(None, message, None),
        // `with ImagePullBackOff: "Back-off pulling image ..."`
        statement => statement,
    }
}

/// Undoes the escapes of a quoted text, whose own quotes may have been escaped with it: each time doubles the backslashes
/// before a quote and adds one.
fn unquote_all(inner: &str, quoted: &str) -> String {
    let backslashes = quoted.bytes().take_while(|byte| *byte == b'\\').count();
    (0..=(backslashes + 1).ilog2()).fold(inner.to_owned(), |text, _| unquote(&text))
}

fn start_container(input: &str) -> Parsed<'_, (&str, &str)> {
    let action = verify(quoted, |action: &str| matches!(action, "StartContainer" | "StartContainer\\"));
    let (rest, container) = preceded((tag("failed to "), action, tag(" for ")), quoted).parse(input)?;
    // Since 1.33 an unusable pull secret puts a whole sentence where the reason stands.
    let sentence = alt((take_until(": \""), take_until(": \\")));
    let (rest, reason) =
        preceded(tag(" with "), alt((terminated(take_while1(|c: char| c.is_ascii_alphanumeric()), peek(alt((tag(":"), eof)))), sentence)))
            .parse(rest)?;
    Ok((rest, (container, reason)))
}

type StartFailed = (String, Option<String>, Option<(String, Option<String>)>);

fn start_failed_in_pod(input: &str) -> Parsed<'_, StartFailed> {
    let (rest, container) = preceded(alt((tag("init container "), tag("container "))), take_until(" start failed in pod ")).parse(input)?;
    let (rest, pod) = preceded(tag(" start failed in pod "), take_until("(")).parse(rest)?;
    let (rest, _) = (take_until(")"), char(')')).parse(rest)?;
    // A Go struct dump: &Container{Name:app,Image:IMG,Command:...}
    let field = |name: &str| container.split_once(name).map(|(_, value)| value.split([',', '}']).next().unwrap_or_default().to_owned());
    let (name, image) =
        if container.starts_with('&') { (field("Name:").unwrap_or_default(), field("Image:")) } else { (container.to_owned(), None) };
    let pod = pod.rsplit_once('_').map(|(pod, namespace)| (pod.to_owned(), Some(namespace.to_owned())));
    Ok((rest, (name, image, pod)))
}
