//! A reference model against random sequences of operations, with clocks that move, disagree and go back.
//!
//! The model is plain values and says of each operation what it must answer and write, to the second; the laws are
//! kept from the answers alone. `MODEL_CASES` runs another number of sequences, `MODEL_SEED` other ones, and with
//! `MODEL_SHRINK=0` a failure is reported as it was found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library

mod account;
mod answer;
mod budget;
mod challenge;
mod law;
mod ledger;
mod people;
mod phone;
mod rules;
mod run;
mod shelf;
mod step;
mod tally;
mod world;

use std::cell::RefCell;

use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestCaseError, TestRunner};

use run::Run;
use tally::Tally;

/// How many sequences `cargo test` runs.
const CASES: u32 = 6_000;

#[test]
fn every_sequence_is_as_the_model_foretells() {
    let verifiers = people::verifiers();
    let tally = RefCell::new(Tally::default());
    let outcome = TestRunner::new(config()).run(&step::case(), |case| {
        let world = Run::of(&verifiers, &case).map_err(TestCaseError::fail)?;
        tally.borrow_mut().count(&world.events, world.operations);
        Ok(())
    });
    println!("{}", tally.borrow());
    if let Err(error) = outcome {
        panic!("{error}");
    }
    if number("MODEL_CASES").is_none() {
        assert_eq!(tally.borrow().missing(), [], "too few sequences reached these");
    }
}

fn config() -> Config {
    Config {
        cases: number("MODEL_CASES").map_or(CASES, |cases| cases as u32),
        rng_seed: RngSeed::Fixed(number("MODEL_SEED").unwrap_or(4226)),
        max_shrink_iters: number("MODEL_SHRINK").map_or(20_000, |iterations| iterations as u32),
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct("tests/model/regressions.txt"))),
        ..Config::default()
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}
