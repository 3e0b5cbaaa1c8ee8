//! How messages leave: channels that answer as they are told, on a clock that is moved by hand, and everything that may
//! come of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library

mod answers;
mod any_order;
mod crowd;
mod doubt;
mod fixed;
mod money;
mod scripted;
mod secrecy;
mod stage;
