use core::fmt;

use super::{Addition, AsyncStore, AsyncTally, Key, Store, Swap, Tallied, Tally};
use crate::record::Record;

/// A store that refuses everything, for a configuration that has none yet: nothing is approved (F54).
///
/// ```
/// use countersign::{Key, RefusingStore, Store};
///
/// let key = Key::from_bytes([0; 32]);
/// assert_eq!(RefusingStore.load(&key).unwrap_err().to_string(), "no store is configured");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it holds nothing, and never will")]
pub struct RefusingStore;

/// The error of [`RefusingStore`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal;

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no store is configured")
    }
}

impl core::error::Error for Refusal {}

impl Store for RefusingStore {
    type Error = Refusal;

    fn load(&self, _: &Key) -> Result<Option<Record>, Refusal> {
        Err(Refusal)
    }

    fn swap(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Refusal> {
        Err(Refusal)
    }
}

impl AsyncStore for RefusingStore {
    type Error = Refusal;

    async fn load_async(&self, _: &Key) -> Result<Option<Record>, Refusal> {
        Err(Refusal)
    }

    async fn swap_async(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Refusal> {
        Err(Refusal)
    }
}

impl Tally for RefusingStore {
    fn total(&self, _: &Key) -> Result<u64, Refusal> {
        Err(Refusal)
    }

    fn add(&self, _: &Addition) -> Result<Tallied, Refusal> {
        Err(Refusal)
    }

    fn give_back(&self, _: &Key, _: u64) -> Result<(), Refusal> {
        Err(Refusal)
    }
}

impl AsyncTally for RefusingStore {
    async fn total_async(&self, _: &Key) -> Result<u64, Refusal> {
        Err(Refusal)
    }

    async fn add_async(&self, _: &Addition) -> Result<Tallied, Refusal> {
        Err(Refusal)
    }

    async fn give_back_async(&self, _: &Key, _: u64) -> Result<(), Refusal> {
        Err(Refusal)
    }
}
