//! What is fuzzed: plain functions of bytes that panic at a surprise.
//!
//! `fuzz_targets/` hands them to libFuzzer, on a nightly compiler. Beside this directory the same file is the test
//! `corpora`, which runs every file of `corpus/` through its target on a stable one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a target stops at a surprise
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library
#![allow(missing_docs, missing_debug_implementations, unnameable_types)]
#![allow(clippy::missing_panics_doc, clippy::must_use_candidate)]
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, clippy::similar_names, clippy::needless_pass_by_value)]
#![allow(
    clippy::verbose_bit_mask,
    clippy::redundant_closure_for_method_calls,
    clippy::unused_self,
    clippy::type_complexity
)]

mod input;
mod oracle;
#[cfg(test)]
mod replay;
pub mod targets;

/// The reference model of `tests/model`, whose files name each other from the crate's root.
#[path = "../tests/model"]
#[allow(dead_code, unused_imports, clippy::print_stdout, reason = "its own test uses the rest")]
mod model {
    pub mod account;
    pub mod answer;
    pub mod budget;
    pub mod challenge;
    pub mod law;
    pub mod ledger;
    pub mod people;
    pub mod person;
    pub mod phone;
    pub mod rules;
    pub mod run;
    pub mod shelf;
    pub mod step;
    pub mod tally;
    pub mod world;
}

#[allow(unused_imports, reason = "for the model's files")]
use model::{
    account, answer, budget, challenge, law, ledger, people, person, phone, rules, run, shelf, step, tally, world,
};
