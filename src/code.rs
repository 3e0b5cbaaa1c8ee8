//! What a person types.

mod format;
mod symbols;

use core::fmt;

use subtle::{Choice, ConstantTimeEq};

use crate::Invalid;
use crate::keyed::truncate_bytes;
use crate::released::{is_mark, released, shown};
use crate::wipe::wipe;
use symbols::{decimal, fold_digit, fold_letter, letter, number, remainder};

use format::Symbols;
pub use format::{Digits, Format};

/// The most symbols that a code has.
const LONGEST: usize = 16;
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
    /// What is remembered about a code is its counter or its challenge, never its text, so a second spelling is not a
    /// second code.
    ///
    /// # Errors
    ///
    /// As [`Code::parse`]; [`Invalid::CodeLength`] also if the text is over 48 bytes long.
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
        let symbols = || text.bytes().filter(|byte| !is_mark(*byte, b' ') && !is_mark(*byte, b'-'));
        Self::read(symbols(), symbols().count(), format.into())
    }

    /// The code's text, to be shown to the person it is for. Do not log it.
    #[must_use]
    pub fn expose(&self) -> &str {
        // Every constructor writes ASCII only, so the text is never empty.
        str::from_utf8(shown(self.symbols())).unwrap_or_default()
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
            Symbols::Digits(digits) => Self::from_number(digits, digits.reduce(truncate_bytes(mac))),
            Symbols::Letters(length) => Self::from_letters(format, length, mac),
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
        number(self.symbols())
    }

    fn from_letters(format: Format, length: u8, mac: &[u8; 32]) -> Self {
        let mut bits = mac.first_chunk().map_or(0, |bits| u128::from_be_bytes(*bits));
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
        if released(unknown) { Err(Invalid::CodeCharacter) } else { Ok(code) }
    }

    pub(crate) fn symbols(&self) -> &[u8] {
        self.text.get(..usize::from(self.format.length())).unwrap_or_default()
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
        released(self.ct_eq(other))
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

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};
    use std::vec;
    use std::vec::Vec;

    use super::*;

    const CODES: u32 = 1_000_000;

    /// `CODES` codes from as many MACs that are as good as random, each symbol as its place in the alphabet.
    fn codes(format: Format, alphabet: &str) -> impl Iterator<Item = [u8; LONGEST]> {
        let mut places = [u8::MAX; 128];
        for (place, symbol) in (0..).zip(alphabet.bytes()) {
            places[usize::from(symbol)] = place;
        }
        let mut state = 0x0005_eed0_f61du64;
        let mut random = move || {
            // SplitMix64.
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        };
        (0..CODES).map(move |_| {
            let mut mac = [0; 32];
            for bytes in mac.as_chunks_mut().0 {
                *bytes = random().to_be_bytes();
            }
            let mut code = [u8::MAX; LONGEST];
            for (place, symbol) in code.iter_mut().zip(Code::from_mac(format, &mac).expose().bytes()) {
                *place = places[usize::from(symbol)];
            }
            code
        })
    }

    /// Chi-squared of `counts` against `shares` of as many, as standard deviations from its mean.
    fn deviation(counts: &[u32], shares: &[f64]) -> f64 {
        let freedom = f64::from(u32::try_from(counts.len() - 1).unwrap());
        let total: f64 = counts.iter().copied().map(f64::from).sum();
        let squared = |(count, share): (&u32, &f64)| (f64::from(*count) - total * share).powi(2) / (total * share);
        (counts.iter().zip(shares).map(squared).sum::<f64>() - freedom) / (2.0 * freedom).sqrt()
    }

    /// Every run of one or two symbols comes up as often as `share(symbols after it, number of runs, run)` says.
    fn assert_spread(format: Format, alphabet: &str, share: impl Fn(u32, u32, u32) -> f64) {
        let codes: Vec<_> = codes(format, alphabet).collect();
        for length in [1, 2] {
            let runs = u32::try_from(alphabet.len().pow(length)).unwrap();
            for after in 0..=u32::from(format.length()) - length {
                let first = usize::try_from(u32::from(format.length()) - length - after).unwrap();
                let mut counts = vec![0; runs as usize];
                for code in &codes {
                    let run = &code[first..first + length as usize];
                    counts[run.iter().fold(0, |number, symbol| number * alphabet.len() + usize::from(*symbol))] += 1;
                }
                let shares: Vec<f64> = (0..runs).map(|run| share(after, runs, run)).collect();
                let off = deviation(&counts, &shares);
                assert!(off.abs() < 5.0, "{format:?}: {length} symbols before {after} are {off} deviations off");
            }
        }
    }

    /// What share of the numbers under 2^31 has `run` before its last `after` digits.
    fn share_of_truncations(after: u32, runs: u32, run: u32) -> f64 {
        let (numbers, unit) = (1u32 << 31, 10u32.pow(after));
        let rest = (numbers % (unit * runs)).saturating_sub(run * unit).min(unit);
        f64::from(numbers / (unit * runs) * unit + rest) / f64::from(numbers)
    }

    #[test]
    fn f61_digits_are_uniform() {
        assert_spread(Digits::SIX.into(), "0123456789", |_, runs, _| 1.0 / f64::from(runs));
    }

    #[test]
    fn f61_more_digits_are_as_uniform_as_31_bits_can_be() {
        for digits in [Digits::new(7).unwrap(), Digits::EIGHT] {
            assert_spread(digits.into(), "0123456789", share_of_truncations);
        }
    }

    #[test]
    fn f61_letters_are_uniform() {
        for length in [6, 12] {
            let format = Format::letters(length).unwrap();
            assert_spread(format, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", |_, runs, _| 1.0 / f64::from(runs));
        }
    }

    #[test]
    fn f61_leading_zeros_occur_at_one_in_ten() {
        let zeros = codes(Digits::SIX.into(), "0123456789").filter(|code| code[0] == 0).count();
        // Five standard deviations of a binomial of 10^6 draws at 1/10: 5 * 300.
        assert!(zeros.abs_diff(100_000) < 1_500, "{zeros}");
    }

    #[test]
    fn digits_of_a_mac_are_its_dynamic_truncation() {
        for seed in 0..1_000u32 {
            let mac: [u8; 32] = Sha256::digest(seed.to_be_bytes()).into();
            let offset = usize::from(mac[31] & 15);
            let number = u32::from_be_bytes(mac[offset..offset + 4].try_into().unwrap()) & 0x7fff_ffff;
            let text = std::format!("{number:010}");
            for count in 6..=8u8 {
                let code = Code::from_mac(Digits::new(count).unwrap().into(), &mac);
                assert_eq!(code.expose(), &text[10 - usize::from(count)..]);
            }
        }
    }

    #[test]
    fn letters_of_a_mac_are_its_first_bits() {
        let mut mac = [0xff; 32];
        mac[..8].copy_from_slice(&0x0044_3214_c742_54b6u64.to_be_bytes());
        let code = Code::from_mac(Format::letters(12).unwrap(), &mac);
        assert_eq!(code.expose(), "0123456789AB");
        assert_eq!(Code::from_mac(Format::letters(6).unwrap(), &[0xff; 32]).expose(), "ZZZZZZ");
    }

    #[test]
    fn every_code_of_a_mac_reads_back_as_itself() {
        let formats =
            (6..=8).map(|n| Digits::new(n).unwrap().into()).chain((6..=12).map(|n| Format::letters(n).unwrap()));
        for format in formats {
            for seed in 0..200u8 {
                let code = Code::from_mac(format, &Sha256::digest([seed]).into());
                assert_eq!(Code::parse(code.expose(), format), Ok(code));
            }
        }
    }
}
