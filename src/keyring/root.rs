use core::fmt;

use rand_core::TryCryptoRng;
use subtle::{Choice, ConstantTimeEq};

use crate::error::Invalid;
use crate::wipe::wipe;

/// A root key: 32 to 128 random bytes from a key store, wiped when dropped, never shown.
///
/// ```
/// use countersign::{Invalid, RootKey};
///
/// let key = RootKey::from_bytes(&[0x5a; 32])?; // a real one comes from a key store
/// assert_eq!(format!("{key:?}"), "RootKey(..)");
/// assert_eq!(RootKey::from_bytes(&[0x5a; 31]).unwrap_err(), Invalid::RootKeyLength);
/// # Ok::<(), Invalid>(())
/// ```
pub struct RootKey {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl RootKey {
    /// The fewest bytes.
    pub const SHORTEST: usize = 32;
    /// The most bytes.
    pub const LONGEST: usize = 128;

    /// A key of 32 to 128 bytes. All-equal bytes and text that people make up are the caller's to avoid.
    ///
    /// # Errors
    /// [`Invalid::RootKeyLength`].
    pub fn from_bytes(key: &[u8]) -> Result<Self, Invalid> {
        let mut bytes = [0; Self::LONGEST];
        match bytes.get_mut(..key.len()) {
            Some(place) if key.len() >= Self::SHORTEST => place.copy_from_slice(key),
            _ => return Err(Invalid::RootKeyLength),
        }
        Ok(Self { bytes, length: key.len() })
    }

    /// A new key of 32 bytes. Store it before it is used: what was issued with a lost key is lost.
    ///
    /// # Errors
    /// [`Invalid::RandomSource`] if the generator fails.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Invalid> {
        let mut key = Self { bytes: [0; Self::LONGEST], length: Self::SHORTEST };
        if let Some(place) = key.bytes.get_mut(..Self::SHORTEST) {
            rng.try_fill_bytes(place).map_err(|_| Invalid::RandomSource)?;
        }
        Ok(key)
    }

    /// The bytes themselves, to put into a key store. This is the only way to them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl ConstantTimeEq for RootKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.expose().ct_eq(other.expose())
    }
}

impl Drop for RootKey {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(..)")
    }
}
