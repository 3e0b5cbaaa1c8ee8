//! Stores that keep the contract pass, however they are run.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign::conformance::{self, Clause, Suite};
use countersign::{DynAsyncStore, ManualClock, MemoryStore, RefusingStore, UnixTime};

use crate::model::{Model, Mutant};
use crate::support::{block_on, spawn};

#[test]
fn the_memory_store_passes_on_threads_in_one_task_and_in_many() {
    let store = Arc::new(MemoryStore::new());
    conformance::check(|| &store).unwrap();
    block_on(conformance::check_async(|| &*store)).unwrap();
    block_on(Suite::new().check_spawned(|| Arc::clone(&store), spawn)).unwrap();
    let boxed = DynAsyncStore::new(MemoryStore::new());
    block_on(conformance::check_async(|| boxed.clone())).unwrap();
}

#[test]
fn the_memory_store_keeps_its_records_as_long_as_they_ask() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(0)));
    let store = MemoryStore::with_clock(Arc::clone(&clock));
    let report = Suite::new().clock(|seconds| clock.advance(seconds)).check(|| &store).unwrap();
    assert!(report.checked.contains(&Clause::KeptLongEnough));
    assert!(report.unchecked.is_empty());
}

#[test]
fn the_model_of_which_the_broken_stores_are_made_is_sound() {
    let model = Model::new(Mutant::Sound);
    let advance = |seconds| {
        model.now.fetch_add(seconds, Ordering::SeqCst);
    };
    Suite::new().clock(advance).check(|| model.open()).unwrap();
    let future = Suite::new().clock_async(async |seconds| advance(seconds)).check_async(|| model.open());
    block_on(future).unwrap();
    block_on(Suite::new().check_spawned(|| model.open(), spawn)).unwrap();
}

#[test]
fn without_a_clock_the_report_says_what_was_not_checked() {
    let store = MemoryStore::new();
    let report = conformance::check(|| &store).unwrap();
    assert_eq!(report.unchecked, [Clause::KeptLongEnough, Clause::ForgottenIsAbsent]);
    assert!(report.to_string().contains("not checked: a record is kept for as long as it asks to be"));
}

#[test]
fn a_store_that_refuses_everything_is_told_by_its_error() {
    let broken = conformance::check(|| RefusingStore).unwrap_err();
    assert_eq!(broken.clause, Clause::Answers);
    assert!(broken.seen.contains("Refusal"), "{broken}");
}

#[test]
fn a_task_that_the_runtime_drops_is_not_the_stores_fault() {
    let store = Arc::new(MemoryStore::new());
    let broken = block_on(Suite::new().check_spawned(|| Arc::clone(&store), drop)).unwrap_err();
    assert_eq!(broken.clause, Clause::Runs);
}
