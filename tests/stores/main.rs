//! What must hold on real stores: each case is stamped on each of them.
//!
//! Those that need a server are ignored unless asked for: `cargo test --all-features --test stores -- --ignored`.

#![cfg(feature = "redis")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library
#![allow(clippy::print_stdout)] // what was seen is for a person to read
#![allow(clippy::doc_markdown, clippy::match_same_arms, clippy::unused_async)] // one shape for every engine

mod cases;
mod desk;
mod dropped;
mod faults;
mod kill;
mod outage;
#[allow(dead_code)] // each engine uses its own part
mod private;
#[cfg(feature = "redis")]
mod redis;
#[allow(dead_code)] // the suite uses more of it
#[path = "../suite/support.rs"]
mod support;
