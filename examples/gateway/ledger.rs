//! What was captured, one row an approval and one an order: both are unique, so a capture is exactly one.

use core::fmt::Display;

use serde::Serialize;

use crate::Trouble;
use crate::database::{Rows, Table};

const TABLE: Table = Table { name: "gateway_ledger", label: "approval", text: "amount" };

/// A table of captures.
#[derive(Debug)]
pub struct Ledger(Rows);

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    approval: String,
    order: u32,
    amount: String,
}

impl Entry {
    /// A row of an approval's id, an order and an amount.
    pub fn new(approval: impl Display, order: u32, amount: impl Display) -> Self {
        Self { approval: approval.to_string(), order, amount: amount.to_string() }
    }
}

impl Ledger {
    /// The ledger at `memory:`, `sqlite:PATH`, `postgres://` or `mysql://`; the table is made if it is not there.
    pub async fn open(url: &str) -> Result<Self, Trouble> {
        Rows::open(url, &TABLE).await.map(Self)
    }

    /// Enters a row; `false` if its approval or its order has one. After an error it is unknown: [`find`](Self::find).
    pub async fn enter(&self, entry: &Entry) -> Result<bool, Trouble> {
        self.0.enter(entry.order, &entry.approval, &entry.amount).await
    }

    /// What was captured for an order.
    pub async fn find(&self, order: u32) -> Result<Option<Entry>, Trouble> {
        let row = self.0.find(order).await?;
        Ok(row.map(|(approval, amount)| Entry { approval, order, amount }))
    }
}
