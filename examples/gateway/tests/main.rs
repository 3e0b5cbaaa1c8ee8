//! The service as its clients see it: HTTP over TCP, and nothing else.
//!
//! Memory and SQLite need no server. The others are ignored unless asked for:
//! `cargo test --package gateway -- --include-ignored`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop"
)]
#![allow(unreachable_pub, clippy::std_instead_of_core, reason = "and is no library")]

mod budget;
mod canary;
mod client;
mod dropped;
mod engine;
mod house;
mod ledger;
mod process;
mod processes;
mod routes;
