//! Which fields a fact has, and where, without a comparison of names.
//!
//! In: facts, and the conditions of rules. Out: [`Slots`], a table of places by a cheap hash of the field's name: it finds a field at
//! once, and one look at its bits tells most conditions that do not hold, because they ask for a field that is not there. Values are not
//! looked at here.
//!
//! ```text
//! registry-code: {prefix: manifest}    cannot hold for a fact whose place 37 is empty
//! ```

use super::model::{Condition, Conditions, Scalar, Test};
use crate::fact::Fact;

const PLACES: usize = 128;

/// Where a fact's fields are, by a hash of their names: rules ask for fields far more often than there are facts.
pub(super) struct Slots {
    places: [u8; PLACES],
    /// The hashes of all names, a bit for each.
    taken: u128,
}

pub(super) enum Slot {
    /// No field has this hash.
    Empty,
    /// One field has it.
    Field(usize),
    /// Several have.
    Shared,
}

impl Slots {
    const EMPTY: u8 = u8::MAX;
    const SHARED: u8 = u8::MAX - 1;

    pub(super) fn new(fact: &Fact) -> Self {
        let mut slots = Slots { places: [Self::EMPTY; PLACES], taken: 0 };
        for (at, (name, _)) in fact.fields.iter().enumerate() {
            let hash = Self::hash(name);
            let place = &mut slots.places[hash];
            *place = u8::try_from(at).ok().filter(|at| *place == Self::EMPTY && *at < Self::SHARED).unwrap_or(Self::SHARED);
            slots.taken |= 1 << hash;
        }
        slots
    }

    /// The slots that are taken in every fact for which these conditions hold.
    pub(super) fn needed(conditions: &Conditions) -> u128 {
        let of_all = |alternative: &Vec<Condition>| {
            let fields = alternative.iter().filter(|condition| condition.tests.iter().any(needs_value)).map(|condition| &condition.field);
            fields.filter(|field| !Fact::is_of_subject(field)).fold(0, |bits, field| bits | 1 << Self::hash(field))
        };
        conditions.iter().map(of_all).reduce(|a, b| a & b).unwrap_or_default()
    }

    /// Whether all of these slots are taken.
    pub(super) fn have(&self, needed: u128) -> bool {
        self.taken & needed == needed
    }

    pub(super) fn of(&self, field: &str) -> Slot {
        match self.places[Self::hash(field)] {
            Self::EMPTY => Slot::Empty,
            Self::SHARED => Slot::Shared,
            at => Slot::Field(usize::from(at)),
        }
    }

    fn hash(field: &str) -> usize {
        let bytes = field.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
        // Found by trying: few fields of one kind share a place.
        (bytes.len() * 57 + byte(0) + byte(bytes.len().saturating_sub(1)) * 4 + byte(bytes.len() / 2) * 12) % PLACES
    }
}

/// Whether a test fails where there is no value.
fn needs_value(test: &Test) -> bool {
    match test {
        Test::Equals(scalars) => !scalars.contains(&Scalar::Flag(false)),
        Test::Not(_) | Test::Present(false) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::RuleSet;

    #[test]
    fn few_fields_share_a_place() {
        let shared = crate::fact::vocabulary::KINDS.iter().map(|kind| {
            let places: std::collections::BTreeSet<usize> = kind.fields.iter().map(|field| Slots::hash(field.name)).collect();
            kind.fields.len() - places.len()
        });
        assert!(shared.sum::<usize>() <= 4);
    }

    fn fact() -> Fact {
        crate::analyze("x", br#"Failed to pull image "r.example/a:1": dial tcp 10.0.0.9:443: connect: connection refused"#).facts.remove(0)
    }

    #[test]
    fn every_field_is_found() {
        let fact = fact();
        let slots = Slots::new(&fact);
        for (at, (name, _)) in fact.fields.iter().enumerate() {
            assert!(matches!(slots.of(name), Slot::Field(found) if found == at) || matches!(slots.of(name), Slot::Shared), "{name}");
        }
        assert!(matches!(slots.of("http-status"), Slot::Empty));
    }

    #[test]
    fn what_cannot_hold_is_told() {
        let slots = Slots::new(&fact());
        let rules = RuleSet::builtin();
        let of = |id: &str| Slots::needed(&rules.get(id).unwrap().matcher.all[0].conditions);
        assert!(slots.have(of("tcp-connection-refused")) && !slots.have(of("dns-nxdomain")));
        assert_eq!(Slots::needed(&Vec::new()), 0);
        // Either of two fields will do.
        assert_eq!(of("tls-cert-expired") & of("dns-nxdomain"), 0);
    }
}
