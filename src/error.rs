//! What can be wrong with configuration or text.

use core::error::Error;
use core::fmt;

/// A value that this crate refuses to build.
///
/// Each variant names one fault. None holds the text, the code or the key that was refused, so an `Invalid` may be
/// logged, shown and compared freely.
///
/// ```
/// use countersign::{Invalid, Secret};
///
/// let refused = Secret::from_bytes(b"too short").unwrap_err();
/// assert_eq!(refused, Invalid::SecretLength);
/// assert_eq!(refused.to_string(), "a secret must be 16 to 128 bytes long");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invalid {
    /// A shared secret is not 16 to 128 bytes long (RFC 4226, section 4, R6 asks for 128 bits).
    SecretLength,
    /// A weak secret is not 10 to 15 bytes long.
    WeakSecretLength,
    /// A Base32 secret has a character outside the alphabet of RFC 4648, section 6.
    SecretCharacter,
    /// A Base32 secret has an impossible length, or padding that does not fit it.
    SecretPadding,
    /// The last character of a Base32 secret carries bits that belong to no byte (RFC 4648, section 3.5).
    SecretTrailingBits,
    /// The source of randomness failed.
    RandomSource,
    /// A code of digits does not have 6 to 8 of them (RFC 4226, section 5.3).
    DigitCount,
    /// A code of letters does not have 6 to 12 symbols.
    LetterCount,
    /// A typed code does not have the length of its format.
    CodeLength,
    /// A typed code has a character that its format does not know.
    CodeCharacter,
    /// A window holds no counter.
    WindowEmpty,
    /// A window holds more than 1,000 counters.
    WindowTooWide,
    /// The last counter, `u64::MAX`, has been used; there is none after it.
    CounterExhausted,
    /// A skew reaches further than 10 steps into the past or the future.
    SkewTooWide,
}

impl Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SecretLength => "a secret must be 16 to 128 bytes long",
            Self::WeakSecretLength => "a weak secret must be 10 to 15 bytes long",
            Self::SecretCharacter => "a Base32 secret may hold only the letters A to Z and the digits 2 to 7",
            Self::SecretPadding => "a Base32 secret is cut short or wrongly padded",
            Self::SecretTrailingBits => "a Base32 secret ends in bits that belong to no byte",
            Self::RandomSource => "the source of randomness failed",
            Self::DigitCount => "a code must have 6 to 8 digits",
            Self::LetterCount => "a code of letters must have 6 to 12 symbols",
            Self::CodeLength => "the code does not have the expected length",
            Self::CodeCharacter => "the code has a character that no code has",
            Self::WindowEmpty => "a window must hold at least one counter",
            Self::WindowTooWide => "a window must hold at most 1,000 counters",
            Self::CounterExhausted => "every counter has been used",
            Self::SkewTooWide => "a skew must be at most 10 steps each way",
        })
    }
}
