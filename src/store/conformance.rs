//! A suite that proves a store, or shows where it breaks (feature `conformance`).
//!
//! Whoever writes a [`Store`] or an [`AsyncStore`] puts this into a test file of his own:
//!
//! ```
//! # use std::{collections::BTreeMap, convert::Infallible, sync::{Mutex, PoisonError}};
//! # use countersign::{Key, Record, Store, Swap};
//! # #[derive(Default)]
//! # struct MyStore(Mutex<BTreeMap<Key, Vec<u8>>>);
//! # impl Store for MyStore {
//! #     type Error = Infallible;
//! #     fn load(&self, key: &Key) -> Result<Option<Record>, Infallible> {
//! #         let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//! #         Ok(map.get(key).map(|bytes| Record::from_bytes(bytes)))
//! #     }
//! #     fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
//! #         let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
//! #         if map.get(key).map(Vec::as_slice) != seen.map(Record::as_bytes) {
//! #             return Ok(Swap::Stale);
//! #         }
//! #         map.insert(*key, next.as_bytes().to_vec());
//! #         Ok(Swap::Done)
//! #     }
//! # }
//! use countersign::conformance::{self, Broken};
//!
//! # /*
//! #[test]
//! # */
//! fn my_store_keeps_the_contract() -> Result<(), Broken> {
//!     let store = MyStore::default();
//!     conformance::check(|| &store)?;
//!     Ok(())
//! }
//! # my_store_keeps_the_contract()?;
//! # Ok::<(), Broken>(())
//! ```
//!
//! A broken store fails with the clause of the contract that it breaks, and with what was seen:
//!
//! ```text
//! the store breaks its contract, by which a swap that saw nothing writes only where nothing is stored.
//! Seen: a swap of nothing for 64 bytes, over a record of 64 bytes, said Done; then 64 bytes were loaded
//! ```
//!
//! # What it needs
//! * `open` gives a handle on the store. It is called twice, for two handles on *the same* records: two connections, two
//!   pools, two instances, whatever two processes of a service would have. A reference or an `Arc` of one store will do.
//! * The store may hold other records, and may be used meanwhile: the suite's keys are random. It deletes nothing, as
//!   no store can.
//! * A store whose clock can be moved is given to a [`Suite`] with that clock; otherwise nobody sees whether it keeps
//!   its records for as long as they ask, and the [`Report`] says so.
//! * 64 threads or tasks at once. A pool of connections should let them wait for longer than the races take.
//!
//! A store that counts natively ([`Tally`](crate::Tally)) has [`check_tally`] to pass as well.
//!
//! # What it allows
//! All that the contract allows: a load may be stale, except after a Stale, and what may be forgotten may still be there.
//! The decisions are this crate's real ones, through two [`Verifier`](crate::Verifier)s of one installation.

mod broken;
mod bytes;
mod decisions;
mod desk;
mod doubt;
pub mod faults;
mod handles;
mod keeping;
mod keys;
mod presence;
mod races;
mod row;
mod tally;
mod target;
mod together;

use core::fmt::{self, Debug};
use std::boxed::Box;
use std::sync::Arc;

pub use broken::{Broken, Clause, Report};
pub use tally::{check_tally, check_tally_async};

use super::{AsyncStore, Store};
use keeping::Keeping;
use target::{Awaited, Blocked, Target};
use together::{Job, Joined, Spawned, Threads, Together};

/// Checks a store that blocks; see the [module's page](self). The races run on threads.
///
/// # Errors
/// [`Broken`], with the clause that the store breaks.
pub fn check<S, F>(open: F) -> Result<Report, Broken>
where
    S: Store<Error: Debug> + Send + Sync,
    F: Fn() -> S,
{
    Suite::new().check(open)
}

/// Checks a store that is awaited; see the [module's page](self). It needs no runtime but the one that the store needs.
///
/// The races run in the calling task, 64 futures side by side: what a database does for them it does at once, while
/// the store's own code takes turns. [`Suite::check_spawned`] has a task for each.
///
/// # Errors
/// [`Broken`], with the clause that the store breaks.
pub async fn check_async<S, F>(open: F) -> Result<Report, Broken>
where
    S: AsyncStore<Error: Debug> + Send,
    F: Fn() -> S,
{
    Suite::new().check_async(open).await
}

/// The suite, for a store with a clock that can be moved, or for a runtime that spawns.
///
/// ```
/// use countersign::conformance::{Broken, Suite};
/// use countersign::{ManualClock, MemoryStore, UnixTime};
/// use std::sync::Arc;
///
/// let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_800_000_000)));
/// let store = MemoryStore::with_clock(Arc::clone(&clock));
/// let report = Suite::new().clock(|seconds| clock.advance(seconds)).check(|| &store)?;
/// assert!(report.unchecked.is_empty());
/// # Ok::<(), Broken>(())
/// ```
#[must_use = "a suite does nothing until it checks a store"]
#[derive(Default)]
pub struct Suite<'a> {
    clock: Option<Box<Advance<'a>>>,
}

/// Lets so many seconds pass on the store's clock.
type Advance<'a> = dyn Fn(u64) -> Job<'a, ()> + Send + Sync + 'a;

impl<'a> Suite<'a> {
    /// The suite, without a clock.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells how to let seconds pass on the store's own clock, by which it forgets: hundreds of days in all, so not by
    /// sleeping.
    pub fn clock(self, advance: impl Fn(u64) + Send + Sync + 'a) -> Self {
        self.clock_async(move |seconds| {
            advance(seconds);
            core::future::ready(())
        })
    }

    /// As [`clock`](Self::clock), awaited: a store on a server's clock may bring its rows' times forward instead.
    pub fn clock_async<A>(mut self, advance: impl Fn(u64) -> A + Send + Sync + 'a) -> Self
    where
        A: Future<Output = ()> + Send + 'a,
    {
        self.clock = Some(Box::new(move |seconds| Box::pin(advance(seconds))));
        self
    }

    /// As the function [`check`].
    ///
    /// # Errors
    /// [`Broken`], with the clause that the store breaks.
    pub fn check<S, F>(self, open: F) -> Result<Report, Broken>
    where
        S: Store<Error: Debug> + Send + Sync,
        F: Fn() -> S,
    {
        faults::block_on(self.run(Blocked::new(open()), Blocked::new(open()), &Threads))
    }

    /// As the function [`check_async`].
    ///
    /// # Errors
    /// [`Broken`], with the clause that the store breaks.
    pub async fn check_async<S, F>(self, open: F) -> Result<Report, Broken>
    where
        S: AsyncStore<Error: Debug> + Send,
        F: Fn() -> S,
    {
        let (one, two) = (Awaited::new(open()), Awaited::new(open()));
        self.run(one, two, &Joined).await
    }

    /// As [`check_async`](Self::check_async), with a task for each of the 64 that race.
    ///
    /// `spawn` hands a future to the runtime, for instance `|task| { tokio::spawn(task); }`.
    ///
    /// # Errors
    /// [`Broken`], with the clause that the store breaks.
    pub async fn check_spawned<S, F, P>(self, open: F, spawn: P) -> Result<Report, Broken>
    where
        S: AsyncStore<Error: Debug> + Send + 'static,
        F: Fn() -> S,
        P: Fn(core::pin::Pin<Box<dyn Future<Output = ()> + Send>>) + Send + Sync + 'static,
    {
        let (one, two) = (Awaited::new(open()), Awaited::new(open()));
        self.run(one, two, &Spawned(Arc::new(spawn))).await
    }

    async fn run<'env, T, W>(self, one: T, two: T, together: &W) -> Result<Report, Broken>
    where
        T: Target + 'env,
        W: Together<'env>,
    {
        presence::check(&one).await?;
        handles::check(&one, &two).await?;
        bytes::check(&one).await?;
        keys::check(&one).await?;
        races::check(&one, &two, together).await?;
        if let Some(advance) = &self.clock {
            Keeping { store: &one, advance }.check().await?;
        }
        decisions::check(&one, &two, together).await?;
        doubt::check(&one).await?;
        Ok(Report::new(self.clock.is_some()))
    }
}

impl Debug for Suite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Suite").field("clock", &self.clock.is_some()).finish_non_exhaustive()
    }
}
