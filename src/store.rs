//! The contract of a store: two methods, and what a wrong answer costs.

#[cfg(feature = "std")]
mod blocking;
#[cfg(feature = "alloc")]
mod boxed;
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "std")]
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod refusing;
#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
mod shared;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod sqlx;
mod tally;

use core::fmt;

#[cfg(feature = "std")]
pub use blocking::{Blocking, BlockingError, Job};
#[cfg(feature = "alloc")]
pub use boxed::{BoxError, DynAsyncStore};
#[cfg(feature = "std")]
pub use memory::{MemoryStore, MemoryStoreError};
#[cfg(feature = "redis")]
pub use redis::{RedisOptions, RedisStore, RedisStoreError};
pub use refusing::{Refusal, RefusingStore};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, SqliteProblem, SqliteStore, SqliteStoreError};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub use sqlx::{SqlxOptions, SqlxStore, SqlxStoreError};
pub use tally::{Addition, AsyncTally, StoreTally, StoreTallyError, Tallied, Tally};

use crate::record::Record;

/// Under which key a store keeps a record: 32 bytes that name nobody.
///
/// It is `HMAC(store key, purpose, subject, lane)`, so a dump of a store shows no account. Its bytes are as good as
/// random: they need no further hashing, but they hold every byte value, so a store must keep them as binary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 32]);

impl Key {
    /// The key with these bytes, as a store's own tests may want one.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(")?;
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("..)")
    }
}

/// What a store says of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "only `Done` says that the record was written"]
#[expect(clippy::exhaustive_enums, reason = "the vocabulary of the contract is closed")]
pub enum Swap {
    /// `next` is stored, and will be seen by every later swap. (A load may lag behind.)
    Done,
    /// Nothing was written, because what is stored is not `seen`.
    Stale,
}

/// A store that blocks. [`AsyncStore`] is its awaited twin; both have this contract.
///
/// # The contract
/// * [`swap`](Store::swap) writes `next` only if what is stored under `key` *now* is byte for byte `seen`, or nothing
///   if `seen` is `None`. Comparing and writing are one step that nothing can come between: one conditional
///   statement, one script, one lock.
/// * Swaps of one key are linearizable. A load may be stale, except after a swap of the same key that said `Stale`.
/// * An error from `swap` means *unknown*: it may have been written. The caller of this crate then gets
///   [`Unavailable`](crate::Unavailable), unless a load shows that it was. So what a load answers after an error must be
///   as durable as a `Done`: not what is still on its way to the disk, or to the replicas that a `Done` waits for.
/// * `swap` commits by itself. Inside a transaction of the caller's that rolls back, a refusal is rolled back too.
/// * What was written must be kept for at least [`Record::keep_for`], counted by the store's own clock from the write;
///   `None` means for ever. Later is allowed: an old record is judged by its own times.
/// * Records are at most [`Record::LONGEST`] bytes, of every byte value. Keys and records are binary.
///
/// # What a wrong answer costs
/// | wrong answer | price |
/// |---|---|
/// | `load` answers another key's record | it is refused as corrupt: the owner is locked out until reinstated |
/// | `load` answers an old record | nothing: the swap says `Stale` |
/// | `load` answers nothing though something is stored | nothing: the swap says `Stale` |
/// | `Done`, or after an error a load of `next`, but it was not written, or is lost or forgotten later | **one more guess each time**, and a used code works again |
/// | `Done`, though `seen` was not what was stored | **two approvals of one code**, and guesses beyond the limit |
/// | `Stale`, though `next` was written | nothing: the next load shows it |
/// | an error, though `next` was written | nothing, or an approval that nobody sees: the attempt is spent |
///
/// There is no method to delete and none with a default body: a store that forgets on request refunds guesses.
///
/// # A whole store
/// ```
/// use std::{collections::BTreeMap, convert::Infallible, sync::{Mutex, PoisonError}};
/// use countersign::{Key, Record, Store, Swap};
///
/// /// Every record in a map, for ever.
/// #[derive(Default)]
/// struct MapStore(Mutex<BTreeMap<Key, Vec<u8>>>);
///
/// impl Store for MapStore {
///     type Error = Infallible;
///
///     fn load(&self, key: &Key) -> Result<Option<Record>, Infallible> {
///         let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         Ok(map.get(key).map(|bytes| Record::from_bytes(bytes)))
///     }
///
///     fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
///         let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner); // compare and write under one lock
///         if map.get(key).map(Vec::as_slice) != seen.map(Record::as_bytes) {
///             return Ok(Swap::Stale);
///         }
///         map.insert(*key, next.as_bytes().to_vec());
///         Ok(Swap::Done)
///     }
/// }
///
/// use countersign::{Currency, Keyring, Money, Operation, Payment, Policy, Purpose};
/// use countersign::{Recipient, RootKey, Subject, SystemRng, UnixTime, Verifier};
///
/// const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// let (verifier, store) = (Verifier::new(keys), MapStore::default());
/// let (customer, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
/// let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_700_000_000));
/// let payment = Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")?;
///
/// let issued = verifier.issue(PAY, &customer, &payment, &phone, now, &mut SystemRng)?.run(&store)?;
/// assert!(issued.ticket().expires() > now);
/// assert_eq!(store.0.lock().unwrap().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Store {
    /// What can go wrong. It must not hold a record.
    type Error;

    /// What is stored under `key`, or `None` if nothing is.
    ///
    /// Whatever is stored is answered, through [`Record::from_bytes`], even if it looks wrong: an adapter that makes
    /// damaged bytes into `None` makes a fresh budget of them.
    ///
    /// # Errors
    /// If the store cannot tell. Never `Ok(None)` for that: nothing stored means nobody has guessed yet.
    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error>;

    /// Writes `next` if what is stored is `seen`; see the contract above.
    ///
    /// # Errors
    /// If it is unknown whether `next` was written.
    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error>;
}

/// A store that is awaited. Its contract, and what a wrong answer costs, are those of [`Store`].
///
/// Implementers write plain `async fn`. The methods have names of their own, so that a type with both traits can be
/// called without saying which.
///
/// A future that is dropped before it is ready may or may not have written; the next load shows which.
pub trait AsyncStore: Sync {
    /// What can go wrong. It must not hold a record.
    type Error: Send;

    /// As [`Store::load`].
    fn load_async(&self, key: &Key) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send;

    /// As [`Store::swap`].
    fn swap_async(
        &self,
        key: &Key,
        seen: Option<&Record>,
        next: &Record,
    ) -> impl Future<Output = Result<Swap, Self::Error>> + Send;
}

impl<S: Store + ?Sized> Store for &S {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        (**self).load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        (**self).swap(key, seen, next)
    }
}

impl<S: AsyncStore> AsyncStore for &S {
    type Error = S::Error;

    fn load_async(&self, key: &Key) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send {
        (**self).load_async(key)
    }

    fn swap_async(
        &self,
        key: &Key,
        seen: Option<&Record>,
        next: &Record,
    ) -> impl Future<Output = Result<Swap, Self::Error>> + Send {
        (**self).swap_async(key, seen, next)
    }
}
