//! One key of the store, and what must be stored there.

use std::format;
use std::string::String;
use std::vec::Vec;

use rand_core::TryRng as _;

use super::broken::{Broken, Clause};
use super::target::Target;
use crate::random::SystemRng;
use crate::record::Record;
use crate::store::{Key, Swap};

/// A key that only this suite uses, and what has been stored under it so far.
pub(super) struct Row<'a, T> {
    store: &'a T,
    pub(super) key: Key,
    stored: Option<Record>,
    past: Vec<Option<Record>>,
}

impl<'a, T: Target> Row<'a, T> {
    /// A row that nobody has written yet.
    pub(super) fn fresh(store: &'a T) -> Result<Self, Broken> {
        Ok(Self::at(store, Key::from_bytes(random()?)))
    }

    /// The row with this key, which nobody has written yet.
    pub(super) const fn at(store: &'a T, key: Key) -> Self {
        Self { store, key, stored: None, past: Vec::new() }
    }

    /// The same row through another handle.
    pub(super) fn through<'b>(&self, store: &'b T) -> Row<'b, T> {
        Row { store, key: self.key, stored: self.stored.clone(), past: self.past.clone() }
    }

    pub(super) const fn stored(&self) -> Option<&Record> {
        self.stored.as_ref()
    }

    /// Notes what somebody else has written.
    pub(super) fn was_written(&mut self, next: Record) {
        self.past.push(self.stored.replace(next));
    }

    /// Another handle has written `now` since: a swap over what this one knows must be stale.
    pub(super) async fn refuse_late(&mut self, now: Option<&Record>, next: &Record) -> Result<(), Broken> {
        let known = self.stored.clone();
        now.cloned().into_iter().for_each(|now| self.was_written(now));
        self.refuse(known.as_ref(), next, Clause::WritesOnlyOverSeen).await
    }

    /// Writes `next` over what is stored; it must be done, and be there.
    pub(super) async fn write(&mut self, next: &Record) -> Result<(), Broken> {
        self.write_or(next, Clause::SeenIsEnough, Clause::DoneIsWritten).await
    }

    /// As [`write`](Self::write), but it is this clause that breaks if the swap says Stale, or what it wrote is not
    /// there.
    pub(super) async fn write_or(&mut self, next: &Record, stale: Clause, missing: Clause) -> Result<(), Broken> {
        let what = format!("a swap of {} for {} bytes", told(self.stored()), next.as_bytes().len());
        let said = self.store.swap(&self.key, self.stored(), next).await?;
        if said == Swap::Stale {
            let there = self.store.load(&self.key).await?;
            let clause = if there.as_ref() == Some(next) { Clause::StaleIsUnwritten } else { stale };
            return Err(Broken::new(
                clause,
                format!("{what}, which were stored, said Stale; then {} loaded", was(there.as_ref())),
            ));
        }
        self.was_written(next.clone());
        self.holds(missing, &format!("{what} said Done")).await
    }

    /// Writes `next` over what is taken to be stored; answers whether that was done.
    pub(super) async fn try_write(&mut self, next: &Record) -> Result<bool, Broken> {
        Ok(self.store.swap(&self.key, self.stored(), next).await? == Swap::Done)
    }

    /// Swaps over something that is not stored: it must be stale, and leave what is stored.
    pub(super) async fn refuse(&self, seen: Option<&Record>, next: &Record, clause: Clause) -> Result<(), Broken> {
        let what =
            format!("a swap of {} for {} bytes, over {}", told(seen), next.as_bytes().len(), told(self.stored()));
        if self.store.swap(&self.key, seen, next).await? == Swap::Done {
            let there = self.store.load(&self.key).await?;
            let unwritten = there == self.stored && there.as_ref() != Some(next);
            let clause = if unwritten { Clause::DoneOnlyByWriting } else { clause };
            return Err(Broken::new(clause, format!("{what}, said Done; then {} loaded", was(there.as_ref()))));
        }
        self.holds(Clause::StaleIsUnwritten, &format!("{what}, said Stale")).await
    }

    /// What is stored must be loaded: at once, or, since a load may be stale, after a swap that said Stale.
    pub(super) async fn holds(&self, missing: Clause, after: &str) -> Result<(), Broken> {
        if self.store.load(&self.key).await?.as_ref() == self.stored() {
            return Ok(());
        }
        let (odd, next) = (record(40)?, record(41)?);
        if self.store.swap(&self.key, Some(&odd), &next).await? == Swap::Done {
            let seen = format!("{after}; then a swap of a record that was never written said Done");
            return Err(Broken::new(Clause::WritesOnlyOverSeen, seen));
        }
        let loaded = self.store.load(&self.key).await?;
        if loaded.as_ref() == self.stored() {
            return Ok(());
        }
        let clause = self.cause(loaded.as_ref(), missing).await?;
        let expected = told(self.stored());
        Err(Broken::new(
            clause,
            format!("{after}; then a load, after a Stale, answered {} instead of {expected}", told(loaded.as_ref())),
        ))
    }

    /// Why `loaded`, after a Stale, is not what must be stored.
    async fn cause(&self, loaded: Option<&Record>, missing: Clause) -> Result<Clause, Broken> {
        let known = loaded.is_none() || self.past.iter().any(|past| past.as_ref() == loaded);
        if !known && matches!(missing, Clause::DoneIsWritten | Clause::EveryByte) {
            return Ok(Clause::EveryByte);
        }
        let next = record(42)?;
        if self.store.swap(&self.key, self.stored(), &next).await? == Swap::Done {
            return Ok(Clause::FreshAfterStale); // what must be stored is stored: it is the load that is wrong
        }
        if missing == Clause::DoneIsWritten && self.neighbour_holds_it().await? {
            return Ok(Clause::OwnKeyOnly);
        }
        Ok(missing)
    }

    async fn neighbour_holds_it(&self) -> Result<bool, Broken> {
        for neighbour in neighbours(&self.key) {
            let loaded = self.store.load(&neighbour).await?;
            if loaded.is_some() && loaded == self.stored {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The 256 keys that differ from this one in one bit.
pub(super) fn neighbours(key: &Key) -> impl Iterator<Item = Key> + Send + use<> {
    let bytes = *key.as_bytes();
    (0..256_usize).map(move |bit| {
        let mut bytes = bytes;
        if let Some(byte) = bytes.get_mut(bit / 8) {
            *byte ^= 1 << (bit % 8);
        }
        Key::from_bytes(bytes)
    })
}

/// Bytes from the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Broken> {
    let mut bytes = [0; N];
    match SystemRng.try_fill_bytes(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Broken::new(Clause::Runs, "the operating system gave no randomness")),
    }
}

/// A record of so many random bytes, kept for ever.
pub(super) fn record(length: usize) -> Result<Record, Broken> {
    let bytes: [u8; Record::LONGEST] = random()?;
    Ok(Record::from_bytes(bytes.get(..length).unwrap_or(&bytes)))
}

/// What a record is called in a message: never by its bytes.
pub(super) fn told(record: Option<&Record>) -> String {
    record.map_or_else(|| "nothing".into(), |record| format!("a record of {} bytes", record.as_bytes().len()))
}

fn was(loaded: Option<&Record>) -> String {
    loaded.map_or_else(|| "nothing was".into(), |record| format!("{} bytes were", record.as_bytes().len()))
}
