//! What is remembered of one record.

use std::collections::BTreeMap;

use countersign::{Condition, Hint, Reason};

use super::{Deed, Sight, Verdict, law};
use crate::budget::DAY;
use crate::person::answer::Answer;
use crate::person::device::Device;

#[derive(Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Past {
    /// The second until which nothing may be judged.
    barred_until: u64,
    /// Until somebody reinstates.
    stopped: bool,
    closed: bool,
    /// Failures in a row, by authenticator; the recovery codes count as one.
    consecutive: BTreeMap<Option<usize>, u32>,
    total: u32,
    /// Every answer arrived, and nobody signed up among decoys.
    exact: bool,
    last_now: u64,
    /// No clock went back so far.
    pub steady: bool,
    failed_at: Vec<u64>,
    /// What was confirmed, by its name.
    pub enrolled: BTreeMap<usize, Device>,
}

impl Past {
    pub fn new(now: u64) -> Self {
        Self {
            barred_until: 0,
            stopped: false,
            closed: false,
            consecutive: BTreeMap::new(),
            total: 0,
            exact: true,
            last_now: now,
            steady: true,
            failed_at: Vec::new(),
            enrolled: BTreeMap::new(),
        }
    }

    /// A record that the store knows nothing of, or no more.
    pub fn begin_again(&mut self, now: u64) {
        *self = Self { steady: self.steady && now >= self.last_now, ..Self::new(now) };
    }

    /// A clock looked. One that is behind may shorten a bar to a day; one that is beyond it has seen its end.
    pub fn look(&mut self, now: u64) {
        self.steady &= now >= self.last_now;
        self.last_now = now;
        self.barred_until = self.barred_until.min(now + DAY);
        if now >= self.barred_until {
            self.barred_until = 0;
        }
    }

    /// Nothing is judged, enrolled or made while it is locked or disabled, and nothing ever again once it is closed.
    pub fn bar(&mut self, sight: &Sight<'_>) -> Verdict {
        let acts = sight.answer.is_judged() || matches!(sight.answer, Answer::Enrolling { .. } | Answer::Made);
        law(!acts || sight.now >= self.barred_until, "locked is locked for everybody, in every way")?;
        law(!acts || !self.stopped, "disabled and corrupt stay so until somebody reinstates")?;
        law(!acts || !self.closed, "closed is closed for good")?;
        match (sight.deed, sight.answer) {
            (Deed::Reinstate, Answer::Done(_) | Answer::Unknown) => (self.stopped, self.barred_until) = (false, 0),
            (Deed::Close, Answer::Done(_)) => self.closed = true,
            (_, Answer::Refused { reason: Reason::WrongCode, hint: Hint::Wait { until }, .. }) => {
                self.barred_until = until.as_secs();
            }
            (_, Answer::Refused { hint: Hint::Contact, .. }) => self.stopped = true,
            (_, Answer::Status(sheet)) => match sheet.condition {
                Condition::Locked { until } => self.barred_until = until.as_secs(),
                Condition::Disabled | Condition::Corrupt => self.stopped = true,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    pub fn count(&mut self, sight: &Sight<'_>) -> Verdict {
        self.exact &= *sight.answer != Answer::Unknown;
        let whose = match sight.deed {
            Deed::Code { name, .. } | Deed::Pair { name, .. } => Some(name),
            Deed::Recover { .. } => None,
            _ => return self.keep_house(sight),
        };
        if let (Deed::Code { device, .. } | Deed::Pair { device, .. }, true) = (sight.deed, sight.answer.accepts()) {
            self.enrolled.extend(whose.zip(device));
        }
        // Without an answer it may have been a success.
        if sight.answer.accepts() || *sight.answer == Answer::Unknown {
            self.total = self.total.saturating_sub(self.consecutive.remove(&whose).unwrap_or(0));
        }
        match sight.answer {
            Answer::Refused { reason: Reason::WrongCode, hint, .. } => self.fail(whose, sight, *hint),
            _ => Ok(()),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as whatever counts")]
    fn keep_house(&mut self, sight: &Sight<'_>) -> Verdict {
        match (sight.deed, sight.answer) {
            (Deed::Enrol { name, .. }, Answer::Enrolling { .. }) => {
                self.consecutive.remove(&Some(name));
            }
            (Deed::Revoke { name }, Answer::Done(_) | Answer::Unknown) => {
                self.enrolled.remove(&name);
                // Without an answer it may be there still, and take its failures out of the total when it succeeds.
                if *sight.answer != Answer::Unknown {
                    self.consecutive.remove(&Some(name));
                }
            }
            (Deed::Close, _) => self.enrolled.clear(),
            (Deed::Reinstate, Answer::Done(_) | Answer::Unknown) => {
                self.total = 0;
                self.consecutive.clear();
            }
            // Whoever looks into a damaged record and reinstates has another one.
            (_, Answer::Status(sheet)) if sheet.condition == Condition::Corrupt => {
                self.enrolled.clear();
                self.closed = false;
            }
            _ => {}
        }
        Ok(())
    }

    fn fail(&mut self, whose: Option<usize>, sight: &Sight<'_>, hint: Hint) -> Verdict {
        let limits = &sight.rules.limits;
        let consecutive = self.consecutive.entry(whose).or_default();
        *consecutive += 1;
        self.total += 1;
        self.failed_at.push(sight.now);
        let free = matches!(hint, Hint::TryAgain { .. });
        let locks = self.exact && consecutive.is_multiple_of(limits.lock_after);
        law(!free || !locks, "every Nth failure in a row locks")?;
        law(!free || self.total < limits.total_failures, "the total disables")?;
        law(self.total <= limits.total_failures, "no more are judged than the total, whatever the clocks say")?;
        law(!self.steady || self.most_in_a_day() <= 2 * limits.day_failures, "a day has its failures")
    }

    /// The most failures that any 24 hours hold; two windows may touch them.
    fn most_in_a_day(&self) -> u32 {
        let within = |first: &u64| self.failed_at.iter().filter(|at| *at >= first && **at < first + DAY).count();
        self.failed_at.iter().map(within).max().unwrap_or(0) as u32
    }
}
