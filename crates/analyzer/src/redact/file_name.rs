//! Rewrites the names of sources.
//!
//! In: the name of a file, with its folders. Out: [`Edit`]s. A file is often called after what it is about, and its name has other borders than a
//! line: a dash or an underscore ends a host or an address.
//!
//! ```text
//! tickets/hub.acme.lab-10.20.0.7-ledger_0.txt
//! ```

use super::line::{Edit, in_gaps, kind_of, names_in_gaps};
use super::names::{MOST_WORDS, Names, words};
use super::secret::secrets;
use super::{address, host};
use crate::rule::Knowledge;
use std::net::Ipv4Addr;
use std::ops::Range;

/// Everything that must be replaced in the name, in order.
pub(super) fn edits(name: &str, names: &mut Names, knowledge: &Knowledge) -> Vec<Edit> {
    let mut out = Vec::new();
    for (range, found) in places(name, names) {
        let original = &name[range.clone()];
        let text = match found {
            Found::Host => host::pseudonym(original, names, knowledge),
            Found::Address(found) => address::pseudonym(found.into(), original, names),
        };
        out.extend(text.map(|text| Edit { range, text }));
    }
    in_gaps(name, &mut out, |gap, out| {
        for secret in secrets(&name[gap.clone()]) {
            let range = gap.start + secret.range.start..gap.start + secret.range.end;
            let text = names.value(kind_of(secret.kind), &name[range.clone()]);
            out.push(Edit { range, text });
        }
    });
    names_in_gaps(name, &mut out, names, knowledge);
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Host,
    Address(Ipv4Addr),
}

/// Addresses, known hosts, and what looks like a host from its beginning on.
fn places(name: &str, names: &Names) -> Vec<(Range<usize>, Found)> {
    let lower = name.to_ascii_lowercase();
    let places: Vec<Range<usize>> = words(&lower).collect();
    let between = |at: usize| &lower[places[at].end..places[at + 1].start];
    let mut found = Vec::new();
    let mut at = 0;
    while at < places.len() {
        let run = |length: usize| places[at].start..places[at + length].end;
        let longest = (at..places.len() - 1).take(MOST_WORDS).take_while(|next| matches!(between(*next), "." | "-" | "_")).count();
        let known = |length: &usize| names.host(&lower[run(*length)]).is_some();
        let alike = |length: &usize| between(at + length - 1) == "." && host::is_suffix(&lower[places[at + length].clone()]);
        let address = Some(3).filter(|length| *length <= longest).and_then(|length| lower[run(length)].parse().ok());
        let length = match address {
            Some(address) => {
                found.push((run(3), Found::Address(address)));
                Some(3)
            }
            None => {
                let begins = (at == 0 || between(at - 1) != ".") && !lower[places[at].clone()].bytes().all(|byte| byte.is_ascii_digit());
                let length = (1..=longest).rev().find(known).or_else(|| (1..=longest).rev().find(alike).filter(|_| begins));
                found.extend(length.map(|length| (run(length), Found::Host)));
                length
            }
        };
        at += length.unwrap_or(0) + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::names::Kind;

    #[test]
    fn hosts_and_addresses_are_found() {
        let mut names = Names::default();
        names.learn_host(Kind::Registry, "hub.acme.lab");
        let found = |name: &'static str| places(name, &names).into_iter().map(|(range, _)| &name[range]).collect::<Vec<_>>();
        assert_eq!(found("/srv/x/hub.acme.lab-describe.txt"), ["hub.acme.lab"]);
        assert_eq!(found("kube-proxy_HUB.acme.lab_30001.log"), ["HUB.acme.lab"]);
        assert_eq!(found("describe-my-hub.other.com.txt"), ["describe-my-hub.other.com"]);
        assert_eq!(found("10.20.0.7_other.com-1.log"), ["10.20.0.7", "other.com"]);
        assert_eq!(found("sub.hub.acme.lab.tar.gz/a.com-b"), ["hub.acme.lab", "a.com"]);
        assert_eq!(found("pods/web-1/describe.txt.gz"), [""; 0]);
        assert_eq!(found("1.2.3.4.5.256.1.1"), ["1.2.3.4"]);
        assert_eq!(found(""), [""; 0]);
    }
}
