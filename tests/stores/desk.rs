//! A desk over an awaited store, which many tasks share.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use countersign::*;
use getrandom::SysRng;
use tokio::sync::Barrier;

use crate::support::{PAY, START, at, code_in, customer, keyring, payment, phone};

/// A store that tasks may share, whose errors can be read.
pub trait Shared: AsyncStore<Error: Error + Send + Sync + 'static> + Send + Sync + 'static {}
impl<S: AsyncStore<Error: Error + Send + Sync + 'static> + Send + Sync + 'static> Shared for S {}

/// Where stores are opened on one table or prefix of its own.
#[allow(async_fn_in_trait)] // it is awaited by tests alone
pub trait Place: Sync {
    type Store: Shared + AsyncTally;

    /// Another store on the same records, with connections of its own.
    async fn open(&self) -> Self::Store;

    /// Everything that is stored, as it is.
    async fn dump(&self) -> Vec<u8>;

    /// Stores each of two records under the other's key.
    async fn mix_up(&self);

    /// Lets seconds pass on the clock by which the store forgets: by bringing the times of its records forward.
    fn advance(&self, seconds: u64) -> impl Future<Output = ()> + Send;
}

pub struct Desk<S> {
    pub verifier: Verifier,
    pub store: S,
    pub purpose: Purpose<Payment>,
    now: AtomicU64,
}

pub type Sent = (Handle, String);

impl<S: Shared> Desk<S> {
    pub fn new(store: S) -> Self {
        Self::with_purpose(store, PAY)
    }

    pub fn with_purpose(store: S, purpose: Purpose<Payment>) -> Self {
        Self { verifier: Verifier::new(keyring()), store, purpose, now: AtomicU64::new(START) }
    }

    pub fn time(&self) -> UnixTime {
        at(self.now.load(Ordering::Relaxed))
    }

    pub fn wait(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    pub async fn issue(&self, who: &Subject, payment: &Payment) -> Result<Sent, Failure<S::Error>> {
        let issue = self
            .verifier
            .issue(self.purpose, who, payment, &phone(), self.time(), &mut SysRng)?
            .run_async(&self.store);
        let issued = issue.await?;
        Ok((issued.ticket().handle(), code_in(&issued).unwrap_or_default()))
    }

    pub async fn verify(
        &self,
        who: &Subject,
        handle: Handle,
        code: &str,
        payment: Payment,
    ) -> Result<Approved<Payment>, Failure<S::Error>> {
        let code = Code::parse(code, self.purpose.policy().format())?;
        let verify = self.verifier.verify(self.purpose, who, handle, code, payment, self.time(), &mut SysRng)?;
        verify.run_async(&self.store).await
    }

    pub async fn status(&self, who: &Subject, handle: Handle) -> Result<Status, Failure<S::Error>> {
        let look = self.verifier.status(self.purpose, who, self.time())?.challenge(handle);
        look.run_async(&self.store).await
    }
}

/// What came of many attempts at once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub approved: usize,
    pub wrong: usize,
    pub refused: usize,
    pub unavailable: usize,
}

impl Tally {
    pub fn count<T, E: Error>(&mut self, outcome: &Result<T, Failure<E>>) {
        match outcome {
            Ok(_) => self.approved += 1,
            Err(Failure::Refused(refused)) if refused.reason() == Reason::WrongCode => self.wrong += 1,
            Err(Failure::Refused(_)) => self.refused += 1,
            Err(Failure::Unavailable(_)) => self.unavailable += 1,
            Err(other) => panic!("{other}"),
        }
    }
}

/// Types every guess at the same moment, each at the next desk.
pub async fn at_once<S: Shared>(desks: &[Arc<Desk<S>>], handle: Handle, guesses: Vec<String>) -> Tally {
    let barrier = Arc::new(Barrier::new(guesses.len()));
    let tasks = guesses.into_iter().zip(desks.iter().cycle()).map(|(guess, desk)| {
        let (desk, barrier) = (Arc::clone(desk), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            desk.verify(&customer(), handle, &guess, payment(1)).await
        })
    });
    let mut tally = Tally::default();
    for task in tasks.collect::<Vec<_>>() {
        tally.count(&task.await.unwrap());
    }
    tally
}
