//! Code keys that change while challenges are open.

use super::*;

/// A keyring that issues with one code key and accepts others.
fn ring(issues: u8, accepts: &[u8]) -> Keyring {
    let ring = Keyring::new(&root(1), &root(issues)).unwrap();
    accepts.iter().fold(ring, |ring, key| ring.accept(&root(*key)).unwrap())
}

fn node(store: &Counted<MemoryStore>, keys: Keyring, number: u64) -> Desk<&Counted<MemoryStore>> {
    Desk { verifier: Verifier::new(keys), ..Desk::node(store, number) }
}

#[test]
fn open_challenges_survive_a_rotation_of_the_code_key() {
    let store = Counted::new(MemoryStore::new());
    let old = node(&store, ring(2, &[]), 1).issue(PAY, &customer(), &payment(1)).unwrap();
    let step_1 = node(&store, ring(2, &[3]), 2);
    let step_2 = node(&store, ring(3, &[2]), 3);
    step_2.wait(30);
    let new = step_2.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(step_1.hit(PAY, &customer(), &new), Ok(()), "accepted everywhere before anybody issues with it");
    step_2.wait(30);
    assert_eq!(step_2.resend(PAY, &customer(), old.0, &payment(1)).unwrap(), old, "the same code under the old key");
    assert_eq!(step_2.hit(PAY, &customer(), &old), Ok(()));
}

#[test]
fn an_unknown_code_key_is_unavailable_and_costs_nothing() {
    let store = Counted::new(MemoryStore::new());
    let knows = node(&store, ring(2, &[]), 1);
    let sent = knows.issue(PAY, &customer(), &payment(1)).unwrap();
    let lacks = node(&store, ring(3, &[]), 2);
    store.calls();
    let unknown = Failure::Unavailable(Unavailable::Cause(Cause::UnknownCodeKey));
    for code in [&sent.1, &not(&sent.1)] {
        assert_eq!(lacks.verify(PAY, &customer(), sent.0, code, payment(1)).unwrap_err(), unknown);
    }
    lacks.wait(30);
    assert_eq!(lacks.resend(PAY, &customer(), sent.0, &payment(1)).unwrap_err(), unknown);
    assert_eq!(store.calls(), (3, 0));
    assert_eq!(knows.status(PAY, &customer()).total_failures(), 0);
    assert_eq!(knows.hit(PAY, &customer(), &sent), Ok(()));
}

#[test]
fn only_verifying_or_resending_a_live_slot_reads_its_key_id() {
    let store = Counted::new(MemoryStore::new());
    let sent = node(&store, ring(2, &[]), 1).issue(PAY, &customer(), &payment(1)).unwrap();
    let lacks = node(&store, ring(3, &[]), 2);
    lacks.wait(30);
    assert_eq!(lacks.status(PAY, &customer()).open_challenges(), 1);
    assert!(lacks.issue(PAY, &customer(), &payment(1)).is_ok(), "beside the challenge that it cannot judge");
    let other = lacks.verify(PAY, &customer(), sent.0, &sent.1, payment(2));
    assert_eq!(reason(other), Reason::BindingChanged, "no code is computed for that");
    let cancel = lacks.act(|verifier, now, rng| verifier.cancel(PAY, &customer(), sent.0, now, rng));
    assert_eq!(cancel.unwrap().count(), 0);
    lacks.wait(300);
    assert_eq!(lacks.hit(PAY, &customer(), &sent), Err(Reason::BindingChanged));
}

#[test]
fn another_index_key_finds_an_empty_store() {
    let store = Counted::new(MemoryStore::new());
    let sent = node(&store, ring(2, &[]), 1).issue(PAY, &customer(), &payment(1)).unwrap();
    let replaced = node(&store, Keyring::new(&root(9), &root(2)).unwrap(), 2);
    assert_eq!(replaced.hit(PAY, &customer(), &sent), Err(Reason::UnknownHandle));
    assert!(replaced.issue(PAY, &customer(), &payment(1)).is_ok());
    assert_eq!(store.inner.len(), 2);
}
