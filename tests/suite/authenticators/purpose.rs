//! F74: a code that was accepted for one purpose is spent for every other.

use super::*;

const VOTE: Purpose<ContactChange> = Purpose::new("vote", Policy::CONTACT);

#[test]
fn f74_a_code_accepted_for_one_purpose_is_refused_for_every_other() {
    for (gadget, counter) in [(PHONE, STEP + 1), (TOKEN, 1)] {
        for first in 0..3 {
            let desk = owner();
            desk.wait(30);
            let code = gadget.code(counter);
            let accepted: Vec<bool> = (first..first + 3)
                .map(|n| match n % 3 {
                    0 => desk.authenticate_for(LOGIN, &gadget, &code).is_ok(),
                    1 => desk.authenticate_for(PAY, &gadget, &code).is_ok(),
                    _ => desk.authenticate_for(VOTE, &gadget, &code).is_ok(),
                })
                .collect();
            assert_eq!(accepted, [true, false, false], "beginning with {first}");
        }
    }
}

#[test]
fn f74_what_was_relayed_to_a_login_confirms_no_enrolment_and_resynchronises_nothing() {
    let desk = owner();
    desk.wait(60);
    let codes = [PHONE.code(STEP + 1), PHONE.code(STEP + 2)];
    assert_eq!(outcome(desk.authenticate(&PHONE, &codes[1])), Ok(()));
    assert!(desk.resynchronise(&PHONE, [&codes[0], &codes[1]]).is_err());
    assert!(desk.authenticate_for(PAY, &PHONE, &codes[0]).is_err(), "nor is the one before it");
    desk.revoke(&PHONE).unwrap();
    let _ = desk.enrol(&PHONE).unwrap();
    for code in &codes {
        assert!(desk.confirm(&PHONE, code).is_err());
    }
}

#[test]
fn f74_f18_a_recovery_code_is_spent_for_every_login() {
    const ELSEWHERE: Purpose<Login> = Purpose::new("elsewhere", Policy::LOGIN);
    let desk = owner();
    let code = desk.make_codes().unwrap().remove(3);
    assert_eq!(outcome(desk.recover(&code)), Ok(()));
    let again = desk.act(|v, now, rng| v.recover(ELSEWHERE, &customer(), RecoveryCode::parse(&code)?, now, rng));
    assert_eq!(outcome(again), Err(Reason::Replayed));
}

#[test]
fn success_says_who_when_by_what_and_for_what() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.wait(30);
    let people = [
        (desk.authenticate(&PHONE, &PHONE.code(STEP + 1)).unwrap(), Method::Totp, "login"),
        (desk.authenticate_for(PAY, &TOKEN, &TOKEN.code(1)).unwrap(), Method::Hotp, "pay"),
        (desk.resynchronise(&TOKEN, [&TOKEN.code(3), &TOKEN.code(4)]).unwrap(), Method::Hotp, "login"),
        (desk.recover(&codes[0]).unwrap(), Method::RecoveryCode, "login"),
    ];
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let approved = desk.verify(PAY, &customer(), sent.0, &sent.1, payment(1)).unwrap();
    for (person, method, purpose) in people {
        assert_eq!((person.method(), person.purpose(), person.at()), (method, purpose, desk.time()));
        assert_eq!(person.subject(), approved.subject(), "one account in the audit trail");
        assert!(person.reply().is_none());
    }
}

#[test]
fn f38_one_subjects_codes_and_devices_are_nothing_at_another() {
    let desk = owner();
    let codes = desk.make_codes().unwrap();
    desk.wait(30);
    let other = Subject::new("customer-4712").unwrap();
    let _ = desk.act(|v, now, rng| v.make_recovery_codes(&other, now, rng)).unwrap();
    let recover = desk.act(|v, now, rng| v.recover(LOGIN, &other, RecoveryCode::parse(&codes[0])?, now, rng));
    assert_eq!(outcome(recover), Err(Reason::WrongCode));
    let (phone, code) = (PHONE.authenticator(), six(&PHONE.code(STEP + 1)));
    let rng = &mut *desk.rng.borrow_mut();
    let login = desk.verifier.authenticate(LOGIN, &other, &phone, code, desk.time(), rng).unwrap().run(&desk.store);
    assert_eq!(outcome(login), Err(Reason::NotEnrolled));
}
