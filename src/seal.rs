//! Secrets at rest, encrypted (RFC 4226, section 7.5).
//!
//! # Why AES-256-GCM-SIV
//! Every node of a service seals under one key, with nonces of 96 random bits and no counter between them.
//!
//! * *AES-GCM* breaks when a nonce comes twice under a key: the two texts' difference shows, and so does the key that
//!   authenticates, so anybody could forge. Virtual machines that are resumed from a snapshot draw the same bytes twice.
//! * *AES-GCM-SIV* (RFC 8452) survives that: a nonce that comes twice shows only whether the same secret was sealed for
//!   the same authenticator. It derives keys from each nonce, so many seals under one key cost little of its strength.
//! * *AES-SIV* (RFC 5297) is as robust, with keys of twice the length and a slower MAC, for a gain in nothing that is
//!   needed here: no text is longer than 128 bytes.

mod error;
mod sealed;

use core::fmt;

use aes_gcm_siv::{AeadInOut as _, Aes256GcmSiv, KeyInit as _, Nonce, Tag};
use rand_core::TryCryptoRng;

use crate::keyring::{KeyId, key_id};
use crate::mac::Mac;
use crate::released::public;
use crate::wipe::wipe;
use crate::{Invalid, RootKey, Secret, Subject};

pub use error::SealError;
pub use sealed::SealedSecret;

/// Sealing keys that one sealer holds at a time: the one that seals, and those that still open.
const KEYS: usize = 4;
/// The longest secret, in bytes.
const LONGEST: usize = 128;
/// The longest name of an authenticator, in bytes.
const LONGEST_NAME: usize = 64;

/// The keys that encrypt secrets before they are stored, and what does it: AES-256-GCM-SIV (RFC 8452).
///
/// A sealed secret opens only for the subject and the authenticator that it was sealed for, so a row that is copied to
/// another account is worth nothing there. All lanes of a subject are one subject here. The name tells a subject's
/// authenticators apart; it need not be secret, must not change, and is 1 to 64 bytes long.
///
/// The key comes from a key store and not from the database that the sealed secrets are in. Give this a key of its own; one
/// that makes codes elsewhere would still be separated from them, but not rotated apart.
///
/// To rotate, first let every node [`accept`](Sealer::accept) the new key, then seal with it and accept the old one,
/// [`reseal`](Sealer::reseal) what [`is_current`](Sealer::is_current) does not know, and drop the old key.
///
/// ```
/// use countersign::{RootKey, SealError, SealedSecret, Sealer, Secret, Subject, SystemRng};
///
/// let sealer = Sealer::new(&RootKey::generate(&mut SystemRng)?)?;
/// let (anna, bob) = (Subject::new("customer-4711")?, Subject::new("customer-4712")?);
///
/// let secret = Secret::generate(&mut SystemRng)?;
/// let sealed = sealer.seal(&secret, &anna, "phone", &mut SystemRng)?;
/// let column: Vec<u8> = sealed.as_bytes().to_vec(); // what the database gets
///
/// let sealed = SealedSecret::from_bytes(&column)?;
/// assert_eq!(sealer.open(&sealed, &anna, "phone")?, secret);
/// assert_eq!(sealer.open(&sealed, &bob, "phone"), Err(SealError::Refused));
/// assert_eq!(sealer.open(&sealed, &anna, "token"), Err(SealError::Refused));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "seal")))]
pub struct Sealer {
    keys: [Option<SealKey>; KEYS],
}

struct SealKey {
    id: KeyId,
    cipher: Aes256GcmSiv,
}

impl Sealer {
    /// A sealer that seals with `key`.
    ///
    /// # Errors
    ///
    /// None today; [`Invalid::SameKey`] and [`Invalid::TooManyKeys`] are those of [`Sealer::accept`].
    pub fn new(key: &RootKey) -> Result<Self, Invalid> {
        Self { keys: [const { None }; KEYS] }.accept(key)
    }

    /// The same sealer, which also opens what was sealed with `key`.
    ///
    /// # Errors
    ///
    /// [`Invalid::SameKey`] if a key with that id is there already, [`Invalid::TooManyKeys`] for a fifth.
    pub fn accept(mut self, key: &RootKey) -> Result<Self, Invalid> {
        let key = SealKey::new(key);
        if self.find(key.id).is_some() {
            return Err(Invalid::SameKey);
        }
        let place = self.keys.iter_mut().find(|place| place.is_none()).ok_or(Invalid::TooManyKeys)?;
        *place = Some(key);
        Ok(self)
    }

    /// Encrypts `secret` for one authenticator of `subject`.
    ///
    /// Nothing but its length shows: the rest of what is stored is a version, the key's id, 12 random bytes and a tag.
    ///
    /// # Errors
    ///
    /// [`SealError::Name`], or [`SealError::RandomSource`] if `rng` fails; nothing weaker takes its place.
    pub fn seal<R: TryCryptoRng + ?Sized>(
        &self,
        secret: &Secret,
        subject: &Subject,
        authenticator: &str,
        rng: &mut R,
    ) -> Result<SealedSecret, SealError> {
        // The constructor puts a key in the first place.
        let key = self.keys.iter().flatten().next().ok_or(SealError::UnknownKey)?;
        let mut nonce = [0; 12];
        rng.try_fill_bytes(&mut nonce).map_err(|_| SealError::RandomSource)?;
        let mut text = [0; LONGEST];
        let place = text.get_mut(..secret.expose().len()).unwrap_or_default();
        place.copy_from_slice(secret.expose());
        let whose = Whose::new(key.id, subject, authenticator)?;
        let tag = key.cipher.encrypt_inout_detached(&Nonce::from(nonce), whose.as_bytes(), (&mut *place).into());
        let sealed = tag.map(|tag| SealedSecret::new(key.id, nonce, place, tag.into()));
        wipe(&mut text);
        // Only texts of gigabytes are refused.
        sealed.map_err(|_| SealError::Refused)
    }

    /// Decrypts a secret for the authenticator and the subject that it was sealed for.
    ///
    /// # Errors
    ///
    /// * [`SealError::Refused`] if it was altered, or sealed for another subject or authenticator, which look alike;
    /// * [`SealError::UnknownKey`] if it was sealed with a key that this sealer does not know. That is a deployment and no
    ///   attack: answer that the service is unavailable, and do not enrol anew;
    /// * [`SealError::Name`].
    pub fn open(&self, sealed: &SealedSecret, subject: &Subject, authenticator: &str) -> Result<Secret, SealError> {
        let whose = Whose::new(sealed.key(), subject, authenticator)?;
        let key = self.find(sealed.key()).ok_or(SealError::UnknownKey)?;
        let mut text = [0; LONGEST];
        let place = text.get_mut(..sealed.text().len()).unwrap_or_default();
        place.copy_from_slice(sealed.text());
        let (nonce, tag) = (Nonce::from(sealed.nonce()), Tag::from(sealed.tag()));
        let opened = key.cipher.decrypt_inout_detached(&nonce, whose.as_bytes(), (&mut *place).into(), &tag);
        // Whoever sealed a weak secret had opted in.
        let secret = if public(opened.is_ok()) {
            Secret::from_bytes(place).or_else(|_| Secret::from_bytes_weak(place)).ok()
        } else {
            None
        };
        wipe(&mut text);
        secret.ok_or(SealError::Refused)
    }

    /// Seals a sealed secret anew, with the key that seals today.
    ///
    /// # Errors
    ///
    /// Those of [`Sealer::open`] and [`Sealer::seal`].
    ///
    /// ```
    /// # use countersign::{RootKey, Sealer, Secret, Subject, SystemRng};
    /// # let (old, new) = (RootKey::generate(&mut SystemRng)?, RootKey::generate(&mut SystemRng)?);
    /// # let (anna, secret) = (Subject::new("customer-4711")?, Secret::generate(&mut SystemRng)?);
    /// let sealed = Sealer::new(&old)?.seal(&secret, &anna, "phone", &mut SystemRng)?;
    ///
    /// let sealer = Sealer::new(&new)?.accept(&old)?;
    /// assert!(!sealer.is_current(&sealed));
    /// let sealed = sealer.reseal(&sealed, &anna, "phone", &mut SystemRng)?;
    /// assert!(sealer.is_current(&sealed));
    /// assert_eq!(Sealer::new(&new)?.open(&sealed, &anna, "phone")?, secret);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reseal<R: TryCryptoRng + ?Sized>(
        &self,
        sealed: &SealedSecret,
        subject: &Subject,
        authenticator: &str,
        rng: &mut R,
    ) -> Result<SealedSecret, SealError> {
        self.seal(&self.open(sealed, subject, authenticator)?, subject, authenticator, rng)
    }

    /// Whether it was sealed with the key that seals today.
    #[must_use]
    pub fn is_current(&self, sealed: &SealedSecret) -> bool {
        self.keys.iter().flatten().next().is_some_and(|key| key.id == sealed.key())
    }

    fn find(&self, id: KeyId) -> Option<&SealKey> {
        self.keys.iter().flatten().find(|key| key.id == id)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(..)")
    }
}

impl SealKey {
    fn new(key: &RootKey) -> Self {
        let mac = Mac::keyed(key.expose());
        let cipher = mac.message().with(b"countersign/v1/seal").finish_with(|key| Aes256GcmSiv::new(key.into()));
        Self { id: key_id(&mac), cipher }
    }
}

/// The associated data: a label, version and key id, then subject and authenticator with their lengths before them.
struct Whose {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

impl Whose {
    const LABEL: &'static [u8] = b"countersign/v1/sealed-secret";
    const LONGEST: usize = Self::LABEL.len() + 5 + 1 + Subject::LONGEST + 1 + LONGEST_NAME;

    fn new(key: KeyId, subject: &Subject, authenticator: &str) -> Result<Self, SealError> {
        if !(1..=LONGEST_NAME).contains(&authenticator.len()) {
            return Err(SealError::Name);
        }
        let mut whose = Self { bytes: [0; Self::LONGEST], length: 0 };
        for part in [Self::LABEL, &[SealedSecret::VERSION], &key] {
            whose.push(part);
        }
        for part in [subject.as_bytes(), authenticator.as_bytes()] {
            whose.push(&[u8::try_from(part.len()).unwrap_or(u8::MAX)]);
            whose.push(part);
        }
        Ok(whose)
    }

    /// There is room for the longest parts.
    fn push(&mut self, part: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.length..self.length + part.len()) {
            place.copy_from_slice(part);
            self.length += part.len();
        }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}
