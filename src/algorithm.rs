//! The hash under the HMAC.

/// The hash that makes a code: SHA-1 (RFC 4226), SHA-256 or SHA-512 (RFC 6238, section 1.2).
///
/// SHA-1 is what every authenticator app speaks, and HMAC-SHA-1 is not touched by the collisions found in SHA-1
/// (RFC 6194, section 3.3). Popular apps ignore any other choice in an enrolment URI and then show wrong codes.
///
/// The set is closed: these are the three that the standards name.
///
/// ```
/// use countersign::Algorithm;
///
/// assert_eq!(Algorithm::default(), Algorithm::Sha1);
/// assert_eq!(Algorithm::Sha256.key_length(), 32);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[expect(clippy::exhaustive_enums, reason = "RFC 6238 closes the set; a caller may match on all of it")]
pub enum Algorithm {
    /// HMAC-SHA-1.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// The key length in bytes that RFC 6238, section 5.1 recommends: as long as the hash's output, so 20, 32 or 64.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}
