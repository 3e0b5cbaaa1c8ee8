//! Stores that wait, fail, lag or break their contract, each in one way, and a loop that drives any of them.

mod broken;
mod failing;
mod meeting;

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use countersign::*;

pub use broken::{DoneWhenEqual, Forgetful, LastWriterWins, Misdirected, Repeating};
pub use failing::{Down, Failing, Fault, Lagging, Stale};
pub use meeting::{Meeting, Torn, Yielding};

/// The twin of a store whose calls never wait.
macro_rules! awaited {
    ($($store:ty),+) => {$(
        impl<S: Store<Error: Send> + Sync> AsyncStore for $store {
            type Error = <Self as Store>::Error;

            async fn load_async(&self, key: &Key) -> Result<Option<Record>, <Self as Store>::Error> {
                self.load(key)
            }

            async fn swap_async(
                &self,
                key: &Key,
                seen: Option<&Record>,
                next: &Record,
            ) -> Result<Swap, <Self as Store>::Error> {
                self.swap(key, seen, next)
            }
        }
    )+};
}

/// The two loops that there are.
#[derive(Clone, Copy, Debug)]
pub enum Way {
    Blocking,
    Awaited,
}

impl Way {
    pub const BOTH: [Self; 2] = [Self::Blocking, Self::Awaited];

    pub fn run<O, S, E>(self, operation: O, store: &S) -> Result<O::Output, Failure<E>>
    where
        O: Operation + Send,
        S: Store<Error = E> + AsyncStore<Error = E>,
    {
        match self {
            Self::Blocking => operation.run(store),
            Self::Awaited => block_on(operation.run_async(store)),
        }
    }
}

/// Polls to the end: no store here has to be woken.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}

/// Counts calls, and remembers the last record that was written.
#[derive(Default)]
pub struct Counted<S> {
    pub inner: S,
    loads: AtomicUsize,
    swaps: AtomicUsize,
    written: Mutex<Option<Record>>,
}

impl<S> Counted<S> {
    pub fn new(inner: S) -> Self {
        Self { inner, loads: AtomicUsize::new(0), swaps: AtomicUsize::new(0), written: Mutex::new(None) }
    }

    /// Loads and swaps since the last time that somebody asked.
    pub fn calls(&self) -> (usize, usize) {
        (self.loads.swap(0, Ordering::SeqCst), self.swaps.swap(0, Ordering::SeqCst))
    }

    /// The last record that was written.
    pub fn written(&self) -> Record {
        self.written.lock().unwrap().clone().expect("nothing was written")
    }
}

impl<S: Store> Store for Counted<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.inner.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.swaps.fetch_add(1, Ordering::SeqCst);
        let answer = self.inner.swap(key, seen, next)?;
        if answer == Swap::Done {
            self.written.lock().unwrap().replace(next.clone());
        }
        Ok(answer)
    }
}

/// One row of bytes that answers every load, whatever the key, and takes a write like any other store.
pub struct Row(Mutex<Vec<u8>>);

impl Row {
    pub fn new(bytes: &[u8]) -> Self {
        Self(Mutex::new(bytes.to_vec()))
    }
}

impl Store for Row {
    type Error = Down;

    fn load(&self, _: &Key) -> Result<Option<Record>, Down> {
        Ok(Some(Record::from_bytes(&self.0.lock().unwrap())))
    }

    fn swap(&self, _: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        let mut row = self.0.lock().unwrap();
        if seen.map(Record::as_bytes) != Some(&row[..]) {
            return Ok(Swap::Stale);
        }
        *row = next.as_bytes().to_vec();
        Ok(Swap::Done)
    }
}

awaited!(
    Counted<S>,
    Failing<S>,
    Lagging<S>,
    Stale<S>,
    Forgetful<S>,
    LastWriterWins<S>,
    DoneWhenEqual<S>,
    Repeating<S>
);
