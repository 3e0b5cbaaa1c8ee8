//! Stores whose callers wait for each other, so that the worst interleaving happens every time.

use std::future::poll_fn;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use countersign::*;

/// Gives way once.
async fn pause() {
    let mut waited = false;
    poll_fn(|context| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Gives way before every call. Awaited, one poll makes exactly one call.
pub struct Yielding<S>(pub S);

impl<S: Store> Store for Yielding<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let loaded = self.0.load(key);
        std::thread::yield_now();
        loaded
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        std::thread::yield_now();
        self.0.swap(key, seen, next)
    }
}

impl<S: Store<Error: Send> + Sync> AsyncStore for Yielding<S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        pause().await;
        self.0.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        pause().await;
        self.0.swap(key, seen, next)
    }
}

/// Where the first so many callers wait until all of them have come.
struct Meet {
    expected: AtomicUsize,
    threads: Barrier,
    tasks: tokio::sync::Barrier,
}

impl Meet {
    fn of(count: usize) -> Self {
        let expected = AtomicUsize::new(count);
        Self { expected, threads: Barrier::new(count), tasks: tokio::sync::Barrier::new(count) }
    }

    /// Whether this caller is one of those that are waited for.
    fn is_expected(&self) -> bool {
        self.expected.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    fn meet(&self) {
        if self.is_expected() {
            self.threads.wait();
        }
    }

    async fn meet_async(&self) {
        if self.is_expected() {
            self.tasks.wait().await;
        }
    }
}

/// All callers have loaded before the first of them swaps.
pub struct Meeting<S> {
    pub inner: S,
    loaded: Meet,
}

impl<S> Meeting<S> {
    pub fn of(count: usize, inner: S) -> Self {
        Self { inner, loaded: Meet::of(count) }
    }
}

impl<S: Store> Store for Meeting<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let loaded = self.inner.load(key);
        self.loaded.meet();
        loaded
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.inner.swap(key, seen, next)
    }
}

impl<S: Store<Error: Send> + Sync> AsyncStore for Meeting<S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        let loaded = self.inner.load(key)?;
        self.loaded.meet_async().await;
        Ok(loaded)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.inner.swap(key, seen, next)
    }
}

/// Compares, and then writes, with nothing that holds the two together: all callers have compared before the first of
/// them writes.
pub struct Torn<S> {
    inner: S,
    compared: Meet,
}

impl<S: Store> Torn<S> {
    pub fn of(count: usize, inner: S) -> Self {
        Self { inner, compared: Meet::of(count) }
    }

    fn is_stored(&self, key: &Key, seen: Option<&Record>) -> Result<bool, S::Error> {
        Ok(self.inner.load(key)?.as_ref() == seen)
    }

    fn write(&self, key: &Key, next: &Record) -> Result<Swap, S::Error> {
        while self.inner.swap(key, self.inner.load(key)?.as_ref(), next)? == Swap::Stale {}
        Ok(Swap::Done)
    }
}

impl<S: Store> Store for Torn<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.inner.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let stored = self.is_stored(key, seen)?;
        self.compared.meet();
        if stored { self.write(key, next) } else { Ok(Swap::Stale) }
    }
}

impl<S: Store<Error: Send> + Sync> AsyncStore for Torn<S> {
    type Error = S::Error;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let stored = self.is_stored(key, seen)?;
        self.compared.meet_async().await;
        if stored { self.write(key, next) } else { Ok(Swap::Stale) }
    }
}
