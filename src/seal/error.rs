use core::error::Error;
use core::fmt;

/// Why a secret was not sealed or not opened. It holds nothing of it.
///
/// ```
/// use countersign::{SealError, SealedSecret};
///
/// assert_eq!(SealedSecret::from_bytes(b"\x01"), Err(SealError::Malformed));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(docsrs, doc(cfg(feature = "seal")))]
pub enum SealError {
    /// An authenticator's name is not 1 to 64 bytes long.
    Name,
    /// The source of randomness failed.
    RandomSource,
    /// The bytes are no sealed secret.
    Malformed,
    /// The bytes are of a later version of this crate: a deployment, not an attack.
    NewerVersion,
    /// It was sealed with a key that this sealer does not know: a deployment, not an attack.
    UnknownKey,
    /// It was altered, or sealed for another subject or another authenticator.
    Refused,
}

impl Error for SealError {}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "an authenticator's name must be 1 to 64 bytes long",
            Self::RandomSource => "the source of randomness failed",
            Self::Malformed => "this is not a sealed secret",
            Self::NewerVersion => "the secret was sealed by a later version",
            Self::UnknownKey => "the secret was sealed with a key that is not known here",
            Self::Refused => "the sealed secret does not open",
        })
    }
}
