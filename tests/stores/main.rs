//! Each store under load, faults and kills: one test a published failure (`f01_...`) or claim.
//!
//! SQLite needs no server and runs with `cargo test --features sqlite`; it is no default feature, because it compiles
//! SQLite's C.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)]
#![allow(clippy::print_stdout, clippy::naive_bytecount)] // and is no library
#![allow(dead_code)] // not every store needs every help

mod blocking;
mod crowd;
#[cfg(all(feature = "sqlite", unix))]
mod sqlite;
#[path = "../suite/support.rs"]
mod support;
