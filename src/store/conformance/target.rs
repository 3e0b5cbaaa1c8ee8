//! The store that is put to the test, blocking or awaited, so that each check is written once.

use core::fmt::Debug;
use std::boxed::Box;
use std::format;
use std::string::String;
use std::sync::Arc;

use super::broken::{Broken, Clause};
use super::faults::{Call, Fault, Faulty, FaultyError};
use crate::approval::Refused;
use crate::operation::{Failure, Operation};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Store, Swap};

pub(super) type Plan = Box<dyn Fn(Call) -> Fault + Send + Sync>;

/// A handle on the store. An error of the store itself is the end of the suite.
pub(super) trait Target: Send + Sync {
    fn load(&self, key: &Key) -> impl Future<Output = Result<Option<Record>, Broken>> + Send;

    fn swap(
        &self,
        key: &Key,
        seen: Option<&Record>,
        next: &Record,
    ) -> impl Future<Output = Result<Swap, Broken>> + Send;

    fn run<O: Operation + Send>(&self, operation: O) -> impl Future<Output = Result<O::Output, No>> + Send;

    /// The same store with faults.
    fn under(&self, plan: Plan) -> Self;
}

/// Why an operation approved nothing.
#[derive(Debug)]
pub(super) enum No {
    Refused(Refused),
    Unavailable(String),
}

/// A store that blocks.
pub(super) struct Blocked<S>(Faulty<Arc<S>>);

/// A store that is awaited.
pub(super) struct Awaited<S>(Faulty<Arc<S>>);

impl<S> Blocked<S> {
    pub(super) fn new(store: S) -> Self {
        Self(healthy(Arc::new(store)))
    }
}

impl<S> Awaited<S> {
    pub(super) fn new(store: S) -> Self {
        Self(healthy(Arc::new(store)))
    }
}

impl<S: Store<Error: Debug> + Send + Sync> Target for Blocked<S> {
    async fn load(&self, key: &Key) -> Result<Option<Record>, Broken> {
        self.0.load(key).map_err(|error| failed("a load", &error))
    }

    async fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Broken> {
        self.0.swap(key, seen, next).map_err(|error| failed("a swap", &error))
    }

    async fn run<O: Operation + Send>(&self, operation: O) -> Result<O::Output, No> {
        operation.run(&self.0).map_err(No::of)
    }

    fn under(&self, plan: Plan) -> Self {
        Self(Faulty::new(Arc::clone(self.0.inner()), plan))
    }
}

impl<S: AsyncStore<Error: Debug> + Send> Target for Awaited<S> {
    async fn load(&self, key: &Key) -> Result<Option<Record>, Broken> {
        self.0.load_async(key).await.map_err(|error| failed("a load", &error))
    }

    async fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Broken> {
        self.0.swap_async(key, seen, next).await.map_err(|error| failed("a swap", &error))
    }

    async fn run<O: Operation + Send>(&self, operation: O) -> Result<O::Output, No> {
        operation.run_async(&self.0).await.map_err(No::of)
    }

    fn under(&self, plan: Plan) -> Self {
        Self(Faulty::new(Arc::clone(self.0.inner()), plan))
    }
}

impl No {
    fn of<E: Debug>(failure: Failure<FaultyError<E>>) -> Self {
        match failure {
            Failure::Refused(refused) => Self::Refused(refused),
            other => Self::Unavailable(format!("{other:?}")),
        }
    }
}

fn healthy<S>(store: Arc<S>) -> Faulty<Arc<S>> {
    Faulty::new(store, |_| Fault::None)
}

fn failed<E: Debug>(what: &str, error: &FaultyError<E>) -> Broken {
    match error {
        FaultyError::Store(error) => Broken::new(Clause::Answers, format!("{what} failed: {error:?}")),
        FaultyError::Planned => Broken::new(Clause::Runs, format!("{what} failed by plan")),
    }
}
