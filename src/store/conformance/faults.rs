//! A store with faults at chosen calls, for tests of a store and of what is built on one.
//!
//! [`Faulty`] wraps any store, blocking or awaited, and asks a plan at each call which [`Fault`] it is to suffer:
//!
//! ```
//! use countersign::conformance::faults::{Fault, Faulty, Method};
//! use countersign::{Key, MemoryStore, Record, Store, Swap};
//!
//! // The second swap is written, and its answer is lost.
//! let store = Faulty::new(MemoryStore::new(), |call| match (call.method, call.number) {
//!     (Method::Swap, 1) => Fault::ErrorAfter,
//!     _ => Fault::None,
//! });
//! let (key, first, second) = (Key::from_bytes([7; 32]), Record::from_bytes(b"1"), Record::from_bytes(b"2"));
//! assert_eq!(store.swap(&key, None, &first)?, Swap::Done);
//! assert!(store.swap(&key, Some(&first), &second).is_err());
//! assert_eq!(store.load(&key)?, Some(second));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod faulty;
mod meeting;
mod pause;

use core::fmt;
use core::time::Duration;

pub use faulty::Faulty;
pub use meeting::Meeting;

use crate::store::Key;

pub(super) use pause::block_on;

/// What happens to a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing.
    None,
    /// It fails, and never reaches the store.
    ErrorBefore,
    /// It reaches the store, and its answer is lost: a swap may have been written.
    ErrorAfter,
    /// It reaches the store so much later. (An awaited store waits on a thread of its own, without any runtime.)
    Delay(Duration),
    /// It lets others go first, so often: a swap then comes when others have read and written.
    Yield(u32),
    /// A load answers what the record was before the last swap that was done through this wrapper. After a Stale it
    /// answers what is stored, as the contract allows no less. A swap suffers nothing.
    StaleLoad,
    /// It is carried out, and answered, for this key instead of its own.
    OtherKey(Key),
    /// It is carried out, and answered only when as many calls as the meeting waits for have come so far.
    Meet(Meeting),
}

/// A call to a store: what a plan decides by.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Call {
    /// For which key.
    pub key: Key,
    /// Which method.
    pub method: Method,
    /// How many calls of this method came before, through this wrapper.
    pub number: usize,
}

/// A method of a store, or its awaited twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a store has two methods")]
pub enum Method {
    /// `load`, `load_async`.
    Load,
    /// `swap`, `swap_async`.
    Swap,
}

/// The error of a [`Faulty`] store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultyError<E> {
    /// The plan wanted it.
    Planned,
    /// The store itself failed.
    Store(E),
}

impl<E> fmt::Display for FaultyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Planned => "a fault that was planned",
            Self::Store(_) => "the store itself failed",
        })
    }
}

impl<E: core::error::Error + 'static> core::error::Error for FaultyError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Planned => None,
            Self::Store(cause) => Some(cause),
        }
    }
}
