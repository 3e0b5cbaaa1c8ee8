//! F71: a resend sends the same code, extends nothing and refills nothing; a new code kills the old one.

use crate::support::*;
use crate::tape::Tape;
use countersign::*;

/// One resend: what the browser gets, and the code.
fn resend(desk: &Desk<Tape>, handle: Handle, new_code: bool) -> (Ticket, String) {
    let rng = &mut *desk.rng.borrow_mut();
    let value = payment(1);
    let resend = desk.verifier.resend(PAY, &customer(), handle, &value, &phone(), desk.time(), rng).unwrap();
    let resend = if new_code { resend.new_code() } else { resend };
    let issued = resend.run(&desk.store).unwrap();
    (issued.ticket(), code_in(&issued).unwrap())
}

/// Which of these codes would be approved now.
fn accepted(desk: &Desk<Tape>, handle: Handle, codes: impl Iterator<Item = String>) -> Vec<String> {
    let rows = desk.store.rows.borrow().clone();
    let good = |code: &String| {
        let approved = desk.verify(PAY, &customer(), handle, code, payment(1)).is_ok();
        *desk.store.rows.borrow_mut() = rows.clone();
        approved
    };
    codes.filter(good).collect()
}

#[test]
fn f71_a_resend_has_the_same_code_the_same_end_and_the_same_attempts() {
    for new_code in [false, true] {
        let desk = Desk::new(Tape::default());
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))), Reason::WrongCode);
        desk.wait(30);
        let (ticket, again) = resend(&desk, handle, new_code);
        assert_eq!(again == code, !new_code);
        assert_eq!((ticket.handle(), ticket.expires(), ticket.attempts_left()), (handle, at(START + 300), 4));
        assert_eq!(ticket.resend_at(), Some(at(START + 60)));
        desk.wait(269);
        assert_eq!(accepted(&desk, handle, [again.clone()].into_iter()), [again.as_str()]);
        desk.wait(1);
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &again, payment(1))), Reason::Expired);
    }
}

#[test]
fn f28_f71_a_resend_leaves_one_attempt_of_five_one() {
    for new_code in [false, true] {
        let desk = Desk::new(Tape::default());
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        for _ in 0..4 {
            assert_eq!(reason(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))), Reason::WrongCode);
        }
        desk.wait(30);
        let (ticket, again) = resend(&desk, handle, new_code);
        assert_eq!(ticket.attempts_left(), 1);
        assert!(desk.verify(PAY, &customer(), handle, &not(&again), payment(1)).is_err());
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &again, payment(1))), Reason::Locked);
    }
}

#[test]
fn f71_a_new_code_kills_the_old_one_and_the_guess_space_is_what_it_was() {
    let desk = Desk::new(Tape::default());
    let (handle, first) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(30);
    let (_, second) = resend(&desk, handle, true);
    desk.wait(30);
    let (last, third) = resend(&desk, handle, true);
    assert_eq!(last.resend_at(), None);
    assert!(first != second && second != third && third != first);
    let around = |code: &str| {
        let code = code.parse::<u32>().unwrap();
        (code.saturating_sub(100)..code + 100).map(|code| format!("{code:06}"))
    };
    let candidates = around(&first).chain(around(&second)).chain(around(&third));
    assert_eq!(accepted(&desk, handle, candidates), [third.as_str()]);
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &first, payment(1))), Reason::WrongCode);
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 1, "the old code is charged as any other");
}

#[test]
fn f71_a_plain_resend_after_a_new_code_sends_the_new_code() {
    let desk = Desk::new(Tape::default());
    let (handle, first) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(30);
    let (_, second) = resend(&desk, handle, true);
    desk.wait(30);
    let (_, third) = resend(&desk, handle, false);
    assert_ne!(first, second);
    assert_eq!(second, third);
}
