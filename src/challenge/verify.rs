use core::fmt;

use subtle::{Choice, ConstantTimeEq as _};

use super::context::{Halt, Opened, unknown};
use super::{Context, Decision, Handle, Verdict};
use crate::approval::{ApprovalId, Approved, Hint, Refused, SubjectTag};
use crate::binding::Binding;
use crate::code::Code;
use crate::event::{Action, Facts};
use crate::keyring::{Bound, CodeInput};
use crate::limit::Budget;
use crate::operation::{Cause, Operation, Paid, Step, sealed};
use crate::record::{Phase, Record, Slot};
use crate::released::released;
use crate::store::Key;

/// A verification that has not run yet; see [`Verifier::verify`](crate::Verifier::verify).
#[must_use = "an operation does nothing until it is run"]
pub struct Verify<'v, B> {
    context: Context<'v>,
    approval: ApprovalId,
    subject: SubjectTag,
    handle: Handle,
    code: Code,
    bound: Bound,
    binding: B,
}

impl<'v, B: Binding> Verify<'v, B> {
    pub(super) fn new(context: Context<'v>, subject: SubjectTag, handle: Handle, code: Code, binding: B) -> Self {
        let approval = context.keyring.approval_id(&context.key, &handle);
        let bound = context.keyring.bound(&context.key, &binding);
        Self { context, approval, subject, handle, code, bound, binding }
    }

    fn decide(&self, opened: &mut Opened) -> Result<Step<Verdict>, Halt> {
        let found = self.context.live(&opened.state, &self.handle, self.bound.tag())?;
        let (slot, decision) = if released(self.is_right(&found.slot)?) {
            approve(&mut opened.state.budget, found.slot)
        } else {
            self.charge(&mut opened.state.budget, found.slot)
        };
        opened.state.put(found.place, slot);
        Ok(self.context.write(&opened.state, decision))
    }

    /// The one comparison. A decoy's is masked: no code is ever right there.
    fn is_right(&self, slot: &Slot) -> Result<Choice, Halt> {
        let Slot { key_id, format, generation, .. } = *slot;
        let input = CodeInput { key_id, format, generation, handle: &self.handle, bound: &self.bound };
        let code = self.context.keyring.code(input).ok_or(Halt::Unavailable(Cause::UnknownCodeKey))?;
        Ok(code.ct_eq(&self.code) & !Choice::from(u8::from(slot.decoy)))
    }

    fn charge(&self, budget: &mut Budget, slot: Slot) -> (Slot, Decision) {
        let attempts = slot.attempts.saturating_sub(1);
        let (phase, hint) = match attempts {
            0 => (Phase::Exhausted, Hint::StartAgain),
            attempts_left => (Phase::Open, Hint::TryAgain { attempts_left }),
        };
        let consequence = budget.charge(&self.context.limits, self.context.now);
        let refused = self.context.wrong_code(budget, consequence, hint);
        (Slot { attempts, phase, ..slot }, Decision::Refused(refused))
    }
}

impl<B> sealed::Sealed for Verify<'_, B> {
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Verify).on(&self.handle).binding(&self.bound)
    }
}

impl<B: Binding> Operation for Verify<'_, B> {
    type Verdict = Verdict;
    type Output = Approved<B>;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        match self.context.open(seen) {
            Ok(Some(mut opened)) => {
                self.decide(&mut opened).unwrap_or_else(|halt| self.context.halt(&mut opened, halt))
            }
            Ok(None) => unknown(),
            Err(shut) => shut.step(),
        }
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Approved<B>, Refused> {
        match paid.verdict().0 {
            Decision::Approved => Ok(Approved::new(self.binding, self.approval, self.context.time(), self.subject)),
            other => Err(other.refusal()),
        }
    }
}

impl<B> fmt::Debug for Verify<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verify").field("key", &self.context.key).finish_non_exhaustive()
    }
}

/// A success clears consecutive and total, and refunds what this very challenge sent.
fn approve(budget: &mut Budget, slot: Slot) -> (Slot, Decision) {
    budget.succeed();
    budget.day.refund(slot.sends_since(budget.day.from));
    (Slot { phase: Phase::Approved, ..slot }, Decision::Approved)
}
