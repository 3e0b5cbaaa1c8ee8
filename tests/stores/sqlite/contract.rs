//! The contract of a store, on a file.

use super::*;
use crate::support::*;

const KEY: Key = Key::from_bytes([7; 32]);

fn record(bytes: &[u8]) -> Record {
    Record::from_bytes(bytes)
}

/// Every byte value, and every length up to the longest.
#[test]
fn records_are_binary_and_come_back_byte_for_byte() {
    let folder = Folder::new();
    let store = folder.store();
    let all: Vec<u8> = (0..Record::LONGEST).map(|n| n as u8).collect();
    let mut seen = None;
    for length in (0..=Record::LONGEST).rev().step_by(16) {
        let next = record(&all[..length]);
        assert_eq!(store.swap(&KEY, seen.as_ref(), &next).unwrap(), Swap::Done);
        assert_eq!(store.load(&KEY).unwrap().unwrap(), next);
        seen = Some(next);
    }
}

#[test]
fn a_swap_writes_only_over_equal_bytes() {
    let folder = Folder::new();
    let store = folder.store();
    let [a, b, c] = [record(b"a\0"), record(b"b"), record(b"c")];
    assert_eq!(store.swap(&KEY, Some(&a), &b).unwrap(), Swap::Stale);
    assert_eq!(store.load(&KEY).unwrap(), None);
    assert_eq!(store.swap(&KEY, None, &a).unwrap(), Swap::Done);
    for seen in [None, Some(record(b"a")), Some(record(b"A\0")), Some(record(b"a\0\0")), Some(record(b"")), Some(b)] {
        assert_eq!(store.swap(&KEY, seen.as_ref(), &c).unwrap(), Swap::Stale, "{seen:?}");
        assert_eq!(store.load(&KEY).unwrap().unwrap(), a);
    }
}

#[test]
fn keys_that_differ_in_a_bit_or_in_case_are_different() {
    let folder = Folder::new();
    let store = folder.store();
    let key = |last: u8| {
        let mut bytes = [0; 32];
        bytes[31] = last;
        Key::from_bytes(bytes)
    };
    for last in [0, 1, b'a', b'A', 0xff] {
        assert_eq!(store.swap(&key(last), None, &record(&[last])).unwrap(), Swap::Done);
    }
    for last in [0, 1, b'a', b'A', 0xff] {
        assert_eq!(store.load(&key(last)).unwrap().unwrap(), record(&[last]));
    }
}

/// Issues once; the record says how long it must be kept.
fn issued(folder: &Folder) -> (SqliteStore, Key, Record) {
    let desk = Desk::new(folder.store());
    let rng = &mut *desk.rng.borrow_mut();
    let (payment, phone) = (payment(1), phone());
    let issue = desk.verifier.issue(PAY, &customer(), &payment, &phone, desk.time(), rng).unwrap();
    let key = *issue.key();
    drop(issue.run(&desk.store).unwrap());
    let record = desk.store.load(&key).unwrap().unwrap();
    (desk.store, key, record)
}

fn forget_at(folder: &Folder) -> Option<i64> {
    let sql = "SELECT forget_at - unixepoch() FROM countersign_records";
    other(&folder.file()).query_row(sql, [], |row| row.get(0)).unwrap()
}

fn set_forget_at(folder: &Folder, seconds: i64) {
    let sql = "UPDATE countersign_records SET forget_at = unixepoch() + ?1";
    other(&folder.file()).execute(sql, [seconds]).unwrap();
}

#[test]
fn the_time_of_forgetting_is_counted_by_the_database() {
    let folder = Folder::new();
    let (store, key, seen) = issued(&folder);
    let kept = forget_at(&folder).unwrap();
    // The day window of 24 hours and a day's margin, though the operation's clock stands in 2027.
    assert!((2 * 86_400 - 60..=2 * 86_400 + 1).contains(&kept), "{kept}");
    assert_eq!(store.swap(&key, Some(&seen), &record(b"for ever")).unwrap(), Swap::Done);
    assert_eq!(forget_at(&folder), None);
}

/// The database counts in whole seconds: what has passed of the one that a write falls into must not be lost.
#[test]
fn a_record_is_kept_for_no_less_than_it_asks() {
    let folder = Folder::new();
    let desk = Desk::new(Watched { store: folder.store(), file: folder.file() });
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for _ in 0..3 {
        let wrong = desk.verify(PAY, &customer(), handle, &not(&code), payment(1));
        assert!(matches!(wrong, Err(Failure::Refused(_))), "{wrong:?}");
    }
}

/// Sees to each write that its row is kept for as long as it asked.
struct Watched {
    store: SqliteStore,
    file: PathBuf,
}

impl Store for Watched {
    type Error = SqliteStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, SqliteStoreError> {
        self.store.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, SqliteStoreError> {
        let connection = other(&self.file);
        let ask = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, f64>(0)).unwrap();
        let start = ask("SELECT unixepoch('subsec')");
        let swap = self.store.swap(key, seen, next);
        let kept = ask("SELECT CAST(forget_at AS REAL) FROM countersign_records") - start;
        assert!(kept >= f64::from(next.keep_for().unwrap()), "{kept} of {:?}", next.keep_for());
        swap
    }
}

#[test]
fn a_forgotten_row_counts_as_absent_and_is_replaced_in_one_step() {
    let folder = Folder::new();
    let (store, key, seen) = issued(&folder);
    set_forget_at(&folder, 60);
    assert_eq!(store.swap(&key, None, &record(b"new")).unwrap(), Swap::Stale);
    set_forget_at(&folder, 0);
    assert_eq!(store.load(&key).unwrap(), None);
    assert_eq!(store.swap(&key, Some(&seen), &record(b"new")).unwrap(), Swap::Stale);
    assert_eq!(store.swap(&key, None, &record(b"new")).unwrap(), Swap::Done);
    assert_eq!(store.swap(&key, None, &record(b"again")).unwrap(), Swap::Stale);
    assert_eq!(store.load(&key).unwrap().unwrap(), record(b"new"));
}

#[test]
fn a_sweep_takes_what_may_go_and_no_more() {
    let folder = Folder::new();
    let store = folder.store();
    let connection = other(&folder.file());
    let insert = "INSERT INTO countersign_records VALUES (?1, x'00', ?2)";
    let add = |n: u32, forget_at: Option<i64>| {
        let mut key = [0; 32];
        key[..4].copy_from_slice(&n.to_be_bytes());
        connection.execute(insert, rusqlite::params![key, forget_at]).unwrap();
    };
    for n in 0..700 {
        add(n, Some(i64::from(n)));
    }
    add(700, None);
    add(701, Some(i64::MAX));
    let rows = || connection.query_row("SELECT count(*) FROM countersign_records", [], |row| row.get::<_, i64>(0));
    assert_eq!(store.sweep(0).unwrap(), 0);
    assert_eq!(store.sweep(10).unwrap(), 10);
    assert_eq!(rows().unwrap(), 692);
    let oldest = "SELECT min(forget_at) FROM countersign_records";
    assert_eq!(connection.query_row(oldest, [], |row| row.get::<_, i64>(0)).unwrap(), 10);
    assert_eq!(store.sweep(300).unwrap(), 300);
    assert_eq!(store.sweep(u32::MAX).unwrap(), 390);
    assert_eq!(rows().unwrap(), 2);
    assert_eq!(store.sweep(1).unwrap(), 0);
}

/// The sweep finds its rows by the index, or a large table would be read whole under the writers' lock.
#[test]
fn a_sweep_reads_only_what_may_go() {
    let folder = Folder::new();
    drop(folder.store());
    let sql = "EXPLAIN QUERY PLAN SELECT key FROM countersign_records \
               WHERE forget_at <= unixepoch() ORDER BY forget_at LIMIT 9";
    let plan: String = other(&folder.file()).query_row(sql, [], |row| row.get(3)).unwrap();
    assert!(plan.contains("countersign_records_forget_at"), "{plan}");
}

#[test]
fn tables_of_one_file_are_apart_and_their_names_are_checked() {
    let folder = Folder::new();
    let one = folder.store();
    let two = SqliteOptions::new().table("order").open(folder.file()).unwrap();
    assert_eq!(one.swap(&KEY, None, &record(b"1")).unwrap(), Swap::Done);
    assert_eq!(two.load(&KEY).unwrap(), None);
    assert_eq!(two.swap(&KEY, None, &record(b"2")).unwrap(), Swap::Done);
    assert_eq!(one.load(&KEY).unwrap().unwrap(), record(b"1"));
    for name in ["", "Records", "a b", "a\"; DROP TABLE countersign_records; --", "sqlite_a"] {
        let cause = SqliteOptions::new().table(name).open(folder.file()).unwrap_err();
        assert_eq!(cause.problem(), SqliteProblem::Table);
    }
}

#[test]
fn f56_a_row_that_is_returned_late_is_refused_by_its_own_time() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    desk.wait(300);
    assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::Expired);
    assert!(forget_at(&folder).unwrap() > 0, "the row is still there");
}

#[test]
fn f25_after_four_failures_the_stored_record_says_four() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for failures in 1..=4 {
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))), Reason::WrongCode);
        let fresh = Desk::new(folder.store());
        assert_eq!(fresh.status(PAY, &customer()).total_failures(), failures);
        assert_eq!(fresh.status(PAY, &customer()).day_failures(), failures);
    }
}
