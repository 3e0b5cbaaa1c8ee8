//! `serde` for what holds no secret, and for secrets one way: they are read from strings, and never written.

use core::fmt;

use ::serde::de::{Deserialize, Deserializer, Error, Visitor};
use ::serde::{Serialize, Serializer};

#[cfg(feature = "seal")]
use crate::SealedSecret;
use crate::{Device, Digits, Secret, UnixTime};

/// Reads a string and nothing else (F41), with an error that repeats nothing of it (F65).
struct Text<T> {
    expected: &'static str,
    read: fn(&str) -> Option<T>,
}

impl<T> Text<T> {
    fn read<'de, D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        // Asked for a string, a format would print the number that it finds instead; asked for anything, it leaves the
        // words to the visitor. Formats that do not describe themselves have to be asked for a string.
        if from.is_human_readable() { from.deserialize_any(self) } else { from.deserialize_str(self) }
    }
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).ok_or_else(|| E::custom(self.expected))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        Err(E::custom(self.expected))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        Err(E::custom(self.expected))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<T, E> {
        Err(E::custom(self.expected))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        Err(E::custom(self.expected))
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<T, E> {
        Err(E::custom(self.expected))
    }
}

/// From Base32 as [`Secret::from_base32_lenient`] reads it. The format's own copy of the text is not wiped.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Text { expected: "a secret as a Base32 string", read: |text| Self::from_base32_lenient(text).ok() }.read(from)
    }
}

/// From its hexadecimal text, which every format and every database has a type for.
#[cfg(feature = "seal")]
impl<'de> Deserialize<'de> for SealedSecret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Text { expected: "a sealed secret as a hexadecimal string", read: |text| text.parse().ok() }.read(from)
    }
}

#[cfg(feature = "seal")]
impl Serialize for SealedSecret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// Whole seconds since 1970.
impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(self.as_secs())
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u64::deserialize(from).map(Self::from_secs)
    }
}

/// 6, 7 or 8.
impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(self.count())
    }
}

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(u8::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// 1, 2 or 3.
impl<'de> Deserialize<'de> for Device {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(u8::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};
    use std::string::ToString;

    use super::*;

    #[test]
    fn f41_a_secret_is_read_from_a_string_only_and_no_error_repeats_it() {
        let secret: Secret = from_str("\"gezd gnbv gy3t qojq gezd gnbv gy3t qojq\"").unwrap();
        assert_eq!(secret.expose(), b"12345678901234567890");
        for wrong in ["true", "123456", "-123456", "1234.56", "null", "\"\"", "[]", "{}", "\"CANARY123456\""] {
            let fault = from_str::<Secret>(wrong).unwrap_err().to_string();
            assert!(!fault.contains("123456") && !fault.contains("1234.56") && !fault.contains("CANARY"), "{fault}");
        }
    }

    #[test]
    fn f41_plain_values_round_trip_through_their_constructors() {
        assert_eq!(to_string(&UnixTime::from_secs(u64::MAX)).unwrap(), "18446744073709551615");
        assert_eq!(from_str::<UnixTime>("59").unwrap(), UnixTime::from_secs(59));
        assert_eq!(
            (to_string(&Digits::SIX).unwrap().as_str(), from_str::<Digits>("8").unwrap()),
            ("6", Digits::EIGHT)
        );
        assert_eq!(from_str::<Device>("3").unwrap(), Device::THREE);
        for wrong in ["5", "9", "50", "-6", "\"6\"", "true", "null"] {
            assert!(from_str::<Digits>(wrong).is_err() && from_str::<Device>(wrong).is_err(), "{wrong}");
        }
        assert!(from_str::<UnixTime>("-1").is_err() && from_str::<UnixTime>("\"59\"").is_err());
    }
}
