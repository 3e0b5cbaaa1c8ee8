mod entry;
mod error;
mod header;
mod log;

use core::cell::RefCell;
use core::fmt;

use countersign::{Key, Record, Store, Swap};

use crate::flash::Flash;
pub use error::{FlashProblem, FlashStoreError};
use log::Log;

/// Records in two pages of flash, for one program on one processor.
///
/// **A cut of the power loses nothing that was answered**: after a cut in any write, a record is the one before it or the
/// new one, and never neither, another, or one today and the other tomorrow. What would lose something: a chip that says
/// that it has written before it has, and a copy of the flash that is put back.
///
/// # What a cut costs
/// Whoever ran the operation got no answer: [`Unavailable`](countersign::Unavailable). Count the attempt as spent. If it
/// was an approval, it was given to nobody, and its code may be used up: look at the challenge's status, or send a new one.
///
/// # How it lies in flash
/// One page is in use. Each write appends the whole record with its key, its length and a checksum, which is programmed
/// last; a page that is full is copied, the newest of each key, into the other one, whose header is programmed last. A
/// write that was torn in its entry lacks the checksum, and one that was torn in a copy lacks the header. A sequence
/// number in the header says which page is the newer.
///
/// Bits in which the power was cut may read differently each time. So opening the store always copies it into the other
/// page first: from then on it answers from words that were written to their end.
///
/// # Room
/// [`KEYS`](Self::KEYS) keys: as many records of the greatest length as a page holds. There is no clock, so nothing is
/// forgotten, and a key too many is an error ([`FlashProblem::Full`]): who has a record already can always be judged, and
/// nobody else gets a code. A terminal has few subjects; a server has another store.
///
/// # Wear
/// A write takes 40 bytes and the record, which has 109 to 295 with one to four challenges. So with one key in use a page of
/// 4 KiB takes 12 writes or more an erasure, and each time the store is opened costs one erasure more. Two pages that
/// endure 100,000 erasures each last for 2,400,000 writes; a payment with one code is two.
pub struct FlashStore<F>(RefCell<Log<F>>);

impl<F: Flash> FlashStore<F> {
    /// The most keys that it holds.
    pub const KEYS: usize = Log::<F>::KEYS;

    /// Makes an empty store, whatever there was: where a terminal is made, and nowhere else, since who may call this may
    /// guess without limit.
    ///
    /// # Errors
    /// If the flash fails.
    pub fn format(flash: F) -> Result<Self, FlashStoreError<F::Error>> {
        const { assert!(Self::KEYS > 0, "a page must hold a record") };
        Log::format(flash).map(|log| Self(RefCell::new(log)))
    }

    /// Opens the store that is there: what a terminal does when it is turned on.
    ///
    /// # Errors
    /// [`FlashProblem::None`] if there is none, and [`FlashProblem::Damaged`] if what is there was not left by a cut: it is
    /// never a fresh store. Otherwise if the flash fails.
    pub fn open(flash: F) -> Result<Self, FlashStoreError<F::Error>> {
        const { assert!(Self::KEYS > 0, "a page must hold a record") };
        Log::open(flash).map(|log| Self(RefCell::new(log)))
    }
}

impl<F: Flash> Store for FlashStore<F> {
    type Error = FlashStoreError<F::Error>;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        self.0.borrow_mut().load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        self.0.borrow_mut().swap(key, seen, next)
    }
}

impl<F> fmt::Debug for FlashStore<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FlashStore(..)")
    }
}
