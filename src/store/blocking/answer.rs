//! One answer, from a thread that blocks to a future that waits.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};

/// The two ends of one answer.
pub(super) fn pair<T>() -> (Promise<T>, Answer<T>) {
    let shared = Arc::new(Mutex::new(State::Waiting(None)));
    (Promise(Arc::clone(&shared)), Answer(shared))
}

/// What the job holds. Dropped unkept, by a panic or by whoever was to run it, it says that there is no answer.
pub(super) struct Promise<T>(Arc<Mutex<State<T>>>);

/// What the caller awaits: `None` if nobody will ever answer.
pub(super) struct Answer<T>(Arc<Mutex<State<T>>>);

enum State<T> {
    Waiting(Option<Waker>),
    Over(Option<T>),
}

impl<T> Promise<T> {
    pub(super) fn keep(self, value: T) {
        self.end(Some(value));
    }

    /// The first end counts: a kept promise is dropped too.
    fn end(&self, value: Option<T>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let State::Waiting(waker) = &mut *state else {
            return;
        };
        let waker = waker.take();
        *state = State::Over(value);
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        self.end(None);
    }
}

impl<T> Future for Answer<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Over(value) => Poll::Ready(value.take()),
            State::Waiting(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
