//! For how long a store must keep a record, counted from each write; a day of margin is in every figure.

use super::*;

type Observed = Desk<Counted<MemoryStore>>;

fn desk() -> Observed {
    Desk::new(Counted::new(MemoryStore::new()))
}

fn kept(desk: &Observed) -> Option<u64> {
    desk.store.written().keep_for().map(u64::from)
}

#[test]
fn a_clean_record_is_kept_to_the_end_of_its_latest_window() {
    let desk = desk();
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(kept(&desk), Some(DAY + DAY), "the day window, whose sends count");
    desk.wait(100);
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    assert_eq!(kept(&desk), Some(DAY - 100 + DAY));
    desk.now.set(START + DAY - 50);
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(kept(&desk), Some(300 + DAY), "the challenge outlives the day window");
}

#[test]
fn a_mailed_code_of_a_day_is_kept_for_its_day() {
    let confirm = Purpose::<Payment>::new("confirm", Policy::CONTACT);
    let (desk, value, mail) = (desk(), payment(1), Recipient::email("anna@example.com").unwrap());
    desk.issue(confirm, &customer(), &payment(1)).unwrap();
    desk.now.set(START + 1_000);
    let issued =
        desk.act(|verifier, now, rng| verifier.issue(confirm, &customer(), &value, &mail, now, rng)).unwrap();
    assert_eq!(issued.ticket().expires(), at(START + 1_000 + DAY));
    assert_eq!(kept(&desk), Some(DAY + DAY));
}

#[test]
fn failures_and_the_level_are_kept_for_400_days() {
    let desk = desk();
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.miss(PAY, &customer(), &sent);
    assert_eq!(kept(&desk), Some(401 * DAY));
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    assert_eq!(kept(&desk), Some(401 * DAY), "the day window still has one");
    desk.wait(DAY);
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(kept(&desk), Some(2 * DAY), "a new day window, and nothing held against anybody");
    desk.wait(30);
    desk.fail(PAY, &customer(), 5);
    let sent = desk.issue_in_time(PAY, &customer()).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    desk.wait(DAY);
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.status(PAY, &customer()).day_failures(), 0);
    assert_eq!(kept(&desk), Some(401 * DAY), "the level outlives both");
}

#[test]
fn a_disabled_record_is_never_forgotten() {
    let desk = desk();
    desk.fail(PAY, &customer(), 100);
    assert_eq!(kept(&desk), None);
    desk.act(|verifier, now, rng| verifier.close(PAY, &customer(), now, rng)).unwrap();
    assert_eq!(kept(&desk), None, "nor by being closed");
}

#[test]
fn a_tombstone_is_kept_for_at_least_400_days_though_nothing_else_was_stored() {
    let desk = desk();
    desk.act(|verifier, now, rng| verifier.close(PAY, &customer(), now, rng)).unwrap();
    assert_eq!(kept(&desk), Some(401 * DAY));
}

#[test]
fn a_node_whose_clock_is_wrong_makes_no_store_forget() {
    for wrong in [START + 365 * DAY, START - 365 * DAY, START + DAY, START - DAY, 1, (1 << 40) - 1] {
        let desk = desk();
        desk.fail(PAY, &customer(), 5);
        desk.now.set(wrong);
        let _ = desk.issue(PAY, &customer(), &payment(1));
        assert!(kept(&desk).is_none_or(|seconds| seconds >= 401 * DAY), "at {wrong}");
        let clean = self::desk();
        clean.issue(PAY, &customer(), &payment(1)).unwrap();
        clean.now.set(wrong);
        let _ = clean.issue(PAY, &customer(), &payment(1));
        assert!(kept(&clean).is_none_or(|seconds| seconds >= DAY + 300), "at {wrong}");
    }
}

#[test]
fn what_the_memory_store_forgets_refunds_nothing() {
    let clock = std::sync::Arc::new(ManualClock::new(at(0)));
    let desk = Desk::new(MemoryStore::with_clock(std::sync::Arc::clone(&clock)));
    desk.fail(PAY, &customer(), 5);
    let quiet = Subject::new("quiet").unwrap();
    desk.issue(PAY, &quiet, &payment(1)).unwrap();
    clock.advance(2 * DAY);
    desk.wait(2 * DAY);
    assert_eq!(desk.status(PAY, &quiet).day_sends(), 0);
    assert_eq!(desk.status(PAY, &customer()).total_failures(), 5);
    clock.advance(399 * DAY - 1);
    assert_eq!(desk.status(PAY, &customer()).total_failures(), 5);
    clock.advance(1);
    assert_eq!(desk.status(PAY, &customer()).total_failures(), 0);
}
