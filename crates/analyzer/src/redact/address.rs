//! IP addresses and their pseudonyms.
//!
//! In: an address. Out: another one of the same class: private stays private, public becomes one of the blocks that are reserved
//! for documentation. Loopback, link-local, multicast, netmasks and public resolvers are the same everywhere and stay. The
//! default ranges of Services (`10.96.0.0/12`, ...) stay such, since they tell a ClusterIP from a host.

use super::names::{Kind, Names};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Default Service ranges by distribution, as far as their first octets go.
const SERVICES: &[&str] = &[
    "10.96.",
    "10.97.",
    "10.98.",
    "10.99.",
    "10.100.",
    "10.101.",
    "10.102.",
    "10.103.",
    "10.104.",
    "10.105.",
    "10.106.",
    "10.107.",
    "10.108.",
    "10.109.",
    "10.110.",
    "10.111.",
    "10.43.",
    "10.152.183.",
    "172.20.",
    "172.30.",
];

/// Resolvers that everybody may use.
const RESOLVERS: &[&str] = &["8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "168.63.129.16"];

/// The address at the beginning of a text, and its length.
pub(crate) fn parse(text: &str) -> Option<(IpAddr, usize)> {
    let length = text.bytes().take(45).take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')).count();
    let run = text[..length].trim_end_matches('.');
    let dotted = run.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let v4 = run[..dotted].trim_end_matches('.');
    if let Ok(address) = v4.parse::<Ipv4Addr>() {
        let rest = &text.as_bytes()[v4.len()..];
        let goes_on = rest.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            || matches!(rest, [b'.', next, ..] if next.is_ascii_alphanumeric())
            || matches!(rest, [b'-', next, ..] if next.is_ascii_alphabetic());
        return (!goes_on).then_some((IpAddr::V4(address), v4.len()));
    }
    let goes_on = text.as_bytes().get(length).is_some_and(|byte| byte.is_ascii_alphanumeric());
    if goes_on || run.matches(':').count() < 2 {
        return None;
    }
    // A trailing colon ends a phrase, unless it is the `::` of the address.
    let run = if run.ends_with(':') && !run.ends_with("::") { &run[..run.len() - 1] } else { run };
    if let Ok(address) = run.parse::<Ipv6Addr>() {
        return Some((IpAddr::V6(address), run.len()));
    }
    // Sockets are listed without brackets.
    let (front, _) = run.rsplit_once(':')?;
    front.parse::<Ipv6Addr>().ok().map(|address| (IpAddr::V6(address), front.len()))
}

/// The pseudonym of an address; `None` for those that stay.
pub(crate) fn pseudonym(address: IpAddr, original: &str, names: &mut Names) -> Option<String> {
    let text = match address {
        IpAddr::V4(v4) => of_v4(v4, names)?,
        IpAddr::V6(v6) => of_v6(v6, names)?,
    };
    names.tell(Kind::Host, &text, original);
    Some(text)
}

fn of_v4(address: Ipv4Addr, names: &mut Names) -> Option<String> {
    let text = address.to_string();
    let [first, second, ..] = address.octets();
    let everywhere = address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || first == 0
        || first >= 240
        || RESOLVERS.contains(&text.as_str())
        || matches!(address.octets(), [10, 0, 0, 0] | [172, 16, 0, 0] | [192, 168, 0, 0] | [100, 64, 0, 0]);
    if everywhere {
        return None;
    }
    let wide = |prefix: &'static str| move |number: usize| format!("{prefix}{}.{}", (number / 256) % 256, number % 256);
    if let Some(range) = SERVICES.iter().find(|range| text.starts_with(**range)) {
        let last_only = range.matches('.').count() == 3;
        return Some(names.spelled(
            range,
            &text,
            |number| if last_only { format!("{range}{}", number % 256) } else { wide(range)(number) },
        ));
    }
    Some(if first == 100 && second & 0xc0 == 64 {
        names.spelled("100.64.", &text, wide("100.64."))
    } else if address.is_private() {
        names.spelled("10.0.", &text, wide("10.0."))
    } else {
        names.spelled("203.0.113.", &text, |number| match number {
            1..=254 => format!("203.0.113.{number}"),
            255..=508 => format!("198.51.100.{}", number - 254),
            _ => format!("198.{}.{}.{}", 18 + (number >> 16) % 2, (number >> 8) % 256, number % 256),
        })
    })
}

fn of_v6(address: Ipv6Addr, names: &mut Names) -> Option<String> {
    if let Some(inner) = address.to_ipv4_mapped() {
        return of_v4(inner, names).map(|text| format!("::ffff:{text}"));
    }
    let first = address.segments()[0];
    if address.is_loopback() || address.is_unspecified() || address.is_multicast() || first & 0xffc0 == 0xfe80 || first == 0 {
        return None;
    }
    let prefix = if first & 0xfe00 == 0xfc00 { "fd00::" } else { "2001:db8::" };
    Some(names.spelled(prefix, &address.to_string(), |number| format!("{prefix}{number:x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(text: &str) -> Option<String> {
        let (address, length) = parse(text)?;
        pseudonym(address, &text[..length], &mut Names::default())
    }

    #[test]
    fn the_class_stays() {
        assert_eq!(redacted("10.20.200.241:30001").as_deref(), Some("10.0.0.1"));
        assert_eq!(redacted("192.168.7.7").as_deref(), Some("10.0.0.1"));
        assert_eq!(redacted("10.96.0.10:53").as_deref(), Some("10.96.0.1"));
        assert_eq!(redacted("52.1.2.3").as_deref(), Some("203.0.113.1"));
        assert_eq!(redacted("fd12::7").as_deref(), Some("fd00::1"));
        assert_eq!(redacted("::ffff:10.20.200.160:5000"), Some("::ffff:10.0.0.1".into()));
        for kept in ["127.0.0.1:30001", "0.0.0.0", "169.254.169.254", "255.255.255.0", "::1", ":::30001", "8.8.8.8:53"] {
            assert_eq!(redacted(kept), None, "{kept}");
        }
    }

    #[test]
    fn versions_times_and_digests_are_no_addresses() {
        for text in ["1.2.3", "10.0.17763.4377", "07:00:55", "1.2.3.4.5", "1.6.1.3-alpine", "aa:bb:cc:dd:ee:ff", "abc"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("10.0.0.7, next").map(|(_, length)| length), Some(8));
    }
}
