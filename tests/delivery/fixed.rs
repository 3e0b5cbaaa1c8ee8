//! What is fixed at issue, and asked again when a leg's turn comes.

use countersign::*;

use crate::scripted::{Answer, Provider};
use crate::stage::*;

const WITHDRAW: Purpose<Payment> = Purpose::new("withdraw", Policy::WITHDRAWAL);

#[test]
fn f39_the_route_is_fixed_at_issue_recipient_for_recipient_and_in_order() {
    let (who, value) = (customer(), payment());
    let first = route(&[text(), call(), mail()]);
    let others = [
        route(&[text(), call()]),
        route(&[text(), mail(), call()]),
        route(&[call(), text(), mail()]),
        route(&[text(), Leg::new(Recipient::voice(OTHER).unwrap().verified(VERIFIED)), mail()]),
        route(&[other_text(), call(), mail()]),
        Route::from(text().recipient()),
    ];
    for other in others {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Answer::Now(Delivery::Unknown)]);
        let errand = Errand::new(PATIENT, &who, &value, first);
        let handle = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap().ticket().handle();
        stage.clock.advance(30);
        let changed = Errand::new(PATIENT, &who, &value, other);
        for deed in [Deed::Onward(handle), Deed::Resend(handle)] {
            let refused = stage.go(Drive::Blocking, deed, &changed, &provider);
            assert_eq!(reason(refused), Some(Reason::RecipientChanged), "{deed:?} {other:?}");
        }
        assert_eq!(provider.given().len(), 1);
        let slower = Errand::new(PATIENT, &who, &value, route(&[text().timeout(60), call().timeout(1), mail()]));
        let onward = stage.go(Drive::Blocking, Deed::Onward(handle), &slower, &provider).unwrap();
        assert_eq!(deliveries(&onward), [(RecipientKind::Voice, Delivery::Sent)], "time-outs are configuration");
        assert_eq!(provider.given()[1].address, NUMBER);
    }
}

#[test]
fn f39_another_value_ends_the_challenge_and_no_channel_gets_its_code() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::Now(Delivery::Unknown)]);
    let (who, value) = (customer(), payment());
    let dearer =
        Payment::new(Money::new(999_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711");
    let (first, second) = (Errand::new(PATIENT, &who, &value, three()), dearer.unwrap());
    let handle = stage.go(Drive::Blocking, Deed::Issue, &first, &provider).unwrap().ticket().handle();
    stage.clock.advance(30);
    let changed = Errand::new(PATIENT, &who, &second, three());
    let refused = stage.go(Drive::Blocking, Deed::Onward(handle), &changed, &provider);
    assert_eq!(reason(refused), Some(Reason::BindingChanged));
    let code = provider.given()[0].text.clone();
    assert_eq!(reason(stage.verify(PATIENT, handle, &code)), Some(Reason::BindingChanged));
    assert_eq!(provider.given().len(), 1);
}

#[test]
fn n63b_4_a_payments_route_has_no_email_unless_its_policy_names_it() {
    let (who, value) = (customer(), payment());
    for (purpose, refused) in [(PAY, Some(Reason::RecipientKind)), (MAILED, None)] {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        let errand = Errand::new(purpose, &who, &value, three());
        assert_eq!(reason(stage.go(Drive::Blocking, Deed::Issue, &errand, &provider)), refused);
        assert_eq!(provider.given().len(), usize::from(refused.is_none()), "not even by the first leg");
    }
}

#[test]
fn n63b_4_an_email_leg_neither_lengthens_a_code_nor_lets_one_to_a_phone_live_for_a_day() {
    const CONTACT: Purpose<Payment> = Purpose::new("contact", Policy::CONTACT);
    let (who, value) = (customer(), payment());
    for (legs, seconds) in
        [(vec![text(), mail()], 600), (vec![mail(), text()], 600), (vec![mail()], 86_400), (vec![text()], 600)]
    {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Answer::Now(Delivery::NotSent)]);
        let errand = Errand::new(CONTACT, &who, &value, route(&legs));
        let journey = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
        assert_eq!(journey.ticket().expires().as_secs() - START, seconds, "{legs:?}");
    }
}

#[test]
fn n63b_5_rts_10_every_leg_is_verified_and_settled_at_issue_and_again_when_its_turn_comes() {
    let (who, value) = (customer(), payment());
    let at = UnixTime::from_secs;
    let unverified = Leg::new(Recipient::voice(NUMBER).unwrap());
    let ported = Leg::new(call().recipient().changed(at(START - 3_600)));
    for (leg, expected) in [(unverified, Reason::RecipientUnverified), (ported, Reason::RecipientTooNew)] {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        let errand = Errand::new(WITHDRAW, &who, &value, route(&[text(), leg]));
        assert_eq!(reason(stage.go(Drive::Blocking, Deed::Issue, &errand, &provider)), Some(expected));
        assert_eq!((provider.given().len(), stage.store.len()), (0, 0));

        // It was good at the issue, and is ported while the code is open.
        let good = Errand::new(WITHDRAW, &who, &value, route(&[text(), call()]));
        provider.will([Answer::Now(Delivery::Unknown)]);
        let handle = stage.go(Drive::Blocking, Deed::Issue, &good, &provider).unwrap().ticket().handle();
        stage.clock.advance(30);
        let refused = stage.go(Drive::Blocking, Deed::Onward(handle), &errand, &provider);
        assert_eq!(reason(refused), Some(expected), "{leg:?}");
        assert_eq!(provider.kinds(), [RecipientKind::Sms]);
    }
}

#[test]
fn rts_10_whoever_a_leg_reached_can_revoke_the_code() {
    let (who, value) = (customer(), payment());
    for leg in [text(), call()] {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Answer::Now(Delivery::NotSent)]);
        let errand = Errand::new(PAY, &who, &value, route(&[text(), call()]));
        let handle = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap().ticket().handle();
        let reporter = Reporter::Vouched(leg.recipient());
        let ended = stage.act(|v, now, rng| v.report(PAY, &who, reporter, now, rng)).unwrap();
        assert_eq!(ended.count(), 1, "{leg:?}");
        let code = provider.given()[0].text.clone();
        assert_eq!(reason(stage.verify(PAY, handle, &code)), Some(Reason::Reported));
    }
}

#[test]
fn a_repeat_of_the_request_sends_nothing_and_one_along_another_route_is_refused() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    let (who, value) = (customer(), payment());
    let errand = Errand::new(PAY, &who, &value, route(&[text(), call()])).request(b"session", b"form");
    let first = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
    let again = stage.go(Drive::Awaited, Deed::Issue, &errand, &provider).unwrap();
    assert_eq!((again.outcome(), again.attempts().count(), again.ticket()), (Outcome::Silent, 0, first.ticket()));
    let other = Errand::new(PAY, &who, &value, text().recipient()).request(b"session", b"form");
    assert_eq!(reason(stage.go(Drive::Blocking, Deed::Issue, &other, &provider)), Some(Reason::RequestReused));
    assert_eq!(provider.given().len(), 1);
}
