//! The order table: who pays how much to whom, and where the code goes. None of it ever comes from a request.

use std::collections::BTreeMap;

use countersign::{Currency, Invalid, Money, Payment, Recipient, Subject, UnixTime};
use serde::Deserialize;

/// The rows, by number.
#[derive(Debug)]
pub struct Orders(BTreeMap<u32, Order>);

/// A row.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: u32,
    /// The account's primary key.
    customer: String,
    phone: String,
    /// Since when the number is known to be the customer's, in seconds since 1970.
    verified: u64,
    cents: u64,
    payee: String,
    account: String,
}

impl Orders {
    /// Rows as `orders.json` has them.
    pub fn parse(json: &str) -> serde_json::Result<Self> {
        let rows: Vec<Order> = serde_json::from_str(json)?;
        Ok(Self(rows.into_iter().map(|row| (row.number, row)).collect()))
    }

    pub(crate) fn find(&self, number: u32) -> Option<&Order> {
        self.0.get(&number)
    }
}

impl Order {
    pub(crate) fn customer(&self) -> Result<Subject, Invalid> {
        Subject::new(&self.customer)
    }

    pub(crate) fn phone(&self) -> Result<Recipient<'_>, Invalid> {
        Ok(Recipient::sms(&self.phone)?.verified(UnixTime::from_secs(self.verified)))
    }

    pub(crate) fn payment(&self) -> Result<Payment, Invalid> {
        let total = Money::new(self.cents, Currency::EUR);
        Payment::new(total, &self.payee, &self.account, &format!("order {}", self.number))
    }
}
