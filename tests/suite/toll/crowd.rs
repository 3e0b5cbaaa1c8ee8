//! Everybody at once, on threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;

const TASKS: u32 = 64;

/// What `each` message costs in all, if 64 threads issue for new subjects, each to a new number, and pay.
fn stampede<S>(store: &S, budget: &Budget<'_>, issues: Range<u32>) -> (u64, u32)
where
    S: Tally<Error: std::fmt::Debug> + Sync,
{
    let verifier = Verifier::new(keyring());
    let (spent, sent) = (&AtomicU64::new(0), &AtomicU64::new(0));
    thread::scope(|scope| {
        for task in 0..TASKS {
            let (verifier, issues) = (&verifier, issues.clone());
            scope.spawn(move || {
                let rng = &mut ChaCha20Rng::seed_from_u64(u64::from(task));
                for n in issues.clone().filter(|n| n % TASKS == task) {
                    let (number, value) = (german(n), payment(1));
                    let to = sms(&number).verified(VERIFIED);
                    let issue = verifier.issue(PAY, &who(n), &value, &to, at(MIDNIGHT), rng).unwrap();
                    assert!(code_in(&issue.run(store).unwrap()).is_some());
                    match verifier.spend(budget, &who(n), &to, at(MIDNIGHT), rng).unwrap().run(store) {
                        Ok(reservation) => {
                            spent.fetch_add(reservation.keep(), Ordering::SeqCst);
                            sent.fetch_add(1, Ordering::SeqCst);
                        }
                        refusal => assert_eq!(reason(refusal), Reason::OverBudget),
                    }
                }
            });
        }
    });
    (spent.load(Ordering::SeqCst), u32::try_from(sent.load(Ordering::SeqCst)).unwrap())
}

const CEILING: u64 = 9_000_000;

/// 1,000 messages an hour to Germany; the other limits have room for all.
const GERMANY: Budget<'_> = sound(
    PRICED
        .each_subject(Limit::NONE.rate(Rate::new(5, 3_600)))
        .each_country(Limit::NONE.hour(CEILING))
        .total(Limit::NONE.day(CEILING * 1_000)),
);

#[test]
fn f70_a_hundred_thousand_issues_at_one_prefix_from_64_tasks_stop_at_the_ceiling_exactly() {
    assert_eq!(stampede(&MemoryStore::new(), &GERMANY, 0..100_000), (CEILING, 1_000));
}

#[test]
fn f70_ten_thousand_by_conditional_writes_stop_at_the_ceiling_exactly() {
    assert_eq!(stampede(&StoreTally::new(MemoryStore::new()), &GERMANY, 0..10_000), (CEILING, 1_000));
}

#[test]
fn f70_64_tasks_for_one_subject_and_one_number_get_its_burst_exactly() {
    let limit = Limit::NONE.rate(Rate::new(5, 3_600));
    for budget in
        [sound(PRICED.each_subject(limit)), sound(PRICED.each_destination(limit)), sound(PRICED.total(limit))]
    {
        let (store, verifier) = (MemoryStore::new(), Verifier::new(keyring()));
        let paid = thread::scope(|scope| {
            let pay = |task: u32| {
                let rng = &mut ChaCha20Rng::seed_from_u64(u64::from(task));
                let paid =
                    verifier.spend(&budget, &who(1), &sms("+4915112345678"), at(MIDNIGHT), rng).unwrap().run(&store);
                paid.map(Reservation::keep).is_ok()
            };
            let threads: Vec<_> = (0..TASKS).map(|task| scope.spawn(move || pay(task))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).filter(|paid| *paid).count()
        });
        assert_eq!(paid, 5, "{budget:?}");
    }
}

#[test]
fn f70_with_several_limits_at_once_none_is_exceeded_and_what_was_given_back_is_there() {
    // The total has room for fewer than the countries, so many give back what they had taken of a country.
    let budget = sound(
        PRICED
            .each_country(Limit::NONE.hour(9_000 * 100))
            .total(Limit::NONE.hour(9_000 * 60).rate(Rate::new(80, 3_600))),
    );
    let store = MemoryStore::new();
    assert_eq!(stampede(&store, &budget, 0..2_000), (540_000, 60));
    let more = sound(PRICED.each_country(Limit::NONE.hour(9_000 * 100)));
    assert_eq!(stampede(&store, &more, 2_000..4_000), (360_000, 40), "of the country's hundred, forty");
}
