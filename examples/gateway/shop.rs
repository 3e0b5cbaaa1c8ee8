//! What the shop sells, to whom, and on whose account the money goes. A real one has a customer that logged in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Trouble;
use crate::orders::Order;

/// Article and number of pieces.
pub(crate) type Basket = BTreeMap<String, u8>;

/// Pieces of one article that one order may have.
const MOST: u8 = 9;

/// The shop of `shop.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Shop {
    customer: String,
    phone: String,
    verified: u64,
    payee: String,
    account: String,
    goods: Vec<Article>,
}

/// What the shop sells.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Article {
    id: String,
    name: String,
    cents: u64,
}

impl Shop {
    pub(crate) fn built_in() -> Result<Self, Trouble> {
        Ok(serde_json::from_str(include_str!("shop.json"))?)
    }

    pub(crate) fn goods(&self) -> &[Article] {
        &self.goods
    }

    pub(crate) fn payee(&self) -> &str {
        &self.payee
    }

    /// What a basket costs; `None` if it is empty, or has what is not sold.
    pub(crate) fn price(&self, basket: &Basket) -> Option<u64> {
        let price = |(id, count): (&String, &u8)| {
            let article = self.goods.iter().find(|article| article.id == *id)?;
            (*count <= MOST).then_some(article.cents.checked_mul(u64::from(*count))?)
        };
        let total = basket.iter().map(price).try_fold(0_u64, |total, price| total.checked_add(price?))?;
        (total > 0).then_some(total)
    }

    pub(crate) fn order(&self, number: u32, cents: u64) -> Order {
        Order {
            number,
            customer: self.customer.clone(),
            phone: self.phone.clone(),
            verified: self.verified,
            cents,
            payee: self.payee.clone(),
            account: self.account.clone(),
        }
    }
}
