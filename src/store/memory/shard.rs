use core::hash::{BuildHasherDefault, Hasher};
use std::boxed::Box;
use std::collections::{HashMap, VecDeque};

use crate::record::Record;
use crate::store::Key;

/// How many older records each new one looks at. Two go round before half as many new ones have come.
const LOOKS: usize = 2;

/// Below a quarter of its capacity a table gives the rest back, if it is larger than this.
const SMALL: usize = 64;

/// A part of the records.
#[derive(Default)]
pub(super) struct Shard {
    records: HashMap<Key, Entry, BuildHasherDefault<KeyHasher>>,
    /// Every key once, in the order in which they will be looked at.
    round: VecDeque<Key>,
}

struct Entry {
    bytes: Box<[u8]>,
    forget_at: u64,
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn get(&self, key: &Key, now: u64) -> Option<&[u8]> {
        let entry = self.records.get(key)?;
        (now < entry.forget_at).then_some(&*entry.bytes)
    }

    pub(super) fn put(&mut self, key: &Key, next: &Record, now: u64) {
        let forget_at = next.keep_for().map_or(u64::MAX, |seconds| now.saturating_add(u64::from(seconds)));
        match self.records.get_mut(key) {
            Some(entry) if entry.bytes.len() == next.as_bytes().len() => {
                entry.bytes.copy_from_slice(next.as_bytes());
                entry.forget_at = forget_at;
            }
            Some(entry) => *entry = Entry { bytes: next.as_bytes().into(), forget_at },
            None => {
                self.records.insert(*key, Entry { bytes: next.as_bytes().into(), forget_at });
                self.round.push_back(*key);
                self.forget(now);
            }
        }
    }

    fn forget(&mut self, now: u64) {
        for _ in 0..LOOKS {
            let Some(key) = self.round.pop_front() else {
                return;
            };
            if self.records.get(&key).is_some_and(|entry| now < entry.forget_at) {
                self.round.push_back(key);
            } else {
                self.records.remove(&key);
            }
        }
        if self.records.capacity() > SMALL && self.records.len() < self.records.capacity() / 4 {
            self.records.shrink_to(self.records.len() * 2);
            self.round.shrink_to(self.records.len() * 2);
        }
    }
}

/// Takes eight bytes of a key as they are: keys are outputs of HMAC, so nobody outside can choose them.
#[derive(Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(eight) = bytes.last_chunk() {
            self.0 = u64::from_le_bytes(*eight);
        }
    }

    /// The length of a key, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
