//! What messages cost, and what comes back.

use countersign::*;

use crate::scripted::{Answer, Provider};
use crate::stage::*;

/// No gap, and no other limit in the way of the day's.
const ROOMY: Purpose<Payment> =
    Purpose::new("pay-roomy", built(Policy::PAYMENT.draft().gap(0).unapproved_sends(30).open(4)));

#[test]
fn f70_a_failed_send_is_charged_the_gap_stays_and_the_challenge_counts_it() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::Now(Delivery::NotSent); 3]);
    let (who, value, phone) = (customer(), payment(), text());
    let errand = Errand::new(PAY, &who, &value, phone.recipient());
    let handle = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap().ticket().handle();
    assert_eq!(stage.day_sends(PAY), 0, "the day has it back");
    for deed in [Deed::Issue, Deed::Resend(handle)] {
        assert_eq!(reason(stage.go(Drive::Blocking, deed, &errand, &provider)), Some(Reason::TooSoon), "{deed:?}");
    }
    for _ in 0..2 {
        stage.clock.advance(30);
        stage.go(Drive::Blocking, Deed::Resend(handle), &errand, &provider).unwrap();
    }
    stage.clock.advance(30);
    let fourth = stage.go(Drive::Blocking, Deed::Resend(handle), &errand, &provider);
    assert_eq!(reason(fourth), Some(Reason::ChallengeSends));
    assert_eq!((provider.given().len(), stage.day_sends(PAY)), (3, 0));
}

#[test]
fn f70_the_day_gets_back_three_messages_and_no_more_whoever_asks_how_often() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    provider.will([Answer::Now(Delivery::NotSent); 1_000]);
    let (who, value, phone) = (customer(), payment(), text());
    let errand = Errand::new(ROOMY, &who, &value, phone.recipient());
    let mut spent = Vec::new();
    let mut refused = None;
    for _ in 0..1_000 {
        match stage.go(Drive::Blocking, Deed::Issue, &errand, &provider) {
            Ok(_) => spent.push(stage.day_sends(ROOMY)),
            Err(failure) => refused = failure.refusal().map(Refused::reason),
        }
    }
    assert_eq!(spent[..5], [0, 0, 0, 1, 2]);
    assert_eq!((provider.given().len(), refused), (33, Some(Reason::DaySends)), "thirty a day, and three");
    stage.clock.advance(86_400);
    stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
    assert_eq!(stage.day_sends(ROOMY), 0, "another day gives back its own");
}

#[test]
fn f70_a_day_gives_back_nothing_that_the_day_before_paid_for() {
    let stage = Stage::new(MemoryStore::new());
    let (who, value, phone) = (customer(), payment(), text());
    let issue = |rng: &mut _| {
        stage
            .verifier
            .issue(PAY, &who, &value, phone.recipient(), stage.now(), rng)
            .unwrap()
            .run(&stage.store)
            .unwrap()
    };
    let rng = &mut stage.rng.borrow().clone();
    let _ = issue(rng);
    stage.clock.advance(86_390); // ten seconds before the day window ends
    let late = issue(rng);
    stage.clock.advance(30); // the next window begins with this issue
    let _ = issue(rng);
    assert_eq!(stage.day_sends(PAY), 1);
    let (handle, key) = (late.ticket().handle(), late.key());
    let settle = stage.verifier.settle(PAY, &who, handle, &key, Delivery::NotSent, stage.now(), rng).unwrap();
    assert_eq!(settle.run(&stage.store).unwrap(), Settled::Now { refunded: false });
    assert_eq!(stage.day_sends(PAY), 1);
}

#[test]
fn an_approval_refunds_no_message_that_was_given_back_already() {
    const TWO: Purpose<Payment> =
        Purpose::new("pay-two", built(Policy::PAYMENT.draft().gap(0).unapproved_sends(3).open(4)));
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    let (who, value) = (customer(), payment());
    let errand = Errand::new(TWO, &who, &value, route(&[text(), call()]));
    stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap(); // 1 unapproved, for good
    provider.will([Answer::Now(Delivery::NotSent)]);
    let journey = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap(); // two sends, one given back: 2
    let code = provider.given()[1].text.clone();
    stage.verify(TWO, journey.ticket().handle(), &code).unwrap(); // back to 1
    for _ in 0..2 {
        stage.go(Drive::Blocking, Deed::Issue, &errand, &provider).unwrap();
    }
    let fourth = stage.go(Drive::Blocking, Deed::Issue, &errand, &provider);
    assert_eq!(reason(fourth), Some(Reason::DaySends), "three that nobody approved");
}

#[test]
fn what_was_said_first_of_a_message_stands() {
    const ALL: [Delivery; 3] = [Delivery::Sent, Delivery::NotSent, Delivery::Unknown];
    for said in ALL {
        let stage = Stage::new(MemoryStore::new());
        let (who, value, legs) = (customer(), payment(), route(&[text(), call()]));
        let issued = stage.act(|v, now, rng| v.issue(MAILED, &who, &value, legs, now, rng)).unwrap();
        let (handle, key) = (issued.ticket().handle(), issued.key());
        let settle =
            |delivery| stage.act(|v, now, rng| v.settle(MAILED, &who, handle, &key, delivery, now, rng)).unwrap();
        assert_eq!(settle(said), Settled::Now { refunded: said == Delivery::NotSent });
        for later in ALL {
            assert_eq!(settle(later), Settled::Before(said), "{said:?}, {later:?}");
        }
    }
}

#[test]
fn a_message_is_settled_once_and_an_answer_about_another_settles_nothing() {
    let stage = Stage::new(MemoryStore::new());
    let (who, value) = (customer(), payment());
    let settle = |key: &IdempotencyKey, handle, delivery| {
        stage.act(|v, now, rng| v.settle(MAILED, &who, handle, key, delivery, now, rng)).unwrap()
    };
    let legs = route(&[text(), call()]);
    let issued = stage.act(|v, now, rng| v.issue(MAILED, &who, &value, legs, now, rng)).unwrap();
    let (handle, first) = (issued.ticket().handle(), issued.key());
    assert_eq!(settle(&first, handle, Delivery::NotSent), Settled::Now { refunded: true });
    for delivery in [Delivery::NotSent, Delivery::Sent, Delivery::Unknown] {
        assert_eq!(settle(&first, handle, delivery), Settled::Before(Delivery::NotSent), "{delivery:?}");
    }
    let onward = stage.act(|v, now, rng| v.onward(MAILED, &who, handle, &value, legs, now, rng)).unwrap();
    assert_eq!((onward.leg(), onward.channel()), (1, RecipientKind::Voice));
    assert_eq!(settle(&first, handle, Delivery::NotSent), Settled::Overtaken);
    assert_eq!(settle(&IdempotencyKey::from_bytes([0; 16]), handle, Delivery::Sent), Settled::Overtaken);
    assert_eq!(settle(&onward.key(), handle, Delivery::Unknown), Settled::Now { refunded: false });
    assert_eq!(stage.day_sends(MAILED), 1);
    let nobody = stage
        .act(|v, now, rng| v.settle(MAILED, &who, Handle::from_bytes([7; 16]), &first, Delivery::Sent, now, rng));
    assert_eq!(reason(nobody), Some(Reason::UnknownHandle));
    let again =
        stage.act(|v, now, rng| Ok(v.onward(MAILED, &who, handle, &value, legs, now, rng)?.instead_of(&first)));
    assert_eq!(reason(again), Some(Reason::Overtaken), "somebody else has fallen back from it");
}
