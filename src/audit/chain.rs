use core::fmt;

use rand_core::TryCryptoRng;

use super::{AuditEntry, AuditHead, ChainId, keyed};
use crate::error::Invalid;
use crate::event::Event;
use crate::keyring::RootKey;
use crate::mac::Mac;

/// Events, each authenticated together with the one before it.
///
/// It keeps nothing but its head: the caller writes each entry's line, flushes it, and keeps
/// the [head](Self::head) elsewhere from time to time. A line that could not be written whole is written again, before
/// any other.
///
/// # One chain a process
/// Every process, and every start of one, begins a chain of its own: [`new`](Self::new) draws its name. So processes wait for
/// nobody and may write into one file; an [`AuditSet`](super::AuditSet) verifies all of them together. A chain may
/// instead be [continued](Self::after) by the next start. Two writers that continue one chain fork it, and what the second
/// wrote is refused.
///
/// # What it shows, and to whom
/// Without the key nobody can alter, remove, double, reorder or add an entry in the middle unseen. Whoever has the key can
/// write any chain, so give it to the process and to the auditor, and keep heads where neither the process nor the log's
/// operator can change them: a head pins every entry before it, whoever has the key. What came after the newest kept head
/// can be cut off unseen. It proves what the process said, and not that the process was right.
///
/// ```
/// use countersign::{AuditChain, AuditCheck, AuditError, Event, RootKey, SystemRng};
/// # use countersign::*;
/// # const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// # let (customer, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
/// # let happened = || -> Result<Event, Invalid> { Ok(verifier.status(PAY, &customer, now)?.run_observed(&store).event) };
///
/// let key = RootKey::generate(&mut SystemRng)?; // a key of its own, from a key store
/// let mut chain = AuditChain::new(&key, &mut SystemRng)?;
/// let mut log = String::new();
/// for _ in 0..3 {
///     let event: Event = happened()?;
///     log += &format!("{}\n", chain.append(&event)?);
/// }
/// let kept = chain.head(); // on another machine
///
/// // The auditor, line by line.
/// let verify = |log: &str| {
///     let mut check = AuditCheck::new(&key).reaching(kept);
///     log.lines().try_for_each(|line| check.line(line).map(drop))?;
///     check.finish()
/// };
/// assert_eq!(verify(&log), Ok(Some(kept)));
/// assert_eq!(verify(&log.replace("looked", "issued")), Err(AuditError::Altered { number: 1 }));
/// let (cut, _) = log.trim_end().rsplit_once('\n').unwrap();
/// assert_eq!(verify(cut), Err(AuditError::CutOff { chain: kept.chain(), expected: 3, found: 2 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AuditChain {
    key: Mac,
    head: AuditHead,
}

impl AuditChain {
    /// A new chain. The key is one of its own, of chains alone: whoever verifies has to hold it too.
    ///
    /// # Errors
    /// [`Invalid::RandomSource`] if the generator fails.
    pub fn new<R: TryCryptoRng + ?Sized>(key: &RootKey, rng: &mut R) -> Result<Self, Invalid> {
        let mut chain = [0; 16];
        rng.try_fill_bytes(&mut chain).map_err(|_| Invalid::RandomSource)?;
        Ok(Self { key: keyed(key), head: AuditHead::start(ChainId(chain)) })
    }

    /// Continues a chain, after a restart. Take the head of an [`AuditCheck`](super::AuditCheck) that went through the log
    /// from the kept head to its end: a last line that was written half is cut off before, and its event is lost.
    #[must_use]
    pub fn after(key: &RootKey, head: AuditHead) -> Self {
        Self { key: keyed(key), head }
    }

    /// The next entry, to be written as a line.
    ///
    /// # Errors
    /// [`Invalid::CounterExhausted`] after 2^64 - 1 entries.
    pub fn append(&mut self, event: &Event) -> Result<AuditEntry, Invalid> {
        let entry = AuditEntry::after(&self.head, event, &self.key).ok_or(Invalid::CounterExhausted)?;
        self.head = entry.head();
        Ok(entry)
    }

    /// How far it has come: to be kept elsewhere.
    #[must_use]
    pub const fn head(&self) -> AuditHead {
        self.head
    }
}

impl fmt::Debug for AuditChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditChain").field("head", &self.head).finish_non_exhaustive()
    }
}
