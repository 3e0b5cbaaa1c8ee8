//! The faulty stores, for both traits.

use std::time::{Duration, Instant};

use countersign::conformance::faults::{Call, Fault, Faulty, FaultyError, Meeting, Method};
use countersign::{AsyncStore, Key, MemoryStore, MemoryStoreError, Record, Store, Swap};

use crate::support::block_on;

const KEY: Key = Key::from_bytes([1; 32]);
const OTHER: Key = Key::from_bytes([2; 32]);

fn record(n: u8) -> Record {
    Record::from_bytes(&[n; 8])
}

type Answer<T> = Result<T, FaultyError<MemoryStoreError>>;

/// A memory store that suffers this at this call; called as the one trait, and as the other.
struct Two(Faulty<MemoryStore>, bool);

impl Two {
    fn load(&self, key: &Key) -> Answer<Option<Record>> {
        if self.1 { block_on(self.0.load_async(key)) } else { self.0.load(key) }
    }

    fn swap(&self, seen: Option<u8>, next: u8) -> Answer<Swap> {
        let (seen, next) = (seen.map(record), record(next));
        if self.1 {
            return block_on(self.0.swap_async(&KEY, seen.as_ref(), &next));
        }
        self.0.swap(&KEY, seen.as_ref(), &next)
    }
}

fn each(plan: fn(Call) -> Fault, claim: impl Fn(&Two)) {
    for awaited in [false, true] {
        claim(&Two(Faulty::new(MemoryStore::new(), plan), awaited));
    }
}

#[test]
fn an_error_before_leaves_the_store_alone_and_one_after_does_not() {
    let plan = |call: Call| match (call.method, call.number) {
        (Method::Swap | Method::Load, 0) => Fault::ErrorBefore,
        (Method::Swap | Method::Load, 1) => Fault::ErrorAfter,
        _ => Fault::None,
    };
    each(plan, |store| {
        assert_eq!(store.swap(None, 1), Err(FaultyError::Planned));
        assert!(store.0.inner().is_empty());
        assert_eq!(store.swap(None, 1), Err(FaultyError::Planned));
        assert_eq!(store.0.inner().len(), 1);
        assert_eq!(store.load(&KEY), Err(FaultyError::Planned));
        assert_eq!(store.load(&KEY), Err(FaultyError::Planned));
        assert_eq!(store.load(&KEY), Ok(Some(record(1))));
        assert_eq!((store.0.calls(Method::Load), store.0.calls(Method::Swap)), (3, 2));
    });
}

#[test]
fn a_stale_load_answers_what_was_before_but_not_after_a_stale() {
    each(
        |_| Fault::StaleLoad,
        |store| {
            assert_eq!(store.load(&KEY), Ok(None));
            assert_eq!(store.swap(None, 1), Ok(Swap::Done));
            assert_eq!(store.load(&KEY), Ok(None));
            assert_eq!(store.swap(Some(1), 2), Ok(Swap::Done));
            assert_eq!(store.load(&KEY), Ok(Some(record(1))));
            assert_eq!(store.swap(Some(1), 3), Ok(Swap::Stale));
            assert_eq!(store.load(&KEY), Ok(Some(record(2))));
            assert_eq!(store.swap(Some(2), 3), Ok(Swap::Done));
            assert_eq!(store.load(&KEY), Ok(Some(record(2))));
        },
    );
}

#[test]
fn another_key_is_read_and_written_in_place_of_its_own() {
    each(
        |call| if call.number == 0 { Fault::OtherKey(OTHER) } else { Fault::None },
        |store| {
            assert_eq!(store.swap(None, 1), Ok(Swap::Done));
            assert_eq!(store.load(&KEY), Ok(Some(record(1))));
            assert_eq!(store.load(&KEY), Ok(None));
            assert_eq!(store.load(&OTHER), Ok(Some(record(1))));
        },
    );
}

#[test]
fn a_delay_delays() {
    each(
        |_| Fault::Delay(Duration::from_millis(20)),
        |store| {
            let start = Instant::now();
            assert_eq!(store.swap(None, 1), Ok(Swap::Done));
            assert!(start.elapsed() >= Duration::from_millis(20));
        },
    );
}

#[test]
fn a_meeting_opens_when_all_have_come_and_stays_open() {
    let meeting = Meeting::of(3);
    let plan = move |_| Fault::Meet(meeting.clone());
    let store = Faulty::new(MemoryStore::new(), plan);
    std::thread::scope(|scope| {
        let waiting = [scope.spawn(|| store.load(&KEY)), scope.spawn(|| block_on(store.load_async(&KEY)))];
        while store.calls(Method::Load) < 2 {
            std::thread::yield_now();
        }
        assert!(waiting.iter().all(|thread| !thread.is_finished()));
        assert_eq!(store.swap(&KEY, None, &record(1)), Ok(Swap::Done));
        assert!(waiting.into_iter().all(|thread| thread.join().unwrap().is_ok()));
    });
    assert_eq!(store.load(&KEY), Ok(Some(record(1))));
}
