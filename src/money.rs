//! An amount in minor units and the currency that says what a minor unit is.

mod iso4217;

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

    /// The currency that ISO 4217 lists under these three letters, with the decimals that it lists.
    ///
    /// ```
    /// use countersign::{Currency, Invalid, Money};
    ///
    /// assert_eq!(Money::new(1_234, Currency::iso4217("BHD")?).to_string(), "BHD 1.234");
    /// assert_eq!(Currency::iso4217("BTC"), Err(Invalid::Currency)); // no such entry; see `new`
    /// # Ok::<(), Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid::Currency`] if the list has no such entry, or gives it no minor unit.
    pub const fn iso4217(code: &str) -> Result<Self, Invalid> {
        match code.as_bytes() {
            &[a, b, c] => match iso4217::decimals([a, b, c]) {
                Some(decimals) => Ok(Self::of([a, b, c], decimals)),
                None => Err(Invalid::Currency),
            },
            _ => Err(Invalid::Currency),
        }
    }

    /// A currency with 0 to 18 decimals as another system gives them, or one that ISO 4217 does not list.
    ///
    /// A listed currency has the decimals of the list or none at all: an amount that one side counts in hundredths and the
    /// other in thousandths is ten times the money.
    ///
    /// ```
    /// use countersign::{Currency, Invalid};
    ///
    /// assert_eq!(Currency::new("EUR", 2), Ok(Currency::EUR));
    /// assert_eq!(Currency::new("JPY", 2), Err(Invalid::Decimals));
    /// assert_eq!(Currency::new("BTC", 8)?.decimals(), 8);
    /// # Ok::<(), Invalid>(())
    /// ```
    ///
    /// # Errors
    /// [`Invalid::Currency`] for anything but three letters `A` to `Z`, or more than 18 decimals, and
    /// [`Invalid::Decimals`] if ISO 4217 lists others.
    pub const fn new(code: &str, decimals: u8) -> Result<Self, Invalid> {
        let &[a, b, c] = code.as_bytes() else {
            return Err(Invalid::Currency);
        };
        let letters = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase();
        if !letters || decimals > 18 {
            return Err(Invalid::Currency);
        }
        match iso4217::decimals([a, b, c]) {
            Some(listed) if listed != decimals => Err(Invalid::Decimals),
            _ => Ok(Self::of([a, b, c], decimals)),
        }
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
    fn decimals_that_disagree_with_the_list_are_found() {
        let ours = [
            Currency::EUR,
            Currency::USD,
            Currency::GBP,
            Currency::CHF,
            Currency::CNY,
            Currency::INR,
            Currency::JPY,
            Currency::KWD,
        ];
        for currency in ours {
            assert_eq!(Currency::iso4217(currency.code()), Ok(currency));
            for decimals in (0..=18).filter(|decimals| *decimals != currency.decimals()) {
                assert_eq!(Currency::new(currency.code(), decimals), Err(Invalid::Decimals));
            }
        }
        for code in ["XXX", "XAU", "BTC", "eur", "EURO", ""] {
            assert_eq!(Currency::iso4217(code), Err(Invalid::Currency), "{code:?}");
        }
    }

    #[test]
    fn the_limits_print_without_loss() {
        let tiny = Currency::new("XXX", 18).unwrap();
        assert_eq!(Money::new(u64::MAX, tiny).to_string(), "XXX 18.446744073709551615");
        assert_eq!(Money::new(u64::MAX, Currency::JPY).to_string(), "JPY 18446744073709551615");
        assert_eq!(Money::new(5, Currency::EUR).to_string(), "EUR 0.05");
    }
}
