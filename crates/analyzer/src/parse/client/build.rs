//! The classic builder of `docker build`, where it cannot get the image that a stage begins with.
//!
//! In: lines of which the first is the step. Out: a [`Message`] for the error right below it, with the step's image. A step
//! that succeeds, and everything else that a builder prints, is not taken.
//!
//! ```text
//! Step 1/6 : FROM ubuntu:16.04
//! received unexpected HTTP status: 503 Service Unavailable
//! ```

use super::error::is_known_error;
use crate::message::reference::ImageReference;
use crate::parse::Taken;
use crate::parse::primitive::Parsed;
use crate::record::{Message, Origin, Record};
use crate::text::Line;
use nom::Parser;
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1};
use nom::sequence::preceded;

/// What the daemon's answers begin with, beside what other clients print too.
const ANSWERS: &[&str] = &[
    "Error response from daemon: ",
    "received unexpected HTTP status: ",
    "manifest for ",
    "Get \"",
    "Get http",
    "toomanyrequests: ",
    "error pulling image ",
];

/// Reads a step and its error.
pub(super) fn read(lines: &[Line<'_>], out: &mut Vec<Record>) -> Option<Taken> {
    let step = lines.first()?.trimmed();
    let (_, image) = from_step(step).ok()?;
    // Logs of build services repeat a line now and then.
    let repeated = lines.iter().take_while(|line| line.trimmed() == step).count();
    let line = lines.get(repeated)?;
    let text = line.trimmed();
    if ImageReference::parse(image).is_none() || !(is_known_error(text) || ANSWERS.iter().any(|start| text.starts_with(start))) {
        return None;
    }
    out.push(Record::Message(Message { origin: Origin::Cli, image: Some(image.to_owned()), text: text.to_owned(), at: line.cite(text) }));
    Some(Taken::all(repeated + 1))
}

/// `Step 1/6 : FROM ubuntu:16.04`
fn from_step(input: &str) -> Parsed<'_, &str> {
    let step = (tag("Step "), digit1, char('/'), digit1, tag(" : FROM "));
    preceded(step, take_while1(|c: char| !c.is_whitespace())).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tests::lines;

    fn read_text(text: &str) -> Option<(usize, String)> {
        let mut records = Vec::new();
        let taken = read(&lines(text), &mut records)?;
        match records.as_slice() {
            [Record::Message(message)] => Some((taken.lines, format!("{}: {}", message.image.as_deref()?, message.text))),
            _ => None,
        }
    }

    #[test]
    fn an_error_below_its_step() {
        let expected = Some((3, "ubuntu:16.04: received unexpected HTTP status: 503 Service Unavailable".to_owned()));
        let step = "Step 1/6 : FROM ubuntu:16.04";
        assert_eq!(read_text(&format!("{step}\n{step}\nreceived unexpected HTTP status: 503 Service Unavailable\n")), expected);
        assert!(read_text("Step 1/2 : FROM r.example/a:1 AS build\nmanifest for r.example/a:1 not found: manifest unknown").is_some());
    }

    #[test]
    fn steps_that_succeed_are_left_alone() {
        for text in ["Step 1/6 : FROM ubuntu:16.04\n ---> 0f5a1b2c", "Step 1/6 : FROM ubuntu:16.04", "Step 2/6 : RUN make\nGet \"x\": EOF"]
        {
            assert_eq!(read_text(text), None, "{text}");
        }
    }
}
