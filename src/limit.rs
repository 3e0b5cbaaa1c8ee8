//! Failure budgets, locks and send budgets: pure functions on small states.
//!
//! Failures are counted three ways. *Consecutive* failures lock; failures of a *day window* lock to its end, and
//! nothing clears them; failures in *total* disable until an operator reinstates. A success of the same purpose
//! clears consecutive and total, never the day window and never the lock level.

use crate::expiry::{DAY, Span};
use crate::policy::Limits;

/// No lock is longer, and the level that doubles it stops here: 30 minutes doubled six times pass a day.
const TOP_LEVEL: u8 = 12;

/// Messages a day window that did not leave and cost the day nothing. Whoever can make a provider refuse, as with a number
/// that it does not serve, would else have it asked without end.
pub(crate) const REFUNDS: u8 = 3;

/// What one record has spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Budget {
    /// Failures since the last success.
    pub(crate) consecutive: u8,
    /// Failures since the last success or reinstatement; reaching the policy's total disables.
    pub(crate) total: u8,
    /// How often the next lock is doubled.
    pub(crate) level: u8,
    /// Refuses everything until an operator reinstates.
    pub(crate) disabled: bool,
    pub(crate) lock: Span,
    pub(crate) day: Day,
}

/// A window of 24 hours that begins with the first write after the one before it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Day {
    pub(crate) from: u64,
    pub(crate) failures: u8,
    /// Messages of challenges that nobody has approved (yet).
    pub(crate) unapproved: u8,
    pub(crate) sends: u8,
    /// Sends that were given back, because nothing left.
    pub(crate) refunds: u8,
}

/// What a failure led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    None,
    /// The next failure disables (RTS Art. 4(3)(b): alert before a permanent block).
    NextDisables,
    Locked,
    Disabled,
}

impl Budget {
    pub(crate) fn new(now: u64) -> Self {
        Self { day: Day { from: now, ..Day::default() }, ..Self::default() }
    }

    /// Brings the state to `now`: ends a finished day window, and pulls back what another clock put ahead.
    ///
    /// Answers whether something lay ahead: that must be written even by a request that is refused, or the same
    /// correction would be made afresh at every look and a lock would never end.
    pub(crate) fn settle(&mut self, now: u64) -> bool {
        let lock_ahead = self.lock.is_ahead(now);
        if lock_ahead {
            let length = self.lock.end().saturating_sub(now).min(DAY);
            self.lock = Span::new(now, length);
        }
        let day_ahead = self.day.span().is_ahead(now);
        if day_ahead {
            self.day.from = now;
        }
        self.turn_day(now);
        lock_ahead || day_ahead
    }

    fn turn_day(&mut self, now: u64) {
        if now < self.day.span().end() {
            return;
        }
        let quiet = self.day.failures == 0 || now >= self.day.span().end().saturating_add(DAY);
        if quiet {
            self.level = self.level.saturating_sub(1);
        }
        self.day = Day { from: now, ..Day::default() };
    }

    /// The time at which the present lock ends, if there is one.
    pub(crate) fn locked_until(&self, limits: &Limits, now: u64) -> Option<u64> {
        let lock = self.lock.is_live(now).then(|| self.lock.end());
        let day = self.day.failures >= limits.day_failures && self.day.span().is_live(now);
        lock.max(day.then(|| self.day.span().end()))
    }

    /// Charges one wrong code.
    pub(crate) fn charge(&mut self, limits: &Limits, now: u64) -> Consequence {
        let mut consecutive = self.consecutive;
        let consequence = self.charge_to(&mut consecutive, limits, now);
        self.consecutive = consecutive;
        consequence
    }

    /// Charges one wrong code to somebody who counts the consecutive ones apart.
    pub(crate) fn charge_to(&mut self, consecutive: &mut u8, limits: &Limits, now: u64) -> Consequence {
        *consecutive = consecutive.saturating_add(1);
        self.total = self.total.saturating_add(1);
        self.day.failures = self.day.failures.saturating_add(1);
        if consecutive.is_multiple_of(limits.lock_after) {
            self.lock = Span::new(now, lock_length(limits.lock_seconds, self.level));
            self.level = self.level.saturating_add(1).min(TOP_LEVEL);
        }
        if self.total >= limits.total_failures {
            self.disabled = true;
            return Consequence::Disabled;
        }
        if self.total.saturating_add(1) >= limits.total_failures {
            return Consequence::NextDisables;
        }
        match self.locked_until(limits, now) {
            Some(_) => Consequence::Locked,
            None => Consequence::None,
        }
    }

    /// A full success of this purpose: clears consecutive and total, and nothing else.
    pub(crate) fn succeed(&mut self) {
        self.consecutive = 0;
        self.total = 0;
    }

    /// A success of one of several: clears its own failures, and takes them out of the total. Those of the others stay.
    pub(crate) fn succeed_for(&mut self, consecutive: &mut u8) {
        self.total = self.total.saturating_sub(*consecutive);
        *consecutive = 0;
    }

    /// What an operator's reinstatement leaves: the day window, so that no reinstatement refills it.
    pub(crate) fn reinstated(self) -> Self {
        Self { day: self.day, ..Self::default() }
    }

    /// The budget of a record whose bytes nobody can trust: its day is spent.
    pub(crate) fn after_corruption(limits: &Limits, now: u64) -> Self {
        let day = Day {
            from: now,
            failures: limits.day_failures,
            unapproved: limits.unapproved_sends,
            sends: limits.day_sends,
            refunds: REFUNDS,
        };
        Self { day, ..Self::default() }
    }

    /// Nothing is held against this record that must outlive its windows.
    pub(crate) fn is_clean(&self) -> bool {
        self.consecutive == 0 && self.total == 0 && self.level == 0 && self.day.failures == 0
    }
}

impl Day {
    pub(crate) const fn span(&self) -> Span {
        Span::new(self.from, DAY)
    }

    /// No message may be sent before the end of this window.
    pub(crate) fn sends_are_spent(&self, limits: &Limits) -> bool {
        self.unapproved >= limits.unapproved_sends || self.sends >= limits.day_sends
    }

    pub(crate) fn charge_send(&mut self) {
        self.unapproved = self.unapproved.saturating_add(1);
        self.sends = self.sends.saturating_add(1);
    }

    /// Gives back a message that did not leave; answers whether it did.
    pub(crate) fn take_back(&mut self) -> bool {
        let back = self.refunds < REFUNDS;
        if back {
            self.refunds = self.refunds.saturating_add(1);
            self.unapproved = self.unapproved.saturating_sub(1);
            self.sends = self.sends.saturating_sub(1);
        }
        back
    }

    /// An approval refunds what its own challenge sent in this window, and never more than that.
    pub(crate) fn refund(&mut self, sends: u8) {
        self.unapproved = self.unapproved.saturating_sub(sends);
    }
}

/// The base doubled once a level, at most a day.
fn lock_length(base: u32, level: u8) -> u64 {
    u64::from(base).saturating_mul(1 << level.min(TOP_LEVEL)).min(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    const NOW: u64 = 1_800_000_000;
    const LIMITS: Limits = Policy::PAYMENT.limits();

    fn fail(budget: &mut Budget, times: u8, now: u64) -> Consequence {
        let mut last = Consequence::None;
        for _ in 0..times {
            last = budget.charge(&LIMITS, now);
        }
        last
    }

    #[test]
    fn every_fifth_consecutive_failure_locks_twice_as_long() {
        let mut budget = Budget::new(NOW);
        assert_eq!(fail(&mut budget, 4, NOW), Consequence::None);
        assert_eq!(fail(&mut budget, 1, NOW), Consequence::Locked);
        assert_eq!(budget.locked_until(&LIMITS, NOW), Some(NOW + 1_800));
        assert_eq!(fail(&mut budget, 5, NOW + 1_800), Consequence::Locked);
        assert_eq!(budget.lock.length, 3_600);
        assert_eq!(lock_length(1_800, u8::MAX), DAY);
    }

    #[test]
    fn twenty_failures_lock_to_the_end_of_the_day_window_whatever_succeeded() {
        let mut budget = Budget::new(NOW);
        for _ in 0..5 {
            fail(&mut budget, 4, NOW);
            budget.succeed();
        }
        assert_eq!(budget.locked_until(&LIMITS, NOW + 10), Some(NOW + DAY));
        budget = budget.reinstated();
        assert_eq!(budget.locked_until(&LIMITS, NOW + 10), Some(NOW + DAY));
        assert!(!budget.settle(NOW + DAY));
        assert_eq!(budget.locked_until(&LIMITS, NOW + DAY), None);
    }

    #[test]
    fn a_hundred_disable_and_the_one_before_says_so() {
        let mut budget = Budget::new(NOW);
        assert_eq!(fail(&mut budget, 99, NOW), Consequence::NextDisables);
        assert!(!budget.disabled);
        assert_eq!(fail(&mut budget, 1, NOW), Consequence::Disabled);
        assert!(budget.disabled);
    }

    #[test]
    fn a_quiet_day_lowers_the_level_by_one_a_write() {
        let mut budget = Budget { level: 3, ..Budget::new(NOW) };
        budget.day.failures = 1;
        budget.settle(NOW + DAY);
        assert_eq!(budget.level, 3, "the day that ended had a failure");
        budget.settle(NOW + DAY);
        assert_eq!(budget.level, 3, "the same instant is not another day");
        budget.settle(NOW + 30 * DAY);
        assert_eq!(budget.level, 2, "one write, one level");
    }

    #[test]
    fn a_lock_that_another_clock_put_ahead_keeps_its_end_unless_it_is_over_a_day_off() {
        let mut budget = Budget { lock: Span::new(NOW + 600, 1_800), ..Budget::new(NOW) };
        assert!(budget.settle(NOW));
        assert_eq!(budget.lock, Span::new(NOW, 2_400));
        budget.lock = Span::new(NOW + 365 * DAY, 1_800);
        assert!(budget.settle(NOW));
        assert_eq!(budget.lock, Span::new(NOW, DAY));
        assert!(!budget.settle(NOW + 1), "written once, it stays put");
    }

    #[test]
    fn a_day_window_ahead_moves_to_now_with_its_counts() {
        let mut budget = Budget::new(NOW + 365 * DAY);
        budget.day.failures = 7;
        budget.day.sends = 3;
        assert!(budget.settle(NOW));
        assert_eq!(budget.day, Day { from: NOW, failures: 7, unapproved: 0, sends: 3, refunds: 0 });
    }
}
