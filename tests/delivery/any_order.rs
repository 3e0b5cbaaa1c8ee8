//! No order of answers, drops and requests sends more than the policy's numbers, or makes a code live longer.

use std::collections::BTreeMap;

use countersign::*;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::scripted::{Answer, Provider};
use crate::stage::*;

const TIGHT: Purpose<Payment> = Purpose::new(
    "pay-tight",
    built(
        Policy::PAYMENT
            .draft()
            .gap(5)
            .challenge_sends(3)
            .unapproved_sends(6)
            .day_sends(8)
            .allow(RecipientKind::Email),
    ),
);

type Seen = (UnixTime, Vec<(RecipientKind, Delivery)>);

#[derive(Clone, Copy, Debug)]
enum Move {
    Issue,
    Resend,
    Onward,
    Wait(u64),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        3 => Just(Move::Issue),
        2 => Just(Move::Resend),
        3 => Just(Move::Onward),
        4 => prop_oneof![1..12_u64, Just(5), Just(10), Just(300)].prop_map(Move::Wait),
    ];
    vec(one, 1..40)
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let delivery = prop_oneof![Just(Delivery::Sent), Just(Delivery::NotSent), Just(Delivery::Unknown)];
    let one = prop_oneof![
        4 => delivery.clone().prop_map(Answer::Now),
        2 => (1..15_u64, delivery).prop_map(|(seconds, delivery)| Answer::After(seconds, delivery)),
        1 => Just(Answer::Never),
    ];
    vec(one, 60)
}

fn along() -> impl Strategy<Value = Route<'static>> {
    prop_oneof![
        Just(three()),
        Just(route(&[text(), other_text(), call()])),
        Just(route(&[call(), text()])),
        Just(route(&[text()])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_answers_sends_more_than_the_numbers_or_extends_a_life(
        moves in moves(),
        answers in answers(),
        along in along(),
        awaited in any::<bool>(),
    ) {
        let drive = if awaited { Drive::Awaited } else { Drive::Blocking };
        let stage = Stage::new(MemoryStore::with_clock(ManualClock::new(UnixTime::from_secs(0))));
        let provider = Provider::new(&stage.clock);
        provider.will(answers);
        let (who, value) = (customer(), payment());
        let errand = Errand::new(TIGHT, &who, &value, along);
        // Of each challenge: when it ends, and what was given to channels for it.
        let mut challenges: BTreeMap<[u8; 16], Seen> = BTreeMap::new();
        let (mut handle, mut left) = (Handle::from_bytes([7; 16]), 0);
        for step in moves {
            let deed = match step {
                Move::Issue => Deed::Issue,
                Move::Resend => Deed::Resend(handle),
                Move::Onward => Deed::Onward(handle),
                Move::Wait(seconds) => {
                    stage.clock.advance(seconds);
                    continue;
                }
            };
            let before = provider.given().len();
            let Ok(journey) = stage.go(drive, deed, &errand, &provider) else {
                prop_assert_eq!(provider.given().len(), before, "what is refused is not sent");
                continue;
            };
            handle = journey.ticket().handle();
            let tried = deliveries(&journey);
            prop_assert_eq!(provider.given().len() - before, tried.len());
            for pair in tried.windows(2) {
                prop_assert!(pair[0].1 == Delivery::NotSent || pair[0].0 != pair[1].0, "{:?}", tried);
            }
            left += tried.iter().filter(|(_, delivery)| *delivery != Delivery::NotSent).count();
            let first = (journey.ticket().expires(), Vec::new());
            let (expires, given) = challenges.entry(*handle.as_bytes()).or_insert(first);
            prop_assert_eq!(journey.ticket().expires(), *expires);
            given.extend(tried);
            prop_assert!(given.len() <= 3, "three a challenge: {:?}", given);
        }
        // All within one day window: eight, and three that did not leave; six, as nobody approves.
        if stage.since_start() < 86_400 {
            prop_assert!(left <= 6, "{} may have left", left);
            prop_assert!(provider.given().len() <= 6 + 3);
        }
        let keys: std::collections::BTreeSet<_> = provider.given().iter().map(|given| given.key).collect();
        prop_assert_eq!(keys.len(), provider.given().len());
    }
}
