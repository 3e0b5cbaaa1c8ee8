//! Accounts that do not exist: the same calls, the same work on the record, the same hints, and no message.

use super::*;
use crate::tape::Tape;

/// Everything that somebody without the phone sees who asks for a change: tickets, hints, store calls and their sizes.
fn story(row: &[Contact]) -> (Vec<String>, usize) {
    let desk = Desk::new(Tape::default());
    let (mut seen, mut messages) = (Vec::new(), 0);
    let old = row[0].address().clone();
    let release = || ContactRelease::replace(row, &old, address(NEW)).unwrap();
    for round in 0..12 {
        let value = release();
        let to = value.through().recipient();
        let issued = desk.act(|v, now, rng| v.issue(RELEASE, &customer(), &value, &to, now, rng));
        let handle = match issued {
            Ok(issued) => {
                messages += usize::from(code_in(&issued).is_some());
                seen.push(format!("{round} {:?} {:?}", issued.ticket(), desk.store.calls()));
                issued.ticket().handle()
            }
            refusal => {
                let hint = refused(refusal.map(drop)).hint();
                seen.push(format!("{round} {hint:?} {:?}", desk.store.calls()));
                desk.wait(3_600);
                continue;
            }
        };
        desk.wait(30);
        let again = desk.act(|v, now, rng| v.resend(RELEASE, &customer(), handle, &value, &to, now, rng)).unwrap();
        messages += usize::from(code_in(&again).is_some());
        seen.push(format!("{:?} {:?}", again.ticket(), desk.store.calls()));
        for _ in 0..2 {
            let guess = refused(desk.verify(RELEASE, &customer(), handle, "000000", release()));
            seen.push(format!("{:?} {:?} {:?}", guess.hint(), guess.notice(), desk.store.calls()));
        }
        desk.wait(30);
    }
    (seen, messages)
}

#[test]
fn f68_a_change_of_nobodys_contact_looks_like_one_of_somebodys_and_sends_nothing() {
    for kind in [RecipientKind::Sms, RecipientKind::Email] {
        let real = settled(if kind == RecipientKind::Sms { OLD } else { MAIL });
        let (known, messages) = story(&[real]);
        assert_eq!((known.clone(), 0), story(&[Contact::decoy(kind)]));
        assert!(messages > 4 && known.iter().any(|line| line.contains("Locked")), "{known:#?}");
    }
}

/// With the same randomness, the decoy's code is the one that its twin would accept; it lets nothing go.
#[test]
fn f68_no_code_lets_a_decoy_go() {
    let row = [Contact::decoy(RecipientKind::Sms)];
    let release = ContactRelease::replace(&row, row[0].address(), address(NEW)).unwrap();
    let desk = Desk::new(Tape::default());
    let (handle, code) = desk.ask(RELEASE, &release, &release.through().recipient()).unwrap();
    assert_eq!(code, "");
    for code in ["000000", "123456", "999999"] {
        assert!(desk.verify(RELEASE, &customer(), handle, code, release.clone()).is_err());
    }
    let real = Recipient::sms(OLD).unwrap().verified(VERIFIED);
    assert_eq!(invalid(desk.ask(RELEASE, &release, &real)), Invalid::WrongRecipient, "nor is it anybody else's");
}

/// Somebody signs up with an address that another account has: nothing is sent there but what the caller sends.
#[test]
fn f68_a_registration_of_a_taken_address_looks_like_any_other() {
    let look = |taken: bool| {
        let desk = Desk::new(Tape::default());
        let registration = ContactRegistration::new(&[], address(MAIL)).unwrap();
        let decoy = Recipient::decoy(RecipientKind::Email);
        let to = if taken { decoy } else { registration.address().recipient() };
        let issued = desk.act(|v, now, rng| v.issue(REGISTER, &customer(), &registration, &to, now, rng)).unwrap();
        let (handle, sent) = (issued.ticket().handle(), code_in(&issued).is_some());
        let guess = refused(desk.verify(REGISTER, &customer(), handle, "000000", registration.clone()));
        (sent, format!("{:?} {:?} {:?}", issued.ticket(), guess.hint(), desk.store.calls()))
    };
    let ((sent, free), (unsent, taken)) = (look(false), look(true));
    assert_eq!((sent, unsent, free), (true, false, taken));
}
