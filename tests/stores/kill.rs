//! The server is killed while 32 clients issue and verify. What was said is then compared with what is stored.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use countersign::*;

use crate::desk::{Desk, Shared};
use crate::support::{not, payment};

const CLIENTS: usize = 32;

/// What clients were told of a challenge.
struct Entry {
    who: Subject,
    handle: Handle,
    code: String,
    wrong: u8,
    approvals: Vec<ApprovalId>,
}

/// What the records do not know of what was said.
#[derive(Debug, Default)]
pub struct Seen {
    pub challenges: usize,
    pub approvals: usize,
    pub judged: usize,
    /// Issues whose ticket was given out, and that are gone.
    pub lost_challenges: usize,
    /// Approvals that were given out, and whose challenge is not approved.
    pub lost_approvals: usize,
    /// Wrong codes that were judged, and are not counted.
    pub lost_failures: usize,
    /// Codes that were approved, and again after the restart.
    pub approved_twice: usize,
}

impl Seen {
    pub fn lost(&self) -> usize {
        self.lost_challenges + self.lost_approvals + self.lost_failures + self.approved_twice
    }
}

/// Runs the clients, kills the server after a while, starts it, and compares.
pub async fn and_compare<S: Shared>(desk: Desk<S>, kill: impl FnOnce(), start: impl FnOnce()) -> Seen {
    let (desk, log) = (Arc::new(desk), Arc::new(Mutex::new(Vec::new())));
    let clients = (0..CLIENTS).map(|client| tokio::spawn(serve(client, Arc::clone(&desk), Arc::clone(&log))));
    let clients = clients.collect::<Vec<_>>();
    tokio::time::sleep(Duration::from_secs(3)).await;
    kill();
    for client in clients {
        client.await.unwrap();
    }
    start();
    let entries = std::mem::take(&mut *log.lock().unwrap());
    let mut seen = Seen::default();
    for entry in entries {
        compare(&desk, entry, &mut seen).await;
    }
    println!("{seen:?}");
    seen
}

/// Issues, types two wrong codes and then the right one in two tasks at once, until the server is away.
async fn serve<S: Shared>(client: usize, desk: Arc<Desk<S>>, log: Arc<Mutex<Vec<Entry>>>) {
    for number in 0.. {
        let who = Subject::new(&format!("customer-{client}-{number}")).unwrap();
        let Ok((handle, code)) = desk.issue(&who, &payment(1)).await else { return };
        let mut entry = Entry { who, handle, code, wrong: 0, approvals: Vec::new() };
        let alive = attempt(&desk, &mut entry).await;
        log.lock().unwrap().push(entry);
        if !alive {
            return;
        }
    }
}

async fn attempt<S: Shared>(desk: &Desk<S>, entry: &mut Entry) -> bool {
    let verify = async |guess: &str| desk.verify(&entry.who, entry.handle, guess, payment(1)).await;
    let wrong = not(&entry.code);
    let (first, second) = tokio::join!(verify(&wrong), verify(&wrong));
    let (third, fourth) = tokio::join!(verify(&entry.code), verify(&entry.code));
    let mut alive = true;
    for answer in [first, second, third, fourth] {
        match answer {
            Ok(approved) => entry.approvals.push(approved.id()),
            Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => entry.wrong += 1,
            Err(Failure::Refused(_)) => {}
            Err(_) => alive = false,
        }
    }
    alive
}

async fn compare<S: Shared>(desk: &Desk<S>, entry: Entry, seen: &mut Seen) {
    let Entry { who, handle, code, wrong, approvals } = entry;
    assert!(approvals.len() <= 1, "two approvals of one challenge while the server lived");
    seen.challenges += 1;
    seen.approvals += approvals.len();
    seen.judged += usize::from(wrong);
    let status = patient(async || desk.status(&who, handle).await).await;
    let approved = !approvals.is_empty();
    match status.challenge() {
        None => seen.lost_challenges += 1,
        Some(ChallengeStatus::Approved) => {}
        Some(_) if approved => seen.lost_approvals += 1,
        // A success clears the failures; without one they must all be there.
        Some(_) if status.total_failures() < wrong => seen.lost_failures += 1,
        Some(_) => {}
    }
    let again = desk.verify(&who, handle, &code, payment(1)).await;
    if let Ok(again) = again {
        seen.approved_twice += usize::from(approved);
        assert!(approvals.iter().all(|id| *id == again.id()), "an approval's id is its challenge's");
    }
}

/// Asks until the server, which has just started, answers.
async fn patient<T, E>(ask: impl AsyncFn() -> Result<T, Failure<E>>) -> T {
    for _ in 0..600 {
        if let Ok(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server does not come back");
}
