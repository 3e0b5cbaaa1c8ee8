use super::context::settled;
use super::{Context, Decision, Handle, Ticket, Verdict};
use crate::approval::Refused;
use crate::event::{Action, Facts};
use crate::operation::{Operation, Paid, Sheet, Shut, Step, sealed};
use crate::record::{Content, Record, Slot, State};
use crate::store::Key;
use crate::time::UnixTime;

/// A look at a record that has not run yet; see [`Verifier::status`](crate::Verifier::status).
#[derive(Debug)]
#[must_use = "an operation does nothing until it is run"]
pub struct Look<'v> {
    context: Context<'v>,
    handle: Option<Handle>,
}

/// What a record says at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "serde", feature = "alloc"), derive(serde::Serialize))]
pub struct Status {
    condition: Condition,
    #[cfg_attr(all(feature = "serde", feature = "alloc"), serde(rename = "consecutive_failures"))]
    consecutive: u8,
    #[cfg_attr(all(feature = "serde", feature = "alloc"), serde(rename = "total_failures"))]
    total: u8,
    day_failures: u8,
    day_sends: u8,
    #[cfg_attr(all(feature = "serde", feature = "alloc"), serde(rename = "open_challenges"))]
    open: u8,
    challenge: Option<ChallengeStatus>,
}

/// Whether anything can be confirmed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Condition {
    /// Yes.
    Clear,
    /// Not before this time.
    Locked {
        /// When the lock ends.
        until: UnixTime,
    },
    /// Not until an operator reinstates.
    Disabled,
    /// Never again.
    Closed,
    /// Not until an operator has looked into the damaged record, and reinstates.
    Corrupt,
}

/// What a browser may know of the challenge that it holds the handle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "serde", feature = "alloc"), derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ChallengeStatus {
    /// It waits for its code.
    Open(Ticket),
    /// It was approved.
    Approved,
    /// It is over without an approval.
    Over,
}

impl<'v> Look<'v> {
    pub(super) const fn new(context: Context<'v>) -> Self {
        Self { context, handle: None }
    }

    /// Looks at this challenge too.
    pub const fn challenge(mut self, handle: Handle) -> Self {
        self.handle = Some(handle);
        self
    }
}

impl Status {
    /// Whether anything can be confirmed at all.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        self.condition
    }

    /// Failures since the last success.
    #[must_use]
    pub const fn consecutive_failures(&self) -> u8 {
        self.consecutive
    }

    /// Failures since the last success or reinstatement; at the policy's total the purpose is disabled.
    #[must_use]
    pub const fn total_failures(&self) -> u8 {
        self.total
    }

    /// Failures in the present day window.
    #[must_use]
    pub const fn day_failures(&self) -> u8 {
        self.day_failures
    }

    /// Messages in the present day window.
    #[must_use]
    pub const fn day_sends(&self) -> u8 {
        self.day_sends
    }

    /// How many challenges wait for their code.
    #[must_use]
    pub const fn open_challenges(&self) -> u8 {
        self.open
    }

    /// The challenge that was asked for; `None` if none was, or the record remembers none with that handle.
    ///
    /// `None` does not mean unpaid: four newer challenges, a reinstatement or time push an approved one out. What was
    /// captured is in the caller's own table.
    #[must_use]
    pub const fn challenge(&self) -> Option<ChallengeStatus> {
        self.challenge
    }

    pub(super) fn of(context: &Context<'_>, state: &State, handle: Option<&Handle>) -> Self {
        let live = |slot: &&Slot| slot.is_open() && slot.span().is_live(context.now);
        let open = state.slots.iter().flatten().filter(live).count();
        Self {
            condition: Condition::of(context, state),
            consecutive: state.budget.consecutive,
            total: state.budget.total,
            day_failures: state.budget.day.failures,
            day_sends: state.budget.day.sends,
            open: u8::try_from(open).unwrap_or(u8::MAX),
            challenge: handle.and_then(|handle| ChallengeStatus::of(context, state, handle)),
        }
    }

    fn corrupt(context: &Context<'_>) -> Self {
        let nothing = Self::of(context, &State::new(context.now), None);
        Self { condition: Condition::Corrupt, ..nothing }
    }
}

impl Condition {
    pub(crate) fn of(sheet: &Sheet<'_>, state: &impl Content) -> Self {
        let head = state.head();
        match head.budget.locked_until(&sheet.limits, sheet.now) {
            _ if head.closed => Self::Closed,
            _ if head.budget.disabled => Self::Disabled,
            Some(until) => Self::Locked { until: UnixTime::from_secs(until) },
            None => Self::Clear,
        }
    }
}

impl ChallengeStatus {
    fn of(context: &Context<'_>, state: &State, handle: &Handle) -> Option<Self> {
        use crate::record::Phase;
        let slot = context.find(state, handle)?.slot;
        Some(match slot.phase {
            Phase::Open if slot.span().is_live(context.now) => {
                Self::Open(Ticket::of(&slot, *handle, &context.policy))
            }
            Phase::Approved => Self::Approved,
            _ => Self::Over,
        })
    }
}

impl sealed::Sealed for Look<'_> {
    fn facts(&self) -> Facts<'_> {
        let facts = self.context.facts(Action::Look);
        self.handle.as_ref().map_or(facts, |handle| facts.on(handle))
    }
}

impl Operation for Look<'_> {
    type Verdict = Verdict;
    type Output = Status;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        let status = match self.context.open(seen) {
            Ok(Some(opened)) => Status::of(&self.context, &opened.state, self.handle.as_ref()),
            Ok(None) => Status::of(&self.context, &State::new(self.context.now), None),
            Err(Shut::Corrupt) => Status::corrupt(&self.context),
            Err(shut @ Shut::Newer) => return shut.step(),
        };
        settled(Decision::Status(status))
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Status, Refused> {
        match paid.verdict().0 {
            Decision::Status(status) => Ok(status),
            other => Err(other.refusal()),
        }
    }
}
