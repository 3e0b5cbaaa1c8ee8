//! The suite that any store must pass: what passes it, and broken stores, each of which fails by the clause it breaks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library

mod faults;
mod model;
mod mutants;
mod sound;
mod support;
mod tally;
