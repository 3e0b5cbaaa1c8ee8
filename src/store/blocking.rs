//! A blocking store for async callers.

mod answer;

use core::error::Error;
use core::fmt;
use std::boxed::Box;
use std::sync::Arc;

use super::{Addition, AsyncStore, AsyncTally, Key, Store, Swap, Tallied, Tally};
use crate::record::Record;

/// What a [`Blocking`] store gives to its spawner: run it once, on a thread that may block.
pub type Job = Box<dyn FnOnce() + Send>;

/// Lends a store that blocks to async callers.
///
/// Each load and each swap is a [`Job`] for the spawner: a closure that puts it on a thread where blocking is allowed,
/// such as `|job| drop(tokio::task::spawn_blocking(job))`. This crate has no runtime of its own.
///
/// * A future that is dropped does not stop its job: the swap lands, or does not, and the next load shows which.
/// * A job that panics, or that the spawner loses (as a runtime does that shuts down), is [`BlockingError::Lost`]:
///   unknown, like any error of a store, and never an answer.
/// * Nothing bounds how many jobs wait but the spawner.
///
/// ```
/// use countersign::{AsyncStore, Blocking, Key, MemoryStore};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// let store = Blocking::new(MemoryStore::new(), |job| drop(tokio::task::spawn_blocking(job)));
/// assert_eq!(store.load_async(&Key::from_bytes([7; 32])).await, Ok(None));
///
/// let lossy = Blocking::new(MemoryStore::new(), drop); // a spawner that runs nothing
/// assert!(lossy.load_async(&Key::from_bytes([7; 32])).await.is_err());
/// # });
/// ```
pub struct Blocking<S> {
    store: Arc<S>,
    spawn: Box<dyn Fn(Job) + Send + Sync>,
}

impl<S> Blocking<S> {
    /// Lends `store` over `spawn`, which must not run the job where it is called if that is an async thread.
    #[must_use]
    pub fn new(store: S, spawn: impl Fn(Job) + Send + Sync + 'static) -> Self {
        Self { store: Arc::new(store), spawn: Box::new(spawn) }
    }

    /// The store itself, for callers that may block.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    async fn run<T, E>(&self, work: impl FnOnce(&S) -> Result<T, E> + Send + 'static) -> Result<T, BlockingError<E>>
    where
        S: Send + Sync + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let (promise, answer) = answer::pair();
        let store = Arc::clone(&self.store);
        (self.spawn)(Box::new(move || promise.keep(work(&store))));
        answer.await.ok_or(BlockingError::Lost)?.map_err(BlockingError::Store)
    }
}

impl<S: Store<Error: Send + 'static> + Send + Sync + 'static> AsyncStore for Blocking<S> {
    type Error = BlockingError<S::Error>;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        let key = *key;
        self.run(move |store| store.load(&key)).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        let (key, seen, next) = (*key, seen.cloned(), next.clone());
        self.run(move |store| store.swap(&key, seen.as_ref(), &next)).await
    }
}

impl<S: Tally<Error: Send + 'static> + Send + Sync + 'static> AsyncTally for Blocking<S> {
    async fn total_async(&self, key: &Key) -> Result<u64, Self::Error> {
        let key = *key;
        self.run(move |store| store.total(&key)).await
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, Self::Error> {
        let addition = *addition;
        self.run(move |store| store.add(&addition)).await
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), Self::Error> {
        let key = *key;
        self.run(move |store| store.give_back(&key, amount)).await
    }
}

impl<S> fmt::Debug for Blocking<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Blocking(..)")
    }
}

/// Why a [`Blocking`] store cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BlockingError<E> {
    /// The store that was lent failed.
    Store(E),
    /// The job panicked, or the spawner never ran it.
    Lost,
}

impl<E> fmt::Display for BlockingError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store(_) => "the store that was lent failed",
            Self::Lost => "the job of a blocking store was lost",
        })
    }
}

impl<E: Error + 'static> Error for BlockingError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(cause) => Some(cause),
            Self::Lost => None,
        }
    }
}
