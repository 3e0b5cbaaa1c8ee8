use core::error::Error;
use core::fmt;

use crate::Invalid;

/// Why a text is no key URI that this crate accepts, or a key URI cannot be built.
///
/// It never holds a part of the text, so it may be logged and shown.
///
/// ```
/// use countersign::{KeyUri, KeyUriError};
///
/// let fault = KeyUri::parse("otpauth://totp/Anna?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=50").unwrap_err();
/// assert_eq!(fault, KeyUriError::Digits);
/// assert_eq!(fault.to_string(), "digits must be 6, 7 or 8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyUriError {
    /// The text is over 4,096 bytes long.
    TooLong,
    /// It does not begin with `otpauth://`.
    Scheme,
    /// It is neither for `totp` nor for `hotp`.
    Kind,
    /// It has a fragment (`#`), or no label.
    Malformed,
    /// A `%` is not followed by two hexadecimal digits.
    Percent,
    /// What the percent signs stand for is not UTF-8.
    Utf8,
    /// It holds a control character, as it stands or behind percent signs.
    Character,
    /// A parameter that matters is there twice, whichever way its name is written.
    Duplicate,
    /// The issuer before the account and the parameter `issuer` differ.
    IssuerMismatch,
    /// The issuer is not 1 to 64 bytes of text, begins or ends with white space, or has a colon or a character that
    /// could deceive its reader.
    Issuer,
    /// The account is not 1 to 254 bytes of text, begins or ends with white space, or has a character that could
    /// deceive its reader.
    Account,
    /// There is no secret.
    SecretMissing,
    /// The secret does not have 16 to 128 bytes (RFC 4226, section 4, R6).
    /// [`KeyUri::parse_weak`](crate::KeyUri::parse_weak) is the opt-in for 10 to 15, and for these alone.
    SecretLength,
    /// The secret is not Base32.
    Secret(Invalid),
    /// The algorithm is not `SHA1`, `SHA256` or `SHA512`.
    Algorithm,
    /// The digits are not 6, 7 or 8.
    Digits,
    /// The period is not 1 to 120 seconds, or is asked of a URI for HOTP.
    Period,
    /// The counter is not a number of 64 bits.
    Counter,
    /// A URI for HOTP has no counter.
    CounterMissing,
}

impl Error for KeyUriError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Secret(fault) => Some(fault),
            _ => None,
        }
    }
}

impl fmt::Display for KeyUriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "a key URI must be at most 4,096 bytes long",
            Self::Scheme => "a key URI must begin with otpauth://",
            Self::Kind => "a key URI must be for totp or hotp",
            Self::Malformed => "a key URI must have a label and no fragment",
            Self::Percent => "a key URI has a percent sign without two hexadecimal digits",
            Self::Utf8 => "a key URI encodes what is not UTF-8",
            Self::Character => "a key URI has a control character",
            Self::Duplicate => "a key URI has a parameter twice",
            Self::IssuerMismatch => "the label and the parameter name different issuers",
            Self::Issuer => "an issuer must be 1 to 64 bytes of plain text without a colon",
            Self::Account => "an account must be 1 to 254 bytes of plain text",
            Self::SecretMissing => "a key URI must have a secret",
            Self::SecretLength => "the secret does not have the length that is asked of it",
            Self::Secret(_) => "the secret is not Base32",
            Self::Algorithm => "the algorithm must be SHA1, SHA256 or SHA512",
            Self::Digits => "digits must be 6, 7 or 8",
            Self::Period => "the period must be 1 to 120 seconds, and only TOTP has one",
            Self::Counter => "the counter must be a number of 64 bits",
            Self::CounterMissing => "a key URI for hotp must have a counter",
        })
    }
}
