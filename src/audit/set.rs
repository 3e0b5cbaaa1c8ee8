use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::check::Track;
use super::{AuditEntry, AuditError, AuditHead, ChainId, keyed};
use crate::keyring::RootKey;
use crate::mac::Mac;

/// Verifies the chains of several processes together, whichever order their lines are in among each other.
///
/// It holds a few hundred bytes a chain, and a chain begins with a line that only the key's holder can have written. A chain
/// that no kept head names is taken as it comes: it may have begun after the heads were kept.
///
/// ```
/// use countersign::{AuditChain, AuditError, AuditSet, RootKey, SystemRng};
///
/// let key = RootKey::generate(&mut SystemRng)?;
/// # use countersign::*;
/// # const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// # let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// # let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// # let customer = Subject::new("customer-4711")?;
/// # let event = verifier.status(PAY, &customer, UnixTime::from_secs(1_800_000_000))?.run_observed(&store).event;
/// let (mut one, mut two) = (AuditChain::new(&key, &mut SystemRng)?, AuditChain::new(&key, &mut SystemRng)?);
/// let lines = [two.append(&event)?, one.append(&event)?, two.append(&event)?].map(|entry| entry.to_string());
///
/// let mut set = AuditSet::new(&key).reaching(one.head()).reaching(two.head());
/// lines.iter().try_for_each(|line| set.line(line).map(drop))?;
/// assert_eq!(set.finish()?.len(), 2);
///
/// let missing = AuditSet::new(&key).reaching(one.head()).finish();
/// assert_eq!(missing, Err(AuditError::CutOff { chain: one.head().chain(), expected: 1, found: 0 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AuditSet {
    key: Mac,
    tracks: BTreeMap<ChainId, Track>,
}

impl AuditSet {
    /// Verifies chains from their first entries.
    #[must_use]
    pub fn new(key: &RootKey) -> Self {
        Self { key: keyed(key), tracks: BTreeMap::new() }
    }

    /// The same, and this head's chain has to go through it: one call for each head that was kept, the newest of a chain.
    #[must_use]
    pub fn reaching(mut self, head: AuditHead) -> Self {
        self.tracks.entry(head.chain()).or_default().kept = Some(head);
        self
    }

    /// Verifies the next line, without its line break, whichever chain it is of.
    ///
    /// # Errors
    /// See [`AuditError`].
    pub fn line(&mut self, line: &str) -> Result<AuditEntry, AuditError> {
        let entry = AuditEntry::parse(line)?;
        let mut track = self.tracks.get(&entry.chain()).copied().unwrap_or_default();
        track.go(&entry, &self.key)?;
        self.tracks.insert(entry.chain(), track);
        Ok(entry)
    }

    /// The end of the log: how far each chain has come.
    ///
    /// # Errors
    /// [`AuditError::CutOff`] for a chain that does not reach its kept head.
    pub fn finish(self) -> Result<Vec<AuditHead>, AuditError> {
        self.tracks.values().try_for_each(Track::end)?;
        Ok(self.tracks.values().filter_map(|track| track.at).collect())
    }
}

impl fmt::Debug for AuditSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditSet").field("tracks", &self.tracks).finish_non_exhaustive()
    }
}
