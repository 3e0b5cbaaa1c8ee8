//! Stores that keep their contract and still make trouble: they fail, lag behind, or are overtaken.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::*;

/// It cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Down;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call does nothing.
    Error,
    /// The call is carried out, and its answer is lost.
    LostAnswer,
}

/// Fails at some of its calls, counted from the plan's beginning.
pub struct Failing<S> {
    pub inner: S,
    plan: Mutex<(Range<usize>, Fault)>,
    calls: AtomicUsize,
}

impl<S: Store> Failing<S> {
    pub const fn new(inner: S) -> Self {
        Self { inner, plan: Mutex::new((0..0, Fault::Error)), calls: AtomicUsize::new(0) }
    }

    /// From now on, these calls fail; the next one is number 0.
    pub fn plan(&self, calls: Range<usize>, fault: Fault) {
        *self.plan.lock().unwrap() = (calls, fault);
        self.calls.store(0, Ordering::SeqCst);
    }

    /// Calls since the last plan.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn call<T>(&self, inner: impl FnOnce() -> Result<T, S::Error>) -> Result<T, Down> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        let (calls, fault) = self.plan.lock().unwrap().clone();
        match (calls.contains(&number), fault) {
            (false, _) => inner().map_err(|_| Down),
            (true, Fault::Error) => Err(Down),
            (true, Fault::LostAnswer) => inner().map_err(|_| Down).and(Err(Down)),
        }
    }
}

impl<S: Store> Store for Failing<S> {
    type Error = Down;

    fn load(&self, key: &Key) -> Result<Option<Record>, Down> {
        self.call(|| self.inner.load(key))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        self.call(|| self.inner.swap(key, seen, next))
    }
}

/// Says `Stale` to so many swaps, and writes none of them.
pub struct Stale<S> {
    pub inner: S,
    left: AtomicUsize,
}

impl<S> Stale<S> {
    pub const fn new(inner: S) -> Self {
        Self { inner, left: AtomicUsize::new(0) }
    }

    /// The next `count` swaps are stale.
    pub fn next(&self, count: usize) {
        self.left.store(count, Ordering::SeqCst);
    }
}

impl<S: Store> Store for Stale<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.inner.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let fewer = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer) {
            Ok(_) => Ok(Swap::Stale),
            Err(_) => self.inner.swap(key, seen, next),
        }
    }
}

/// A replica that lags: a load answers what was stored some writes ago, except after a `Stale`.
pub struct Lagging<S> {
    inner: S,
    behind: usize,
    history: Mutex<BTreeMap<Key, Vec<Record>>>,
    fresh: Mutex<BTreeSet<Key>>,
}

impl<S> Lagging<S> {
    pub const fn new(inner: S, behind: usize) -> Self {
        Self { inner, behind, history: Mutex::new(BTreeMap::new()), fresh: Mutex::new(BTreeSet::new()) }
    }
}

impl<S: Store> Store for Lagging<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        if self.fresh.lock().unwrap().remove(key) {
            return self.inner.load(key);
        }
        let history = self.history.lock().unwrap();
        let then = |past: &Vec<Record>| past.len().checked_sub(1 + self.behind).map(|n| past[n].clone());
        Ok(history.get(key).and_then(then))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let answer = self.inner.swap(key, seen, next)?;
        match answer {
            Swap::Done => self.history.lock().unwrap().entry(*key).or_default().push(next.clone()),
            Swap::Stale => drop(self.fresh.lock().unwrap().insert(*key)),
        }
        Ok(answer)
    }
}
