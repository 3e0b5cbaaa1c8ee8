//! A payment from beginning to end.

use crate::support::*;
use countersign::*;

#[test]
fn the_right_code_approves_the_payment_that_it_was_sent_for_once() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(129_90)).unwrap();
    let approved = desk.verify(PAY, &customer(), handle, &code, payment(129_90)).unwrap();
    assert_eq!(approved.take(desk.time()).unwrap(), payment(129_90));
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(129_90))), Reason::AlreadyApproved);
}

#[test]
fn five_wrong_codes_lock_for_half_an_hour_and_the_right_one_does_not_help() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for left in (1..5).rev() {
        let refused = refused(desk.verify(PAY, &customer(), handle, &not(&code), payment(1)));
        assert_eq!(refused.hint(), Hint::TryAgain { attempts_left: left });
        assert_eq!(refused.notice(), None);
    }
    let until = at(START + 1_800);
    let locked = refused(desk.verify(PAY, &customer(), handle, &not(&code), payment(1)));
    assert_eq!((locked.hint(), locked.notice()), (Hint::Wait { until }, Some(Notice::Locked { until })));
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::Locked);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Locked);
    desk.wait(1_800);
    assert!(desk.issue(PAY, &customer(), &payment(1)).is_ok());
}

#[test]
fn a_double_click_sends_once() {
    let desk = Desk::new(MemoryStore::new());
    let click = |payment: &Payment, request: &[u8]| {
        let rng = &mut *desk.rng.borrow_mut();
        let issue = desk.verifier.issue(PAY, &customer(), payment, &phone(), desk.time(), rng).unwrap();
        let issued = issue.request(b"session", request).unwrap().run(&desk.store)?;
        Ok::<_, Failure<MemoryStoreError>>((issued.ticket().handle(), code_in(&issued)))
    };
    let (first, message) = click(&payment(1), b"form-1").unwrap();
    assert!(message.is_some());
    assert_eq!(click(&payment(1), b"form-1").unwrap(), (first, None));
    assert_eq!(reason(click(&payment(2), b"form-1")), Reason::RequestReused);
    assert_eq!(reason(click(&payment(1), b"form-2")), Reason::TooSoon);
    assert!(desk.verify(PAY, &customer(), first, &message.unwrap(), payment(1)).is_ok());
}

#[test]
fn a_decoy_looks_the_same_and_never_approves() {
    let desk = Desk::new(MemoryStore::new());
    let rng = &mut *desk.rng.borrow_mut();
    let nobody = Subject::new("nobody").unwrap();
    let (decoy, payment) = (Recipient::decoy(RecipientKind::Sms), payment(1));
    let issued =
        desk.verifier.issue(PAY, &nobody, &payment, &decoy, desk.time(), rng).unwrap().run(&desk.store).unwrap();
    assert_eq!(code_in(&issued), None);
    assert_eq!(issued.ticket().expires(), at(START + 300));
}
