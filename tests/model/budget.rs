//! The model's failure budget: what every record counts, whatever else it holds.

use countersign::{Condition, Hint, Notice, Reason, UnixTime};

use crate::challenge::MINUTE;
use crate::rules::Limits;

pub const DAY: u64 = 86_400;
/// A lock is at most a day long, and its level goes no higher than this.
const TOP_LEVEL: u32 = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    pub total: u32,
    pub level: u32,
    pub disabled: bool,
    pub closed: bool,
    pub lock: Option<Lock>,
    pub day: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lock {
    pub from: u64,
    pub end: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub from: u64,
    pub failures: u32,
    pub unapproved: u32,
    pub sends: u32,
    /// Messages that did not leave and cost nothing.
    pub given_back: u32,
}

/// A day and a challenge get back so many.
pub const GIVEN_BACK: u32 = 3;

impl Day {
    fn new(from: u64) -> Self {
        Self { from, failures: 0, unapproved: 0, sends: 0, given_back: 0 }
    }

    pub fn end(&self) -> u64 {
        self.from + DAY
    }
}

impl Budget {
    pub fn new(now: u64) -> Self {
        Self { total: 0, level: 0, disabled: false, closed: false, lock: None, day: Day::new(now) }
    }

    /// What an operator's word leaves: the day window.
    pub fn reinstated(&self, now: u64) -> Self {
        Self { day: self.day, ..Self::new(now) }
    }

    /// Brings the record to `now`; answers whether another clock had put something ahead.
    pub fn settle(&mut self, now: u64) -> bool {
        let mut pulled = false;
        if let Some(lock) = &mut self.lock
            && lock.from > now + MINUTE
        {
            *lock = Lock { from: now, end: lock.end.min(now + DAY) };
            pulled = true;
        }
        if self.day.from > now + MINUTE {
            self.day.from = now;
            pulled = true;
        }
        if now >= self.day.end() {
            let another_day_passed = now >= self.day.end() + DAY;
            if self.day.failures == 0 || another_day_passed {
                self.level = self.level.saturating_sub(1);
            }
            self.day = Day::new(now);
        }
        pulled
    }

    pub fn locked_until(&self, limits: &Limits, now: u64) -> Option<u64> {
        let lock = self.lock.filter(|lock| now < lock.end).map(|lock| lock.end);
        let day = (self.day.failures >= limits.day_failures).then(|| self.day.end());
        lock.max(day)
    }

    pub fn condition(&self, limits: &Limits, now: u64) -> Condition {
        if self.closed {
            return Condition::Closed;
        }
        if self.disabled {
            return Condition::Disabled;
        }
        match self.locked_until(limits, now) {
            Some(until) => Condition::Locked { until: UnixTime::from_secs(until) },
            None => Condition::Clear,
        }
    }

    /// What refuses everything, whoever asks.
    pub fn barrier(&self, limits: &Limits, now: u64) -> Result<(), (Reason, Hint)> {
        match self.condition(limits, now) {
            Condition::Closed => Err((Reason::Closed, Hint::Contact)),
            Condition::Disabled => Err((Reason::Disabled, Hint::Contact)),
            Condition::Locked { until } => Err((Reason::Locked, Hint::Wait { until })),
            _ => Ok(()),
        }
    }

    /// Counts one failure of whoever has had so many in a row; answers whom to tell.
    pub fn fail(&mut self, consecutive: &mut u32, limits: &Limits, now: u64) -> Option<Notice> {
        *consecutive += 1;
        self.total += 1;
        self.day.failures += 1;
        if consecutive.is_multiple_of(limits.lock_after) {
            let length = (limits.lock_seconds << self.level).min(DAY);
            self.lock = Some(Lock { from: now, end: now + length });
            self.level = TOP_LEVEL.min(self.level + 1);
        }
        self.disabled = self.total >= limits.total_failures;
        if self.disabled {
            return Some(Notice::Disabled);
        }
        if self.total + 1 == limits.total_failures {
            return Some(Notice::NextDisables);
        }
        let until = self.locked_until(limits, now)?;
        Some(Notice::Locked { until: UnixTime::from_secs(until) })
    }

    /// What a screen says after a failure: `otherwise` if that locked nothing.
    pub fn hint(&self, limits: &Limits, now: u64, otherwise: Hint) -> Hint {
        match self.condition(limits, now) {
            Condition::Clear => otherwise,
            Condition::Locked { until } => Hint::Wait { until },
            _ => Hint::Contact,
        }
    }

    /// For how many seconds a store must keep a record with this budget: for ever (`None`) if it says so or is
    /// disabled, 400 days if something is held against anybody, else to the end of the latest window; a day more.
    pub fn keep_for(&self, now: u64, holding: Holding) -> Option<u32> {
        // A closed account is nobody's decoy any more.
        let decoy = holding.decoy && !self.closed;
        if (self.disabled || holding.for_ever) && !decoy {
            return None;
        }
        let ends = self.lock.map(|lock| lock.end).max(Some(self.day.end())).max(holding.until);
        let windows = ends.unwrap() - now;
        let failed = self.total + self.level + self.day.failures > 0;
        let seconds = if self.closed || failed || holding.held { windows.max(400 * DAY) } else { windows };
        let seconds = if decoy { seconds.min(7 * DAY) } else { seconds };
        Some((seconds + DAY) as u32)
    }
}

/// What else a record is kept for.
#[derive(Clone, Copy, Default)]
pub struct Holding {
    pub decoy: bool,
    pub for_ever: bool,
    pub held: bool,
    pub until: Option<u64>,
}
