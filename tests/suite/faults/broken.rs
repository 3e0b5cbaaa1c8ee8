//! Stores that break the contract.

use countersign::*;

/// Writes whatever it is given: last writer wins.
pub struct LastWriterWins<S>(pub S);

impl<S: Store> Store for LastWriterWins<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.0.load(key)
    }

    fn swap(&self, key: &Key, _: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        while self.0.swap(key, self.0.load(key)?.as_ref(), next)? == Swap::Stale {}
        Ok(Swap::Done)
    }
}

/// Says `Done` and writes nothing.
pub struct Forgetful<S>(pub S);

impl<S: Store> Store for Forgetful<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.0.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, _: &Record) -> Result<Swap, S::Error> {
        Ok(if self.0.load(key)?.as_ref() == seen { Swap::Done } else { Swap::Stale })
    }
}

/// Answers every load with what is stored under one key.
pub struct Misdirected<S> {
    pub inner: S,
    pub key: Key,
}

impl<S: Store> Store for Misdirected<S> {
    type Error = S::Error;

    fn load(&self, _: &Key) -> Result<Option<Record>, S::Error> {
        self.inner.load(&self.key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        self.inner.swap(key, seen, next)
    }
}

/// A driver that repeats every swap, as after a lost answer, and gives the second answer.
pub struct Repeating<S>(pub S);

impl<S: Store> Store for Repeating<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.0.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let _ = self.0.swap(key, seen, next)?;
        self.0.swap(key, seen, next)
    }
}

/// Says `Done` to a stale swap if what is stored happens to be `next`.
pub struct DoneWhenEqual<S>(pub S);

impl<S: Store> Store for DoneWhenEqual<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, S::Error> {
        self.0.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, S::Error> {
        let answer = self.0.swap(key, seen, next)?;
        let equal = self.0.load(key)?.as_ref() == Some(next);
        Ok(if equal { Swap::Done } else { answer })
    }
}
