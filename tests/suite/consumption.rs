//! A code is used once, and a guess is paid for, however many come at the same moment.

mod interleaving;
mod paths;

use std::sync::Arc;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::crowd::Tally;
use crate::crowd::*;
use crate::faults::*;
use crate::support::*;

type Outcome<E> = Result<Approved<Payment>, Failure<E>>;

/// A crowd, and the store on which its challenge is open.
fn gathered(purpose: Purpose<Payment>) -> (Crowd, MemoryStore) {
    let store = MemoryStore::new();
    (Crowd::before(purpose, &store), store)
}

#[test]
fn f01_f05_64_threads_with_the_right_code_are_one_approval() {
    let (crowd, store) = gathered(PAY);
    assert_eq!(crowd.threads(&[&store], &crowd.right(64)), ONE_OF_64);
    let (crowd, store) = gathered(PAY);
    assert_eq!(crowd.threads(&[Yielding(store)], &crowd.right(64)), ONE_OF_64);
    let (crowd, store) = gathered(PAY);
    assert_eq!(
        crowd.threads(&[Meeting::of(64, store)], &crowd.right(64)),
        ONE_OF_64,
        "all had loaded before one wrote"
    );
}

#[test]
fn f01_f05_64_tasks_with_the_right_code_are_one_approval() {
    let (crowd, store) = gathered(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(store, codes), ONE_OF_64);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Yielding(store), codes), ONE_OF_64);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Meeting::of(64, store), codes), ONE_OF_64, "all had loaded before one wrote");
}

#[test]
fn f02_of_64_wrong_codes_at_once_five_are_judged() {
    let (crowd, store) = gathered(PAY);
    assert_eq!(crowd.threads(&[&store], &crowd.wrong(64)), FIVE_OF_64);
    let (crowd, store) = gathered(PAY);
    let store = Meeting::of(64, store);
    assert_eq!(crowd.threads(&[&store], &crowd.wrong(64)), FIVE_OF_64);
    assert_eq!(Desk::new(store.inner).status(PAY, &customer()).total_failures(), 5);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Meeting::of(64, store), codes), FIVE_OF_64);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Yielding(store), codes), FIVE_OF_64);
}

#[test]
fn f03_of_100_guesses_at_once_the_right_one_counts_only_among_the_first_three_paid() {
    for _ in 0..20 {
        let (crowd, store) = gathered(THREE);
        let mut codes = crowd.wrong(99);
        codes.extend(crowd.right(1));
        let tally = crowd.threads(&[Meeting::of(100, store)], &codes);
        match tally.approved {
            0 => assert_eq!(tally.wrong, 3),
            1 => assert!(tally.wrong < 3, "{tally:?}"),
            _ => panic!("{tally:?}"),
        }
    }
}

#[test]
fn f03_in_order_the_hundredth_is_too_late() {
    let (crowd, store) = gathered(THREE);
    let mut codes = crowd.wrong(99);
    codes.extend(crowd.right(1));
    let tally: Tally = codes.iter().enumerate().map(|(n, code)| crowd.verify(n, code).run(&store)).collect();
    assert_eq!(tally, Tally { approved: 0, wrong: 3, unjudged: 97 });
}

/// The tests above can fail: each of these stores lets everybody through.
#[test]
fn two_broken_stores_are_caught_by_the_same_64_threads() {
    let (crowd, store) = gathered(PAY);
    let lost = Meeting::of(64, LastWriterWins(store));
    assert_eq!(crowd.threads(&[&lost], &crowd.right(64)).approved, 64);
    let (crowd, store) = gathered(PAY);
    assert_eq!(crowd.threads(&[Torn::of(64, store)], &crowd.right(64)).approved, 64);
    let (crowd, store) = gathered(PAY);
    let lost = Meeting::of(64, LastWriterWins(store));
    assert_eq!(crowd.threads(&[&lost], &crowd.wrong(64)).wrong, 64);
    assert_eq!(Desk::new(lost.inner).status(PAY, &customer()).total_failures(), 1, "and the record knows of one");
    let (crowd, store) = gathered(PAY);
    assert_eq!(crowd.threads(&[Torn::of(64, store)], &crowd.wrong(64)).wrong, 64);
}

#[test]
fn two_broken_stores_are_caught_by_the_same_64_tasks() {
    let (crowd, store) = gathered(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Meeting::of(64, LastWriterWins(store)), codes).approved, 64);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Torn::of(64, store), codes).approved, 64);
    let (crowd, store) = gathered(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Torn::of(64, store), codes).wrong, 64);
}
