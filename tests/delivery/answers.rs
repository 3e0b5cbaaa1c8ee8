//! Every answer, in every order, by both drivers.

use countersign::*;

use crate::scripted::{Answer, Provider};
use crate::stage::*;

const ANSWERS: [Delivery; 3] = [Delivery::Sent, Delivery::NotSent, Delivery::Unknown];

/// Each order of three answers.
fn orders() -> impl Iterator<Item = [Delivery; 3]> {
    (0..27).map(|n| [ANSWERS[n / 9], ANSWERS[n / 3 % 3], ANSWERS[n % 3]])
}

#[test]
fn a_route_is_followed_until_a_channel_takes_the_message_whatever_the_order_of_answers() {
    for (drive, order) in Drive::BOTH.into_iter().flat_map(|drive| orders().map(move |order| (drive, order))) {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will(order.map(Answer::Now));
        let (who, value) = (customer(), payment());
        let errand = Errand::new(MAILED, &who, &value, three());
        let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();

        let tried = order.iter().position(|answer| *answer == Delivery::Sent).map_or(3, |at| at + 1);
        let expected: Vec<_> = KINDS.into_iter().zip(order).take(tried).collect();
        assert_eq!(deliveries(&journey), expected, "{drive:?}");
        assert_eq!(provider.kinds(), KINDS[..tried]);
        let outcome = match &order[..tried] {
            [.., Delivery::Sent] => Outcome::Sent,
            all if all.contains(&Delivery::Unknown) => Outcome::Unknown,
            _ => Outcome::NotSent,
        };
        assert_eq!(journey.outcome(), outcome, "{order:?}");
        let ended = (outcome != Outcome::Sent).then_some(Reason::RouteEnded);
        assert_eq!(stopped(&journey), ended, "{order:?}");
        assert_eq!(journey.ticket().expires().as_secs(), START + 300, "a fallback extends nothing");
        assert!(journey.attempts().all(|attempt| matches!(attempt.settled(), Ok(Settled::Now { .. }))));
        let not_sent = order[..tried].iter().filter(|answer| **answer == Delivery::NotSent).count();
        assert_eq!(usize::from(stage.day_sends(MAILED)), tried - not_sent, "{order:?}");

        let codes: Vec<_> = provider.given().into_iter().map(|given| given.text).collect();
        assert!(codes.iter().all(|code| *code == codes[0]), "one code on all legs");
        let handle = journey.ticket().handle();
        assert_eq!(reason(stage.verify(MAILED, handle, &codes[0])), None, "a failed send kills no code: {order:?}");
    }
}

#[test]
fn unknown_is_never_tried_again_on_the_same_channel_and_not_sent_may_be() {
    for drive in Drive::BOTH {
        for (answer, next) in [(Delivery::Unknown, RecipientKind::Voice), (Delivery::NotSent, RecipientKind::Sms)] {
            let stage = Stage::new(MemoryStore::new());
            let provider = Provider::new(&stage.clock);
            provider.will([Answer::Now(answer)]);
            let (who, value) = (customer(), payment());
            let errand = Errand::new(MAILED, &who, &value, route(&[text(), other_text(), call()]));
            let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
            assert_eq!(deliveries(&journey), [(RecipientKind::Sms, answer), (next, Delivery::Sent)]);
        }
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Answer::Now(Delivery::Unknown)]);
        let (who, value) = (customer(), payment());
        let errand = Errand::new(MAILED, &who, &value, route(&[text(), other_text()]));
        let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
        assert_eq!((provider.kinds().len(), stopped(&journey)), (1, Some(Reason::RouteEnded)));
    }
}

#[test]
fn after_not_sent_the_next_leg_is_tried_at_once_and_after_unknown_when_the_gap_is_over() {
    let (who, value) = (customer(), payment());
    let errand = Errand::new(PATIENT, &who, &value, three());
    for (drive, answer) in Drive::BOTH.into_iter().flat_map(|drive| ANSWERS.map(|answer| (drive, answer))) {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Answer::Now(answer)]);
        let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
        let (tried, seconds) = match (answer, drive) {
            (Delivery::NotSent, _) => (2, 0),
            (Delivery::Unknown, Drive::Awaited) => (2, 30),
            (Delivery::Sent, _) | (Delivery::Unknown, Drive::Blocking) => (1, 0),
        };
        assert_eq!((provider.given().len(), stage.since_start()), (tried, seconds), "{drive:?} {answer:?}");
        if (drive, answer) == (Drive::Blocking, Delivery::Unknown) {
            assert_eq!((stopped(&journey), journey.outcome()), (Some(Reason::TooSoon), Outcome::Unknown));
            assert_eq!(journey.onward_at(), Some(UnixTime::from_secs(START + 30)));
            stage.clock.advance(30);
            let journey = stage.go(drive, Deed::Onward(journey.ticket().handle()), &errand, &provider).unwrap();
            assert_eq!(deliveries(&journey), [(RecipientKind::Voice, Delivery::Sent)]);
        }
    }
}

#[test]
fn a_channel_that_does_not_answer_in_its_legs_time_is_unknown() {
    let (who, value) = (customer(), payment());
    for (answer, delivery, seconds) in [
        (Answer::After(4, Delivery::Sent), Delivery::Sent, 4),
        (Answer::After(5, Delivery::Sent), Delivery::Sent, 5), // ready at the same moment: what is known is believed
        (Answer::After(6, Delivery::Sent), Delivery::Unknown, 5),
        (Answer::Never, Delivery::Unknown, 5),
    ] {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([answer]);
        let errand = Errand::new(MAILED, &who, &value, route(&[text().timeout(5), call()]));
        let journey = stage.go(Drive::Awaited, Deed::Issue, &errand, &provider).unwrap();
        assert_eq!(deliveries(&journey)[0], (RecipientKind::Sms, delivery), "{answer:?}");
        assert_eq!((stage.since_start(), journey.outcome()), (seconds, Outcome::Sent));
    }
}

#[test]
fn a_resend_goes_by_the_leg_that_the_last_message_took_and_falls_back_likewise() {
    let (who, value) = (customer(), payment());
    let errand = Errand::new(MAILED, &who, &value, three());
    for drive in Drive::BOTH {
        let stage = Stage::new(MemoryStore::new());
        let provider = Provider::new(&stage.clock);
        provider.will([Delivery::NotSent, Delivery::Sent, Delivery::NotSent].map(Answer::Now));
        let journey = stage.go(drive, Deed::Issue, &errand, &provider).unwrap();
        let handle = journey.ticket().handle();
        let again = stage.go(drive, Deed::Resend(handle), &errand, &provider).unwrap();
        assert_eq!(deliveries(&again), [(RecipientKind::Voice, Delivery::NotSent)]);
        assert_eq!(
            stopped(&again),
            Some(Reason::ChallengeSends),
            "three messages a challenge, whatever became of them"
        );
        let too_many = stage.go(drive, Deed::Onward(handle), &errand, &provider);
        assert_eq!(reason(too_many), Some(Reason::ChallengeSends));
    }
}

#[test]
fn a_message_that_cannot_be_written_is_one_that_did_not_leave() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    let (long, call_text) = (|_: &Slip<'_, Payment>| Err::<String, _>("too many parts"), words);
    let (text_carrier, call_carrier) = (Carrier::new(long, &provider), Carrier::new(call_text, &provider));
    let told = std::cell::RefCell::new(Vec::new());
    let watcher =
        |event: &Event| told.borrow_mut().push((event.kind(), event.channel(), event.detail().map(str::to_owned)));
    let post = Post::new(&stage.verifier, &stage.store, &stage.clock).watched_by(&watcher);
    let post = post.by(RecipientKind::Sms, &text_carrier).by(RecipientKind::Voice, &call_carrier);
    let (who, value, rng) = (customer(), payment(), &mut *stage.rng.borrow_mut());
    let errand = Errand::new(PAY, &who, &value, route(&[text(), call()]));
    let journey = post.issue(&errand, rng).unwrap().deliver(rng);
    assert_eq!(
        deliveries(&journey),
        [(RecipientKind::Sms, Delivery::NotSent), (RecipientKind::Voice, Delivery::Sent)]
    );
    assert_eq!(journey.attempts().map(Attempt::is_written).collect::<Vec<_>>(), [false, true]);
    assert_eq!(provider.kinds(), [RecipientKind::Voice]);
    let (sms, voice) = (Some(RecipientKind::Sms), Some(RecipientKind::Voice));
    assert_eq!(
        *told.borrow(),
        [
            (EventKind::Issued, sms, None),
            (EventKind::NotSent, sms, Some("not_written".to_owned())),
            (EventKind::Onward, voice, None),
            (EventKind::Sent, voice, None),
        ]
    );
}

#[test]
fn a_route_with_a_kind_that_nobody_carries_is_refused_before_the_store_is_asked() {
    let stage = Stage::new(MemoryStore::new());
    let provider = Provider::new(&stage.clock);
    let carrier = Carrier::new(words, &provider);
    let post = Post::new(&stage.verifier, &stage.store, &stage.clock).by(RecipientKind::Sms, &carrier);
    let (who, value, rng) = (customer(), payment(), &mut *stage.rng.borrow_mut());
    let errand = Errand::new(PAY, &who, &value, route(&[text(), call()]));
    assert!(matches!(post.issue(&errand, rng), Err(Failure::Invalid(Invalid::Channel))));
    assert_eq!((stage.store.len(), provider.given().len()), (0, 0));
}
