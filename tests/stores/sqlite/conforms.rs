//! The suite that any store must pass, on a file: two stores on it, blocking and lent to tasks.

use std::sync::Arc;

use countersign::conformance::Suite;

use super::*;

/// The clock of the database is the host's; the rows' times are brought forward instead.
fn pass(file: &Path, seconds: u64) {
    let sql = "UPDATE countersign_records SET forget_at = forget_at - ?1";
    other(file).execute(sql, [i64::try_from(seconds).unwrap()]).unwrap();
}

#[test]
fn a_file_keeps_the_contract() {
    let folder = Folder::new();
    let suite = Suite::new().clock(|seconds| pass(&folder.file(), seconds));
    let report = suite.check(|| folder.store()).unwrap();
    assert!(report.unchecked.is_empty());
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
