use core::fmt;

use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::money::Money;
use crate::text::Text;

/// One payment: so much, to this payee, at this account, for this reference.
///
/// Build it from the order row, never from the request: what is bound is what will be captured. With the feature `serde` it is
/// read from a queue or a table of your own, and from nowhere else.
///
/// ```
/// use countersign::{Currency, Money, Payment};
///
/// let total = Money::new(129_90, Currency::EUR);
/// let payment = Payment::new(total, "Anna's Bikes", "DE89370400440532013000", "order 4711")?;
/// assert_eq!(payment.amount(), total);
/// assert_eq!(payment.payee(), "Anna's Bikes");
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Payment {
    amount: Money,
    payee: Text<140>,
    account: Text<64>,
    reference: Text<64>,
}

impl Payment {
    /// A payment. The payee has at most 140 bytes (ISO 20022 `Max140Text`), account and reference 64 each.
    ///
    /// # Errors
    /// [`Invalid::TextEmpty`], [`Invalid::TextTooLong`] or [`Invalid::TextCharacter`]; see [`Text`].
    pub fn new(amount: Money, payee: &str, account: &str, reference: &str) -> Result<Self, Invalid> {
        Ok(Self { amount, payee: Text::new(payee)?, account: Text::new(account)?, reference: Text::new(reference)? })
    }

    /// How much.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// To whom, by name.
    #[must_use]
    pub fn payee(&self) -> &str {
        self.payee.as_str()
    }

    /// To which account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.account.as_str()
    }

    /// For what.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.reference.as_str()
    }
}

/// Without payee, account and reference: a log keeps what it prints.
impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment").field("amount", &self.amount).finish_non_exhaustive()
    }
}

impl Binding for Payment {
    const DOMAIN: &'static str = "countersign/payment";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.amount.encode(out);
        out.text(self.payee());
        out.text(self.account());
        out.text(self.reference());
    }
}

impl Money {
    pub(super) fn encode(self, out: &mut Encoder<'_>) {
        out.number(self.minor());
        out.text(self.currency().code());
        out.bytes(&[self.currency().decimals()]);
    }
}
