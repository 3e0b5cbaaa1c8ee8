//! An amount in minor units and the currency that says what a minor unit is.

use core::fmt;

use crate::error::Invalid;

/// An ISO 4217 currency: three capital letters, and how many decimals its minor unit has.
///
/// The decimals are part of what a code authorises: `1299` with two decimals and with three are different money.
///
/// ```
/// use countersign::{Currency, Money};
///
/// assert_eq!(Money::new(129_90, Currency::EUR).to_string(), "EUR 129.90");
/// assert_eq!(Money::new(1_200, Currency::JPY).to_string(), "JPY 1200");
/// assert_eq!(Money::new(1_234, Currency::KWD).to_string(), "KWD 1.234");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "crate::serde::form::Currency")
)]
pub struct Currency {
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::serde::form::text"))]
    code: [u8; 3],
    decimals: u8,
}

impl Currency {
    /// The euro.
    pub const EUR: Self = Self::of(*b"EUR", 2);
    /// The United States dollar.
    pub const USD: Self = Self::of(*b"USD", 2);
    /// The pound sterling.
    pub const GBP: Self = Self::of(*b"GBP", 2);
    /// The Swiss franc.
    pub const CHF: Self = Self::of(*b"CHF", 2);
    /// The renminbi.
    pub const CNY: Self = Self::of(*b"CNY", 2);
    /// The Indian rupee.
    pub const INR: Self = Self::of(*b"INR", 2);
    /// The yen, which has no minor unit.
    pub const JPY: Self = Self::of(*b"JPY", 0);
    /// The Kuwaiti dinar, which has a thousand fils.
    pub const KWD: Self = Self::of(*b"KWD", 3);

    /// Any other currency: its alphabetic code, and its minor unit as ISO 4217 lists it, 0 to 18 decimals.
    ///
    /// # Errors
    /// [`Invalid::Currency`] for anything but three letters `A` to `Z`, or more than 18 decimals.
    pub const fn new(code: &str, decimals: u8) -> Result<Self, Invalid> {
        let &[a, b, c] = code.as_bytes() else {
            return Err(Invalid::Currency);
        };
        let letters = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase();
        if !letters || decimals > 18 {
            return Err(Invalid::Currency);
        }
        Ok(Self::of([a, b, c], decimals))
    }

    const fn of(code: [u8; 3], decimals: u8) -> Self {
        Self { code, decimals }
    }

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        str::from_utf8(&self.code).unwrap_or_default()
    }

    /// How many decimals the minor unit has.
    #[must_use]
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }
}

/// An amount of money in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Money {
    minor: u64,
    currency: Currency,
}

impl Money {
    /// `minor` units of `currency`: `Money::new(129_90, Currency::EUR)` is EUR 129.90.
    #[must_use]
    pub const fn new(minor: u64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// The amount in minor units.
    #[must_use]
    pub const fn minor(&self) -> u64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = 10_u64.saturating_pow(u32::from(self.currency.decimals));
        let (major, minor) = (self.minor.checked_div(scale), self.minor.checked_rem(scale));
        write!(f, "{} {}", self.currency.code(), major.unwrap_or_default())?;
        match usize::from(self.currency.decimals) {
            0 => Ok(()),
            width => write!(f, ".{:0width$}", minor.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn only_three_capital_letters_are_a_currency() {
        for code in ["", "EU", "EURO", "eur", "EU1", "€"] {
            assert_eq!(Currency::new(code, 2), Err(Invalid::Currency), "{code:?}");
        }
        assert_eq!(Currency::new("EUR", 19), Err(Invalid::Currency));
        assert_eq!(Currency::new("EUR", 2), Ok(Currency::EUR));
    }

    #[test]
    fn the_limits_print_without_loss() {
        let tiny = Currency::new("XXX", 18).unwrap();
        assert_eq!(Money::new(u64::MAX, tiny).to_string(), "XXX 18.446744073709551615");
        assert_eq!(Money::new(u64::MAX, Currency::JPY).to_string(), "JPY 18446744073709551615");
        assert_eq!(Money::new(5, Currency::EUR).to_string(), "EUR 0.05");
    }
}
