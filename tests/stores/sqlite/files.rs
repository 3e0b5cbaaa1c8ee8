//! The file itself: private, nobody else's, and never silently another one (F16, F54, F58).

use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use super::*;
use crate::support::*;

fn refused_because(folder: &Folder) -> SqliteProblem {
    SqliteStore::open(folder.file()).unwrap_err().problem()
}

#[test]
fn f58_the_file_and_those_beside_it_are_private() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&beside(&folder.file(), suffix)), 0o600, "{suffix}");
    }
}

#[test]
fn f58_symbolic_links_are_not_followed() {
    let folder = Folder::new();
    drop(SqliteStore::open(folder.path("target.db")).unwrap());
    symlink(folder.path("target.db"), folder.file()).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::Symlink);
    fs::remove_file(folder.file()).unwrap();
    symlink(folder.path("nowhere"), folder.file()).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::Symlink);
    assert!(!folder.path("nowhere").exists(), "nothing was made at the other end");
    for suffix in ["-wal", "-shm", "-journal"] {
        let folder = Folder::new();
        drop(folder.store());
        symlink("/dev/null", beside(&folder.file(), suffix)).unwrap();
        assert_eq!(refused_because(&folder), SqliteProblem::Symlink);
    }
}

#[test]
fn f58_a_link_among_the_directories_is_resolved_once() {
    let folder = Folder::new();
    fs::create_dir(folder.path("real")).unwrap();
    set_mode(&folder.path("real"), 0o700);
    symlink(folder.path("real"), folder.path("alias")).unwrap();
    let store = SqliteStore::open(folder.path("alias/records.db")).unwrap();
    assert!(folder.path("real/records.db").exists());
    fs::remove_file(folder.path("alias")).unwrap();
    assert!(Desk::new(store).issue(PAY, &customer(), &payment(1)).is_ok());
}

#[test]
fn f58_a_file_that_others_may_touch_is_refused() {
    for open in [0o602, 0o604, 0o644, 0o666] {
        let folder = Folder::new();
        drop(folder.store());
        set_mode(&folder.file(), open);
        assert_eq!(refused_because(&folder), SqliteProblem::Exposed, "{open:o}");
        assert_eq!(mode(&folder.file()), open, "left as it was");
        set_mode(&folder.file(), 0o660);
        assert!(SqliteStore::open(folder.file()).is_ok(), "a group is somebody's decision");
    }
    let folder = Folder::new();
    drop(folder.store());
    fs::write(beside(&folder.file(), "-wal"), []).unwrap();
    set_mode(&beside(&folder.file(), "-wal"), 0o666);
    assert_eq!(refused_because(&folder), SqliteProblem::Exposed);
}

#[test]
fn f58_a_directory_that_everybody_may_write_is_refused() {
    for open in [0o777, 0o1777, 0o703] {
        let folder = Folder::new();
        set_mode(&folder.path(""), open);
        assert_eq!(refused_because(&folder), SqliteProblem::Directory, "{open:o}");
        assert!(!folder.file().exists());
    }
}

/// As CVE-2024-47191: a service of root's, and a file where a user may put another one.
#[test]
fn f58_another_users_directory_is_refused() {
    let folder = Folder::new();
    if std::os::unix::fs::chown(folder.path(""), Some(65_534), None).is_err() {
        return; // only root can give a directory away
    }
    assert_eq!(refused_because(&folder), SqliteProblem::Directory);
}

#[test]
fn f58_what_is_no_plain_file_with_one_name_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.file()).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::NotAFile);
    let folder = Folder::new();
    drop(folder.store());
    fs::hard_link(folder.file(), folder.path("second.db")).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::NotAFile);
    for path in ["/", "..", ""] {
        assert!(SqliteStore::open(path).is_err());
    }
}

/// SQLite takes `file:` for a URI, whose settings could turn the locks off.
#[test]
fn a_name_that_looks_like_a_uri_is_a_name() {
    let folder = Folder::new();
    let path = folder.path("file:records.db?nolock=1");
    drop(SqliteStore::open(&path).unwrap());
    assert!(path.exists());
}

#[test]
fn f54_a_missing_directory_is_an_error_and_nothing_is_made() {
    let folder = Folder::new();
    let cause = SqliteStore::open(folder.path("missing/records.db")).unwrap_err();
    assert_eq!(cause.problem(), SqliteProblem::Directory);
    assert!(!folder.path("missing").exists());
}

#[test]
fn f54_a_file_of_something_else_is_refused_and_left_as_it_was() {
    let folder = Folder::new();
    other(&folder.file()).execute_batch("CREATE TABLE orders (id INTEGER)").unwrap();
    set_mode(&folder.file(), 0o600);
    let before = fs::read(folder.file()).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::Foreign);
    fs::write(folder.file(), b"not a database at all, but long enough to be taken for one: ".repeat(100)).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::Foreign);
    fs::write(folder.file(), &before).unwrap();
    assert_eq!(refused_because(&folder), SqliteProblem::Foreign);
    assert_eq!(fs::read(folder.file()).unwrap(), before);
}

#[test]
fn f54_the_version_and_the_table_are_checked() {
    for (change, problem) in [
        ("PRAGMA user_version = 2", SqliteProblem::Newer),
        ("PRAGMA user_version = 0", SqliteProblem::Foreign),
        ("PRAGMA application_id = 7", SqliteProblem::Foreign),
        ("ALTER TABLE countersign_records ADD COLUMN note TEXT", SqliteProblem::Foreign),
        (
            "DROP TABLE countersign_records; CREATE TABLE countersign_records (key TEXT COLLATE NOCASE PRIMARY KEY, \
             record, forget_at)",
            SqliteProblem::Foreign,
        ),
        ("DROP TABLE countersign_records; CREATE VIEW countersign_records AS SELECT 1", SqliteProblem::Foreign),
        (IGNORE, SqliteProblem::Foreign),
    ] {
        let folder = Folder::new();
        drop(folder.store());
        other(&folder.file()).execute_batch(change).unwrap();
        assert_eq!(refused_because(&folder), problem, "{change}");
    }
}

/// A trigger that drops every write without a word.
const IGNORE: &str = "CREATE TRIGGER ignore BEFORE UPDATE ON countersign_records BEGIN SELECT RAISE(IGNORE); END";

#[test]
fn f16_a_database_that_drops_writes_approves_nothing() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    other(&folder.file()).execute_batch(IGNORE).unwrap();
    let dropped = desk.verify(PAY, &customer(), handle, &code, payment(1));
    assert!(matches!(dropped, Err(Failure::Unavailable(_))), "{dropped:?}");
    other(&folder.file()).execute_batch("DROP TRIGGER ignore").unwrap();
    assert!(desk.verify(PAY, &customer(), handle, &code, payment(1)).is_ok());
}

/// SQLite goes on writing into a file that has lost its name, and all of it would be gone at the next start.
#[test]
fn f16_a_write_into_a_file_that_was_moved_is_no_approval() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    let all = ["", "-wal", "-shm"];
    let (here, there) = (folder.file(), folder.path("moved.db"));
    for suffix in all {
        fs::rename(beside(&here, suffix), beside(&there, suffix)).unwrap();
    }
    for _ in 0..2 {
        let moved = desk.verify(PAY, &customer(), handle, &code, payment(1));
        assert_eq!(problem(moved), SqliteProblem::Replaced);
        assert!(!folder.file().exists(), "no empty file is made in its place");
    }
}

/// The file is deleted, and another process starts with a new one: a fresh budget, which this store must not miss.
#[test]
fn f16_a_write_into_a_file_that_was_replaced_is_no_approval() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&folder.file(), suffix)).unwrap();
    }
    let fresh = Desk::with_keys(folder.store(), keyring());
    assert_eq!(problem(desk.verify(PAY, &customer(), handle, &code, payment(1))), SqliteProblem::Replaced);
    assert_eq!(fresh.status(PAY, &customer()).open_challenges(), 0);
    fresh.wait(60);
    assert!(fresh.issue(PAY, &customer(), &payment(1)).is_ok());
    let look = |_| desk.verifier.status(PAY, &customer(), desk.time()).unwrap().run(&desk.store).ok();
    let status = (0..4).find_map(look).expect("each connection to the old file fails once");
    assert_eq!(status.open_challenges(), 1, "the first store now reads the new file");
}

/// SQLite goes on writing into a log that has lost its name; a kill would lose all of it, a close saves it.
#[test]
fn f16_a_write_into_a_log_that_was_deleted_is_no_approval() {
    let folder = Folder::new();
    let desk = Desk::new(folder.store());
    let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
    fs::remove_file(beside(&folder.file(), "-wal")).unwrap();
    // So that the loads see it too, and nothing is written: they may rest on a look of a millisecond before.
    let now = Instant::now();
    while now.elapsed() < Duration::from_millis(1) {
        std::thread::yield_now();
    }
    for _ in 0..4 {
        let answer = desk.verify(PAY, &customer(), handle, &code, payment(1));
        assert_eq!(problem(answer), SqliteProblem::LogLost);
    }
    drop(desk);
    let after = Desk::new(folder.store());
    assert!(after.verify(PAY, &customer(), handle, &code, payment(1)).is_ok(), "the challenge was saved");
}

/// Within a millisecond a load may not see it. The write that follows does, though it has landed in the log that is gone; and
/// that the next load finds it there approves nothing.
#[test]
fn f16_a_write_into_a_log_that_was_deleted_a_moment_ago_is_no_approval() {
    for _ in 0..20 {
        let folder = Folder::new();
        let desk = Desk::new(folder.store());
        let (handle, code) = desk.issue(PAY, &customer(), &payment(1)).unwrap();
        fs::remove_file(beside(&folder.file(), "-wal")).unwrap();
        for _ in 0..2 {
            let answer = desk.verify(PAY, &customer(), handle, &code, payment(1));
            assert_eq!(problem(answer), SqliteProblem::LogLost);
        }
    }
}

/// While the writer is busy, loads have connections of their own; these too must leave the file that is gone.
#[test]
fn f16_no_connection_goes_on_reading_a_file_that_was_replaced() {
    const KEY: Key = Key::from_bytes([7; 32]);
    let folder = Folder::new();
    let store = SqliteOptions::new().patience(Duration::from_secs(1)).open(folder.file()).unwrap();
    let [old, new] = [Record::from_bytes(b"old"), Record::from_bytes(b"new")];
    assert_eq!(store.swap(&KEY, None, &old).unwrap(), Swap::Done);
    for suffix in ["", "-wal", "-shm"] {
        fs::remove_file(beside(&folder.file(), suffix)).unwrap();
    }
    assert_eq!(folder.store().swap(&KEY, None, &new).unwrap(), Swap::Done);
    assert_eq!(store.swap(&KEY, Some(&old), &new).unwrap_err().problem(), SqliteProblem::Replaced);
    let other = other(&folder.file());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.swap(&KEY, Some(&new), &old));
        while !waiting.is_finished() {
            match store.load(&KEY) {
                Ok(found) => assert_eq!(found.unwrap(), new),
                Err(cause) => assert_eq!(cause.problem(), SqliteProblem::Replaced),
            }
        }
        assert_eq!(waiting.join().unwrap().unwrap_err().problem(), SqliteProblem::Busy);
    });
}
