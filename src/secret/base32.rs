//! RFC 4648, section 6, for keys: without a branch or an address that depends on them.

use base32ct::{Base32UpperUnpadded, Encoding};
use subtle::ConstantTimeEq;

use super::LONGEST as BYTES;
use crate::Invalid;
use crate::released::{is_mark, public, released};
use crate::wipe::wipe;

/// The most symbols that mean a secret: 128 bytes, five bits a symbol.
pub(super) const LONGEST: usize = (BYTES * 8).div_ceil(5);
/// The longest text that the lenient mode looks at, in bytes: room for a separator after every symbol.
const LONGEST_LENIENT: usize = 512;

/// Decodes strict Base32; padding is either absent or right.
pub(super) fn decode<'a>(text: &[u8], bytes: &'a mut [u8; BYTES]) -> Result<&'a [u8], Invalid> {
    if text.len() > LONGEST.next_multiple_of(8) {
        return Err(Invalid::SecretLength);
    }
    decode_symbols(unpad(text)?, bytes)
}

/// Decodes Base32 over lower case, spaces, dashes, and `=` at the end.
pub(super) fn decode_lenient<'a>(text: &[u8], bytes: &'a mut [u8; BYTES]) -> Result<&'a [u8], Invalid> {
    if text.len() > LONGEST_LENIENT {
        return Err(Invalid::SecretLength);
    }
    let mut symbols = [0; LONGEST];
    let decoded = gather(text, &mut symbols).and_then(|symbols| decode_symbols(symbols, bytes));
    wipe(&mut symbols);
    decoded
}

/// Encodes without padding and returns the number of symbols.
pub(super) fn encode(bytes: &[u8], text: &mut [u8; LONGEST]) -> usize {
    // The text has room for the longest secret, so the encoder cannot fail.
    Base32UpperUnpadded::encode(bytes, text).map_or(0, str::len)
}

fn decode_symbols<'a>(symbols: &[u8], bytes: &'a mut [u8; BYTES]) -> Result<&'a [u8], Invalid> {
    if symbols.len() > LONGEST {
        return Err(Invalid::SecretLength);
    }
    if matches!(symbols.len() % 8, 1 | 3 | 6) {
        return Err(Invalid::SecretPadding);
    }
    if !public(Base32UpperUnpadded::decode(symbols, bytes).is_ok()) {
        return Err(Invalid::SecretCharacter);
    }
    let decoded = bytes.get(..symbols.len() * 5 / 8).unwrap_or_default();
    // The decoder lets bits pass that belong to no byte: only what encodes back to the same text is its text.
    let mut again = [0; LONGEST];
    let length = encode(decoded, &mut again);
    let canonical = again.get(..length).unwrap_or_default().ct_eq(symbols);
    wipe(&mut again);
    if released(canonical) { Ok(decoded) } else { Err(Invalid::SecretTrailingBits) }
}

/// The symbols before the padding (RFC 4648, section 6): 0, 1, 3, 4 or 6 times `=`, up to a multiple of 8.
fn unpad(text: &[u8]) -> Result<&[u8], Invalid> {
    let padding = text.iter().rev().take_while(|byte| is_mark(**byte, b'=')).count();
    if padding > 0 && (!matches!(padding, 1 | 3 | 4 | 6) || !text.len().is_multiple_of(8)) {
        return Err(Invalid::SecretPadding);
    }
    Ok(text.get(..text.len() - padding).unwrap_or_default())
}

/// Copies the symbols together, in upper case. Where the separators stand is no secret.
fn gather<'a>(text: &[u8], symbols: &'a mut [u8; LONGEST]) -> Result<&'a [u8], Invalid> {
    let mut length = 0;
    let mut padded = false;
    for byte in text.iter().filter(|byte| !is_mark(**byte, b' ') && !is_mark(**byte, b'-')) {
        if is_mark(*byte, b'=') {
            padded = true;
            continue;
        }
        if padded {
            return Err(Invalid::SecretPadding);
        }
        *symbols.get_mut(length).ok_or(Invalid::SecretLength)? = upper(*byte);
        length += 1;
    }
    Ok(symbols.get(..length).unwrap_or_default())
}

/// ASCII upper case.
const fn upper(byte: u8) -> u8 {
    let from_a = (byte as u16).wrapping_sub(b'a' as u16);
    let to_z = (b'z' as u16).wrapping_sub(byte as u16);
    let [outside, _] = (from_a | to_z).to_be_bytes();
    byte ^ (!outside & 0x20)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;
    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn strict(text: &str) -> Result<Vec<u8>, Invalid> {
        decode(text.as_bytes(), &mut [0; BYTES]).map(<[u8]>::to_vec)
    }

    fn lenient(text: &str) -> Result<Vec<u8>, Invalid> {
        decode_lenient(text.as_bytes(), &mut [0; BYTES]).map(<[u8]>::to_vec)
    }

    fn text(bytes: &[u8]) -> String {
        let mut text = [0; LONGEST];
        let length = encode(bytes, &mut text);
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    #[test]
    fn rfc4648_section_10() {
        let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/otp.json")).unwrap();
        let rows = vectors["rfc4648_base32"].as_array().unwrap();
        assert_eq!(rows.len(), 7);
        for row in rows {
            let (plain, padded) = (row["plain"].as_str().unwrap(), row["b32"].as_str().unwrap());
            let bare = padded.trim_end_matches('=');
            assert_eq!(text(plain.as_bytes()), bare);
            for accepted in [padded, bare] {
                assert_eq!(strict(accepted), Ok(plain.as_bytes().to_vec()));
                assert_eq!(lenient(&accepted.to_lowercase()), Ok(plain.as_bytes().to_vec()));
            }
        }
    }

    #[test]
    fn b32_1_characters_outside_the_alphabet_are_refused() {
        for byte in (0..=127u8).filter(|byte| !matches!(byte, b'A'..=b'Z' | b'2'..=b'7')) {
            let wrong = format!("MZ{}W6YTB", char::from(byte));
            assert_eq!(strict(&wrong), Err(Invalid::SecretCharacter), "{byte:#x}");
            if !matches!(byte, b'a'..=b'z' | b' ' | b'-' | b'=') {
                assert_eq!(lenient(&wrong), Err(Invalid::SecretCharacter), "{byte:#x}");
            }
        }
        for wide in ["MZXW\u{ff21}", "MZXW\u{ff21}AAA", "MZXW\u{1d401}", "\u{1d40c}"] {
            assert_eq!(strict(wide), Err(Invalid::SecretCharacter), "{wide}");
            assert_eq!(lenient(wide), Err(Invalid::SecretCharacter), "{wide}");
        }
    }

    #[test]
    fn b32_1_wrong_padding_is_refused() {
        for wrong in [
            "MY=",
            "MY=====",
            "MY=======",
            "MZXQ==",
            "MZXW6==",
            "MZXW6YQ==",
            "MZXW6YTB=",
            "MZXW6YTB========",
            "=",
            "========",
            "M",
            "MZX",
            "MZXW6Y",
            "M=======",
            "MZX=====",
            "MZXW6Y==",
        ] {
            assert_eq!(strict(wrong), Err(Invalid::SecretPadding), "{wrong}");
        }
        assert_eq!(strict("MY==MY=="), Err(Invalid::SecretPadding));
        assert_eq!(lenient("MY==MY=="), Err(Invalid::SecretPadding));
        assert_eq!(strict("MY======MY======"), Err(Invalid::SecretCharacter));
    }

    #[test]
    fn b32_1_trailing_bits_are_refused() {
        for (wrong, right) in [("MZ", "MY"), ("MZXR", "MZXQ"), ("MZXW7", "MZXW6"), ("MZXW6YR", "MZXW6YQ")] {
            assert!(strict(right).is_ok());
            assert_eq!(strict(wrong), Err(Invalid::SecretTrailingBits));
            assert_eq!(lenient(wrong), Err(Invalid::SecretTrailingBits));
        }
    }

    #[test]
    fn lenient_forgives_case_separators_and_padding_only() {
        for forgiven in ["mzxw6ytboi", " MZXW 6YTB-OI ", "mzxw-6ytb oi==", "MZXW6YTBOI======== ="] {
            assert_eq!(lenient(forgiven), Ok(b"foobar".to_vec()), "{forgiven}");
        }
        for refused in ["MZXW6YTBO\n", "MZXW6YTB\tOI", "MZXW6YTBO1", "MZXW6YTB_OI", "MZXW6YTBO\u{a0}"] {
            assert!(lenient(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn more_than_128_bytes_are_refused() {
        let longest = text(&[0xa5; BYTES]);
        assert_eq!(strict(&longest).unwrap(), [0xa5; BYTES]);
        assert_eq!(strict(&format!("{longest}===")).unwrap(), [0xa5; BYTES]);
        for longer in ["A".repeat(206), "A".repeat(207), "A".repeat(208), "A".repeat(209), "A".repeat(1 << 20)] {
            assert_eq!(strict(&longer), Err(Invalid::SecretLength));
            assert_eq!(lenient(&longer), Err(Invalid::SecretLength));
        }
    }

    proptest! {
        #[test]
        fn bytes_round_trip(bytes in proptest::collection::vec(any::<u8>(), 0..=BYTES)) {
            prop_assert_eq!(strict(&text(&bytes)), Ok(bytes.clone()));
            prop_assert_eq!(lenient(&text(&bytes).to_lowercase()), Ok(bytes));
        }

        #[test]
        fn what_is_accepted_is_what_would_be_written(symbols in "[A-Z2-7]{0,205}") {
            if let Ok(bytes) = strict(&symbols) {
                prop_assert_eq!(text(&bytes), symbols);
            }
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = (strict(&text), lenient(&text));
        }
    }
}
