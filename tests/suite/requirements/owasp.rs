//! OWASP: ASVS 5.0, and the cheat sheet on transaction authorization.

use super::*;

#[test]
fn asvs_6_5_4_a_code_has_six_digits_or_letters_and_the_strict_profile_more() {
    assert!(PROFILES.iter().all(|policy| policy.format().length() >= 6));
    assert_eq!(Policy::STRICT.format().length(), 8);
}

#[test]
fn asvs_6_6_2_a_code_is_bound_to_the_request_that_it_was_sent_for() {
    const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
    let desk = Desk::new(MemoryStore::new());
    let login = |session| Login::new(session).unwrap();
    let (mine, code) = desk.issue(LOGIN, &customer(), &login("session-1")).unwrap();
    desk.wait(30);
    let (theirs, _) = desk.issue(LOGIN, &customer(), &login("session-2")).unwrap();
    assert_eq!(reason(desk.verify(LOGIN, &customer(), theirs, &code, login("session-2"))), Reason::WrongCode);
    assert!(desk.verify(LOGIN, &customer(), mine, &code, login("session-1")).is_ok());
}

#[test]
fn asvs_6_5_8_time_is_the_servers_and_the_end_is_exact() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let rng = &mut *desk.rng.borrow_mut();
    let mut at_second =
        |second| desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), at(second), rng).err();
    assert_eq!(at_second(1 << 40), Some(Invalid::Time));
    assert_eq!(at_second((1 << 40) - 1), None);
}

#[test]
fn owasp_a_transaction_restarts_after_its_failures_and_within_its_time() {
    let policy = Policy::PAYMENT.draft().attempts(3).build().unwrap();
    let pay = Purpose::<Payment>::new("pay", policy);
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(pay, &customer(), &payment(1)).unwrap();
    let hints: Vec<_> =
        (0..3).map(|_| refused(desk.verify(pay, &customer(), handle, &not(&code), payment(1))).hint()).collect();
    let again = |attempts_left| Hint::TryAgain { attempts_left };
    assert_eq!(hints, [again(2), again(1), Hint::StartAgain]);
    assert_eq!(reason(desk.verify(pay, &customer(), handle, &code, payment(1))), Reason::Exhausted);
}

#[test]
fn owasp_login_and_payment_are_told_apart_and_every_operation_is_unique() {
    const LOGIN: Purpose<Login> = Purpose::new("pay", Policy::LOGIN);
    let desk = Desk::new(MemoryStore::new());
    let login = Login::new("session-1").unwrap();
    let (handle, code) = desk.issue(LOGIN, &customer(), &login).unwrap();
    // Even under one name, the type is part of the code.
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::BindingChanged);
    desk.wait(30);
    let (first, first_code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(30);
    let (second, second_code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let id = |handle, code: &str| desk.verify(PAY, &customer(), handle, code, payment(1)).unwrap().id();
    assert_ne!(id(first, &first_code), id(second, &second_code));
}

#[test]
fn owasp_the_final_gate_is_at_execution() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let approved = desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap();
    desk.wait(61);
    assert_eq!(approved.take(desk.time()), Err(Invalid::ApprovalTime));
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::AlreadyApproved);
}
