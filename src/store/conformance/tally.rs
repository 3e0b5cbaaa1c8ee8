//! The part of the suite that a tally must pass too.

mod counter;
mod counting;
mod keeping;
mod races;

use core::fmt::Debug;
use std::boxed::Box;
use std::sync::Arc;

use super::broken::{Broken, Clause, Report};
use super::faults::block_on;
use super::together::{Joined, Spawned, Threads, Together};
use super::{Advance, Suite};
use crate::record::Record;
use crate::store::{Addition, AsyncTally, Key, Swap, Tallied, Tally};

/// Checks a tally that blocks, beside [`check`](super::check), which checks the store that it is. The races run on
/// threads.
///
/// ```
/// use countersign::{MemoryStore, StoreTally, conformance};
///
/// let store = StoreTally::new(MemoryStore::new()); // or yours
/// conformance::check_tally(|| &store)?;
/// # Ok::<(), conformance::Broken>(())
/// ```
///
/// # Errors
/// [`Broken`], with the clause that the tally breaks.
pub fn check_tally<S, F>(open: F) -> Result<Report, Broken>
where
    S: Tally<Error: Debug> + Send + Sync,
    F: Fn() -> S,
{
    Suite::new().check_tally(open)
}

/// Checks a tally that is awaited, beside [`check_async`](super::check_async).
///
/// # Errors
/// [`Broken`], with the clause that the tally breaks.
pub async fn check_tally_async<S, F>(open: F) -> Result<Report, Broken>
where
    S: AsyncTally<Error: Debug> + Send,
    F: Fn() -> S,
{
    Suite::new().check_tally_async(open).await
}

impl Suite<'_> {
    /// As the function [`check_tally`].
    ///
    /// # Errors
    /// [`Broken`], with the clause that the tally breaks.
    pub fn check_tally<S, F>(self, open: F) -> Result<Report, Broken>
    where
        S: Tally<Error: Debug> + Send + Sync,
        F: Fn() -> S,
    {
        let (one, two) = (Blocked(Arc::new(open())), Blocked(Arc::new(open())));
        block_on(run(self.clock.as_deref(), &one, &two, &Threads))
    }

    /// As the function [`check_tally_async`].
    ///
    /// # Errors
    /// [`Broken`], with the clause that the tally breaks.
    pub async fn check_tally_async<S, F>(self, open: F) -> Result<Report, Broken>
    where
        S: AsyncTally<Error: Debug> + Send,
        F: Fn() -> S,
    {
        let (one, two) = (Awaited(Arc::new(open())), Awaited(Arc::new(open())));
        run(self.clock.as_deref(), &one, &two, &Joined).await
    }

    /// As [`check_tally_async`](Self::check_tally_async), with a task for each of the 64 that race; see
    /// [`check_spawned`](Self::check_spawned).
    ///
    /// # Errors
    /// [`Broken`], with the clause that the tally breaks.
    pub async fn check_tally_spawned<S, F, P>(self, open: F, spawn: P) -> Result<Report, Broken>
    where
        S: AsyncTally<Error: Debug> + Send + 'static,
        F: Fn() -> S,
        P: Fn(core::pin::Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync + 'static,
    {
        let (one, two) = (Awaited(Arc::new(open())), Awaited(Arc::new(open())));
        run(self.clock.as_deref(), &one, &two, &Spawned(Arc::new(spawn))).await
    }
}

async fn run<'env, T, W>(clock: Option<&Advance<'_>>, one: &T, two: &T, together: &W) -> Result<Report, Broken>
where
    T: Counts + 'env,
    W: Together<'env>,
{
    counting::check(one, two).await?;
    races::check(one, two, together).await?;
    if let Some(advance) = clock {
        keeping::check(one, advance).await?;
    }
    Ok(Report::of(&Clause::OF_A_TALLY, &[Clause::CounterIsKept], clock.is_some()))
}

/// The tally that is put to the test, blocking or awaited. An error of its own is the end of the suite.
trait Counts: Clone + Send + Sync {
    fn total(&self, key: Key) -> impl Future<Output = Result<u64, Broken>> + Send;
    fn add(&self, addition: Addition) -> impl Future<Output = Result<Tallied, Broken>> + Send;
    fn give_back(&self, key: Key, amount: u64) -> impl Future<Output = Result<(), Broken>> + Send;
    fn load(&self, key: Key) -> impl Future<Output = Result<Option<Record>, Broken>> + Send;
    fn create(&self, key: Key, record: Record) -> impl Future<Output = Result<Swap, Broken>> + Send;
}

struct Blocked<S>(Arc<S>);
struct Awaited<S>(Arc<S>);

impl<S> Clone for Blocked<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> Clone for Awaited<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Tally<Error: Debug> + Send + Sync> Counts for Blocked<S> {
    async fn total(&self, key: Key) -> Result<u64, Broken> {
        self.0.total(&key).map_err(failed)
    }

    async fn add(&self, addition: Addition) -> Result<Tallied, Broken> {
        self.0.add(&addition).map_err(failed)
    }

    async fn give_back(&self, key: Key, amount: u64) -> Result<(), Broken> {
        self.0.give_back(&key, amount).map_err(failed)
    }

    async fn load(&self, key: Key) -> Result<Option<Record>, Broken> {
        self.0.load(&key).map_err(failed)
    }

    async fn create(&self, key: Key, record: Record) -> Result<Swap, Broken> {
        self.0.swap(&key, None, &record).map_err(failed)
    }
}

impl<S: AsyncTally<Error: Debug> + Send> Counts for Awaited<S> {
    async fn total(&self, key: Key) -> Result<u64, Broken> {
        self.0.total_async(&key).await.map_err(failed)
    }

    async fn add(&self, addition: Addition) -> Result<Tallied, Broken> {
        self.0.add_async(&addition).await.map_err(failed)
    }

    async fn give_back(&self, key: Key, amount: u64) -> Result<(), Broken> {
        self.0.give_back_async(&key, amount).await.map_err(failed)
    }

    async fn load(&self, key: Key) -> Result<Option<Record>, Broken> {
        self.0.load_async(&key).await.map_err(failed)
    }

    async fn create(&self, key: Key, record: Record) -> Result<Swap, Broken> {
        self.0.swap_async(&key, None, &record).await.map_err(failed)
    }
}

fn failed(error: impl Debug) -> Broken {
    Broken::new(Clause::Answers, std::format!("a call of a tally failed: {error:?}"))
}
