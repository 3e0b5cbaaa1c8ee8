use core::fmt;

use super::context::{Found, Halt, Opened, unknown};
use super::ticket::Delivery;
use super::{Context, Decision, Handle, Issued, Verdict};
use crate::approval::{Hint, Reason, Refused};
use crate::binding::Binding;
use crate::event::{Action, Facts};
use crate::keyring::{Bound, Tag};
use crate::operation::{Operation, Paid, Step, sealed};
use crate::recipient::{Recipient, RecipientKind};
use crate::record::{Record, Slot, State};
use crate::store::Key;

/// A resend that has not run yet; see [`Verifier::resend`](crate::Verifier::resend).
#[must_use = "an operation does nothing until it is run"]
pub struct Resend<'a, B> {
    context: Context<'a>,
    binding: &'a B,
    bound: Bound,
    handle: Handle,
    recipient: Tag,
    channel: RecipientKind,
    /// Why this recipient may not be used any more: its number may have been ported since the issue.
    objection: Option<Reason>,
    new_code: bool,
}

impl<'a, B: Binding> Resend<'a, B> {
    pub(super) fn new(context: Context<'a>, handle: Handle, binding: &'a B, recipient: &Recipient<'_>) -> Self {
        let bound = context.keyring.bound(&context.key, binding);
        let objection = context.objection(recipient);
        let channel = recipient.kind();
        let recipient = context.keyring.recipient_tag(&context.key, recipient);
        Self { context, binding, bound, handle, recipient, channel, objection, new_code: false }
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
        slot.generation = slot.generation.saturating_add(u8::from(self.new_code));
        opened.state.put(place, slot);
        let delivery = Delivery::of(&slot, self.handle, &policy);
        Ok(self.context.write(&opened.state, Decision::Delivered(delivery)))
    }

    fn objection(&self, state: &State, slot: &Slot) -> Result<(), Refused> {
        if slot.recipient != self.recipient {
            return Err(Refused::new(Reason::RecipientChanged, Hint::OtherRecipient));
        }
        if let Some(reason) = self.objection {
            return Err(Refused::new(reason, Hint::OtherRecipient));
        }
        if slot.sends >= self.context.policy.challenge_sends {
            return Err(Refused::new(Reason::ChallengeSends, Hint::NoMoreMessages));
        }
        self.context.may_send(state)
    }
}

impl<B> sealed::Sealed for Resend<'_, B> {
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Resend).on(&self.handle).binding(&self.bound).through(self.channel)
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
