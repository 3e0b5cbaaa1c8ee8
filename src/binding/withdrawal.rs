use core::fmt;

use super::{Binding, Encoder, sealed};
use crate::error::Invalid;
use crate::money::Money;
use crate::text::Text;

/// Money that leaves: so much and a fee, to this payee, at this destination account.
///
/// Build it from your own row; with the feature `serde`, read it from your own queue or table, never from a request.
///
/// ```
/// use countersign::{Currency, Money, Withdrawal};
///
/// let eur = |minor| Money::new(minor, Currency::EUR);
/// let withdrawal = Withdrawal::new(eur(500_00), eur(1_50), "Anna Muster", "DE89370400440532013000")?;
/// assert_eq!(withdrawal.fee(), eur(1_50));
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "crate::serde::form::Withdrawal")
)]
pub struct Withdrawal {
    amount: Money,
    fee: Money,
    payee: Text<140>,
    account: Text<128>,
}

impl Withdrawal {
    /// A withdrawal. The payee has at most 140 bytes, the destination account 128.
    ///
    /// # Errors
    /// [`Invalid::TextEmpty`], [`Invalid::TextTooLong`] or [`Invalid::TextCharacter`]; see [`Text`].
    /// [`Invalid::Currency`] if the fee is in another currency than the amount.
    pub fn new(amount: Money, fee: Money, payee: &str, account: &str) -> Result<Self, Invalid> {
        if amount.currency() != fee.currency() {
            return Err(Invalid::Currency);
        }
        Ok(Self { amount, fee, payee: Text::new(payee)?, account: Text::new(account)? })
    }

    /// How much.
    #[must_use]
    pub const fn amount(&self) -> Money {
        self.amount
    }

    /// What it costs, on top.
    #[must_use]
    pub const fn fee(&self) -> Money {
        self.fee
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
}

/// Without payee and account: a log keeps what it prints.
impl fmt::Debug for Withdrawal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Withdrawal").field("amount", &self.amount).field("fee", &self.fee).finish_non_exhaustive()
    }
}

impl Binding for Withdrawal {
    const DOMAIN: &'static str = "countersign/withdrawal";
    const ORIGIN: sealed::Origin = sealed::Origin::Crate;

    fn encode(&self, out: &mut Encoder<'_>) {
        self.amount.encode(out);
        self.fee.encode(out);
        out.text(self.payee());
        out.text(self.account());
    }
}
