use core::fmt;
use core::str::FromStr;

use super::AuditError;
use crate::approval::hex;
use crate::event::bytes;

/// Which chain: 16 random bytes, drawn when it is begun.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChainId(pub(super) [u8; 16]);

/// How far a chain has come: its number of entries, and the authenticator of the last one, which stands for all of them.
///
/// Kept where whoever can write the log cannot write, it shows that nothing was cut off at the end and nothing before it
/// was written anew, not even by somebody with the key. Its text is one line of at most 118 characters.
///
/// ```
/// use countersign::{AuditChain, AuditHead, RootKey, SystemRng};
///
/// let chain = AuditChain::new(&RootKey::generate(&mut SystemRng)?, &mut SystemRng)?;
/// let kept = chain.head().to_string(); // to another machine, or on paper
/// assert_eq!(kept.parse::<AuditHead>()?, chain.head());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    pub(super) chain: ChainId,
    pub(super) number: u64,
    pub(super) mac: [u8; 32],
}

impl ChainId {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl AuditHead {
    /// Of a chain without an entry.
    pub(super) const fn start(chain: ChainId) -> Self {
        Self { chain, number: 0, mac: [0; 32] }
    }

    /// Which chain.
    #[must_use]
    pub const fn chain(&self) -> ChainId {
        self.chain
    }

    /// How many entries it has.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainId({self})")
    }
}

/// Chain, number and authenticator, with points between them.
impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.", self.chain, self.number)?;
        hex(&self.mac, f)
    }
}

impl fmt::Debug for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditHead({self})")
    }
}

/// What it is displayed as, and nothing else.
impl FromStr for AuditHead {
    type Err = AuditError;

    fn from_str(text: &str) -> Result<Self, AuditError> {
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(AuditError::Malformed);
        let head = Self {
            chain: ChainId(bytes(part()?).ok_or(AuditError::Malformed)?),
            number: part()?.parse().map_err(|_| AuditError::Malformed)?,
            mac: bytes(part()?).ok_or(AuditError::Malformed)?,
        };
        super::entry::is_written(&head, text).then_some(head).ok_or(AuditError::Malformed)
    }
}
