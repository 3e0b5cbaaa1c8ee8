//! Stores that answer a repeated swap as if it were the first (F75).

use super::*;

/// How many of two verifications of the right code are approved that both loaded before the first of them swapped;
/// their stamps come from these seeds.
fn approvals<S: Store<Error: Send> + Sync>(broken: impl Fn(MemoryStore) -> S, seeds: [u64; 2]) -> usize {
    let desk = Desk::new(MemoryStore::new());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let (store, verifier) = (&Meeting::of(2, broken(desk.store)), &desk.verifier);
    let code = &code;
    let confirm = move |seed| {
        let rng = &mut ChaCha20Rng::seed_from_u64(seed);
        let verify = verifier.verify(PAY, &customer(), handle, six(code), payment(1), at(START), rng).unwrap();
        verify.run(store).is_ok()
    };
    std::thread::scope(|scope| {
        let both = seeds.map(|seed| scope.spawn(move || confirm(seed)));
        both.map(|thread| usize::from(thread.join().unwrap())).iter().sum()
    })
}

/// How many of ten wrong codes were judged, one after the other, and how many the record counts.
fn judged<S: Store<Error: Debug>>(broken: impl Fn(MemoryStore) -> S) -> (usize, u8) {
    let desk = Desk::new(broken(MemoryStore::new()));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let judged = (0..10).filter(|_| desk.miss(PAY, &customer(), &sent).reason() == Reason::WrongCode).count();
    (judged, desk.status(PAY, &customer()).total_failures())
}

#[test]
fn f75_a_driver_that_repeats_a_swap_gives_one_approval_and_charges_once() {
    assert_eq!(approvals(Repeating, [1, 2]), 1);
    assert_eq!(judged(Repeating), (5, 5));
}

#[test]
fn f75_a_driver_that_says_done_when_stored_equals_next_gives_one_approval() {
    assert_eq!(approvals(DoneWhenEqual, [1, 2]), 1);
    assert_eq!(judged(DoneWhenEqual), (5, 5));
}

/// What holds above is the stamp: two operations that draw the same one write the same bytes, and each believes that its
/// own write landed. So the randomness must not repeat, not even between two nodes that were cloned from one image.
#[test]
fn f75_it_is_the_stamp_that_holds() {
    assert_eq!(approvals(Repeating, [1, 1]), 2);
    assert_eq!(approvals(DoneWhenEqual, [1, 1]), 2);
}

#[test]
fn f75_a_swap_that_is_repeated_after_its_answer_was_lost_is_still_one_write() {
    let desk = Desk::new(Counted::new(Repeating(Counted::new(MemoryStore::new()))));
    let sent = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    assert_eq!(desk.hit(PAY, &customer(), &sent), Ok(()));
    assert_eq!(desk.store.calls(), (4, 2), "two rounds, each with the load that proves its write");
    assert_eq!(desk.store.inner.0.calls(), (4, 4), "though each swap was made twice");
}
