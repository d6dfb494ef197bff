//! Interner, each kept once.
//!
//! In: names of pods, namespaces, nodes and images, again and again. Out: a number for each, so that what is remembered of a hundred
//! thousand pods is small. Nothing is forgotten here; who asks for a number must have a bound.
//!
//! ```text
//! shop/web-1 on node-3, shop/web-2 on node-3    ->    0/1 on 2, 0/3 on 2
//! ```

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The names that were seen, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Interner {
    numbers: FxHashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
}

impl Interner {
    /// The number of a name, which is kept.
    pub(super) fn intern(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = Arc::from(name);
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        number
    }

    /// The number of a name, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name with this number.
    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", |name| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_number() {
        let mut names = Interner::default();
        assert_eq!(["a", "b", "a"].map(|name| names.intern(name)), [0, 1, 0]);
        assert_eq!((names.find("b"), names.find("c"), names.name(1)), (Some(1), None, "b"));
    }
}
