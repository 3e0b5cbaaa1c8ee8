//! Short text that is held inline: owned, `'static`, no heap, and safe to show to a person.

use core::fmt;

use crate::error::Invalid;

/// At most `N` bytes of UTF-8 text that a message can show as it stands.
///
/// Empty text is refused, and so is whatever could make a reader see something else than what was bound: control
/// characters (line breaks among them), bidirectional controls and characters without width.
///
/// ```
/// use countersign::{Invalid, Text};
///
/// let payee = Text::<70>::new("Anna's Bikes")?;
/// assert_eq!(payee.as_str(), "Anna's Bikes");
/// assert_eq!(Text::<70>::new("Anna\r\n@evil.example #123456"), Err(Invalid::TextCharacter));
/// assert_eq!(Text::<4>::new("Anna's"), Err(Invalid::TextTooLong));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy)]
pub struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    /// What stands where there is no text; nobody outside can make one.
    pub(crate) const BLANK: Self = Self { bytes: [0; N], length: 0 };

    /// Checks and copies `text`.
    ///
    /// # Errors
    /// [`Invalid::TextEmpty`], [`Invalid::TextTooLong`] or [`Invalid::TextCharacter`].
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::TextEmpty);
        }
        let mut bytes = [0; N];
        let Some(place) = bytes.get_mut(..text.len()) else {
            return Err(Invalid::TextTooLong);
        };
        if text.chars().any(deceives) || text.trim().is_empty() {
            return Err(Invalid::TextCharacter);
        }
        place.copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length: text.len() })
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        str::from_utf8(bytes).unwrap_or_default()
    }

    /// The same text where more has room.
    pub(crate) fn widened<const M: usize>(&self) -> Text<M> {
        const { assert!(M >= N, "a text is not cut") }
        let mut bytes = [0; M];
        bytes.iter_mut().zip(self.bytes).for_each(|(to, from)| *to = from);
        Text { bytes, length: self.length }
    }
}

impl<const N: usize> PartialEq for Text<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const N: usize> Eq for Text<N> {}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Characters that hide, reorder or break what a person reads (Unicode `Cc`, `Bidi_Control`, zero width, line ends).
pub(crate) fn deceives(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_a_reader_is_refused() {
        for text in [
            "a\rb",
            "a\nb",
            "a\u{0}b",
            "a\u{202E}b",
            "a\u{2066}b",
            "a\u{200B}b",
            "a\u{FEFF}b",
            "a\u{2028}b",
            " ",
            "\u{3164}",
        ] {
            assert_eq!(Text::<16>::new(text), Err(Invalid::TextCharacter), "{text:?}");
        }
        for text in ["Café", "支付", "Ελλάδα", "a b"] {
            assert_eq!(Text::<16>::new(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn the_length_is_counted_in_bytes() {
        assert!(Text::<3>::new("支").is_ok());
        assert_eq!(Text::<2>::new("支"), Err(Invalid::TextTooLong));
        assert_eq!(Text::<2>::new(""), Err(Invalid::TextEmpty));
    }
}
