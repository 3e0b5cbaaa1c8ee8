//! A store that fails at one of its calls, and what is left to spend after that.

use std::sync::Mutex;

use super::*;
use crate::faults::{Down, Fault, Stale};

/// A store and tally of which call number `at` suffers a fault, and which remembers what was written.
pub struct Mishap<S> {
    inner: S,
    plan: Mutex<Option<(usize, Fault)>>,
    calls: Mutex<usize>,
    written: Mutex<Vec<Vec<u8>>>,
    swapped: Mutex<Option<(Key, Record)>>,
}

impl<S> Mishap<S> {
    pub fn new(inner: S) -> Self {
        let (plan, calls) = (Mutex::default(), Mutex::default());
        Self { inner, plan, calls, written: Mutex::default(), swapped: Mutex::default() }
    }

    /// From now on call number `at` fails, and no other one.
    pub fn plan(&self, at: usize, fault: Fault) {
        *self.plan.lock().unwrap() = Some((at, fault));
        *self.calls.lock().unwrap() = 0;
    }

    pub fn calls(&self) -> usize {
        *self.calls.lock().unwrap()
    }

    /// Keys and what was written under them.
    pub fn written(&self) -> Vec<Vec<u8>> {
        self.written.lock().unwrap().clone()
    }

    pub fn last_swap(&self) -> (Key, Record) {
        self.swapped.lock().unwrap().clone().unwrap()
    }

    fn call<T, E>(&self, inner: impl FnOnce() -> Result<T, E>) -> Result<T, Down> {
        let mut calls = self.calls.lock().unwrap();
        let fault = self.plan.lock().unwrap().filter(|(at, _)| *at == *calls).map(|(_, fault)| fault);
        *calls += 1;
        match fault {
            None => inner().map_err(|_| Down),
            Some(Fault::Error) => Err(Down),
            Some(Fault::LostAnswer) => inner().map_err(|_| Down).and(Err(Down)),
        }
    }

    fn wrote(&self, key: &Key, bytes: &[u8]) {
        self.written.lock().unwrap().push([key.as_bytes().as_slice(), bytes].concat());
    }
}

impl<S: Store> Store for Mishap<S> {
    type Error = Down;

    fn load(&self, key: &Key) -> Result<Option<Record>, Down> {
        self.call(|| self.inner.load(key))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        self.wrote(key, next.as_bytes());
        *self.swapped.lock().unwrap() = Some((*key, next.clone()));
        self.call(|| self.inner.swap(key, seen, next))
    }
}

impl<S: Tally> Tally for Mishap<S> {
    fn total(&self, key: &Key) -> Result<u64, Down> {
        self.call(|| self.inner.total(key))
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, Down> {
        self.wrote(addition.key(), &addition.amount().to_be_bytes());
        self.call(|| self.inner.add(addition))
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), Down> {
        self.call(|| self.inner.give_back(key, amount))
    }
}

const TIGHT: Limit = Limit::NONE.rate(Rate::new(4, 86_400)).hour(36_000).day(36_000);

fn tight() -> Budget<'static> {
    sound(
        PRICED
            .each_subject(TIGHT)
            .each_destination(TIGHT)
            .each_country(TIGHT)
            .each_merchant(TIGHT)
            .total(TIGHT)
            .conversion(Conversion::new(1_000, 1, 2)),
    )
}

/// Calls that a message makes on a store that is well.
fn calls_of_one() -> usize {
    let desk = at_midnight(Mishap::new(MemoryStore::new()));
    desk.store.plan(usize::MAX, Fault::Error);
    assert!(desk.send(&tight(), &who(1), &german(1)));
    desk.store.calls()
}

#[test]
fn f55_f70_a_fault_at_any_call_pays_for_nothing_and_leaves_no_more_to_spend() {
    let budget = tight();
    let calls = calls_of_one();
    assert!(calls >= 14, "{calls}");
    for at in 0..calls + 2 {
        for fault in [Fault::Error, Fault::LostAnswer] {
            let desk = at_midnight(Mishap::new(MemoryStore::new()));
            desk.store.plan(at, fault);
            let first = desk.pay(desk.spend(&budget, &who(1), &sms(&german(1)))).map(Reservation::keep);
            let paid = match &first {
                Ok(cost) => {
                    // Of a swap whose answer is lost, a load proves that it landed.
                    assert!(at >= calls || fault == Fault::LostAnswer, "call {at}");
                    assert_eq!(*cost, 9_000);
                    1
                }
                Err(Failure::Unavailable(Unavailable::Store(Down))) => {
                    assert_eq!(desk.event().kind(), EventKind::StoreUnavailable);
                    0
                }
                Err(other) => panic!("{other:?}"),
            };
            desk.store.plan(usize::MAX, Fault::Error);
            let later = (0..9).filter(|_| desk.send(&budget, &who(1), &german(1))).count();
            assert!(paid + later <= 4 && paid + later >= 3, "{fault:?} at call {at}: {paid} and {later}");
        }
    }
}

#[test]
fn f70_a_fault_while_everything_is_given_back_leaves_no_more_to_spend() {
    let budget = tight();
    for at in 0..20 {
        for fault in [Fault::Error, Fault::LostAnswer] {
            let desk = at_midnight(Mishap::new(MemoryStore::new()));
            let to = german(1);
            let reservation = desk.pay(desk.spend(&budget, &who(1), &sms(&to))).unwrap();
            desk.store.plan(at, fault);
            let given = reservation.give_back(&desk.store);
            let all = at >= desk.store.calls();
            assert!(!all || given.is_ok(), "{at}");
            desk.store.plan(usize::MAX, Fault::Error);
            let later = (0..9).filter(|_| desk.send(&budget, &who(1), &to)).count();
            assert!(later == 4 || (later == 3 && !all), "{fault:?} at call {at}: {later}");
        }
    }
}

impl<S: Tally> Tally for Stale<S> {
    fn total(&self, key: &Key) -> Result<u64, S::Error> {
        self.inner.total(key)
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, S::Error> {
        self.inner.add(addition)
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), S::Error> {
        self.inner.give_back(key, amount)
    }
}

#[test]
fn f70_what_is_given_back_while_others_write_is_given_back_once_or_not_at_all() {
    let budget = tight();
    for (times, later) in [(0, 4), (1, 4), (15, 4), (usize::MAX, 3)] {
        let desk = at_midnight(Stale::new(MemoryStore::new()));
        let to = german(1);
        let reservation = desk.pay(desk.spend(&budget, &who(1), &sms(&to))).unwrap();
        desk.store.next(times);
        match reservation.give_back(&desk.store) {
            Ok(()) => assert_ne!(times, usize::MAX),
            Err(Failure::Unavailable(Unavailable::Cause(Cause::Contention))) => assert_eq!(times, usize::MAX),
            Err(other) => panic!("{other:?}"),
        }
        desk.store.next(0);
        assert_eq!((0..9).filter(|_| desk.send(&budget, &who(1), &to)).count(), later, "{times}");
    }
}

#[test]
fn f70_where_everything_is_forgotten_nothing_is_given_back() {
    let (desk, budget, to) = (till(), tight(), german(1));
    let reservation = desk.pay(desk.spend(&budget, &who(1), &sms(&to))).unwrap();
    let forgotten = MemoryStore::new();
    reservation.give_back(&forgotten).unwrap();
    let after = at_midnight(forgotten);
    assert_eq!((0..9).filter(|_| after.send(&budget, &who(1), &to)).count(), 4, "and no more than ever");
    assert_eq!((0..9).filter(|_| desk.send(&budget, &who(1), &to)).count(), 3, "where it was taken it still is");
}

#[test]
fn f54_without_a_store_nothing_is_paid_for() {
    let desk = at_midnight(RefusingStore);
    for budget in [
        tight(),
        sound(PRICED.total(Limit::NONE.hour(u64::from(u32::MAX)))),
        sound(PRICED.total(TIGHT).record_only()),
    ] {
        let paid = desk.pay(desk.spend(&budget, &who(1), &sms(&german(1)))).map(Reservation::keep);
        assert!(matches!(paid, Err(Failure::Unavailable(Unavailable::Store(_)))), "{paid:?}");
        assert_eq!(desk.event().kind(), EventKind::StoreUnavailable);
    }
}
