//! What is remembered of one record.

use std::collections::BTreeSet;

use countersign::{Hint, Reason, Settled};

use super::{Deed, Sight, Verdict, law};
use crate::answer::{Answer, Id};
use crate::budget::DAY;
use crate::challenge::MINUTE;

pub struct Past {
    /// The second until which nothing may be judged or sent.
    barred_until: u64,
    /// Until somebody reinstates.
    stopped: bool,
    consecutive: u32,
    total: u32,
    last_sent: Option<(u64, Id)>,
    last_now: u64,
    /// No clock went back so far.
    pub steady: bool,
    failed_at: Vec<u64>,
    sent_at: Vec<(u64, Id)>,
    given_back_at: Vec<u64>,
    approved: BTreeSet<Id>,
}

impl Past {
    /// A record that the store knows nothing of, or no more.
    pub fn begin_again(&mut self, now: u64) {
        *self = Self { steady: self.steady && now >= self.last_now, ..Self::new(now) };
    }

    pub fn new(now: u64) -> Self {
        Self {
            barred_until: 0,
            stopped: false,
            consecutive: 0,
            total: 0,
            last_sent: None,
            last_now: now,
            steady: true,
            failed_at: Vec::new(),
            sent_at: Vec::new(),
            given_back_at: Vec::new(),
            approved: BTreeSet::new(),
        }
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

    /// Nothing is judged or sent while it is locked or disabled.
    pub fn bar(&mut self, sight: &Sight<'_>, sent: bool) -> Verdict {
        let acts = sight.answer.is_judged() || sent;
        law(!acts || sight.now >= self.barred_until, "locked is locked for everybody, in every way")?;
        law(!acts || !self.stopped, "disabled, closed and corrupt stay so until somebody reinstates")?;
        match (sight.deed, sight.answer) {
            (Deed::Reinstate, Answer::Status(status)) => {
                self.stopped = false;
                self.barred_until = match status.condition {
                    countersign::Condition::Locked { until } => until.as_secs(),
                    _ => 0,
                };
            }
            (_, Answer::Refused { reason: Reason::WrongCode, hint: Hint::Wait { until }, .. }) => {
                self.barred_until = until.as_secs();
            }
            (_, Answer::Refused { hint: Hint::Contact, .. }) => self.stopped = true,
            _ => {}
        }
        Ok(())
    }

    pub fn count(&mut self, sight: &Sight<'_>) -> Verdict {
        match (sight.deed, sight.answer) {
            (Deed::Reinstate, Answer::Status(_)) => (self.consecutive, self.total, self.last_sent) = (0, 0, None),
            (Deed::Verify { id, .. }, Answer::Approved { .. }) => {
                (self.consecutive, self.total) = (0, 0);
                self.approved.extend(id);
            }
            (_, Answer::Refused { reason: Reason::WrongCode, hint, .. }) => self.fail(sight, *hint)?,
            (Deed::Settle { id: Some(id), .. }, Answer::Settled(Settled::Now { refunded: true })) => {
                self.give_back(id)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn fail(&mut self, sight: &Sight<'_>, hint: Hint) -> Verdict {
        let limits = &sight.rules.limits;
        self.consecutive += 1;
        self.total += 1;
        self.failed_at.push(sight.now);
        let free = matches!(hint, Hint::TryAgain { .. } | Hint::StartAgain);
        law(!free || !self.consecutive.is_multiple_of(limits.lock_after), "every Nth failure in a row locks")?;
        law(!free || self.total < limits.total_failures, "the total disables")?;
        law(self.total <= limits.total_failures, "no more are judged than the total, whatever the clocks say")?;
        law(!self.steady || most_in_a_day(&self.failed_at) <= 2 * limits.day_failures, "a day has its failures")
    }

    /// The last message of a challenge did not leave, and cost the day nothing.
    fn give_back(&mut self, id: Id) -> Verdict {
        let last = self.sent_at.iter().rposition(|(_, sent)| *sent == id);
        if let Some(place) = last {
            self.given_back_at.push(self.sent_at.remove(place).0);
        }
        let most = most_in_a_day(&self.given_back_at);
        law(!self.steady || most <= 2 * 3, "a day gets back three messages")
    }

    /// A message left, or would have if its decoy were anybody. Where nothing left before it, the gap to that is none.
    pub fn send(&mut self, sight: &Sight<'_>, id: Id, nothing_left: bool) -> Verdict {
        let (now, rules) = (sight.now, sight.rules);
        let too_soon = |last: u64| last <= now + MINUTE && now < last + rules.gap;
        let last = self.last_sent.filter(|(_, sent)| !(nothing_left && *sent == id));
        law(!last.is_some_and(|(at, _)| too_soon(at)), "two messages have a gap between them")?;
        self.last_sent = Some((now, id));
        self.sent_at.push((now, id));
        let all: Vec<u64> = self.sent_at.iter().map(|(at, _)| *at).collect();
        let unapproved = self.sent_at.iter().filter(|(_, id)| !self.approved.contains(id));
        let unapproved: Vec<u64> = unapproved.map(|(at, _)| *at).collect();
        law(
            !self.steady || most_in_a_day(&unapproved) <= 2 * rules.unapproved_sends,
            "a day has its unapproved messages",
        )?;
        law(!self.steady || most_in_a_day(&all) <= 2 * rules.day_sends, "a day has its messages")
    }
}

/// The most of these moments, in order, that any 24 hours hold; two windows may touch them.
fn most_in_a_day(moments: &[u64]) -> u32 {
    let within = |first: &u64| moments.iter().filter(|at| *at >= first && **at < first + DAY).count();
    moments.iter().map(within).max().unwrap_or(0) as u32
}
