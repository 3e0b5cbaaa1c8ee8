//! A code is used once, and a guess is paid for, however many come at the same moment.

use super::*;
use crate::crowd::shared::Tally;
use crate::crowd::*;
use crate::support::*;

fn lent(store: SqliteStore) -> Blocking<SqliteStore> {
    Blocking::new(store, |job| drop(tokio::task::spawn_blocking(job)))
}

#[test]
fn f01_f05_64_threads_with_the_right_code_are_one_approval() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    assert_eq!(crowd.threads(&[store], &crowd.right(64)), ONE_OF_64);
}

#[test]
fn f01_f05_64_tasks_with_the_right_code_are_one_approval() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(lent(store), codes), ONE_OF_64);
}

#[test]
fn f02_of_64_wrong_codes_at_once_five_are_judged() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    assert_eq!(crowd.threads(&[&store], &crowd.wrong(64)), FIVE_OF_64);
    assert_eq!(Desk::new(store).status(PAY, &customer()).total_failures(), 5);
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    let codes = crowd.wrong(64);
    assert_eq!(crowd.tasks(lent(store), codes), FIVE_OF_64);
}

#[test]
fn f03_of_100_guesses_at_once_the_right_one_counts_only_among_the_first_three_paid() {
    for _ in 0..5 {
        let folder = Folder::new();
        let store = folder.store();
        let crowd = Crowd::before(THREE, &store);
        let mut codes = crowd.wrong(99);
        codes.extend(crowd.right(1));
        let tally = crowd.threads(&[Meeting::of(100, store)], &codes);
        match tally.approved {
            0 => assert_eq!(tally.wrong, 3),
            1 => assert!(tally.wrong < 3, "{tally:?}"),
            _ => panic!("{tally:?}"),
        }
    }
}

#[test]
fn f03_in_order_the_hundredth_is_too_late() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(THREE, &store);
    let mut codes = crowd.wrong(99);
    codes.extend(crowd.right(1));
    let tally: Tally = codes.iter().enumerate().map(|(n, code)| crowd.verify(n, code).run(&store)).collect();
    assert_eq!(tally, Tally { approved: 0, wrong: 3, unjudged: 97 });
}

/// All have loaded before one writes.
#[test]
fn f04_a_wait_between_read_and_write_changes_nothing() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    assert_eq!(crowd.threads(&[Meeting::of(64, store)], &crowd.right(64)), ONE_OF_64);
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    assert_eq!(crowd.threads(&[Meeting::of(64, store)], &crowd.wrong(64)), FIVE_OF_64);
}

/// The tests above can fail: the same file, written without looking, lets everybody through.
#[test]
fn a_store_that_compares_and_writes_apart_is_caught_by_the_same_64_threads() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    let write: fn(&SqliteStore, &Key, &Record) = |store, key, next| {
        while store.swap(key, store.load(key).unwrap().as_ref(), next).unwrap() != Swap::Done {}
    };
    let torn = Meeting::of(64, Torn::of(64, store, write));
    assert_eq!(crowd.threads(&[torn], &crowd.right(64)).approved, 64);
}

#[test]
fn f06_the_blocking_and_the_awaited_way_use_the_same_code_up() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let folder = Folder::new();
    let store = lent(folder.store());
    let crowd = Crowd::before(PAY, store.store());
    assert!(crowd.verify(1, &crowd.code).run(store.store()).is_ok());
    assert_eq!(reason(runtime.block_on(crowd.verify(2, &crowd.code).run_async(&store))), Reason::AlreadyApproved);
    let folder = Folder::new();
    let store = lent(folder.store());
    let crowd = Crowd::before(PAY, store.store());
    assert!(runtime.block_on(crowd.verify(1, &crowd.code).run_async(&store)).is_ok());
    assert_eq!(reason(crowd.verify(2, &crowd.code).run(store.store())), Reason::AlreadyApproved);
}

#[test]
fn f07_a_load_that_lags_behind_refuses_the_second_use() {
    let folder = Folder::new();
    let store = folder.store();
    let crowd = Crowd::before(PAY, &store);
    let lagging = Lagging::behind(&store, crowd.verify(0, &crowd.code).key());
    assert!(crowd.verify(1, &crowd.code).run(&store).is_ok());
    assert_eq!(reason(crowd.verify(2, &crowd.code).run(&lagging)), Reason::AlreadyApproved);
}

#[test]
fn f24_two_stores_on_one_file_are_one_budget() {
    let folder = Folder::new();
    let (one, two) = (folder.store(), folder.store());
    let crowd = Crowd::before(PAY, &one);
    assert_eq!(crowd.threads(&[&one, &two], &crowd.wrong(64)), FIVE_OF_64);
    assert_eq!(Desk::new(two).status(PAY, &customer()).total_failures(), 5);
    let folder = Folder::new();
    let (one, two) = (folder.store(), folder.store());
    let crowd = Crowd::before(PAY, &one);
    assert_eq!(crowd.threads(&[one, two], &crowd.right(64)), ONE_OF_64);
}
