//! Small grammars that several formats share.
//!
//! In: the rest of a line. Out: the value and the rest. Durations are Kubernetes' human form: at most two
//! units, a day is 24 hours, a year 365 days.
//!
//! ```text
//! 4s   8m56s   3h18m   2d23h   2y45d   <unknown>   <invalid>      7m23s (x4 over 8m55s)
//! ```

use crate::record::{Age, ContainerRef, EventType};
use nom::bytes::complete::{tag, take_while1};
use nom::character::complete::{char, digit1, one_of, space1};
use nom::combinator::{map_opt, map_res, opt, verify};
use nom::multi::many1;
use nom::sequence::{delimited, pair, preceded};
use nom::{IResult, Parser};

pub(crate) type Parsed<'a, T> = IResult<&'a str, T>;

/// A human duration in seconds.
pub(crate) fn duration(input: &str) -> Parsed<'_, u64> {
    let number = map_res(digit1, str::parse::<u64>);
    let part = map_opt(pair(number, one_of("smhdy")), |(count, unit)| {
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => 31_536_000,
        };
        count.checked_mul(factor)
    });
    map_opt(verify(many1(part), |parts: &Vec<u64>| parts.len() <= 3), |parts| parts.into_iter().try_fold(0_u64, u64::checked_add))
        .parse(input)
}

/// A duration, or `<unknown>`/`<invalid>` (which carry no time); it must end at a word end.
pub(crate) fn age(input: &str) -> Parsed<'_, Option<u64>> {
    let (rest, value) = match duration(input) {
        Ok((rest, seconds)) => (rest, Some(seconds)),
        Err(_) => {
            let (rest, _) = nom::branch::alt((tag("<unknown>"), tag("<invalid>"))).parse(input)?;
            (rest, None)
        }
    };
    if rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '/' | ':' | '_')) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Digit)));
    }
    Ok((rest, value))
}

/// An age with its count: `4s (x208224 over 32d)`.
pub(crate) fn interval(input: &str) -> Parsed<'_, Age> {
    let (rest, last) = age(input)?;
    let over = delimited(pair(space1, tag("(x")), pair(map_res(digit1, str::parse::<u64>), preceded(tag(" over "), age)), char(')'));
    let (rest, repeated) = opt(over).parse(rest)?;
    let (count, first) = repeated.map_or((None, None), |(count, first)| (Some(count), first));
    Ok((rest, Age { last, first, count, dated: false }))
}

/// `Normal` or `Warning` as a word of its own.
pub(crate) fn event_type(input: &str) -> Parsed<'_, EventType> {
    let (rest, word) = nom::branch::alt((tag("Normal"), tag("Warning"))).parse(input)?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Tag)));
    }
    Ok((rest, if word == "Normal" { EventType::Normal } else { EventType::Warning }))
}

/// `spec.containers{web}` without a message behind it.
pub(crate) fn field_path(input: &str) -> Parsed<'_, ContainerRef> {
    let kinds = nom::branch::alt((tag("initContainers"), tag("containers"), tag("ephemeralContainers")));
    let (rest, (kind, name)) =
        pair(preceded(tag("spec."), kinds), delimited(char('{'), take_while1(|c| c != '}'), char('}'))).parse(input)?;
    Ok((rest, ContainerRef { name: name.to_owned(), init: kind == "initContainers" }))
}

/// A word up to the next blank.
pub(crate) fn word(input: &str) -> Parsed<'_, &str> {
    take_while1(|c: char| !c.is_whitespace()).parse(input)
}

/// Whether a word has the form of a Kubernetes object's name.
pub(crate) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 253
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
        && word.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a word is written like an event's reason or a status: `FailedCreatePodSandBox`.
pub(crate) fn is_camel_case(word: &str) -> bool {
    word.len() >= 2 && word.starts_with(|c: char| c.is_ascii_uppercase()) && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Splits at tabs and at runs of two or more blanks, with the offset of each cell.
pub(crate) fn cells(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut start = None;
    let mut at = 0;
    while at < bytes.len() {
        let gap = bytes[at] == b'\t' || (bytes[at] == b' ' && (at + 1 == bytes.len() || matches!(bytes[at + 1], b' ' | b'\t')));
        if gap {
            if let Some(from) = start.take() {
                found.push((from, &text[from..at]));
            }
            while at < bytes.len() && matches!(bytes[at], b' ' | b'\t') {
                at += 1;
            }
        } else {
            start.get_or_insert(at);
            at += 1;
        }
    }
    if let Some(from) = start {
        found.push((from, &text[from..]));
    }
    // A single leading blank belongs to the gap.
    for cell in &mut found {
        let trimmed = cell.1.trim_start();
        *cell = (cell.0 + cell.1.len() - trimmed.len(), trimmed.trim_end());
    }
    found.retain(|cell| !cell.1.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ages() {
        assert_eq!(duration("8m56s"), Ok(("", 536)));
        assert_eq!(duration("2y45d x"), Ok((" x", 66_960_000)));
        assert_eq!(age("<unknown>  x"), Ok(("  x", None)));
        assert!(age("4so").is_err() && age("x4s").is_err() && age("10.1").is_err());
        assert_eq!(
            interval("4s (x208224 over 32d)  kubelet"),
            Ok(("  kubelet", Age { last: Some(4), first: Some(2_764_800), count: Some(208_224), dated: false }))
        );
        assert_eq!(interval("<unknown> (x4 over 8m55s)"), Ok(("", Age { last: None, first: Some(535), count: Some(4), dated: false })));
        assert!(duration("99999999999999999999y").is_err() && duration("99999999999999999y").is_err());
    }

    #[test]
    fn cells_keep_single_blanks() {
        let found: Vec<_> =
            cells("  Warning  Failed     7m23s (x4 over 8m55s)\tkubelet, node1  Error: x").into_iter().map(|(_, cell)| cell).collect();
        assert_eq!(found, ["Warning", "Failed", "7m23s (x4 over 8m55s)", "kubelet, node1", "Error: x"]);
    }

    /// As kubectl writes an age, and the seconds that the last unit may hide.
    fn human(seconds: u64) -> (String, u64) {
        let two = |a: u64, high: &str, b: u64, low: &str| if b == 0 { format!("{a}{high}") } else { format!("{a}{high}{b}{low}") };
        let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
        match seconds {
            0..120 => (format!("{seconds}s"), 1),
            120..600 => (two(minutes, "m", seconds % 60, "s"), 1),
            600..10_800 => (format!("{minutes}m"), 60),
            10_800..28_800 => (two(hours, "h", minutes % 60, "m"), 60),
            28_800..172_800 => (format!("{hours}h"), 3_600),
            172_800..691_200 => (two(days, "d", hours % 24, "h"), 3_600),
            691_200..63_072_000 => (format!("{days}d"), 86_400),
            63_072_000..252_288_000 => (two(days / 365, "y", days % 365, "d"), 86_400),
            _ => (format!("{}y", days / 365), 31_536_000),
        }
    }

    #[test]
    fn words_by_their_form() {
        for name in ["web-1", "a.b", "1", "registry.example"] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(254);
        for word in ["", "-web", ".web", "Web", "web_1", "web/1", "웹", &long] {
            assert!(!is_name(word), "{word}");
        }
        for (word, camel) in [
            ("Failed", true),
            ("FailedCreatePodSandBox", true),
            ("OK", true),
            ("F", false),
            ("failed", false),
            ("Failed-1", false),
            ("Failed:", false),
        ] {
            assert_eq!(is_camel_case(word), camel, "{word}");
        }
        assert_eq!(event_type("Warning  x"), Ok(("  x", EventType::Warning)));
        assert_eq!(event_type("Normal"), Ok(("", EventType::Normal)));
        assert!(event_type("Normally x").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn an_age_is_read_as_exactly_as_kubectl_writes_it(seconds in prop_oneof![0_u64..1_000, 0_u64..300_000, 0_u64..900_000_000], count in 1_u64..9_999) {
            let (text, unit) = human(seconds);
            let Ok(("", Some(read))) = age(&text) else { panic!("{text}") };
            prop_assert!(read <= seconds && seconds - read < unit, "{} is {}", text, seconds);
            let both = format!("{text} (x{count} over {text})");
            prop_assert_eq!(interval(&both), Ok(("", Age { last: Some(read), first: Some(read), count: Some(count), dated: false })));
        }
    }
}
