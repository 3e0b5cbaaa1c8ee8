//! Clocks and counters at their ends, and how far a device may be off.

use core::num::NonZeroU32;

use proptest::prelude::*;

use super::*;

/// The furthest that any code may be from the server's own clock after a resynchronisation: 10 steps and the skew.
const FURTHEST: u64 = 10;

#[test]
fn f47_f48_at_every_end_of_time_a_code_is_accepted_once_and_nothing_wraps() {
    for policy in [skewed(0, 0), skewed(1, 0), skewed(10, 10)] {
        for time in [0, 1, 29, 30, 1 << 31, 1 << 32, (1 << 40) - 1] {
            let desk = under(policy);
            desk.now.set(time);
            let _ = desk.enrol(&PHONE).unwrap();
            assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.shown(time))), Ok(()), "{time}");
            assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.shown(time))), Err(Reason::Replayed), "{time}");
            let far = PHONE.code(time / 30 + 12);
            assert_eq!(outcome(desk.authenticate(&PHONE, &far)), Err(Reason::WrongCode), "{time}");
            let pair = [PHONE.code(time / 30 + 1), PHONE.code(time / 30 + 2)];
            assert_eq!(outcome(desk.resynchronise(&PHONE, [&pair[0], &pair[1]])), Ok(()), "{time}");
        }
    }
    let desk = Desk::new(MemoryStore::new());
    desk.now.set(1 << 40);
    assert_eq!(desk.enrol(&PHONE).unwrap_err(), Failure::Invalid(Invalid::Time));
}

#[test]
fn f48_an_exhausted_counter_is_a_typed_refusal_that_writes_nothing_and_0_does_not_come_round() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let _ = desk.act(|v, now, rng| {
        v.enrol(&customer(), &TOKEN.authenticator(), now, rng).map(|enrol| enrol.from_counter(u64::MAX - 1))
    });
    assert_eq!(outcome(desk.confirm(&TOKEN, &TOKEN.code(0))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.confirm(&TOKEN, &TOKEN.code(u64::MAX - 1))), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(u64::MAX))), Ok(()));
    desk.store.calls();
    for counter in [0, 1, u64::MAX, u64::MAX - 1] {
        let refused = refused(desk.authenticate(&TOKEN, &TOKEN.code(counter)));
        assert_eq!((refused.reason(), refused.hint()), (Reason::CounterExhausted, Hint::OtherMethod));
        let pair = [TOKEN.code(counter), TOKEN.code(counter.wrapping_add(1))];
        assert_eq!(outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]])), Err(Reason::CounterExhausted));
    }
    assert_eq!(desk.store.calls(), (8, 0));
}

#[test]
fn f48_the_answer_to_the_last_counter_is_none() {
    let desk = Desk::new(MemoryStore::new());
    let _ = desk.act(|v, now, rng| {
        v.enrol(&customer(), &TOKEN.authenticator(), now, rng).map(|enrol| enrol.from_counter(u64::MAX - 1))
    });
    let _ = desk.confirm(&TOKEN, &TOKEN.code(u64::MAX - 1)).unwrap();
    let (authenticator, code) = (TOKEN.authenticator(), six(&TOKEN.code(u64::MAX)));
    let rng = &mut *desk.rng.borrow_mut();
    let last = desk.verifier.authenticate(LOGIN, &customer(), &authenticator, code, desk.time(), rng).unwrap();
    assert!(last.answering().run(&desk.store).unwrap().reply().is_none());
}

#[test]
fn f49_counter_0_is_counter_0() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(0))), Err(Reason::NotEnrolled), "absent is not 0");
    desk.now.set(0);
    desk.own(&TOKEN);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(0))), Err(Reason::Replayed));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
}

#[test]
fn before_its_epoch_a_totp_accepts_nothing() {
    let desk = Desk::new(MemoryStore::new());
    let totp = || Totp::new(PHONE.hotp(Digits::SIX)).epoch(at(START + 60)).period(NonZeroU32::new(60).unwrap());
    let phone = Authenticator::totp("phone", totp()).unwrap();
    let _ = desk.act(|v, now, rng| v.enrol(&customer(), &phone, now, rng)).unwrap();
    assert_eq!(outcome(desk.confirm(&PHONE, &PHONE.code(0))), Err(Reason::WrongCode));
    let confirm = |code: u64| {
        let rng = &mut *desk.rng.borrow_mut();
        let code = six(&PHONE.code(code));
        outcome(desk.verifier.confirm(&customer(), &phone, code, desk.time(), rng).unwrap().run(&desk.store))
    };
    assert_eq!(confirm(0), Err(Reason::WrongCode));
    desk.wait(60);
    assert_eq!(confirm(0), Ok(()));
    desk.wait(60);
    assert_eq!(outcome(desk.authenticate_with(LOGIN, &phone, six(&PHONE.code(1)))), Ok(()));
}

#[test]
fn f51_a_clock_that_goes_back_revives_nothing() {
    let desk = owner();
    desk.wait(600);
    let code = PHONE.shown(START + 600);
    assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Ok(()));
    for back in [1, 30, 60, 600, DAY, 365 * DAY] {
        let node = Desk::node(&desk.store, back);
        node.now.set(START + 600 - back);
        for step in [START + 600, START + 600 - back, START] {
            assert!(node.authenticate(&PHONE, &PHONE.shown(step)).is_err(), "{back}");
            let _ = desk.reinstate_account();
        }
    }
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.shown(START + 630))), Ok(()), "and locks nobody out");
}

#[test]
fn f52_f53_r6238_6_codes_are_accepted_within_the_skew_and_not_a_step_beyond_it() {
    for (past, future) in [(0, 0), (1, 0), (0, 1), (2, 3), (10, 10)] {
        for step in STEP + 20..=STEP + 60 {
            let desk = under(skewed(past, future));
            desk.own(&PHONE);
            desk.now.set(START + 40 * 30 + 29);
            let inside = step + u64::from(past) >= STEP + 40 && step <= STEP + 40 + u64::from(future);
            assert_eq!(desk.authenticate(&PHONE, &PHONE.code(step)).is_ok(), inside, "{step} of {past}, {future}");
        }
    }
    assert_eq!(AuthenticatorPolicy::RFC.skew(), Skew::RFC, "at most one past step by default");
    // Two nodes, 20 seconds either way of a person's clock.
    for (node, accepted) in [(START + 620, true), (START + 580, false)] {
        let desk = owner();
        desk.now.set(node);
        assert_eq!(desk.authenticate(&PHONE, &PHONE.shown(START + 600)).is_ok(), accepted);
    }
}

#[test]
fn asvs_6_5_5_under_the_strict_policy_a_totp_is_good_for_its_own_step_alone() {
    for (second, accepted) in [(299, false), (300, true), (329, true), (330, false), (359, false)] {
        let desk = under(AuthenticatorPolicy::STRICT);
        desk.own(&PHONE);
        desk.now.set(START + second);
        assert_eq!(desk.authenticate(&PHONE, &PHONE.shown(START + 300)).is_ok(), accepted, "{second}");
    }
}

#[test]
fn r6238_8_a_purpose_narrows_the_skew_and_never_widens_it() {
    let still = Purpose::<Login>::new("still", Policy::LOGIN.draft().skew(Skew::NONE).build().unwrap());
    let wide = Policy::LOGIN.draft().skew(Skew::new(5, 5).unwrap()).build().unwrap();
    let wide = Purpose::<Login>::new("wide", wide);
    let desk = owner();
    desk.wait(300);
    assert_eq!(outcome(desk.authenticate_for(still, &PHONE, &PHONE.code(STEP + 9))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate_for(wide, &PHONE, &PHONE.code(STEP + 8))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate_for(wide, &PHONE, &PHONE.code(STEP + 9))), Ok(()));
    assert_eq!(outcome(desk.authenticate_for(still, &PHONE, &PHONE.code(STEP + 10))), Ok(()));
}

#[test]
fn n63b_6_a_key_has_112_bits_at_least_and_a_period_120_seconds_at_most() {
    assert!(Secret::from_bytes(&[7; 13]).is_err());
    for (period, fits) in [(1, true), (30, true), (120, true), (121, false), (u32::MAX, false)] {
        let totp = Totp::new(PHONE.hotp(Digits::SIX)).period(NonZeroU32::new(period).unwrap());
        assert_eq!(Authenticator::totp("phone", totp).is_ok(), fits, "{period}");
    }
}

/// What a device does whose clock walks: it logs in so many steps from where it was last accepted, or resynchronises so
/// many from the server's own clock.
#[derive(Clone, Debug)]
enum Deed {
    LogIn(i64),
    Resynchronise(i64),
    Wait(u64),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => (-2i64..3).prop_map(Deed::LogIn),
        1 => (-40i64..40).prop_map(Deed::Resynchronise),
        4 => (0u64..90).prop_map(Deed::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn f50_r6238_8_no_sequence_walks_further_than_a_resynchronisation_and_no_step_is_accepted_twice(
        deeds in prop::collection::vec(deed(), 1..120),
    ) {
        let desk = under(skewed(1, 1));
        desk.own(&PHONE);
        let (mut newest, mut off) = (STEP, 0);
        for deed in deeds {
            let step = desk.now.get() / 30;
            let accepted = match deed {
                Deed::LogIn(further) => {
                    let shown = step.saturating_add_signed(off + further);
                    desk.authenticate(&PHONE, &PHONE.code(shown)).is_ok().then_some((shown, shown))
                }
                Deed::Resynchronise(off) => {
                    let shown = step.saturating_add_signed(off);
                    let pair = [PHONE.code(shown), PHONE.code(shown + 1)];
                    let accepted = desk.resynchronise(&PHONE, [&pair[0], &pair[1]]).is_ok();
                    accepted.then_some((shown, shown + 1))
                }
                Deed::Wait(seconds) => {
                    desk.wait(seconds);
                    None
                }
            };
            if let Some((first, last)) = accepted {
                prop_assert!(first > newest, "{first} after {newest}");
                prop_assert!(last.abs_diff(step) <= FURTHEST + 1 && first.abs_diff(step) <= FURTHEST + 1);
                (newest, off) = (last, last.cast_signed() - step.cast_signed());
            }
            let _ = desk.reinstate_account();
            if let Condition::Locked { until } = desk.account(&PHONE).condition() {
                desk.now.set(until.as_secs());
            }
        }
    }
}
