//! What a code looks like.

use crate::Invalid;

/// How many decimal digits an HOTP or TOTP code has: 6 to 8 (RFC 4226, section 5.3).
///
/// ```
/// use countersign::{Digits, Invalid};
///
/// assert_eq!(Digits::new(6)?, Digits::SIX);
/// assert_eq!(Digits::EIGHT.count(), 8);
/// assert_eq!(Digits::new(5), Err(Invalid::DigitCount));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digits(Count);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Count {
    Six = 6,
    Seven = 7,
    Eight = 8,
}

impl Digits {
    /// Six digits, what every authenticator app shows: one guess in 10^6.
    pub const SIX: Self = Self(Count::Six);
    /// Eight digits: one guess in 10^8.
    pub const EIGHT: Self = Self(Count::Eight);

    /// `count` digits.
    ///
    /// # Errors
    ///
    /// [`Invalid::DigitCount`] unless `count` is 6, 7 or 8.
    pub const fn new(count: u8) -> Result<Self, Invalid> {
        match count {
            6 => Ok(Self(Count::Six)),
            7 => Ok(Self(Count::Seven)),
            8 => Ok(Self(Count::Eight)),
            _ => Err(Invalid::DigitCount),
        }
    }

    /// The number of digits, 6 to 8.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0 as u8
    }
}

/// The fewest and the most symbols of a code of letters.
const LETTERS: core::ops::RangeInclusive<u8> = 6..=12;
/// What sets a code of letters apart in [`Format::to_byte`].
const LETTERS_BIT: u8 = 0x40;

/// What a code looks like: decimal digits, or letters and digits that people do not confuse.
///
/// ```
/// use countersign::{Digits, Format, Invalid};
///
/// assert_eq!(Format::from(Digits::SIX).keyspace(), 1_000_000);
/// assert_eq!(Format::letters(8)?.keyspace(), 1 << 40);
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Symbols"))]
pub struct Format(Symbols);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Symbols {
    Digits(Digits),
    Letters(u8),
}

impl Format {
    /// Decimal digits, as from HOTP and TOTP.
    #[must_use]
    pub const fn digits(digits: Digits) -> Self {
        Self(Symbols::Digits(digits))
    }

    /// `length` symbols of Crockford's Base32: the digits, and the letters without I, L, O and U. Five bits each.
    ///
    /// Only a code that is sent out of band can have letters; HOTP and TOTP know digits.
    ///
    /// # Errors
    ///
    /// [`Invalid::LetterCount`] unless `length` is 6 to 12.
    pub const fn letters(length: u8) -> Result<Self, Invalid> {
        if length < *LETTERS.start() || length > *LETTERS.end() {
            return Err(Invalid::LetterCount);
        }
        Ok(Self(Symbols::Letters(length)))
    }

    /// Sixteen symbols, 80 bits: a code that is kept on paper (NIST SP 800-63B-4: at least 64).
    pub(crate) const RECOVERY: Self = Self(Symbols::Letters(16));

    /// The number of symbols in a code, 6 to 12.
    #[must_use]
    pub const fn length(self) -> u8 {
        match self.0 {
            Symbols::Digits(digits) => digits.count(),
            Symbols::Letters(length) => length,
        }
    }

    /// The number of codes there are: one guess in so many is right.
    #[must_use]
    pub const fn keyspace(self) -> u64 {
        match self.0 {
            Symbols::Digits(digits) => 10u64.pow(digits.count() as u32),
            Symbols::Letters(length) => 1 << (5 * length),
        }
    }

    /// The probability of the most likely code that is sent out of band.
    ///
    /// 31 bits modulo a power of ten favour the low numbers; 5 bits a letter favour none.
    #[expect(clippy::cast_precision_loss, reason = "31 bits and powers of two fit a double exactly")]
    pub(crate) fn most_likely(self) -> f64 {
        const NUMBERS: u64 = 1 << 31;
        match self.0 {
            Symbols::Digits(_) => NUMBERS.div_ceil(self.keyspace()) as f64 / NUMBERS as f64,
            Symbols::Letters(_) => 1.0 / self.keyspace() as f64,
        }
    }

    pub(super) const fn symbols(self) -> Symbols {
        self.0
    }

    /// The one byte that stands for this format in a record.
    pub(crate) const fn to_byte(self) -> u8 {
        match self.0 {
            Symbols::Digits(digits) => digits.count(),
            Symbols::Letters(length) => LETTERS_BIT | length,
        }
    }

    /// The format that `byte` stands for; nothing unless [`Format::to_byte`] writes that very byte.
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        if byte & LETTERS_BIT == 0 {
            return Digits::new(byte).ok().map(Self::digits);
        }
        Self::letters(byte ^ LETTERS_BIT).ok()
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Symbols> for Format {
    type Error = Invalid;

    fn try_from(symbols: Symbols) -> Result<Self, Invalid> {
        match symbols {
            Symbols::Digits(digits) => Ok(Self::digits(digits)),
            Symbols::Letters(length) => Self::letters(length),
        }
    }
}

impl From<Digits> for Format {
    fn from(digits: Digits) -> Self {
        Self::digits(digits)
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    #[test]
    fn a_byte_is_a_format_only_if_that_format_writes_it() {
        let known: Vec<u8> = (0..=255).filter(|byte| Format::from_byte(*byte).is_some()).collect();
        assert_eq!(known, [6, 7, 8, 0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c]);
        for byte in known {
            assert_eq!(Format::from_byte(byte).unwrap().to_byte(), byte);
        }
    }
}
