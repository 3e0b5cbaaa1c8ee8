//! RFC 4648, section 6, for keys: without a branch or an address that depends on them.

use base32ct::{Base32UpperUnpadded, Encoding};
use subtle::ConstantTimeEq;

use super::LONGEST as BYTES;
use crate::Invalid;
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
    let decoded = Base32UpperUnpadded::decode(symbols, bytes).map_err(|_| Invalid::SecretCharacter)?;
    // The decoder lets bits pass that belong to no byte: only what encodes back to the same text is its text.
    let mut again = [0; LONGEST];
    let length = encode(decoded, &mut again);
    let canonical = again.get(..length).unwrap_or_default().ct_eq(symbols);
    wipe(&mut again);
    if bool::from(canonical) { Ok(decoded) } else { Err(Invalid::SecretTrailingBits) }
}

/// The symbols before the padding (RFC 4648, section 6): 0, 1, 3, 4 or 6 times `=`, up to a multiple of 8.
fn unpad(text: &[u8]) -> Result<&[u8], Invalid> {
    let padding = text.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 0 && (!matches!(padding, 1 | 3 | 4 | 6) || !text.len().is_multiple_of(8)) {
        return Err(Invalid::SecretPadding);
    }
    Ok(text.get(..text.len() - padding).unwrap_or_default())
}

/// Copies the symbols together, in upper case. Where the separators stand is no secret.
fn gather<'a>(text: &[u8], symbols: &'a mut [u8; LONGEST]) -> Result<&'a [u8], Invalid> {
    let mut length = 0;
    let mut padded = false;
    for byte in text.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
        if *byte == b'=' {
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
