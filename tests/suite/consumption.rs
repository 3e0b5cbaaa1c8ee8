//! A code is used once, and a guess is paid for, however many come at the same moment.

mod interleaving;
mod paths;

use std::sync::{Arc, Barrier};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::faults::*;
use crate::support::*;

/// Three attempts, then a lock.
const THREE: Purpose<Payment> = Purpose::new(
    "pay-three",
    match Policy::PAYMENT.draft().attempts(3).lock_after(3).build() {
        Ok(policy) => policy,
        Err(_) => panic!("three are fewer than five"),
    },
);

/// One open challenge, and everybody who wants to confirm it.
struct Crowd {
    purpose: Purpose<Payment>,
    verifier: Verifier,
    handle: Handle,
    code: String,
}

type Outcome<E> = Result<Approved<Payment>, Failure<E>>;

/// What a crowd's verifications came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    approved: usize,
    wrong: usize,
    unjudged: usize,
}

impl Crowd {
    fn before(purpose: Purpose<Payment>) -> (Self, MemoryStore) {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        (Self { purpose, verifier: desk.verifier, handle, code }, desk.store)
    }

    /// `count` times the right code.
    fn right(&self, count: usize) -> Vec<String> {
        vec![self.code.clone(); count]
    }

    /// `count` different wrong codes.
    fn wrong(&self, count: usize) -> Vec<String> {
        (0..1_000_000).map(|n| format!("{n:06}")).filter(|code| *code != self.code).take(count).collect()
    }

    /// Member number `n` types `code`.
    fn verify(&self, n: usize, code: &str) -> Verify<'_, Payment> {
        let rng = &mut ChaCha20Rng::seed_from_u64(n as u64);
        let verify =
            self.verifier.verify(self.purpose, &customer(), self.handle, six(code), payment(1), at(START), rng);
        verify.unwrap()
    }

    /// Each code in a thread of its own, all let go at once.
    fn threads<S: Store<Error: Send> + Sync>(&self, store: &S, codes: &[String]) -> Tally {
        let ready = &Barrier::new(codes.len());
        let one = |(n, code): (usize, &String)| {
            let verify = self.verify(n, code);
            ready.wait();
            verify.run(store)
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = codes.iter().enumerate().map(|each| scope.spawn(move || one(each))).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// Each code in a task of its own, all let go at once.
    fn tasks<S: AsyncStore<Error: Send> + Send + 'static>(self, store: S, codes: Vec<String>) -> Tally {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
        let shared = Arc::new((self, store, tokio::sync::Barrier::new(codes.len())));
        let one = |(n, code): (usize, String)| {
            let shared = Arc::clone(&shared);
            runtime.spawn(async move {
                let (crowd, store, ready) = &*shared;
                let verify = crowd.verify(n, &code);
                ready.wait().await;
                verify.run_async(store).await
            })
        };
        let all: Vec<_> = codes.into_iter().enumerate().map(one).collect();
        runtime.block_on(async {
            let mut outcomes = Vec::new();
            for task in all {
                outcomes.push(task.await.unwrap());
            }
            outcomes.into_iter().collect()
        })
    }
}

impl<E> FromIterator<Outcome<E>> for Tally {
    fn from_iter<I: IntoIterator<Item = Outcome<E>>>(outcomes: I) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            match outcome {
                Ok(_) => tally.approved += 1,
                Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => tally.wrong += 1,
                Err(Failure::Refused(_)) => tally.unjudged += 1,
                _ => panic!("a store of these always answers"),
            }
        }
        tally
    }
}

const ONE_OF_64: Tally = Tally { approved: 1, wrong: 0, unjudged: 63 };
const FIVE_OF_64: Tally = Tally { approved: 0, wrong: 5, unjudged: 59 };

#[test]
fn f01_f05_64_threads_with_the_right_code_are_one_approval() {
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(crowd.threads(&store, &crowd.right(64)), ONE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(crowd.threads(&Yielding(store), &crowd.right(64)), ONE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(
        crowd.threads(&Meeting::of(64, store), &crowd.right(64)),
        ONE_OF_64,
        "all had loaded before one wrote"
    );
}

#[test]
fn f01_f05_64_tasks_with_the_right_code_are_one_approval() {
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(store, codes), ONE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Yielding(store), codes), ONE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Meeting::of(64, store), codes), ONE_OF_64, "all had loaded before one wrote");
}

#[test]
fn f02_of_64_wrong_codes_at_once_five_are_judged() {
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(crowd.threads(&store, &crowd.wrong(64)), FIVE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    let store = Meeting::of(64, store);
    assert_eq!(crowd.threads(&store, &crowd.wrong(64)), FIVE_OF_64);
    assert_eq!(Desk::new(store.inner).status(PAY, &customer()).total_failures(), 5);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Meeting::of(64, store), codes), FIVE_OF_64);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Yielding(store), codes), FIVE_OF_64);
}

#[test]
fn f03_of_100_guesses_at_once_the_right_one_counts_only_among_the_first_three_paid() {
    for _ in 0..20 {
        let (crowd, store) = Crowd::before(THREE);
        let mut codes = crowd.wrong(99);
        codes.extend(crowd.right(1));
        let tally = crowd.threads(&Meeting::of(100, store), &codes);
        match tally.approved {
            0 => assert_eq!(tally.wrong, 3),
            1 => assert!(tally.wrong < 3, "{tally:?}"),
            _ => panic!("{tally:?}"),
        }
    }
}

#[test]
fn f03_in_order_the_hundredth_is_too_late() {
    let (crowd, store) = Crowd::before(THREE);
    let mut codes = crowd.wrong(99);
    codes.extend(crowd.right(1));
    let tally: Tally = codes.iter().enumerate().map(|(n, code)| crowd.verify(n, code).run(&store)).collect();
    assert_eq!(tally, Tally { approved: 0, wrong: 3, unjudged: 97 });
}

/// The tests above can fail: each of these stores lets everybody through.
#[test]
fn two_broken_stores_are_caught_by_the_same_64_threads() {
    let (crowd, store) = Crowd::before(PAY);
    let lost = Meeting::of(64, LastWriterWins(store));
    assert_eq!(crowd.threads(&lost, &crowd.right(64)).approved, 64);
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(crowd.threads(&Torn::of(64, store), &crowd.right(64)).approved, 64);
    let (crowd, store) = Crowd::before(PAY);
    let lost = Meeting::of(64, LastWriterWins(store));
    assert_eq!(crowd.threads(&lost, &crowd.wrong(64)).wrong, 64);
    assert_eq!(Desk::new(lost.inner).status(PAY, &customer()).total_failures(), 1, "and the record knows of one");
    let (crowd, store) = Crowd::before(PAY);
    assert_eq!(crowd.threads(&Torn::of(64, store), &crowd.wrong(64)).wrong, 64);
}

#[test]
fn two_broken_stores_are_caught_by_the_same_64_tasks() {
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Meeting::of(64, LastWriterWins(store)), codes).approved, 64);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(Torn::of(64, store), codes).approved, 64);
    let (crowd, store) = Crowd::before(PAY);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(Torn::of(64, store), codes).wrong, 64);
}
