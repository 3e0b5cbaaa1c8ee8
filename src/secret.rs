//! A shared key, and its text.

mod base32;

use core::fmt;

use rand_core::TryCryptoRng;
use subtle::{Choice, ConstantTimeEq};

use crate::released::{released, shown};
use crate::wipe::wipe;
use crate::{Algorithm, Invalid};

/// The most bytes in a secret: a block of SHA-512, so that no key is longer than its hash can absorb.
const LONGEST: usize = 128;
/// 128 bits (RFC 4226, section 4, R6).
const SHORTEST: usize = 16;
/// 80 bits, what some authenticators were once enrolled with.
const WEAKEST: usize = 10;

/// A key that the server and the person's authenticator share.
///
/// It is kept inline, wiped when it is dropped, printed as `Secret(..)`, compared only in constant time, and cannot be
/// cloned. [`Secret::expose`] and [`Secret::expose_base32`] are the only ways to its bytes. A move may leave a copy on
/// the stack that nothing wipes: keep a secret where it is made, or behind a reference.
///
/// ```
/// use countersign::Secret;
///
/// let secret = Secret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")?;
/// assert_eq!(secret.expose(), b"12345678901234567890");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub struct Secret {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Secret {
    /// A key of 16 to 128 bytes (RFC 4226, section 4, R6: at least 128 bits).
    ///
    /// # Errors
    ///
    /// [`Invalid::SecretLength`] if it is shorter or longer.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Invalid> {
        if !(SHORTEST..=LONGEST).contains(&bytes.len()) {
            return Err(Invalid::SecretLength);
        }
        Ok(Self::copy(bytes))
    }

    /// A key of 10 to 15 bytes, under the 128 bits that RFC 4226 demands: for keys that are already out there and
    /// cannot be replaced at once.
    ///
    /// # Errors
    ///
    /// [`Invalid::WeakSecretLength`] if it is shorter or longer.
    ///
    /// ```
    /// use countersign::{Invalid, Secret};
    ///
    /// assert_eq!(Secret::from_bytes(b"1234567890").unwrap_err(), Invalid::SecretLength);
    /// assert!(Secret::from_bytes_weak(b"1234567890").is_ok());
    /// ```
    pub fn from_bytes_weak(bytes: &[u8]) -> Result<Self, Invalid> {
        if !(WEAKEST..SHORTEST).contains(&bytes.len()) {
            return Err(Invalid::WeakSecretLength);
        }
        Ok(Self::copy(bytes))
    }

    /// Reads the Base32 of RFC 4648, section 6, strictly: upper case, no separators, and either no padding, as in
    /// enrolment URIs, or exactly the right one.
    ///
    /// The work depends on the length of the text alone, and text that is too long is refused without reading it.
    ///
    /// # Errors
    ///
    /// [`Invalid::SecretCharacter`], [`Invalid::SecretPadding`] or [`Invalid::SecretTrailingBits`] if it is not such a
    /// text, [`Invalid::SecretLength`] if it does not hold 16 to 128 bytes.
    ///
    /// ```
    /// use countersign::{Invalid, Secret};
    ///
    /// let lower = Secret::from_base32("gezdgnbvgy3tqojqgezdgnbvgy3tqojq");
    /// assert_eq!(lower.unwrap_err(), Invalid::SecretCharacter);
    /// ```
    pub fn from_base32(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0; LONGEST];
        let secret = base32::decode(text.as_bytes(), &mut bytes).and_then(Self::from_bytes);
        wipe(&mut bytes);
        secret
    }

    /// Reads Base32 as people copy it: lower case, spaces and dashes anywhere, any number of `=` at the end.
    ///
    /// Nothing else is forgiven; trailing bits are not.
    ///
    /// # Errors
    ///
    /// As [`Secret::from_base32`]; [`Invalid::SecretLength`] also if the text is over 512 bytes long.
    ///
    /// ```
    /// use countersign::Secret;
    ///
    /// let secret = Secret::from_base32_lenient("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?;
    /// assert_eq!(secret.expose(), b"12345678901234567890");
    /// # Ok::<(), countersign::Invalid>(())
    /// ```
    pub fn from_base32_lenient(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0; LONGEST];
        let secret = base32::decode_lenient(text.as_bytes(), &mut bytes).and_then(Self::from_bytes);
        wipe(&mut bytes);
        secret
    }

    /// Reads the Base32 of a key of 10 to 15 bytes, as [`Secret::from_base32_lenient`] reads that of a long one: for
    /// keys that are already out there and cannot be replaced at once.
    ///
    /// # Errors
    ///
    /// As [`Secret::from_base32_lenient`]; [`Invalid::WeakSecretLength`] if it holds fewer than 10 bytes or more than
    /// 15.
    ///
    /// ```
    /// use countersign::{Invalid, Secret};
    ///
    /// assert_eq!(Secret::from_base32_lenient("JBSWY3DPEHPK3PXP").unwrap_err(), Invalid::SecretLength);
    /// assert_eq!(Secret::from_base32_weak("jbsw y3dp ehpk 3pxp")?.expose(), b"Hello!\xDE\xAD\xBE\xEF");
    /// # Ok::<(), Invalid>(())
    /// ```
    pub fn from_base32_weak(text: &str) -> Result<Self, Invalid> {
        let mut bytes = [0; LONGEST];
        let secret = base32::decode_lenient(text.as_bytes(), &mut bytes).and_then(Self::from_bytes_weak);
        wipe(&mut bytes);
        secret
    }

    /// A fresh key of 20 bytes, the 160 bits that RFC 4226, section 4 recommends.
    ///
    /// # Errors
    ///
    /// [`Invalid::RandomSource`] if `rng` fails; nothing weaker takes its place.
    pub fn generate<R: TryCryptoRng + ?Sized>(rng: &mut R) -> Result<Self, Invalid> {
        Self::generate_for(Algorithm::Sha1, rng)
    }

    /// A fresh key as long as the hash's output: 20, 32 or 64 bytes (RFC 6238, section 5.1).
    ///
    /// # Errors
    ///
    /// [`Invalid::RandomSource`] if `rng` fails.
    pub fn generate_for<R: TryCryptoRng + ?Sized>(algorithm: Algorithm, rng: &mut R) -> Result<Self, Invalid> {
        let mut bytes = [0; LONGEST];
        let room = bytes.get_mut(..algorithm.key_length()).unwrap_or_default();
        let filled = rng.try_fill_bytes(room).map_err(|_| Invalid::RandomSource);
        let secret = filled.and_then(|()| Self::from_bytes(room));
        wipe(&mut bytes);
        secret
    }

    /// The key itself. Do not log it.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// The key as unpadded Base32 (RFC 4648, section 6), as enrolment URIs carry it and people copy it.
    ///
    /// ```
    /// use countersign::Secret;
    ///
    /// let text = Secret::from_bytes(b"12345678901234567890")?.expose_base32();
    /// assert_eq!(text.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    /// # Ok::<(), countersign::Invalid>(())
    /// ```
    #[must_use]
    pub fn expose_base32(&self) -> SecretText {
        let mut text = [0; base32::LONGEST];
        let length = base32::encode(self.expose(), &mut text);
        SecretText { text, length }
    }

    fn copy(bytes: &[u8]) -> Self {
        let mut secret = Self { bytes: [0; LONGEST], length: bytes.len() };
        for (to, from) in secret.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        secret
    }
}

impl ConstantTimeEq for Secret {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.length.ct_eq(&other.length) & self.bytes.ct_eq(&other.bytes)
    }
}

/// In constant time.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        released(self.ct_eq(other))
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.bytes);
    }
}

/// A [`Secret`] in Base32, made by [`Secret::expose_base32`]; wiped when it is dropped.
pub struct SecretText {
    text: [u8; base32::LONGEST],
    length: usize,
}

impl SecretText {
    /// The text: unpadded, upper case. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The encoder writes ASCII only.
        self.text.get(..self.length).and_then(|text| str::from_utf8(shown(text)).ok()).unwrap_or_default()
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        wipe(&mut self.text);
    }
}
