//! F69: who fails locks himself out, for a while, and nobody else.

use crate::support::*;
use countersign::*;

const REFUND: Purpose<Payment> = Purpose::new("refund", Policy::PAYMENT);

/// Fails until the record is locked, and answers for how many seconds.
fn lock(desk: &Desk<MemoryStore>, purpose: Purpose<Payment>, who: &Subject) -> u64 {
    let (handle, code) = desk.issue(purpose, who, &payment(1)).unwrap();
    for _ in 0..4 {
        assert_eq!(reason(desk.verify(purpose, who, handle, &not(&code), payment(1))), Reason::WrongCode);
    }
    match refused(desk.verify(purpose, who, handle, &not(&code), payment(1))).hint() {
        Hint::Wait { until } => until.as_secs() - desk.now.get(),
        other => panic!("not locked but {other:?}"),
    }
}

#[test]
fn f69_failures_on_one_purpose_leave_the_others() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(REFUND, &customer(), &payment(1)).unwrap();
    lock(&desk, PAY, &customer());
    assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Locked);
    assert_eq!(desk.status(REFUND, &customer()).total_failures(), 0);
    assert!(desk.verify(REFUND, &customer(), handle, &code, payment(1)).is_ok());
    assert!(desk.issue(PAY, &Subject::new("customer-4712").unwrap(), &payment(1)).is_ok());
}

#[test]
fn f69_locks_end_double_and_decay() {
    const DAY: u64 = 86_400;
    let desk = Desk::new(MemoryStore::new());
    for length in [1_800, 3_600, 7_200] {
        assert_eq!(lock(&desk, PAY, &customer()), length);
        desk.wait(length - 1);
        assert_eq!(reason(desk.issue(PAY, &customer(), &payment(1))), Reason::Locked);
        desk.wait(1);
        desk.issue(PAY, &customer(), &payment(1)).unwrap();
        desk.wait(30);
    }
    // Each quiet day that is followed by a write takes one doubling back: two of the three, then the third.
    for _ in 0..2 {
        desk.wait(2 * DAY);
        desk.issue(PAY, &customer(), &payment(1)).unwrap();
    }
    desk.wait(30);
    assert_eq!(lock(&desk, PAY, &customer()), 3_600);
}

#[test]
fn f69_a_few_replays_are_free() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap().take(desk.time()).unwrap();
    let before = desk.status(PAY, &customer());
    for _ in 0..10 {
        let replay = refused(desk.verify(PAY, &customer(), handle, &code, payment(1)));
        assert_eq!((replay.reason(), replay.hint()), (Reason::AlreadyApproved, Hint::StartAgain));
    }
    assert_eq!(desk.status(PAY, &customer()), before);
}

#[test]
fn f69_a_stranger_locks_his_own_lane_and_not_the_owners_device() {
    let policy = Policy::PAYMENT.draft().lanes(2).ceilings(Ceilings::per_million(10, 40, 100)).build().unwrap();
    let pay = Purpose::<Payment>::new("pay", policy);
    let desk = Desk::new(MemoryStore::new());
    let device = customer().on(Device::ONE);
    lock(&desk, pay, &customer());
    assert!(matches!(desk.status(pay, &customer()).condition(), Condition::Locked { .. }));
    assert_eq!(desk.status(pay, &device).condition(), Condition::Clear);
    let (handle, code) = desk.issue(pay, &device, &payment(1)).unwrap();
    assert!(desk.verify(pay, &device, handle, &code, payment(1)).is_ok());
    assert!(matches!(
        desk.issue(pay, &customer().on(Device::TWO), &payment(1)),
        Err(Failure::Invalid(Invalid::Lanes))
    ));
}

#[test]
fn f69_f57_a_stranger_without_a_handle_locks_nobody() {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let before = desk.status(PAY, &customer());
    for n in 0..1_000_u128 {
        let stray = desk.verify(PAY, &customer(), Handle::from_bytes(n.to_be_bytes()), &not(&code), payment(1));
        assert_eq!(reason(stray), Reason::UnknownHandle);
    }
    assert_eq!(desk.status(PAY, &customer()), before);
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}
