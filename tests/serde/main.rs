//! F41, F65: what is written in other formats, what is read from them, and what is not.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, unreachable_pub)] // and is no library

mod canary;
mod refused;
mod spelt;
mod written;
