use base16ct::HexDisplay;
use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::text::FromText;
#[cfg(feature = "alloc")]
use crate::Handle;
#[cfg(feature = "seal")]
use crate::SealedSecret;
use crate::event::Value;
use crate::{
    Address, ApprovalId, AuthenticatorStatus, BindingTag, Device, Digits, Event, SubjectTag, Text, UnixTime,
};

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

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Through [`Text::new`], so it stays safe to show.
impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a string", read: Self::new }.from(from)
    }
}

/// Its canonical form.
impl Serialize for Address {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Through [`Address::parse`], so it stays canonical.
impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a phone number or an e-mail address as a string", read: Self::parse }.from(from)
    }
}

/// Its text, [`Handle::to_text`].
#[cfg(feature = "alloc")]
impl Serialize for Handle {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_text())
    }
}

/// Through [`Handle::parse`]: one handle has one text.
#[cfg(feature = "alloc")]
impl<'de> Deserialize<'de> for Handle {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a handle as a string of 26 letters and digits", read: Self::parse }.from(from)
    }
}

/// 32 digits of lower-case hexadecimal, as it is displayed.
impl Serialize for ApprovalId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// 32 digits of lower-case hexadecimal, as it is displayed.
impl Serialize for SubjectTag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// 32 digits of lower-case hexadecimal, as it is displayed.
impl Serialize for BindingTag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The fields that apply, with the names that a line of an [`AuditEntry`](crate::AuditEntry) has.
impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let fields = self.fields();
        let there = || fields.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
        let mut map = to.serialize_map(Some(there().count()))?;
        there().try_for_each(|(name, value)| match value {
            Value::Number(number) => map.serialize_entry(name, number),
            Value::Word(word) => map.serialize_entry(name, word),
            Value::Hex(bytes) => map.serialize_entry(name, &format_args!("{:x}", HexDisplay(bytes))),
        })?;
        map.end()
    }
}

/// A field for each method, with its name.
impl Serialize for AuthenticatorStatus {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("AuthenticatorStatus", 7)?;
        fields.serialize_field("condition", &self.condition())?;
        fields.serialize_field("total_failures", &self.total_failures())?;
        fields.serialize_field("day_failures", &self.day_failures())?;
        fields.serialize_field("authenticators", &self.authenticators())?;
        fields.serialize_field("recovery_codes_left", &self.recovery_codes_left())?;
        fields.serialize_field("recovery_codes_made", &self.recovery_codes_made())?;
        fields.serialize_field("enrolment", &self.enrolment())?;
        fields.end()
    }
}

/// Its hexadecimal text, which every format and every database has a type for.
#[cfg(feature = "seal")]
impl Serialize for SealedSecret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(feature = "seal")]
impl<'de> Deserialize<'de> for SealedSecret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        FromText { expected: "a sealed secret as a hexadecimal string", read: str::parse }.from(from)
    }
}
