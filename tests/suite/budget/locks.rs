//! How long a lock lasts, what lengthens it, and what ends the purpose for good.

use super::*;

/// A whole day's guesses, so that only consecutive failures lock.
const BY_FIVES: Purpose<Payment> = Purpose::new(
    "pay-by-fives",
    match by_fives() {
        Ok(policy) => policy,
        Err(_) => panic!("the ceiling is named"),
    },
);

const fn by_fives() -> Result<Policy, Invalid> {
    Policy::PAYMENT.draft().day_failures(100).ceilings(Ceilings::per_million(5, 100, 100)).build()
}

/// For how long the customer is locked now; 0 if he is not.
fn locked_for(desk: &Desk<MemoryStore>, purpose: Purpose<Payment>) -> u64 {
    match desk.status(purpose, &customer()).condition() {
        Condition::Locked { until } => until.as_secs() - desk.now.get(),
        Condition::Clear => 0,
        other => panic!("{other:?}"),
    }
}

/// Succeeds, as soon as that may be.
fn succeed(desk: &Desk<MemoryStore>, purpose: Purpose<Payment>) {
    let sent = desk.issue_in_time(purpose, &customer()).unwrap();
    assert_eq!(desk.hit(purpose, &customer(), &sent), Ok(()));
}

#[test]
fn rts_4_every_fifth_failure_locks_for_half_an_hour_doubled_each_time_up_to_a_day() {
    let desk = Desk::new(MemoryStore::new());
    for level in 0..19_u32 {
        assert_eq!(desk.fail(BY_FIVES, &customer(), 5).locks, 1);
        assert_eq!(locked_for(&desk, BY_FIVES), (1_800_u64 << level).min(DAY), "level {level}");
    }
}

#[test]
fn rts_4_the_failure_that_locks_says_so_and_until_when() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.fail(PAY, &customer(), 4), Spoils { judged: 4, ..Spoils::default() });
    desk.wait(30);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let until = at(desk.now.get() + 1_800);
    let last = desk.miss(PAY, &customer(), &sent);
    assert_eq!((last.hint(), last.notice()), (Hint::Wait { until }, Some(Notice::Locked { until })));
    assert_eq!(desk.miss(PAY, &customer(), &sent).notice(), None, "once");
}

#[test]
fn pci_1_no_profile_locks_later_than_the_tenth_failure_or_for_less_than_thirty_minutes() {
    let [contact, change] = [Policy::CONTACT, Policy::CONTACT_CHANGE];
    for policy in [Policy::PAYMENT, Policy::LOGIN, Policy::WITHDRAWAL, Policy::STRICT, contact, change] {
        assert_eq!(policy.draft().lock_after(11).build(), Err(Invalid::Lock), "nor does a policy of one's own");
        assert_eq!(policy.draft().lock_seconds(1_799).build(), Err(Invalid::Lock));
        let (desk, purpose) = (Desk::new(MemoryStore::new()), Purpose::<Payment>::new("any", policy));
        let wrong = "0".repeat(policy.format().length().into());
        let sent = desk.issue(purpose, &customer(), &payment(1)).unwrap();
        let locked = (1..=10).find(|_| {
            let guess = desk.verify(purpose, &customer(), sent.0, &wrong, payment(1));
            matches!(refused(guess).notice(), Some(Notice::Locked { .. }))
        });
        assert!(locked.is_some());
        assert!(locked_for(&desk, purpose) >= 1_800);
    }
}

#[test]
fn pci_1_a_lock_ends_at_its_second_and_not_before() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 5);
    desk.wait(1_799);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Locked);
    desk.wait(1);
    succeed(&desk, PAY);
}

#[test]
fn twenty_failures_lock_to_the_end_of_the_day_window_whatever_succeeded_in_between() {
    let desk = Desk::new(MemoryStore::new());
    for _ in 0..4 {
        assert_eq!(desk.fail(CHATTY, &customer(), 4).locks, 0);
        succeed(&desk, CHATTY);
    }
    let last = desk.fail(CHATTY, &customer(), 4);
    assert_eq!((last.judged, last.locks), (4, 1));
    assert_eq!(desk.now.get(), START, "all at one moment, and never five in a row");
    assert_eq!(locked_for(&desk, CHATTY), DAY);
    desk.wait(DAY - 1);
    assert_eq!(reason(desk.issue(CHATTY, &customer(), &payment(1))), Reason::Locked);
    desk.wait(1);
    succeed(&desk, CHATTY);
    assert_eq!(desk.status(CHATTY, &customer()).day_failures(), 0);
}

#[test]
fn n63b_8_a_hundred_failures_disable_for_ever_and_the_verdict_before_says_so() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.fail(PAY, &customer(), 98).alerts, 0);
    assert_eq!(desk.fail(PAY, &customer(), 1), Spoils { judged: 1, alerts: 1, ..Spoils::default() });
    let sent = desk.issue_in_time(PAY, &customer()).unwrap();
    let last = desk.miss(PAY, &customer(), &sent);
    assert_eq!((last.hint(), last.notice()), (Hint::Contact, Some(Notice::Disabled)));
    assert_eq!(desk.hit(PAY, &customer(), &sent), Err(Reason::Disabled));
    assert_eq!(desk.status(PAY, &customer()).condition(), Condition::Disabled);
    desk.wait(100 * 365 * DAY);
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Disabled);
}

#[test]
fn n63b_8_a_success_clears_the_consecutive_and_the_total_count_but_not_the_day() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 99);
    let sent = desk.issue_in_time(PAY, &customer()).unwrap();
    let day = desk.status(PAY, &customer()).day_failures();
    assert!(day > 0);
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    let status = desk.status(PAY, &customer());
    assert_eq!((status.consecutive_failures(), status.total_failures(), status.day_failures()), (0, 0, day));
    assert_eq!(desk.fail(PAY, &customer(), 99).disabled, 0, "and all of the total is there again");
}

#[test]
fn n63b_3_neither_a_success_nor_a_new_challenge_lowers_the_level() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 1_800);
    succeed(&desk, PAY);
    desk.wait(30);
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 3_600);
}

#[test]
fn a_quiet_day_lowers_the_level_by_one_and_a_quiet_month_by_no_more() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 15);
    assert_eq!(locked_for(&desk, PAY), 7_200);
    desk.wait(30 * DAY);
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 7_200, "level 3 fell to 2: one write, one level");
    for _ in 0..3 {
        desk.wait(2 * DAY);
        succeed(&desk, PAY);
    }
    desk.wait(30);
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 1_800, "three quiet writes, three levels");
}

#[test]
fn a_day_with_failures_is_not_quiet() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 5);
    desk.wait(DAY);
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 3_600);
}

#[test]
fn a_day_of_nothing_but_successes_is_quiet() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(PAY, &customer(), 5);
    for _ in 0..2 {
        desk.wait(DAY);
        succeed(&desk, PAY);
    }
    desk.wait(30);
    desk.fail(PAY, &customer(), 5);
    assert_eq!(locked_for(&desk, PAY), 1_800);
}
