use core::error::Error;
use core::fmt;

use super::{Addition, AsyncTally, Tallied, Tally};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Store, Swap};

/// Rounds after which an addition gives up. Each of 64 that want one counter at once is overtaken at most 63 times by
/// the others; a store that says `Stale` for ever never ends.
const ROUNDS: u16 = 1_000;

/// A tally made of any store, by conditional writes: each counter is a small record of its own.
///
/// It is right, and slow where many want one counter at once, since all but one of them read and write again. The
/// stores of this crate count natively: lend those as they are. Where loads are stale, so may an `Over` be. Counters are not authenticated, as no server's are:
/// whoever may write the store may lower them.
///
/// ```
/// use countersign::{Addition, Key, MemoryStore, StoreTally, Tallied, Tally};
///
/// let store = StoreTally::new(MemoryStore::new()); // or a store of your own
/// let five = Addition::new(Key::from_bytes([7; 32]), 5).up_to(12);
/// assert_eq!(store.add(&five)?, Tallied::Added(5));
/// assert_eq!(store.add(&five)?, Tallied::Added(10));
/// assert_eq!(store.add(&five)?, Tallied::Over);
/// store.give_back(five.key(), 5)?;
/// assert_eq!(store.total(five.key())?, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct StoreTally<S> {
    store: S,
}

impl<S> StoreTally<S> {
    /// Counts in `store`, beside the records.
    #[must_use]
    pub const fn new(store: S) -> Self {
        Self { store }
    }

    /// The store itself.
    pub const fn store(&self) -> &S {
        &self.store
    }
}

/// Why a [`StoreTally`] cannot tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreTallyError<E> {
    /// The store failed.
    Store(E),
    /// What is stored under a counter's key is no counter.
    Corrupt,
    /// A thousand rounds were overtaken by others.
    Contention,
}

impl<E> fmt::Display for StoreTallyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store(_) => "the store of a tally failed",
            Self::Corrupt => "what is stored as a counter is none",
            Self::Contention => "too many wanted one counter at once",
        })
    }
}

impl<E: Error + 'static> Error for StoreTallyError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(cause) => Some(cause),
            Self::Corrupt | Self::Contention => None,
        }
    }
}

/// A counter as a record: two bytes that say so, for how long it is kept, and the total.
#[derive(Clone, Copy)]
struct Counter {
    keep_for: u32,
    total: u64,
}

const MARK: [u8; 2] = *b"T1";

impl Counter {
    fn read(record: &Record) -> Option<Self> {
        let bytes: &[u8; 14] = record.as_bytes().try_into().ok()?;
        let (mark, rest) = bytes.split_first_chunk()?;
        let (keep_for, total) = rest.split_first_chunk()?;
        let counter =
            Self { keep_for: u32::from_be_bytes(*keep_for), total: u64::from_be_bytes(total.try_into().ok()?) };
        (*mark == MARK && counter.total <= Addition::HIGHEST).then_some(counter)
    }

    fn record(self) -> Record {
        let mut bytes = [0; 14];
        let fields = MARK.into_iter().chain(self.keep_for.to_be_bytes()).chain(self.total.to_be_bytes());
        bytes.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        Record::from_bytes(&bytes).keeping(Some(self.keep_for))
    }
}

fn read<E>(record: Option<&Record>) -> Result<Option<Counter>, StoreTallyError<E>> {
    record.map(|record| Counter::read(record).ok_or(StoreTallyError::Corrupt)).transpose()
}

/// A counter's key, of which the same bytes name another record.
fn apart(key: &Key) -> Key {
    Key::from_bytes(key.as_bytes().map(|byte| byte ^ 0x5a))
}

/// What to write, if anything; and the answer once that is done.
fn added<E>(seen: Option<&Record>, addition: &Addition) -> Result<Option<(Record, u64)>, StoreTallyError<E>> {
    let before = read(seen)?.map_or(0, |counter| counter.total);
    let next = |total| (Counter { keep_for: addition.keep_for(), total }.record(), total);
    Ok(addition.onto(before).map(next))
}

fn lowered<E>(seen: Option<&Record>, amount: u64) -> Result<Option<Record>, StoreTallyError<E>> {
    let lower = |counter: Counter| Counter { total: counter.total.saturating_sub(amount), ..counter }.record();
    Ok(read(seen)?.map(lower))
}

impl<S: Store> Tally for StoreTally<S> {
    fn total(&self, key: &Key) -> Result<u64, Self::Error> {
        let seen = self.load(&apart(key))?;
        Ok(read(seen.as_ref())?.map_or(0, |counter| counter.total))
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, Self::Error> {
        let key = apart(addition.key());
        let mut seen = self.load(&key)?;
        for _ in 0..ROUNDS {
            let Some((next, total)) = added(seen.as_ref(), addition)? else { return Ok(Tallied::Over) };
            match self.swap(&key, seen.as_ref(), &next)? {
                Swap::Done => return Ok(Tallied::Added(total)),
                Swap::Stale => seen = self.load(&key)?,
            }
        }
        Err(StoreTallyError::Contention)
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), Self::Error> {
        let key = apart(key);
        let mut seen = self.load(&key)?;
        for _ in 0..ROUNDS {
            let Some(next) = lowered(seen.as_ref(), amount)? else { return Ok(()) };
            match self.swap(&key, seen.as_ref(), &next)? {
                Swap::Done => return Ok(()),
                Swap::Stale => seen = self.load(&key)?,
            }
        }
        Err(StoreTallyError::Contention)
    }
}

impl<S: AsyncStore + Send> AsyncTally for StoreTally<S> {
    async fn total_async(&self, key: &Key) -> Result<u64, Self::Error> {
        let seen = self.load_async(&apart(key)).await?;
        Ok(read(seen.as_ref())?.map_or(0, |counter| counter.total))
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, Self::Error> {
        let key = apart(addition.key());
        let mut seen = self.load_async(&key).await?;
        for _ in 0..ROUNDS {
            let Some((next, total)) = added(seen.as_ref(), addition)? else { return Ok(Tallied::Over) };
            match self.swap_async(&key, seen.as_ref(), &next).await? {
                Swap::Done => return Ok(Tallied::Added(total)),
                Swap::Stale => seen = self.load_async(&key).await?,
            }
        }
        Err(StoreTallyError::Contention)
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), Self::Error> {
        let key = apart(key);
        let mut seen = self.load_async(&key).await?;
        for _ in 0..ROUNDS {
            let Some(next) = lowered(seen.as_ref(), amount)? else { return Ok(()) };
            match self.swap_async(&key, seen.as_ref(), &next).await? {
                Swap::Done => return Ok(()),
                Swap::Stale => seen = self.load_async(&key).await?,
            }
        }
        Err(StoreTallyError::Contention)
    }
}

impl<S: Store> Store for StoreTally<S> {
    type Error = StoreTallyError<S::Error>;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        self.store.load(key).map_err(StoreTallyError::Store)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        self.store.swap(key, seen, next).map_err(StoreTallyError::Store)
    }
}

impl<S: AsyncStore + Send> AsyncStore for StoreTally<S> {
    type Error = StoreTallyError<S::Error>;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        self.store.load_async(key).await.map_err(StoreTallyError::Store)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        self.store.swap_async(key, seen, next).await.map_err(StoreTallyError::Store)
    }
}
