//! The record of a person's authenticators and recovery codes: its model, and the sequences that it is held against.
//!
//! Written from the documentation. Everything is computed by other means than the crate's: the codes, the windows, the
//! places of a record, the budget.

mod answer;
pub mod device;
mod found;
mod hands;
mod law;
mod ledger;
pub mod people;
mod record;
mod run;
pub mod step;
mod tally;
mod world;

use std::collections::BTreeSet;

use countersign::Verifier;

use device::Codes;
pub use step::{Case, case};
pub use tally::{Event, FLOORS};

/// What all sequences share: nothing that changes but codes that were computed once.
pub struct Houses {
    verifiers: Vec<[Verifier; 2]>,
    codes: Codes,
}

impl Default for Houses {
    fn default() -> Self {
        Self { verifiers: people::verifiers(), codes: Codes::default() }
    }
}

impl Houses {
    /// Carries out a sequence; the first surprise ends it.
    pub fn run(&self, case: &Case) -> Result<(BTreeSet<Event>, u64), String> {
        run::run(&self.verifiers[case.house], &self.codes, case)
    }
}
