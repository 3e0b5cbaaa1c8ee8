//! Stores that make a crowd meet, for the crowd that the memory store has too.

#[path = "../suite/crowd.rs"]
pub mod shared;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};

use countersign::*;

pub use shared::*;

/// A store on which so many first loads have to happen before any of them is answered.
pub struct Meeting<S> {
    inner: S,
    expected: usize,
    loads: AtomicUsize,
    met: Barrier,
}

impl<S> Meeting<S> {
    pub fn of(expected: usize, inner: S) -> Self {
        Self { inner, expected, loads: AtomicUsize::new(0), met: Barrier::new(expected) }
    }
}

impl<S: Store> Store for Meeting<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let found = self.inner.load(key);
        if self.loads.fetch_add(1, Ordering::SeqCst) < self.expected {
            self.met.wait();
        }
        found
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.inner.swap(key, seen, next)
    }
}

/// A broken store: compares, waits until so many have compared, and writes what it compared for.
pub struct Torn<S> {
    inner: S,
    write: fn(&S, &Key, &Record),
    compared: Barrier,
}

impl<S> Torn<S> {
    pub fn of(expected: usize, inner: S, write: fn(&S, &Key, &Record)) -> Self {
        Self { inner, write, compared: Barrier::new(expected) }
    }
}

impl<S: Store> Store for Torn<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.inner.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        if self.inner.load(key)?.as_ref() != seen {
            return Ok(Swap::Stale);
        }
        self.compared.wait();
        (self.write)(&self.inner, key, next);
        Ok(Swap::Done)
    }
}

/// A store whose loads answer what was there when it was made, until a swap was stale.
pub struct Lagging<S> {
    pub inner: S,
    old: Mutex<Option<Record>>,
}

impl<S: Store<Error: std::fmt::Debug>> Lagging<S> {
    pub fn behind(inner: S, key: &Key) -> Self {
        let old = inner.load(key).unwrap();
        Self { inner, old: Mutex::new(old) }
    }
}

impl<S: Store> Store for Lagging<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        match &*self.old.lock().unwrap() {
            Some(old) => Ok(Some(old.clone())),
            None => self.inner.load(key),
        }
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let answer = self.inner.swap(key, seen, next);
        if matches!(answer, Ok(Swap::Stale)) {
            *self.old.lock().unwrap() = None;
        }
        answer
    }
}
