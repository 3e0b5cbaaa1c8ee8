//! Each limit at its very border, on each kind of tally and each loop.

use super::*;

const UNIT: Limit = Limit::NONE;

/// A budget with one limit, what that is called, and when it has room again.
type Case = (Budget<'static>, String, u64);

fn cases() -> Vec<Case> {
    type Place = fn(BudgetDraft<'static>, Limit) -> BudgetDraft<'static>;
    // A rate that many share is counted in windows: in the one after a full one it comes back.
    let places: [(&str, Place, u64); 5] = [
        ("subject", BudgetDraft::each_subject, 100),
        ("destination", BudgetDraft::each_destination, 100),
        ("country", BudgetDraft::each_country, 500),
        ("merchant", BudgetDraft::each_merchant, 500),
        ("total", BudgetDraft::total, 500),
    ];
    let mut cases = Vec::new();
    for (place, set, again) in places {
        for (measure, limit, until) in [
            ("rate", UNIT.rate(Rate::new(6, 600).burst(4)), again),
            ("hour", UNIT.hour(4 * 9_000 + 8_999), HOUR),
            ("day", UNIT.day(4 * 9_000), DAY),
        ] {
            // Another name is another budget, so each case counts by itself.
            let name = Box::leak(format!("{place}-{measure}").into_boxed_str());
            let budget = sound(set(Budget::draft(name).zones(ZONES), limit));
            cases.push((budget, format!("{place}_{measure}"), until));
        }
    }
    cases
}

/// The same subject, number and merchant each time, so that every limit is met: four leave, and no more.
fn met<S: Store>(desk: &Desk<S>, run: &dyn Fn(Spend<'_>) -> Result<(), (Refused, String)>) {
    for (budget, name, until) in cases() {
        desk.now.set(MIDNIGHT);
        let to = german(7);
        let (shop, number) = (Subject::new("shop").unwrap(), sms(&to));
        let pay = || {
            let rng = &mut *desk.rng.borrow_mut();
            run(desk.verifier.spend(&budget, &who(1), &number, desk.time(), rng).unwrap().merchant(&shop))
        };
        for n in 0..4 {
            assert_eq!(pay(), Ok(()), "{name}: message {n}");
        }
        for _ in 0..3 {
            let (refused, limit) = pay().unwrap_err();
            let wait = Hint::Wait { until: at(MIDNIGHT + until) };
            assert_eq!((refused.reason(), refused.hint(), limit), (Reason::OverBudget, wait, name.clone()));
        }
        desk.now.set(MIDNIGHT + until - 1);
        assert!(pay().is_err(), "{name}: a second early");
        desk.now.set(MIDNIGHT + until);
        assert_eq!(pay(), Ok(()), "{name}: it said when to come back");
    }
}

/// The refusal, and which limit it was.
fn told<T, E: std::fmt::Debug>(observed: Observed<T, E>) -> Result<(), (Refused, String)> {
    let Observed { event, outcome } = observed;
    match outcome {
        Ok(_) => Ok(()),
        refusal => Err((refused(refusal), event.detail().unwrap().to_owned())),
    }
}

#[test]
fn f70_every_limit_is_met_exactly_in_memory() {
    let desk = till();
    met(&desk, &|spend| told(spend.run_observed(&desk.store)));
    let desk = till();
    met(&desk, &|spend| told(block_on(spend.run_observed_async(&desk.store))));
}

#[test]
fn f70_every_limit_is_met_exactly_by_conditional_writes() {
    let desk = at_midnight(StoreTally::new(MemoryStore::new()));
    met(&desk, &|spend| told(spend.run_observed(&desk.store)));
    let desk = at_midnight(StoreTally::new(MemoryStore::new()));
    met(&desk, &|spend| told(block_on(spend.run_observed_async(&desk.store))));
}

#[test]
fn f70_every_limit_is_met_exactly_in_a_box() {
    let clock = at_midnight(RefusingStore); // and its store is not asked
    for boxed in [DynAsyncStore::new(MemoryStore::new()), DynAsyncStore::with_tally(MemoryStore::new())] {
        met(&clock, &|spend| told(block_on(spend.run_observed_async(&boxed))));
    }
}

#[test]
fn f32_zero_is_zero_and_the_highest_ceiling_is_one() {
    let desk = till();
    for limit in [UNIT.hour(0), UNIT.day(0), UNIT.hour(8_999)] {
        for budget in [sound(PRICED.each_subject(limit)), sound(PRICED.total(limit))] {
            assert!(!desk.send(&budget, &who(1), &german(1)), "{limit:?}");
        }
    }
    let highest = sound(
        PRICED.total(UNIT.hour(Addition::HIGHEST).day(Addition::HIGHEST)).each_subject(UNIT.hour(Addition::HIGHEST)),
    );
    assert!(desk.send(&highest, &who(1), &german(1)));
}

#[test]
fn f70_whoever_is_refused_takes_nothing_of_any_limit() {
    let limit = UNIT.rate(Rate::new(2, 86_400)).day(18_000);
    let budget =
        sound(PRICED.each_subject(limit).each_destination(limit).each_country(limit).total(UNIT.hour(9_000)));
    let desk = till();
    let to = german(1);
    assert!(desk.send(&budget, &who(1), &to));
    for _ in 0..50 {
        assert!(!desk.send(&budget, &who(1), &to));
        assert_eq!(desk.limit(), "total_hour");
    }
    desk.now.set(MIDNIGHT + HOUR);
    assert!(desk.send(&budget, &who(1), &to), "of two a day one is still there");
    desk.now.set(MIDNIGHT + 2 * HOUR);
    assert!(!desk.send(&budget, &who(1), &to));
    assert_eq!(desk.limit(), "subject_rate");
    assert!(!desk.send(&budget, &who(2), &german(2)));
    assert_eq!(desk.limit(), "country_rate");
}

#[test]
fn a_zone_and_the_one_around_it_are_both_charged() {
    const AROUND: &[Zone<'_>] =
        &[Zone::new("+44", 10).limit(UNIT.day(30)), Zone::new("+447", 10).limit(UNIT.day(20))];
    let budget = sound(Budget::draft("zones").zones(AROUND));
    let desk = till();
    let sent: Vec<bool> = (0..4).map(|n| desk.send(&budget, &who(n), &format!("+44770090000{n}"))).collect();
    assert_eq!((sent, desk.limit().as_str()), (vec![true, true, false, false], "prefix_day"));
    assert!(desk.send(&budget, &who(9), "+442079460123"), "one is left for the rest of the country");
    assert!(!desk.send(&budget, &who(9), "+442079460124"));
}

#[test]
fn a_clock_that_goes_back_gives_nothing_back() {
    let limit = UNIT.rate(Rate::new(1, 600).burst(2)).hour(18_000);
    for budget in [sound(PRICED.each_subject(limit)), sound(PRICED.total(limit))] {
        let desk = till();
        desk.now.set(MIDNIGHT + HOUR - 10);
        assert_eq!(desk.left(&budget, [(1, german(1)), (1, german(1)), (1, german(1))]), 2);
        for _ in 0..20 {
            for back in [300, 30, 0] {
                desk.now.set(MIDNIGHT + HOUR - 10 - back);
                assert!(!desk.send(&budget, &who(1), &german(1)), "{budget:?} {back}");
            }
        }
    }
}

#[test]
fn the_same_clock_refuses_a_subject_for_no_longer_than_its_rate_after_one_that_was_years_off() {
    let budget = sound(PRICED.each_subject(UNIT.rate(Rate::new(1, 600).burst(2))));
    let desk = till();
    desk.now.set(MIDNIGHT + 900 * DAY);
    assert_eq!(desk.left(&budget, flood(1, 1).chain(flood(1, 1)).chain(flood(1, 1))), 2);
    desk.now.set(MIDNIGHT);
    assert!(!desk.send(&budget, &who(1), &german(1)), "what was spent is spent");
    desk.now.set(MIDNIGHT + 600);
    assert!(desk.send(&budget, &who(1), &german(1)), "and comes back by this clock");
    assert!(!desk.send(&budget, &who(1), &german(1)));
}

#[test]
fn a_damaged_record_refuses_and_is_told_as_one() {
    let store = Mishap::new(MemoryStore::new());
    let desk = at_midnight(&store);
    let budget = sound(PRICED.each_subject(UNIT.rate(Rate::new(9, 60))));
    assert!(desk.send(&budget, &who(1), &german(1)));
    let (key, record) = store.last_swap();
    let mut bytes = record.as_bytes().to_vec();
    bytes[20] ^= 1;
    assert_eq!(store.swap(&key, Some(&record), &Record::from_bytes(&bytes)).unwrap(), Swap::Done);
    let no = refused(desk.pay(desk.spend(&budget, &who(1), &sms(&german(1)))));
    assert_eq!((no.reason(), no.hint()), (Reason::CorruptRecord, Hint::Contact));
    assert_eq!((desk.event().kind(), desk.limit().as_str()), (EventKind::CorruptRecord, "corrupt"));
}
