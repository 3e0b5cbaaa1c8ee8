//! A store, blocking or awaited, so that what is paid in several steps is written once.

use core::pin::pin;
use core::task::{Context, Poll, Waker};

use super::spend::Stop;
use crate::operation::Doubt;
use crate::record::Record;
use crate::store::{Addition, AsyncTally, Key, Swap, Tallied, Tally};

/// Rounds after which a record of somebody's spending is given up. Each landed write takes of a limit or gives back.
pub(super) const ROUNDS: u16 = 256;

pub(super) trait Till {
    type Error;

    async fn load(&self, key: Key) -> Result<Option<Record>, Self::Error>;
    async fn swap(&self, key: Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error>;
    async fn total(&self, key: Key) -> Result<u64, Self::Error>;
    async fn add(&self, addition: Addition) -> Result<Tallied, Self::Error>;
    async fn give_back(&self, key: Key, amount: u64) -> Result<(), Self::Error>;
}

pub(super) struct Blocked<'s, S: ?Sized>(pub(super) &'s S);
pub(super) struct Awaited<'s, S: ?Sized>(pub(super) &'s S);

impl<S: Tally + ?Sized> Till for Blocked<'_, S> {
    type Error = S::Error;

    async fn load(&self, key: Key) -> Result<Option<Record>, S::Error> {
        self.0.load(&key)
    }

    async fn swap(&self, key: Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.0.swap(&key, seen, next)
    }

    async fn total(&self, key: Key) -> Result<u64, S::Error> {
        self.0.total(&key)
    }

    async fn add(&self, addition: Addition) -> Result<Tallied, S::Error> {
        self.0.add(&addition)
    }

    async fn give_back(&self, key: Key, amount: u64) -> Result<(), S::Error> {
        self.0.give_back(&key, amount)
    }
}

impl<S: AsyncTally + ?Sized> Till for Awaited<'_, S> {
    type Error = S::Error;

    async fn load(&self, key: Key) -> Result<Option<Record>, S::Error> {
        self.0.load_async(&key).await
    }

    async fn swap(&self, key: Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.0.swap_async(&key, seen, next).await
    }

    async fn total(&self, key: Key) -> Result<u64, S::Error> {
        self.0.total_async(&key).await
    }

    async fn add(&self, addition: Addition) -> Result<Tallied, S::Error> {
        self.0.add_async(&addition).await
    }

    async fn give_back(&self, key: Key, amount: u64) -> Result<(), S::Error> {
        self.0.give_back_async(&key, amount).await
    }
}

/// The output of a future that waits for nothing but a store that blocks, and so is ready when it is first asked.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Swaps, and looks at what came of it: `None` if the write landed, otherwise what is stored.
pub(super) async fn written<T: Till>(
    till: &T,
    key: Key,
    seen: Option<&Record>,
    next: &Record,
) -> Result<Option<Option<Record>>, Stop<T::Error>> {
    let answer = till.swap(key, seen, next).await;
    if matches!(answer, Ok(Swap::Done)) {
        return Ok(None);
    }
    match Doubt::settle(answer, till.load(key).await, next) {
        Doubt::Landed => Ok(None),
        Doubt::Again(now) => Ok(Some(now)),
        Doubt::Unknown(cause) => Err(Stop::store(cause)),
    }
}
