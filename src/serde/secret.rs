use serde::de::{Deserialize, Deserializer};

use super::text::FromText;
use crate::wipe::wipe;
use crate::{Code, Digits, Invalid, RecoveryCode, RootKey, Secret};

/// From a string of 6 to 8 ASCII digits. A code of letters, or one with spaces, is text until [`Code::parse`] reads it in
/// its purpose's format. The format's own copy of the text is not wiped.
impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a code as a string of 6 to 8 digits", read: code }.from(from)
    }
}

fn code(text: &str) -> Result<Code, Invalid> {
    let digits = u8::try_from(text.len()).map_err(|_| Invalid::DigitCount).and_then(Digits::new)?;
    Code::parse(text, digits)
}

/// From a string, as [`RecoveryCode::parse`] reads it. The format's own copy of the text is not wiped.
impl<'de> Deserialize<'de> for RecoveryCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a recovery code as a string", read: Self::parse }.from(from)
    }
}

/// From Base32 as [`Secret::from_base32_lenient`] reads it. The format's own copy of the text is not wiped.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a secret as a Base32 string", read: Self::from_base32_lenient }.from(from)
    }
}

/// From lower-case hexadecimal, 64 to 256 digits, read in constant time. The format's own copy of the text is not wiped.
impl<'de> Deserialize<'de> for RootKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a root key as a string of lower-case hexadecimal", read: root_key }.from(from)
    }
}

fn root_key(text: &str) -> Result<RootKey, &'static str> {
    let mut bytes = [0; RootKey::LONGEST];
    let key = match base16ct::lower::decode(text, &mut bytes) {
        Ok(key) => RootKey::from_bytes(key).ok(),
        Err(_) => None,
    };
    wipe(&mut bytes);
    key.ok_or("a root key must be 64 to 256 digits of lower-case hexadecimal")
}
