//! The PSD2 technical standards, (EU) 2018/389, and PCI DSS 4.0.1.

use super::*;
use crate::tape::Tape;
use std::collections::BTreeMap;

#[test]
fn rts_2_no_code_follows_from_the_ones_before() {
    let desk = Desk::new(MemoryStore::new());
    let policy = Policy::PAYMENT.draft().gap(0).unapproved_sends(255).day_sends(255).build().unwrap();
    let purpose = Purpose::<Payment>::new("pay", policy);
    let mut digits = BTreeMap::<(usize, char), u32>::new();
    let mut codes = Vec::new();
    for n in 0..40 {
        let who = Subject::new(&format!("customer-{n}")).unwrap();
        for _ in 0..250 {
            let (_, code) = desk.issue(purpose, &who, &payment(1)).unwrap();
            code.chars().enumerate().for_each(|place| *digits.entry(place).or_default() += 1);
            codes.push(code.parse::<u32>().unwrap());
        }
    }
    // Every digit at every place a tenth of the time: 1,000 of 10,000, give or take six standard deviations.
    assert_eq!(digits.len(), 60);
    assert!(digits.values().all(|count| count.abs_diff(1_000) < 180), "{digits:?}");
    // Nor is the step from one to the next ever the same for long: of 10,000 steps about 0.5 % collide by chance.
    let mut steps: Vec<_> = codes.windows(2).map(|pair| (pair[1] + 1_000_000 - pair[0]) % 1_000_000).collect();
    steps.sort_unstable();
    steps.dedup();
    assert!(steps.len() > 9_850, "{}", steps.len());
}

#[test]
fn rts_2_a_code_is_not_forged_without_its_key() {
    let code = |index, code| {
        let desk = Desk::with_keys(MemoryStore::new(), Keyring::new(&root(index), &root(code)).unwrap());
        desk.issue(PAY, &customer(), &payment(1)).unwrap().1
    };
    assert_ne!(code(1, 2), code(1, 3));
    assert_ne!(code(1, 2), code(3, 2));
}

#[test]
fn rts_6_the_message_shows_what_the_code_authorises() {
    let desk = Desk::new(MemoryStore::new());
    let rng = &mut *desk.rng.borrow_mut();
    let value = payment(129_90);
    let issue = desk.verifier.issue(PAY, &customer(), &value, &phone(), desk.time(), rng).unwrap();
    let issued = issue.run(&desk.store).unwrap();
    let shown = |slip: &Slip<'_, Payment>| {
        assert!(std::ptr::eq(slip.binding(), &raw const value));
        format!("{} to {}: {}", slip.binding().amount(), slip.binding().payee(), slip.code())
    };
    let message = issued.message(&shown).unwrap();
    let code = message.strip_prefix("EUR 129.90 to Anna's Bikes: ").unwrap();
    let verify = desk.verifier.verify(
        PAY,
        &customer(),
        issued.ticket().handle(),
        six(code),
        payment(129_90),
        desk.time(),
        rng,
    );
    let approved = verify.unwrap().run(&desk.store).unwrap();
    assert_eq!(approved.take(desk.time()).unwrap(), value);
}

#[test]
fn rts_6_a_change_of_amount_or_payee_invalidates_the_code() {
    let changed = Payment::new(eur(1), "Anna's Bike", "DE89370400440532013000", "order 4711").unwrap();
    for value in [payment(2), changed] {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, value)), Reason::BindingChanged);
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::BindingChanged);
    }
}

#[test]
fn rts_7_what_is_shown_cannot_deceive_its_reader() {
    for payee in ["Anna\r\n@evil.example #123456", "Anna\u{202E}skiB", "An\u{200B}na", "\u{3164}"] {
        assert_eq!(Payment::new(eur(1), payee, "1", "1"), Err(Invalid::TextCharacter), "{payee:?}");
    }
}

#[test]
fn rts_7_a_batch_is_specific_to_its_total_and_its_payees() {
    const WAGES: Purpose<PaymentBatch> = Purpose::new("wages", Policy::PAYMENT);
    let batch = |first, second: &str| {
        let batch = PaymentBatch::of(Currency::EUR).add(eur(first), "Anna", "DE89").unwrap();
        batch.add(eur(100 - first), second, "FR14").unwrap().build().unwrap()
    };
    assert_eq!(batch(40, "Ben").total(), batch(60, "Ben").total());
    for changed in [batch(60, "Ben"), batch(40, "Bea")] {
        let desk = Desk::new(MemoryStore::new());
        let (handle, code) = desk.issue(WAGES, &customer(), &batch(40, "Ben")).unwrap();
        assert_eq!(reason(desk.verify(WAGES, &customer(), handle, &code, changed)), Reason::BindingChanged);
    }
    assert_eq!(PaymentBatch::of(Currency::EUR).build(), Err(Invalid::Amount));
    let full = PaymentBatch::of(Currency::EUR).add(eur(u64::MAX), "Anna", "DE89").unwrap();
    assert_eq!(full.add(eur(1), "Anna", "DE89").unwrap_err(), Invalid::Amount);
    let mixed = PaymentBatch::of(Currency::EUR).add(Money::new(1, Currency::USD), "Anna", "DE89");
    assert_eq!(mixed.unwrap_err(), Invalid::Currency);
}

/// A way to end a challenge; how many were ended.
type End = fn(&Desk<MemoryStore>, Handle) -> u8;

#[test]
fn rts_10_asvs_6_5_6_a_code_goes_to_a_verified_recipient_and_can_be_revoked() {
    let desk = Desk::new(MemoryStore::new());
    let never = Recipient::sms("+4915112345678").unwrap();
    assert_eq!(reason(issue_to(&desk, PAY, &payment(1), &never)), Reason::RecipientUnverified);
    let cancel: End = |desk, handle| {
        let rng = &mut *desk.rng.borrow_mut();
        let cancel = desk.verifier.cancel(PAY, &customer(), handle, desk.time(), rng).unwrap();
        cancel.run(&desk.store).unwrap().count()
    };
    let report: End = |desk, _| {
        let (rng, phone) = (&mut *desk.rng.borrow_mut(), phone());
        let reporter = Reporter::Vouched(&phone);
        let report = desk.verifier.report(PAY, &customer(), reporter, desk.time(), rng).unwrap();
        report.run(&desk.store).unwrap().count()
    };
    let close: End = |desk, _| {
        let rng = &mut *desk.rng.borrow_mut();
        desk.verifier.close(PAY, &customer(), desk.time(), rng).unwrap().run(&desk.store).unwrap().count()
    };
    for (end, why) in [(cancel, Reason::Cancelled), (report, Reason::Reported), (close, Reason::Closed)] {
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        assert_eq!((open(&desk, PAY), end(&desk, handle), open(&desk, PAY)), (1, 1, 0));
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), why);
        desk.wait(30);
    }
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Closed);
}

#[test]
fn rts_10_the_recipient_reports_with_the_token_of_the_message_and_with_no_other() {
    let desk = Desk::new(MemoryStore::new());
    let rng = &mut *desk.rng.borrow_mut();
    let value = payment(1);
    let issued = desk.verifier.issue(PAY, &customer(), &value, &phone(), desk.time(), rng).unwrap();
    let issued = issued.run(&desk.store).unwrap();
    let token = issued.message(&|slip: &Slip<'_, Payment>| slip.report_token()).unwrap();
    let mut report = |token: ReportToken| {
        let report = desk.verifier.report(PAY, &customer(), Reporter::Token(token), desk.time(), rng).unwrap();
        report.run(&desk.store).map(|ended| ended.count())
    };
    let mut flipped = *token.as_bytes();
    flipped[7] ^= 1;
    let from_handle = issued.ticket().handle().as_bytes()[..8].try_into().unwrap();
    for stray in [flipped, [0; 8], from_handle] {
        assert_eq!(reason(report(ReportToken::from_bytes(stray))), Reason::UnknownHandle);
    }
    assert_eq!(report(token).unwrap(), 1);
    assert_eq!(report(token).unwrap(), 0);
}

#[test]
fn pci_2_nothing_that_was_used_or_overheard_is_good_again() {
    let desk = Desk::new(Tape::default());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let before = desk.store.row();
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::AlreadyApproved);
    desk.wait(30);
    let (next, _) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(reason(desk.verify(PAY, &customer(), next, &code, payment(1))), Reason::WrongCode);
    // The row of one purpose or subject is no row of another.
    let stranger = Subject::new("customer-4712").unwrap();
    let (theirs, their_code) = desk.issue(PAY, &stranger, &payment(1)).unwrap();
    let others: Vec<_> = desk.store.rows.borrow().keys().copied().filter(|key| *key != before.0).collect();
    for key in others {
        desk.store.rows.borrow_mut().insert(key, before.1.clone());
    }
    let transplanted = desk.verify(PAY, &stranger, theirs, &their_code, payment(1));
    assert_eq!(reason(transplanted), Reason::CorruptRecord);
}
