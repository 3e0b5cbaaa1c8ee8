//! Runs random sequences, and asks whether they reached enough.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::io::Write as _;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestCaseError, TestRunner};

use crate::tally::Tally;

pub struct Plan<'p, E> {
    /// How many sequences `cargo test` runs.
    pub cases: u32,
    pub regressions: &'static str,
    /// Every event, and in how many of them it must occur.
    pub floors: &'p [(E, u32)],
}

/// `run` carries out one sequence, and answers what it reached and by how many operations.
pub fn drive<E: Copy + Ord + Debug, S: Strategy>(
    plan: &Plan<'_, E>,
    sequences: &S,
    run: impl Fn(S::Value) -> Result<(BTreeSet<E>, u64), String>,
) {
    let tally = RefCell::new(Tally::default());
    let outcome = TestRunner::new(plan.config()).run(sequences, |case| {
        let (events, operations) = attempt(|| run(case)).map_err(surprise)?;
        tally.borrow_mut().count(&events, operations);
        Ok(())
    });
    println!("{}", tally.borrow());
    if let Err(error) = outcome {
        panic!("{error}");
    }
    if number("MODEL_CASES").is_none() {
        assert_eq!(tally.borrow().missing(plan.floors), [], "too few sequences reached these");
    }
}

/// A panic is a surprise like any other.
fn attempt<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
    caught.unwrap_or_else(|_| Err("a panic".into()))
}

/// What a sequence came to that nobody foretold. Where all that matters is that there is one, that is the end: the tests
/// beside this one would run on for nothing.
fn surprise(error: String) -> TestCaseError {
    if std::env::var_os("MODEL_STOP").is_some() {
        let _ = writeln!(std::io::stderr(), "surprise: {error}");
        std::process::exit(101);
    }
    TestCaseError::fail(error)
}

impl<E> Plan<'_, E> {
    fn config(&self) -> Config {
        Config {
            cases: number("MODEL_CASES").map_or(self.cases, |cases| cases as u32),
            rng_seed: RngSeed::Fixed(number("MODEL_SEED").unwrap_or(4226)),
            max_shrink_iters: 20_000,
            failure_persistence: Some(Box::new(FileFailurePersistence::Direct(self.regressions))),
            ..Config::default()
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}
