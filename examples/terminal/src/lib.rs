//! A terminal: `countersign` on a Cortex-M3 without an operating system or a heap, with its records in flash.
//!
//! [`FlashStore`] keeps records in two pages of NOR flash and loses none of them to a power cut. [`Flash`] is what it
//! needs of the chip; [`Nor`] is such a chip in memory, whose power can be cut in every write. The programs in `src/bin`
//! run on an emulated board: `scripts/metal` builds them, runs them, and prints what they take.

#![no_std]

mod desk;
mod flash;
mod nor;
mod store;
pub mod vectors;

pub use desk::{Desk, Dice, Surprise, cycle};
pub use flash::{Flash, Page};
pub use nor::{Nor, PowerCut, Tear};
pub use store::{FlashProblem, FlashStore, FlashStoreError};
