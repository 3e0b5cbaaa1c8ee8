//! What passes as a tally, and broken tallies, each of which fails by the clause that it breaks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use countersign::conformance::{self, Broken, Clause, Suite};
use countersign::*;

use crate::support::{block_on, give_way, spawn};

/// How a tally is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    Nothing,
    LosesUpdates,
    ReadsThenAdds,
    ForgetsEarly,
    KeepsFromTheFirst,
    Wraps,
    IgnoresGiveBack,
    GivesBackTwice,
    CountsForAnother,
    IgnoresTheCeiling,
    StopsBelowTheCeiling,
    CountsWhatIsOver,
    CountsByItself,
    CountsInRecords,
}

use Wrong::*;

/// What two handles share.
struct Model {
    wrong: Wrong,
    counters: Mutex<BTreeMap<Key, (u64, u64)>>,
    records: MemoryStore,
    now: AtomicU64,
}

struct Handle {
    model: Arc<Model>,
    number: u8,
}

impl Model {
    fn new(wrong: Wrong) -> Arc<Self> {
        let (counters, records) = (Mutex::default(), MemoryStore::new());
        Arc::new(Self { wrong, counters, records, now: AtomicU64::new(1_000) })
    }

    fn open(self: &Arc<Self>) -> Handle {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Handle { model: Arc::clone(self), number: NEXT.fetch_add(1, Ordering::SeqCst) as u8 }
    }

    fn advance(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == wrong
    }
}

impl Handle {
    fn key(&self, key: &Key) -> Key {
        let mut bytes = *key.as_bytes();
        match self.model.wrong {
            CountsForAnother => bytes[31] &= !1,
            CountsByItself => bytes[0] = self.number,
            _ => {}
        }
        Key::from_bytes(bytes)
    }

    fn read(&self, key: &Key) -> u64 {
        let now = self.model.now.load(Ordering::SeqCst);
        let counters = self.model.counters.lock().unwrap();
        counters.get(&self.key(key)).filter(|(_, forget_at)| now < *forget_at).map_or(0, |(total, _)| *total)
    }

    /// The whole of an addition, onto what was read before.
    fn write(&self, addition: &Addition, read: u64) -> Tallied {
        let now = self.model.now.load(Ordering::SeqCst);
        let fits = match self.model.wrong {
            IgnoresTheCeiling => addition.up_to(Addition::HIGHEST).onto(read).is_some(),
            StopsBelowTheCeiling => {
                addition.onto(read).is_some_and(|sum| sum < addition.ceiling() || addition.amount() == 0)
            }
            _ => addition.onto(read).is_some(),
        };
        let mut counters = self.model.counters.lock().unwrap();
        let (total, forget_at) = counters.get(&self.key(addition.key())).copied().unwrap_or((0, 0));
        let kept = if now < forget_at { total } else { 0 };
        if !fits && !self.model.is(CountsWhatIsOver) {
            return Tallied::Over;
        }
        let total = match self.model.wrong {
            LosesUpdates => read + addition.amount(),
            Wraps => u64::from((kept as u32).wrapping_add(addition.amount() as u32)),
            _ => kept + addition.amount(),
        };
        let keep = u64::from(addition.keep_for());
        let forget_at = match self.model.wrong {
            ForgetsEarly => now + keep / 2,
            KeepsFromTheFirst if kept > 0 => forget_at,
            _ => now + keep,
        };
        counters.insert(self.key(addition.key()), (total, forget_at));
        if self.model.is(CountsInRecords) {
            let seen = self.model.records.load(addition.key()).unwrap();
            let next = Record::from_bytes(&total.to_be_bytes());
            let _ = self.model.records.swap(addition.key(), seen.as_ref(), &next).unwrap();
        }
        if fits { Tallied::Added(total) } else { Tallied::Over }
    }

    fn take_off(&self, key: &Key, amount: u64) {
        let amount = match self.model.wrong {
            IgnoresGiveBack => 0,
            GivesBackTwice => amount.saturating_mul(2),
            _ => amount,
        };
        if let Some((total, _)) = self.model.counters.lock().unwrap().get_mut(&self.key(key)) {
            *total = total.saturating_sub(amount);
        }
    }

    /// Whether reading and writing are two steps.
    fn tears(&self) -> bool {
        matches!(self.model.wrong, LosesUpdates | ReadsThenAdds)
    }
}

impl Store for Handle {
    type Error = MemoryStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.model.records.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.model.records.swap(key, seen, next)
    }
}

impl Tally for Handle {
    fn total(&self, key: &Key) -> Result<u64, MemoryStoreError> {
        Ok(self.read(key))
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, MemoryStoreError> {
        static ONE_STEP: Mutex<()> = Mutex::new(());
        let one_step = (!self.tears()).then(|| ONE_STEP.lock().unwrap());
        let read = self.read(addition.key());
        if one_step.is_none() {
            thread::sleep(Duration::from_millis(2)); // others read meanwhile
        }
        Ok(self.write(addition, read))
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), MemoryStoreError> {
        self.take_off(key, amount);
        Ok(())
    }
}

impl AsyncStore for Handle {
    type Error = MemoryStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.swap(key, seen, next)
    }
}

impl AsyncTally for Handle {
    async fn total_async(&self, key: &Key) -> Result<u64, MemoryStoreError> {
        self.total(key)
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, MemoryStoreError> {
        if !self.tears() {
            return self.add(addition);
        }
        let read = self.read(addition.key());
        give_way().await;
        Ok(self.write(addition, read))
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), MemoryStoreError> {
        self.give_back(key, amount)
    }
}

#[test]
fn the_tallies_of_this_crate_pass_on_threads_in_one_task_and_in_many() {
    let native = Arc::new(MemoryStore::new());
    let report = conformance::check_tally(|| &native).unwrap();
    assert_eq!(report.unchecked, [Clause::CounterIsKept]);
    assert!(report.checked.contains(&Clause::AddsInOneStep));
    block_on(conformance::check_tally_async(|| &*native)).unwrap();
    block_on(Suite::new().check_tally_spawned(|| Arc::clone(&native), spawn)).unwrap();
    let by_writes = Arc::new(StoreTally::new(MemoryStore::new()));
    conformance::check_tally(|| &by_writes).unwrap();
    conformance::check(|| &by_writes).unwrap();
    block_on(Suite::new().check_tally_spawned(|| Arc::clone(&by_writes), spawn)).unwrap();
    for boxed in [DynAsyncStore::new(MemoryStore::new()), DynAsyncStore::with_tally(MemoryStore::new())] {
        block_on(conformance::check_tally_async(|| boxed.clone())).unwrap();
    }
}

#[test]
fn the_tallies_of_this_crate_keep_their_counters_as_long_as_they_ask() {
    let clock = Arc::new(ManualClock::new(UnixTime::from_secs(0)));
    let store = MemoryStore::with_clock(Arc::clone(&clock));
    let report = Suite::new().clock(|seconds| clock.advance(seconds)).check_tally(|| &store).unwrap();
    assert!(report.unchecked.is_empty());
    let by_writes = StoreTally::new(&store);
    Suite::new().clock(|seconds| clock.advance(seconds)).check_tally(|| &by_writes).unwrap();
}

#[test]
fn the_model_of_which_the_broken_tallies_are_made_is_sound() {
    let model = Model::new(Nothing);
    Suite::new().clock(|seconds| model.advance(seconds)).check_tally(|| model.open()).unwrap();
    block_on(Suite::new().clock(|seconds| model.advance(seconds)).check_tally_async(|| model.open())).unwrap();
}

#[test]
fn a_tally_that_refuses_everything_is_told_by_its_error() {
    assert_eq!(conformance::check_tally(|| RefusingStore).unwrap_err().clause, Clause::Answers);
}

/// What the suite says of a broken tally that blocks, and that is awaited.
fn found(wrong: Wrong) -> [Broken; 2] {
    let suite = |model: &Arc<Model>| {
        let model = Arc::clone(model);
        Suite::new().clock(move |seconds| model.advance(seconds))
    };
    let (one, two) = (Model::new(wrong), Model::new(wrong));
    let awaited = block_on(suite(&two).check_tally_async(|| two.open()));
    [suite(&one).check_tally(|| one.open()), awaited].map(|result| result.expect_err("a broken tally passed"))
}

macro_rules! broken_tallies {
    ($($name:ident: $wrong:ident breaks $clause:ident;)*) => { $(
        #[test]
        fn $name() {
            for broken in found(Wrong::$wrong) {
                assert_eq!(broken.clause, Clause::$clause, "{broken}");
                assert!(broken.to_string().contains(&Clause::$clause.to_string()), "{broken}");
                assert!(!broken.seen.is_empty());
            }
        }
    )* };
}

broken_tallies! {
    loses_updates: LosesUpdates breaks AddsInOneStep;
    reads_then_adds: ReadsThenAdds breaks StopsAtTheCeiling;
    forgets_a_window_before_its_time: ForgetsEarly breaks CounterIsKept;
    keeps_from_the_first_addition: KeepsFromTheFirst breaks CounterIsKept;
    wraps: Wraps breaks NothingWraps;
    ignores_what_is_given_back: IgnoresGiveBack breaks GivenBackIsTakenOff;
    gives_back_twice: GivesBackTwice breaks GivenBackIsTakenOff;
    counts_for_another_key: CountsForAnother breaks CountersApart;
    ignores_the_ceiling: IgnoresTheCeiling breaks StopsAtTheCeiling;
    stops_one_below_the_ceiling: StopsBelowTheCeiling breaks RoomIsEnough;
    counts_what_it_says_is_over: CountsWhatIsOver breaks OverIsUncounted;
    counts_by_itself_in_each_process: CountsByItself breaks AddedIsCounted;
    counts_in_records: CountsInRecords breaks CountersAreNoRecords;
}
