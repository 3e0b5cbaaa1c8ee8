use core::fmt;

use rand_core::TryCryptoRng;

use super::context::Opened;
use super::ticket::Dispatch;
use super::{Context, Decision, Handle, Issued, Verdict};
use crate::approval::{Hint, Reason, Refused};
use crate::binding::Binding;
use crate::delivery::{Leg, Route};
use crate::error::Invalid;
use crate::event::{Action, Facts};
use crate::keyring::{Bound, Tag};
use crate::operation::{Operation, Paid, Step, sealed};
use crate::record::{Legs, Phase, Record, Slot, State};
use crate::released::public;
use crate::store::Key;

/// An issue that has not run yet; see [`Verifier::issue`](crate::Verifier::issue).
#[must_use = "an operation does nothing until it is run"]
pub struct Issue<'a, B> {
    context: Context<'a>,
    binding: &'a B,
    bound: Bound,
    nonce: [u8; 16],
    handle: Handle,
    route: Route<'a>,
    legs: Legs,
    lifetime: u32,
    /// Why one of the recipients may not be used, whatever is stored.
    objection: Option<Reason>,
    request: Option<Tag>,
}

impl<'a, B: Binding> Issue<'a, B> {
    pub(super) fn new<R: TryCryptoRng + ?Sized>(
        context: Context<'a>,
        binding: &'a B,
        route: Route<'a>,
        rng: &mut R,
    ) -> Result<Self, Invalid> {
        let mut nonce = [0; 16];
        rng.try_fill_bytes(&mut nonce).map_err(|_| Invalid::RandomSource)?;
        let keyring = context.keyring;
        let lifetime = |leg: Leg<'_>| context.policy.lifetime_for(leg.recipient().kind());
        Ok(Self {
            bound: keyring.bound(&context.key, binding),
            handle: public(keyring.handle(&context.key, &nonce)),
            legs: context.legs(&route),
            lifetime: route.legs().map(lifetime).min().unwrap_or(0),
            objection: route.legs().find_map(|leg| context.objection(leg.recipient())),
            route,
            request: None,
            context,
            binding,
            nonce,
        })
    }

    /// Names the request, so that a double click sends once.
    ///
    /// A repeat of the same request of the same session while its challenge is open, for the same value and route, the same ticket and sends nothing; for other ones it is refused and changes nothing. `request` is the
    /// form's own id, made when the page was rendered. Each is 1 to 255 bytes.
    ///
    /// # Errors
    /// [`Invalid::RequestId`].
    pub fn request(mut self, session: &[u8], request: &[u8]) -> Result<Self, Invalid> {
        let fits = |id: &[u8]| (1..=255).contains(&id.len());
        if !fits(session) || !fits(request) {
            return Err(Invalid::RequestId);
        }
        self.request = Some(self.context.keyring.request_tag(&self.context.key, session, request));
        Ok(self)
    }

    fn decide(&self, opened: &mut Opened) -> Result<Step<Verdict>, Refused> {
        self.context.gate(&opened.state)?;
        if let Some(first) = self.first_of_this_request(&opened.state) {
            let repeat = self.repeat(first);
            return Ok(self.context.leave(opened, repeat));
        }
        if let Some(reason) = self.objection {
            return Err(Refused::new(reason, Hint::OtherRecipient));
        }
        self.context.may_send(&opened.state, None)?;
        Ok(self.add(&mut opened.state))
    }

    fn first_of_this_request<'s>(&self, state: &'s State) -> Option<&'s Slot> {
        let live = |slot: &&Slot| slot.is_open() && slot.span().is_live(self.context.now);
        let request = self.request?;
        state.slots.iter().flatten().filter(live).find(|slot| slot.request == request)
    }

    fn repeat(&self, first: &Slot) -> Decision {
        if first.binding != self.bound.tag() || !first.legs.are(&self.legs) {
            return Decision::Refused(Refused::new(Reason::RequestReused, Hint::StartAgain));
        }
        let handle = public(self.context.keyring.handle(&self.context.key, &first.nonce));
        let dispatch = Dispatch::of(first, handle, &self.context.policy, &self.route);
        Decision::Delivered(Dispatch { repeat: true, ..dispatch })
    }

    fn add(&self, state: &mut State) -> Step<Verdict> {
        let (policy, now) = (self.context.policy, self.context.now);
        state.expire(now);
        state.make_room(policy.open);
        state.budget.day.charge_send();
        state.decoy &= self.route.is_decoy();
        let slot = self.slot();
        *state.place() = Some(slot);
        let dispatch = Dispatch::of(&slot, self.handle, &policy, &self.route);
        self.context.write(state, Decision::Delivered(dispatch))
    }

    fn slot(&self) -> Slot {
        let (policy, now) = (self.context.policy, self.context.now);
        Slot {
            nonce: self.nonce,
            key_id: self.context.keyring.issuing(),
            format: policy.format,
            lifetime: self.lifetime,
            attempts: policy.attempts,
            sends: 1,
            phase: Phase::Open,
            decoy: self.route.is_decoy(),
            generation: 0,
            issued: now,
            last_sent: now,
            binding: self.bound.tag(),
            legs: self.legs,
            leg: 0,
            delivery: None,
            refunded: 0,
            request: self.request.unwrap_or_default(),
        }
    }
}

impl<B> sealed::Sealed for Issue<'_, B> {
    /// Without a challenge: whether there is one, the verdict says.
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Issue).binding(&self.bound).through(self.route.first().recipient().kind())
    }
}

impl<'a, B: Binding> Operation for Issue<'a, B> {
    type Verdict = Verdict;
    type Output = Issued<'a, B>;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        let mut opened = match self.context.open(seen) {
            Ok(Some(opened)) => opened,
            Ok(None) => Opened::fresh(State { decoy: self.route.is_decoy(), ..State::new(self.context.now) }),
            Err(shut) => return shut.step(),
        };
        match self.decide(&mut opened) {
            Ok(step) => step,
            Err(refused) => self.context.leave(&opened, Decision::Refused(refused)),
        }
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Issued<'a, B>, Refused> {
        paid.verdict().0.delivered(&self.context, &self.bound, self.binding)
    }
}

impl<B> fmt::Debug for Issue<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issue").field("key", &self.context.key).finish_non_exhaustive()
    }
}
