use core::fmt;

use super::context::{Found, Halt, Opened, unknown};
use super::ticket::Dispatch;
use super::{Context, Decision, Handle, Issued, Verdict};
use crate::approval::{Hint, Reason, Refused};
use crate::binding::Binding;
use crate::delivery::Route;
use crate::event::{Action, Facts};
use crate::keyring::Bound;
use crate::operation::{Operation, Paid, Step, sealed};
use crate::record::{Legs, Record, Slot, State};
use crate::store::Key;

/// A resend that has not run yet; see [`Verifier::resend`](crate::Verifier::resend).
#[must_use = "an operation does nothing until it is run"]
pub struct Resend<'a, B> {
    context: Context<'a>,
    binding: &'a B,
    bound: Bound,
    handle: Handle,
    route: Route<'a>,
    legs: Legs,
    new_code: bool,
}

impl<'a, B: Binding> Resend<'a, B> {
    pub(super) fn new(context: Context<'a>, handle: Handle, binding: &'a B, route: Route<'a>) -> Self {
        let bound = context.keyring.bound(&context.key, binding);
        let legs = context.legs(&route);
        Self { context, binding, bound, handle, route, legs, new_code: false }
    }

    /// Sends a new code instead of the same one; the old one is dead. Same end, same attempts: there is still one code
    /// that is right (F71).
    pub const fn new_code(mut self) -> Self {
        self.new_code = true;
        self
    }

    fn decide(&self, opened: &mut Opened) -> Result<Step<Verdict>, Halt> {
        let (policy, now) = (self.context.policy, self.context.now);
        let Found { place, mut slot } = self.context.live(&opened.state, &self.handle, self.bound.tag())?;
        self.objection(&opened.state, &slot).map_err(Halt::Refuse)?;
        opened.state.budget.day.charge_send();
        slot.sends = slot.sends.saturating_add(1);
        slot.last_sent = now;
        slot.delivery = None;
        slot.generation = slot.generation.saturating_add(u8::from(self.new_code));
        opened.state.put(place, slot);
        let dispatch = Dispatch::of(&slot, self.handle, &policy, &self.route);
        Ok(self.context.write(&opened.state, Decision::Delivered(dispatch)))
    }

    fn objection(&self, state: &State, slot: &Slot) -> Result<(), Refused> {
        if !slot.legs.are(&self.legs) {
            return Err(Refused::new(Reason::RecipientChanged, Hint::OtherRecipient));
        }
        // Its number may have been ported since the issue.
        let leg = self.route.leg(slot.leg);
        if let Some(reason) = leg.and_then(|leg| self.context.objection(leg.recipient())) {
            return Err(Refused::new(reason, Hint::OtherRecipient));
        }
        if slot.sends >= self.context.policy.challenge_sends {
            return Err(Refused::new(Reason::ChallengeSends, Hint::NoMoreMessages));
        }
        self.context.may_send(state, None)
    }
}

impl<B> sealed::Sealed for Resend<'_, B> {
    fn facts(&self) -> Facts<'_> {
        self.context
            .facts(Action::Resend)
            .on(&self.handle)
            .binding(&self.bound)
            .through(self.route.first().recipient().kind())
    }
}

impl<'a, B: Binding> Operation for Resend<'a, B> {
    type Verdict = Verdict;
    type Output = Issued<'a, B>;

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

    fn finish(self, paid: Paid<Verdict>) -> Result<Issued<'a, B>, Refused> {
        paid.verdict().0.delivered(&self.context, &self.bound, self.binding)
    }
}

impl<B> fmt::Debug for Resend<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend").field("key", &self.context.key).finish_non_exhaustive()
    }
}
