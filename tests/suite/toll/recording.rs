//! A budget that only records.

use proptest::prelude::*;

use super::*;

const LIMITS: BudgetDraft<'static> = PRICED
    .each_subject(Limit::NONE.rate(Rate::new(2, 600)))
    .each_country(Limit::NONE.hour(45_000).rate(Rate::new(4, 900)))
    .total(Limit::NONE.day(120_000));

#[test]
fn f70_record_only_sends_everything_and_says_what_would_have_been_refused() {
    let budget = sound(LIMITS.record_only());
    let desk = till();
    let numbers: Vec<String> = (0..6).map(german).collect();
    let would: Vec<_> = (0..6)
        .map(|n| desk.pay(desk.spend(&budget, &who(1), &sms(&numbers[n]))).unwrap())
        .map(|reservation| (reservation.would_refuse(), reservation.keep()))
        .collect();
    let over = (Some(BudgetLimit::SubjectRate), 0);
    assert_eq!(would, [(None, 9_000), (None, 9_000), over, over, over, over]);
    let kinds: Vec<_> =
        desk.events.borrow().iter().map(|event| (event.kind(), event.detail().map(str::to_owned))).collect();
    assert_eq!(kinds[1], (EventKind::BudgetSpent, None));
    assert_eq!(kinds[2], (EventKind::BudgetWouldRefuse, Some("subject_rate".to_owned())));
    let barred = desk.pay(desk.spend(&budget, &who(1), &sms("+881612345678"))).unwrap();
    assert_eq!((barred.would_refuse(), barred.cost()), (Some(BudgetLimit::Barred), 0));
    assert_eq!(barred.would_refuse().map(BudgetLimit::name), Some("barred"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes: what a budget that records would refuse is what one that refuses refuses.
    #[test]
    fn what_would_be_refused_is_what_is_refused(
        messages in prop::collection::vec((0..4_u32, 0..6_u32, 0..400_u64, any::<bool>()), 1..80),
    ) {
        let (refusing, recording) = (sound(LIMITS), sound(LIMITS.record_only()));
        let (one, two) = (till(), till());
        for (subject, number, wait, handed_over) in messages {
            let to = german(number);
            one.wait(wait);
            two.wait(wait);
            let paid = one.pay(one.spend(&refusing, &who(subject), &sms(&to)));
            let recorded = two.pay(two.spend(&recording, &who(subject), &sms(&to))).unwrap();
            prop_assert_eq!(paid.as_ref().err().map(|_| one.limit()), recorded.would_refuse().map(|it| it.name().to_owned()));
            if let (Ok(paid), false) = (paid, handed_over) {
                paid.give_back(&one.store).unwrap();
                recorded.give_back(&two.store).unwrap();
            }
        }
    }
}
