//! What must hold on real stores: one test a published failure (`f01_...`) or claim, stamped on each of them.
//!
//! SQLite needs no server and runs with `cargo test --features sqlite`; it is no default feature, because it compiles
//! SQLite's C. Those that need a server are ignored unless asked for: `scripts/live-stores` starts servers and asks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)]
#![allow(clippy::print_stdout, clippy::naive_bytecount)] // and is no library
#![allow(clippy::doc_markdown, clippy::match_same_arms, clippy::unused_async)] // one shape for every engine
#![allow(dead_code)] // not every store needs every help

mod blocking;
mod crowd;
mod devices;
#[cfg(all(feature = "sqlite", unix))]
mod sqlite;
#[path = "../suite/support.rs"]
mod support;

#[cfg(feature = "live-tests")]
mod cases;
#[cfg(feature = "live-tests")]
mod desk;
#[cfg(feature = "live-tests")]
mod dropped;
#[cfg(feature = "live-tests")]
mod kill;
#[cfg(feature = "live-tests")]
mod mysql;
#[cfg(feature = "live-tests")]
mod outage;
#[cfg(feature = "live-tests")]
mod postgres;
#[cfg(feature = "live-tests")]
mod private;
#[cfg(feature = "live-tests")]
mod proxy;
#[cfg(feature = "live-tests")]
mod redis;
#[cfg(feature = "live-tests")]
mod table;
#[cfg(feature = "live-tests")]
mod toll;
