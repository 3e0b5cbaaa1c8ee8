//! F68: in every state of a challenge a right and a wrong code get the same answer and make the same store calls.

use crate::support::*;
use crate::tape::{Call, Tape};
use countersign::*;

/// As for a payment, but a challenge is exhausted before its record is locked, and messages may follow at once.
const POLICY: Policy = match Policy::PAYMENT.draft().attempts(2).gap(0).build() {
    Ok(policy) => policy,
    Err(_) => panic!(),
};
const BUY: Purpose<Payment> = Purpose::new("buy", POLICY);

/// Disabled after two failures.
const BRIEF: Purpose<Payment> = Purpose::new(
    "brief",
    match POLICY.draft().total_failures(2).build() {
        Ok(policy) => policy,
        Err(_) => panic!(),
    },
);

type World = Desk<Tape>;
type Prepare = fn(&World) -> Sent;

/// A state, how to come to it, and what a screen may show then.
const STATES: [(&str, Prepare, Shown); 14] = [
    ("spent", spent, Shown::StartAgain),
    ("expired, unseen", expired, Shown::StartAgain),
    ("expired, seen", expired_and_seen, Shown::StartAgain),
    ("exhausted", exhausted, Shown::StartAgain),
    ("cancelled", cancelled, Shown::StartAgain),
    ("reported", reported, Shown::StartAgain),
    ("superseded", superseded, Shown::StartAgain),
    ("binding changed", binding_changed, Shown::StartAgain),
    ("evicted", evicted, Shown::StartAgain),
    ("unknown", unknown, Shown::StartAgain),
    ("nothing stored", nothing_stored, Shown::StartAgain),
    ("locked", locked, Shown::Wait),
    ("closed", closed, Shown::Contact),
    ("corrupt", corrupt, Shown::Contact),
];

#[derive(Debug, PartialEq)]
enum Shown {
    StartAgain,
    Wait,
    Contact,
    TryAgain,
    OtherRecipient,
}

impl Shown {
    fn of(hint: Hint) -> Self {
        match hint {
            Hint::StartAgain => Self::StartAgain,
            Hint::Wait { .. } => Self::Wait,
            Hint::Contact => Self::Contact,
            Hint::TryAgain { .. } => Self::TryAgain,
            _ => Self::OtherRecipient,
        }
    }
}

fn issue(world: &World) -> Sent {
    world.issue(BUY, &customer(), &payment(1)).unwrap()
}

fn wrong(world: &World, (handle, code): &Sent) {
    assert_eq!(reason(world.verify(BUY, &customer(), *handle, &not(code), payment(1))), Reason::WrongCode);
}

fn spent(world: &World) -> Sent {
    let sent = issue(world);
    world.verify(BUY, &customer(), sent.0, &sent.1, payment(1)).unwrap().take(world.time()).unwrap();
    sent
}

fn expired(world: &World) -> Sent {
    let sent = issue(world);
    world.wait(300);
    sent
}

fn expired_and_seen(world: &World) -> Sent {
    let sent = expired(world);
    assert_eq!(reason(world.verify(BUY, &customer(), sent.0, &sent.1, payment(1))), Reason::Expired);
    sent
}

fn exhausted(world: &World) -> Sent {
    let sent = issue(world);
    wrong(world, &sent);
    wrong(world, &sent);
    sent
}

fn cancelled(world: &World) -> Sent {
    let sent = issue(world);
    let rng = &mut *world.rng.borrow_mut();
    let cancel = world.verifier.cancel(BUY, &customer(), sent.0, world.time(), rng).unwrap();
    assert_eq!(cancel.run(&world.store).unwrap().count(), 1);
    sent
}

fn reported(world: &World) -> Sent {
    let sent = issue(world);
    let rng = &mut *world.rng.borrow_mut();
    let phone = phone();
    let report = world.verifier.report(BUY, &customer(), Reporter::Vouched(&phone), world.time(), rng).unwrap();
    assert_eq!(report.run(&world.store).unwrap().count(), 1);
    sent
}

fn superseded(world: &World) -> Sent {
    let sent = issue(world);
    issue(world);
    issue(world);
    sent
}

fn binding_changed(world: &World) -> Sent {
    let sent = issue(world);
    assert_eq!(reason(world.verify(BUY, &customer(), sent.0, &sent.1, payment(2))), Reason::BindingChanged);
    sent
}

fn evicted(world: &World) -> Sent {
    let sent = spent(world);
    (0..4).for_each(|_| drop(issue(world)));
    sent
}

fn unknown(world: &World) -> Sent {
    let (_, code) = issue(world);
    (Handle::from_bytes([7; 16]), code)
}

fn nothing_stored(_: &World) -> Sent {
    (Handle::from_bytes([7; 16]), "493018".to_owned())
}

fn locked(world: &World) -> Sent {
    for _ in 0..2 {
        exhausted(world);
    }
    let sent = issue(world);
    wrong(world, &sent);
    sent
}

fn closed(world: &World) -> Sent {
    let sent = issue(world);
    let rng = &mut *world.rng.borrow_mut();
    let close = world.verifier.close(BUY, &customer(), world.time(), rng).unwrap();
    assert_eq!(close.run(&world.store).unwrap().count(), 1);
    sent
}

fn corrupt(world: &World) -> Sent {
    let sent = issue(world);
    world.store.damage();
    sent
}

/// What is seen of one verification: the answer, the calls, and the row afterwards but for its stamp and MAC.
fn seen(prepare: Prepare, typed: fn(&str) -> String) -> (Refused, Vec<Call>, usize) {
    let world = World::new(Tape::default());
    let (handle, code) = prepare(&world);
    world.store.calls();
    let refused = refused(world.verify(BUY, &customer(), handle, &typed(&code), payment(1)));
    let length = world.store.rows.borrow().values().map(Vec::len).sum();
    (refused, world.store.calls(), length)
}

#[test]
fn f68_rts_3_in_every_state_a_right_and_a_wrong_code_look_the_same() {
    for (state, prepare, shown) in STATES {
        let (right, wrong) = (seen(prepare, str::to_owned), seen(prepare, not));
        assert_eq!(right, wrong, "{state}");
        assert_eq!(Shown::of(right.0.hint()), shown, "{state}");
        let swaps = right.1.iter().filter(|call| matches!(call, Call::Swap(_))).count();
        assert_eq!(swaps, usize::from(state == "expired, unseen"), "{state}: {:?}", right.1);
    }
}

#[test]
fn f68_in_a_live_challenge_a_right_and_a_wrong_code_make_the_same_calls() {
    let calls = |typed: fn(&str) -> String| {
        let world = World::new(Tape::default());
        let (handle, code) = issue(&world);
        world.store.calls();
        let approved = world.verify(BUY, &customer(), handle, &typed(&code), payment(1)).is_ok();
        (approved, world.store.calls())
    };
    let ((yes, right), (no, wrong)) = (calls(str::to_owned), calls(not));
    assert!(yes && !no);
    assert_eq!(right, wrong);
    assert_eq!(right.len(), 2);
}

#[test]
fn f68_disabled_looks_the_same_for_every_code() {
    let seen = |typed: fn(&str) -> String| {
        let world = World::new(Tape::default());
        let (open, code) = world.issue(BRIEF, &customer(), &payment(1)).unwrap();
        let (handle, other) = world.issue(BRIEF, &customer(), &payment(1)).unwrap();
        for _ in 0..2 {
            assert!(world.verify(BRIEF, &customer(), handle, &not(&other), payment(1)).is_err());
        }
        assert_eq!(world.status(BRIEF, &customer()).condition(), Condition::Disabled);
        world.store.calls();
        let refused = refused(world.verify(BRIEF, &customer(), open, &typed(&code), payment(1)));
        (refused, world.store.calls())
    };
    assert_eq!(seen(str::to_owned), seen(not));
    assert_eq!(seen(not).0.hint(), Hint::Contact);
}

#[test]
fn f68_rts_3_every_refusal_is_one_sentence() {
    let mut sentences: Vec<String> =
        STATES.iter().map(|(_, prepare, _)| Failure::<()>::from(seen(*prepare, not).0).to_string()).collect();
    let world = World::new(Tape::default());
    let (handle, code) = issue(&world);
    sentences.push(refused(world.verify(BUY, &customer(), handle, &not(&code), payment(1))).to_string());
    sentences.push(refused(world.verify(PAY, &customer(), handle, &code, payment(1))).to_string());
    sentences.dedup();
    assert_eq!(sentences, ["refused: this could not be confirmed"]);
}

#[test]
fn f68_without_a_live_handle_nothing_tells_a_locked_record_from_an_empty_one() {
    let stray = |prepare: Prepare| {
        let world = World::new(Tape::default());
        prepare(&world);
        let guess = world.verify(BUY, &customer(), Handle::from_bytes([7; 16]), "493018", payment(1));
        refused(guess)
    };
    for prepare in [issue, locked, closed, nothing_stored] {
        assert_eq!(stray(prepare), stray(unknown));
    }
}
