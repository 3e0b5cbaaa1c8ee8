//! Stores around a store, each with one fault.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::*;

/// Lets every other task go first, before and after each call.
pub struct Yielding<S>(pub S);

impl<S: AsyncStore + Send> AsyncStore for Yielding<S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let loaded = self.0.load_async(key).await;
        yield_often().await;
        loaded
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        yield_often().await;
        let answer = self.0.swap_async(key, seen, next).await;
        yield_often().await;
        answer
    }
}

async fn yield_often() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

/// A replica that lags: a load answers what the first load of the key found, except after a swap that said `Stale`.
pub struct StaleLoads<S> {
    store: S,
    first: Mutex<HashMap<Key, Option<Record>>>,
}

impl<S> StaleLoads<S> {
    pub fn new(store: S) -> Self {
        Self { store, first: Mutex::default() }
    }
}

impl<S: AsyncStore + Send> AsyncStore for StaleLoads<S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let remembered = self.first.lock().unwrap().get(key).cloned();
        if let Some(remembered) = remembered {
            return Ok(remembered);
        }
        let loaded = self.store.load_async(key).await?;
        self.first.lock().unwrap().insert(*key, loaded.clone());
        Ok(loaded)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let answer = self.store.swap_async(key, seen, next).await?;
        if answer == Swap::Stale {
            self.first.lock().unwrap().remove(key);
        }
        Ok(answer)
    }
}

/// What happens to one call.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// It fails before it does anything.
    Before,
    /// It does what it should, and the answer is lost.
    After,
    /// It does what it should, and never answers.
    Hang,
}

/// Fails at one call, counted from 0.
pub struct FailsAt<'s, S> {
    pub store: &'s S,
    pub fault: Fault,
    pub call: usize,
    pub calls: AtomicUsize,
}

#[derive(Debug)]
pub enum Injected<E> {
    Fault,
    Store(E),
}

impl<E> fmt::Display for Injected<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("injected, or of the store")
    }
}

impl<E: fmt::Debug> std::error::Error for Injected<E> {}

impl<S: AsyncStore + Send> AsyncStore for FailsAt<'_, S> {
    type Error = Injected<S::Error>;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        let hit = self.begin()?;
        let answer = self.store.load_async(key).await.map_err(Injected::Store)?;
        self.end(hit, answer).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        let hit = self.begin()?;
        let answer = self.store.swap_async(key, seen, next).await.map_err(Injected::Store)?;
        self.end(hit, answer).await
    }
}

impl<S: AsyncStore> FailsAt<'_, S> {
    fn begin(&self) -> Result<bool, Injected<S::Error>> {
        let hit = self.calls.fetch_add(1, Ordering::Relaxed) == self.call;
        if hit && matches!(self.fault, Fault::Before) { Err(Injected::Fault) } else { Ok(hit) }
    }

    async fn end<T>(&self, hit: bool, answer: T) -> Result<T, Injected<S::Error>> {
        match self.fault {
            Fault::After if hit => Err(Injected::Fault),
            Fault::Hang if hit => std::future::pending().await,
            _ => Ok(answer),
        }
    }
}
