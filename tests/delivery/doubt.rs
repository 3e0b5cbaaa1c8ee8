//! What nobody knows: dropped futures, stores that fail between a send and its settlement, and challenges that ended
//! meanwhile.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::scripted::{Answer, Hand, Provider, block_on, polled};
use crate::stage::*;

/// A store whose calls fail from one of them on, until it is mended.
pub struct Fails {
    inner: MemoryStore,
    left: AtomicUsize,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Down;

impl Fails {
    pub fn new() -> Self {
        Self { inner: MemoryStore::new(), left: AtomicUsize::new(usize::MAX) }
    }

    pub fn after(&self, calls: usize) {
        self.left.store(calls, Ordering::SeqCst);
    }

    fn call(&self) -> Result<(), Down> {
        let fewer = |left: usize| left.checked_sub(1);
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).map(drop).map_err(|_| Down)
    }
}

impl Store for Fails {
    type Error = Down;

    fn load(&self, key: &Key) -> Result<Option<Record>, Down> {
        self.call()?;
        self.inner.load(key).map_err(|_| Down)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        self.call()?;
        self.inner.swap(key, seen, next).map_err(|_| Down)
    }
}

impl AsyncStore for Fails {
    type Error = Down;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Down> {
        self.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        self.swap(key, seen, next)
    }
}

#[test]
fn a_store_that_fails_on_the_settlement_never_unsends() {
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    for drive in Drive::BOTH {
        for (answer, outcome) in [(Delivery::Sent, Outcome::Sent), (Delivery::NotSent, Outcome::NotSent)] {
            let stage = Stage::new(Fails::new());
            let provider = Provider::new(&stage.clock);
            provider.will([Answer::Now(answer)]);
            stage.store.after(2); // the issue's load and swap
            let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
            assert_eq!(
                (journey.outcome(), provider.given().len()),
                (outcome, 1),
                "nothing is tried on a record unknown"
            );
            let attempt = journey.attempts().next().unwrap();
            assert!(matches!(attempt.settled(), Err(Failure::Unavailable(Unavailable::Store(Down)))));
            stage.store.after(usize::MAX);
            let (handle, code) = (journey.ticket().handle(), provider.given()[0].text.clone());
            // The record knows of no answer, so the next leg is another channel's, and only when the time-out is over.
            let onward = stage.go(drive, Deed::Onward(handle), &errand, &provider);
            assert_eq!(reason(onward), Some(Reason::TooSoon));
            stage.clock.advance(10);
            let onward = stage.go(drive, Deed::Onward(handle), &errand, &provider).unwrap();
            assert_eq!(deliveries(&onward), [(RecipientKind::Voice, Delivery::Sent)]);
            assert_eq!(reason(stage.verify(MAILED, handle, &code)), None);
        }
    }
}

#[test]
fn a_store_that_fails_before_the_fallback_ends_the_journey_and_not_the_code() {
    let stage = Stage::new(Fails::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::Now(Delivery::NotSent)]);
    stage.store.after(4);
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    let journey = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
    assert_eq!(journey.outcome(), Outcome::NotSent);
    assert!(matches!(journey.stopped(), Some(Failure::Unavailable(_))));
    stage.store.after(usize::MAX);
    let onward = stage.go(Drive::Blocking, Deed::Onward(journey.ticket().handle()), &errand, &provider).unwrap();
    assert_eq!(deliveries(&onward), [(RecipientKind::Voice, Delivery::Sent)]);
}

#[test]
fn wherever_a_future_is_dropped_the_next_call_reads_the_record_rightly() {
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    let mut finished = false;
    for polls in 0..64 {
        let stage = Stage::new(MemoryStore::new());
        let (provider, timer) = (Provider::new(&stage.clock), Hand(&stage.clock));
        provider.will([Answer::Never, Answer::After(3, Delivery::NotSent), Answer::After(2, Delivery::Sent)]);
        let carrier = Carrier::new(words, &provider);
        let post = AsyncPost::new(&stage.verifier, &stage.store, &stage.clock, &timer);
        let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
        let mut rng = stage.rng.borrow().clone();
        let departure = block_on(post.issue(&errand, &mut rng)).unwrap();
        let (handle, expires) = (departure.ticket().handle(), departure.ticket().expires());
        finished = polled(departure.deliver(&mut rng), polls).is_some();
        let before = provider.kinds();
        assert!(before.len() <= 3);
        stage.clock.advance(10);
        provider.will([Answer::Now(Delivery::Sent); 3]);
        let rest = Provider::new(&stage.clock);
        stage.rng.replace(rng);
        match stage.go(Drive::Awaited, Deed::Onward(handle), &errand, &rest) {
            Ok(journey) => {
                let tried = journey.attempts().next().unwrap().channel();
                // The one whose turn it was when the future was dropped may have sent. It is not asked again.
                let last = before.last().copied().unwrap_or(RecipientKind::Sms);
                assert_ne!(tried, last, "after {polls} polls");
                assert_eq!(journey.ticket().expires(), expires);
            }
            Err(failure) => {
                let why = failure.refusal().map(Refused::reason);
                assert!(matches!(why, Some(Reason::RouteEnded | Reason::ChallengeSends)), "{polls}: {failure:?}");
                assert_eq!(before.len(), 3, "after {polls} polls");
            }
        }
        let code =
            before.first().and(provider.given().first().cloned()).or(rest.given().first().cloned()).unwrap().text;
        assert_eq!(reason(stage.verify(MAILED, handle, &code)), None, "after {polls} polls");
    }
    assert!(finished, "the last was not dropped at all");
}

#[test]
fn a_departure_that_is_dropped_sends_nothing_and_is_fallen_back_from_by_another_channel() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    let carrier = Carrier::new(words, &provider);
    let post = Post::new(&stage.verifier, &stage.store, &stage.clock);
    let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    let handle = post.issue(&errand, &mut *stage.rng.borrow_mut()).unwrap().ticket().handle();
    assert_eq!(provider.given(), []);
    assert_eq!(reason(stage.go(Drive::Blocking, Deed::Onward(handle), &errand, &provider)), Some(Reason::TooSoon));
    stage.clock.advance(10);
    let journey = stage.go(Drive::Blocking, Deed::Onward(handle), &errand, &provider).unwrap();
    assert_eq!(deliveries(&journey), [(RecipientKind::Voice, Delivery::Sent)]);
}

#[test]
fn what_is_locked_approved_cancelled_or_over_falls_back_to_nothing() {
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    for (end, expected) in [
        ("locked", Reason::Locked),
        ("approved", Reason::AlreadyApproved),
        ("cancelled", Reason::Cancelled),
        ("closed", Reason::Closed),
        ("over", Reason::Expired),
    ] {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        let journey = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
        let (handle, code) = (journey.ticket().handle(), provider.given()[0].text.clone());
        let wrong = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
        match end {
            "locked" => (0..5).for_each(|_| assert!(stage.verify(MAILED, handle, &wrong).is_err())),
            "approved" => stage.verify(MAILED, handle, &code).unwrap(),
            "cancelled" => drop(stage.act(|v, now, rng| v.cancel(MAILED, &who, handle, now, rng)).unwrap()),
            "closed" => drop(stage.act(|v, now, rng| v.close(MAILED, &who, now, rng)).unwrap()),
            _ => stage.clock.advance(300),
        }
        let onward = stage.go(Drive::Blocking, Deed::Onward(handle), &errand, &provider);
        assert_eq!(reason(onward), Some(expected), "{end}");
        assert_eq!(provider.given().len(), 1, "{end}");
    }
}

#[test]
fn a_code_that_is_confirmed_while_the_gap_is_waited_for_ends_the_journey() {
    struct Impatient<'s> {
        verifier: &'s Verifier,
        store: &'s MemoryStore,
        clock: &'s ManualClock,
        typed: Mutex<Option<(Handle, String)>>,
    }
    impl Timer for Impatient<'_> {
        async fn wait(&self, time: Duration) {
            if let Some((handle, code)) = self.typed.lock().unwrap().take() {
                let code = Code::parse(&code, Digits::SIX).unwrap();
                let rng = &mut ChaCha20Rng::seed_from_u64(77);
                let now = self.clock.now().unwrap();
                let verify = self.verifier.verify(PATIENT, &customer(), handle, code, payment(), now, rng);
                verify.unwrap().run(self.store).map(drop).unwrap();
            }
            self.clock.advance(time.as_secs());
        }
    }
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::Now(Delivery::Unknown)]);
    let carrier = Carrier::new(words, &provider);
    let (verifier, store, clock) = (&stage.verifier, &stage.store, &stage.clock);
    let typing = Impatient { verifier, store, clock, typed: Mutex::default() };
    let post = AsyncPost::new(&stage.verifier, &stage.store, &stage.clock, &typing);
    let post = KINDS.iter().fold(post, |post, kind| post.by(*kind, &carrier));
    let (who, value) = (customer(), payment());
    let errand = Errand::new(PATIENT, &who, &value, three());
    let rng = &mut stage.rng.borrow().clone();
    let departure = block_on(post.issue(&errand, rng)).unwrap();
    let handle = departure.ticket().handle();
    let code = {
        // The code is the same on every leg, so another challenge of the same draw shows it.
        let again = Stage::new(MemoryStore::new());
        let listening = Provider::new(&again.clock);
        again.go(Drive::Blocking, Deed::Issue, &errand, &listening).unwrap();
        listening.given()[0].text.clone()
    };
    // The first wait is the channel's time-out, which is dropped unpolled when the channel answers.
    typing.typed.lock().unwrap().replace((handle, code));
    let journey = block_on(departure.deliver(rng));
    assert_eq!((stopped(&journey), provider.given().len()), (Some(Reason::AlreadyApproved), 1));
}
