//! The model's record: what one subject has spent on one purpose in one lane.

use countersign::{Condition, Hint, Notice, Reason, UnixTime};

use crate::answer::{Answer, Id, Sheet, wait};
use crate::challenge::{Challenge, MINUTE};
use crate::rules::Rules;

pub const DAY: u64 = 86_400;
/// How many challenges a record remembers.
const SEATS: usize = 4;
/// A lock is at most a day long, and its level goes no higher than this.
const TOP_LEVEL: u32 = 12;

#[derive(Clone, Debug)]
pub struct Account {
    pub consecutive: u32,
    pub total: u32,
    pub level: u32,
    pub disabled: bool,
    pub closed: bool,
    pub only_decoys: bool,
    pub lock: Option<Lock>,
    pub day: Day,
    pub challenges: Vec<Challenge>,
}

#[derive(Clone, Copy, Debug)]
pub struct Lock {
    pub from: u64,
    pub end: u64,
}

#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub from: u64,
    pub failures: u32,
    pub unapproved: u32,
    pub sends: u32,
}

impl Day {
    fn new(from: u64) -> Self {
        Self { from, failures: 0, unapproved: 0, sends: 0 }
    }

    pub fn end(&self) -> u64 {
        self.from + DAY
    }
}

impl Account {
    pub fn new(now: u64) -> Self {
        Self {
            consecutive: 0,
            total: 0,
            level: 0,
            disabled: false,
            closed: false,
            only_decoys: false,
            lock: None,
            day: Day::new(now),
            challenges: Vec::new(),
        }
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

    pub fn locked_until(&self, rules: &Rules, now: u64) -> Option<u64> {
        let lock = self.lock.filter(|lock| now < lock.end).map(|lock| lock.end);
        let day = (self.day.failures >= rules.day_failures).then(|| self.day.end());
        lock.max(day)
    }

    pub fn condition(&self, rules: &Rules, now: u64) -> Condition {
        if self.closed {
            return Condition::Closed;
        }
        if self.disabled {
            return Condition::Disabled;
        }
        match self.locked_until(rules, now) {
            Some(until) => Condition::Locked { until: UnixTime::from_secs(until) },
            None => Condition::Clear,
        }
    }

    /// What refuses everything, whoever asks.
    pub fn barrier(&self, rules: &Rules, now: u64) -> Result<(), Answer> {
        match self.condition(rules, now) {
            Condition::Closed => Err(Answer::no(Reason::Closed, Hint::Contact)),
            Condition::Disabled => Err(Answer::no(Reason::Disabled, Hint::Contact)),
            Condition::Locked { until } => Err(Answer::no(Reason::Locked, Hint::Wait { until })),
            _ => Ok(()),
        }
    }

    /// What refuses one more message.
    pub fn silence(&self, rules: &Rules, now: u64) -> Result<(), Answer> {
        let too_soon = |sent: &u64| *sent <= now + MINUTE && now < sent + rules.gap;
        let last = self.challenges.iter().map(Challenge::last_sent).filter(too_soon).max();
        if let Some(last) = last {
            return Err(Answer::no(Reason::TooSoon, wait(last + rules.gap)));
        }
        if self.day.unapproved >= rules.unapproved_sends || self.day.sends >= rules.day_sends {
            return Err(Answer::no(Reason::DaySends, wait(self.day.end())));
        }
        Ok(())
    }

    pub fn count_message(&mut self) {
        self.day.unapproved += 1;
        self.day.sends += 1;
    }

    /// Counts one failure; answers whom to tell.
    pub fn fail(&mut self, rules: &Rules, now: u64) -> Option<Notice> {
        self.consecutive += 1;
        self.total += 1;
        self.day.failures += 1;
        if self.consecutive.is_multiple_of(rules.lock_after) {
            let length = (rules.lock_seconds << self.level).min(DAY);
            self.lock = Some(Lock { from: now, end: now + length });
            self.level = TOP_LEVEL.min(self.level + 1);
        }
        self.disabled = self.total >= rules.total_failures;
        if self.disabled {
            return Some(Notice::Disabled);
        }
        if self.total + 1 == rules.total_failures {
            return Some(Notice::NextDisables);
        }
        let until = self.locked_until(rules, now)?;
        Some(Notice::Locked { until: UnixTime::from_secs(until) })
    }

    pub fn succeed(&mut self, sent: u32) {
        self.consecutive = 0;
        self.total = 0;
        self.day.unapproved = self.day.unapproved.saturating_sub(sent);
    }

    pub fn challenge(&mut self, id: Id) -> Option<&mut Challenge> {
        self.challenges.iter_mut().find(|challenge| challenge.id == id)
    }

    /// Ends what is not over and fits; answers how many.
    pub fn end(&mut self, reason: Reason, fits: impl Fn(&Challenge) -> bool) -> u8 {
        let mut ended = 0;
        for challenge in self.challenges.iter_mut().filter(|challenge| challenge.over.is_none() && fits(challenge)) {
            challenge.over = Some(reason);
            ended += 1;
        }
        ended
    }

    /// Opens a challenge; answers whether another one, still live, had to end for it.
    pub fn open(&mut self, challenge: Challenge, rules: &Rules, now: u64) -> bool {
        self.end(Reason::Expired, |challenge| !challenge.is_live(now));
        let evicts = self.challenges.iter().filter(|challenge| challenge.over.is_none()).count() >= rules.open;
        if evicts {
            let open = self.challenges.iter_mut().filter(|challenge| challenge.over.is_none());
            open.min_by_key(|challenge| challenge.issued).unwrap().over = Some(Reason::Superseded);
        }
        if self.challenges.len() < SEATS {
            self.challenges.push(challenge);
        } else {
            let spent_then_age = |seat: &&mut Challenge| (seat.over != Some(Reason::Expired), seat.issued);
            let over = self.challenges.iter_mut().filter(|challenge| challenge.over.is_some());
            *over.min_by_key(spent_then_age).unwrap() = challenge;
        }
        evicts
    }

    pub fn sheet(&self, rules: &Rules, now: u64, id: Option<Id>) -> Sheet {
        let asked = self.challenges.iter().find(|challenge| Some(challenge.id) == id);
        Sheet {
            condition: self.condition(rules, now),
            consecutive: self.consecutive,
            total: self.total,
            day_failures: self.day.failures,
            day_sends: self.day.sends,
            open: self.challenges.iter().filter(|challenge| challenge.is_live(now)).count(),
            challenge: asked.map(|challenge| challenge.fate(rules, now)),
        }
    }

    /// For how many seconds a store must keep it; `None` is for ever. A closed account is nobody's decoy any more.
    pub fn keep_for(&self, now: u64) -> Option<u32> {
        let decoy = self.only_decoys && !self.closed;
        if self.disabled && !decoy {
            return None;
        }
        let live = self.challenges.iter().filter(|challenge| challenge.is_live(now));
        let ends = live.map(Challenge::expires).chain(self.lock.map(|lock| lock.end)).chain([self.day.end()]);
        let windows = ends.max().unwrap() - now;
        let failed = self.consecutive + self.total + self.level + self.day.failures > 0;
        let seconds = if self.closed || failed { windows.max(400 * DAY) } else { windows };
        let seconds = if decoy { seconds.min(7 * DAY) } else { seconds };
        Some((seconds + DAY) as u32)
    }
}
