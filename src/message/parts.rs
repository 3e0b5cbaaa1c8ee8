/// How a text message is written on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmsEncoding {
    /// Septets of 3GPP TS 23.038: 160 in a message of one part, 153 in each of several.
    Gsm7,
    /// 16-bit units: 70 in a message of one part, 67 in each of several. One character that GSM-7 lacks switches all.
    Ucs2,
}

impl SmsEncoding {
    const fn single(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// What a part holds beside the six bytes that say which part it is.
    const fn several(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    fn units(self, character: char) -> usize {
        match self {
            Self::Gsm7 => septets(character).unwrap_or_default(),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// What a text message takes, and so what it costs (MSG-3).
///
/// Of GSM-7 the default alphabet is meant, with its one extension table: no national tables, which phones and gateways
/// know too seldom. The characters `^ { } [ ] ~ | \`, the euro sign and the form feed take two septets; neither they nor the two
/// units of a character beyond U+FFFF are ever divided between two parts.
///
/// ```
/// use countersign::{SmsCount, SmsEncoding};
///
/// let count = SmsCount::of("493018 pays EUR 129.90");
/// assert_eq!((count.encoding(), count.units(), count.parts()), (SmsEncoding::Gsm7, 22, 1));
/// assert_eq!(SmsCount::of("€").units(), 2);
/// assert_eq!(SmsCount::of("支付").encoding(), SmsEncoding::Ucs2);
/// assert_eq!(SmsCount::of(&"x".repeat(161)).parts(), 2);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmsCount {
    encoding: SmsEncoding,
    units: usize,
    parts: usize,
}

impl SmsCount {
    /// Counts what this text takes. No text takes no part.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let septets = text.chars().try_fold(0, |sum, character| Some(sum + septets(character)?));
        let (encoding, units) = match septets {
            Some(septets) => (SmsEncoding::Gsm7, septets),
            None => (SmsEncoding::Ucs2, text.encode_utf16().count()),
        };
        let parts = if units <= encoding.single() { usize::from(units > 0) } else { divide(text, encoding) };
        Self { encoding, units, parts }
    }

    /// How it is written.
    #[must_use]
    pub const fn encoding(&self) -> SmsEncoding {
        self.encoding
    }

    /// How many septets or 16-bit units.
    #[must_use]
    pub const fn units(&self) -> usize {
        self.units
    }

    /// How many parts, each of which is charged.
    #[must_use]
    pub const fn parts(&self) -> usize {
        self.parts
    }
}

/// Fills part after part; a character that does not fit begins the next.
fn divide(text: &str, encoding: SmsEncoding) -> usize {
    let (mut parts, mut room) = (0, 0);
    for character in text.chars() {
        let units = encoding.units(character);
        if units > room {
            parts += 1;
            room = encoding.several();
        }
        room -= units;
    }
    parts
}

/// What a character takes in GSM-7, if it is there at all (3GPP TS 23.038, section 6.2.1).
const fn septets(character: char) -> Option<usize> {
    match character {
        ' '..='Z'
        | 'a'..='z'
        | '\n'
        | '\r'
        | '_'
        | '¡'
        | '£'
        | '¤'
        | '¥'
        | '§'
        | '¿'
        | 'Ä'
        | 'Å'
        | 'Æ'
        | 'Ç'
        | 'É'
        | 'Ñ'
        | 'Ö'
        | 'Ø'
        | 'Ü'
        | 'ß'
        | 'à'
        | 'ä'
        | 'å'
        | 'æ'
        | 'è'
        | 'é'
        | 'ì'
        | 'ñ'
        | 'ò'
        | 'ö'
        | 'ø'
        | 'ù'
        | 'ü'
        | 'Γ'
        | 'Δ'
        | 'Θ'
        | 'Λ'
        | 'Ξ'
        | 'Π'
        | 'Σ'
        | 'Φ'
        | 'Ψ'
        | 'Ω' => Some(1),
        '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' | '\u{C}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::String;

    /// TS 23.038's table, read row by row, apart from the escape.
    const DEFAULT: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡\
        ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    #[test]
    fn msg_3_the_alphabet_is_that_of_the_table_and_no_more() {
        assert_eq!(DEFAULT.chars().count(), 127);
        for character in (0..=0x10_FFFF).filter_map(char::from_u32) {
            let expected = match character {
                _ if DEFAULT.contains(character) => Some(1),
                _ if "^{}[]~|\\€\u{C}".contains(character) => Some(2),
                _ => None,
            };
            assert_eq!(septets(character), expected, "{character:?}");
        }
    }

    #[test]
    fn msg_3_160_and_153_septets_70_and_67_units() {
        for (character, limits) in
            [('x', [160, 306, 459]), ('支', [70, 134, 201]), ('€', [80, 152, 228]), ('😀', [35, 66, 99])]
        {
            for (full, parts) in limits.into_iter().zip(1..) {
                let text = |count| core::iter::repeat_n(character, count).collect::<String>();
                assert_eq!(SmsCount::of(&text(full)).parts(), parts, "{full} times {character}");
                assert_eq!(SmsCount::of(&text(full + 1)).parts(), parts + 1, "{full} and one times {character}");
            }
        }
        assert_eq!(SmsCount::of("").parts(), 0);
    }

    #[test]
    fn msg_3_no_escape_and_no_pair_is_divided() {
        // 152 septets and an extension character: it does not fit into the first part, though 306 septets fit two.
        let text = std::format!("{}€{}", "x".repeat(152), "x".repeat(152));
        assert_eq!((SmsCount::of(&text).units(), SmsCount::of(&text).parts()), (306, 3));
        let text = std::format!("{}😀{}", "支".repeat(66), "支".repeat(66));
        assert_eq!((SmsCount::of(&text).units(), SmsCount::of(&text).parts()), (134, 3));
    }
}
