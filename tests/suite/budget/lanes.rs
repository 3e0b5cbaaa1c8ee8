//! A lane of its own for a device that the account knows, and purposes that leave each other alone.

use super::*;

const fn with_lanes(lanes: u8, ceilings: Ceilings) -> Policy {
    match Policy::PAYMENT.draft().lanes(lanes).ceilings(ceilings).build() {
        Ok(policy) => policy,
        Err(_) => panic!("the ceilings are named"),
    }
}

const TWO: Purpose<Payment> = Purpose::new("pay-two", with_lanes(2, Ceilings::per_million(10, 40, 100)));
const THREE: Purpose<Payment> = Purpose::new("pay-three", with_lanes(3, Ceilings::per_million(15, 60, 100)));

fn owner() -> Subject {
    customer().on(Device::ONE)
}

#[test]
fn f69_a_stranger_who_locks_lane_0_leaves_the_owners_device_alone() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.fail(TWO, &customer(), 5).locks, 1);
    assert_eq!(reason(desk.issue(TWO, &customer(), &payment(1))), Reason::Locked);
    let sent = desk.issue(TWO, &owner(), &payment(1)).unwrap();
    assert_eq!(desk.hit(TWO, &owner(), &sent), Ok(()));
    assert_eq!(desk.status(TWO, &customer()).consecutive_failures(), 5, "and the owner clears no other lane");
}

#[test]
fn f69_failures_of_one_purpose_leave_the_others_alone() {
    let desk = Desk::new(MemoryStore::new());
    desk.fail(TWO, &customer(), 5);
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
}

#[test]
fn f69_a_handle_of_one_lane_is_unknown_on_the_other() {
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(TWO, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(TWO, &owner(), &sent), Err(Reason::UnknownHandle));
    assert_eq!(desk.hit(TWO, &customer(), &sent), Ok(()));
}

#[test]
fn f69_the_disablement_total_is_divided_among_the_lanes() {
    for (purpose, lanes, share) in [(TWO, 2, 50), (THREE, 3, 33)] {
        let desk = Desk::new(MemoryStore::new());
        let devices = [customer(), customer().on(Device::ONE), customer().on(Device::TWO)];
        for who in &devices[..lanes] {
            let spoils = desk.fail(purpose, who, 1_000);
            assert_eq!((spoils.judged, spoils.alerts, spoils.disabled), (share, 1, 1));
        }
    }
}

#[test]
fn a_lane_that_the_policy_does_not_have_is_an_error() {
    let desk = Desk::new(MemoryStore::new());
    assert_eq!(desk.issue(PAY, &owner(), &payment(1)).unwrap_err(), Failure::Invalid(Invalid::Lanes));
    let third = customer().on(Device::TWO);
    assert_eq!(desk.issue(TWO, &third, &payment(1)).unwrap_err(), Failure::Invalid(Invalid::Lanes));
    assert!(desk.store.is_empty());
}

#[test]
fn report_close_and_reinstate_are_one_operation_a_lane() {
    let desk = Desk::new(MemoryStore::new());
    let sent = desk.issue(TWO, &owner(), &payment(1)).unwrap();
    let phone = phone();
    let report = |who: &Subject| {
        desk.act(|verifier, now, rng| verifier.report(TWO, who, Reporter::Vouched(&phone), now, rng)).unwrap().count()
    };
    assert_eq!((report(&customer()), report(&owner())), (0, 1));
    assert_eq!(desk.hit(TWO, &owner(), &sent), Err(Reason::Reported));
    desk.act(|verifier, now, rng| verifier.close(TWO, &customer(), now, rng)).unwrap();
    desk.wait(30);
    assert_eq!(reason(desk.issue(TWO, &customer(), &payment(1))), Reason::Closed);
    assert!(desk.issue(TWO, &owner(), &payment(1)).is_ok());
    desk.fail(TWO, &owner(), 5);
    desk.act(|verifier, now, rng| verifier.reinstate(TWO, &owner(), now, rng)).unwrap();
    assert_eq!(desk.status(TWO, &owner()).condition(), Condition::Clear);
    assert_eq!(desk.status(TWO, &customer()).condition(), Condition::Closed);
}
