use core::fmt;

use rand_core::TryCryptoRng;
use subtle::ConstantTimeEq as _;

use super::context::{Found, Opened, unknown};
use super::{Context, Decision, Handle, Verdict, Verifier};
use crate::approval::Refused;
use crate::delivery::{Delivery, IdempotencyKey};
use crate::error::Invalid;
use crate::event::{Action, Done, EventKind, Facts};
use crate::operation::{Operation, Paid, Step, sealed};
use crate::record::{Record, Slot};
use crate::released::released;
use crate::store::Key;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

impl Verifier {
    /// Tells the record what became of a message, the one that `key` names.
    ///
    /// The first answer stays. An answer about a message that another one has followed changes nothing. Neither is
    /// refused, because there is nothing that the caller could do about it: [`Settled`] says so. Whatever the answer is, the code
    /// is as good as before.
    ///
    /// What [`NotSent`](Delivery::NotSent) gives back is the day's send, three times a day window and a challenge at most. The
    /// gap to the next message stays, and the challenge's own count: else a number that no provider serves could be asked
    /// for without end. Nothing is asked of the account, as a message that did not leave is one also where the
    /// challenge was approved or the account locked meanwhile.
    ///
    /// # Errors
    /// See [`Verifier`].
    #[expect(clippy::too_many_arguments, reason = "each is needed, and each has a type of its own")]
    pub fn settle<B, R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        handle: Handle,
        key: &IdempotencyKey,
        delivery: Delivery,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Settle<'_>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Settle { context, handle, send: *key, delivery })
    }
}

/// A settlement that has not run yet; see [`Verifier::settle`].
#[must_use = "an operation does nothing until it is run"]
pub struct Settle<'v> {
    context: Context<'v>,
    handle: Handle,
    send: IdempotencyKey,
    delivery: Delivery,
}

/// What the record made of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settled {
    /// It is what the record says from now on.
    Now {
        /// Whether the day got its send back.
        refunded: bool,
    },
    /// The message was settled before, as this; nothing changed.
    Before(Delivery),
    /// Another message has left since; nothing changed.
    Overtaken,
}

impl Settled {
    pub(super) const fn tell(self, kind: EventKind) -> Done {
        let done = Done::of_kind(kind);
        match self {
            Self::Now { refunded: true } => done.detailed("refunded"),
            Self::Now { refunded: false } => done,
            Self::Before(_) => done.detailed("settled_before"),
            Self::Overtaken => done.detailed("overtaken"),
        }
    }
}

impl Settle<'_> {
    fn decide(&self, opened: &mut Opened) -> Step<Verdict> {
        let Some(Found { place, mut slot }) = self.context.find(&opened.state, &self.handle) else {
            return unknown();
        };
        let last = self.context.keyring.idempotency_key(&self.handle, slot.send());
        if !released(last.ct_eq(&self.send)) {
            return self.context.leave(opened, self.decided(Settled::Overtaken, &slot));
        }
        if let Some(before) = slot.delivery {
            return self.context.leave(opened, self.decided(Settled::Before(before), &slot));
        }
        slot.delivery = Some(self.delivery);
        let refunded = self.delivery == Delivery::NotSent && slot.take_back(&mut opened.state.budget.day);
        opened.state.put(place, slot);
        self.context.write(&opened.state, self.decided(Settled::Now { refunded }, &slot))
    }

    /// Of a decoy nobody is told that something was sent.
    const fn decided(&self, settled: Settled, slot: &Slot) -> Decision {
        let kind = if slot.decoy { EventKind::Silent } else { self.delivery.kind() };
        Decision::Settled(settled, kind)
    }
}

impl sealed::Sealed for Settle<'_> {
    fn facts(&self) -> Facts<'_> {
        self.context.facts(Action::Send).on(&self.handle)
    }
}

impl Operation for Settle<'_> {
    type Verdict = Verdict;
    type Output = Settled;

    fn key(&self) -> &Key {
        &self.context.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<Verdict> {
        match self.context.open(seen) {
            Ok(Some(mut opened)) => self.decide(&mut opened),
            Ok(None) => unknown(),
            Err(shut) => shut.step(),
        }
    }

    fn finish(self, paid: Paid<Verdict>) -> Result<Settled, Refused> {
        match paid.verdict().0 {
            Decision::Settled(settled, _) => Ok(settled),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for Settle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settle")
            .field("key", &self.context.key)
            .field("delivery", &self.delivery)
            .finish_non_exhaustive()
    }
}
