//! The seam: an operation decides on one record, purely, and a loop around it pays before it reveals.
//!
//! [`Operation::step`] looks at what is stored and answers what to write, and a sealed verdict: no I/O, no clock, no
//! randomness. The verdict is opened by [`run`](Operation::run) or [`run_async`](Operation::run_async) when the write
//! that pays for it has landed, and by nothing else. That loop is written twice, once blocking and once awaited.

mod failure;
mod sheet;

use crate::approval::Refused;
use crate::event::{Done, Event, Observed};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Store, Swap};

pub use failure::{Cause, Failure, Unavailable};
use sealed::Tells;
pub(crate) use sheet::{Opened, Sheet, Shut, wait};

/// Rounds after which an operation gives up. Every landed write spends fuel of the record, so honest contention ends
/// long before; a store that says `Stale` for ever never does.
const ROUNDS: u8 = 16;

/// One thing to be done with one record, made by a [`Verifier`](crate::Verifier).
///
/// It does nothing until it is run, and runs once. The trait is sealed: the operations are this crate's.
#[must_use = "an operation does nothing until it is run"]
pub trait Operation: Sized + sealed::Sealed {
    /// What was decided: small, and sealed until it is paid for.
    type Verdict: Copy + Send + Tells;

    /// What it gives when it is not refused.
    type Output;

    /// The one record that it reads and writes.
    fn key(&self) -> &Key;

    /// Decides on what is stored, without any effect: the same `seen` always gives the same step.
    ///
    /// The verdict in it is sealed, but the record to write is not: it shows whoever holds the store what was decided.
    fn step(&self, seen: Option<&Record>) -> Step<Self::Verdict>;

    /// Opens a verdict that was paid for. Only [`run`](Operation::run) and [`run_async`](Operation::run_async) have one.
    ///
    /// # Errors
    /// [`Refused`], if that is the verdict.
    fn finish(self, paid: Paid<Self::Verdict>) -> Result<Self::Output, Refused>;

    /// Runs to the end on a store that blocks.
    ///
    /// # Errors
    /// [`Failure::Refused`] if the answer is no, [`Failure::Unavailable`] if there is no answer. Either way nothing was
    /// approved.
    fn run<S: Store + ?Sized>(self, store: &S) -> Result<Self::Output, Failure<S::Error>> {
        drive(self, store, finish)
    }

    /// Runs to the end on a store that is awaited.
    ///
    /// Spawn it, as a web framework drops a handler when its client goes away: a future that is dropped half-way
    /// approves nothing, but the attempt may be spent.
    ///
    /// # Errors
    /// As [`run`](Operation::run).
    fn run_async<S>(self, store: &S) -> impl Future<Output = Result<Self::Output, Failure<S::Error>>> + Send
    where
        Self: Send,
        S: AsyncStore + ?Sized,
    {
        drive_async(self, store, finish)
    }

    /// As [`run`](Operation::run), and says what happened, whatever that was: see [`Event`](crate::Event).
    ///
    /// The pseudonyms in the event are computed here, so that whoever does not ask for it does not pay for it.
    fn run_observed<S: Store + ?Sized>(self, store: &S) -> Observed<Self::Output, S::Error> {
        drive(self, store, observe)
    }

    /// As [`run_async`](Operation::run_async), and says what happened: see [`Event`](crate::Event).
    ///
    /// A future that is dropped half-way says nothing, one more reason to spawn it.
    fn run_observed_async<S>(self, store: &S) -> impl Future<Output = Observed<Self::Output, S::Error>> + Send
    where
        Self: Send,
        S: AsyncStore + ?Sized,
    {
        drive_async(self, store, observe)
    }
}

/// What came of the rounds: a verdict whose write has landed, or none.
type Came<O, E> = Result<Paid<<O as Operation>::Verdict>, Unavailable<E>>;

/// Goes through the rounds on a store that blocks; `end` is where every operation ends.
fn drive<O, S, T>(operation: O, store: &S, end: impl FnOnce(O, Came<O, S::Error>) -> T) -> T
where
    O: Operation,
    S: Store + ?Sized,
{
    let key = *operation.key();
    let came = 'came: {
        let mut seen = match store.load(&key) {
            Ok(seen) => seen,
            Err(cause) => break 'came Err(Unavailable::Store(cause)),
        };
        for _ in 0..ROUNDS {
            let (next, verdict) = match operation.step(seen.as_ref()) {
                Step::Write(next, verdict) => (next, verdict),
                Step::Settled(verdict) => break 'came Ok(Paid(verdict)),
                Step::Unavailable(cause) => break 'came Err(Unavailable::Cause(cause)),
            };
            let answer = store.swap(&key, seen.as_ref(), &next);
            if matches!(answer, Ok(Swap::Done)) {
                break 'came Ok(Paid(verdict));
            }
            match Doubt::settle(answer, store.load(&key), &next) {
                Doubt::Landed => break 'came Ok(Paid(verdict)),
                Doubt::Again(now) => seen = now,
                Doubt::Unknown(cause) => break 'came Err(Unavailable::Store(cause)),
            }
        }
        Err(Unavailable::Cause(Cause::Contention))
    };
    end(operation, came)
}

/// [`drive`], on a store that is awaited.
#[expect(clippy::manual_async_fn, reason = "an async function moves its arguments before it begins")]
fn drive_async<O, S, T>(
    operation: O,
    store: &S,
    end: impl FnOnce(O, Came<O, S::Error>) -> T + Send,
) -> impl Future<Output = T> + Send
where
    O: Operation + Send,
    S: AsyncStore + ?Sized,
{
    async move {
        let key = *operation.key();
        let came = 'came: {
            let mut seen = match store.load_async(&key).await {
                Ok(seen) => seen,
                Err(cause) => break 'came Err(Unavailable::Store(cause)),
            };
            for _ in 0..ROUNDS {
                let (next, verdict) = match operation.step(seen.as_ref()) {
                    Step::Write(next, verdict) => (next, verdict),
                    Step::Settled(verdict) => break 'came Ok(Paid(verdict)),
                    Step::Unavailable(cause) => break 'came Err(Unavailable::Cause(cause)),
                };
                let answer = store.swap_async(&key, seen.as_ref(), &next).await;
                if matches!(answer, Ok(Swap::Done)) {
                    break 'came Ok(Paid(verdict));
                }
                match Doubt::settle(answer, store.load_async(&key).await, &next) {
                    Doubt::Landed => break 'came Ok(Paid(verdict)),
                    Doubt::Again(now) => seen = now,
                    Doubt::Unknown(cause) => break 'came Err(Unavailable::Store(cause)),
                }
            }
            Err(Unavailable::Cause(Cause::Contention))
        };
        end(operation, came)
    }
}

fn finish<O: Operation, E>(operation: O, came: Came<O, E>) -> Result<O::Output, Failure<E>> {
    Ok(operation.finish(came?)?)
}

/// What is said follows the outcome: no event says that something was done which was not.
fn observe<O: Operation, E>(operation: O, came: Came<O, E>) -> Observed<O::Output, E> {
    let done = came.as_ref().map_or(Done::NOTHING, Tells::tell);
    let draft = Event::draft(&operation.facts(), done);
    let outcome = finish(operation, came);
    Observed { event: draft.ended(done, &outcome), outcome }
}

/// What an operation wants done.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives an operation has to do all of this")]
#[expect(clippy::large_enum_variant, reason = "without an allocator there is no box to put the record into")]
pub enum Step<V> {
    /// Swap what was seen for this record; if that lands, the verdict is paid for.
    Write(Record, V),
    /// Nothing is to be written; the verdict costs nothing.
    Settled(V),
    /// There is no verdict.
    Unavailable(Cause),
}

/// A verdict whose write has landed.
#[derive(Debug)]
pub struct Paid<V>(V);

impl<V: Copy> Paid<V> {
    pub(crate) const fn verdict(&self) -> V {
        self.0
    }
}

/// What is known after a swap that did not say `Done`. The stamp makes every write unique, so a load that answers
/// exactly `next` proves that it landed, whatever the swap said.
#[expect(clippy::large_enum_variant, reason = "it lives on the stack for a moment")]
pub(crate) enum Doubt<E> {
    Landed,
    Again(Option<Record>),
    Unknown(E),
}

impl<E> Doubt<E> {
    pub(crate) fn settle(answer: Result<Swap, E>, loaded: Result<Option<Record>, E>, next: &Record) -> Self {
        match (answer, loaded) {
            (_, Ok(Some(now))) if now == *next => Self::Landed,
            (Ok(_), Ok(now)) => Self::Again(now),
            (Err(cause), _) | (Ok(_), Err(cause)) => Self::Unknown(cause),
        }
    }
}

#[expect(unnameable_types, reason = "a seal has to be public and out of reach")]
pub(crate) mod sealed {
    use super::Paid;
    use crate::event::{Done, Facts};

    pub trait Sealed {
        /// Who wants what done to which challenge.
        fn facts(&self) -> Facts<'_>;
    }

    /// A verdict that says what was done, once it is paid for.
    pub trait Tells: Sized {
        fn tell(paid: &Paid<Self>) -> Done;
    }
}
