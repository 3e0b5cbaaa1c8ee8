use core::fmt;

use super::{AuditEntry, AuditError, AuditHead, keyed};
use crate::keyring::RootKey;
use crate::mac::Mac;

/// Verifies one chain, line by line, in constant memory: see [`AuditChain`](super::AuditChain).
///
/// A line that is refused changes nothing, so the lines after it can be looked at too.
pub struct AuditCheck {
    key: Mac,
    track: Track,
}

/// How far a chain was verified, and how far it has to reach.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Track {
    pub(super) at: Option<AuditHead>,
    pub(super) kept: Option<AuditHead>,
}

impl AuditCheck {
    /// Verifies a chain from its first entry.
    #[must_use]
    pub fn new(key: &RootKey) -> Self {
        Self { key: keyed(key), track: Track::default() }
    }

    /// Verifies what comes after a head that was kept: the first line is the entry after it.
    #[must_use]
    pub fn after(key: &RootKey, head: AuditHead) -> Self {
        Self { key: keyed(key), track: Track { at: Some(head), kept: None } }
    }

    /// The same, and the chain has to go through this head, which was kept elsewhere: the newest there is. Without one
    /// nobody can tell that the end was cut off.
    #[must_use]
    pub const fn reaching(mut self, head: AuditHead) -> Self {
        self.track.kept = Some(head);
        self
    }

    /// Verifies the next line, without its line break.
    ///
    /// # Errors
    /// See [`AuditError`].
    pub fn line(&mut self, line: &str) -> Result<AuditEntry, AuditError> {
        let entry = AuditEntry::parse(line)?;
        self.track.go(&entry, &self.key)?;
        Ok(entry)
    }

    /// The end of the log: how far the chain has come; `None` if there was no line.
    ///
    /// # Errors
    /// [`AuditError::CutOff`] if it does not reach the kept head.
    pub fn finish(self) -> Result<Option<AuditHead>, AuditError> {
        self.track.end()?;
        Ok(self.track.at)
    }
}

impl Track {
    pub(super) fn go(&mut self, entry: &AuditEntry, key: &Mac) -> Result<(), AuditError> {
        let before = self.at.unwrap_or(AuditHead::start(entry.chain()));
        let number = entry.number();
        if [Some(before), self.kept].iter().flatten().any(|head| head.chain() != entry.chain()) {
            return Err(AuditError::OtherChain);
        }
        let expected = before.number().saturating_add(1);
        if number != expected {
            return Err(AuditError::Number { expected, found: number });
        }
        if !entry.follows(&before, key) {
            return Err(AuditError::Altered { number });
        }
        if self.kept.is_some_and(|kept| kept.number() == number && kept != entry.head()) {
            return Err(AuditError::Rewritten { number });
        }
        self.at = Some(entry.head());
        Ok(())
    }

    pub(super) fn end(&self) -> Result<(), AuditError> {
        let found = self.at.map_or(0, |head| head.number());
        match self.kept {
            Some(kept) if found < kept.number() => {
                Err(AuditError::CutOff { chain: kept.chain(), expected: kept.number(), found })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for AuditCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditCheck").field("track", &self.track).finish_non_exhaustive()
    }
}
