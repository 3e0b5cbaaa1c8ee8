//! Two changes of one contact at once: one wins, and the other one is told.

use std::sync::Mutex;
use std::thread;

use super::*;

const OTHER: &str = "+4915199999999";

/// Both were confirmed before either was written: the second finds that the contact it began with is gone.
#[test]
fn n63b_5_of_two_changes_the_second_finds_the_contact_gone() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = |new| ContactRelease::replace(&row, &address(OLD), address(new)).unwrap();
    let [first, second] = [NEW, OTHER].map(|new| desk.claim(&release(new)));
    let row = [told(ContactMove::confirmed(first, &row, desk.time()).unwrap()).0];
    let late = ContactMove::confirmed(second, &row, desk.time()).unwrap_err();
    assert_eq!(late, Invalid::ContactMissing);
    // Also when the first is back at the old address meanwhile: that is another contact.
    let row = [settled(OLD)];
    let second = desk.claim(&release(OTHER));
    desk.wait(1);
    let away = [desk.change(&row, OLD, NEW)];
    let back = [desk.change(&away, NEW, OLD)];
    assert_eq!(back[0].address(), row[0].address());
    assert_eq!(ContactMove::confirmed(second, &back, desk.time()).unwrap_err(), Invalid::ContactMissing);
}

#[test]
fn f23_of_two_changes_to_one_address_the_second_finds_it_there() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD), settled(MAIL)];
    let first = desk.claim(&ContactRelease::add(&row, address(NEW)).unwrap());
    let second = desk.claim(&ContactRelease::replace(&row, &address(MAIL), address("00491 7187 654321")).unwrap());
    let contact = told(ContactMove::confirmed(first, &row, desk.time()).unwrap()).0;
    let row = [row, [contact, settled("ben@shop.example")]].concat();
    assert_eq!(ContactMove::confirmed(second, &row, desk.time()).unwrap_err(), Invalid::ContactExists);
}

/// With `Policy::CONTACT_CHANGE` the second request ends the first one, while its code is on its way.
#[test]
fn n63b_5_a_second_change_supersedes_one_that_is_open() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = |new| ContactRelease::replace(&row, &address(OLD), address(new)).unwrap();
    let (handle, code) = desk.ask(RELEASE, &release(NEW), &row[0].recipient()).unwrap();
    assert_eq!(reason(desk.ask(RELEASE, &release(OTHER), &row[0].recipient())), Reason::TooSoon);
    desk.wait(30);
    desk.ask(RELEASE, &release(OTHER), &row[0].recipient()).unwrap();
    assert_eq!(reason(desk.verify(RELEASE, &customer(), handle, &code, release(NEW))), Reason::Superseded);
}

/// Two requests that both read the table before either writes it: the condition of the write decides.
#[test]
fn n63b_5_of_two_threads_that_read_one_table_one_writes_and_tells() {
    let table = Mutex::new(vec![settled(OLD)]);
    let outbox = Mutex::new(Vec::new());
    let desk = Desk::new(MemoryStore::new());
    let before = table.lock().unwrap().clone();
    let release = |new| ContactRelease::replace(&before, &address(OLD), address(new)).unwrap();
    let claims = [NEW, OTHER].map(|new| desk.claim(&release(new)));
    let write = |moved: ContactMove| {
        let (contact, message) = told(moved);
        let mut rows = table.lock().unwrap();
        let Some(old) = rows.iter_mut().find(|row| **row == before[0]) else { return false };
        *old = contact;
        outbox.lock().unwrap().push(message);
        true
    };
    let written = thread::scope(|threads| {
        let handles = claims.map(|claim| {
            let (before, write) = (&before, &write);
            threads.spawn(move || write(ContactMove::confirmed(claim, before, at(START)).unwrap()))
        });
        handles.map(|handle| usize::from(handle.join().unwrap())).iter().sum::<usize>()
    });
    assert_eq!((written, table.lock().unwrap().len(), outbox.lock().unwrap().len()), (1, 1, 1));
}

/// One right code of a claim, typed twice at once, is one change.
#[test]
fn f01_a_claim_is_approved_once_however_many_requests_race() {
    let desk = Desk::new(MemoryStore::new());
    let row = [settled(OLD)];
    let release = ContactRelease::replace(&row, &address(OLD), address(NEW)).unwrap();
    let claim = ContactClaim::released(desk.release(&release), desk.time()).unwrap();
    let (handle, code) = desk.ask(CLAIM, &claim, &claim.new_address().recipient()).unwrap();
    let store = &desk.store;
    let approved = thread::scope(|threads| {
        let handles: Vec<_> = (0..16)
            .map(|n| {
                let (code, release) = (code.clone(), release.clone());
                threads.spawn(move || {
                    let node = Desk::node(store, n);
                    let claim = ContactClaim::resumed(release);
                    node.verify(CLAIM, &customer(), handle, &code, claim).is_ok()
                })
            })
            .collect();
        handles.into_iter().map(|handle| usize::from(handle.join().unwrap())).sum::<usize>()
    });
    assert_eq!(approved, 1);
}
