//! RFC 3339 timestamps to seconds.
//!
//! In: a timestamp as Kubernetes writes it (always with `T` and a zone; YAML tools turn the `T` into a blank).
//! Out: seconds since 1970 in UTC, fractions cut off. It reads no clock: only differences between timestamps
//! of one text are ever used. Times before 1970 and leap seconds do not occur in objects.
//!
//! ```text
//! 2026-11-22T08:54:55Z    2026-11-22T08:54:50.394957Z    2022-06-09T22:06:05+09:00
//! ```

use crate::parse::primitive::Parsed;
use nom::Parser;
use nom::bytes::complete::take_while_m_n;
use nom::character::complete::{char, digit1, one_of};
use nom::combinator::{map_res, opt, value, verify};
use nom::sequence::{preceded, terminated};

/// Seconds since 1970, or `None` for what is no timestamp.
pub(super) fn seconds(text: &str) -> Option<u64> {
    timestamp(text.trim()).ok().filter(|(rest, _)| rest.is_empty()).map(|(_, seconds)| seconds)
}

/// A timestamp at the front of `input`.
pub(super) fn timestamp(input: &str) -> Parsed<'_, u64> {
    let (rest, (year, month, day)) = (
        verify(terminated(number(4), char('-')), |year| *year >= 1970),
        verify(terminated(number(2), char('-')), |month| (1..=12).contains(month)),
        verify(number(2), |day| (1..=31).contains(day)),
    )
        .parse(input)?;
    let (rest, _) = one_of("T t").parse(rest)?;
    let (rest, (hour, minute, second)) = (terminated(number(2), char(':')), terminated(number(2), char(':')), number(2)).parse(rest)?;
    let (rest, _) = opt(preceded(one_of(".,"), digit1)).parse(rest)?;
    let (rest, offset) = offset(rest)?;
    let local = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Ok((rest, u64::try_from(local - offset).unwrap_or(0)))
}

/// `Z`, `+09:00` or `-0500`: seconds east of UTC.
fn offset(input: &str) -> Parsed<'_, i64> {
    let sign = nom::branch::alt((value(1, char('+')), value(-1, char('-'))));
    let zone = (sign, number(2), preceded(opt(char(':')), number(2))).map(|(sign, hours, minutes)| sign * (hours * 3_600 + minutes * 60));
    nom::branch::alt((value(0, one_of("Zz")), zone)).parse(input)
}

/// Exactly `digits` digits.
fn number<'a>(digits: usize) -> impl Parser<&'a str, Output = i64, Error = nom::error::Error<&'a str>> {
    map_res(take_while_m_n(digits, digits, |c: char| c.is_ascii_digit()), str::parse::<i64>)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, whose year is counted from March so that the leap day is its last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-11-22T08:54:55Z"), Some(1_795_337_695));
        assert_eq!(seconds("2026-11-22T08:54:50.394957Z"), Some(1_795_337_690));
        assert_eq!(seconds("2026-11-22T17:54:55+09:00"), Some(1_795_337_695));
        assert_eq!(seconds("2026-11-22T14:24:55+05:30"), Some(1_795_337_695));
        assert_eq!(seconds("2026-11-22 08:54:55+00:00"), Some(1_795_337_695));
        assert_eq!(seconds("2024-02-29T00:00:00Z"), Some(1_709_164_800));
        assert_eq!(seconds("2024-03-01T00:00:00-0500"), Some(1_709_269_200));
    }

    #[test]
    fn what_is_no_timestamp() {
        for text in [
            "",
            "null",
            "2026-11-22",
            "2026-13-22T08:54:55Z",
            "2026-11-22T08:54:55",
            "0001-01-01T00:00:00Z",
            "2026-11-22T08:54:55Zx",
            "２026-11-22T08:54:55Z",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(seconds("1970-01-01T00:00:00+09:00"), Some(0));
    }
}
