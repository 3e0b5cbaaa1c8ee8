//! F68: what an answer, a hint or a count of store calls gives away.

use super::*;
use crate::tape::{Call, Tape};

type World = Desk<Tape>;
type State = (&'static str, fn(&World));

const STATES: [State; 9] = [
    ("nothing stored", |_| {}),
    ("pending", |world| assert!(world.enrol(&PHONE).is_ok())),
    ("enrolled", |world| world.own(&PHONE)),
    ("failed once", |world| {
        world.own(&PHONE);
        world.guess(&PHONE, 1);
    }),
    ("restored", |world| {
        world.own(&PHONE);
        world.restore().unwrap();
        world.wait(300); // until no device can have shown the present step
    }),
    ("revoked", |world| {
        world.own(&PHONE);
        world.revoke(&PHONE).unwrap();
    }),
    ("locked", |world| {
        world.own(&PHONE);
        world.guess(&PHONE, 5);
    }),
    ("closed", |world| {
        world.own(&PHONE);
        world.close_account().unwrap();
    }),
    ("corrupt", |world| {
        world.own(&PHONE);
        world.store.damage();
    }),
];

/// What became of a code, and the calls that it took.
fn seen(prepare: fn(&World), right: bool) -> (Option<Refused>, Vec<Call>) {
    let world = World::new(Tape::default());
    prepare(&world);
    world.wait(60);
    world.store.calls();
    let code = if right { PHONE.shown(world.now.get()) } else { PHONE.wrong(STEP).next().unwrap() };
    let came = world.authenticate(&PHONE, &code);
    (came.err().and_then(|failure| failure.refusal().copied()), world.store.calls())
}

#[test]
fn f68_rts_3_in_every_state_a_right_and_a_wrong_code_make_the_same_calls() {
    for (state, prepare) in STATES {
        let ((yes, right), (no, wrong)) = (seen(prepare, true), seen(prepare, false));
        assert_eq!(right, wrong, "{state}");
        let judged = matches!(state, "enrolled" | "failed once" | "restored");
        assert_eq!(yes.is_none(), judged, "{state}");
        assert_eq!(yes.is_some(), yes == no, "{state}: where the right one is refused, the wrong one looks the same");
        assert_eq!(right.len(), if judged { 2 } else { 1 }, "{state}");
    }
}

#[test]
fn f68_rts_3_every_refusal_is_one_sentence() {
    let mut sentences: Vec<String> =
        STATES.iter().filter_map(|(_, prepare)| seen(*prepare, false).0).map(|refused| refused.to_string()).collect();
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    let _ = desk.recover(&codes[0]).unwrap();
    for refused in [
        refused(desk.authenticate(&PHONE, &PHONE.code(STEP))),
        refused(desk.authenticate(&Gadget { key: [9; 20], ..PHONE }, "123456")),
        refused(desk.authenticate(&Gadget::app(5), "123456")),
        refused(desk.recover(&codes[0])),
        refused(desk.recover("0000000000000000")),
    ] {
        sentences.push(refused.to_string());
    }
    sentences.dedup();
    assert_eq!(sentences, ["refused: this could not be confirmed"]);
}

#[test]
fn f68_a_right_and_a_wrong_recovery_code_make_the_same_calls_in_every_state() {
    let states: [fn(&World); 4] = [
        |_| {},
        |world| drop(world.guess(&PHONE, 5)),
        |world| assert!(world.close_account().is_ok()),
        |world| assert!(world.restore().is_ok()),
    ];
    for (n, state) in states.iter().enumerate() {
        let calls = |right: bool| {
            let world = World::new(Tape::default());
            world.own(&PHONE);
            let codes = world.make_codes().unwrap();
            state(&world);
            world.store.calls();
            let came = world.recover(if right { &codes[0] } else { "0000000000000000" });
            (came.err().and_then(|failure| failure.refusal().copied()), world.store.calls())
        };
        let (right, wrong) = (calls(true), calls(false));
        assert_eq!(right.1, wrong.1, "{n}");
        assert_eq!(n > 0, right.0 == wrong.0, "{n}");
    }
}

/// What a guesser sees who counts store calls, but not the bytes of a row. It begins with a fresh day window: the end of
/// a day's lock tells when the window began, which for an account that was used that day is before the first guess.
type Event = (Hint, Option<Notice>, usize);

fn events(world: &World, mut guess: impl FnMut(&World, usize) -> Refused) -> Vec<Event> {
    world.wait(2 * DAY);
    world.store.calls();
    let mut events = Vec::new();
    for n in 0..60 {
        let refused = guess(world, n);
        events.push((refused.hint(), refused.notice(), world.store.calls().len()));
        match refused.hint() {
            Hint::Wait { until } if n % 7 == 0 => world.now.set(until.as_secs()),
            _ => world.wait(600),
        }
    }
    events
}

#[test]
fn f68_a_decoy_meets_the_same_hints_locks_and_calls_as_a_known_subject_and_is_never_right() {
    let wrong: Vec<String> = PHONE.wrong(STEP).take(60).collect();
    let known = World::new(Tape::default());
    known.own(&PHONE);
    let known = events(&known, |world, n| refused(world.authenticate(&PHONE, &wrong[n])));
    let decoy = Authenticator::decoy("phone", Digits::SIX).unwrap();
    // All that the decoy's key shows, right or wrong.
    let nobody = Gadget { key: [0; 20], ..PHONE };
    let shown = |world: &World| nobody.shown(world.now.get());
    let unknown = World::new(Tape::default());
    let unknown = events(&unknown, |world, _| refused(world.authenticate_with(LOGIN, &decoy, six(&shown(world)))));
    assert_eq!(known, unknown);
    assert!(known.iter().any(|(_, notice, _)| matches!(notice, Some(Notice::Locked { .. }))));
}

#[test]
fn f68_a_decoys_pairs_and_recovery_codes_look_like_a_known_subjects() {
    let pair = ["000001", "000002"];
    let known = World::new(Tape::default());
    known.own(&PHONE);
    known.make_codes().unwrap();
    let decoy = Authenticator::decoy("phone", Digits::SIX).unwrap();
    let guess = |world: &World, n: usize, real: bool| match (n % 2, real) {
        (0, true) => refused(world.resynchronise(&PHONE, pair)),
        (_, true) => refused(world.recover("0000000000000000")),
        (0, false) => {
            let rng = &mut *world.rng.borrow_mut();
            let codes = pair.map(six);
            let pair = world.verifier.resynchronise(LOGIN, &customer(), &decoy, codes, world.time(), rng).unwrap();
            refused(pair.run(&world.store))
        }
        (_, false) => refused(world.act(|verifier, now, rng| {
            let code = RecoveryCode::parse("0000000000000000")?;
            Ok(verifier.recover(LOGIN, &customer(), code, now, rng)?.decoy())
        })),
    };
    let known = events(&known, |world, n| guess(world, n, true));
    let unknown = World::new(Tape::default());
    let unknown = events(&unknown, |world, n| guess(world, n, false));
    assert_eq!(known, unknown);
}

#[test]
fn a_decoy_enrols_nothing_and_an_account_that_comes_to_exist_is_no_decoy_any_more() {
    let desk = Desk::new(MemoryStore::new());
    let decoy = Authenticator::decoy("phone", Digits::SIX).unwrap();
    let enrol = desk.act(|v, now, rng| v.enrol(&customer(), &decoy, now, rng));
    assert_eq!(enrol.unwrap_err(), Failure::Invalid(Invalid::Decoy));
    for _ in 0..3 {
        assert_eq!(outcome(desk.authenticate_with(LOGIN, &decoy, six("123456"))), Err(Reason::WrongCode));
    }
    desk.own(&PHONE);
    assert_eq!(desk.account(&PHONE).authenticators(), 1);
    assert_eq!(desk.account(&PHONE).day_failures(), 3, "what was spent stays spent");
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 1))), Ok(()));
}

/// A decoy is nobody's, so in somebody's account there is nothing for it, whatever name it has.
#[test]
fn a_decoy_finds_nothing_in_the_account_of_somebody_and_leaves_no_trace() {
    let world = World::new(Tape::default());
    world.own(&PHONE);
    let before = world.store.row();
    for (name, reason) in [("token", Reason::NotEnrolled), ("phone", Reason::SecretChanged)] {
        let decoy = Authenticator::decoy(name, Digits::SIX).unwrap();
        assert_eq!(decoy.name(), name);
        for _ in 0..3 {
            assert_eq!(outcome(world.authenticate_with(LOGIN, &decoy, six("123456"))), Err(reason), "{name}");
        }
        assert_eq!(world.store.row(), before);
    }
}

#[test]
fn a_device_finds_nothing_in_the_account_of_a_decoy_or_of_nobody() {
    let world = World::new(Tape::default());
    assert_eq!(outcome(world.authenticate(&TOKEN, "123456")), Err(Reason::NotEnrolled));
    assert_eq!(world.store.calls(), [Call::Load(None)]);
    let decoy = Authenticator::decoy("phone", Digits::SIX).unwrap();
    for failures in 1..=3 {
        assert_eq!(outcome(world.authenticate_with(LOGIN, &decoy, six("123456"))), Err(Reason::WrongCode));
        assert_eq!(outcome(world.authenticate(&TOKEN, "123456")), Err(Reason::NotEnrolled));
        let status = world.account(&PHONE);
        assert_eq!((status.authenticators(), status.day_failures()), (1, failures));
    }
}

#[test]
fn f68_a_recovery_code_of_nobody_is_wrong_and_not_unknown_from_the_first() {
    let world = World::new(Tape::default());
    let code = || RecoveryCode::parse("0000000000000000").unwrap();
    let nobody = || refused(world.act(|v, now, rng| Ok(v.recover(LOGIN, &customer(), code(), now, rng)?.decoy())));
    let somebody = World::new(Tape::default());
    somebody.own(&PHONE);
    somebody.make_codes().unwrap();
    for _ in 0..3 {
        assert_eq!(nobody(), refused(somebody.recover("0000000000000000")));
    }
    assert_eq!(world.account(&PHONE).day_failures(), 3);
}
