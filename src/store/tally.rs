//! Counters that many accounts share: three methods beside a store's two, and what a wrong answer costs.

mod over;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod shared;

use super::{AsyncStore, Key, Store};

pub use over::{StoreTally, StoreTallyError};

/// Something to be counted: how much, under which key, and up to which ceiling.
///
/// ```
/// use countersign::{Addition, Key};
///
/// let seven = Addition::new(Key::from_bytes([7; 32]), 7).up_to(10).keeping(7_200);
/// assert_eq!(seven.onto(3), Some(10));
/// assert_eq!(seven.onto(4), None); // 11 would be over
/// assert_eq!(seven.onto(u64::MAX), None); // and nothing wraps
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addition {
    key: Key,
    amount: u64,
    ceiling: u64,
    keep_for: u32,
}

impl Addition {
    /// No counter is ever higher: 2^53 - 1, the last integer before servers that count in floating point skip one.
    pub const HIGHEST: u64 = (1 << 53) - 1;

    /// `amount` onto the counter under `key`, with no ceiling but [`HIGHEST`](Self::HIGHEST), kept for two days.
    #[must_use]
    pub const fn new(key: Key, amount: u64) -> Self {
        // An amount that no counter can take stays one, and fits every server's integers.
        let amount = if amount > Self::HIGHEST { Self::HIGHEST + 1 } else { amount };
        Self { key, amount, ceiling: Self::HIGHEST, keep_for: 172_800 }
    }

    /// Only if the counter is at most `ceiling` afterwards.
    #[must_use]
    pub const fn up_to(mut self, ceiling: u64) -> Self {
        self.ceiling = if ceiling > Self::HIGHEST { Self::HIGHEST } else { ceiling };
        self
    }

    /// For how many seconds the counter must be kept after this.
    #[must_use]
    pub const fn keeping(mut self, seconds: u32) -> Self {
        self.keep_for = seconds;
        self
    }

    /// Which counter.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// How much; at most 2^53.
    #[must_use]
    pub const fn amount(&self) -> u64 {
        self.amount
    }

    /// The most that the counter may be afterwards; at most [`HIGHEST`](Self::HIGHEST).
    #[must_use]
    pub const fn ceiling(&self) -> u64 {
        self.ceiling
    }

    /// For how many seconds from now the store must not forget the counter, by its own clock.
    #[must_use]
    pub const fn keep_for(&self) -> u32 {
        self.keep_for
    }

    /// What a counter that is `total` becomes, or `None` if that would be over the ceiling.
    #[must_use]
    pub const fn onto(&self, total: u64) -> Option<u64> {
        match total.checked_add(self.amount) {
            Some(sum) if sum <= self.ceiling => Some(sum),
            _ => None,
        }
    }
}

/// What a store says of an addition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only `Added` says that it was counted"]
#[expect(clippy::exhaustive_enums, reason = "the vocabulary of the contract is closed")]
pub enum Tallied {
    /// It was counted, and this is what the counter is now.
    Added(u64),
    /// Nothing was counted: the counter would have been over the ceiling.
    Over,
}

/// A store that also counts, for [`Budget`](crate::Budget)s that many accounts share. It blocks; [`AsyncTally`] is its
/// awaited twin, and both have this contract.
///
/// A record decides by compare-and-swap, and where 64 tasks want the same one most of them start again. A counter does
/// not have to be seen to be raised, so servers raise it in one step. [`StoreTally`] makes a tally of any store
/// by conditional writes, for whoever has no better.
///
/// # The contract
/// * [`add`](Tally::add) counts the amount only if the counter is at most the ceiling afterwards. Comparing and writing
///   are one step that nothing can come between, and it commits by itself.
/// * Additions to one counter, and what is given back to it, are linearizable: each `Added` names a total that the
///   counter had, and no two additions of something name the same one, unless something was given back between them.
///   [`total`](Tally::total) may lag behind.
/// * [`give_back`](Tally::give_back) takes off what was counted, down to 0 and never below. It makes no counter and keeps
///   none longer.
/// * An error means *unknown*: it may have been counted, or given back. Neither is repeated, by this crate or by an
///   adapter, unless it is certain that nothing was written.
/// * A counter is kept for at least [`Addition::keep_for`] from its last addition, by the store's own clock; one that is
///   forgotten is 0. Later is allowed: no counter is used again when its time is over.
/// * Counters and records do not meet, even under one key. Keys are binary.
///
/// # What a wrong answer costs
/// | wrong answer | price |
/// |---|---|
/// | `Added`, but it was not counted, or is lost or forgotten before its time | **one more message over the ceiling each time** |
/// | `Added` over the ceiling | the same |
/// | `Over`, or an error, though it would have fitted, or was counted | a message that is not sent |
/// | `give_back` takes off more, or from another counter | **so much more can be spent** |
/// | `give_back` takes off nothing | so much less can be spent, until the counter's hour or day is over |
/// | `total` lags | a burst that spans two windows is cut later; a fall of conversion is seen later |
pub trait Tally: Store {
    /// What a counter is: 0 if nothing was counted. It may lag behind.
    ///
    /// # Errors
    /// If the store cannot tell. Never `Ok(0)` for that.
    fn total(&self, key: &Key) -> Result<u64, Self::Error>;

    /// Counts, if that is not over the ceiling; see the contract above.
    ///
    /// # Errors
    /// If it is unknown whether it was counted.
    fn add(&self, addition: &Addition) -> Result<Tallied, Self::Error>;

    /// Takes `amount` off again, down to 0.
    ///
    /// # Errors
    /// If it is unknown whether it was taken off.
    fn give_back(&self, key: &Key, amount: u64) -> Result<(), Self::Error>;
}

/// A store that also counts, and is awaited. Its contract, and what a wrong answer costs, are those of [`Tally`].
///
/// A future that is dropped before it is ready may or may not have counted.
pub trait AsyncTally: AsyncStore {
    /// As [`Tally::total`].
    fn total_async(&self, key: &Key) -> impl Future<Output = Result<u64, Self::Error>> + Send;

    /// As [`Tally::add`].
    fn add_async(&self, addition: &Addition) -> impl Future<Output = Result<Tallied, Self::Error>> + Send;

    /// As [`Tally::give_back`].
    fn give_back_async(&self, key: &Key, amount: u64) -> impl Future<Output = Result<(), Self::Error>> + Send;
}

impl<S: Tally + ?Sized> Tally for &S {
    fn total(&self, key: &Key) -> Result<u64, Self::Error> {
        (**self).total(key)
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, Self::Error> {
        (**self).add(addition)
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), Self::Error> {
        (**self).give_back(key, amount)
    }
}

impl<S: AsyncTally> AsyncTally for &S {
    fn total_async(&self, key: &Key) -> impl Future<Output = Result<u64, Self::Error>> + Send {
        (**self).total_async(key)
    }

    fn add_async(&self, addition: &Addition) -> impl Future<Output = Result<Tallied, Self::Error>> + Send {
        (**self).add_async(addition)
    }

    fn give_back_async(&self, key: &Key, amount: u64) -> impl Future<Output = Result<(), Self::Error>> + Send {
        (**self).give_back_async(key, amount)
    }
}
