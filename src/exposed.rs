//! Text and bytes that hold a key because somebody asked for them.

use core::fmt;

use alloc::string::String;
#[cfg(feature = "qr")]
use alloc::vec::Vec;

use zeroize::Zeroizing;

/// A text that holds a key: an enrolment URI, or a picture of one.
///
/// It is wiped when it is dropped, printed as `ExposedText(..)`, and has neither `Clone` nor `Display`:
/// [`ExposedText::as_str`] is the only way in.
///
/// ```
/// use countersign::{KeyUri, Secret};
///
/// let uri = KeyUri::totp("Anna's Bikes", "anna@example.com", Secret::from_bytes(b"12345678901234567890")?)?;
/// let text = uri.expose();
/// assert!(text.as_str().starts_with("otpauth://totp/"));
/// assert_eq!(format!("{text:?}"), "ExposedText(..)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "alloc")))]
pub struct ExposedText {
    text: Zeroizing<String>,
}

impl ExposedText {
    pub(crate) const fn new(text: Zeroizing<String>) -> Self {
        Self { text }
    }

    /// The text. Do not log it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for ExposedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExposedText(..)")
    }
}

/// Bytes that hold a key: a picture of an enrolment URI.
///
/// They are wiped when they are dropped, printed as `ExposedBytes(..)`, and have neither `Clone` nor `Display`:
/// [`ExposedBytes::as_bytes`] is the only way in.
#[cfg(feature = "qr")]
#[cfg_attr(docsrs, doc(cfg(feature = "qr")))]
pub struct ExposedBytes {
    bytes: Zeroizing<Vec<u8>>,
}

#[cfg(feature = "qr")]
impl ExposedBytes {
    pub(crate) const fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes }
    }

    /// The bytes. Do not log them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(feature = "qr")]
impl fmt::Debug for ExposedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExposedBytes(..)")
    }
}
