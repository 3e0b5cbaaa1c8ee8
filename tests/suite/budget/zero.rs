//! Zero is zero, and what is over the cap is an error.

use super::*;

#[test]
fn f32_a_window_of_nothing_and_one_over_the_cap_are_errors() {
    assert_eq!(Window::ahead(7, 0), Err(Invalid::WindowEmpty));
    assert_eq!(Window::ahead(7, 1_000).map(Window::last), Ok(1_006));
    assert_eq!(Window::ahead(7, 1_001), Err(Invalid::WindowTooWide));
    assert_eq!(Window::ahead(7, u16::MAX), Err(Invalid::WindowTooWide));
}

#[test]
fn f32_a_skew_of_nothing_is_nothing_and_one_over_the_cap_is_an_error() {
    assert_eq!(Skew::new(0, 0), Ok(Skew::NONE));
    assert!(Skew::new(10, 10).is_ok());
    assert_eq!((Skew::new(11, 0), Skew::new(0, 11)), (Err(Invalid::SkewTooWide), Err(Invalid::SkewTooWide)));
    assert_eq!(Skew::new(255, 255), Err(Invalid::SkewTooWide));
}

#[test]
fn f32_a_policy_field_of_zero_never_falls_back_to_a_default() {
    let draft = Policy::PAYMENT.draft();
    let zeros = [
        (draft.lifetime(0), Invalid::Lifetime),
        (draft.attempts(0), Invalid::Attempts),
        (draft.lock_after(0), Invalid::Lock),
        (draft.lock_seconds(0), Invalid::Lock),
        (draft.day_failures(0), Invalid::DayFailures),
        (draft.total_failures(0), Invalid::TotalFailures),
        (draft.challenge_sends(0), Invalid::Sends),
        (draft.unapproved_sends(0), Invalid::Sends),
        (draft.day_sends(0), Invalid::Sends),
        (draft.open(0), Invalid::OpenChallenges),
        (draft.lanes(0), Invalid::Lanes),
        (draft.ceilings(Ceilings::per_million(0, 0, 0)), Invalid::TooManyGuesses),
    ];
    for (draft, fault) in zeros {
        assert_eq!(draft.build(), Err(fault));
    }
}

#[test]
fn f32_a_gap_of_zero_is_no_gap() {
    let none = Purpose::<Payment>::new("pay", Policy::PAYMENT.draft().gap(0).build().unwrap());
    let desk = Desk::new(MemoryStore::new());
    desk.issue(none, &customer(), &payment(1)).unwrap();
    desk.issue(none, &customer(), &payment(1)).unwrap();
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::TooSoon, "of the same record");
}

#[test]
fn f32_what_is_over_the_cap_is_an_error() {
    let draft = Policy::PAYMENT.draft();
    let over = [
        (draft.lifetime(601), Invalid::Lifetime),
        (draft.email_lifetime(86_400), Invalid::Lifetime),
        (draft.attempts(11), Invalid::Attempts),
        (draft.lock_after(11), Invalid::Lock),
        (draft.lock_seconds(86_401), Invalid::Lock),
        (draft.day_failures(101), Invalid::DayFailures),
        (draft.total_failures(101), Invalid::TotalFailures),
        (draft.gap(3_601), Invalid::Sends),
        (draft.open(5), Invalid::OpenChallenges),
        (draft.lanes(5), Invalid::Lanes),
        (draft.lock_after(6), Invalid::TooManyGuesses),
        (draft.day_failures(21), Invalid::TooManyGuesses),
    ];
    for (draft, fault) in over {
        assert_eq!(draft.build(), Err(fault));
    }
    let longest = Policy::CONTACT.draft().email_lifetime(86_401);
    assert_eq!(longest.build(), Err(Invalid::Lifetime));
}
