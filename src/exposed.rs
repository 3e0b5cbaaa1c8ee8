//! Text and bytes that hold a key because somebody asked for them.

use core::fmt;

use alloc::string::String;

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
