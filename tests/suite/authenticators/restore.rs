//! After a backup came back, and after an account was closed or reinstated.

use super::*;

#[test]
fn after_a_restore_a_token_has_to_be_resynchronised() {
    let desk = owner();
    assert_eq!(desk.restore().unwrap().authenticators(), 2);
    assert_eq!(desk.account(&TOKEN).enrolment(), Some(Enrolment::Restored));
    let refused = refused(desk.authenticate(&TOKEN, &TOKEN.code(1)));
    assert_eq!((refused.reason(), refused.hint()), (Reason::ResynchroniseFirst, Hint::Resynchronise));
    assert_eq!(desk.account(&TOKEN).total_failures(), 0, "nothing was judged");
    let pair = [TOKEN.code(40), TOKEN.code(41)];
    assert_eq!(outcome(desk.resynchronise(&TOKEN, [&pair[0], &pair[1]])), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &TOKEN.code(42))), Ok(()));
    assert_eq!(desk.account(&TOKEN).enrolment(), Some(Enrolment::Confirmed));
}

#[test]
fn after_a_restore_the_steps_that_were_shown_are_refused_and_the_next_is_good() {
    for (past, future) in [(1, 0), (1, 1), (3, 2)] {
        let desk = under(skewed(past, future));
        desk.own(&PHONE);
        desk.wait(300);
        desk.restore().unwrap();
        let shown = STEP + 10 + 10 + u64::from(future); // by a device whose clock is ten steps ahead
        for step in shown.saturating_sub(15)..=shown {
            assert!(desk.authenticate(&PHONE, &PHONE.code(step)).is_err(), "{step}");
            let pair = [PHONE.code(step), PHONE.code(step + 1)];
            assert!(desk.resynchronise(&PHONE, [&pair[0], &pair[1]]).is_err(), "{step}");
            desk.reinstate_account().unwrap();
        }
        desk.wait(DAY);
        let now = PHONE.shown(desk.now.get());
        assert_eq!(outcome(desk.authenticate(&PHONE, &now)), Ok(()));
    }
    let desk = owner();
    desk.wait(300);
    desk.restore().unwrap();
    desk.wait(11 * 30);
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 20))), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 21))), Ok(()));
}

/// The backup knows nothing of the drift.
#[test]
fn after_a_restore_the_steps_of_a_device_that_runs_ahead_are_refused_too() {
    let desk = Desk::new(crate::tape::Tape::default());
    desk.own(&PHONE);
    let backup = desk.store.rows.borrow().clone();
    let ahead = [PHONE.code(STEP + 7), PHONE.code(STEP + 8)];
    assert_eq!(outcome(desk.resynchronise(&PHONE, [&ahead[0], &ahead[1]])), Ok(()));
    *desk.store.rows.borrow_mut() = backup;
    desk.restore().unwrap();
    assert!(desk.resynchronise(&PHONE, [&ahead[0], &ahead[1]]).is_err());
    desk.wait(8 * 30);
    assert!(desk.authenticate(&PHONE, &ahead[1]).is_err());
}

#[test]
fn after_a_restore_recovery_codes_are_ended() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.restore().unwrap();
    assert_eq!(desk.account(&PHONE).recovery_codes_left(), 0);
    assert_eq!(outcome(desk.recover(&codes[0])), Err(Reason::NotEnrolled));
    let fresh = desk.make_codes().unwrap();
    assert_eq!(outcome(desk.recover(&codes[0])), Err(Reason::WrongCode));
    assert_eq!(outcome(desk.recover(&fresh[0])), Ok(()));
}

#[test]
fn a_record_that_was_rolled_back_accepts_nothing_again_once_that_was_said() {
    let desk = Desk::new(crate::tape::Tape::default());
    desk.own(&PHONE);
    desk.own(&TOKEN);
    let backup = desk.store.rows.borrow().clone();
    desk.wait(30);
    let used = [PHONE.code(STEP + 1), TOKEN.code(1)];
    assert_eq!(outcome(desk.authenticate(&PHONE, &used[0])), Ok(()));
    assert_eq!(outcome(desk.authenticate(&TOKEN, &used[1])), Ok(()));
    *desk.store.rows.borrow_mut() = backup;
    desk.restore().unwrap();
    assert!(desk.authenticate(&PHONE, &used[0]).is_err());
    assert!(desk.authenticate(&TOKEN, &used[1]).is_err());
}

#[test]
fn a_closed_account_refuses_everything_and_keeps_every_count() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.guess(&PHONE, 2);
    assert_eq!(desk.close_account().unwrap().authenticators(), 2);
    assert_eq!(desk.account(&PHONE).total_failures(), 2);
    desk.wait(30);
    let closed = [
        outcome(desk.authenticate(&PHONE, &PHONE.code(STEP + 1))),
        outcome(desk.resynchronise(&TOKEN, [&TOKEN.code(1), &TOKEN.code(2)])),
        outcome(desk.confirm(&PHONE, &PHONE.code(STEP + 1))),
        outcome(desk.recover(&codes[0])),
        outcome(desk.enrol(&PHONE)),
        outcome(desk.make_codes()),
        outcome(desk.reinstate_account()),
    ];
    assert_eq!(closed, [Err(Reason::Closed); 7]);
    assert_eq!(desk.close_account().unwrap().authenticators(), 0);
    assert_eq!(desk.account(&PHONE).condition(), Condition::Closed);
}

#[test]
fn a_reinstatement_clears_locks_and_revives_no_code() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    assert_eq!(outcome(desk.recover(&codes[0])), Ok(()));
    desk.guess(&PHONE, 5);
    assert_eq!(desk.reinstate_account().unwrap().authenticators(), 2);
    assert_eq!(desk.account(&PHONE).total_failures(), 0);
    assert_eq!(desk.account(&PHONE).day_failures(), 5, "nor is the day refilled");
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::Replayed));
    assert_eq!(outcome(desk.recover(&codes[0])), Err(Reason::Replayed));
    assert_eq!(outcome(desk.recover(&codes[1])), Ok(()));
}

#[test]
fn a_corrupt_record_is_reinstated_without_authenticators_and_without_a_guess_for_a_day() {
    let desk = Desk::new(crate::tape::Tape::default());
    desk.own(&PHONE);
    desk.store.damage();
    assert_eq!(outcome(desk.authenticate(&PHONE, &PHONE.code(STEP))), Err(Reason::CorruptRecord));
    assert_eq!(outcome(desk.close_account()), Err(Reason::CorruptRecord));
    assert_eq!(desk.reinstate_account().unwrap().authenticators(), 0);
    assert_eq!(outcome(desk.enrol(&PHONE)), Err(Reason::Locked));
    desk.wait(DAY);
    desk.own(&PHONE);
}

#[test]
fn what_was_revoked_or_never_confirmed_does_not_come_back_with_a_restore() {
    let desk = owner();
    desk.revoke(&TOKEN).unwrap();
    let _ = desk.enrol(&Gadget::app(0)).unwrap();
    assert_eq!(desk.restore().unwrap().authenticators(), 1);
    assert_eq!(
        (desk.account(&PHONE).authenticators(), desk.account(&PHONE).enrolment()),
        (1, Some(Enrolment::Restored))
    );
    for gone in [&TOKEN, &Gadget::app(0)] {
        assert_eq!(desk.account(gone).enrolment(), None);
        let pair = [1, 2].map(|n| gone.code(desk.first(gone) + n));
        assert_eq!(outcome(desk.resynchronise(gone, [&pair[0], &pair[1]])), Err(Reason::NotEnrolled));
    }
}
