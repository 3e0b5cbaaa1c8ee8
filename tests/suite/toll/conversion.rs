//! Approvals that fall behind the messages.

use super::*;

/// Ten messages an hour from a country; and a fifth of that, when of five fewer than 40 in a hundred are approved.
const CAREFUL: Budget<'_> =
    sound(PRICED.each_country(Limit::NONE.hour(90_000)).conversion(Conversion::new(5, 40, 5)));

/// Somebody who types the code that he got: his approval is told.
fn converts(desk: &Desk<MemoryStore>, budget: &Budget<'_>, n: u32) {
    let (handle, code) = desk.issue(PAY, &who(n), &payment(1)).unwrap();
    let approved = desk.verify(PAY, &who(n), handle, &code, payment(1)).unwrap();
    let number = german(n);
    desk.verifier.converted(budget, &sms(&number), &approved).run(&desk.store).unwrap();
}

#[test]
fn f70_where_nobody_confirms_the_budget_falls() {
    let desk = till();
    // The first five are too few to tell; from the sixth on only a fifth of the budget is there, and that is spent.
    assert_eq!(desk.left(&CAREFUL, flood(0, 100)), 5);
    assert_eq!(desk.limit(), "country_hour");
    let elsewhere = (0..5).map(|n| (n, format!("+4477009001{n:02}")));
    assert_eq!(desk.left(&CAREFUL, elsewhere), 5, "another country is as it was");
}

#[test]
fn f70_where_enough_confirm_it_does_not() {
    let desk = till();
    for n in 0..10 {
        assert!(desk.send(&CAREFUL, &who(n), &german(n)), "{n}");
        if n % 5 < 2 {
            converts(&desk, &CAREFUL, n);
        }
    }
    assert!(!desk.send(&CAREFUL, &who(99), &german(99)));
}

#[test]
fn f70_a_budget_that_fell_rises_with_the_approvals_and_when_its_windows_are_over() {
    let desk = till();
    assert_eq!(desk.left(&CAREFUL, flood(0, 20)), 5);
    converts(&desk, &CAREFUL, 0);
    assert!(!desk.send(&CAREFUL, &who(50), &german(50)), "one of five is not enough");
    converts(&desk, &CAREFUL, 1);
    assert!(desk.send(&CAREFUL, &who(51), &german(51)), "two of five are");
    assert!(!desk.send(&CAREFUL, &who(52), &german(52)), "and two of six are not");
    desk.now.set(MIDNIGHT + HOUR);
    assert_eq!(desk.left(&CAREFUL, flood(100, 20)), 2, "it is remembered for one more window");
    desk.now.set(MIDNIGHT + 3 * HOUR);
    assert_eq!(desk.left(&CAREFUL, flood(200, 20)), 5);
}

#[test]
fn f70_a_zone_has_a_conversion_of_its_own_and_a_rate_falls_too() {
    const PUMPED: &[Zone<'_>] = &[
        Zone::new("+49", 1).limit(Limit::NONE.rate(Rate::new(100, 3_600))),
        Zone::new("+4915", 1).limit(Limit::NONE.rate(Rate::new(100, 3_600))),
    ];
    let budget = sound(Budget::draft("zones").zones(PUMPED).conversion(Conversion::new(10, 50, 10)));
    let desk = till();
    for n in 0..30 {
        assert!(desk.send(&budget, &who(n), &format!("+49160{n:08}")));
        let (handle, code) = desk.issue(PAY, &who(n), &payment(1)).unwrap();
        let approved = desk.verify(PAY, &who(n), handle, &code, payment(1)).unwrap();
        let number = format!("+49160{n:08}");
        desk.verifier.converted(&budget, &sms(&number), &approved).run(&desk.store).unwrap();
    }
    assert_eq!(desk.left(&budget, flood(1_000, 100)), 10);
    assert_eq!(desk.limit(), "prefix_rate");
    assert!(desk.send(&budget, &who(40), "+4916000000040"), "most of the country confirms");
}

#[test]
fn what_was_never_handed_over_is_not_counted_as_sent() {
    let desk = till();
    for n in 0..50 {
        let to = german(n);
        desk.pay(desk.spend(&CAREFUL, &who(n), &sms(&to))).unwrap().give_back(&desk.store).unwrap();
    }
    assert_eq!(desk.left(&CAREFUL, flood(0, 20)), 5);
}

#[test]
fn a_budget_that_looks_at_no_conversion_counts_none() {
    let desk = till();
    let plain = sound(PRICED.each_country(Limit::NONE.hour(90_000)));
    converts(&desk, &plain, 1);
    let none = Desk::new(RefusingStore);
    let (handle, code) = desk.issue(PAY, &who(2), &payment(1)).unwrap();
    let approved = desk.verify(PAY, &who(2), handle, &code, payment(1)).unwrap();
    assert_eq!(desk.verifier.converted(&plain, &phone(), &approved).run(&none.store), Ok(()));
    let down = desk.verifier.converted(&CAREFUL, &phone(), &approved);
    assert!(down.run(&none.store).is_err() && block_on(down.run_async(&none.store)).is_err());
}
