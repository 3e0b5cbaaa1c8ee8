//! What happened, as a value. Every operation that a `Desk` runs is observed, so the whole suite holds events against
//! outcomes; here is what they say.

#[cfg(feature = "tracing")]
mod emitted;
mod table;

use std::collections::BTreeSet;

use countersign::*;

use crate::budget::*;
use crate::devices::*;
use crate::faults::*;
use crate::support::*;

/// Everything that can happen.
pub fn everything() -> Vec<Event> {
    scenes().told
}

/// With what must not be told.
pub fn scenes() -> table::Everything {
    table::everything()
}

/// The notices of what happened, in order.
fn notices<S>(desk: &Desk<S>) -> Vec<Notice> {
    desk.events.borrow().iter().filter_map(Event::notice).collect()
}

/// Charged failures are counted one by one, so whoever watches counts what the record counts.
fn charges<S>(desk: &Desk<S>) -> Vec<u8> {
    desk.events.borrow().iter().filter_map(Event::failures).collect()
}

#[test]
fn f20_the_budget_that_a_thousand_challenges_share_emits_one_lock() {
    let desk = Desk::new(MemoryStore::new());
    for session in 0..1_000_u32 {
        let (value, phone, who) = (payment(1), phone(), customer());
        let issued = desk.act(|verifier, now, rng| {
            verifier.issue(CHATTY, &who, &value, &phone, now, rng)?.request(&session.to_be_bytes(), b"form")
        });
        if let Ok(issued) = issued {
            let sent = (issued.ticket().handle(), code_in(&issued).unwrap());
            desk.miss(CHATTY, &who, &sent);
        }
    }
    assert_eq!(notices(&desk), [Notice::Locked { until: at(START + 1_800) }]);
    assert_eq!(charges(&desk), [1, 2, 3, 4, 5]);
    let events = desk.events.borrow();
    let lock = events.iter().find(|event| event.notice().is_some()).unwrap();
    assert_eq!(
        (lock.kind(), lock.action(), lock.reason()),
        (EventKind::Refused, Action::Verify, Some(Reason::WrongCode))
    );
    assert_eq!((lock.purpose(), lock.lane()), (Some("pay-chatty"), 0));
    let refused = events.iter().filter(|event| event.reason() == Some(Reason::Locked));
    assert!(refused.clone().all(|event| event.action() == Action::Issue && event.challenge().is_none()));
    assert_eq!(refused.count(), 995);
}

#[test]
fn n63b_3_a_new_code_and_a_new_authenticator_do_not_reset_the_count_that_events_tell() {
    let desk = Desk::new(MemoryStore::new());
    for _ in 0..3 {
        let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        desk.miss(PAY, &customer(), &sent);
        desk.wait(30);
    }
    assert_eq!(charges(&desk), [1, 2, 3], "one failure of each of three codes");

    let desk = Desk::new(MemoryStore::new());
    for n in 0..4 {
        let app = Gadget::app(n);
        desk.own(&app);
        desk.guess(&app, 2);
        desk.revoke(&app).unwrap();
        desk.wait(60);
    }
    assert_eq!(charges(&desk), [1, 2, 3, 4, 5, 6, 7, 8], "two failures of each of four keys");
}

#[test]
fn n63b_8_the_hundredth_failure_emits_the_disablement_and_the_one_before_the_alert() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 100);
    assert_eq!(charges(&desk), (1..=100).collect::<Vec<u8>>());
    let notices = notices(&desk);
    let [locks @ .., alert, disabled] = &notices[..] else { panic!("{notices:?}") };
    assert_eq!((*alert, *disabled), (Notice::NextDisables, Notice::Disabled));
    assert!(locks.len() >= 19 && locks.iter().all(|notice| matches!(notice, Notice::Locked { .. })), "{locks:?}");
    assert_eq!(desk.event().failures(), Some(100));
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Disabled);
    assert_eq!(desk.event().reason(), Some(Reason::Disabled));
    assert!(!desk.event().is_charged());
}

#[test]
fn asvs_16_3_1_success_and_failure_are_told_with_who_when_and_why() {
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let issued = desk.event();
    desk.wait(7);
    desk.miss(PAY, &customer(), &sent);
    let refused = desk.event();
    let approved = desk.verify(PAY, &customer(), sent.0, &sent.1, payment(1)).unwrap();
    let told = desk.event();
    assert_eq!(
        [issued, refused, told].map(|event| (event.kind(), event.reason(), event.at().as_secs() - START)),
        [
            (EventKind::Issued, None, 0),
            (EventKind::Refused, Some(Reason::WrongCode), 7),
            (EventKind::Approved, None, 7)
        ]
    );
    for event in [issued, refused, told] {
        assert_eq!((event.subject(), event.challenge()), (approved.subject(), Some(approved.id())));
        assert_eq!(event.binding(), Some(desk.verifier.binding_tag(PAY, &customer(), &payment(1)).unwrap()));
    }
    assert_eq!((issued.channel(), told.channel()), (Some(RecipientKind::Sms), None));

    desk.own(&PHONE);
    desk.wait(30);
    let person = desk.authenticate(&PHONE, &PHONE.shown(desk.now.get())).unwrap();
    assert_eq!((desk.event().kind(), desk.event().subject()), (EventKind::Authenticated, person.subject()));
    desk.guess(&PHONE, 1);
    assert_eq!((desk.event().kind(), desk.event().reason()), (EventKind::Refused, Some(Reason::WrongCode)));
}

#[test]
fn a_binding_tag_is_that_of_its_value_subject_purpose_and_lane_alone() {
    let desk = Desk::new(MemoryStore::new());
    let tag = |purpose, who: &Subject, minor| desk.verifier.binding_tag(purpose, who, &payment(minor)).unwrap();
    let stranger = Subject::new("customer-4712").unwrap();
    let lanes = Purpose::<Payment>::new("pay-lanes", lanes(2));
    let on = customer().on(Device::ONE);
    let tags = [
        tag(PAY, &customer(), 1),
        tag(PAY, &customer(), 2),
        tag(PAY, &stranger, 1),
        tag(CHATTY, &customer(), 1),
        tag(lanes, &customer(), 1),
        tag(lanes, &on, 1),
    ];
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len());
    assert_eq!(tag(PAY, &customer(), 1), tags[0]);
    assert_eq!(desk.verifier.binding_tag(PAY, &on, &payment(1)), Err(Invalid::Lanes));
}

fn lanes(count: u8) -> Policy {
    let wide = Ceilings::per_million(1_000, 10_000, 10_000);
    Policy::PAYMENT.draft().lanes(count).ceilings(wide).build().unwrap()
}

#[test]
fn a_repeat_and_a_decoy_send_nothing_and_say_so() {
    let desk = Desk::new(MemoryStore::new());
    let (value, phone, who) = (payment(1), phone(), customer());
    for kind in [EventKind::Issued, EventKind::Silent, EventKind::Silent] {
        let issue = desk.act(|verifier, now, rng| {
            verifier.issue(PAY, &who, &value, &phone, now, rng)?.request(b"session", b"form")
        });
        let issued = issue.unwrap();
        assert_eq!((desk.event().kind(), code_in(&issued).is_some()), (kind, kind == EventKind::Issued));
        let first = desk.events.borrow()[0];
        assert_eq!(desk.event().challenge(), first.challenge(), "a repeat is of the same challenge");
    }
    let (nobody, decoy) = (Subject::new("decoy:4711").unwrap(), Recipient::decoy(RecipientKind::Sms));
    let _ = desk.act(|verifier, now, rng| verifier.issue(PAY, &nobody, &value, &decoy, now, rng)).unwrap();
    assert_eq!((desk.event().kind(), desk.event().action()), (EventKind::Silent, Action::Issue));
}

#[test]
fn what_is_observed_is_what_would_have_come_otherwise_on_either_loop() {
    for wrong in [false, true] {
        let [plain, observed, awaited] = [0, 1, 2].map(|path| {
            let desk = Desk::new(Counted::new(MemoryStore::new()));
            let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
            let code = if wrong { not(&code) } else { code };
            let rng = &mut *desk.rng.borrow_mut();
            let verify =
                desk.verifier.verify(PAY, &customer(), handle, six(&code), payment(1), desk.time(), rng).unwrap();
            desk.store.calls();
            let (event, outcome) = match path {
                0 => (None, verify.run(&desk.store)),
                1 => taken_apart(verify.run_observed(&desk.store)),
                _ => taken_apart(block_on(verify.run_observed_async(&desk.store))),
            };
            let outcome = outcome.map(|approved| (approved.id(), approved.subject(), approved.at()));
            (event, outcome, desk.store.calls(), desk.store.written())
        });
        assert_eq!((plain.1, plain.2, &plain.3), (observed.1, observed.2, &observed.3));
        assert_eq!(observed, awaited);
    }
}

fn taken_apart<T, E>(observed: Observed<T, E>) -> (Option<Event>, Result<T, Failure<E>>) {
    (Some(observed.event), observed.outcome)
}

#[test]
fn f55_an_error_at_any_store_call_is_told_as_one_with_who_and_what() {
    for (call, fault) in [(0, Fault::Error), (1, Fault::Error), (2, Fault::Error)] {
        let desk = Desk::new(Failing::new(MemoryStore::new()));
        let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        let issued = desk.event();
        desk.store.plan(call..3, fault);
        let came = desk.verify(PAY, &customer(), sent.0, &sent.1, payment(1));
        let event = desk.event();
        if call == 2 {
            assert!(came.is_ok(), "a verify that landed makes two calls");
            continue;
        }
        assert!(matches!(came, Err(Failure::Unavailable(Unavailable::Store(_)))));
        assert_eq!((event.kind(), event.action()), (EventKind::StoreUnavailable, Action::Verify));
        assert_eq!((event.challenge(), event.subject()), (issued.challenge(), issued.subject()));
        assert_eq!((event.reason(), event.is_charged()), (None, false));
    }
}

#[test]
fn asvs_16_2_5_f65_no_event_prints_a_code_handle_subject_address_or_amount() {
    let events = table::everything();
    let (who, phone) = (customer(), phone());
    assert!(format!("{who:?} {phone:?}").len() < 400);
    let secret = ["customer-471", "49151", "12990", "129.90", "Anna", "DE8937", "order 4711", "session", "@"];
    for event in &events.told {
        let printed = format!("{event:?} {event:#?}");
        assert!(!secret.iter().any(|secret| printed.contains(secret)), "{printed}");
        assert!(!events.secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
    }
    assert!(events.secrets.len() > 20 && events.told.len() > 80);
}

#[test]
fn an_event_is_small_and_copied() {
    const fn copied<T: Copy + Send + Sync + 'static>() -> usize {
        size_of::<T>()
    }
    assert!(copied::<Event>() <= 256, "{}", copied::<Event>());
}
