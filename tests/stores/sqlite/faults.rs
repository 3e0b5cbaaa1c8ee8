//! F55: a database that is locked, full, read-only or damaged is no answer, and the store works again afterwards.

use std::time::{Duration, Instant};

use super::child::Child;
use super::*;
use crate::crowd::Crowd;
use crate::support::*;

fn impatient(folder: &Folder) -> SqliteStore {
    SqliteOptions::new().patience(Duration::from_millis(50)).open(folder.file()).unwrap()
}

#[test]
fn f55_a_database_that_another_writer_holds_is_no_answer() {
    let folder = Folder::new();
    let desk = Desk::new(impatient(&folder));
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let other = other(&folder.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(problem(desk.verify(PAY, &customer(), handle, &code, payment(1))), SqliteProblem::Busy);
    assert_eq!(problem(desk.verify(PAY, &customer(), handle, &not(&code), payment(1))), SqliteProblem::Busy);
    assert_eq!(desk.status(PAY, &customer()).total_failures(), 0, "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

#[test]
fn f55_a_database_that_cannot_be_read_is_no_answer() {
    let folder = Folder::new();
    drop(folder.store());
    let other = other(&folder.file());
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT").unwrap();
    let early = SqliteOptions::new().patience(Duration::from_millis(50)).open(folder.file()).unwrap_err();
    assert_eq!(early.problem(), SqliteProblem::Busy);
    drop(other);
    let desk = Desk::new(impatient(&folder));
    assert!(desk.issue(PAY, &customer(), &payment(1)).is_ok());
}

/// Threads of one process queue before SQLite sees them; they are patient no longer than one another.
#[test]
fn f55_a_crowd_before_a_locked_database_waits_no_longer_than_its_patience() {
    let folder = Folder::new();
    let store = impatient(&folder);
    let crowd = Crowd::before(PAY, &store);
    let other = other(&folder.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for n in 0..64 {
            let (crowd, store) = (&crowd, &store);
            scope.spawn(move || assert_eq!(problem(crowd.verify(n, &crowd.code).run(store)), SqliteProblem::Busy));
        }
    });
    // One after the other they would take 64 times 50 ms.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    assert!(crowd.verify(64, &crowd.code).run(&store).is_ok());
}

/// A child whose files may not grow: every write past the limit fails, as on a full disk.
#[test]
#[cfg(target_os = "linux")]
fn f55_a_full_disk_is_no_answer_and_space_makes_it_work_again() {
    let folder = Folder::new();
    drop(folder.store());
    let report = Child::new("full", &folder).limited().run();
    assert!(report.contains("full: Full") || report.contains("full: Failed"), "{report}");
    assert!(report.contains("works again"), "{report}");
}

/// A child that may read the file and not write it.
#[test]
fn f55_a_file_that_may_not_be_written_is_refused() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    drop(desk);
    set_mode(&folder.file(), 0o400);
    let report = Child::new("read-only", &folder).for_nobody().run();
    assert!(report.contains("read-only: ReadOnly"), "{report}");
    set_mode(&folder.file(), 0o600);
    assert!(SqliteStore::open(folder.file()).is_ok());
}

#[test]
fn f55_a_damaged_file_is_no_answer_and_its_repair_works_at_once() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    for n in 0..40 {
        desk.issue(PAY, &Subject::new(&format!("customer-{n}")).unwrap(), &payment(1)).unwrap();
    }
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    other(&folder.file()).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let whole = fs::read(folder.file()).unwrap();
    let mut damaged = whole.clone();
    damaged[4_096..].fill(0xa5); // all but the page with the header
    fs::write(folder.file(), &damaged).unwrap();
    let fresh = Desk::new(folder.store());
    for _ in 0..2 {
        let answer = fresh.verify(PAY, &customer(), handle, &code, payment(1));
        assert_eq!(problem(answer), SqliteProblem::Damaged);
        let answer = fresh.issue(PAY, &customer(), &payment(1));
        assert_eq!(problem(answer), SqliteProblem::Damaged, "damage is not a fresh budget");
    }
    fs::write(folder.file(), &whole).unwrap();
    assert!(fresh.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

#[test]
fn f55_a_row_that_was_edited_is_refused_as_corrupt() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for edit in
        ["substr(record, 1, length(record) - 1)", "zeroblob(length(record))", "x''", "CAST(record || x'00' AS BLOB)"]
    {
        let sql = format!("UPDATE countersign_records SET record = {edit}");
        assert_eq!(other(&folder.file()).execute(&sql, []).unwrap(), 1);
        assert_eq!(reason(desk.verify(PAY, &customer(), handle, &code, payment(1))), Reason::CorruptRecord);
    }
    for edit in ["record = CAST(record AS TEXT)", "record = NULL", "record = zeroblob(385)", "key = x'00'"] {
        let sql = format!("UPDATE countersign_records SET {edit}");
        assert!(other(&folder.file()).execute(&sql, []).is_err(), "the table takes no {edit}");
    }
}

#[test]
fn an_error_names_its_cause_and_shows_no_record() {
    let folder = Folder::new();
    let desk = Desk::new(impatient(&folder));
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    other(&folder.file()).execute_batch("DROP TABLE countersign_records").unwrap();
    let cause = desk.verify(PAY, &customer(), handle, &code, payment(1)).unwrap_err();
    let Failure::Unavailable(Unavailable::Store(cause)) = cause else { panic!("{cause:?}") };
    let source = std::error::Error::source(&cause).expect("SQLite's own words").to_string();
    assert!(source.contains("no such table"), "{source}");
    assert_eq!(cause.to_string(), "the database failed");
    assert!(!format!("{cause:?}").contains(&code));
}
