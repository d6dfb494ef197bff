//! Puts things back in their order.
//!
//! In: numbered things from threads, in any order. Out: the same things in the order of their numbers, each as soon as those before it
//! are there.

use std::collections::BTreeMap;

/// What has come and waits for its turn.
#[derive(Debug)]
pub(crate) struct InOrder<T> {
    waiting: BTreeMap<u64, T>,
    /// So many were taken out.
    pub(crate) taken: u64,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        InOrder { waiting: BTreeMap::new(), taken: 0 }
    }
}

impl<T> InOrder<T> {
    pub(crate) fn put(&mut self, (number, thing): (u64, T)) {
        self.waiting.insert(number, thing);
    }

    pub(crate) fn extend(&mut self, things: impl IntoIterator<Item = (u64, T)>) {
        self.waiting.extend(things);
    }

    /// Takes out everything whose turn it is.
    pub(crate) fn take_all(&mut self, mut take: impl FnMut(T)) {
        while let Some(thing) = self.waiting.remove(&self.taken) {
            take(thing);
            self.taken += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_early_waits() {
        let mut order = InOrder::default();
        let mut taken = Vec::new();
        order.extend([(2, 'c'), (1, 'b')]);
        order.take_all(|thing| taken.push(thing));
        assert!(taken.is_empty());
        order.put((0, 'a'));
        order.take_all(|thing| taken.push(thing));
        assert_eq!((taken, order.taken), (vec!['a', 'b', 'c'], 3));
    }
}
