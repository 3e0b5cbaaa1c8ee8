//! The model's record: what one person has, and what is spent of it.

use std::collections::BTreeSet;

use countersign::{Condition, Enrolment, UnixTime};

use super::answer::Sheet;
use super::device::Device;
use super::people::Rules;
use crate::budget::{Budget, Holding};
use crate::challenge::MINUTE;

/// How many authenticators a record remembers.
const SEATS: usize = 4;
/// Seconds in which an enrolment has to be confirmed.
pub const ENROLMENT: u64 = 3_600;
/// Replays that cost nothing.
const FREE: u32 = 3;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub budget: Budget,
    pub only_decoys: bool,
    pub seats: [Option<Seat>; SEATS],
    pub paper: Option<Paper>,
    /// Failures with recovery codes since the last success.
    pub paper_failures: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub name: usize,
    /// Nobody's, of a decoy.
    pub device: Option<Device>,
    pub stage: Stage,
    /// When that began.
    pub since: u64,
    /// The newest counter or step that was accepted; it and all before are spent.
    pub spent: Option<u64>,
    /// Its key was used here before, under this name or another.
    pub came_back: bool,
    /// Steps by which it was ahead when it was last resynchronised.
    pub drift: i64,
    pub replays: u32,
    /// Failures since its last success.
    pub failures: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Pending,
    Enrolled,
    Restored,
    Revoked,
}

/// Recovery codes that were made together. Nobody knows those whose making was never answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub codes: Vec<String>,
    pub made: u64,
    pub used: BTreeSet<usize>,
    pub replays: u32,
}

impl Person {
    pub fn new(now: u64) -> Self {
        let seats = [None, None, None, None];
        Self { budget: Budget::new(now), only_decoys: false, seats, paper: None, paper_failures: 0 }
    }

    /// Somebody signs up where only decoys were: what they left is gone, what was spent is not.
    pub fn exists(&mut self, now: u64) {
        if self.only_decoys {
            let budget = self.budget.clone();
            *self = Self { budget, paper_failures: self.paper_failures, ..Self::new(now) };
        }
    }

    /// Those that are enrolled or being enrolled.
    pub fn present(&mut self) -> impl Iterator<Item = &mut Seat> {
        self.seats.iter_mut().flatten().filter(|seat| seat.stage != Stage::Revoked)
    }

    pub fn named(&mut self, name: usize) -> Option<&mut Seat> {
        self.present().find(|seat| seat.name == name)
    }

    pub fn enrolled(&self) -> usize {
        self.seats.iter().flatten().filter(|seat| seat.is_confirmed()).count()
    }

    /// Ends the enrolments that fit; answers whether there were any. What was accepted under a key that came back stays
    /// spent, whether it is confirmed or not.
    pub fn give_up(&mut self, now: u64, fits: impl Fn(&Seat) -> bool) -> bool {
        let mut any = false;
        for place in &mut self.seats {
            if let Some(seat) = place
                && seat.stage == Stage::Pending
                && fits(seat)
            {
                any = true;
                if seat.came_back {
                    seat.begin(Stage::Revoked, now);
                } else {
                    *place = None;
                }
            }
        }
        any
    }

    /// A place for a key: where it was before, or an empty one, or that of whatever was revoked the longest ago.
    pub fn place(&mut self, device: Option<Device>) -> Option<&mut Option<Seat>> {
        let revoked = |seat: &Seat| seat.stage == Stage::Revoked;
        let before = self
            .seats
            .iter()
            .position(|place| place.as_ref().is_some_and(|seat| revoked(seat) && seat.device == device));
        let empty = self.seats.iter().position(Option::is_none);
        let ended = self.seats.iter().enumerate().filter(|(_, place)| place.as_ref().is_some_and(revoked));
        let oldest = ended.min_by_key(|(_, place)| place.as_ref().map(|seat| seat.since)).map(|(number, _)| number);
        before.or(empty).or(oldest).map(|number| &mut self.seats[number])
    }

    /// A record is a list: what is gone has left no gap when it is read again.
    pub fn close_up(&mut self) {
        self.seats.sort_by_key(Option::is_none);
    }

    pub fn sheet(&self, rules: &Rules, now: u64, name: Option<usize>) -> Sheet {
        let seat = self.seats.iter().flatten().find(|seat| seat.stage != Stage::Revoked && Some(seat.name) == name);
        Sheet {
            condition: self.budget.condition(&rules.limits, now),
            total: self.budget.total,
            day_failures: self.budget.day.failures,
            enrolled: self.enrolled(),
            codes_left: self.paper.as_ref().map_or(0, |paper| 10 - paper.used.len()),
            codes_made: self.paper.as_ref().map(|paper| paper.made),
            enrolment: seat.and_then(|seat| seat.enrolment(now)),
        }
    }

    pub fn corrupt(now: u64, rules: &Rules) -> Sheet {
        Sheet { condition: Condition::Corrupt, ..Self::new(now).sheet(rules, now, None) }
    }

    /// For how many seconds a store must keep it; `None` is for ever.
    pub fn keep_for(&self, now: u64) -> Option<u32> {
        let for_ever = self.enrolled() > 0 || self.paper.is_some();
        let held = self.seats.iter().flatten().next().is_some();
        self.budget.keep_for(now, Holding { decoy: self.only_decoys, for_ever, held, until: None })
    }
}

impl Seat {
    pub fn new(name: usize, device: Option<Device>, stage: Stage, now: u64) -> Self {
        Self { name, device, stage, since: now, spent: None, came_back: false, drift: 0, replays: 0, failures: 0 }
    }

    pub fn is_confirmed(&self) -> bool {
        matches!(self.stage, Stage::Enrolled | Stage::Restored)
    }

    /// "Live iff issued <= now + 60 s and now < issued + lifetime."
    pub fn is_in_time(&self, now: u64) -> bool {
        self.since <= now + MINUTE && now < self.since + ENROLMENT
    }

    pub fn begin(&mut self, stage: Stage, now: u64) {
        (self.stage, self.since) = (stage, now);
    }

    /// The newest of what it showed is taken, and all before it is spent.
    pub fn accept(&mut self, counter: u64) {
        self.spent = Some(counter);
        self.stage = Stage::Enrolled;
        (self.replays, self.failures) = (0, 0);
    }

    fn enrolment(&self, now: u64) -> Option<Enrolment> {
        match self.stage {
            Stage::Pending if !self.is_in_time(now) => None,
            Stage::Pending => Some(Enrolment::Pending { until: UnixTime::from_secs(self.since + ENROLMENT) }),
            Stage::Restored => Some(Enrolment::Restored),
            _ => Some(Enrolment::Confirmed),
        }
    }
}

/// Whether one more replay is free.
pub fn is_free(replays: &mut u32) -> bool {
    *replays += 1;
    *replays <= FREE
}
