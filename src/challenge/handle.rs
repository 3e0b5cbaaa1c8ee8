//! Names for a challenge: the handle that a browser may hold, and the token that its recipient may report with.

use core::fmt;

use subtle::{Choice, ConstantTimeEq};

#[cfg(feature = "alloc")]
use crate::error::Invalid;

/// Which challenge: 16 bytes that this crate made, unguessable, safe for a browser, and worth nothing without the
/// code. A guess at a code without a live handle touches no budget (F57).
///
/// ```
/// use countersign::{Handle, Invalid};
///
/// let handle = Handle::from_bytes([7; 16]); // from `issued.ticket().handle()`
/// let text = handle.to_text(); // 26 characters of Crockford's Base32, for a form or a URL
/// assert_eq!(Handle::parse(&text)?, handle);
/// assert_eq!(Handle::parse("../../etc/passwd"), Err(Invalid::Handle));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Handle([u8; 16]);

impl Handle {
    /// The handle with these bytes, as a client sent them back.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// 26 characters of Crockford's Base32.
    #[cfg(feature = "alloc")]
    #[must_use]
    pub fn to_text(&self) -> alloc::string::String {
        base32::encode(base32::Alphabet::Crockford, &self.0)
    }

    /// What [`to_text`](Self::to_text) wrote; one handle has one text.
    ///
    /// # Errors
    /// [`Invalid::Handle`] for anything else.
    #[cfg(feature = "alloc")]
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() != 26 {
            return Err(Invalid::Handle);
        }
        let bytes = base32::decode(base32::Alphabet::Crockford, text).ok_or(Invalid::Handle)?;
        let handle = Self(bytes.try_into().map_err(|_| Invalid::Handle)?);
        if handle.to_text() == text { Ok(handle) } else { Err(Invalid::Handle) }
    }
}

impl ConstantTimeEq for Handle {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(..)")
    }
}

/// Eight bytes, under a key of their own, that only the message carries: whoever sends them back got the message, and
/// may say "this was not me". Put them behind a page that asks once more before it reports, since mail scanners follow
/// links.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReportToken([u8; 8]);

impl ReportToken {
    /// The token with these bytes, as a reporter sent them back.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl ConstantTimeEq for ReportToken {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for ReportToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportToken(..)")
    }
}
