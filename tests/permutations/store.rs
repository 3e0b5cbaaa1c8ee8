//! The memory store's own source, built with the checker's lock.

pub use countersign::{Addition, AsyncStore, AsyncTally, Key, Store, Swap, Tallied, Tally};

#[path = "../../src/store/memory.rs"]
#[allow(dead_code, unreachable_pub)] // its surface is the crate's, of which this test needs a part
pub mod memory;
