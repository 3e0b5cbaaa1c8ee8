//! The parts of values whose parts have to agree: read each by itself, then put together by the value's own constructor.

use base16ct::HexDisplay;
use serde::{Deserialize, Serializer};

use crate::{Invalid, Money, Text};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Currency {
    code: Text<3>,
    decimals: u8,
}

impl TryFrom<Currency> for crate::Currency {
    type Error = Invalid;

    fn try_from(parts: Currency) -> Result<Self, Invalid> {
        Self::new(parts.code.as_str(), parts.decimals)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    amount: Money,
    fee: Money,
    payee: Text<140>,
    account: Text<128>,
}

impl TryFrom<Withdrawal> for crate::Withdrawal {
    type Error = Invalid;

    fn try_from(parts: Withdrawal) -> Result<Self, Invalid> {
        Self::new(parts.amount, parts.fee, parts.payee.as_str(), parts.account.as_str())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skew {
    past: u8,
    future: u8,
}

impl TryFrom<Skew> for crate::Skew {
    type Error = Invalid;

    fn try_from(parts: Skew) -> Result<Self, Invalid> {
        Self::new(parts.past, parts.future)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window {
    first: u64,
    last: u64,
}

impl TryFrom<Window> for crate::Window {
    type Error = Invalid;

    fn try_from(parts: Window) -> Result<Self, Invalid> {
        let more = parts.last.checked_sub(parts.first).ok_or(Invalid::WindowEmpty)?;
        let count = u16::try_from(more.saturating_add(1)).map_err(|_| Invalid::WindowTooWide)?;
        Self::ahead(parts.first, count)
    }
}

/// ASCII bytes as a string.
pub(crate) fn text<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(str::from_utf8(bytes).unwrap_or_default())
}

/// Bytes as lower-case hexadecimal.
pub(crate) fn hex<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&format_args!("{:x}", HexDisplay(bytes)))
}
