use core::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::approval::hex;

/// Sixteen bytes that name one send: the same whenever that very send is repeated, and others for any other one.
///
/// A keyed hash of the challenge, the generation of its code, the leg of its route and the count of its messages. It tells
/// a provider that two requests are one message, and the record which message an answer
/// is about. It reveals nothing, and is no handle: a log may have it.
///
/// ```
/// use countersign::IdempotencyKey;
///
/// let key = IdempotencyKey::from_bytes([0xab; 16]); // as it was kept beside a provider's reference
/// assert_eq!(key.to_string(), "abababababababababababababababab"); // for a header, or a field of a request
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey([u8; 16]);

impl IdempotencyKey {
    /// The key with these bytes, as they were kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl ConstantTimeEq for IdempotencyKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdempotencyKey({self})")
    }
}
