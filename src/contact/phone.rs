use core::fmt;

use crate::error::Invalid;
use crate::text::Text;

/// A phone number in its one canonical form, E.164: `+`, and 7 to 15 digits of which the first is not 0.
///
/// Look an account up by this form and store it, so that two spellings never are two contacts. It proves nothing about
/// the number: that takes a code sent to it.
///
/// ```
/// use countersign::{Invalid, PhoneNumber, Recipient};
///
/// let number = PhoneNumber::parse("+1 (555) 010-4711", "1")?;
/// for same in ["1 555 010 4711", "001-555-010-4711", "+15550104711"] {
///     assert_eq!(PhoneNumber::parse(same, "1")?, number);
/// }
/// let recipient = Recipient::sms(number.as_str())?;
/// assert_eq!(PhoneNumber::parse("0151 12345678", "49"), Err(Invalid::PhoneNumber)); // a national form: ask again
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PhoneNumber(pub(super) Text<16>);

impl PhoneNumber {
    /// Reads what a person typed. `country` is the country code, without `+`, of a number that is typed without `+` or
    /// `00`: `"1"`, `"49"`, `"86"`.
    ///
    /// Spaces, `-`, `.`, `/` and brackets are left out. A number without `+` or `00` must begin with the country code.
    /// National forms (`0151 ...`) and the hint `(0)` are refused and not guessed at: whether the 0 is dropped differs
    /// from country to country, and the wrong guess is a stranger's number.
    ///
    /// # Errors
    /// [`Invalid::PhoneNumber`] for everything else, other scripts' digits and extensions among it.
    pub fn parse(typed: &str, country: &str) -> Result<Self, Invalid> {
        let mut digits = Digits::default();
        let typed = typed.trim_matches(' ');
        let (plus, rest) = typed.strip_prefix('+').map_or((false, typed), |rest| (true, rest));
        if rest.contains("(0)") {
            return Err(Invalid::PhoneNumber);
        }
        for character in rest.chars() {
            match character {
                '0'..='9' => digits.push(character)?,
                ' ' | '-' | '.' | '/' | '(' | ')' | '\u{A0}' | '\u{2010}' | '\u{2011}' => {}
                _ => return Err(Invalid::PhoneNumber),
            }
        }
        let all = digits.as_str();
        let number = match (plus, all.strip_prefix("00")) {
            (true, _) => all,
            (false, Some(abroad)) => abroad,
            (false, None) if !country.is_empty() && all.starts_with(country) => all,
            (false, None) => return Err(Invalid::PhoneNumber),
        };
        Self::of(number)
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn of(digits: &str) -> Result<Self, Invalid> {
        if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
            return Err(Invalid::PhoneNumber);
        }
        let mut form = [b'+'; 16];
        for (to, from) in form.iter_mut().skip(1).zip(digits.bytes()) {
            *to = from;
        }
        let form = form.get(..=digits.len()).and_then(|form| str::from_utf8(form).ok());
        form.and_then(|form| Text::new(form).ok()).map(Self).ok_or(Invalid::PhoneNumber)
    }
}

/// Without the number: it is personal data, and a log keeps what it prints.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

/// Digits as they come: at most 15, and the two of `00`.
#[derive(Default)]
struct Digits {
    bytes: [u8; 17],
    length: usize,
}

impl Digits {
    fn push(&mut self, digit: char) -> Result<(), Invalid> {
        let place = self.bytes.get_mut(self.length).ok_or(Invalid::PhoneNumber)?;
        *place = u8::try_from(digit).map_err(|_| Invalid::PhoneNumber)?;
        self.length += 1;
        Ok(())
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|digits| str::from_utf8(digits).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn f23_the_spellings_of_a_number_are_one() {
        let number = PhoneNumber::parse("+15550104711", "1").unwrap();
        assert_eq!(number.as_str(), "+15550104711");
        for typed in [
            "+1 555 010 4711",
            "1 (555) 010-4711",
            "1.555.010.4711",
            "00 1 555/010/4711",
            "15550104711",
            "001555 0104711",
            " +1\u{A0}555\u{2011}010\u{2010}4711 ",
        ] {
            assert_eq!(PhoneNumber::parse(typed, "1"), Ok(number), "{typed:?}");
        }
        assert_eq!(PhoneNumber::parse("0049 151 12345678", "1").unwrap().as_str(), "+4915112345678");
    }

    #[test]
    fn f23_what_is_no_number_or_could_be_two_is_refused() {
        for typed in [
            "",
            "+",
            "00",
            "1",
            "+1",
            "5550104711",
            "0151 12345678",
            "+49 (0) 151 12345678",
            "+49 (0)151 12345678",
            "+0123456789",
            "0001555010",
            "++15550104711",
            "1+5550104711",
            "+1555010471x",
            "+1 555 010 4711 ext. 5",
            "+１５５５０１０４７１１",
            "+1555\n0104711",
            "+1234567890123456",
            "tel:+15550104711",
            "+1,5550104711",
        ] {
            assert_eq!(PhoneNumber::parse(typed, "1"), Err(Invalid::PhoneNumber), "{typed:?}");
        }
        assert_eq!(PhoneNumber::parse("15550104711", ""), Err(Invalid::PhoneNumber));
        assert_eq!(PhoneNumber::parse(&"1".repeat(1 << 20), "1"), Err(Invalid::PhoneNumber));
    }

    #[test]
    fn f23_a_canonical_number_is_its_own_canonical_form() {
        for typed in ["+1 555 010 4711", "0086 138 0013 8000", "1555 0104711"] {
            let number = PhoneNumber::parse(typed, "1").unwrap();
            assert_eq!(PhoneNumber::parse(number.as_str(), "49"), Ok(number));
            assert!(crate::Recipient::sms(number.as_str()).is_ok());
        }
    }
}
