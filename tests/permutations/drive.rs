//! The two loops that drive an operation, blocking and awaited, each with an event and without: every order in which two
//! verifies and a resend can call a store, also when a write's answer is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use countersign::{AsyncStore, ChallengeStatus, EventKind, Key, Observed, Operation, Record, Store, Swap};
use shuttle::future::{block_on, yield_now};

use super::*;

/// How an operation is driven.
#[derive(Clone, Copy, Debug)]
enum Way {
    Blocking,
    BlockingObserved,
    Awaited,
    AwaitedObserved,
}

const WAYS: [Way; 4] = [Way::Blocking, Way::BlockingObserved, Way::Awaited, Way::AwaitedObserved];

/// A store that lets anybody go first before each call, and loses the answer of one write.
#[derive(Default)]
struct Lossy {
    rows: Mutex<BTreeMap<Key, Record>>,
    landed: Mutex<usize>,
    loses: Option<usize>,
    /// It lets others go first between comparing and writing too.
    torn: bool,
}

#[derive(Debug)]
struct Lost;

impl Lossy {
    fn read(&self, key: &Key) -> Option<Record> {
        self.rows.lock().unwrap().get(key).cloned()
    }

    fn write(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Lost> {
        let mut rows = self.rows.lock().unwrap();
        if !self.torn && rows.get(key) != seen {
            return Ok(Swap::Stale);
        }
        rows.insert(*key, next.clone());
        let mut landed = self.landed.lock().unwrap();
        *landed += 1;
        if self.loses == Some(*landed) { Err(Lost) } else { Ok(Swap::Done) }
    }
}

impl Store for Lossy {
    type Error = Lost;

    fn load(&self, key: &Key) -> Result<Option<Record>, Lost> {
        shuttle::thread::yield_now();
        Ok(self.read(key))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Lost> {
        if self.torn && self.load(key)?.as_ref() != seen {
            return Ok(Swap::Stale);
        }
        shuttle::thread::yield_now();
        self.write(key, seen, next)
    }
}

impl AsyncStore for Lossy {
    type Error = Lost;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Lost> {
        yield_now().await;
        Ok(self.read(key))
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Lost> {
        if self.torn && self.load_async(key).await?.as_ref() != seen {
            return Ok(Swap::Stale);
        }
        yield_now().await;
        self.write(key, seen, next)
    }
}

impl Way {
    fn run<O: Operation + Send>(self, operation: O, store: &Lossy) -> &'static str {
        match self {
            Self::Blocking => said(&operation.run(store)),
            Self::BlockingObserved => observed(&operation.run_observed(store)),
            Self::Awaited => said(&block_on(operation.run_async(store))),
            Self::AwaitedObserved => observed(&block_on(operation.run_observed_async(store))),
        }
    }

    fn verify(self, waiting: &Waiting, store: &Lossy, seed: u64) -> &'static str {
        let code = Code::parse(waiting.code.expose(), Digits::SIX).unwrap();
        let (who, rng) = (customer(), &mut rng(seed));
        let verify = waiting.verifier.verify(PAY, &who, waiting.handle, code, payment(), LATER, rng).unwrap();
        self.run(verify, store)
    }

    fn resend(self, waiting: &Waiting, store: &Lossy, seed: u64) -> &'static str {
        let (who, value, rng) = (customer(), payment(), &mut rng(seed));
        let resend = waiting.verifier.resend(PAY, &who, waiting.handle, &value, &phone(), LATER, rng).unwrap();
        self.run(resend, store)
    }
}

/// What is said to have happened is what came of it.
fn observed<T, E>(observed: &Observed<T, E>) -> &'static str {
    let said = said(&observed.outcome);
    let told = match observed.event.kind() {
        EventKind::Refused => "no",
        EventKind::StoreUnavailable => "unavailable",
        EventKind::Approved | EventKind::Resent => "yes",
        other => panic!("{other:?}"),
    };
    assert_eq!(said, told);
    said
}

/// Whether the challenge is approved, as it is stored.
fn is_approved(waiting: &Waiting, store: &Lossy) -> bool {
    let stored = countersign::MemoryStore::with_clock(ManualClock::new(LATER));
    let row = store.read(&waiting.key).unwrap();
    let _ = stored.swap(&waiting.key, None, &row).unwrap();
    let look = waiting.verifier.status(PAY, &customer(), LATER).unwrap().challenge(waiting.handle);
    matches!(look.run(&stored).unwrap().challenge(), Some(ChallengeStatus::Approved))
}

/// Runs the three in every interleaving; answers how many there were, and which ends were met.
fn every_interleaving(way: Way, loses: Option<usize>, torn: bool) -> (usize, BTreeSet<Ends>) {
    let waiting = Arc::new(Waiting::new());
    let met = Arc::new(Mutex::new((0, BTreeSet::new())));
    let ends = Arc::clone(&met);
    shuttle::check_dfs(
        move || {
            let rows = Mutex::new(BTreeMap::from([(waiting.key, waiting.record.clone())]));
            let store = Arc::new(Lossy { rows, loses, torn, ..Lossy::default() });
            let run = |job: fn(Way, &Waiting, &Lossy, u64) -> &'static str, seed| {
                let (waiting, store) = (Arc::clone(&waiting), Arc::clone(&store));
                shuttle::thread::spawn(move || job(way, &waiting, &store, seed))
            };
            let others = [run(Way::verify, 3), run(Way::resend, 4)];
            let first = way.verify(&waiting, &store, 2);
            let [second, resent] = others.map(|thread| thread.join().unwrap());
            let approvals = [first, second].iter().filter(|said| **said == "yes").count();
            let unknown = [first, second].contains(&"unavailable");
            assert!(approvals == 1 || approvals == 0 && unknown, "{first} {second} {resent}");
            assert!(is_approved(&waiting, &store), "the right code was typed");
            let mut met = ends.lock().unwrap();
            met.0 += 1;
            met.1.insert((first, second, resent));
        },
        None,
    );
    let (runs, ends) = &*met.lock().unwrap();
    (*runs, ends.clone())
}

#[test]
fn f04_every_way_to_drive_two_verifies_and_a_resend_gives_one_approval() {
    for way in WAYS {
        let (runs, ends) = every_interleaving(way, None, false);
        assert!(runs > 100, "{runs} interleavings");
        let all = [("no", "yes", "no"), ("no", "yes", "yes"), ("yes", "no", "no"), ("yes", "no", "yes")];
        assert_eq!(ends, BTreeSet::from(all));
    }
}

/// F55: a write that landed is recognised by its stamp if nobody wrote in between; otherwise nobody says yes to it.
#[test]
fn f04_f55_an_answer_that_is_lost_gives_no_second_approval_in_any_interleaving() {
    for way in WAYS {
        for loses in [1, 2] {
            let (_, ends) = every_interleaving(way, Some(loses), false);
            let says =
                |what: &str| ends.iter().any(|(first, second, resent)| [first, second, resent].contains(&&what));
            // The second write that lands can only be the approval after the resend, and nobody writes after it.
            assert!(says("yes"));
            assert_eq!(says("unavailable"), loses == 1);
            assert!(ends.iter().any(|(first, second, _)| [*first, *second] == ["yes", "no"]), "one was recognised");
        }
    }
}

#[test]
fn f04_the_checker_finds_the_two_approvals_of_a_torn_store_whichever_way() {
    for way in WAYS {
        let found = catch_unwind(AssertUnwindSafe(|| every_interleaving(way, None, true)));
        assert!(found.is_err(), "{way:?}");
    }
}
