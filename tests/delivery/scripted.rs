//! Channels that answer what they are told to, and remember what they were given.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use countersign::*;

/// What a channel was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub kind: RecipientKind,
    pub address: String,
    pub key: IdempotencyKey,
    pub text: String,
}

/// What a channel will answer next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Now(Delivery),
    /// When so many seconds have passed; a channel that blocks keeps its caller for as long.
    After(u64, Delivery),
    /// Never; one that blocks says that it does not know.
    Never,
}

/// One provider for every kind; without a word it takes whatever comes.
pub struct Provider<'c> {
    pub clock: &'c ManualClock,
    answers: Mutex<VecDeque<Answer>>,
    given: Mutex<Vec<Given>>,
}

impl<'c> Provider<'c> {
    pub fn new(clock: &'c ManualClock) -> Self {
        Self { clock, answers: Mutex::default(), given: Mutex::default() }
    }

    /// The next answers, in order, behind those that are left.
    pub fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    pub fn given(&self) -> Vec<Given> {
        self.given.lock().unwrap().clone()
    }

    pub fn kinds(&self) -> Vec<RecipientKind> {
        self.given().iter().map(|given| given.kind).collect()
    }

    fn take(&self, text: &str, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Answer {
        let (kind, address) = (recipient.kind(), recipient.address().to_owned());
        self.given.lock().unwrap().push(Given { kind, address, key: *key, text: text.to_owned() });
        self.answers.lock().unwrap().pop_front().unwrap_or(Answer::Now(Delivery::Sent))
    }
}

impl Channel<String> for Provider<'_> {
    fn send(&self, message: &String, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        match self.take(message, recipient, key) {
            Answer::Now(delivery) => delivery,
            Answer::After(seconds, delivery) => {
                self.clock.advance(seconds);
                delivery
            }
            Answer::Never => Delivery::Unknown,
        }
    }
}

impl AsyncChannel<String> for Provider<'_> {
    async fn send_async(&self, message: &String, recipient: &Recipient<'_>, key: &IdempotencyKey) -> Delivery {
        match self.take(message, recipient, key) {
            Answer::Now(delivery) => delivery,
            Answer::After(seconds, delivery) => {
                let at = self.clock.now().unwrap().saturating_add(seconds);
                std::future::poll_fn(
                    |_| if self.clock.now().unwrap() >= at { Poll::Ready(()) } else { Poll::Pending },
                )
                .await;
                delivery
            }
            Answer::Never => std::future::pending().await,
        }
    }
}

/// A timer on the clock that is moved by hand. Whenever nothing else is ready, a second passes.
pub struct Hand<'c>(pub &'c ManualClock);

impl Timer for Hand<'_> {
    async fn wait(&self, time: Duration) {
        let until = self.0.now().unwrap().saturating_add(time.as_secs());
        std::future::poll_fn(|_| {
            if self.0.now().unwrap() >= until {
                return Poll::Ready(());
            }
            self.0.advance(1);
            Poll::Pending
        })
        .await;
    }
}

/// Polls to the end: nothing here has to be woken.
pub fn block_on<F: Future>(future: F) -> F::Output {
    polled(future, usize::MAX).unwrap_or_else(|| panic!("it never ends"))
}

/// Polls so often, and drops what is not ready by then.
pub fn polled<F: Future>(future: F, times: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times.min(1_000_000)).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    })
}
