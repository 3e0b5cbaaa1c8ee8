//! NIST SP 800-63B-4, and RFC 4226 where a server that sends codes can meet it.

use super::*;
use rand_chacha::rand_core::SeedableRng;

#[test]
fn n63b_1_a_code_has_at_least_six_digits_from_a_cryptographic_generator() {
    for count in 0..6 {
        assert_eq!(Digits::new(count), Err(Invalid::DigitCount));
        assert_eq!(Format::letters(count), Err(Invalid::LetterCount));
    }
    assert!(PROFILES.iter().all(|policy| policy.format().keyspace() >= 1_000_000));
    // HMAC-SHA-256 under at least 256 bits, over 128 bits that were drawn for this challenge.
    assert_eq!(RootKey::from_bytes(&[7; 31]).unwrap_err(), Invalid::RootKeyLength);
    let code = |seed: u8| {
        let desk = Desk::new(MemoryStore::new());
        *desk.rng.borrow_mut() = SeedableRng::from_seed([seed; 32]);
        desk.issue(PAY, &customer(), &payment(1)).unwrap()
    };
    assert_eq!(code(1), code(1));
    assert_ne!(code(1), code(2));
}

#[test]
fn n63b_2_asvs_6_5_5_a_code_is_over_after_ten_minutes_at_most() {
    for policy in PROFILES {
        let sms = policy.lifetime_for(RecipientKind::Sms);
        assert!((1..=600).contains(&sms));
        assert_eq!(policy.draft().lifetime(601).build(), Err(Invalid::Lifetime));
        let purpose = Purpose::<Payment>::new("any", policy);
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        desk.wait(sms.into());
        assert_eq!(reason(desk.verify(purpose, &customer(), handle, &code, payment(1))), Reason::Expired);
    }
}

#[test]
fn n63b_2_rts_1_asvs_6_5_1_a_code_is_accepted_once() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
    for seconds in [0, 30, 300, 86_400] {
        desk.wait(seconds);
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::AlreadyApproved);
    }
}

#[test]
fn n63b_3_asvs_6_6_3_r4226_9_a_new_code_does_not_reset_the_count_of_failures() {
    let desk = Desk::new(MemoryStore::new());
    for failures in 1..=4 {
        let (handle, code) = desk.issue(PAY, &customer(), &payment(failures)).unwrap();
        assert!(desk.verify(PAY, &customer(), handle, &not(&code), payment(failures)).is_err());
        let status = desk.status(PAY, &customer());
        assert_eq!(u64::from(status.consecutive_failures()), failures);
        desk.wait(30);
    }
    // A session of its own, on a node of its own.
    let (handle, code) = desk.issue(PAY, &customer(), &payment(5)).unwrap();
    let node = Desk::new(&desk.store);
    node.wait(120);
    assert!(node.verify(PAY, &customer(), handle, &not(&code), payment(5)).is_err());
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(5))), Reason::Locked);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(6))), Reason::Locked);
}

#[test]
fn n63b_4_a_payment_is_not_confirmed_by_mail_and_an_address_is() {
    let mail = Recipient::email("anna@example.com").unwrap();
    let desk = Desk::new(MemoryStore::new());
    let refused = refused(issue_to(&desk, PAY, &payment(1), &mail.verified(VERIFIED)));
    assert_eq!((refused.reason(), refused.hint()), (Reason::RecipientKind, Hint::OtherRecipient));
    for policy in [Policy::PAYMENT, Policy::LOGIN, Policy::WITHDRAWAL, Policy::STRICT] {
        assert!(!policy.allows(RecipientKind::Email));
        // Only a purpose that takes unverified addresses may give a mail more than ten minutes.
        let draft = policy.draft().allow(RecipientKind::Email);
        assert_eq!(draft.email_lifetime(601).build(), Err(Invalid::Lifetime));
    }
    let change = ContactChange::add("anna@example.com").unwrap();
    let (ticket, code) = issue_to(&desk, CONTACT, &change, &mail).unwrap();
    assert!(desk.verify(CONTACT, &customer(), ticket.handle(), &code, change).is_ok());
}

#[test]
fn n63b_5_a_changed_number_is_another_recipient_and_has_to_settle() {
    const WITHDRAW: Purpose<Payment> = Purpose::new("withdraw", Policy::WITHDRAWAL);
    let desk = Desk::new(MemoryStore::new());
    let number = Recipient::sms("+4915112345679").unwrap();
    assert_eq!(reason(issue_to(&desk, PAY, &payment(1), &number)), Reason::RecipientUnverified);
    for (changed, settled) in [(START, false), (START - 86_399, false), (START - 86_400, true), (START + 1, false)] {
        let swapped = number.verified(VERIFIED).changed(at(changed));
        let fresh = number.verified(at(changed));
        for recipient in [swapped, fresh] {
            let desk = Desk::new(MemoryStore::new());
            match issue_to(&desk, WITHDRAW, &payment(1), &recipient) {
                Ok(_) => assert!(settled, "{changed}"),
                Err(failure) => {
                    assert!(!settled, "{changed}");
                    assert_eq!(reason::<(), _>(Err(failure)), Reason::RecipientTooNew);
                }
            }
        }
    }
}

#[test]
fn n63b_10_an_issued_code_lives_ten_minutes_by_phone_and_a_day_by_mail() {
    let change = ContactChange::add("anna@example.com").unwrap();
    for (to, lifetime) in [
        (Recipient::sms("+4915112345678").unwrap(), 600),
        (Recipient::voice("+4915112345678").unwrap(), 600),
        (Recipient::email("anna@example.com").unwrap(), 86_400),
    ] {
        let desk = Desk::new(MemoryStore::new());
        let (ticket, code) = issue_to(&desk, CONTACT, &change, &to).unwrap();
        assert_eq!(ticket.expires(), at(START + lifetime));
        desk.wait(lifetime);
        let late = desk.verify(CONTACT, &customer(), ticket.handle(), &code, change.clone());
        assert_eq!(reason(late), Reason::Expired);
    }
    assert_eq!(Policy::CONTACT.draft().email_lifetime(86_401).build(), Err(Invalid::Lifetime));
}

#[test]
fn r4226_7_the_limit_locks_and_says_that_the_owner_is_to_be_told() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let notices: Vec<_> =
        (0..5).map(|_| refused(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))).notice()).collect();
    let until = at(START + 1_800);
    assert_eq!(notices, [None, None, None, None, Some(Notice::Locked { until })]);
}
