//! The picture of a key URI.
//!
//! The modules are computed by `qrcodegen-no-heap`, by the author of the QR Code generator that other languages use too:
//! of the kept libraries (`qrcode`, `fast_qr`) it alone works in the caller's memory, so that what it leaves there can be
//! wiped; it forbids `unsafe` and depends on nothing. PNG is written by `png`, of the image-rs people.

mod png;
mod svg;
mod terminal;

use core::fmt;

use alloc::vec;
use alloc::vec::Vec;

use qrcodegen_no_heap::{QrCode, QrCodeEcc, Version};
use zeroize::Zeroizing;

use crate::exposed::{ExposedBytes, ExposedText};
use crate::{KeyUri, KeyUriError};

/// The light border that a reader needs, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The QR code of a [`KeyUri`], drawn in this process: what a person scans to enrol an authenticator app.
///
/// A picture *is* the key. Show it once, over a connection that is encrypted, on a page that is neither cached nor
/// logged, and never let another server draw it. What is kept here and what is handed out is wiped when it is
/// dropped; the PNG encoder's own buffers are not, so prefer SVG where it will do.
///
/// ```
/// use countersign::{KeyPicture, KeyUri, Secret};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // a real one by Secret::generate
/// let picture = KeyPicture::of(&KeyUri::totp("Anna's Bikes", "anna@example.com", secret)?)?;
/// assert!(picture.expose_svg().as_str().starts_with("<svg"));
/// assert!(picture.expose_png().as_bytes().starts_with(b"\x89PNG"));
/// assert_eq!(picture.expose_terminal().as_str().lines().count(), usize::from(picture.side()).div_ceil(2));
/// assert_eq!(format!("{picture:?}"), "KeyPicture(..)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg_attr(docsrs, doc(cfg(feature = "qr")))]
pub struct KeyPicture {
    /// Row by row, without the border; dark is true.
    modules: Zeroizing<Vec<bool>>,
    /// Modules in a row, without the border.
    inner: usize,
}

impl KeyPicture {
    /// The QR code of `uri`, with medium error correction or better.
    ///
    /// # Errors
    ///
    /// [`KeyUriError::TooLong`] if no QR code holds it; every URI that this crate builds fits. A shorter one has larger
    /// modules, which a bad camera reads better.
    pub fn of(uri: &KeyUri) -> Result<Self, KeyUriError> {
        let mut scratch = Zeroizing::new(vec![0; Version::MAX.buffer_len()]);
        let mut drawn = Zeroizing::new(vec![0; Version::MAX.buffer_len()]);
        let text = uri.expose();
        let code = QrCode::encode_text(
            text.as_str(),
            &mut scratch,
            &mut drawn,
            QrCodeEcc::Medium,
            Version::MIN,
            Version::MAX,
            None,
            true,
        );
        let code = code.map_err(|_| KeyUriError::TooLong)?;
        let side = 0..code.size();
        // As long as it will be from the start, so that it never moves and leaves a copy behind.
        let mut modules = Zeroizing::new(Vec::with_capacity(side.len() * side.len()));
        for y in side.clone() {
            modules.extend(side.clone().map(|x| code.get_module(x, y)));
        }
        Ok(Self { modules, inner: side.len() })
    }

    /// How many modules the picture is wide and high, the border of four on each side included: 29 to 185.
    #[must_use]
    pub fn side(&self) -> u8 {
        u8::try_from(self.whole()).unwrap_or(u8::MAX)
    }

    /// An SVG image, to be put into a page as it stands: black on white, no script, no style, no reference.
    #[must_use]
    pub fn expose_svg(&self) -> ExposedText {
        svg::draw(self)
    }

    /// A PNG image, black on white, eight pixels a module.
    #[must_use]
    pub fn expose_png(&self) -> ExposedBytes {
        png::draw(self)
    }

    /// Lines for a terminal, two modules a character. They set black and white themselves (`ESC [ 38;5;16;48;5;231 m`), so
    /// that they read alike on a dark and on a light screen, and need a terminal of 256 colours.
    #[must_use]
    pub fn expose_terminal(&self) -> ExposedText {
        terminal::draw(self)
    }

    /// The side with the border, in modules.
    fn whole(&self) -> usize {
        self.inner + 2 * QUIET
    }

    /// Whether the module is dark, counted from the corner of the border. There is nothing dark outside.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.inner);
        let place = inside(x).zip(inside(y)).map(|(x, y)| y * self.inner + x);
        place.and_then(|place| self.modules.get(place).copied()).unwrap_or_default()
    }
}

impl fmt::Debug for KeyPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPicture(..)")
    }
}
