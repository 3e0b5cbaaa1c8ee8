//! A reference model against random sequences of operations, with clocks that move, disagree and go back: one of the
//! records of challenges, and one of the records of authenticators and recovery codes.
//!
//! A model is plain values and says of each operation what it must answer and write, to the second; the laws are
//! kept from the answers alone. `MODEL_CASES` runs another number of sequences and `MODEL_SEED` other ones; with
//! `MODEL_STOP` the first surprise ends everything, as it was found.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, clippy::cast_possible_truncation, unreachable_pub)] // and is no library
#![allow(clippy::print_stdout, reason = "how often each event came up")]

mod account;
mod answer;
mod budget;
mod challenge;
mod drive;
mod law;
mod ledger;
mod people;
mod person;
mod phone;
mod rules;
mod run;
mod shelf;
mod step;
mod tally;
mod world;

use drive::{Plan, drive};

#[test]
fn every_sequence_is_as_the_model_foretells() {
    let verifiers = people::verifiers();
    let plan = Plan { cases: 6_000, regressions: "tests/model/regressions.txt", floors: &tally::FLOORS };
    drive(&plan, &step::case(), |case| {
        let world = run::Run::of(&verifiers, &case)?;
        Ok((world.events, world.operations))
    });
}

#[test]
fn every_sequence_of_a_person_is_as_the_model_foretells() {
    let houses = person::Houses::default();
    let plan = Plan { cases: 16_000, regressions: "tests/model/person/regressions.txt", floors: &person::FLOORS };
    drive(&plan, &person::case(), |case| houses.run(&case));
}
