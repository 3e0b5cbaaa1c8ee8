//! A payment from beginning to end.

use crate::faults::*;
use crate::support::*;
use crate::tape::{Call, Tape};
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

#[test]
fn one_handle_has_one_text() {
    let handle = Handle::from_bytes([0x01; 16]);
    let text = handle.to_text();
    assert_eq!(text.len(), 26);
    assert_eq!(Handle::parse(&text), Ok(handle));
    assert_eq!(Handle::parse(&Handle::from_bytes([0xff; 16]).to_text()), Ok(Handle::from_bytes([0xff; 16])));
    // As the decoder would read it too: in small letters, with letters for digits, with bits behind the last byte.
    let behind = format!("{}{}", &text[..25], char::from(text.as_bytes()[25] + 1));
    let others =
        [text.to_lowercase(), text.replace('0', "O"), text.replace('1', "I"), text.replace('1', "L"), behind];
    for other in others {
        assert_ne!(other, text);
        assert_eq!(Handle::parse(&other), Err(Invalid::Handle), "{other}");
    }
    for other in
        ["", &text[..25], &format!("{text}0"), &format!(" {}", &text[..25]), &"U".repeat(26), &"é".repeat(13)]
    {
        assert_eq!(Handle::parse(other), Err(Invalid::Handle), "{other}");
    }
}

#[test]
fn what_ends_nothing_writes_nothing_unless_something_has_run_out() {
    let desk = Desk::new(Tape::default());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let length = desk.store.row().1.len();
    let (looks, writes) = (vec![Call::Load(Some(length))], vec![Call::Load(Some(length)), Call::Swap(length)]);
    let end = |handle| {
        desk.store.calls();
        let ended = desk.act(|verifier, now, rng| verifier.cancel(PAY, &customer(), handle, now, rng));
        (ended.map(|ended| ended.count()).map_err(|failure| reason::<(), _>(Err(failure))), desk.store.calls())
    };
    assert_eq!(end(Handle::from_bytes([0; 16])), (Err(Reason::UnknownHandle), looks.clone()));
    assert_eq!(end(handle), (Ok(1), writes.clone()));
    assert_eq!(end(handle), (Ok(0), looks.clone()));
    desk.wait(30);
    let (second, _) = desk.issue(PAY, &customer(), &payment(2)).unwrap();
    let length = desk.store.row().1.len();
    let (looks, writes) = (vec![Call::Load(Some(length))], vec![Call::Load(Some(length)), Call::Swap(length)]);
    desk.wait(300);
    assert_eq!(end(handle), (Ok(0), writes), "the second one has expired");
    assert_eq!(end(second), (Ok(0), looks));
    assert_eq!(reason(desk.verify(PAY, &customer(), second, &code, payment(2))), Reason::Expired);
}

#[test]
fn a_message_says_for_how_many_whole_minutes_its_code_is_good_and_never_0() {
    let policy = |seconds| Policy::PAYMENT.draft().lifetime(seconds).build().unwrap();
    let minutes = |seconds, later| {
        let (desk, purpose) = (Desk::new(MemoryStore::new()), Purpose::<Payment>::new("pay", policy(seconds)));
        let (handle, _) = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        desk.wait(later);
        let (who, value, phone, rng) = (customer(), payment(1), phone(), &mut *desk.rng.borrow_mut());
        let resend = desk.verifier.resend(purpose, &who, handle, &value, &phone, desk.time(), rng).unwrap();
        resend.run(&desk.store).unwrap().message(&|slip: &Slip<'_, Payment>| slip.minutes()).unwrap()
    };
    for (left, whole) in [(1, 1), (59, 1), (60, 1), (119, 1), (120, 2), (121, 2), (179, 2), (180, 3), (270, 4)] {
        assert_eq!(minutes(300, 300 - left), whole, "{left} seconds");
    }
    assert_eq!(minutes(600, 30), 9);
}

#[test]
fn a_record_is_kept_for_a_day_longer_than_the_last_window_of_what_is_open() {
    let desk = Desk::new(Counted::new(MemoryStore::new()));
    let kept = || desk.store.written().keep_for().unwrap();
    let _ = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(kept(), 2 * 86_400, "the day window is the last to end");
    desk.wait(86_400 - 10);
    let (handle, _) = desk.issue(PAY, &customer(), &payment(2)).unwrap();
    assert_eq!(kept(), 86_400 + 300, "the challenge is");
    let _ = desk.act(|verifier, now, rng| verifier.cancel(PAY, &customer(), handle, now, rng)).unwrap();
    assert_eq!(kept(), 86_400 + 10, "it is over");
}
