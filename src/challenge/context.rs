//! What every operation starts from, and the gate that most of them pass.

use core::fmt;
use core::ops::Deref;

use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq as _;

use super::{Decision, Handle, Verdict};
use crate::approval::{Hint, Reason, Refused};
use crate::delivery::Route;
use crate::error::Invalid;
use crate::event::{Action, Facts};
use crate::keyring::{Keyring, Tag};
use crate::operation::{self, Cause, Sheet, Step, wait};
use crate::policy::Policy;
use crate::recipient::Recipient;
use crate::record::{Legs, Phase, Slot, State};
use crate::released::released;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

/// What every operation starts from, with the purpose's policy.
pub(super) struct Context<'v> {
    pub(super) policy: Policy,
    purpose: &'static str,
    sheet: Sheet<'v>,
}

pub(super) type Opened = operation::Opened<State>;

/// A challenge, and where in the record it is.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) place: usize,
    pub(super) slot: Slot,
}

/// Why there is nothing to judge.
#[derive(Clone, Copy)]
pub(super) enum Halt {
    /// Nobody's handle: it gets no write, whatever the record looks like.
    Unknown,
    Refuse(Refused),
    /// The challenge is over from now on, uncharged.
    End(Found, Phase),
    Unavailable(Cause),
}

impl<'v> Context<'v> {
    pub(super) fn new<B>(
        keyring: &'v Keyring,
        purpose: &Purpose<B>,
        subject: &Subject,
        now: UnixTime,
    ) -> Result<Self, Invalid> {
        purpose.check(subject)?;
        let key = keyring.store_key(purpose.name(), subject);
        let policy = *purpose.policy();
        let sheet = Sheet::new(keyring, policy.limits(), key, subject, now)?;
        Ok(Self { policy, purpose: purpose.name(), sheet })
    }

    /// Draws the stamp that makes this operation's write unlike any other.
    pub(super) fn stamped<R: TryCryptoRng + ?Sized>(self, rng: &mut R) -> Result<Self, Invalid> {
        Ok(Self { sheet: self.sheet.stamped(rng)?, ..self })
    }

    /// What an event says of an operation on challenges.
    pub(super) const fn facts(&self, action: Action) -> Facts<'_> {
        Facts::new(&self.sheet, action).for_purpose(self.purpose)
    }

    /// The challenge with this handle. Every slot's handle is computed; none is stored.
    pub(super) fn find(&self, state: &State, handle: &Handle) -> Option<Found> {
        let mine = |slot: &Slot| released(self.keyring.handle(&self.key, &slot.nonce).ct_eq(handle));
        let mut places = state.slots.iter().enumerate();
        places.find_map(|(place, slot)| slot.filter(mine).map(|slot| Found { place, slot }))
    }

    /// The challenge with this handle, if it is live, was issued for this very value, and its code can be computed.
    ///
    /// Somebody without a handle of this record learns nothing of it, not even that it is locked.
    pub(super) fn live(&self, state: &State, handle: &Handle, binding: Tag) -> Result<Found, Halt> {
        let found = self.find(state, handle).ok_or(Halt::Unknown)?;
        self.gate(state).map_err(Halt::Refuse)?;
        if !found.slot.is_open() {
            return Err(Halt::Refuse(over(found.slot.phase)));
        }
        if !found.slot.span().is_live(self.now) {
            return Err(Halt::End(found, Phase::Expired));
        }
        if !released(found.slot.binding.ct_eq(&binding)) {
            return Err(Halt::End(found, Phase::BindingChanged));
        }
        if !self.keyring.knows(found.slot.key_id) {
            return Err(Halt::Unavailable(Cause::UnknownCodeKey));
        }
        Ok(found)
    }

    /// Carries out why there is nothing to judge.
    pub(super) fn halt(&self, opened: &mut Opened, halt: Halt) -> Step<Verdict> {
        match halt {
            Halt::Unknown => unknown(),
            Halt::Refuse(refused) => self.leave(opened, Decision::Refused(refused)),
            Halt::Unavailable(cause) => Step::Unavailable(cause),
            Halt::End(Found { place, slot }, phase) => {
                opened.state.put(place, Slot { phase, ..slot });
                self.write(&opened.state, Decision::Refused(over(phase)))
            }
        }
    }

    /// What a record keeps of a route.
    pub(super) fn legs(&self, route: &Route<'_>) -> Legs {
        Legs::new(route.legs().map(|leg| self.keyring.recipient_tag(&self.key, leg.recipient())))
    }

    /// Why this recipient may not be used now, whatever is stored.
    pub(super) fn objection(&self, recipient: &Recipient<'_>) -> Option<Reason> {
        if !self.policy.allows(recipient.kind()) {
            return Some(Reason::RecipientKind);
        }
        if self.policy.verified_only && !recipient.is_verified() {
            return Some(Reason::RecipientUnverified);
        }
        let settled = recipient.settled_at(self.policy.cooling_off).as_secs() <= self.now;
        (!settled).then_some(Reason::RecipientTooNew)
    }

    /// Refuses another message while the last one is too fresh, or when the day has had all of its own. The message of the
    /// slot at `spared` is not asked about.
    pub(super) fn may_send(&self, state: &State, spared: Option<usize>) -> Result<(), Refused> {
        let slots = state.slots.iter().enumerate().filter(|(place, _)| Some(*place) != spared);
        let slots = slots.filter_map(|(_, slot)| slot.as_ref());
        let silent = slots.filter_map(|slot| slot.silent_until(self.policy.gap, self.now)).max();
        if let Some(until) = silent {
            return Err(Refused::new(Reason::TooSoon, wait(until)));
        }
        if state.budget.day.sends_are_spent(&self.limits) {
            return Err(Refused::new(Reason::DaySends, wait(state.budget.day.span().end())));
        }
        Ok(())
    }
}

impl<'v> Deref for Context<'v> {
    type Target = Sheet<'v>;

    fn deref(&self) -> &Sheet<'v> {
        &self.sheet
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sheet.fmt(f)
    }
}

impl Opened {
    /// Ends what is over by now; the first sight of that has to be written too.
    pub(super) fn expire(&mut self, now: u64) {
        self.moved |= self.state.expire(now) > 0;
    }
}

pub(super) const fn settled(decision: Decision) -> Step<Verdict> {
    Step::Settled(Verdict(decision))
}

pub(super) const fn unknown() -> Step<Verdict> {
    settled(Decision::Refused(Refused::new(Reason::UnknownHandle, Hint::StartAgain)))
}

/// What is said of a challenge that is over.
const fn over(phase: Phase) -> Refused {
    let reason = match phase {
        Phase::Open | Phase::Expired => Reason::Expired,
        Phase::Approved => Reason::AlreadyApproved,
        Phase::Exhausted => Reason::Exhausted,
        Phase::Cancelled => Reason::Cancelled,
        Phase::Reported => Reason::Reported,
        Phase::Superseded => Reason::Superseded,
        Phase::BindingChanged => Reason::BindingChanged,
        Phase::Closed => Reason::Closed,
    };
    let hint = if matches!(phase, Phase::Approved) { Hint::AlreadyUsed } else { Hint::StartAgain };
    Refused::new(reason, hint)
}
