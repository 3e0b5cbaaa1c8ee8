use core::fmt;

use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq as _;

use super::context::{Found, Halt, Opened, unknown};
use super::ticket::Dispatch;
use super::{Context, Decision, Handle, Issued, Verdict, Verifier};
use crate::approval::{Hint, Reason, Refused};
use crate::binding::Binding;
use crate::delivery::{Delivery, IdempotencyKey, Leg, Route};
use crate::error::Invalid;
use crate::event::{Action, Facts};
use crate::expiry::Span;
use crate::keyring::Bound;
use crate::operation::{Operation, Paid, Step, sealed, wait};
use crate::record::{Legs, Record, Slot, State};
use crate::released::released;
use crate::store::Key;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

impl Verifier {
    /// Sends the same code by the next leg of its route. It extends nothing and refills nothing, and costs a message of the
    /// challenge and of the day, as a resend does.
    ///
    /// When to fall back the server decides, from what its channels answer, and never a client's word: else everybody
    /// could have the code go where it is the easiest to read. What the record says of the last message decides what is
    /// next:
    ///
    /// | the last message | the next leg | when |
    /// |---|---|---|
    /// | [`NotSent`](Delivery::NotSent) | the next one | at once: where nothing left, nothing has to be waited for, and the person does wait |
    /// | [`Unknown`](Delivery::Unknown) or [`Sent`](Delivery::Sent) | the next of another kind: what may have left is not sent blindly the same way again | after the policy's gap: it may be read this very moment |
    /// | not settled, as after a crash | likewise | after that, and after its leg's time-out |
    ///
    /// The gap to messages of other challenges of the record always holds. The value and the route are named again, as for
    /// [`resend`](Verifier::resend), and every refusal of that one is one here, so a locked account falls back to nothing.
    ///
    /// # Errors
    /// See [`Verifier`].
    #[expect(clippy::too_many_arguments, reason = "each is needed, and each has a type of its own")]
    pub fn onward<'a, B: Binding, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        handle: Handle,
        binding: &'a B,
        route: impl Into<Route<'a>>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Onward<'a, B>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Onward::new(context, handle, binding, route.into()))
    }
}

/// A fallback that has not run yet; see [`Verifier::onward`].
#[must_use = "an operation does nothing until it is run"]
pub struct Onward<'a, B> {
    context: Context<'a>,
    binding: &'a B,
    bound: Bound,
    handle: Handle,
    route: Route<'a>,
    legs: Legs,
    instead_of: Option<IdempotencyKey>,
}

impl<'a, B: Binding> Onward<'a, B> {
    fn new(context: Context<'a>, handle: Handle, binding: &'a B, route: Route<'a>) -> Self {
        let bound = context.keyring.bound(&context.key, binding);
        let legs = context.legs(&route);
        Self { context, binding, bound, handle, route, legs, instead_of: None }
    }

    /// Only if the challenge's last message is this one: two tasks that saw one failure fall back once.
    pub const fn instead_of(mut self, message: &IdempotencyKey) -> Self {
        self.instead_of = Some(*message);
        self
    }

    fn decide(&self, opened: &mut Opened) -> Result<Step<Verdict>, Halt> {
        let (policy, now) = (self.context.policy, self.context.now);
        let Found { place, mut slot } = self.context.live(&opened.state, &self.handle, self.bound.tag())?;
        let (leg, _) = self.next(&slot).map_err(Halt::Refuse)?;
        self.objection(&opened.state, place, &slot).map_err(Halt::Refuse)?;
        opened.state.budget.day.charge_send();
        slot.sends = slot.sends.saturating_add(1);
        slot.last_sent = now;
        slot.delivery = None;
        slot.leg = leg;
        opened.state.put(place, slot);
        let dispatch = Dispatch::of(&slot, self.handle, &policy, &self.route);
        Ok(self.context.write(&opened.state, Decision::Delivered(dispatch)))
    }

    /// The leg whose turn it is, if this is the route and its recipient may be used now.
    fn next(&self, slot: &Slot) -> Result<(u8, Leg<'a>), Refused> {
        let present = self.route.leg(slot.leg).filter(|_| slot.legs.are(&self.legs));
        let present = present.ok_or(Refused::new(Reason::RecipientChanged, Hint::OtherRecipient))?;
        let last = || self.context.keyring.idempotency_key(&self.handle, slot.send());
        if self.instead_of.is_some_and(|message| !released(message.ct_eq(&last()))) {
            let next = slot.last_sent.saturating_add(u64::from(self.context.policy.gap));
            return Err(Refused::new(Reason::Overtaken, wait(next)));
        }
        let nothing_left = slot.delivery == Some(Delivery::NotSent);
        let next = self.route.after(slot.leg, present.recipient().kind(), nothing_left);
        let (leg, next) = next.ok_or(Refused::new(Reason::RouteEnded, Hint::NoMoreMessages))?;
        match self.context.objection(next.recipient()) {
            Some(reason) => Err(Refused::new(reason, Hint::OtherRecipient)),
            None => Ok((leg, next)),
        }
    }

    fn objection(&self, state: &State, place: usize, slot: &Slot) -> Result<(), Refused> {
        if slot.sends >= self.context.policy.challenge_sends {
            return Err(Refused::new(Reason::ChallengeSends, Hint::NoMoreMessages));
        }
        let seconds = self.route.leg(slot.leg).map_or(0, |leg| u64::from(leg.seconds()));
        let on_its_way = Span::new(slot.last_sent, seconds);
        if slot.delivery.is_none() && on_its_way.is_live(self.context.now) {
            return Err(Refused::new(Reason::TooSoon, wait(on_its_way.end())));
        }
        let nothing_left = slot.delivery == Some(Delivery::NotSent);
        self.context.may_send(state, nothing_left.then_some(place))
    }
}

impl<B> sealed::Sealed for Onward<'_, B> {
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Onward).on(&self.handle).binding(&self.bound)
    }
}

impl<'a, B: Binding> Operation for Onward<'a, B> {
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

impl<B> fmt::Debug for Onward<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onward").field("key", &self.context.key).finish_non_exhaustive()
    }
}
