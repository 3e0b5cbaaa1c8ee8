//! The memory store and the loops that drive an operation under a permutation checker: two verifies and a resend, in every order
//! in which their locks and calls can fall.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test may stop
#![allow(clippy::std_instead_of_core, unreachable_pub)] // and is no library

mod drive;
mod store;
mod sync;
mod torn;

mod record {
    pub use countersign::Record;
}
mod time {
    pub use countersign::{Clock, ClockError, UnixTime};
}

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use countersign::{
    Code, Currency, Digits, Failure, Handle, Key, Keyring, ManualClock, Money, Operation, Payment, Policy, Purpose,
    Recipient, Record, RootKey, Slip, Store, Subject, UnixTime, Verifier,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::store::memory::MemoryStore;
use crate::torn::TornStore;

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const START: u64 = 1_800_000_000;
/// When a message may be sent again.
const LATER: UnixTime = UnixTime::from_secs(START + 30);

/// A checkout that waits for its code, as it is stored.
struct Waiting {
    verifier: Verifier,
    key: Key,
    record: Record,
    handle: Handle,
    code: Code,
}

/// What became of the two verifies and the resend.
type Ends = (&'static str, &'static str, &'static str);

fn payment() -> Payment {
    Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap()
}

fn phone() -> Recipient<'static> {
    Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1))
}

fn customer() -> Subject {
    Subject::new("customer-4711").unwrap()
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

impl Waiting {
    fn new() -> Self {
        let root = |n| RootKey::from_bytes(&[n; 32]).unwrap();
        let verifier = Verifier::new(Keyring::new(&root(1), &root(2)).unwrap());
        let (store, payment) = (countersign::MemoryStore::new(), payment());
        let start = UnixTime::from_secs(START);
        let issue = verifier.issue(PAY, &customer(), &payment, &phone(), start, &mut rng(1)).unwrap();
        let key = *issue.key();
        let issued = issue.run(&store).unwrap();
        let code =
            issued.message(&|slip: &Slip<'_, Payment>| Code::parse(slip.code(), Digits::SIX)).unwrap().unwrap();
        let (handle, record) = (issued.ticket().handle(), store.load(&key).unwrap().unwrap());
        Self { verifier, key, record, handle, code }
    }

    fn verify<S: Store>(&self, store: &S, seed: u64) -> &'static str {
        let code = Code::parse(self.code.expose(), Digits::SIX).unwrap();
        let rng = &mut rng(seed);
        let verify = self.verifier.verify(PAY, &customer(), self.handle, code, payment(), LATER, rng).unwrap();
        said(&verify.run(store))
    }

    fn resend<S: Store>(&self, store: &S, seed: u64) -> &'static str {
        let (payment, rng) = (payment(), &mut rng(seed));
        let resend = self.verifier.resend(PAY, &customer(), self.handle, &payment, &phone(), LATER, rng).unwrap();
        said(&resend.run(store))
    }
}

fn said<T, E>(answer: &Result<T, Failure<E>>) -> &'static str {
    match answer {
        Ok(_) => "yes",
        Err(Failure::Refused(_)) => "no",
        Err(_) => "unavailable",
    }
}

/// Runs the three in every interleaving; answers how many there were, and how often each end was met.
fn every_interleaving<S>(open: impl Fn() -> S + Send + Sync + 'static) -> (usize, BTreeMap<Ends, usize>)
where
    S: Store<Error: std::fmt::Debug> + Send + Sync + 'static,
{
    let waiting = Arc::new(Waiting::new());
    let ends = Arc::new(Mutex::new(BTreeMap::new()));
    let met = Arc::clone(&ends);
    shuttle::check_dfs(
        move || {
            let store = Arc::new(open());
            let _ = store.swap(&waiting.key, None, &waiting.record).unwrap();
            let run = |job: fn(&Waiting, &S, u64) -> &'static str, seed| {
                let (waiting, store) = (Arc::clone(&waiting), Arc::clone(&store));
                shuttle::thread::spawn(move || job(&waiting, &store, seed))
            };
            let others = [run(Waiting::verify, 3), run(Waiting::resend, 4)];
            let first = waiting.verify(&*store, 2); // on this thread: one fewer to begin and to end in every order
            let [second, resent] = others.map(|thread| thread.join().unwrap());
            assert_eq!([first, second].iter().filter(|said| **said == "yes").count(), 1, "{first} {second} {resent}");
            *met.lock().unwrap().entry((first, second, resent)).or_default() += 1;
        },
        None,
    );
    let ends = ends.lock().unwrap().clone();
    (ends.values().sum(), ends)
}

#[test]
fn f04_two_verifies_and_a_resend_in_every_interleaving_give_one_approval() {
    let clock = || ManualClock::new(LATER);
    let (runs, ends) = every_interleaving(move || MemoryStore::with_clock(clock()));
    println!("{runs} interleavings: {ends:?}");
    assert!(runs > 1_000, "{runs} interleavings");
    let all: Vec<Ends> = ends.into_keys().collect();
    assert_eq!(all, [("no", "yes", "no"), ("no", "yes", "yes"), ("yes", "no", "no"), ("yes", "no", "yes")]);
}

#[test]
fn f04_the_checker_finds_the_two_approvals_of_a_store_in_two_steps() {
    let found = catch_unwind(AssertUnwindSafe(|| every_interleaving(TornStore::default)));
    assert!(found.is_err());
}
