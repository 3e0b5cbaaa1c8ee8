//! This test program, started again as a process of its own.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Barrier;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::killed::{Buffered, Line, Log};
use super::*;
use crate::support::*;

/// What a child does, and where.
const ROLE: &str = "COUNTERSIGN_CHILD_ROLE";
const FILE: &str = "COUNTERSIGN_CHILD_FILE";
const LOG: &str = "COUNTERSIGN_CHILD_LOG";
const NUMBER: &str = "COUNTERSIGN_CHILD_NUMBER";

/// Threads of a child that go for one challenge together, and teams of them.
const TEAM: usize = 8;
const TEAMS: usize = 4;
/// Threads of a child each of which logs in one customer after the other.
const LOGGING_IN: usize = 8;

pub struct Child(Command);

impl Child {
    pub fn new(role: &str, folder: &Folder) -> Self {
        Self::of(Command::new(std::env::current_exe().unwrap()), role, folder)
    }

    fn of(mut command: Command, role: &str, folder: &Folder) -> Self {
        command.args(["--exact", "sqlite::child::child", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(ROLE, role).env(FILE, folder.file()).env(LOG, folder.path("log")).env(NUMBER, "0");
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        Self(command)
    }

    /// Makes what it issues and draws its own.
    pub fn number(mut self, number: u64) -> Self {
        self.0.env(NUMBER, number.to_string());
        self
    }

    /// No file of this child may grow beyond 512 KiB; whoever tries gets an error.
    pub fn limited(self) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' XFSZ; ulimit -S -f 1024; exec \"$@\"", "sh"]);
        shell.arg(self.0.get_program()).args(self.0.get_args());
        shell.envs(self.0.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdout(Stdio::piped());
        Self(shell)
    }

    /// As a user who is not root, whom no permission stops.
    pub fn for_nobody(mut self) -> Self {
        let (_, file) = self.0.get_envs().find(|(name, _)| *name == FILE).unwrap();
        let file = PathBuf::from(file.unwrap());
        if std::os::unix::fs::chown(&file, Some(65_534), Some(65_534)).is_ok() {
            set_mode(file.parent().unwrap(), 0o755);
            self.0.uid(65_534).gid(65_534);
        }
        self
    }

    pub fn start(mut self) -> std::process::Child {
        self.0.spawn().unwrap()
    }

    /// Runs to the end; what it said.
    pub fn run(self) -> String {
        let output = self.start().wait_with_output().unwrap();
        assert!(output.status.success(), "the child failed");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

fn told(name: &str) -> PathBuf {
    std::env::var_os(name).expect("the parent tells").into()
}

/// Not a test: what the children of other tests run.
#[test]
#[ignore = "a child of other tests"]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let number = std::env::var(NUMBER).unwrap().parse().unwrap();
    match role.as_str() {
        "full" => full(),
        "read-only" => println!("read-only: {:?}", SqliteStore::open(told(FILE)).unwrap_err().problem()),
        "join" => join(number),
        "direct" => work(&SqliteStore::open(told(FILE)).unwrap(), number),
        "buffered" => Buffered::run(&told(FILE), |store| work(store, number)),
        other => panic!("no role {other}"),
    }
}

fn full() {
    let desk = Desk::new(SqliteStore::open(told(FILE)).unwrap());
    let mut last = None;
    let cause = (0..10_000).find_map(|n| {
        let who = Subject::new(&format!("customer-{n}")).unwrap();
        match desk.issue(PAY, &who, &payment(1)) {
            Ok((handle, code)) => last = Some((who, handle, code)),
            Err(cause) => return Some(cause),
        }
        None
    });
    println!("full: {:?}", problem(Err::<(), _>(cause.expect("the limit was reached"))));
    let (who, handle, code) = last.expect("some went well before");
    let refused = desk.verify(PAY, &who, handle, &code, payment(1));
    assert!(matches!(refused, Err(Failure::Unavailable(_))), "{refused:?}");
    let pid = std::process::id().to_string();
    let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:unlimited"]).status().unwrap();
    assert!(lifted.success());
    assert!(desk.verify(PAY, &who, handle, &code, payment(1)).is_ok());
    println!("works again");
}

/// Takes part in the challenges that the log names: every other process does the same.
fn join(number: u64) {
    let store = SqliteStore::open(told(FILE)).unwrap();
    let (lines, log) = (Log::read(&told(LOG)), Log::append(&told(LOG)));
    let verifier = Verifier::new(keyring());
    std::thread::scope(|scope| {
        for member in 0..TEAM as u64 {
            let (store, lines, log, verifier) = (&store, &lines, &log, &verifier);
            scope.spawn(move || {
                let rng = &mut ChaCha20Rng::seed_from_u64(number * 100 + member);
                for line in lines {
                    let Line::Issued { who, handle, code, guess } = line else { continue };
                    let guess = guess.then(|| guesses(code, number * 100 + member));
                    attempt(verifier, store, log, who, handle, guess.as_ref().unwrap_or(code), rng);
                }
            });
        }
    });
}

/// Issues, verifies and logs in until it is killed.
fn work<S: Store<Error: std::fmt::Debug + Send> + Sync>(store: &S, number: u64) {
    let log = Log::append(&told(LOG));
    let verifier = Verifier::new(keyring());
    std::thread::scope(|scope| {
        for team in 0..TEAMS {
            let (store, log, verifier) = (&store, &log, &verifier);
            scope.spawn(move || play(store, log, verifier, number * 100 + team as u64));
        }
        for thread in 0..LOGGING_IN {
            let (store, log, verifier) = (&store, &log, &verifier);
            scope.spawn(move || {
                for n in 0_u64.. {
                    logins::live(verifier, *store, log, &format!("login-{thread}-{n}"));
                }
            });
        }
    });
}

/// One team, for ever: a challenge, and all of them go for it at once; with the right code, or all with wrong ones.
fn play<S: Store<Error: std::fmt::Debug + Send> + Sync>(store: &S, log: &Log, verifier: &Verifier, team: u64) {
    let rng = &mut ChaCha20Rng::seed_from_u64(team);
    for round in 0_u64.. {
        let who = format!("customer-{team}-{round}");
        let (subject, payment, guess) = (Subject::new(&who).unwrap(), payment(1), round % 2 == 1);
        let issued = verifier.issue(PAY, &subject, &payment, &phone(), at(START), rng).unwrap().run(store).unwrap();
        let (handle, code) = (issued.ticket().handle().to_text(), code_in(&issued).unwrap());
        log.write(&Line::Issued { who: who.clone(), handle: handle.clone(), code: code.clone(), guess });
        let ready = Barrier::new(TEAM);
        std::thread::scope(|scope| {
            for member in 0..TEAM as u64 {
                let (who, handle, code, ready) = (&who, &handle, &code, &ready);
                scope.spawn(move || {
                    let rng = &mut ChaCha20Rng::seed_from_u64(team * 1_000_000 + round * 100 + member);
                    let typed = if guess { guesses(code, member) } else { code.to_owned() };
                    ready.wait();
                    attempt(verifier, store, log, who, handle, &typed, rng);
                });
            }
        });
    }
}

/// One attempt; what came of it is logged after it was released.
fn attempt<S: Store<Error: std::fmt::Debug>>(
    verifier: &Verifier,
    store: &S,
    log: &Log,
    who: &str,
    handle: &str,
    code: &str,
    rng: &mut ChaCha20Rng,
) {
    let subject = Subject::new(who).unwrap();
    let verify = verifier
        .verify(PAY, &subject, Handle::parse(handle).unwrap(), six(code), payment(1), at(START), rng)
        .unwrap();
    let (who, handle) = (who.to_owned(), handle.to_owned());
    match verify.run(store) {
        Ok(approved) => log.write(&Line::Approved { who, handle, id: approved.id().to_string() }),
        Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => {
            log.write(&Line::Judged { who, handle });
        }
        Err(Failure::Refused(_)) => {}
        Err(other) => panic!("a healthy store always answers, but: {other:?}"),
    }
}

/// The guess number `n` at a code, never right.
fn guesses(code: &str, n: u64) -> String {
    format!("{:06}", (code.parse::<u64>().unwrap() + 1 + n) % 1_000_000)
}
