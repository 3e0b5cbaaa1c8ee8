//! A sound store in memory, and the ways in which it can be broken.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, ThreadId};
use std::time::Duration;

use countersign::{AsyncStore, Key, Record, Store, Swap};

use crate::support::give_way;

/// How a store is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    Sound,
    IgnoresSeen,
    UpsertsOnCreate,
    UpsertsOnSwap,
    LastWriterWins,
    ReadsThenWrites,
    /// As `ReadsThenWrites`, but only where a failure is counted.
    ReadsThenWritesFailures,
    DoneOnZeroRows,
    DropsTheWrite,
    /// As `DropsTheWrite`, but only what this crate writes, not what a suite makes up.
    DropsDecisions,
    Truncates,
    TrimsZeros,
    ComparesTrimmed,
    FoldsCase,
    ShortensKeeping,
    KeepsTheFirstTime,
    ForgetsForEver,
    HidesForgotten,
    CachesLoads,
    WritesTheNeighbour,
    SpillsOver,
    DoneWhenEqual,
    RepeatsTheSwap,
    EmptyIsAbsent,
    AbsentIsEmpty,
    NeverDone,
    FailsWhenLong,
}

use Mutant::*;

/// What two handles share.
#[derive(Debug)]
pub struct Model {
    mutant: Mutant,
    rows: Mutex<Rows>,
    compared: Condvar,
    pub now: AtomicU64,
}

#[derive(Debug, Default)]
struct Rows {
    stored: BTreeMap<Key, Row>,
    /// Threads that have loaded a row since it was last written.
    readers: BTreeMap<Key, HashSet<ThreadId>>,
    /// Swaps that have compared a row, and found it as they saw it, since then.
    ready: BTreeMap<Key, usize>,
}

#[derive(Clone, Debug)]
struct Row {
    bytes: Vec<u8>,
    forget_at: u64,
}

/// A handle on a model.
#[derive(Debug)]
pub struct Handle {
    model: Arc<Model>,
    cache: Mutex<BTreeMap<Key, Option<Record>>>,
}

impl Model {
    pub fn new(mutant: Mutant) -> Arc<Self> {
        let (rows, now) = (Mutex::default(), AtomicU64::new(1_000));
        Arc::new(Self { mutant, rows, compared: Condvar::new(), now })
    }

    pub fn open(self: &Arc<Self>) -> Handle {
        Handle { model: Arc::clone(self), cache: Mutex::default() }
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap()
    }

    fn now(&self) -> u64 {
        self.now.load(Ordering::SeqCst)
    }

    fn is(&self, mutant: Mutant) -> bool {
        self.mutant == mutant
    }

    fn key(&self, key: &Key) -> Key {
        if self.is(FoldsCase) { Key::from_bytes(key.as_bytes().map(|byte| byte.to_ascii_lowercase())) } else { *key }
    }

    fn bytes(&self, rows: &Rows, key: &Key, swaps: bool) -> Option<Vec<u8>> {
        let row = rows.stored.get(&self.key(key))?;
        let forgotten = self.now() >= row.forget_at && !(swaps && self.is(HidesForgotten));
        let absent = forgotten || (self.is(EmptyIsAbsent) && row.bytes.is_empty());
        (!absent).then(|| row.bytes.clone())
    }

    fn load(&self, key: &Key) -> Option<Record> {
        let mut rows = self.rows();
        rows.readers.entry(*key).or_default().insert(thread::current().id());
        let bytes = self.bytes(&rows, key, false);
        if bytes.is_none() && self.is(AbsentIsEmpty) {
            return Some(Record::from_bytes(&[]));
        }
        bytes.map(|bytes| Record::from_bytes(&bytes))
    }

    /// Whether the swap goes on to write.
    fn compare(&self, rows: &Rows, key: &Key, seen: Option<&Record>) -> bool {
        let stored = self.bytes(rows, key, true);
        let seen = seen.map(Record::as_bytes);
        match self.mutant {
            IgnoresSeen => true,
            UpsertsOnCreate if seen.is_none() => true,
            UpsertsOnSwap if stored.is_none() => true,
            NeverDone => false,
            ComparesTrimmed => stored.as_deref().map(trimmed) == seen.map(trimmed),
            AbsentIsEmpty if stored.is_none() => seen.is_none_or(<[u8]>::is_empty),
            _ => stored.as_deref() == seen,
        }
    }

    fn write(&self, rows: &mut Rows, key: &Key, next: &Record) {
        let mut bytes = next.as_bytes().to_vec();
        // Random bytes may begin as a decision's do, but they ask for no keeping.
        let decision = bytes.starts_with(&[1, 1]) && bytes.len() > 46 && next.keep_for().is_some();
        match self.mutant {
            DropsTheWrite => return,
            DropsDecisions if decision && rows.stored.contains_key(key) => return,
            Truncates => bytes.truncate(255),
            TrimsZeros => bytes = trimmed(&bytes).to_vec(),
            _ => {}
        }
        let forget_at = self.forget_at(rows.stored.get(key), next);
        let row = Row { bytes, forget_at };
        rows.readers.remove(key);
        rows.ready.remove(key);
        if self.is(SpillsOver) && rows.stored.contains_key(&neighbour(key)) {
            rows.stored.insert(neighbour(key), row.clone());
        }
        let key = if self.is(WritesTheNeighbour) { neighbour(key) } else { self.key(key) };
        rows.stored.insert(key, row);
    }

    fn forget_at(&self, before: Option<&Row>, next: &Record) -> u64 {
        match (self.mutant, next.keep_for(), before) {
            (KeepsTheFirstTime, _, Some(row)) => row.forget_at,
            (ShortensKeeping, Some(seconds), _) => self.now() + u64::from(seconds) / 2,
            (ForgetsForEver, None, _) => self.now() + 1_000 * 86_400,
            (_, Some(seconds), _) => self.now() + u64::from(seconds),
            (_, None, _) => u64::MAX,
        }
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, &'static str> {
        let mut rows = self.rows();
        if self.is(FailsWhenLong) && next.as_bytes().len() > 255 {
            return Err("value too long for column");
        }
        if !self.compare(&rows, key, seen) {
            let equal = self.is(DoneWhenEqual) && self.bytes(&rows, key, true).as_deref() == Some(next.as_bytes());
            return Ok(if equal || self.is(DoneOnZeroRows) { Swap::Done } else { Swap::Stale });
        }
        if self.tears(next) {
            rows = self.hand_over(rows, key);
        }
        self.write(&mut rows, key, next);
        if self.is(RepeatsTheSwap) && !self.compare(&rows, key, seen) {
            return Ok(Swap::Stale);
        }
        Ok(Swap::Done)
    }

    /// Whether this swap is two steps.
    fn tears(&self, next: &Record) -> bool {
        let counts_a_failure = next.as_bytes().get(12).is_some_and(|consecutive| *consecutive > 0);
        match self.mutant {
            ReadsThenWrites => true,
            ReadsThenWritesFailures => next.keep_for().is_some() && counts_a_failure,
            _ => false,
        }
    }

    /// Lets go of the lock between reading and writing, until another thread that has read the same has compared too.
    fn hand_over<'m>(&'m self, mut rows: MutexGuard<'m, Rows>, key: &Key) -> MutexGuard<'m, Rows> {
        *rows.ready.entry(*key).or_default() += 1;
        self.compared.notify_all();
        if rows.readers.get(key).is_none_or(|readers| readers.len() < 2) {
            return rows;
        }
        let alone = |rows: &mut Rows| rows.ready.get(key).is_some_and(|ready| *ready < 2);
        self.compared.wait_timeout_while(rows, Duration::from_secs(10), alone).unwrap().0
    }
}

impl Store for Handle {
    type Error = &'static str;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        let mut cache = self.cache.lock().unwrap();
        if let (CachesLoads, Some(cached)) = (self.model.mutant, cache.get(key)) {
            return Ok(cached.clone());
        }
        let loaded = self.model.load(key);
        cache.insert(*key, loaded.clone());
        Ok(loaded)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        if self.model.is(LastWriterWins) && seen.is_some() {
            return Ok(self.compare_with_cache_and_write(key, seen, next));
        }
        self.model.swap(key, seen, next)
    }
}

impl AsyncStore for Handle {
    type Error = &'static str;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        let model = &*self.model;
        if !model.tears(next) {
            return self.swap(key, seen, next);
        }
        if !model.compare(&model.rows(), key, seen) {
            return Ok(Swap::Stale);
        }
        give_way().await;
        model.write(&mut model.rows(), key, next);
        Ok(Swap::Done)
    }
}

impl Handle {
    fn compare_with_cache_and_write(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Swap {
        let mut cache = self.cache.lock().unwrap();
        let known = cache.entry(*key).or_insert_with(|| self.model.load(key));
        if known.as_ref() != seen {
            return Swap::Stale;
        }
        *known = Some(next.clone());
        self.model.write(&mut self.model.rows(), key, next);
        Swap::Done
    }
}

fn trimmed(bytes: &[u8]) -> &[u8] {
    &bytes[..bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)]
}

fn neighbour(key: &Key) -> Key {
    let mut bytes = *key.as_bytes();
    bytes[31] ^= 1;
    Key::from_bytes(bytes)
}
