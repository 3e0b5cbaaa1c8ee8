//! What is said to have happened.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::faults::Stale;

#[test]
fn f20_f70_each_outcome_is_told_and_tells_no_number_and_no_amount() {
    let budget = sound(PRICED.each_subject(Limit::NONE.rate(Rate::new(1, 3_600))));
    let desk = till();
    let (value, to) = (payment(129_90), phone());
    let rng = &mut ChaCha20Rng::seed_from_u64(9);
    let issue = desk.verifier.issue(PAY, &customer(), &value, &to, desk.time(), rng).unwrap();
    let Observed { event: issued, outcome } = issue.run_observed(&desk.store);
    drop(outcome.unwrap());
    for kind in [EventKind::BudgetSpent, EventKind::BudgetRefused] {
        let _ = desk.pay(desk.spend(&budget, &customer(), &to).after(&issued)).map(Reservation::keep);
        let event = desk.event();
        assert_eq!((event.kind(), event.action(), event.purpose()), (kind, Action::Spend, Some("pay")));
        assert_eq!((event.subject(), event.challenge()), (issued.subject(), issued.challenge()));
        assert_eq!((event.binding(), event.channel()), (issued.binding(), Some(RecipientKind::Sms)));
    }
    let refused = desk.event();
    assert_eq!((refused.reason(), refused.detail()), (Some(Reason::OverBudget), Some("subject_rate")));
    assert!(!refused.is_charged() && refused.notice().is_none(), "it is no failure of the code holder's");
    let alone = desk.spend(&budget, &customer(), &to).run_observed(&desk.store).event;
    assert_eq!((alone.subject(), alone.challenge(), alone.purpose()), (issued.subject(), None, None));
    let printed = format!("{:?} {refused:?}", desk.events.borrow());
    for secret in ["49151", "12990", "9000", "9_000", "Anna", "customer-4711"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

#[test]
fn every_limit_has_a_name_that_an_event_can_hold() {
    let all = [
        BudgetLimit::SubjectRate,
        BudgetLimit::DestinationHour,
        BudgetLimit::CountryDay,
        BudgetLimit::PrefixRate,
        BudgetLimit::MerchantHour,
        BudgetLimit::TotalDay,
        BudgetLimit::Barred,
        BudgetLimit::Unpriced,
        BudgetLimit::Corrupt,
    ];
    let names: BTreeSet<&str> = all.iter().map(|limit| limit.name()).collect();
    assert_eq!(names.len(), all.len());
    assert!(
        names
            .iter()
            .all(|name| name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
    );
}

#[test]
fn an_overtaken_store_is_told_as_contended_and_pays_for_nothing() {
    let overtaken = Stale::new(MemoryStore::new());
    overtaken.next(usize::MAX);
    let desk = at_midnight(StoreTally::new(overtaken));
    let budget = sound(PRICED.each_subject(Limit::NONE.rate(Rate::new(1, 3_600))));
    let paid = desk.pay(desk.spend(&budget, &customer(), &phone())).map(Reservation::keep);
    assert!(matches!(paid, Err(Failure::Unavailable(Unavailable::Cause(Cause::Contention)))), "{paid:?}");
    assert_eq!(desk.event().kind(), EventKind::Contention);
}
