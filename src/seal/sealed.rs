use core::fmt;
use core::str::FromStr;

use super::{LONGEST, SealError};
use crate::keyring::KeyId;

/// An encrypted secret: what the database keeps.
///
/// This crate keeps no secrets, so their table is the caller's; give its functions this type. A [`Secret`](crate::Secret) has
/// no bytes to store by accident: no `AsRef`, no `Serialize`, no conversion, only `expose`.
///
/// | bytes | what |
/// |---|---|
/// | 1 | version, 1 |
/// | 4 | id of the key |
/// | 12 | nonce |
/// | 10 to 128 | the secret, encrypted |
/// | 16 | tag |
///
/// So a column of 161 bytes takes any of them, and one of 322 characters its text, which is lower-case hexadecimal.
///
/// ```
/// use countersign::{RootKey, SealedSecret, Sealer, Secret, Subject, SystemRng};
///
/// let sealer = Sealer::new(&RootKey::generate(&mut SystemRng)?)?;
/// let secret = Secret::generate(&mut SystemRng)?; // 20 bytes
/// let sealed = sealer.seal(&secret, &Subject::new("customer-4711")?, "phone", &mut SystemRng)?;
/// assert_eq!(sealed.as_bytes().len(), 53);
/// assert_eq!(SealedSecret::from_bytes(sealed.as_bytes())?, sealed);
/// assert_eq!(sealed.to_string().parse::<SealedSecret>()?, sealed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[cfg_attr(docsrs, doc(cfg(feature = "seal")))]
pub struct SealedSecret {
    key: KeyId,
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl SealedSecret {
    /// The most bytes.
    pub const LONGEST: usize = Self::HEADER + LONGEST + Self::TAG;

    pub(super) const VERSION: u8 = 1;
    /// Version, key id and nonce.
    const HEADER: usize = 1 + 4 + 12;
    const TAG: usize = 16;
    /// A weak secret's bytes.
    const SHORTEST: usize = Self::HEADER + 10 + Self::TAG;

    /// Reads what [`SealedSecret::as_bytes`] wrote. Whether it opens, only a [`Sealer`](crate::Sealer) can tell.
    ///
    /// # Errors
    ///
    /// [`SealError::Malformed`], or [`SealError::NewerVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        match bytes {
            [Self::VERSION, k0, k1, k2, k3, ..] if (Self::SHORTEST..=Self::LONGEST).contains(&bytes.len()) => {
                Ok(Self::copy([*k0, *k1, *k2, *k3], &[bytes]))
            }
            [version, ..] if *version > Self::VERSION => Err(SealError::NewerVersion),
            _ => Err(SealError::Malformed),
        }
    }

    /// The bytes, for the database. They tell nobody the secret, but its length.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(super) fn new(key: KeyId, nonce: [u8; 12], text: &[u8], tag: [u8; 16]) -> Self {
        Self::copy(key, &[&[Self::VERSION], &key, &nonce, text, &tag])
    }

    pub(super) const fn key(&self) -> KeyId {
        self.key
    }

    pub(super) fn nonce(&self) -> [u8; 12] {
        self.as_bytes().get(5..).and_then(|rest| rest.first_chunk()).copied().unwrap_or_default()
    }

    pub(super) fn text(&self) -> &[u8] {
        self.as_bytes().get(Self::HEADER..self.length - Self::TAG).unwrap_or_default()
    }

    pub(super) fn tag(&self) -> [u8; 16] {
        self.as_bytes().last_chunk().copied().unwrap_or_default()
    }

    fn copy(key: KeyId, parts: &[&[u8]]) -> Self {
        let mut sealed = Self { key, bytes: [0; Self::LONGEST], length: parts.iter().map(|part| part.len()).sum() };
        for (to, from) in sealed.bytes.iter_mut().zip(parts.iter().copied().flatten()) {
            *to = *from;
        }
        sealed
    }
}

impl AsRef<[u8]> for SealedSecret {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl TryFrom<&[u8]> for SealedSecret {
    type Error = SealError;

    fn try_from(bytes: &[u8]) -> Result<Self, SealError> {
        Self::from_bytes(bytes)
    }
}

/// Lower-case hexadecimal, as it is written.
impl FromStr for SealedSecret {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(SealError::Malformed);
        };
        let mut bytes = [0; Self::LONGEST];
        let place = bytes.get_mut(..pairs.len()).ok_or(SealError::Malformed)?;
        for (byte, [high, low]) in place.iter_mut().zip(pairs) {
            *byte = (nibble(*high)? << 4) | nibble(*low)?;
        }
        Self::from_bytes(place)
    }
}

impl fmt::Display for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = u32::from_be_bytes(self.key);
        f.debug_struct("SealedSecret").field("key", &format_args!("{id:08x}")).finish_non_exhaustive()
    }
}

const fn nibble(digit: u8) -> Result<u8, SealError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(SealError::Malformed),
    }
}
