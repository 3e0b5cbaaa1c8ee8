//! One budget for all that a subject has.

use super::*;

const HALF_AN_HOUR: u64 = 1_800;

#[test]
fn f30_r4226_7_pci_1_five_failures_lock_half_an_hour_and_every_channel_refuses() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.wait(30);
    let _ = desk.enrol(&Gadget::app(0)).unwrap();
    let guesses = desk.guess(&PHONE, 5);
    let until = at(START + 30 + HALF_AN_HOUR);
    assert_eq!(guesses[4].hint(), Hint::Wait { until });
    assert_eq!(guesses.iter().filter_map(Refused::notice).collect::<Vec<_>>(), [Notice::Locked { until }]);
    let locked = [
        outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 1))),
        outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))),
        outcome(desk.authenticate_for(PAY, &TOKEN, &TOKEN.code(1))),
        outcome(desk.resynchronise(&TOKEN, [&TOKEN.code(1), &TOKEN.code(2)])),
        outcome(desk.confirm(&Gadget::app(0), &Gadget::app(0).code(STEP + 1))),
        outcome(desk.recover(&codes[0])),
        outcome(desk.enrol(&Gadget::app(1))),
        outcome(desk.make_codes()),
    ];
    assert_eq!(locked, [Err(Reason::Locked); 8]);
    assert_eq!(desk.account(&PHONE).total_failures(), 5, "and none of that was charged");
    assert_eq!(outcome(desk.revoke(&PHONE)), Ok(()), "what was stolen is ended all the same");
    desk.wait(HALF_AN_HOUR);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
    assert_eq!(outcome(desk.recover(&codes[0])), Ok(()));
}

#[test]
fn f69_a_lock_of_the_authenticators_leaves_messages_alone_and_the_other_way_round() {
    let desk = owner();
    desk.guess(&PHONE, 5);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::Locked));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    let desk = owner();
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.misses(PAY, &customer(), &sent, 5);
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Locked));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
}

#[test]
fn f29_n63b_8_a_success_clears_its_own_failures_and_nobody_elses() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.wait(30);
    desk.guess(&PHONE, 4);
    desk.guess(&TOKEN, 3);
    assert_eq!(desk.account(&PHONE).total_failures(), 7);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
    assert_eq!(desk.account(&PHONE).total_failures(), 4, "the token's own");
    assert_eq!(outcome(desk.recover(&codes[0])), Ok(()));
    assert_eq!(desk.account(&PHONE).total_failures(), 4);
    assert_eq!(desk.account(&PHONE).day_failures(), 7, "nothing clears the day");
    assert!(matches!(desk.guess(&PHONE, 1)[0].notice(), Some(Notice::Locked { .. })), "the fifth of the phone");
}

#[test]
fn f24_r4226_9_two_verifiers_on_one_store_have_one_budget() {
    let desk = owner();
    let nodes = [Desk::node(&desk.store, 1), Desk::node(&desk.store, 2)];
    for (n, code) in PHONE.wrong(STEP).take(4).enumerate() {
        let hint = refused(nodes[n % 2].authenticate(&PHONE, &code)).hint();
        assert_eq!(hint, Hint::TryAgain { attempts_left: 4 - n as u8 });
    }
    assert!(matches!(nodes[0].guess(&PHONE, 1)[0].notice(), Some(Notice::Locked { .. })));
    assert_eq!(outcome(nodes[1].authenticate(&TOKEN, &TOKEN.code(1))), Err(Reason::Locked));
}

#[test]
fn f23_f20_neither_a_name_nor_a_purpose_nor_a_session_has_a_budget_of_its_own() {
    let desk = owner();
    let key = |subject: &Subject| *desk.verifier.authenticator_status(subject, desk.time()).unwrap().key();
    let rng = &mut *desk.rng.borrow_mut();
    for gadget in [PHONE, TOKEN, Gadget::app(0)] {
        let authenticator = gadget.authenticator();
        let login =
            desk.verifier.authenticate(LOGIN, &customer(), &authenticator, six("000000"), at(0), rng).unwrap();
        let pay = desk.verifier.authenticate(PAY, &customer(), &authenticator, six("000000"), at(0), rng).unwrap();
        assert_eq!([login.key(), pay.key()], [&key(&customer()); 2]);
    }
    assert_ne!(key(&Subject::new("customer-4712").unwrap()), key(&customer()));
    let lane = customer().on(Device::ONE);
    assert_eq!(desk.verifier.enrol(&lane, &PHONE.authenticator(), at(0), rng).unwrap_err(), Invalid::Lanes);
}

#[test]
fn f25_after_n_failures_the_stored_record_says_n() {
    let desk = owner();
    for n in 1..=20 {
        let refused = desk.guess(&[PHONE, TOKEN][n % 2], 1)[0];
        let fresh = Desk::node(&desk.store, n as u64);
        assert_eq!(usize::from(fresh.account(&PHONE).total_failures()), n);
        assert_eq!(usize::from(fresh.account(&PHONE).day_failures()), n);
        if let Hint::Wait { until } = refused.hint() {
            desk.now.set(until.as_secs());
        }
    }
}

#[test]
fn f26_f31_r4226_8_guesses_that_wait_out_every_lock_are_a_hundred_and_the_last_but_one_says_so() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    desk.own(&TOKEN);
    let mut notices = Vec::new();
    let wrong: Vec<String> = TOKEN.wrong(0).take(100_000).collect();
    let mut judged = 0;
    for code in &wrong {
        let refused = refused(desk.authenticate(&TOKEN, code));
        judged += usize::from(refused.reason() == Reason::WrongCode);
        notices.extend(refused.notice());
        if let Hint::Wait { until } = refused.hint() {
            desk.now.set(until.as_secs());
        }
    }
    assert_eq!(judged, 100);
    assert_eq!(notices[notices.len() - 2..], [Notice::NextDisables, Notice::Disabled]);
    assert_eq!(desk.store.calls().1, 2 + 100, "after the hundredth nothing is written");
    desk.wait(10 * 365 * DAY);
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Err(Reason::Disabled));
    assert_eq!(outcome(desk.reinstate_account()), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()), "and nobody moved the counter");
}

#[test]
fn f26_a_million_guesses_at_one_moment_are_five() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    desk.own(&PHONE);
    desk.guess(&PHONE, 5);
    desk.store.calls();
    let authenticator = PHONE.authenticator();
    for n in 0..1_000_000 {
        let guess = desk.authenticate_with(LOGIN, &authenticator, six(&format!("{n:06}")));
        assert_eq!(reason(guess), Reason::Locked);
    }
    assert_eq!(desk.store.calls(), (1_000_000, 0));
}

#[test]
fn n63b_8_twenty_failures_of_all_of_them_in_a_day_lock_to_its_end() {
    let desk = owner();
    let mut failures = 0;
    while desk.account(&PHONE).day_failures() < 20 {
        for gadget in [&PHONE, &TOKEN] {
            failures += desk.guess(gadget, 2).iter().filter(|refused| refused.reason() == Reason::WrongCode).count();
        }
        if let Condition::Locked { until } = desk.account(&PHONE).condition()
            && failures < 20
        {
            desk.now.set(until.as_secs());
        }
    }
    assert_eq!(failures, 20);
    assert_eq!(desk.account(&PHONE).condition(), Condition::Locked { until: at(START + DAY) });
    assert_eq!(outcome(desk.reinstate_account()), Ok(()));
    assert_eq!(desk.account(&PHONE).condition(), Condition::Locked { until: at(START + DAY) }, "nor is it refilled");
}

#[test]
fn r4226_13_before_a_lock_what_four_have_adds_up_and_no_further() {
    let desk = Desk::new(MemoryStore::new());
    (0..4).for_each(|n| desk.own(&Gadget::app(n)));
    for n in 0..4 {
        assert_eq!(desk.guess(&Gadget::app(n), 4)[3].notice(), None);
    }
    assert!(matches!(desk.guess(&Gadget::app(0), 1)[0].notice(), Some(Notice::Locked { .. })), "the seventeenth");
}

#[test]
fn f32_zero_means_zero() {
    let desk = under(AuthenticatorPolicy::STRICT);
    desk.own(&PHONE);
    desk.own(&TOKEN);
    desk.wait(300);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 9))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 11))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(2))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 10))), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(1))), Ok(()));
}
