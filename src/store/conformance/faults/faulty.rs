use core::fmt;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::boxed::Box;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::pause::{Turns, block_on, sleep};
use super::{Call, Fault, FaultyError, Method};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Store, Swap};

/// A store that suffers what its plan says.
pub struct Faulty<S> {
    store: S,
    plan: Box<dyn Fn(Call) -> Fault + Send + Sync>,
    loads: AtomicUsize,
    swaps: AtomicUsize,
    past: Mutex<BTreeMap<Key, Past>>,
}

/// What a stale load may answer.
struct Past {
    before: Option<Record>,
    /// A swap has said Stale since, so that a load must be fresh.
    stale_said: bool,
}

impl<S> Faulty<S> {
    /// Wraps a store. Calls are counted, and the past is known, per wrapper: several may share one store.
    pub fn new(store: S, plan: impl Fn(Call) -> Fault + Send + Sync + 'static) -> Self {
        let (loads, swaps) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { store, plan: Box::new(plan), loads, swaps, past: Mutex::default() }
    }

    /// The store inside.
    pub const fn inner(&self) -> &S {
        &self.store
    }

    /// How many calls of this method came so far.
    #[must_use]
    pub fn calls(&self, method: Method) -> usize {
        self.counter(method).load(Ordering::SeqCst)
    }

    fn fault(&self, key: &Key, method: Method) -> Fault {
        let number = self.counter(method).fetch_add(1, Ordering::SeqCst);
        (self.plan)(Call { key: *key, method, number })
    }

    const fn counter(&self, method: Method) -> &AtomicUsize {
        match method {
            Method::Load => &self.loads,
            Method::Swap => &self.swaps,
        }
    }

    /// What a load that may be stale answers, if something is known.
    fn before(&self, key: &Key) -> Option<Option<Record>> {
        let past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        past.get(key).filter(|past| !past.stale_said).map(|past| past.before.clone())
    }

    fn remember(&self, key: &Key, seen: Option<&Record>, said: Swap) {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        match said {
            Swap::Done => {
                past.insert(*key, Past { before: seen.cloned(), stale_said: false });
            }
            Swap::Stale => {
                past.entry(*key).and_modify(|past| past.stale_said = true);
            }
        }
    }

    /// What becomes of an answer.
    fn answer<T, E>(fault: &Fault, answer: Result<T, E>) -> Result<T, FaultyError<E>> {
        match fault {
            Fault::ErrorAfter => Err(FaultyError::Planned),
            _ => answer.map_err(FaultyError::Store),
        }
    }
}

impl<S: Store> Store for Faulty<S> {
    type Error = FaultyError<S::Error>;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        let fault = self.fault(key, Method::Load);
        wait(&fault);
        let key = match &fault {
            Fault::ErrorBefore => return Err(FaultyError::Planned),
            Fault::OtherKey(other) => other,
            _ => key,
        };
        if let (Fault::StaleLoad, Some(before)) = (&fault, self.before(key)) {
            return Ok(before);
        }
        let loaded = self.store.load(key);
        if let Fault::Meet(meeting) = &fault {
            block_on(meeting.come());
        }
        Self::answer(&fault, loaded)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        let fault = self.fault(key, Method::Swap);
        wait(&fault);
        let key = match &fault {
            Fault::ErrorBefore => return Err(FaultyError::Planned),
            Fault::OtherKey(other) => other,
            _ => key,
        };
        let said = self.store.swap(key, seen, next);
        if let Ok(said) = said {
            self.remember(key, seen, said);
        }
        if let Fault::Meet(meeting) = &fault {
            block_on(meeting.come());
        }
        Self::answer(&fault, said)
    }
}

impl<S: AsyncStore + Send> AsyncStore for Faulty<S> {
    type Error = FaultyError<S::Error>;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        let fault = self.fault(key, Method::Load);
        wait_async(&fault).await;
        let key = match &fault {
            Fault::ErrorBefore => return Err(FaultyError::Planned),
            Fault::OtherKey(other) => other,
            _ => key,
        };
        if let (Fault::StaleLoad, Some(before)) = (&fault, self.before(key)) {
            return Ok(before);
        }
        let loaded = self.store.load_async(key).await;
        if let Fault::Meet(meeting) = &fault {
            meeting.come().await;
        }
        Self::answer(&fault, loaded)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        let fault = self.fault(key, Method::Swap);
        wait_async(&fault).await;
        let key = match &fault {
            Fault::ErrorBefore => return Err(FaultyError::Planned),
            Fault::OtherKey(other) => other,
            _ => key,
        };
        let said = self.store.swap_async(key, seen, next).await;
        if let Ok(said) = said {
            self.remember(key, seen, said);
        }
        if let Fault::Meet(meeting) = &fault {
            meeting.come().await;
        }
        Self::answer(&fault, said)
    }
}

impl<S> fmt::Debug for Faulty<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faulty").field("loads", &self.loads).field("swaps", &self.swaps).finish_non_exhaustive()
    }
}

fn wait(fault: &Fault) {
    match fault {
        Fault::Delay(time) => thread::sleep(*time),
        Fault::Yield(turns) => (0..*turns).for_each(|_| thread::yield_now()),
        _ => {}
    }
}

async fn wait_async(fault: &Fault) {
    match fault {
        Fault::Delay(time) => sleep(*time).await,
        Fault::Yield(turns) => Turns(*turns).await,
        _ => {}
    }
}
