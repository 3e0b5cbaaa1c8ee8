//! The service of `../gateway.rs`: `desk`, `prepaid` and `budget` are what an integration has to write, the rest is around
//! it.

#![allow(clippy::missing_errors_doc, clippy::exhaustive_structs, reason = "nobody links this but its own tests")]

mod budget;
mod database;
mod desk;
mod ledger;
mod orders;
mod outbox;
mod pages;
mod prepaid;
mod problem;
mod routes;
mod shop;
mod store;
mod view;
mod work;

pub use desk::Desk;
pub use ledger::{Entry, Ledger};
pub use orders::Orders;
pub use outbox::Outbox;
pub use routes::{operator, routes};
pub use store::open;
pub use work::Work;

/// What keeps the service from starting, or from asking its own databases.
pub type Trouble = Box<dyn core::error::Error + Send + Sync>;
