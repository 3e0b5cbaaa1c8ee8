//! What a store can do wrong, and what becomes of a decision then.

mod answers;
mod corrupt;
mod repeats;
mod rotation;

use std::fmt::Debug;

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::budget::DAY;
use crate::faults::*;
use crate::support::*;

#[test]
fn f54_a_store_that_refuses_everything_approves_nothing() {
    let desk = Desk::new(RefusingStore);
    let (handle, down) = (Handle::from_bytes([7; 16]), Failure::Unavailable(Unavailable::Store(())));
    let unit = |failure: Failure<Refusal>| match failure {
        Failure::Unavailable(Unavailable::Store(_)) => Failure::Unavailable(Unavailable::Store(())),
        other => panic!("{other:?}"),
    };
    assert_eq!(unit(desk.issue(PAY, &customer(), &payment(1)).unwrap_err()), down);
    assert_eq!(unit(desk.verify(PAY, &customer(), handle, "123456", payment(1)).unwrap_err()), down);
    assert_eq!(unit(desk.resend(PAY, &customer(), handle, &payment(1)).unwrap_err()), down);
    let close = desk.verifier.close(PAY, &customer(), desk.time(), &mut *desk.rng.borrow_mut()).unwrap();
    assert_eq!(unit(block_on(close.run_async(&desk.store)).unwrap_err()), down);
}

/// The store's clock stands still, so it forgets nothing.
#[test]
fn f56_a_store_that_returns_expired_records_changes_nothing() {
    let desk = Desk::new(MemoryStore::with_clock(ManualClock::new(at(0))));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(300);
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Expired));
    desk.fail(PAY, &customer(), 5);
    let late = desk.issue_in_time(PAY, &customer()).unwrap();
    desk.wait(10 * 365 * DAY);
    assert_eq!(desk.hit(PAY, &customer(), &late), Err(Reason::Expired));
    let fresh = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &fresh), Ok(()));
    assert_eq!(desk.status(PAY, &customer()).day_sends(), 1, "a new day window");
}

#[test]
fn f57_guesses_without_a_live_handle_cost_the_victim_nothing() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let nobody = Subject::new("nobody").unwrap();
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let before = desk.status(PAY, &customer());
    desk.store.calls();
    for n in 0..2_000_u32 {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        let who = if n % 2 == 0 { customer() } else { nobody };
        let guess = desk.verify(PAY, &who, Handle::from_bytes(bytes), &sent.1, payment(1));
        assert_eq!(reason(guess), Reason::UnknownHandle);
        assert_eq!(reason(desk.resend(PAY, &who, Handle::from_bytes(bytes), &payment(1))), Reason::UnknownHandle);
    }
    assert_eq!(desk.store.calls(), (4_000, 0), "one load each, and no write");
    assert_eq!(desk.status(PAY, &customer()), before);
    assert_eq!(desk.store.inner.len(), 1, "nor a record for nobody");
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
}

#[test]
fn f57_refusals_of_what_is_over_locked_or_too_soon_write_nothing() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let first = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.hit(PAY, &customer(), &first).unwrap();
    desk.store.calls();
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::TooSoon);
    assert_eq!(desk.hit(PAY, &customer(), &first), Err(Reason::AlreadyApproved));
    assert_eq!(desk.store.calls(), (2, 0));
    desk.wait(30);
    let second = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.misses(PAY, &customer(), &second, 5);
    desk.store.calls();
    assert_eq!(desk.hit(PAY, &customer(), &second), Err(Reason::Locked));
    assert_eq!(desk.store.calls(), (1, 0));
}

#[test]
fn only_the_first_sight_of_an_expiry_is_written() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(300);
    desk.store.calls();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Expired));
    assert_eq!(desk.store.calls(), (1, 1));
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Expired));
    assert_eq!(desk.store.calls(), (1, 0));
}

#[test]
fn a_store_that_is_stale_for_ever_is_left_after_sixteen_rounds() {
    for way in Way::BOTH {
        let desk = Desk::new(Stale::new(MemoryStore::new()));
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        desk.store.next(usize::MAX);
        let store = Counted::new(&desk.store);
        let rng = &mut ChaCha20Rng::seed_from_u64(9);
        let verify = desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), at(START), rng).unwrap();
        assert_eq!(way.run(verify, &store).unwrap_err(), Failure::Unavailable(Unavailable::Cause(Cause::Contention)));
        assert_eq!(store.calls(), (17, 16), "{way:?}");
        desk.store.next(15);
        let verify = desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), at(START), rng).unwrap();
        assert!(way.run(verify, &store).is_ok(), "the sixteenth round may be the one");
    }
}

#[test]
fn f07_a_replica_that_lags_is_found_out_by_the_swap() {
    for behind in [1, 2, 3] {
        let desk = Desk::new(Lagging::new(MemoryStore::new(), behind));
        let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        (0..2).for_each(|_| drop(desk.verify(PAY, &customer(), sent.0, &not(&sent.1), payment(1))));
        let judged: Vec<_> =
            (0..3).map(|_| desk.verify(PAY, &customer(), sent.0, &sent.1, payment(1)).is_ok()).collect();
        let known = judged.iter().filter(|approved| **approved).count();
        assert!(known <= 1, "{behind} behind: {judged:?}");
    }
}

#[test]
fn an_answer_for_another_key_is_refused_as_corrupt() {
    let desk = Desk::new(MemoryStore::new());
    let other = Subject::new("customer-4712").unwrap();
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let key = *desk.verifier.status(PAY, &customer(), desk.time()).unwrap().key();
    let wrong = Desk::new(Misdirected { inner: desk.store, key });
    assert_eq!(reason(wrong.verify(PAY, &other, handle, &code, payment(1))), Reason::CorruptRecord);
    assert_eq!(reason(wrong.issue(PAY, &other, &payment(1))), Reason::CorruptRecord);
    assert!(wrong.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

/// The documented price of a store that says `Done` and wrote nothing: no decision can see it, so a store must not.
#[test]
fn a_store_that_writes_nothing_gives_a_used_code_again() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let lost = Desk::new(Forgetful(desk.store));
    assert!(lost.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
    assert!(lost.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}
