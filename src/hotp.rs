//! RFC 4226.

use core::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater};

use crate::keyed::Keyed;
use crate::released::{public, released};
use crate::{Algorithm, Code, Digits, Format, Secret, Window};

/// Codes from a key and a counter (RFC 4226).
///
/// It keeps the HMAC's state after the key, not the key, and wipes it when dropped; a code then costs two
/// compressions of the hash.
///
/// Nothing here remembers what was used. A code that is checked here and nowhere else can be replayed, and guessed
/// without limit.
///
/// ```
/// use countersign::{Algorithm, Digits, Hotp, Secret, Window};
///
/// let hotp = Hotp::new(&Secret::from_bytes(b"12345678901234567890")?, Algorithm::Sha1, Digits::SIX);
/// let code = hotp.generate(1);
/// assert_eq!(code.expose(), "287082");
/// assert_eq!(hotp.find(&code, Window::ahead(0, 10)?), Some(1));
/// # Ok::<(), countersign::Invalid>(())
/// ```
pub struct Hotp {
    keyed: Keyed,
    digits: Digits,
}

impl Hotp {
    /// Absorbs the key.
    #[must_use]
    pub fn new(secret: &Secret, algorithm: Algorithm, digits: Digits) -> Self {
        Self { keyed: Keyed::new(secret.expose(), algorithm), digits }
    }

    /// The code for `counter`. Every counter has one, 0 and `u64::MAX` too.
    #[must_use]
    pub fn generate(&self, counter: u64) -> Code {
        Code::from_number(self.digits, self.number(counter))
    }

    /// The newest counter in `window` whose code is `code` (RFC 4226, sections 7.2 and 7.4).
    ///
    /// Every counter's code is computed and compared in constant time, whichever matches. Where two counters have the
    /// same code, the newest is the answer: whoever remembers it has spent both.
    ///
    /// A code of another format matches nothing.
    #[must_use]
    pub fn find(&self, code: &Code, window: Window) -> Option<u64> {
        self.find_after(code, window, None, Choice::from(1))
    }

    /// As [`Hotp::find`], but nothing up to and including `used` matches, and nothing at all unless `asked`. The work is the
    /// same for every `used`, and for a code that was not asked for.
    pub(crate) fn find_after(&self, code: &Code, window: Window, used: Option<u64>, asked: Choice) -> Option<u64> {
        let typed = code.number();
        let floor = used.unwrap_or_default();
        let fresh = Choice::from(u8::from(used.is_none()));
        let mut newest = 0;
        let mut found = Choice::from(0);
        for counter in window.counters() {
            let matches = self.number(counter).ct_eq(&typed) & (fresh | counter.ct_gt(&floor));
            newest.conditional_assign(&counter, matches);
            found |= matches;
        }
        found &= asked & Choice::from(u8::from(code.format() == Format::digits(self.digits)));
        released(found).then(|| public(newest))
    }

    /// As [`Hotp::find_after`], but for two codes of two counters in a row; answers the second one's.
    pub(crate) fn find_pair_after(
        &self,
        pair: [&Code; 2],
        window: Window,
        used: Option<u64>,
        asked: Choice,
    ) -> Option<u64> {
        let [first, second] = pair.map(Code::number);
        let floor = used.unwrap_or_default();
        let fresh = Choice::from(u8::from(used.is_none()));
        let mut newest = 0;
        let mut found = Choice::from(0);
        let mut before = Choice::from(0);
        for counter in window.counters() {
            let number = self.number(counter);
            let matches = before & number.ct_eq(&second);
            newest.conditional_assign(&counter, matches);
            found |= matches;
            before = number.ct_eq(&first) & (fresh | counter.ct_gt(&floor));
        }
        found &= asked & Choice::from(u8::from(pair.iter().all(|code| code.format() == Format::digits(self.digits))));
        released(found).then(|| public(newest))
    }

    /// Whether `code` is the code of this counter, if there is one. The work is the same if there is none.
    pub(crate) fn is_code_of(&self, code: &Code, counter: Option<u64>) -> Choice {
        let asked = Choice::from(u8::from(counter.is_some() && code.format() == Format::digits(self.digits)));
        self.number(counter.unwrap_or_default()).ct_eq(&code.number()) & asked
    }

    /// What stands for the key.
    pub(crate) const fn keyed(&self) -> &Keyed {
        &self.keyed
    }

    /// The hash.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.keyed.algorithm()
    }

    /// The number of digits.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    fn number(&self, counter: u64) -> u32 {
        self.digits.reduce(self.keyed.truncated(counter))
    }
}

impl fmt::Debug for Hotp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hotp")
            .field("algorithm", &self.algorithm())
            .field("digits", &self.digits.count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f14_only_a_counter_after_the_used_one_matches() {
        let hotp = Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), Algorithm::Sha1, Digits::SIX);
        let (window, asked) = (Window::ahead(10, 5).unwrap(), Choice::from(1));
        for used in 0..20 {
            for counter in 10..15 {
                let expected = (counter > used).then_some(counter);
                assert_eq!(hotp.find_after(&hotp.generate(counter), window, Some(used), asked), expected);
            }
        }
        let zero = Window::ahead(0, 1).unwrap();
        assert_eq!(hotp.find_after(&hotp.generate(0), zero, None, asked), Some(0));
        assert_eq!(hotp.find_after(&hotp.generate(0), zero, Some(0), asked), None);
        assert_eq!(hotp.find_after(&hotp.generate(12), window, Some(u64::MAX), asked), None);
        assert_eq!(hotp.find_after(&hotp.generate(12), window, None, !asked), None);
    }

    #[test]
    fn f14_of_a_pair_the_second_counter_is_told_and_the_first_must_be_after_the_used_one() {
        let hotp = Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), Algorithm::Sha1, Digits::SIX);
        let (window, asked) = (Window::ahead(10, 5).unwrap(), Choice::from(1));
        let codes = [10, 11, 12, 13, 14].map(|counter| hotp.generate(counter));
        for (pair, second) in codes.windows(2).zip(11..) {
            let find = |used, asked| hotp.find_pair_after([&pair[0], &pair[1]], window, used, asked);
            assert_eq!(find(None, asked), Some(second));
            assert_eq!(find(None, !asked), None);
            for used in 0..20 {
                assert_eq!(find(Some(used), asked), (second - 1 > used).then_some(second), "{used}");
            }
            assert_eq!(hotp.find_pair_after([&pair[1], &pair[0]], window, None, asked), None);
            let other = Hotp::new(&Secret::from_bytes(&[7; 20]).unwrap(), Algorithm::Sha1, Digits::EIGHT);
            assert_eq!(other.find_pair_after([&pair[0], &pair[1]], window, None, asked), None);
        }
    }
}
