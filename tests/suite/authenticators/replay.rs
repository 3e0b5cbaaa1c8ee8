//! A code is accepted once, and so is every code before it.

use super::*;

#[test]
fn f08_f10_rts_1_n63b_7_a_code_is_refused_the_second_time() {
    let desk = owner();
    desk.wait(30);
    for (gadget, counter) in [(&PHONE, STEP + 1), (&TOKEN, 1)] {
        let code = gadget.code(counter);
        assert_eq!(outcome(desk.authenticate(gadget, &code)), Ok(()));
        let again = refused(desk.authenticate(gadget, &code));
        assert_eq!((again.reason(), again.hint()), (Reason::Replayed, Hint::AlreadyUsed));
    }
}

#[test]
fn f09_f10_a_code_that_is_still_good_an_interval_later_is_spent() {
    let desk = owner();
    desk.now.set(START + 30 + 29);
    let code = PHONE.shown(START + 59);
    assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Ok(()));
    desk.now.set(START + 61);
    assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Err(Reason::Replayed));
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.shown(START + 61))), Ok(()));
}

#[test]
fn f13_r6238_7_at_no_offset_into_a_step_is_a_code_good_twice() {
    for offset in 0..30 {
        let desk = owner();
        desk.now.set(START + 30 + offset);
        let code = PHONE.shown(START + 30 + offset);
        assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Ok(()), "{offset}");
        for later in [0, 1, 29, 30, 31, 59, 60, 61] {
            desk.now.set(START + 30 + offset + later);
            assert!(desk.authenticate(&PHONE, &code).is_err(), "{offset} and {later} later");
        }
    }
}

#[test]
fn f11_the_text_of_a_code_is_no_part_of_what_is_remembered() {
    let desk = owner();
    desk.wait(30);
    let code = PHONE.code(STEP + 1);
    assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Ok(()));
    let (front, back) = code.split_at(3);
    for typed in [format!(" {code}"), format!("{code} "), format!("{front} {back}"), format!("{front}-{back}")] {
        assert!(Code::parse(&typed, Digits::SIX).is_err(), "{typed:?}");
        if let Ok(code) = Code::parse_spaced(&typed, Digits::SIX) {
            let again = reason(desk.authenticate_with(LOGIN, &PHONE.authenticator(), code));
            assert!(matches!(again, Reason::Replayed | Reason::WrongCode), "three are free: {again:?}");
        }
    }
    for typed in [format!("{code}\n"), format!("\n{code}"), format!("{code}0"), format!("+{code}")] {
        assert!(Code::parse_spaced(&typed, Digits::SIX).is_err(), "{typed:?}");
    }
}

#[test]
fn f12_whatever_was_accepted_is_refused_for_as_long_as_it_would_be_in_any_window() {
    for (past, future) in [(0, 0), (1, 0), (10, 10), (0, 10)] {
        let desk = under(skewed(past, future));
        desk.own(&PHONE);
        desk.wait(30 * 30);
        let newest = STEP + 30 + u64::from(future);
        assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(newest))), Ok(()));
        for step in STEP + 30 - u64::from(past)..=newest {
            for later in (0..=u64::from(past + future) + 1).map(|steps| START + 900 + 30 * steps) {
                let node = Desk::node(&desk.store, later);
                node.now.set(later);
                assert!(node.authenticate(&PHONE, &PHONE.code(step)).is_err(), "step {step} at {later}");
                let _ = desk.reinstate_account();
            }
        }
    }
}

/// A key of which two steps in a row have one code, and the first of them.
fn collision() -> (Gadget, u64) {
    for n in 0..=u8::MAX {
        let gadget = Gadget { key: [n; 20], ..PHONE };
        let hotp = gadget.hotp(Digits::SIX);
        let same = |step: &u64| hotp.generate(*step).expose() == hotp.generate(step + 1).expose();
        if let Some(step) = (STEP..STEP + 20_000).find(same) {
            return (gadget, step);
        }
    }
    panic!("one in a million is not that rare");
}

#[test]
fn f14_of_two_equal_codes_in_a_window_the_newest_unused_one_is_taken() {
    let (gadget, step) = collision();
    let code = gadget.code(step);
    // The older one was used: the fresh one is good, once.
    let desk = Desk::new(MemoryStore::new());
    desk.now.set((step - 1) * 30);
    desk.own(&gadget);
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&gadget, &code)), Ok(()));
    desk.wait(30);
    assert_eq!(outcome(desk.authenticate(&gadget, &code)), Ok(()));
    assert_eq!(outcome(desk.authenticate(&gadget, &code)), Err(Reason::Replayed));
    // None was used: one use spends both.
    let desk = Desk::new(MemoryStore::new());
    desk.now.set((step - 1) * 30);
    desk.own(&gadget);
    desk.wait(60);
    assert_eq!(outcome(desk.authenticate(&gadget, &code)), Ok(()));
    assert_eq!(outcome(desk.authenticate(&gadget, &code)), Err(Reason::Replayed));
}

#[test]
fn f15_the_code_that_confirmed_an_enrolment_is_spent() {
    let desk = owner();
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::Replayed));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(0))), Err(Reason::Replayed));
}

#[test]
fn f19_r4226_6_at_or_behind_the_counter_nothing_is_accepted_and_a_failure_leaves_it() {
    let desk = owner();
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(5))), Ok(()), "four were skipped");
    for counter in (0..=5).rev() {
        assert!(desk.authenticate(&TOKEN, &TOKEN.code(counter)).is_err(), "{counter}");
        desk.reinstate_account().unwrap();
    }
    let beyond = desk.authenticate(&TOKEN, &TOKEN.code(11));
    assert_eq!(outcome(beyond), Err(Reason::WrongCode), "the window is 6 to 10");
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(10))), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(6))), Err(Reason::WrongCode));
}

#[test]
fn f69_three_exact_replays_are_free_and_the_fourth_is_charged() {
    let desk = owner();
    for (gadget, code) in [(&PHONE, PHONE.code(STEP)), (&TOKEN, TOKEN.code(0))] {
        let before = desk.account(gadget).total_failures();
        for _ in 0..3 {
            assert_eq!(outcome(desk.authenticate(gadget, &code)), Err(Reason::Replayed));
        }
        assert_eq!(desk.account(gadget).total_failures(), before);
        let fourth = refused(desk.authenticate(gadget, &code));
        assert_eq!((fourth.reason(), fourth.hint()), (Reason::WrongCode, Hint::TryAgain { attempts_left: 4 }));
        assert_eq!(desk.account(gadget).total_failures(), before + 1);
    }
}

#[test]
fn f07_a_replica_that_lags_neither_accepts_twice_nor_moves_a_watermark_back() {
    let desk = Desk::new(Lagging::new(MemoryStore::new()));
    desk.own(&TOKEN);
    for counter in 1..=4 {
        assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(counter))), Ok(()));
    }
    for behind in 0..=4 {
        desk.store.lag(behind);
        assert!(desk.authenticate(&TOKEN, &TOKEN.code(4)).is_err(), "{behind} writes behind");
        assert!(desk.authenticate(&TOKEN, &TOKEN.code(3)).is_err(), "{behind} writes behind");
        let _ = desk.reinstate_account();
    }
    desk.store.lag(3);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(5))), Ok(()));
    desk.store.lag(0);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(5))), Err(Reason::Replayed));
}

#[test]
fn f06_a_code_used_on_one_path_is_used_on_every_path() {
    let desk = owner();
    desk.wait(30);
    let code = PHONE.code(STEP + 1);
    assert_eq!(outcome(desk.authenticate(&PHONE, &code)), Ok(()));
    let next = PHONE.code(STEP + 2);
    assert!(desk.resynchronise(&PHONE, [&code, &next]).is_err(), "the first of a pair was spent");
    assert!(desk.confirm(&PHONE, &code).is_err());
    assert_eq!(outcome(desk.resynchronise(&PHONE, [&next, &PHONE.code(STEP + 3)])), Ok(()));
    for spent in [next, PHONE.code(STEP + 3)] {
        assert!(desk.authenticate(&PHONE, &spent).is_err());
    }
}

#[test]
fn r4226_12_the_answer_to_a_counter_is_the_next_code_and_is_spent_and_a_totp_has_none() {
    let desk = owner();
    desk.wait(30);
    let answered = |gadget: &Gadget, code: &str| {
        let (authenticator, rng) = (gadget.authenticator(), &mut *desk.rng.borrow_mut());
        let operation =
            desk.verifier.authenticate(LOGIN, &customer(), &authenticator, six(code), desk.time(), rng).unwrap();
        operation.answering().run(&desk.store).map(|person| person.reply().map(|code| code.expose().to_owned()))
    };
    assert_eq!(answered(&TOKEN, &TOKEN.code(1)).unwrap(), Some(TOKEN.code(2)));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(2))), Err(Reason::Replayed));
    assert_eq!(outcome(answered(&TOKEN, &TOKEN.code(1))), Err(Reason::WrongCode), "no answer without a right code");
    assert_eq!(answered(&TOKEN, &TOKEN.code(3)).unwrap(), Some(TOKEN.code(4)));
    assert_eq!(answered(&PHONE, &PHONE.code(STEP + 1)).unwrap(), None);
    assert!(desk.authenticate(&TOKEN, &TOKEN.code(5)).unwrap().reply().is_none(), "nobody asked");
}
