//! Several processes on one file.

use std::collections::BTreeMap;
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use super::child::Child;
use super::killed::{Line, Log};
use super::*;
use crate::support::*;

const CHALLENGES: u64 = 12;

/// F01, F02 and F24 across processes: each of 3 sends 8 threads at the same 12 challenges.
#[test]
fn f01_f02_f24_three_processes_are_one_budget_and_one_approval() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let log = Log::append(&folder.path("log"));
    for n in 0..CHALLENGES {
        let who = format!("customer-{n}");
        let (handle, code) = desk.issue(PAY, &Subject::new(&who).unwrap(), &payment(1)).unwrap();
        log.write(&Line::Issued { who, handle: handle.to_text(), code, guess: n % 2 == 1 });
    }
    let children: Vec<_> = (1..=3).map(|number| Child::new("join", &folder).number(number).start()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let (mut approved, mut judged) = (BTreeMap::new(), BTreeMap::new());
    for line in Log::read(&folder.path("log")) {
        match line {
            Line::Approved { handle, .. } => *approved.entry(handle).or_insert(0) += 1,
            Line::Judged { handle, .. } => *judged.entry(handle).or_insert(0) += 1,
            Line::Issued { .. } | Line::LoggedIn { .. } => {}
        }
    }
    assert_eq!(approved.len() as u64, CHALLENGES / 2);
    assert!(approved.values().all(|times| *times == 1), "{approved:?}");
    assert_eq!(judged.len() as u64, CHALLENGES / 2);
    assert!(judged.values().all(|times| *times == 5), "{judged:?}");
}

/// Whoever comes first makes the file and its table; the others find them.
#[test]
fn eight_stores_that_open_a_new_file_at_once_share_it() {
    for _ in 0..5 {
        let folder = Folder::new();
        let ready = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for n in 0..8 {
                let (folder, ready) = (&folder, &ready);
                scope.spawn(move || {
                    ready.wait();
                    let store = folder.store();
                    let next = Record::from_bytes(&[n]);
                    assert_eq!(store.swap(&Key::from_bytes([n; 32]), None, &next).unwrap(), Swap::Done);
                });
            }
        });
        let store = folder.store();
        assert!((0..8).all(|n| store.load(&Key::from_bytes([n; 32])).unwrap().is_some()));
    }
}

/// A new file that another process is about to make into a database: this one waits, though SQLite itself does not.
#[test]
fn a_store_that_opens_a_file_in_the_making_waits_for_it() {
    let folder = Folder::new();
    drop(fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(folder.file()).unwrap());
    let maker = other(&folder.file());
    maker.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let opening = scope.spawn(|| SqliteStore::open(folder.file()).map(drop));
        std::thread::sleep(Duration::from_millis(200)); // a lock of another process is no clock of ours
        maker.execute_batch("ROLLBACK").unwrap();
        assert!(opening.join().unwrap().is_ok());
    });
}
