//! Records in memory, for one process.

#[path = "memory/counters.rs"] // named, so that the permutation test finds them from where it includes this file
mod counters;
#[path = "memory/shard.rs"]
mod shard;

use core::error::Error;
use core::fmt;
use std::boxed::Box;
use std::time::Instant;

use super::{AsyncStore, Key, Store, Swap};
use crate::record::Record;
use crate::sync::{Mutex, MutexGuard};
use crate::time::{Clock, ClockError, UnixTime};

use counters::Counters;
use shard::Shard;

/// How many locks the keys are spread over: enough that two threads seldom meet.
const SHARDS: usize = 64;

/// Records in this process's memory.
///
/// **A restart forgets everything**: every attempt is refunded, every lock and disablement is gone, and every open
/// challenge is over, since nobody knows its handle any more. Two processes have two budgets. So it is for tests, for a
/// first try, and for a service of one process whose locks and challenges may end with it.
///
/// It is sharded, and it forgets what may be forgotten: each new record looks at two older ones and drops those
/// that nobody has to keep, so that its memory follows the records that must be kept. It counts as well, as a
/// [`Tally`](crate::Tally).
///
/// ```
/// use countersign::MemoryStore;
///
/// let store = MemoryStore::new();
/// assert!(store.is_empty());
/// ```
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    counters: Box<[Mutex<Counters>]>,
    clock: Box<dyn Clock + Send + Sync>,
}

impl MemoryStore {
    /// An empty store. It counts the time for which it must keep records by the system's monotonic clock, which nobody
    /// can set.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Monotonic(Instant::now()))
    }

    /// An empty store that counts by another clock: a hand-moved one, in tests.
    #[must_use]
    pub fn with_clock(clock: impl Clock + Send + Sync + 'static) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let counters = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, counters, clock: Box::new(clock) }
    }

    /// How many records it holds; some of them may be forgotten at any time.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shards.iter().flat_map(|shard| shard.lock()).map(|shard| shard.len()).sum()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Locks the shard of a key. Keys are as good as random, so any byte of them spreads evenly.
    fn shard(&self, key: &Key) -> Result<MutexGuard<'_, Shard>, MemoryStoreError> {
        lock(&self.shards, key)
    }

    fn now(&self) -> Result<u64, MemoryStoreError> {
        self.clock.now().map(UnixTime::as_secs).map_err(MemoryStoreError::Clock)
    }
}

fn lock<'s, T>(shards: &'s [Mutex<T>], key: &Key) -> Result<MutexGuard<'s, T>, MemoryStoreError> {
    let [first, ..] = *key.as_bytes();
    let shard = shards.get(usize::from(first) & (SHARDS - 1)).ok_or(MemoryStoreError::Poisoned)?;
    shard.lock().map_err(|_| MemoryStoreError::Poisoned)
}

impl Store for MemoryStore {
    type Error = MemoryStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        let now = self.now()?;
        Ok(self.shard(key)?.get(key, now).map(Record::from_bytes))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        let now = self.now()?;
        let mut shard = self.shard(key)?;
        if shard.get(key, now) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        shard.put(key, next, now);
        Ok(Swap::Done)
    }
}

impl AsyncStore for MemoryStore {
    type Error = MemoryStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.swap(key, seen, next)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryStore(..)")
    }
}

/// Why a [`MemoryStore`] cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryStoreError {
    /// A thread panicked while it held a shard.
    Poisoned,
    /// The clock failed.
    Clock(ClockError),
}

impl fmt::Display for MemoryStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Poisoned => "a thread panicked while it held a part of the memory store",
            Self::Clock(_) => "the memory store's clock failed",
        })
    }
}

impl Error for MemoryStoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Poisoned => None,
            Self::Clock(cause) => Some(cause),
        }
    }
}

/// Seconds since the store was made.
struct Monotonic(Instant);

impl Clock for Monotonic {
    fn now(&self) -> Result<UnixTime, ClockError> {
        Ok(UnixTime::from_secs(self.0.elapsed().as_secs()))
    }
}
