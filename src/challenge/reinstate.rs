use super::context::{Opened, settled};
use super::{Context, Decision, Status, Verdict};
use crate::approval::{Hint, Reason, Refused};
use crate::event::{Action, Facts};
use crate::limit::Budget;
use crate::operation::{Operation, Paid, Shut, Step, sealed};
use crate::record::{Record, SLOTS, State};
use crate::store::Key;

/// A reinstatement that has not run yet; see [`Verifier::reinstate`](crate::Verifier::reinstate).
///
/// A corrupt record is replaced too: its day window starts at its limit, so that damaging a record buys no guess that
/// day. A closed account stays closed, since a new one is a new subject; but whether a corrupt record was closed nobody
/// can tell, so close it again.
#[derive(Debug)]
#[must_use = "an operation does nothing until it is run"]
pub struct Reinstate<'v> {
    context: Context<'v>,
}

impl<'v> Reinstate<'v> {
    pub(super) const fn new(context: Context<'v>) -> Self {
        Self { context }
    }

    fn write(&self, budget: Budget, decoy: bool) -> Step<Verdict> {
        let state = State { budget, closed: false, decoy, slots: [None; SLOTS] };
        let status = Status::of(&self.context, &state, None);
        self.context.write(&state, Decision::Status(status))
    }
}

impl sealed::Sealed for Reinstate<'_> {
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Reinstate)
    }
}

impl Operation for Reinstate<'_> {
    type Verdict = Verdict;
    type Output = Status;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        match self.context.open(seen) {
            Ok(Some(Opened { state, .. })) if state.closed => {
                settled(Decision::Refused(Refused::new(Reason::Closed, Hint::Contact)))
            }
            Ok(Some(Opened { state, .. })) => self.write(state.budget.reinstated(), state.decoy),
            Ok(None) => settled(Decision::Status(Status::of(&self.context, &State::new(self.context.now), None))),
            Err(Shut::Corrupt) => self.write(Budget::after_corruption(&self.context.limits, self.context.now), false),
            Err(shut @ Shut::Newer) => shut.step(),
        }
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Status, Refused> {
        match paid.verdict().0 {
            Decision::Status(status) => Ok(status),
            other => Err(other.refusal()),
        }
    }
}
