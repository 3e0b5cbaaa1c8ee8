//! What the record of a subject's authenticators means.

use super::keeping::Keeping;
use crate::expiry::Span;
use crate::keyring::Tag;
use crate::limit::Budget;

/// Authenticators that one subject has at a time, with those that were revoked as long as there is room.
pub(crate) const FACTORS: usize = 4;
/// Codes of one recovery set.
pub(crate) const RECOVERY_CODES: usize = 10;
/// Seconds in which an enrolment has to be confirmed.
const ENROLMENT: u64 = 3_600;
/// Exact replays of the last code that are written and not charged: a double click, an answer that got lost.
const FREE_REPLAYS: u8 = 3;

/// A subject's authenticators and recovery codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its consecutive failures are those of the recovery codes; every authenticator counts its own.
    pub(crate) budget: Budget,
    pub(crate) closed: bool,
    /// Nothing but decoys was ever used here.
    pub(crate) decoy: bool,
    pub(crate) factors: [Option<Factor>; FACTORS],
    pub(crate) recovery: Option<RecoverySet>,
}

/// One authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Factor {
    pub(crate) name: Tag,
    /// Ties the watermark to the key: under another key it means nothing.
    pub(crate) secret: Tag,
    pub(crate) stage: Stage,
    /// The watermark: the newest counter or time step that was accepted. It and all before it are spent.
    pub(crate) last: Option<u64>,
    /// Steps by which a TOTP device's clock was ahead when it was last resynchronised.
    pub(crate) drift: i8,
    /// Replays of the watermark's code that were not charged.
    pub(crate) replays: u8,
    /// Failures since its last success.
    pub(crate) consecutive: u8,
    /// When its stage began.
    pub(crate) since: u64,
}

/// What has become of an authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Waits for the code that confirms it.
    Pending,
    /// Waits likewise, and its key was in use before: should it end unconfirmed, its watermark stays.
    Returning,
    Active,
    /// The store came back from a backup, and knows less than it once did.
    Restored,
    /// Kept for its watermark alone, in case its key comes back.
    Revoked,
}

/// Recovery codes that were made together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecoverySet {
    pub(crate) hashes: [Tag; RECOVERY_CODES],
    /// A bit for each that was used, the first the lowest.
    pub(crate) used: u16,
    pub(crate) replays: u8,
    pub(crate) made: u64,
}

impl Account {
    pub(crate) fn new(now: u64) -> Self {
        Self { budget: Budget::new(now), closed: false, decoy: false, factors: [None; FACTORS], recovery: None }
    }

    /// There is an account after all: what decoys left here goes, but what was spent stays spent.
    pub(crate) fn exists(&mut self, now: u64) {
        if self.decoy {
            *self = Self { budget: self.budget, closed: self.closed, ..Self::new(now) };
        }
    }

    /// Forgets enrolments that nobody confirmed in time; answers whether there were any.
    pub(crate) fn expire(&mut self, now: u64) -> bool {
        let mut forgotten = false;
        for place in &mut self.factors {
            let over = |factor: &Factor| factor.is_pending() && !factor.enrolment().is_live(now);
            if place.as_ref().is_some_and(over) {
                abandon(place, now);
                forgotten = true;
            }
        }
        forgotten
    }

    /// Forgets an enrolment of this name that nobody has confirmed yet.
    pub(crate) fn withdraw(&mut self, name: Tag, now: u64) {
        let named = |factor: &Factor| factor.is_pending() && factor.name == name;
        let places = self.factors.iter_mut().filter(|place| place.as_ref().is_some_and(named));
        places.for_each(|place| abandon(place, now));
    }

    /// Those that are enrolled or being enrolled.
    pub(crate) fn present(&self) -> impl Iterator<Item = &Factor> {
        self.factors.iter().flatten().filter(|factor| factor.stage != Stage::Revoked)
    }

    pub(crate) fn find(&self, name: Tag) -> Option<&Factor> {
        self.present().find(|factor| factor.name == name)
    }

    /// The authenticator and the budget that its failures are charged to.
    pub(crate) fn find_mut(&mut self, name: Tag) -> Option<(&mut Factor, &mut Budget)> {
        let named = |factor: &&mut Factor| factor.stage != Stage::Revoked && factor.name == name;
        let factor = self.factors.iter_mut().flatten().find(named)?;
        Some((factor, &mut self.budget))
    }

    /// Where a new authenticator goes: in the place of that key's tombstone, else in an empty one, else in that of the
    /// tombstone that is the oldest. None if four are enrolled.
    pub(crate) fn place(&mut self, secret: Tag) -> Option<&mut Option<Factor>> {
        let rank = |place: &Option<Factor>| match place {
            Some(factor) if factor.stage == Stage::Revoked && factor.secret == secret => Some((0, 0)),
            None => Some((1, 0)),
            Some(factor) if factor.stage == Stage::Revoked => Some((2, factor.since)),
            Some(_) => None,
        };
        let places = self.factors.iter_mut().filter_map(|place| rank(place).map(|rank| (rank, place)));
        places.min_by_key(|(rank, _)| *rank).map(|(_, place)| place)
    }

    /// What was ever accepted under this key, as far as it is remembered.
    pub(crate) fn watermark(&self, secret: Tag) -> Option<u64> {
        let of_secret = self.factors.iter().flatten().filter(|factor| factor.secret == secret);
        of_secret.filter_map(|factor| factor.last).max()
    }

    /// Ends an authenticator; answers whether there was one.
    pub(crate) fn revoke(&mut self, name: Tag, now: u64) -> bool {
        if self.find(name).is_some_and(Factor::is_pending) {
            self.withdraw(name, now);
            return true;
        }
        let found = self.find_mut(name).map(|(factor, _)| factor.revoke(now));
        found.is_some()
    }

    /// The store came back from a backup; answers how many authenticators that concerns.
    pub(crate) fn restored(&mut self, now: u64) -> u8 {
        self.recovery = None;
        let mut count = 0;
        for place in &mut self.factors {
            match place {
                Some(factor) if factor.is_pending() => abandon(place, now),
                Some(factor) if factor.stage != Stage::Revoked => {
                    (factor.stage, factor.since) = (Stage::Restored, now);
                    count += 1;
                }
                _ => {}
            }
        }
        count
    }

    /// Ends everything, and keeps every count; answers how many authenticators were ended.
    pub(crate) fn close(&mut self, now: u64) -> u8 {
        self.closed = true;
        self.recovery = None;
        let open = self.factors.iter_mut().flatten().filter(|factor| factor.stage != Stage::Revoked);
        open.fold(0, |count, factor| {
            factor.revoke(now);
            count + 1
        })
    }

    /// Clears locks and counts, but not the day window; answers how many authenticators are enrolled.
    pub(crate) fn reinstate(&mut self) -> u8 {
        self.budget = self.budget.reinstated();
        self.factors.iter_mut().flatten().for_each(|factor| factor.consecutive = 0);
        self.present().fold(0, |count, _| count + 1)
    }

    /// For how many seconds from `now` nothing here may be forgotten; `None` is for ever.
    pub(crate) fn keep_for(&self, now: u64) -> Option<u32> {
        let enrolled = self.present().any(|factor| !factor.is_pending());
        let keeping = Keeping {
            decoy: self.decoy && !self.closed,
            for_ever: self.budget.disabled || enrolled || self.recovery.is_some(),
            held: self.closed || !self.budget.is_clean() || self.factors.iter().flatten().count() > 0,
            until: self.budget.lock.end().max(self.budget.day.span().end()),
        };
        keeping.seconds(now)
    }
}

impl Factor {
    pub(crate) const fn new(name: Tag, secret: Tag, stage: Stage, now: u64) -> Self {
        Self { name, secret, stage, last: None, drift: 0, replays: 0, consecutive: 0, since: now }
    }

    /// It waits for the code that confirms it.
    pub(crate) const fn is_pending(&self) -> bool {
        matches!(self.stage, Stage::Pending | Stage::Returning)
    }

    /// When it has to be confirmed.
    pub(crate) const fn enrolment(&self) -> Span {
        Span::new(self.since, ENROLMENT)
    }

    /// It cannot be used until it is resynchronised, if it is one that counts.
    pub(crate) fn is_restored(&self) -> bool {
        self.stage == Stage::Restored
    }

    /// Accepts a counter or step: it and all before it are spent, whatever else changes.
    pub(crate) fn accept(&mut self, counter: u64) {
        self.last = self.last.max(Some(counter));
        self.replays = 0;
        self.stage = Stage::Active;
    }

    /// Another exact replay of the last code; answers whether it is free.
    pub(crate) fn replay(&mut self) -> bool {
        is_free(&mut self.replays)
    }

    pub(crate) fn revoke(&mut self, now: u64) {
        self.stage = Stage::Revoked;
        self.since = now;
    }
}

impl RecoverySet {
    pub(crate) const fn new(hashes: [Tag; RECOVERY_CODES], now: u64) -> Self {
        Self { hashes, used: 0, replays: 0, made: now }
    }

    /// How many are unused.
    pub(crate) fn left(&self) -> u8 {
        let used = u8::try_from(self.used.count_ones()).unwrap_or(u8::MAX);
        u8::try_from(RECOVERY_CODES).unwrap_or(u8::MAX).saturating_sub(used)
    }

    /// Another use of a code that was used; answers whether it is free.
    pub(crate) fn replay(&mut self) -> bool {
        is_free(&mut self.replays)
    }
}

/// Ends an enrolment that was not confirmed. What was accepted under its key before stays spent.
fn abandon(place: &mut Option<Factor>, now: u64) {
    match place {
        Some(factor) if factor.stage == Stage::Returning => factor.revoke(now),
        _ => *place = None,
    }
}

fn is_free(replays: &mut u8) -> bool {
    let free = *replays < FREE_REPLAYS;
    *replays = replays.saturating_add(u8::from(free));
    free
}
