//! Two codes in a row, in a larger window.

use super::*;

#[test]
fn r4226_10_two_codes_in_a_row_resynchronise_within_a_hundred_counters() {
    for (first, found) in [(1, true), (6, true), (50, true), (99, true), (100, false), (101, false), (5_000, false)] {
        let desk = owner();
        let pair = [TOKEN.code(first), TOKEN.code(first + 1)];
        let came = outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]]));
        assert_eq!(came, if found { Ok(()) } else { Err(Reason::WrongCode) }, "{first}");
        assert_eq!(desk.account(&TOKEN).total_failures(), u8::from(!found), "a pair is one attempt");
        let next = desk.authenticate(&TOKEN, &TOKEN.code(first + 2));
        assert_eq!(next.is_ok(), found || first < 4, "{first}");
        assert!(desk.authenticate(&TOKEN, &TOKEN.code(first + 1)).is_err());
    }
}

#[test]
fn r6238_8_a_drift_is_remembered_from_here_and_from_here_alone() {
    for drift in -10i64..=10 {
        let desk = owner();
        desk.wait(DAY);
        let step = |seconds: u64| ((desk.now.get() + seconds) / 30).saturating_add_signed(drift);
        let pair = [PHONE.code(step(0) - 1), PHONE.code(step(0))];
        let came = outcome(desk.resynchronise(&PHONE, [&pair[0], &pair[1]]));
        if drift == -10 {
            assert_eq!(came, Err(Reason::WrongCode), "its first code is out of the window");
            continue;
        }
        assert_eq!(came, Ok(()), "{drift}");
        let (own, late) = (PHONE.code(step(30)), PHONE.code(step(60)));
        desk.wait(30);
        assert_eq!(outcome(desk.authenticate(&PHONE, &own)), Ok(()), "{drift}");
        desk.wait(60);
        assert_eq!(outcome(desk.authenticate(&PHONE, &late)), Ok(()), "{drift}: one past step of its own");
        if drift > 0 {
            let truth = PHONE.shown(desk.now.get());
            assert!(desk.authenticate(&PHONE, &truth).is_err(), "behind its own watermark or window");
        }
    }
}

#[test]
fn f50_a_success_at_the_edge_of_the_skew_moves_no_drift() {
    let desk = under(skewed(1, 1));
    desk.own(&PHONE);
    for _ in 0..100 {
        desk.wait(60);
        let ahead = desk.now.get() / 30 + 1;
        assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(ahead))), Ok(()));
        assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(ahead + 1))), Err(Reason::WrongCode));
        desk.reinstate_account().unwrap();
        if let Condition::Locked { until } = desk.account(&PHONE).condition() {
            desk.now.set(until.as_secs());
        }
    }
}

#[test]
fn neither_code_of_a_pair_may_be_spent_or_out_of_order_or_apart() {
    let desk = owner();
    desk.wait(90);
    for pair in [[0, 1], [1, 1], [2, 1], [1, 3]] {
        let [token, phone] = [TOKEN, PHONE].map(|gadget| {
            let from = if gadget.counts { 0 } else { STEP };
            let codes = pair.map(|n| gadget.code(from + n));
            outcome(desk.resynchronise(&gadget, [&codes[0], &codes[1]]))
        });
        assert_eq!([token, phone], [Err(Reason::WrongCode); 2], "{pair:?}");
    }
}

#[test]
fn wrong_pairs_are_charged_on_the_same_budget() {
    let desk = owner();
    for left in (0..5).rev() {
        let refused = refused(desk.resynchronise(&TOKEN, [&TOKEN.code(200), &TOKEN.code(300)]));
        assert_eq!(refused.reason(), Reason::WrongCode);
        assert_eq!(refused.notice().is_some(), left == 0);
    }
    let pair = [TOKEN.code(1), TOKEN.code(2)];
    assert_eq!(outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]])), Err(Reason::Locked));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &pair[0])), Err(Reason::Locked));
}

#[test]
fn who_is_not_enrolled_or_not_confirmed_is_not_resynchronised() {
    let desk = Desk::new(MemoryStore::new());
    let pair = [TOKEN.code(1), TOKEN.code(2)];
    assert_eq!(outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]])), Err(Reason::NotEnrolled));
    let _ = desk.enrol(&TOKEN).unwrap();
    assert_eq!(outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]])), Err(Reason::NotEnrolled));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(0))), Err(Reason::NotEnrolled));
    assert_eq!(desk.account(&TOKEN).total_failures(), 0);
}
