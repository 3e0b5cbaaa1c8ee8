use core::fmt;

use rand_core::TryCryptoRng;

use super::{Cause, Step};
use crate::approval::{Hint, Notice, Reason, Refused};
use crate::error::Invalid;
use crate::expiry::END_OF_TIME;
use crate::keyring::Keyring;
use crate::limit::{Budget, Consequence};
use crate::policy::Limits;
use crate::record::{self, Content, Fault, Record};
use crate::store::Key;
use crate::subject::Subject;
use crate::time::UnixTime;

/// What every operation starts from: whose record it is, what may be spent there, the time, and the stamp that makes
/// its write unlike any other.
pub(crate) struct Sheet<'v> {
    pub(crate) keyring: &'v Keyring,
    pub(crate) limits: Limits,
    pub(crate) key: Key,
    pub(crate) now: u64,
    /// Kept for an event, in which it becomes a pseudonym.
    pub(crate) subject: Subject,
    stamp: [u8; 8],
}

/// A record that was opened and brought to `now`.
pub(crate) struct Opened<C> {
    pub(crate) state: C,
    /// Something was brought to `now` that has to be written, even if nothing else is: what another clock had put ahead
    /// was pulled back, or an end was seen for the first time.
    pub(crate) moved: bool,
}

/// Why a record was not opened.
pub(crate) enum Shut {
    Corrupt,
    Newer,
}

impl<'v> Sheet<'v> {
    pub(crate) fn new(
        keyring: &'v Keyring,
        limits: Limits,
        key: Key,
        subject: &Subject,
        now: UnixTime,
    ) -> Result<Self, Invalid> {
        if now.as_secs() >= END_OF_TIME {
            return Err(Invalid::Time);
        }
        Ok(Self { keyring, limits, key, now: now.as_secs(), subject: *subject, stamp: [0; 8] })
    }

    /// Draws the stamp.
    pub(crate) fn stamped<R: TryCryptoRng + ?Sized>(mut self, rng: &mut R) -> Result<Self, Invalid> {
        rng.try_fill_bytes(&mut self.stamp).map_err(|_| Invalid::RandomSource)?;
        Ok(self)
    }

    pub(crate) fn open<C: Content>(&self, seen: Option<&Record>) -> Result<Option<Opened<C>>, Shut> {
        let Some(record) = seen else {
            return Ok(None);
        };
        let mut state: C = record::open(self.keyring, &self.key, record).map_err(|fault| match fault {
            Fault::Corrupt => Shut::Corrupt,
            Fault::Newer => Shut::Newer,
        })?;
        let moved = state.budget().settle(self.now);
        Ok(Some(Opened { state, moved }))
    }

    /// Refuses for as long as the record refuses everything.
    pub(crate) fn gate(&self, state: &impl Content) -> Result<(), Refused> {
        let head = state.head();
        if head.closed {
            return Err(Refused::new(Reason::Closed, Hint::Contact));
        }
        if head.budget.disabled {
            return Err(Refused::new(Reason::Disabled, Hint::Contact));
        }
        match head.budget.locked_until(&self.limits, self.now) {
            Some(until) => Err(Refused::new(Reason::Locked, wait(until))),
            None => Ok(()),
        }
    }

    pub(crate) fn write<V>(&self, state: &impl Content, verdict: impl Into<V>) -> Step<V> {
        Step::Write(record::seal(self.keyring, &self.key, state, self.stamp, self.now), verdict.into())
    }

    /// Nothing changed but, perhaps, what was brought to `now`.
    pub(crate) fn leave<C: Content, V>(&self, opened: &Opened<C>, verdict: impl Into<V>) -> Step<V> {
        if opened.moved { self.write(&opened.state, verdict) } else { Step::Settled(verdict.into()) }
    }

    /// What is said of a wrong code that was charged; `otherwise` is the hint if that locked nothing.
    pub(crate) fn wrong_code(&self, budget: &Budget, consequence: Consequence, otherwise: Hint) -> Refused {
        let hint = match budget.locked_until(&self.limits, self.now) {
            _ if budget.disabled => Hint::Contact,
            Some(until) => wait(until),
            None => otherwise,
        };
        let notice = match (consequence, hint) {
            (Consequence::Disabled, _) => Some(Notice::Disabled),
            (Consequence::NextDisables, _) => Some(Notice::NextDisables),
            (Consequence::Locked, Hint::Wait { until }) => Some(Notice::Locked { until }),
            (Consequence::Locked | Consequence::None, _) => None,
        };
        Refused::new(Reason::WrongCode, hint).charged(budget.total, notice)
    }

    pub(crate) const fn time(&self) -> UnixTime {
        UnixTime::from_secs(self.now)
    }
}

impl fmt::Debug for Sheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet").field("key", &self.key).field("now", &self.now).finish_non_exhaustive()
    }
}

impl<C> Opened<C> {
    /// A record that nobody has written yet.
    pub(crate) const fn fresh(state: C) -> Self {
        Self { state, moved: false }
    }
}

impl Shut {
    pub(crate) fn step<V: From<Refused>>(self) -> Step<V> {
        match self {
            Self::Corrupt => Step::Settled(Refused::new(Reason::CorruptRecord, Hint::Contact).into()),
            Self::Newer => Step::Unavailable(Cause::NewerRecord),
        }
    }
}

pub(crate) const fn wait(until: u64) -> Hint {
    Hint::Wait { until: UnixTime::from_secs(until) }
}
