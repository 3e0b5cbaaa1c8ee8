//! RFC 3986, section 2.1. Own code because the kept crates let a broken `%` pass, and leave what they decoded in memory.

use core::fmt::{self, Write as _};

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::KeyUriError;

/// Decodes strictly; `+` is a plus sign (URI-4). The text may be a secret, so it is wiped.
pub(super) fn decode(text: &str) -> Result<Zeroizing<String>, KeyUriError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => (nibble(rest.next())? << 4) | nibble(rest.next())?,
            other => other,
        });
    }
    let decoded = str::from_utf8(&bytes).map_err(|_| KeyUriError::Utf8)?;
    if decoded.chars().any(char::is_control) {
        return Err(KeyUriError::Character);
    }
    Ok(Zeroizing::new(decoded.to_owned()))
}

/// A text with everything encoded but what is unreserved (section 2.3).
pub(super) struct Encoded<'a>(pub(super) &'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => f.write_char(byte.into())?,
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

fn nibble(digit: Option<u8>) -> Result<u8, KeyUriError> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ (b'A'..=b'F' | b'a'..=b'f')) => Ok((digit | 0x20) - b'a' + 10),
        _ => Err(KeyUriError::Percent),
    }
}
