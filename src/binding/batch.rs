use sha2::{Digest, Sha256};

use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::money::{Currency, Money};
use crate::text::Text;

/// Many payments at once: their total, their number, and a digest of every payee (RTS Art. 5(3)(b)).
///
/// ```
/// use countersign::{Currency, Money, PaymentBatch};
///
/// let eur = |minor| Money::new(minor, Currency::EUR);
/// let wages = PaymentBatch::of(Currency::EUR)
///     .add(eur(2_100_00), "Anna Muster", "DE89370400440532013000")?
///     .add(eur(1_950_00), "Ben Beispiel", "FR1420041010050500013M02606")?
///     .build()?;
/// assert_eq!(wages.total(), eur(4_050_00));
/// assert_eq!(wages.count(), 2);
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PaymentBatch {
    total: Money,
    count: u32,
    #[cfg_attr(feature = "serde", serde(serialize_with = "crate::serde::form::hex"))]
    payees: [u8; 32],
}

impl PaymentBatch {
    /// Starts a batch in this currency.
    pub fn of(currency: Currency) -> PaymentBatchBuilder {
        PaymentBatchBuilder { total: Money::new(0, currency), count: 0, payees: Sha256::new() }
    }

    /// The sum of all the payments.
    #[must_use]
    pub const fn total(&self) -> Money {
        self.total
    }

    /// How many payments.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// SHA-256 over amount, payee and account of each payment, in order.
    #[must_use]
    pub const fn payees(&self) -> &[u8; 32] {
        &self.payees
    }
}

impl Binding for PaymentBatch {
    const DOMAIN: &'static str = "countersign/payment-batch";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.total.encode(out);
        out.number(u64::from(self.count));
        out.bytes(&self.payees);
    }
}

/// A batch in the making: adds up the total and hashes the payees, so that the two cannot disagree.
#[derive(Clone, Debug)]
#[must_use = "a batch does nothing until it is built"]
pub struct PaymentBatchBuilder {
    total: Money,
    count: u32,
    payees: Sha256,
}

impl PaymentBatchBuilder {
    /// Adds one payment.
    ///
    /// # Errors
    /// [`Invalid::Currency`] if it is in another currency, [`Invalid::Amount`] if the sum passes `u64::MAX` or the
    /// count `u32::MAX`, and the errors of [`Text`] for a payee over 140 bytes or an account over 64.
    pub fn add(mut self, amount: Money, payee: &str, account: &str) -> Result<Self, Invalid> {
        if amount.currency() != self.total.currency() {
            return Err(Invalid::Currency);
        }
        let minor = self.total.minor().checked_add(amount.minor()).ok_or(Invalid::Amount)?;
        self.total = Money::new(minor, amount.currency());
        self.count = self.count.checked_add(1).ok_or(Invalid::Amount)?;
        self.payees.update(amount.minor().to_be_bytes());
        for field in [Text::<140>::new(payee)?.as_str(), Text::<64>::new(account)?.as_str()] {
            self.payees.update((field.len() as u64).to_be_bytes());
            self.payees.update(field.as_bytes());
        }
        Ok(self)
    }

    /// The batch.
    ///
    /// # Errors
    /// [`Invalid::Amount`] if nothing was added.
    pub fn build(self) -> Result<PaymentBatch, Invalid> {
        if self.count == 0 {
            return Err(Invalid::Amount);
        }
        Ok(PaymentBatch { total: self.total, count: self.count, payees: self.payees.finalize().into() })
    }
}
