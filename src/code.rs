//! What a person types.

mod format;
mod symbols;

use core::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::Invalid;
use crate::keyed::truncate;
use crate::wipe::wipe;
use symbols::{decimal, fold_digit, fold_letter, letter, number, remainder};

use format::Symbols;
pub use format::{Digits, Format};

/// The most symbols that a code has.
const LONGEST: usize = 12;
/// The longest text that [`Code::parse_spaced`] looks at, in bytes.
const LONGEST_SPACED: usize = 3 * LONGEST;

/// A one-time password: what the person reads, and what the person types.
///
/// It can be compared only in constant time, is wiped when it is dropped, and has neither `Display` nor `Clone`:
/// [`Code::expose`] is the one way to its text, so every place where a code leaves is found by that name.
///
/// ```
/// use countersign::{Code, Digits};
///
/// let typed = Code::parse("067820", Digits::SIX)?;
/// assert_eq!(typed.expose(), "067820");
/// assert_eq!(format!("{typed:?}"), "Code(..)");
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub struct Code {
    text: [u8; LONGEST],
    format: Format,
}

impl Code {
    /// Reads what a person typed.
    ///
    /// Digits are exactly as many bytes `0` to `9` as the format has: no spaces, no sign, no other script's digits,
    /// and leading zeros count. Letters are exactly as many symbols; lower case is upper case, and the look-alikes
    /// are read as what was meant: O as 0, I and L as 1.
    ///
    /// # Errors
    ///
    /// [`Invalid::CodeLength`] if the text is shorter or longer, found without looking at it;
    /// [`Invalid::CodeCharacter`] if a character is none of the format's.
    ///
    /// ```
    /// use countersign::{Code, Digits, Format, Invalid};
    ///
    /// assert_eq!(Code::parse("67820", Digits::SIX), Err(Invalid::CodeLength));
    /// assert_eq!(Code::parse("+67820", Digits::SIX), Err(Invalid::CodeCharacter));
    /// assert_eq!(Code::parse("a7-0oil", Format::letters(7)?), Err(Invalid::CodeCharacter));
    /// assert_eq!(Code::parse("a7k0oil", Format::letters(7)?)?.expose(), "A7K0011");
    /// # Ok::<(), Invalid>(())
    /// ```
    pub fn parse(text: &str, format: impl Into<Format>) -> Result<Self, Invalid> {
        Self::read(text.bytes(), text.len(), format.into())
    }

    /// Reads what a person typed, over any spaces and dashes in it, as in `123 456`.
    ///
    /// What is remembered about a code is its counter, never its text, so a second spelling is not a second code.
    ///
    /// # Errors
    ///
    /// As [`Code::parse`]; [`Invalid::CodeLength`] also if the text is over 36 bytes long.
    ///
    /// ```
    /// use countersign::{Code, Digits};
    ///
    /// assert_eq!(Code::parse_spaced("067 820", Digits::SIX)?.expose(), "067820");
    /// # Ok::<(), countersign::Invalid>(())
    /// ```
    pub fn parse_spaced(text: &str, format: impl Into<Format>) -> Result<Self, Invalid> {
        if text.len() > LONGEST_SPACED {
            return Err(Invalid::CodeLength);
        }
        let symbols = || text.bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
        Self::read(symbols(), symbols().count(), format.into())
    }

    /// The code's text, to be shown to the person it is for. Do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        // Every constructor writes ASCII only, so the text is never empty.
        self.symbols().and_then(|text| str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// What the code looks like.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The code that a MAC of 32 bytes stands for: the digits of its dynamic truncation (RFC 4226, section 5.3), or
    /// five bits a letter from its beginning.
    pub(crate) fn from_mac(format: Format, mac: &[u8; 32]) -> Self {
        match format.symbols() {
            Symbols::Digits(digits) => {
                let mut words = [0; 8];
                for (word, bytes) in words.iter_mut().zip(mac.as_chunks().0) {
                    *word = u32::from_be_bytes(*bytes);
                }
                let [first @ .., _, _, last] = words;
                Self::from_number(digits, digits.reduce(truncate(first, last)))
            }
            Symbols::Letters(length) => Self::from_bits(format, length, mac),
        }
    }

    /// The code for a number under 10^digits, with leading zeros.
    pub(crate) fn from_number(digits: Digits, number: u32) -> Self {
        let mut text = [0; LONGEST];
        let unused = 8 * (8 - u32::from(digits.count()));
        if let Some(symbols) = text.first_chunk_mut() {
            *symbols = (u64::from_le_bytes(decimal(number)) >> unused).to_le_bytes();
        }
        Self { text, format: digits.into() }
    }

    /// The number that a code of digits means; of a code of letters, nothing of use.
    pub(crate) fn number(&self) -> u32 {
        number(self.symbols().unwrap_or_default())
    }

    fn from_bits(format: Format, length: u8, mac: &[u8; 32]) -> Self {
        let mut bits = u64::from_be_bytes(*mac.first_chunk().unwrap_or(&[0; 8]));
        let mut text = [0; LONGEST];
        for symbol in text.iter_mut().take(usize::from(length)) {
            let [top, ..] = bits.to_be_bytes();
            *symbol = letter(top >> 3);
            bits <<= 5;
        }
        Self { text, format }
    }

    fn read(symbols: impl Iterator<Item = u8>, length: usize, format: Format) -> Result<Self, Invalid> {
        if length != usize::from(format.length()) {
            return Err(Invalid::CodeLength);
        }
        let fold = match format.symbols() {
            Symbols::Digits(_) => fold_digit,
            Symbols::Letters(_) => fold_letter,
        };
        let mut code = Self { text: [0; LONGEST], format };
        let mut unknown = Choice::from(0);
        for (symbol, byte) in code.text.iter_mut().zip(symbols) {
            *symbol = fold(byte);
            unknown |= symbol.ct_eq(&0);
        }
        if bool::from(unknown) { Err(Invalid::CodeCharacter) } else { Ok(code) }
    }

    fn symbols(&self) -> Option<&[u8]> {
        self.text.get(..usize::from(self.format.length()))
    }
}

impl Digits {
    /// The last digits of a number under 2^31 (RFC 4226, section 5.3: `Snum mod 10^Digit`).
    pub(crate) const fn reduce(self, number: u32) -> u32 {
        match self.count() {
            6 => remainder::<1_000_000>(number),
            7 => remainder::<10_000_000>(number),
            _ => remainder::<100_000_000>(number),
        }
    }
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        Choice::from(u8::from(self.format == other.format)) & self.text.ct_eq(&other.text)
    }
}

/// In constant time; only the formats, which are no secret, are compared openly.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        wipe(&mut self.text);
    }
}
