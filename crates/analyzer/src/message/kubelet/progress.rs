//! Pulls that begin, end well, or are not needed.
//!
//! In: a text. Out: [`Statement::Pulling`] or [`Statement::Pulled`], with the seconds that it took. The kubelet's words
//! and those of a runtime's own log are read alike; a runtime's bad end has its error in a field of its own.
//!
//! ```text
//! Pulling image "IMG"                                                      PullImage "IMG"
//! Successfully pulled image "IMG" in 1.2s (18m42s including waiting)       PullImage "IMG" returns image reference "sha256:..."
//! Container image "IMG" already present on machine
//! ```

use super::{Statement, quoted_after};
use crate::message::phrase::Parsed;
use nom::Parser;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{map_opt, opt};
use nom::multi::many1;
use nom::sequence::{delimited, preceded};

pub(super) fn pulling(text: &str) -> Option<Statement> {
    let (rest, image) = quoted_after("Pulling image ", text).ok()?;
    // A client's `Pulling image "IMG": rpc error` is an error.
    Some(if rest.starts_with(':') { Statement::Other } else { Statement::Pulling { image: image.to_owned() } })
}

pub(super) fn pulled(text: &str) -> Option<Statement> {
    let (rest, image) = quoted_after("Successfully pulled image ", text).ok()?;
    let times: Parsed<'_, (u64, Option<u64>)> =
        (preceded(tag(" in "), go_duration), opt(delimited(tag(" ("), go_duration, tag(" including waiting)")))).parse(rest);
    let (took, waited) = times.map_or((None, None), |(_, (took, waited))| (Some(took), waited));
    Some(Statement::Pulled { image: image.to_owned(), present: false, took, waited })
}

/// containerd's own log: the request, and its good end.
pub(super) fn runtime(text: &str) -> Option<Statement> {
    let (rest, image) = quoted_after("PullImage ", text).ok()?;
    let rest = rest.trim_start();
    Some(if rest.starts_with("returns image reference") {
        Statement::Pulled { image: image.to_owned(), present: false, took: None, waited: None }
    } else if rest.is_empty() {
        Statement::Pulling { image: image.to_owned() }
    } else {
        Statement::Other
    })
}

/// An image that need not be pulled, or must not be.
pub(super) fn container_image(text: &str) -> Option<Statement> {
    let (rest, image) = quoted_after("Container image ", text).ok()?;
    let rest = rest.trim_start();
    Some(if rest.starts_with("is not present with pull policy of Never") {
        Statement::Waiting { reason: "ErrImageNeverPull".to_owned(), image: Some(image.to_owned()) }
    } else if rest.starts_with("already present") {
        Statement::Pulled { image: image.to_owned(), present: true, took: None, waited: None }
    } else {
        Statement::Other
    })
}

/// Go's own form of a duration, `1h2m3.5s` or `841ms`, in whole seconds.
fn go_duration(input: &str) -> Parsed<'_, u64> {
    let number = take_while1(|c: char| c.is_ascii_digit() || c == '.');
    let unit = alt((tag("ms"), tag("µs"), tag("us"), tag("ns"), tag("h"), tag("m"), tag("s")));
    let part = map_opt((number, unit), |(number, unit): (&str, &str)| {
        let whole: u64 = number.split('.').next()?.parse().ok()?;
        whole.checked_mul(match unit {
            "h" => 3_600,
            "m" => 60,
            "s" => 1,
            _ => 0,
        })
    });
    map_opt(many1(part), |parts| parts.into_iter().try_fold(0_u64, u64::checked_add)).parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_go_prints_is_read_in_whole_seconds(seconds in 0_u64..400_000, millis in 0_u64..1_000) {
            // As Go does it: no unit above the first that is not 0, and a fraction where there is one.
            let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
            let fraction = format!("{}.{millis:03}", seconds % 60);
            let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
            let text = match seconds {
                0 => format!("{millis}ms"),
                1..60 => format!("{fraction}s"),
                60..3_600 => format!("{minutes}m{fraction}s"),
                _ => format!("{hours}h{minutes}m{fraction}s"),
            };
            prop_assert_eq!(go_duration(&text), Ok(("", seconds)), "{}", text);
        }
    }
}
