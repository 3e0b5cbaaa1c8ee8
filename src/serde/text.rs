use core::fmt::{self, Display};

use serde::de::{Deserializer, Error, Visitor};

/// Reads a string and nothing else (F41), with an error that repeats nothing of it (F65).
pub(super) struct FromText<T, F> {
    pub(super) expected: &'static str,
    pub(super) read: fn(&str) -> Result<T, F>,
}

impl<T, F: Display> FromText<T, F> {
    pub(super) fn from<'de, D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        // Asked for a string, a format would print the number that it finds instead; asked for anything, it leaves the
        // words to the visitor. Formats that do not describe themselves have to be asked for a string.
        if from.is_human_readable() { from.deserialize_any(self) } else { from.deserialize_str(self) }
    }

    /// Where `serde` would repeat what it found.
    fn refuse<E: Error>(&self) -> Result<T, E> {
        Err(E::custom(format_args!("expected {}", self.expected)))
    }
}

impl<T, F: Display> Visitor<'_> for FromText<T, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.read)(text).map_err(E::custom)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<T, E> {
        self.refuse()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<T, E> {
        self.refuse()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<T, E> {
        self.refuse()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<T, E> {
        self.refuse()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<T, E> {
        self.refuse()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<T, E> {
        self.refuse()
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<T, E> {
        self.refuse()
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::{
        BoolDeserializer, BytesDeserializer, Error, F64Deserializer, I64Deserializer, I128Deserializer,
        StrDeserializer, U64Deserializer, U128Deserializer, UnitDeserializer,
    };
    use serde::de::{Deserialize, Deserializer, IntoDeserializer};
    use std::string::{String, ToString};

    use crate::{Code, RecoveryCode, RootKey, Secret};

    fn fault<'de, T: Deserialize<'de>, D: Deserializer<'de, Error = Error>>(from: D) -> String {
        T::deserialize(from).err().unwrap().to_string()
    }

    fn refused<'de, T: Deserialize<'de>>() -> [String; 9] {
        let text: StrDeserializer<'_, Error> = "canary 123456".into_deserializer();
        let bytes: BytesDeserializer<'_, Error> = b"123456".as_slice().into_deserializer();
        [
            fault::<T, BoolDeserializer<Error>>(true.into_deserializer()),
            fault::<T, I64Deserializer<Error>>((-123_456_i64).into_deserializer()),
            fault::<T, I128Deserializer<Error>>((-123_456_i128).into_deserializer()),
            fault::<T, U64Deserializer<Error>>(123_456_u64.into_deserializer()),
            fault::<T, U128Deserializer<Error>>(123_456_u128.into_deserializer()),
            fault::<T, F64Deserializer<Error>>(123_456.5_f64.into_deserializer()),
            fault::<T, UnitDeserializer<Error>>(().into_deserializer()),
            fault::<T, _>(text),
            fault::<T, _>(bytes),
        ]
    }

    #[test]
    fn f41_f65_whatever_a_format_finds_no_error_repeats_it() {
        for faults in [refused::<Code>(), refused::<RecoveryCode>(), refused::<RootKey>(), refused::<Secret>()] {
            for fault in faults {
                assert!(!fault.contains("123456") && !fault.contains("true") && !fault.contains("canary"), "{fault}");
                assert!(!fault.contains("[49, 50"), "{fault}");
            }
        }
    }
}
