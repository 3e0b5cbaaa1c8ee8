use core::hash::BuildHasherDefault;
use std::collections::{HashMap, VecDeque};

use super::shard::KeyHasher;
use super::{MemoryStore, MemoryStoreError, lock};
use crate::store::{Addition, AsyncTally, Key, Tallied, Tally};

/// How many older counters each new one looks at, as with records.
const LOOKS: usize = 2;

/// A part of the counters.
#[derive(Default)]
pub(super) struct Counters {
    counters: HashMap<Key, Counter, BuildHasherDefault<KeyHasher>>,
    /// Every key once, in the order in which they will be looked at.
    round: VecDeque<Key>,
}

#[derive(Clone, Copy)]
struct Counter {
    total: u64,
    forget_at: u64,
}

impl Counters {
    fn total(&self, key: &Key, now: u64) -> u64 {
        let kept = self.counters.get(key).filter(|counter| now < counter.forget_at);
        kept.map_or(0, |counter| counter.total)
    }

    fn add(&mut self, addition: &Addition, now: u64) -> Tallied {
        let Some(total) = addition.onto(self.total(addition.key(), now)) else { return Tallied::Over };
        let forget_at = now.saturating_add(u64::from(addition.keep_for()));
        if self.counters.insert(*addition.key(), Counter { total, forget_at }).is_none() {
            self.round.push_back(*addition.key());
            self.forget(now);
        }
        Tallied::Added(total)
    }

    fn give_back(&mut self, key: &Key, amount: u64) {
        if let Some(counter) = self.counters.get_mut(key) {
            counter.total = counter.total.saturating_sub(amount);
        }
    }

    fn forget(&mut self, now: u64) {
        for _ in 0..LOOKS {
            let Some(key) = self.round.pop_front() else {
                return;
            };
            if self.counters.get(&key).is_some_and(|counter| now < counter.forget_at) {
                self.round.push_back(key);
            } else {
                self.counters.remove(&key);
            }
        }
    }
}

impl Tally for MemoryStore {
    fn total(&self, key: &Key) -> Result<u64, MemoryStoreError> {
        let now = self.now()?;
        Ok(lock(&self.counters, key)?.total(key, now))
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, MemoryStoreError> {
        let now = self.now()?;
        Ok(lock(&self.counters, addition.key())?.add(addition, now))
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), MemoryStoreError> {
        lock(&self.counters, key)?.give_back(key, amount);
        Ok(())
    }
}

impl AsyncTally for MemoryStore {
    async fn total_async(&self, key: &Key) -> Result<u64, MemoryStoreError> {
        self.total(key)
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, MemoryStoreError> {
        self.add(addition)
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), MemoryStoreError> {
        self.give_back(key, amount)
    }
}
