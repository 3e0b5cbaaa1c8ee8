use subtle::ConstantTimeEq as _;

use super::context::{Opened, settled, unknown};
use super::{Context, Decision, Handle, ReportToken, Verdict};
use crate::approval::Refused;
use crate::event::{Action, Facts};
use crate::keyring::Tag;
use crate::operation::{Operation, Paid, Step, sealed};
use crate::recipient::Recipient;
use crate::record::{Legs, Phase, Record, State};
use crate::released::released;
use crate::store::Key;

/// Something that ends challenges and has not run yet: a cancellation, a report or a closing.
#[derive(Debug)]
#[must_use = "an operation does nothing until it is run"]
pub struct Ending<'v> {
    context: Context<'v>,
    which: Which,
}

#[derive(Debug)]
enum Which {
    Challenge(Handle),
    RecipientOf(ReportToken),
    Recipient(Tag),
    All,
}

/// Who says "this was not me".
///
/// A bare link or a sender's number is neither: both can be forged, and a report ends challenges.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Reporter<'a> {
    /// Whoever holds the token that the message carried.
    Token(ReportToken),
    /// The owner of this address, whom the caller authenticated.
    Vouched(&'a Recipient<'a>),
}

/// Challenges were ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    count: u8,
}

impl Ended {
    /// How many were open until now: 0 if there was nothing left to end.
    #[must_use]
    pub const fn count(&self) -> u8 {
        self.count
    }
}

impl<'v> Ending<'v> {
    pub(super) const fn cancel(context: Context<'v>, handle: Handle) -> Self {
        Self { context, which: Which::Challenge(handle) }
    }

    pub(super) fn report(context: Context<'v>, reporter: Reporter<'_>) -> Self {
        let which = match reporter {
            Reporter::Token(token) => Which::RecipientOf(token),
            Reporter::Vouched(recipient) => Which::Recipient(context.keyring.recipient_tag(&context.key, recipient)),
        };
        Self { context, which }
    }

    pub(super) const fn close(context: Context<'v>) -> Self {
        Self { context, which: Which::All }
    }

    fn decide(&self, opened: &mut Opened) -> Step<Verdict> {
        opened.expire(self.context.now);
        let state = &mut opened.state;
        let ended = match &self.which {
            Which::Challenge(handle) => self.cancel_one(state, handle),
            Which::RecipientOf(token) => self.reached_by(state, *token).map(|legs| report(state, legs.tags())),
            Which::Recipient(tag) => Some(report(state, &[*tag])),
            Which::All => return self.close_all(opened),
        };
        match ended {
            None => unknown(),
            Some(0) => self.context.leave(opened, Decision::Ended(0)),
            Some(count) => self.context.write(&opened.state, Decision::Ended(count)),
        }
    }

    fn cancel_one(&self, state: &mut State, handle: &Handle) -> Option<u8> {
        let nonce = self.context.find(state, handle)?.slot.nonce;
        Some(state.end(Phase::Cancelled, |slot| slot.nonce == nonce))
    }

    /// To whom messages with this token went, whatever has become of their challenge.
    fn reached_by(&self, state: &State, token: ReportToken) -> Option<Legs> {
        let keyring = self.context.keyring;
        let token_of = |nonce| keyring.report_token(&keyring.handle(&self.context.key, nonce));
        let mut slots = state.slots.iter().flatten();
        slots.find(|slot| released(token_of(&slot.nonce).ct_eq(&token))).map(|slot| slot.legs)
    }

    fn close_all(&self, opened: &mut Opened) -> Step<Verdict> {
        if opened.state.closed {
            return self.context.leave(opened, Decision::Ended(0));
        }
        let count = opened.state.end(Phase::Closed, |_| true);
        opened.state.closed = true;
        self.context.write(&opened.state, Decision::Ended(count))
    }
}

fn report(state: &mut State, recipients: &[Tag]) -> u8 {
    state.end(Phase::Reported, |slot| recipients.iter().any(|tag| slot.legs.reach(*tag)))
}

impl sealed::Sealed for Ending<'_> {
    fn facts(&self) -> Facts<'_> {
        match &self.which {
            Which::Challenge(handle) => self.context.facts(Action::Cancel).on(handle),
            Which::RecipientOf(_) | Which::Recipient(_) => self.context.facts(Action::Report),
            Which::All => self.context.facts(Action::Close),
        }
    }
}

impl Operation for Ending<'_> {
    type Verdict = Verdict;
    type Output = Ended;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        let mut opened = match (self.context.open(seen), &self.which) {
            (Ok(Some(opened)), _) => opened,
            (Ok(None), Which::All) => Opened::fresh(State::new(self.context.now)),
            (Ok(None), Which::Recipient(_)) => return settled(Decision::Ended(0)),
            (Ok(None), Which::Challenge(_) | Which::RecipientOf(_)) => return unknown(),
            (Err(shut), _) => return shut.step(),
        };
        self.decide(&mut opened)
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Ended, Refused> {
        match paid.verdict().0 {
            Decision::Ended(count) => Ok(Ended { count }),
            other => Err(other.refusal()),
        }
    }
}
