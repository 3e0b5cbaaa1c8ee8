use core::fmt;

use subtle::Choice;

use crate::algorithm::Algorithm;
use crate::approval::Method;
use crate::code::{Code, Digits};
use crate::error::Invalid;
use crate::hotp::Hotp;
use crate::secret::Secret;
use crate::totp::{LONGEST_PERIOD, Totp};

/// One of a subject's authenticators: its name, and the key that makes its codes.
///
/// The caller keeps the key, sealed, under the subject and this name; the record holds neither. It holds tags of both, so
/// that the watermark of one key is never taken for another's.
///
/// ```
/// use countersign::{Algorithm, Authenticator, Digits, Hotp, Secret, SystemRng, Totp};
///
/// let secret = Secret::generate(&mut SystemRng)?;
/// let phone = Authenticator::totp("phone", Totp::new(Hotp::new(&secret, Algorithm::Sha1, Digits::SIX)))?;
/// assert_eq!(phone.name(), "phone");
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub struct Authenticator<'a> {
    pub(super) name: &'a str,
    pub(super) generator: Generator,
    pub(super) decoy: bool,
}

pub(super) enum Generator {
    Totp(Totp),
    Hotp(Hotp),
}

impl<'a> Authenticator<'a> {
    /// An app or a token whose codes follow the time (RFC 6238). The name tells the subject's authenticators apart: 1 to
    /// 64 bytes, such as the primary key of the row that holds the sealed key.
    ///
    /// # Errors
    /// [`Invalid::AuthenticatorName`]; [`Invalid::Period`] if its steps last over 120 seconds.
    pub fn totp(name: &'a str, totp: Totp) -> Result<Self, Invalid> {
        if totp.seconds() > LONGEST_PERIOD {
            return Err(Invalid::Period);
        }
        Self::named(name, Generator::Totp(totp), false)
    }

    /// A token whose codes follow a counter (RFC 4226). The name is as that of a [`totp`](Self::totp).
    ///
    /// # Errors
    /// [`Invalid::AuthenticatorName`].
    pub fn hotp(name: &'a str, hotp: Hotp) -> Result<Self, Invalid> {
        Self::named(name, Generator::Hotp(hotp), false)
    }

    /// What to judge codes with when there is no such subject: no code is right, and whoever guesses meets the same hints,
    /// locks and store calls as at an account that exists. Its record is kept at most 8 days.
    ///
    /// # Errors
    /// [`Invalid::AuthenticatorName`].
    pub fn decoy(name: &'a str, digits: Digits) -> Result<Self, Invalid> {
        // Nobody's key: what it makes is compared, and masked.
        let secret = Secret::from_bytes(&[0; 20])?;
        Self::named(name, Generator::Totp(Totp::new(Hotp::new(&secret, Algorithm::Sha1, digits))), true)
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What kind it is.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self.generator {
            Generator::Totp(_) => Method::Totp,
            Generator::Hotp(_) => Method::Hotp,
        }
    }

    fn named(name: &'a str, generator: Generator, decoy: bool) -> Result<Self, Invalid> {
        check_name(name)?;
        Ok(Self { name, generator, decoy })
    }
}

impl fmt::Debug for Authenticator<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("name", &self.name)
            .field("method", &self.method())
            .finish_non_exhaustive()
    }
}

impl Generator {
    pub(super) const fn hotp(&self) -> &Hotp {
        match self {
            Self::Totp(totp) => totp.hotp(),
            Self::Hotp(hotp) => hotp,
        }
    }

    pub(super) fn is_code_of(&self, code: &Code, counter: Option<u64>) -> Choice {
        self.hotp().is_code_of(code, counter)
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Invalid> {
    let fits = (1..=64).contains(&name.len()) && !name.trim().is_empty() && !name.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Invalid::AuthenticatorName) }
}
