//! Section D: a code is good for one purpose, one transaction and one subject.
//!
//! That nothing but an approval fits where one is asked for (F34, F40) is shown by programs that do not compile, in
//! `src/compile_fail.rs`.

mod values;

use crate::support::*;
use countersign::*;

const CONTACT: Purpose<ContactChange> = Purpose::new("contact", Policy::CONTACT);

fn other() -> Subject {
    Subject::new("customer-4712").unwrap()
}

#[test]
fn f33_codes_of_two_open_transactions_are_not_interchangeable() {
    let desk = Desk::new(MemoryStore::new());
    let rupees = |minor| {
        Payment::new(Money::new(minor, Currency::INR), "Kirana Store", "HDFC0000123 4567", "order 1").unwrap()
    };
    let (ten, thousand) = (rupees(10_00), rupees(1_000_00));
    let (small, small_code) = desk.issue(PAY, &customer(), &ten).unwrap();
    desk.wait(30);
    let (large, large_code) = desk.issue(PAY, &customer(), &thousand).unwrap();
    let verify = |handle, code: &str, payment: &Payment| desk.verify(PAY, &customer(), handle, code, payment.clone());

    assert_eq!(reason(verify(large, &small_code, &thousand)), Reason::WrongCode);
    assert_eq!(reason(verify(small, &large_code, &ten)), Reason::WrongCode);
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 2);
    assert_eq!(verify(small, &small_code, &ten).unwrap().take(desk.time()).unwrap(), ten);
    assert_eq!(reason(verify(small, &small_code, &thousand)), Reason::AlreadyApproved);
    assert_eq!(verify(large, &large_code, &thousand).unwrap().take(desk.time()).unwrap(), thousand);
}

#[test]
fn f33_two_challenges_for_one_and_the_same_payment_have_codes_of_their_own() {
    let desk = Desk::new(MemoryStore::new());
    let (first, first_code) = desk.issue(PAY, &customer(), &payment(10_00)).unwrap();
    desk.wait(30);
    let (second, second_code) = desk.issue(PAY, &customer(), &payment(10_00)).unwrap();
    assert_ne!((first, &first_code), (second, &second_code));
    assert_eq!(reason(desk.verify(PAY, &customer(), second, &first_code, payment(10_00))), Reason::WrongCode);
    let id = |handle, code: &str| desk.verify(PAY, &customer(), handle, code, payment(10_00)).unwrap().id();
    assert_ne!(id(first, &first_code), id(second, &second_code));
}

#[test]
fn f36_a_code_for_one_subject_is_wrong_for_another_and_charged_there() {
    let desk = Desk::new(MemoryStore::new());
    let (_, mine) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let (theirs, _) = desk.issue(PAY, &other(), &payment(1)).unwrap();
    assert_eq!(reason(desk.verify(PAY, &other(), theirs, &mine, payment(1))), Reason::WrongCode);
    assert_eq!(desk.status(PAY, &other()).consecutive_failures(), 1);
    assert_eq!(desk.status(PAY, &customer()).consecutive_failures(), 0);
}

#[test]
fn f36_a_handle_of_one_subject_purpose_or_lane_is_unknown_elsewhere_and_costs_nothing() {
    const POLICY: Policy = match Policy::PAYMENT.draft().lanes(2).ceilings(Ceilings::per_million(10, 40, 100)).build()
    {
        Ok(policy) => policy,
        Err(_) => panic!(),
    };
    const HERE: Purpose<Payment> = Purpose::new("pay", POLICY);
    const THERE: Purpose<Payment> = Purpose::new("refund", POLICY);
    let desk = Desk::new(MemoryStore::new());
    let here = customer();
    let elsewhere = [(HERE, other()), (THERE, here), (HERE, here.on(Device::ONE))];
    let (handle, code) = desk.issue(HERE, &here, &payment(1)).unwrap();
    for (purpose, subject) in &elsewhere {
        desk.issue(*purpose, subject, &payment(1)).unwrap();
        let before = desk.status(*purpose, subject);
        let stray = refused(desk.verify(*purpose, subject, handle, &code, payment(1)));
        assert_eq!((stray.reason(), stray.hint()), (Reason::UnknownHandle, Hint::StartAgain));
        assert_eq!(desk.status(*purpose, subject), before);
    }
    assert_eq!(desk.status(HERE, &here).consecutive_failures(), 0);
    assert!(desk.verify(HERE, &here, handle, &code, payment(1)).is_ok());
}

#[test]
fn f37_the_lifetime_is_that_of_the_purpose_and_is_checked_at_verify() {
    const SHORT: Purpose<Payment> = Purpose::new("short", Policy::STRICT);
    const LONG: Purpose<Payment> = Purpose::new("long", Policy::CONTACT);
    for (purpose, lifetime) in [(SHORT, 120), (PAY, 300), (LONG, 600)] {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        desk.wait(lifetime - 1);
        assert!(desk.verify(purpose, &customer(), handle, &code, payment(1)).is_ok(), "{purpose:?}");
        let (handle, code) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        desk.wait(lifetime);
        assert_eq!(reason(desk.verify(purpose, &customer(), handle, &code, payment(1))), Reason::Expired);
    }
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(LONG, &customer(), &payment(1)).unwrap();
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::UnknownHandle);
}

#[test]
fn f38_a_code_proves_its_owner_and_nobody_else() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(reason(desk.verify(PAY, &other(), handle, &code, payment(1))), Reason::UnknownHandle);
    let mine = desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap();
    let (handle, code) = desk.issue(PAY, &other(), &payment(1)).unwrap();
    let theirs = desk.verify(PAY, &other(), handle, &code, payment(1)).unwrap();
    assert_ne!(mine.subject(), theirs.subject());
    assert_ne!(mine.id(), theirs.id());
}

#[test]
fn f39_a_challenge_has_one_recipient_fixed_at_issue() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(CONTACT, &customer(), &ContactChange::add("+4915112345678").unwrap()).unwrap();
    desk.wait(30);
    let change = ContactChange::add("+4915112345678").unwrap();
    let others = [
        Recipient::sms("+4915112345679").unwrap(),
        Recipient::voice("+4915112345678").unwrap(),
        Recipient::app("+4915112345678").unwrap(),
        Recipient::email("thief@example.com").unwrap(),
        Recipient::decoy(RecipientKind::Sms),
    ];
    for recipient in &others {
        let rng = &mut *desk.rng.borrow_mut();
        let resend =
            desk.verifier.resend(CONTACT, &customer(), handle, &change, recipient, desk.time(), rng).unwrap();
        assert_eq!(reason(resend.run(&desk.store)), Reason::RecipientChanged, "{recipient:?}");
    }
    assert_eq!(desk.status(CONTACT, &customer()).day_sends(), 1);
    assert_eq!(desk.resend(CONTACT, &customer(), handle, &change).unwrap(), (handle, code));
}

#[test]
fn f40_a_challenge_is_pending_until_a_verify_approves_it() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let look = || {
        let look = desk.verifier.status(PAY, &customer(), desk.time()).unwrap().challenge(handle);
        look.run(&desk.store).unwrap().challenge()
    };
    assert!(matches!(look(), Some(ChallengeStatus::Open(ticket)) if ticket.handle() == handle));
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))), Reason::WrongCode);
    assert!(matches!(look(), Some(ChallengeStatus::Open(_))));
    desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap().take(desk.time()).unwrap();
    assert_eq!(look(), Some(ChallengeStatus::Approved));
}

#[test]
fn f40_an_approval_is_over_a_minute_later_and_before() {
    for (seconds, good) in [(0, true), (60, true), (61, false), (u64::MAX - START, false)] {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        let approved = desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap();
        assert_eq!(approved.take(at(START + seconds)).is_ok(), good, "{seconds}");
        let (handle, code) = {
            desk.wait(30);
            desk.issue(PAY, &customer(), &payment(1)).unwrap()
        };
        let approved = desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap();
        let back = (START + 30).saturating_sub(seconds);
        assert_eq!(approved.take(at(back)).is_ok(), good, "{seconds} back");
    }
}
