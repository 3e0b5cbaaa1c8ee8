//! The server is killed while 32 clients issue and verify, and 8 more log in with authenticators and recovery codes. What
//! was said is then compared with what is stored.

mod logins;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign::*;

use crate::desk::{Desk, Shared};
use crate::devices::Spent;
use crate::private::Private;
use crate::support::{not, payment};

const CLIENTS: usize = 32;
const LOGGING_IN: usize = 8;
/// Of `Policy::PAYMENT`.
const ATTEMPTS: u8 = 5;
/// Until the server is killed.
const WHILE: Duration = Duration::from_secs(3);

/// A store on a server that may be killed.
#[allow(async_fn_in_trait)] // it is awaited by tests alone
pub trait Mortal {
    type Store: Shared;

    /// Settings with which a server that is killed loses nothing, and such with which it does.
    const DURABLE: &'static [&'static str];
    const LOSSY: &'static [&'static str];

    fn server(settings: &[&str]) -> Private;

    /// The store, as soon as the server answers; `lossy` is the caller's word that it may lose.
    async fn store(server: &Private, lossy: bool) -> Self::Store;

    /// Called on a lossy server some time before it is killed.
    fn hold_back(_server: &Private) {}
}

pub async fn f55_a_killed_server_keeps_every_approval_and_every_failure<M: Mortal>() {
    let seen = killed::<M>(M::DURABLE, false).await;
    let enough = seen.approvals >= 32 && seen.judged >= 64 && seen.spent > 0 && seen.logins.codes >= 32;
    assert!(enough, "too little happened: {seen:?}");
    assert_eq!(seen.lost(), 0, "{seen:?}");
}

pub async fn a_killed_server_without_durability_is_seen_to_lose<M: Mortal>() {
    let seen = killed::<M>(M::LOSSY, true).await;
    assert!(seen.lost() >= 10, "the comparison does not look: {seen:?}");
    assert!(seen.logins.revived >= 1, "nor does that of watermarks: {seen:?}");
}

/// What a client was told of a challenge.
struct Entry {
    who: Subject,
    handle: Handle,
    code: String,
    wrong: u8,
    approvals: Vec<ApprovalId>,
}

/// What was said, and what the records do not know of it.
#[derive(Debug, Default)]
struct Seen {
    challenges: usize,
    approvals: usize,
    judged: usize,
    /// Challenges whose attempts were used up.
    spent: usize,
    /// Issues whose ticket was given out, and that are gone.
    lost_challenges: usize,
    /// Approvals that were given out, and whose challenge is not approved.
    lost_approvals: usize,
    /// Records that count fewer failures or messages than were judged or sent.
    lost_counts: usize,
    /// Challenges that were approved or used up, and whose code was approved after the restart.
    revived: usize,
    /// Challenges of which more codes were judged, before and after, than the policy allows.
    judged_beyond: usize,
    /// Codes of authenticators and recovery codes.
    logins: Spent,
}

impl Seen {
    fn lost(&self) -> usize {
        let challenges = self.lost_challenges + self.lost_approvals + self.revived + self.judged_beyond;
        challenges + self.lost_counts + self.logins.lost()
    }
}

/// Runs the clients, kills the server after a while, starts it, and compares.
async fn killed<M: Mortal>(settings: &[&str], lossy: bool) -> Seen {
    let server = M::server(settings);
    let (desk, log) = (Arc::new(Desk::new(M::store(&server, lossy).await)), Arc::new(Mutex::new(Vec::new())));
    let first = logins::first(LOGGING_IN, &desk).await;
    let clients = (0..CLIENTS).map(|client| tokio::spawn(serve(client, Arc::clone(&desk), Arc::clone(&log))));
    let customers = Arc::new(Mutex::new(Vec::new()));
    let more = first.into_iter().enumerate().map(|(client, customer)| {
        tokio::spawn(logins::serve(client, customer, Arc::clone(&desk), Arc::clone(&customers)))
    });
    let clients = clients.chain(more).collect::<Vec<_>>();
    tokio::time::sleep(WHILE / 3).await;
    if lossy {
        M::hold_back(&server);
    }
    tokio::time::sleep(WHILE * 2 / 3).await;
    server.kill();
    for client in clients {
        client.await.unwrap();
    }
    server.start();
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (entries, customers) = (taken(&log), taken(&customers));
    let readers = (0..CLIENTS).map(|_| {
        let (desk, entries, seen) = (Arc::clone(&desk), Arc::clone(&entries), Arc::clone(&seen));
        let customers = Arc::clone(&customers);
        tokio::spawn(async move {
            while let Some(entry) = next(&entries) {
                compare(&desk, entry, &seen).await;
            }
            let logins = logins::compare(&desk, &customers).await;
            seen.lock().unwrap().logins.add(logins);
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    println!("{}: {seen:?}", settings.join(" "));
    seen
}

fn taken<T>(log: &Mutex<Vec<T>>) -> Arc<Mutex<std::vec::IntoIter<T>>> {
    Arc::new(Mutex::new(std::mem::take(&mut *log.lock().unwrap()).into_iter()))
}

fn next<T>(of: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    of.lock().unwrap().next()
}

/// Issues and types, until the server is away.
async fn serve<S: Shared>(client: usize, desk: Arc<Desk<S>>, log: Arc<Mutex<Vec<Entry>>>) {
    for number in 0.. {
        let who = Subject::new(&format!("customer-{client}-{number}")).unwrap();
        let Ok((handle, code)) = desk.issue(&who, &payment(1)).await else { return };
        let mut entry = Entry { who, handle, code, wrong: 0, approvals: Vec::new() };
        let alive = match number % 2 {
            0 => attempt(&desk, &mut entry).await,
            _ => exhaust(&desk, &mut entry).await,
        };
        assert!(entry.approvals.len() <= 1, "two approvals of one challenge");
        assert!(entry.wrong <= ATTEMPTS, "judged beyond the limit");
        log.lock().unwrap().push(entry);
        if !alive {
            return;
        }
    }
}

/// Two wrong codes at once, and then the right one in two tasks at once.
async fn attempt<S: Shared>(desk: &Desk<S>, entry: &mut Entry) -> bool {
    let (right, wrong) = (&entry.code.clone(), &not(&entry.code));
    let wrong = tokio::join!(entry.verify(desk, wrong), entry.verify(desk, wrong));
    let right = tokio::join!(entry.verify(desk, right), entry.verify(desk, right));
    [wrong.0, wrong.1, right.0, right.1].into_iter().map(|answer| entry.note(answer)).min().unwrap_or_default()
}

/// More wrong codes at once than are allowed, and then the right one, which is too late.
async fn exhaust<S: Shared>(desk: &Desk<S>, entry: &mut Entry) -> bool {
    let (right, wrong) = (entry.code.clone(), not(&entry.code));
    let guess = || entry.verify(desk, &wrong);
    let wrong = tokio::join!(guess(), guess(), guess(), guess(), guess(), guess(), guess());
    let late = entry.verify(desk, &right).await;
    let answers = [wrong.0, wrong.1, wrong.2, wrong.3, wrong.4, wrong.5, wrong.6, late];
    answers.into_iter().map(|answer| entry.note(answer)).min().unwrap_or_default()
}

impl Entry {
    async fn verify<S: Shared>(&self, desk: &Desk<S>, code: &str) -> Result<Approved<Payment>, Failure<S::Error>> {
        desk.verify(&self.who, self.handle, code, payment(1)).await
    }

    /// Notes what was said. Whether anything was.
    fn note<E>(&mut self, answer: Result<Approved<Payment>, Failure<E>>) -> bool {
        match answer {
            Ok(approved) => self.approvals.push(approved.id()),
            Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => self.wrong += 1,
            Err(Failure::Refused(_)) => {}
            Err(_) => return false,
        }
        true
    }

    /// Asks until the server, which has just started, answers.
    async fn status<S: Shared>(&self, desk: &Desk<S>) -> Status {
        for _ in 0..600 {
            match desk.status(&self.who, self.handle).await {
                Ok(status) => return status,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        panic!("the server does not come back");
    }

    fn is_spent(&self) -> bool {
        self.wrong == ATTEMPTS
    }
}

/// Compares what was said with the record, and tries what it allows now.
async fn compare<S: Shared>(desk: &Desk<S>, mut entry: Entry, seen: &Mutex<Seen>) {
    let (before, spent, approved) = (entry.wrong, entry.is_spent(), !entry.approvals.is_empty());
    let status = entry.status(desk).await;
    let (right, wrong) = (entry.code.clone(), not(&entry.code));
    if !approved {
        for _ in 0..=ATTEMPTS {
            let answer = entry.verify(desk, &wrong).await;
            entry.note(answer);
        }
    }
    let again = entry.verify(desk, &right).await.map(|again| again.id()).ok();
    assert!(entry.approvals.iter().all(|id| again.is_none_or(|again| again == *id)), "one id a challenge");
    let mut seen = seen.lock().unwrap();
    seen.challenges += 1;
    seen.approvals += usize::from(approved);
    seen.judged += usize::from(before);
    seen.spent += usize::from(spent);
    seen.lost_challenges += usize::from(status.challenge().is_none());
    seen.lost_approvals += usize::from(approved && status.challenge() != Some(ChallengeStatus::Approved));
    // A success clears the other counts of failures, and nothing clears the day's.
    seen.lost_counts += usize::from(status.day_failures() < before || status.day_sends() < 1);
    seen.revived += usize::from((approved || spent) && again.is_some());
    seen.judged_beyond += usize::from(entry.wrong > ATTEMPTS);
}
