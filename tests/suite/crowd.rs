//! Everybody at once: threads, tasks and what they came to.

use std::sync::{Arc, Barrier};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::support::*;

/// Three attempts, then a lock.
pub const THREE: Purpose<Payment> = Purpose::new(
    "pay-three",
    match Policy::PAYMENT.draft().attempts(3).lock_after(3).build() {
        Ok(policy) => policy,
        Err(_) => panic!("three are fewer than five"),
    },
);

/// One open challenge, and everybody who wants to confirm it.
pub struct Crowd {
    pub purpose: Purpose<Payment>,
    pub verifier: Verifier,
    pub handle: Handle,
    pub code: String,
}

/// What a crowd's verifications came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub approved: usize,
    pub wrong: usize,
    pub unjudged: usize,
}

pub const ONE_OF_64: Tally = Tally { approved: 1, wrong: 0, unjudged: 63 };
pub const FIVE_OF_64: Tally = Tally { approved: 0, wrong: 5, unjudged: 59 };

impl Crowd {
    /// Issues on `store`.
    pub fn before<S: Store<Error: std::fmt::Debug>>(purpose: Purpose<Payment>, store: &S) -> Self {
        let desk = Desk::new(store);
        let (handle, code) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        Self { purpose, verifier: desk.verifier, handle, code }
    }

    /// `count` times the right code.
    pub fn right(&self, count: usize) -> Vec<String> {
        vec![self.code.clone(); count]
    }

    /// `count` different wrong codes.
    pub fn wrong(&self, count: usize) -> Vec<String> {
        (0..1_000_000).map(|n| format!("{n:06}")).filter(|code| *code != self.code).take(count).collect()
    }

    /// Member number `n` types `code`.
    pub fn verify(&self, n: usize, code: &str) -> Verify<'_, Payment> {
        let rng = &mut ChaCha20Rng::seed_from_u64(1_000 + n as u64);
        let code = Code::parse(code, self.purpose.policy().format()).unwrap();
        self.verifier.verify(self.purpose, &customer(), self.handle, code, payment(1), at(START), rng).unwrap()
    }

    /// Each code in a thread of its own, all let go at once; the threads go round the stores.
    pub fn threads<S: Store<Error: Send + std::fmt::Debug> + Sync>(&self, stores: &[S], codes: &[String]) -> Tally {
        let ready = &Barrier::new(codes.len());
        let one = |(n, code): (usize, &String)| {
            let verify = self.verify(n, code);
            ready.wait();
            verify.run(&stores[n % stores.len()])
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = codes.iter().enumerate().map(|each| scope.spawn(move || one(each))).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        })
    }

    /// Each code in a task of its own, all let go at once.
    pub fn tasks<S>(self, store: S, codes: Vec<String>) -> Tally
    where
        S: AsyncStore<Error: Send + std::fmt::Debug> + Send + 'static,
    {
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

impl<E: std::fmt::Debug> FromIterator<Result<Approved<Payment>, Failure<E>>> for Tally {
    fn from_iter<I: IntoIterator<Item = Result<Approved<Payment>, Failure<E>>>>(outcomes: I) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            match outcome {
                Ok(_) => tally.approved += 1,
                Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => tally.wrong += 1,
                Err(Failure::Refused(_)) => tally.unjudged += 1,
                Err(other) => panic!("a healthy store always answers, but: {other:?}"),
            }
        }
        tally
    }
}
