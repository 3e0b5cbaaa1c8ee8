//! The order table: who pays how much to whom, and where the code goes. Prices, payee and phone are the shop's own; a
//! request names goods, and nothing else.

use std::collections::BTreeMap;

use countersign::{Currency, Invalid, Money, Payment, Recipient, Subject, UnixTime};
use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::database::{Rows, Table};
use crate::shop::{Basket, Shop};

const TABLE: Table = Table { name: "gateway_orders", label: "placed", text: "order_row" };

/// Rows that a file gave, and those that the page has placed.
#[derive(Debug)]
pub struct Orders {
    given: BTreeMap<u32, Order>,
    shop: Shop,
    placed: Rows,
}

/// A row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) number: u32,
    /// The account's primary key.
    pub(crate) customer: String,
    pub(crate) phone: String,
    /// Since when the number is known to be the customer's, in seconds since 1970.
    pub(crate) verified: u64,
    pub(crate) cents: u64,
    pub(crate) payee: String,
    pub(crate) account: String,
}

impl Orders {
    /// Rows as `orders.json` has them, and a table at `url` for those that are placed.
    pub async fn open(json: &str, url: &str) -> Result<Self, Trouble> {
        let rows: Vec<Order> = serde_json::from_str(json)?;
        let given = rows.into_iter().map(|row| (row.number, row)).collect();
        Ok(Self { given, shop: Shop::built_in()?, placed: Rows::open(url, &TABLE).await? })
    }

    pub(crate) const fn shop(&self) -> &Shop {
        &self.shop
    }

    pub(crate) async fn find(&self, number: u32) -> Result<Option<Order>, Trouble> {
        if let Some(order) = self.given.get(&number) {
            return Ok(Some(order.clone()));
        }
        let row = self.placed.find(number).await?;
        Ok(row.map(|(_, text)| serde_json::from_str(&text)).transpose()?)
    }

    /// A new order of these goods; `None` if the shop does not sell them, or not so many.
    pub(crate) async fn place(&self, basket: &Basket) -> Result<Option<Order>, Trouble> {
        let Some(cents) = self.shop.price(basket) else { return Ok(None) };
        // Numbers are drawn, so that several processes need not agree on the next one; one that is taken is drawn again.
        for _ in 0..16 {
            let number = 100_000 + draw()? % 900_000;
            let order = self.shop.order(number, cents);
            if self.placed.enter(number, &format!("{number:032}"), &serde_json::to_string(&order)?).await? {
                return Ok(Some(order));
            }
        }
        Err("the order numbers are used up".into())
    }
}

impl Order {
    pub(crate) fn customer(&self) -> Result<Subject, Invalid> {
        Subject::new(&self.customer)
    }

    pub(crate) fn merchant(&self) -> Result<Subject, Invalid> {
        Subject::new(&self.account)
    }

    pub(crate) fn phone(&self) -> Result<Recipient<'_>, Invalid> {
        Ok(Recipient::sms(&self.phone)?.verified(UnixTime::from_secs(self.verified)))
    }

    pub(crate) fn total(&self) -> Money {
        Money::new(self.cents, Currency::EUR)
    }

    pub(crate) fn payment(&self) -> Result<Payment, Invalid> {
        Payment::new(self.total(), &self.payee, &self.account, &format!("order {}", self.number))
    }
}

fn draw() -> Result<u32, Trouble> {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_err(|_| "no randomness")?;
    Ok(u32::from_be_bytes(bytes))
}
