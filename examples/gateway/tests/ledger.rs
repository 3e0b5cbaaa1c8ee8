//! Approvals and orders are unique in the ledger, whatever it is kept in.

use gateway::{Entry, Ledger};
use tokio::runtime::Runtime;

use crate::engine::{self, Engine};
use crate::house::Folder;

engine::stamp! { an_approval_and_an_order_are_entered_once }

fn an_approval_and_an_order_are_entered_once(_: &Folder, engine: &Engine) {
    Runtime::new().unwrap().block_on(entered_once(&engine.ledger));
}

#[test]
fn in_memory_an_approval_and_an_order_are_entered_once() {
    Runtime::new().unwrap().block_on(entered_once("memory:"));
}

async fn entered_once(url: &str) {
    let ledger = Ledger::open(url).await.unwrap();
    let row = |approval: u8, order| Entry::new(format!("{approval:032x}"), order, "EUR 1.00");
    assert_eq!(ledger.find(u32::MAX).await.unwrap(), None);
    assert!(ledger.enter(&row(1, u32::MAX)).await.unwrap());
    assert!(!ledger.enter(&row(1, u32::MAX)).await.unwrap());
    assert!(!ledger.enter(&row(1, 2)).await.unwrap(), "the approval is in");
    assert!(!ledger.enter(&row(2, u32::MAX)).await.unwrap(), "the order is in");
    assert!(ledger.enter(&row(2, 2)).await.unwrap());
    assert_eq!(ledger.find(u32::MAX).await.unwrap(), Some(row(1, u32::MAX)));
    assert_eq!(ledger.find(2).await.unwrap(), Some(row(2, 2)));
}
