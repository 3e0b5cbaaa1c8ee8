//! What is stored: at most 384 bytes a (subject, purpose, lane), versioned and authenticated.
//!
//! [`Record`] is opaque: adapters move its bytes, and only a decision judges them. So no adapter can turn a damaged
//! record into none, which would be a fresh budget.

mod account;
mod keeping;
mod layout;
mod legs;
mod state;

use core::fmt;

pub(crate) use account::{Account, FACTORS, Factor, RECOVERY_CODES, RecoverySet, Stage};
pub(crate) use layout::{Content, Fault, open, seal};
pub(crate) use legs::{LEGS, Legs};
pub(crate) use state::{Phase, SLOTS, Slot, State};

/// The bytes of a record, whatever they are.
///
/// ```
/// use countersign::Record;
///
/// let row = [1, 2, 3]; // a damaged one: it is refused as corrupt when it is judged, not here
/// let record = Record::from_bytes(&row);
/// assert_eq!(record.as_bytes(), row);
/// assert_eq!(record.keep_for(), None);
/// ```
#[derive(Clone)]
pub struct Record {
    bytes: [u8; Self::LONGEST],
    length: u16,
    keep_for: Option<u32>,
}

impl Record {
    /// The longest record, in bytes.
    pub const LONGEST: usize = 384;

    /// What a store has read. Never fails: whether these bytes are a record is decided with the key at hand.
    ///
    /// More than 384 bytes never were a record. They are judged corrupt, and no swap can replace them, because only
    /// the first 384 are held here; a column that takes no more keeps such a row from existing.
    #[must_use]
    pub fn from_bytes(stored: &[u8]) -> Self {
        let mut bytes = [0; Self::LONGEST];
        bytes.iter_mut().zip(stored).for_each(|(place, byte)| *place = *byte);
        let length = u16::try_from(stored.len()).unwrap_or(u16::MAX);
        Self { bytes, length, keep_for: None }
    }

    /// The bytes to store.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or(&self.bytes)
    }

    /// For how many seconds from its write a store must keep this record; `None` is for ever.
    ///
    /// The store's own clock counts them, so a node whose clock is wrong makes no store forget. A day of margin is in
    /// it. Only a record that is about to be written knows this; one that was read says `None`.
    #[must_use]
    pub const fn keep_for(&self) -> Option<u32> {
        self.keep_for
    }

    /// The same bytes, to be kept for so long.
    pub(crate) fn keeping(mut self, keep_for: Option<u32>) -> Self {
        self.keep_for = keep_for;
        self
    }

    pub(crate) const fn is_over_long(&self) -> bool {
        self.length as usize > Self::LONGEST
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Record {}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Record({} bytes)", self.length)
    }
}
