//! A contact that is new moves no money for a day, whatever is done to make it look old.

use proptest::prelude::*;

use super::*;

/// For how long this contact must not withdraw, by the second: the last second of a refusal, and the first of none.
fn cools_until(desk: &Desk<MemoryStore>, contact: &Contact, end: u64) {
    for (second, refused) in [(end - 1, true), (end, false), (desk.now.get(), true)] {
        let then = Desk::new(MemoryStore::new());
        then.now.set(second);
        assert_eq!(then.withdraw(contact).is_some(), refused, "{} s before the end", end.abs_diff(second));
    }
}

#[test]
fn n63b_5_a_registered_added_or_exchanged_contact_withdraws_after_24_hours_to_the_second() {
    let desk = Desk::new(MemoryStore::new());
    cools_until(&desk, &desk.register(OLD), START + DAY);
    let row = [settled(OLD)];
    cools_until(&desk, &desk.change(&row, OLD, NEW), START + DAY);
    let release = ContactRelease::add(&row, address(NEW)).unwrap();
    let moved = ContactMove::confirmed(desk.claim(&release), &row, desk.time()).unwrap();
    cools_until(&desk, &told(moved).0, START + DAY);
    assert_eq!(desk.withdraw(&row[0]), None);
    cools_until(&desk, &row[0].clone().sim_changed(desk.time()), START + DAY);
}

#[test]
fn n63b_5_a_recovered_contact_withdraws_after_72_hours_to_the_second() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let (person, now) = (desk.with_token(RECOVER), desk.time());
    let claim = ContactClaim::recovered(&row, &address(OLD), address(NEW), person, RECOVER, now).unwrap();
    let resumed = ContactClaim::resumed_recovery(&row, &address(OLD), address(NEW)).unwrap();
    let moved = ContactMove::confirmed(desk.claim_with(&claim, resumed), &row, desk.time()).unwrap();
    let contact = told(moved).0;
    cools_until(&desk, &contact, START + 3 * DAY);
    // Neither its successor nor one that it lets in settles any sooner, for thirty days.
    for (days, slow) in [(0, true), (29, true), (30, false)] {
        let desk = Desk::new(MemoryStore::new());
        desk.now.set(START + days * DAY);
        let row = [contact.clone()];
        let next = desk.change(&row, NEW, OLD);
        let end = desk.now.get() + if slow { 3 * DAY } else { DAY };
        cools_until(&desk, &next, end);
        let release = ContactRelease::add(&row, address(OLD)).unwrap();
        let moved = ContactMove::confirmed(desk.claim(&release), &row, desk.time()).unwrap();
        cools_until(&desk, &told(moved).0, end);
    }
}

#[test]
fn n63b_5_going_back_and_forth_makes_no_contact_old() {
    let desk = Desk::new(MemoryStore::new());
    let mut row = [settled(OLD)];
    for (n, (old, new)) in [(OLD, NEW), (NEW, OLD), (OLD, NEW), (NEW, OLD)].into_iter().enumerate() {
        desk.wait(3_600);
        row = [desk.change(&row, old, new)];
        assert_eq!(desk.withdraw(&row[0]), Some(Reason::RecipientTooNew), "{n}");
        cools_until(&desk, &row[0], desk.now.get() + DAY);
    }
}

/// A thief who got one contact does not get the others with it.
#[test]
fn n63b_5_a_contact_that_is_new_lets_no_other_go() {
    let desk = Desk::new(MemoryStore::new());
    let row = [desk.change(&[settled(OLD)], OLD, NEW), settled(MAIL)];
    let new = || address("+4915199999999");
    let releases = [
        ContactRelease::replace(&row, &address(MAIL), address("thief@mail.example")).unwrap(),
        ContactRelease::replace(&row, &address(NEW), new()).unwrap(),
        ContactRelease::add(&row, new()).unwrap(),
    ];
    for (seconds, refused) in [(0, true), (DAY - 1, true), (DAY, false)] {
        for release in &releases {
            let desk = Desk::new(MemoryStore::new());
            desk.wait(seconds);
            match desk.ask(RELEASE, release, &release.through().recipient()) {
                Ok(_) => assert!(!refused, "{seconds}"),
                refusal => assert_eq!((reason(refusal), refused), (Reason::RecipientTooNew, true), "{seconds}"),
            }
        }
    }
}

/// When a contact may be used where a policy asks for so many seconds.
fn settles(contact: &Contact, seconds: u64) -> u64 {
    let since = contact.changed().map_or(contact.confirmed(), |at| at.max(contact.confirmed()));
    since.as_secs() + seconds * if contact.is_recovered() { 3 } else { 1 }
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Change,
    Recover,
    Swap,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is done, and however the clock is put meanwhile, nobody's contact settles before the one that it comes from.
    #[test]
    fn n63b_5_no_contact_settles_before_the_one_it_comes_from(
        deeds in prop::collection::vec(
            (prop_oneof![Just(Deed::Change), Just(Deed::Recover), Just(Deed::Swap)], -5 * 86_400_i64..20 * 86_400), 1..8,
        ),
        seconds in 0_u64..10 * 86_400,
    ) {
        let mut row = [settled(OLD)];
        let mut now = START;
        for (n, (deed, wait)) in deeds.into_iter().enumerate() {
            now = now.saturating_add_signed(wait);
            // Each at a desk of its own: what is looked at is the contact, and not the budgets.
            let desk = Desk::new(MemoryStore::new());
            desk.now.set(now);
            let (old, new) = (row[0].address().clone(), address(&format!("+49151{n:07}")));
            let next = match deed {
                Deed::Swap => row[0].clone().sim_changed(desk.time()),
                Deed::Change => desk.change(&row, old.as_str(), new.as_str()),
                Deed::Recover => {
                    let (person, time) = (desk.with_token(RECOVER), desk.time());
                    let claim = ContactClaim::recovered(&row, &old, new.clone(), person, RECOVER, time).unwrap();
                    let resumed = ContactClaim::resumed_recovery(&row, &old, new).unwrap();
                    let moved = ContactMove::confirmed(desk.claim_with(&claim, resumed), &row, time).unwrap();
                    told(moved).0
                }
            };
            prop_assert!(settles(&next, seconds) >= settles(&row[0], seconds), "{deed:?}");
            prop_assert!(settles(&next, seconds) >= now + seconds || matches!(deed, Deed::Swap), "{deed:?}");
            row = [next];
        }
    }
}
