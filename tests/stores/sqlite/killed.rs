//! A process is killed with SIGKILL while 32 threads issue and verify, and 8 more log in with authenticators and recovery
//! codes; what it said is compared with what is stored.
//!
//! A SIGKILL loses nothing that SQLite committed, at any setting of `synchronous`: the system still has the written
//! pages. Only a crash of the system or a loss of power can lose them, and `synchronous=FULL` is against those. So that
//! this test is known to look, loss is made in two other ways: by a store that answers before it writes, and by
//! cutting off the log after a kill, as a disk would that had lost it.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::Mutex;
use std::time::Duration;

use super::child::Child;
use super::logins::log_in;
use super::*;
use crate::devices::{Devices, Spent, Typed};
use crate::support::*;

/// A process is killed when it has logged so much, and some time.
const LINES: usize = 120;

/// What happened, as it was released.
pub enum Line {
    Issued { who: String, handle: String, code: String, guess: bool },
    Approved { who: String, handle: String, id: String },
    Judged { who: String, handle: String },
    LoggedIn { who: String, with: Typed },
}

/// A file to which every thread of every process appends whole lines. They survive the process.
pub struct Log(File);

impl Log {
    pub fn append(path: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(path).unwrap())
    }

    pub fn write(&self, line: &Line) {
        let text = match line {
            Line::Issued { who, handle, code, guess } => format!("issued {who} {handle} {code} {guess}\n"),
            Line::Approved { who, handle, id } => format!("approved {who} {handle} {id}\n"),
            Line::Judged { who, handle } => format!("judged {who} {handle}\n"),
            Line::LoggedIn { who, with } => format!("logged-in {who} {with}\n"),
        };
        (&self.0).write_all(text.as_bytes()).unwrap();
    }

    pub fn read(path: &Path) -> Vec<Line> {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().map(|line| Line::parse(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())).collect()
    }

    /// How many lines are whole.
    fn count(path: &Path) -> usize {
        fs::read(path).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count()
    }
}

impl Line {
    fn parse(words: &[String]) -> Self {
        let word = |n: usize| words[n].clone();
        match words[0].as_str() {
            "issued" => Self::Issued { who: word(1), handle: word(2), code: word(3), guess: word(4) == "true" },
            "approved" => Self::Approved { who: word(1), handle: word(2), id: word(3) },
            "judged" => Self::Judged { who: word(1), handle: word(2) },
            "logged-in" => Self::LoggedIn { who: word(1), with: Typed::parse(&words[2..]) },
            other => panic!("no line {other}"),
        }
    }
}

/// A store that writes new records, and answers before it writes every other change to them: what SQLite must never be.
pub struct Buffered {
    memory: MemoryStore,
    waiting: Mutex<HashMap<Key, Record>>,
    file: Mutex<Connection>,
}

impl Buffered {
    pub fn run(file: &Path, work: impl FnOnce(&Self)) {
        let file = Mutex::new(other(file));
        let buffered = Self { memory: MemoryStore::new(), waiting: Mutex::default(), file };
        std::thread::scope(|scope| {
            scope.spawn(|| buffered.flush());
            work(&buffered);
        });
    }

    fn flush(&self) {
        loop {
            std::thread::sleep(Duration::from_millis(20));
            let waiting = std::mem::take(&mut *self.waiting.lock().unwrap());
            let file = self.file.lock().unwrap();
            let all = file.unchecked_transaction().unwrap();
            for (key, record) in &waiting {
                write(&file, key, record);
            }
            all.commit().unwrap();
        }
    }
}

fn write(file: &Connection, key: &Key, record: &Record) {
    let sql = "INSERT OR REPLACE INTO countersign_records VALUES (?1, ?2, NULL)";
    file.execute(sql, rusqlite::params![key.as_bytes(), record.as_bytes()]).unwrap();
}

impl Store for Buffered {
    type Error = MemoryStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.memory.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        let answer = self.memory.swap(key, seen, next)?;
        if answer == Swap::Done {
            let mut waiting = self.waiting.lock().unwrap();
            if seen.is_none() || next.as_bytes().last().is_some_and(|byte| byte % 2 == 0) {
                waiting.remove(key);
                drop(waiting);
                write(&self.file.lock().unwrap(), key, next);
            } else {
                waiting.insert(*key, next.clone());
            }
        }
        Ok(answer)
    }
}

/// What a process said that its records do not know, over one kill or several.
#[derive(Debug, Default, PartialEq, Eq)]
struct Audit {
    approvals: usize,
    judged: usize,
    lost_approvals: usize,
    lost_failures: usize,
    second_approvals: usize,
    judged_too_often: usize,
    logins: Spent,
}

impl Audit {
    /// Compares, and then types every right code once more.
    fn run(&mut self, folder: &Folder) {
        let lines = Log::read(&folder.path("log"));
        let desk = Desk::new(folder.store());
        let (mut ids, mut failures) = (BTreeMap::<&str, Vec<&str>>::new(), BTreeMap::<&str, u8>::new());
        for line in &lines {
            match line {
                Line::Approved { handle, id, .. } => ids.entry(handle).or_default().push(id),
                Line::Judged { who, .. } => *failures.entry(who).or_default() += 1,
                Line::LoggedIn { who, with } => {
                    self.logins.count(&log_in(&desk.verifier, &desk.store, &Devices::of(who), with));
                }
                Line::Issued { .. } => {}
            }
        }
        self.approvals += ids.len();
        self.judged += failures.values().map(|count| usize::from(*count)).sum::<usize>();
        self.judged_too_often += failures.values().filter(|count| **count > 5).count();
        for line in &lines {
            let Line::Issued { who, handle, code, .. } = line else { continue };
            let said = failures.get(who.as_str()).copied().unwrap_or(0);
            let subject = Subject::new(who).unwrap();
            self.lost_failures += usize::from(said.saturating_sub(desk.status(PAY, &subject).day_failures()));
            let approved = ids.get(handle.as_str()).map_or(0, Vec::len);
            let parsed = Handle::parse(handle).unwrap();
            let again = desk.verify(PAY, &subject, parsed, code, payment(1));
            let now = usize::from(again.is_ok());
            self.lost_approvals +=
                usize::from(approved > 0 && reason_or_none(again) != Some(Reason::AlreadyApproved));
            self.second_approvals += usize::from(approved + now > 1);
        }
    }

    fn is_clean(&self) -> bool {
        let challenges = self.lost_approvals + self.second_approvals + self.judged_too_often;
        challenges + self.lost_failures + self.logins.lost() == 0
    }
}

fn reason_or_none<T>(result: Result<T, Failure<SqliteStoreError>>) -> Option<Reason> {
    match result {
        Err(Failure::Refused(refused)) => Some(refused.reason()),
        Err(other) => panic!("no answer after a kill: {other:?}"),
        Ok(_) => None,
    }
}

/// Starts a child, and kills it in the middle of its work as the system would: no destructor, no flush.
fn kill(role: &str, folder: &Folder, number: u64) {
    let mut child = Child::new(role, folder).number(number).start();
    while Log::count(&folder.path("log")) < LINES {
        assert!(child.try_wait().unwrap().is_none(), "the child works until it is killed");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(number * 13 % 100));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn f55_after_every_kill_the_records_know_all_that_was_said() {
    let mut audit = Audit::default();
    for number in 1..=8 {
        let folder = Folder::new();
        drop(folder.store());
        kill("direct", &folder, number);
        audit.run(&folder);
    }
    assert!(audit.is_clean(), "{audit:?}");
    let enough = audit.approvals >= 16 && audit.judged >= 40 && audit.logins.codes >= 40;
    assert!(enough, "there was enough to lose: {audit:?}");
}

/// The test above can fail: a store that answers before it writes is caught.
#[test]
fn a_store_that_answers_before_it_writes_is_seen_to_lose() {
    let mut audit = Audit::default();
    for number in 1..=4 {
        let folder = Folder::new();
        drop(folder.store());
        kill("buffered", &folder, number);
        audit.run(&folder);
    }
    assert!(audit.lost_approvals > 0 && audit.second_approvals > 0, "{audit:?}");
    assert!(audit.lost_failures > 0 && audit.logins.revived > 0, "{audit:?}");
}

/// What a loss of power does to a disk that did not keep what it was told to: refunded attempts, revived codes.
#[test]
fn a_log_that_is_cut_off_is_seen_to_lose() {
    let mut audit = Audit::default();
    for number in 1..=2 {
        let folder = Folder::new();
        drop(folder.store());
        kill("direct", &folder, number);
        let log = OpenOptions::new().write(true).open(beside(&folder.file(), "-wal")).unwrap();
        let length = log.metadata().unwrap().len();
        log.set_len(length / 2).unwrap();
        audit.run(&folder);
    }
    assert!(audit.lost_approvals > 0 && audit.lost_failures > 0 && audit.logins.lost() > 0, "{audit:?}");
}
