//! What must hold on real stores: one test a published failure (`f01_...`) or claim, stamped on each of them.
//!
//! SQLite needs no server and runs with `cargo test --features sqlite`; it is no default feature, because it compiles
//! SQLite's C. Those that need a server are ignored unless asked for:
//! `cargo test --all-features --test stores -- --include-ignored`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)]
#![allow(clippy::print_stdout, clippy::naive_bytecount)] // and is no library
#![allow(clippy::doc_markdown, clippy::match_same_arms, clippy::unused_async)] // one shape for every engine
#![allow(dead_code)] // not every store needs every help

mod blocking;
mod crowd;
#[cfg(all(feature = "sqlite", unix))]
mod sqlite;
#[path = "../suite/support.rs"]
mod support;

#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod cases;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod desk;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod dropped;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod faults;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod kill;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod outage;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod private;
#[cfg(any(feature = "postgres", feature = "mysql", feature = "redis"))]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
