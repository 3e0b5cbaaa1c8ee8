//! The model's record: what one subject has spent on one purpose in one lane.

use countersign::{Notice, Reason};

use crate::answer::{Answer, Id, Sheet, wait};
use crate::budget::{Budget, Holding};
use crate::challenge::{Challenge, MINUTE};
use crate::rules::Rules;

/// How many challenges a record remembers.
const SEATS: usize = 4;

#[derive(Clone, Debug)]
pub struct Account {
    pub budget: Budget,
    pub consecutive: u32,
    pub only_decoys: bool,
    pub challenges: Vec<Challenge>,
}

impl Account {
    pub fn new(now: u64) -> Self {
        Self { budget: Budget::new(now), consecutive: 0, only_decoys: false, challenges: Vec::new() }
    }

    /// What refuses everything, whoever asks.
    pub fn barrier(&self, rules: &Rules, now: u64) -> Result<(), Answer> {
        self.budget.barrier(&rules.limits, now).map_err(|(reason, hint)| Answer::no(reason, hint))
    }

    /// What refuses one more message. That of a challenge which is spared was none.
    pub fn silence(&self, rules: &Rules, now: u64, spared: Option<Id>) -> Result<(), Answer> {
        let too_soon = |sent: &u64| *sent <= now + MINUTE && now < sent + rules.gap;
        let others = self.challenges.iter().filter(|challenge| Some(challenge.id) != spared);
        let last = others.map(Challenge::last_sent).filter(too_soon).max();
        if let Some(last) = last {
            return Err(Answer::no(Reason::TooSoon, wait(last + rules.gap)));
        }
        if self.budget.day.unapproved >= rules.unapproved_sends || self.budget.day.sends >= rules.day_sends {
            return Err(Answer::no(Reason::DaySends, wait(self.budget.day.end())));
        }
        Ok(())
    }

    pub fn count_message(&mut self) {
        self.budget.day.unapproved += 1;
        self.budget.day.sends += 1;
    }

    /// Counts one failure; answers whom to tell.
    pub fn fail(&mut self, rules: &Rules, now: u64) -> Option<Notice> {
        self.budget.fail(&mut self.consecutive, &rules.limits, now)
    }

    pub fn succeed(&mut self, sent: u32) {
        self.consecutive = 0;
        self.budget.total = 0;
        self.budget.day.unapproved = self.budget.day.unapproved.saturating_sub(sent);
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
            condition: self.budget.condition(&rules.limits, now),
            consecutive: self.consecutive,
            total: self.budget.total,
            day_failures: self.budget.day.failures,
            day_sends: self.budget.day.sends,
            open: self.challenges.iter().filter(|challenge| challenge.is_live(now)).count(),
            challenge: asked.map(|challenge| challenge.fate(rules, now)),
        }
    }

    /// For how many seconds a store must keep it; `None` is for ever.
    pub fn keep_for(&self, now: u64) -> Option<u32> {
        let live = self.challenges.iter().filter(|challenge| challenge.is_live(now));
        let until = live.map(Challenge::expires).max();
        self.budget.keep_for(now, Holding { decoy: self.only_decoys, until, ..Holding::default() })
    }
}
