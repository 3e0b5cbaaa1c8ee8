//! The URI that enrols an authenticator app.

mod error;
mod parse;
mod percent;
mod write;

use core::fmt;
use core::num::NonZeroU32;

use crate::exposed::ExposedText;
use crate::totp::LONGEST_PERIOD;
use crate::{Algorithm, Digits, Hotp, Secret, Text, Totp};
pub use error::KeyUriError;

/// What a reader assumes when there is no period.
const PERIOD: NonZeroU32 = NonZeroU32::new(30).unwrap();

type Issuer = Text<64>;
type Account = Text<254>;

/// A key URI, `otpauth://totp/...` or `otpauth://hotp/...`: what an authenticator app reads from a QR code, and
/// everything that is needed to check its codes.
///
/// It holds the secret, so it has no `Display` and no `Clone`, is compared in constant time, and prints itself without
/// names or key. [`KeyUri::expose`] is the one way to its text. Nothing here makes a network address of it: a picture
/// of the URI is the key, and belongs on no third party's server (feature `qr` draws it here).
///
/// # Writing
/// ```
/// use countersign::{KeyUri, Secret};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // a real one by Secret::generate
/// let uri = KeyUri::totp("Anna's Bikes", "anna@example.com", secret)?;
/// assert_eq!(
///     uri.expose().as_str(),
///     "otpauth://totp/Anna%27s%20Bikes:anna%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
///      &issuer=Anna%27s%20Bikes"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
/// SHA-1, six digits and 30 seconds are what every app does; popular ones ignore anything else and then show
/// wrong codes, so only what differs is written. The issuer is written twice, in the label and as a parameter,
/// because apps read either.
///
/// # Reading
/// [`KeyUri::parse`] reads what others wrote, strictly where a second reading would be another key or another account:
///
/// * at most 4,096 bytes, no control characters, no broken percent signs, and `+` is a plus sign;
/// * scheme, type, names of parameters and the algorithm in any case, as RFC 3986 and apps have it;
/// * the secret as [`Secret::from_base32_lenient`] reads it, and never under 128 bits;
/// * label and parameter must name one issuer. Microsoft Entra's do not (`Contoso:...&issuer=Microsoft`): whom such a
///   key belongs to is for a person to say;
/// * a period of 1 to 120 seconds (NIST SP 800-63B-4). A longer one makes of a one-time password something that can be
///   passed on at leisure, and one of years makes it a fixed one;
/// * `period` means nothing to HOTP and `counter` nothing to TOTP; such a parameter is ignored. So is whatever this crate
///   does not know: apps add `image`, `color`, `lock` and more, and a key is not worse for it. Nothing of it is kept.
#[derive(PartialEq, Eq)]
#[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
pub struct KeyUri {
    kind: KeyKind,
    issuer: Option<Issuer>,
    account: Account,
    secret: Secret,
    algorithm: Algorithm,
    digits: Digits,
}

/// What moves from one code to the next.
///
/// The set is closed: other types of URI (Steam's, Yandex's) are other algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 4226 and RFC 6238 are all there is; a caller may match on both")]
#[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
pub enum KeyKind {
    /// The time (RFC 6238).
    Totp {
        /// Seconds a step, at most 120.
        period: NonZeroU32,
    },
    /// A counter (RFC 4226).
    Hotp {
        /// The counter of the app's next code.
        counter: u64,
    },
}

impl KeyUri {
    /// A URI for TOTP with what every app does: SHA-1, six digits, 30 seconds.
    ///
    /// # Errors
    ///
    /// [`KeyUriError::Issuer`] or [`KeyUriError::Account`]: both are for people to read, 1 to 64 and 1 to 254 bytes long,
    /// without white space at their ends, and the issuer has no colon.
    pub fn totp(issuer: &str, account: &str, secret: Secret) -> Result<Self, KeyUriError> {
        Self::new(KeyKind::Totp { period: PERIOD }, issuer, account, secret)
    }

    /// A URI for HOTP with SHA-1 and six digits. `counter` is that of the app's first code.
    ///
    /// # Errors
    ///
    /// As [`KeyUri::totp`].
    ///
    /// ```
    /// use countersign::{KeyUri, Secret};
    ///
    /// let uri = KeyUri::hotp("Anna's Bikes", "anna", Secret::from_bytes(b"12345678901234567890")?, 1)?;
    /// assert!(uri.expose().as_str().ends_with("&counter=1"));
    /// let (hotp, counter) = uri.to_hotp().expect("it is for HOTP");
    /// assert_eq!(hotp.generate(counter).expose(), "287082"); // RFC 4226, appendix D
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn hotp(issuer: &str, account: &str, secret: Secret, counter: u64) -> Result<Self, KeyUriError> {
        Self::new(KeyKind::Hotp { counter }, issuer, account, secret)
    }

    /// Reads a key URI (URI-1 to URI-4; the type's page has the rules).
    ///
    /// # Errors
    ///
    /// A [`KeyUriError`] that says what is wrong and repeats nothing of the text. [`KeyUriError::SecretLength`] for a
    /// secret under 128 bits.
    ///
    /// ```
    /// use countersign::KeyUri;
    ///
    /// let uri = KeyUri::parse("otpauth://totp/Anna:anna@example.com?secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&color=red")?;
    /// assert_eq!((uri.issuer(), uri.account()), (Some("Anna"), "anna@example.com"));
    /// assert_eq!(uri.secret().expose(), b"12345678901234567890");
    /// # Ok::<(), countersign::KeyUriError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, KeyUriError> {
        parse::parse(text, Secret::from_base32_lenient)
    }

    /// Reads a key URI whose secret has 80 to 120 bits, and no other: for keys that were given out long ago and cannot be
    /// replaced at once.
    ///
    /// # Errors
    ///
    /// As [`KeyUri::parse`]; [`KeyUriError::SecretLength`] for a secret of any other length.
    ///
    /// ```
    /// use countersign::{KeyUri, KeyUriError};
    ///
    /// let old = "otpauth://totp/GitHub:anna?secret=JBSWY3DPEHPK3PXP&issuer=GitHub";
    /// assert_eq!(KeyUri::parse(old).unwrap_err(), KeyUriError::SecretLength);
    /// assert!(KeyUri::parse_weak(old).is_ok());
    /// ```
    pub fn parse_weak(text: &str) -> Result<Self, KeyUriError> {
        parse::parse(text, Secret::from_base32_weak)
    }

    /// The same URI with another hash. Popular apps ignore it and show wrong codes.
    #[must_use]
    pub fn with_algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm, ..self }
    }

    /// The same URI with another number of digits. Popular apps ignore it and show wrong codes.
    #[must_use]
    pub fn with_digits(self, digits: Digits) -> Self {
        Self { digits, ..self }
    }

    /// The same URI with another period. Popular apps ignore it and show wrong codes.
    ///
    /// # Errors
    ///
    /// [`KeyUriError::Period`] for more than 120 seconds, and for HOTP, which has none.
    pub fn with_period(self, seconds: NonZeroU32) -> Result<Self, KeyUriError> {
        match self.kind {
            KeyKind::Totp { .. } => Ok(Self { kind: KeyKind::Totp { period: period(seconds)? }, ..self }),
            KeyKind::Hotp { .. } => Err(KeyUriError::Period),
        }
    }

    /// The URI's text, which holds the key: for the page that shows it once, and for nothing else. Do not log it, and do
    /// not send it to anybody who draws QR codes.
    #[must_use]
    pub fn expose(&self) -> ExposedText {
        write::text(self)
    }

    /// Who gives out the key; a URI that was read may not say.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_ref().map(Text::as_str)
    }

    /// Whose key it is, as the app shows it.
    #[must_use]
    pub fn account(&self) -> &str {
        self.account.as_str()
    }

    /// The key.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The hash.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The number of digits.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// TOTP and its period, or HOTP and its counter.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// What checks the app's codes, or `None` if the URI is for HOTP.
    ///
    /// ```
    /// use countersign::{KeyUri, UnixTime};
    ///
    /// let uri = KeyUri::parse("otpauth://totp/Anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8")?;
    /// let totp = uri.to_totp().expect("it is for TOTP");
    /// assert_eq!(totp.generate(UnixTime::from_secs(59)).expose(), "94287082"); // RFC 6238, appendix B
    /// # Ok::<(), countersign::KeyUriError>(())
    /// ```
    #[must_use]
    pub fn to_totp(&self) -> Option<Totp> {
        match self.kind {
            KeyKind::Totp { period } => Some(Totp::new(self.codes()).period(period)),
            KeyKind::Hotp { .. } => None,
        }
    }

    /// What checks the app's codes and the counter of the next one, or `None` if the URI is for TOTP.
    #[must_use]
    pub fn to_hotp(&self) -> Option<(Hotp, u64)> {
        match self.kind {
            KeyKind::Totp { .. } => None,
            KeyKind::Hotp { counter } => Some((self.codes(), counter)),
        }
    }

    fn new(kind: KeyKind, by: &str, of: &str, secret: Secret) -> Result<Self, KeyUriError> {
        let (issuer, account) = (Some(issuer(by)?), account(of)?);
        Ok(Self { kind, issuer, account, secret, algorithm: Algorithm::Sha1, digits: Digits::SIX })
    }

    fn codes(&self) -> Hotp {
        Hotp::new(&self.secret, self.algorithm, self.digits)
    }
}

impl fmt::Debug for KeyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyUri")
            .field("kind", &self.kind)
            .field("algorithm", &self.algorithm)
            .field("digits", &self.digits.count())
            .finish_non_exhaustive()
    }
}

fn issuer(text: &str) -> Result<Issuer, KeyUriError> {
    match Issuer::new(text) {
        Ok(issuer) if text.trim() == text && !text.contains(':') => Ok(issuer),
        _ => Err(KeyUriError::Issuer),
    }
}

fn account(text: &str) -> Result<Account, KeyUriError> {
    match Account::new(text) {
        Ok(account) if text.trim() == text => Ok(account),
        _ => Err(KeyUriError::Account),
    }
}

fn period(seconds: NonZeroU32) -> Result<NonZeroU32, KeyUriError> {
    if seconds.get() > LONGEST_PERIOD { Err(KeyUriError::Period) } else { Ok(seconds) }
}
