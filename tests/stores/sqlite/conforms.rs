//! The suite that any store must pass, on a file: two stores on it, blocking and lent to tasks.

use std::sync::Arc;

use countersign::conformance::Suite;

use super::*;

/// The clock of the database is the host's; the rows' times are brought forward instead.
fn pass(file: &Path, seconds: u64) {
    for table in ["countersign_records", "countersign_records_tally"] {
        let sql = format!("UPDATE {table} SET forget_at = forget_at - ?1");
        other(file).execute(&sql, [i64::try_from(seconds).unwrap()]).unwrap();
    }
}

#[test]
fn a_file_keeps_the_contract() {
    let folder = Folder::new();
    let suite = Suite::new().clock(|seconds| pass(&folder.file(), seconds));
    let report = suite.check(|| folder.store()).unwrap();
    assert!(report.unchecked.is_empty());
}

#[test]
fn a_file_counts_as_a_tally_does() {
    let folder = Folder::new();
    let suite = Suite::new().clock(|seconds| pass(&folder.file(), seconds));
    let report = suite.check_tally(|| folder.store()).unwrap();
    assert!(report.unchecked.is_empty());
}

#[test]
fn a_file_that_is_lent_to_tasks_counts_as_a_tally_does() {
    let folder = Arc::new(Folder::new());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let lend = || Blocking::new(folder.store(), |job| drop(tokio::task::spawn_blocking(job)));
    runtime.block_on(Suite::new().check_tally_spawned(lend, |task| drop(tokio::spawn(task)))).unwrap();
}

#[test]
fn a_file_of_an_earlier_version_gets_its_counters_and_keeps_its_records() {
    let folder = Folder::new();
    let (key, record) = (Key::from_bytes([7; 32]), Record::from_bytes(b"kept"));
    assert_eq!(folder.store().swap(&key, None, &record).unwrap(), Swap::Done);
    other(&folder.file()).execute("DROP TABLE countersign_records_tally", []).unwrap();
    let store = folder.store();
    assert_eq!(store.load(&key).unwrap(), Some(record));
    assert_eq!(store.add(&Addition::new(key, 3)).unwrap(), Tallied::Added(3));
    pass(&folder.file(), 172_801 + 2);
    assert_eq!(store.total(&key).unwrap(), 0);
    assert_eq!(store.sweep(10).unwrap(), 1, "and forgets them");
    other(&folder.file()).execute("ALTER TABLE countersign_records_tally ADD COLUMN note TEXT", []).unwrap();
    assert_eq!(SqliteStore::open(folder.file()).unwrap_err().problem(), SqliteProblem::Foreign);
}

#[test]
fn a_file_that_is_lent_to_tasks_keeps_the_contract() {
    let folder = Arc::new(Folder::new());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let file = folder.file();
    let suite = Suite::new().clock(move |seconds| pass(&file, seconds));
    let lend = || Blocking::new(folder.store(), |job| drop(tokio::task::spawn_blocking(job)));
    let report = runtime.block_on(suite.check_spawned(lend, |task| drop(tokio::spawn(task)))).unwrap();
    assert!(report.unchecked.is_empty());
}
