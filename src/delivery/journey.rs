use core::fmt;

use super::given::Given;
use super::{Delivery, IdempotencyKey};
use crate::approval::{Hint, Reason};
use crate::challenge::{Settled, Ticket};
use crate::operation::Failure;
use crate::recipient::RecipientKind;
use crate::record::LEGS;
use crate::time::UnixTime;

/// What became of a code's message along its route: each attempt, and what came of the whole. For the server's log, and to
/// decide what to do next; the browser gets the [`ticket`](Self::ticket).
///
/// `E` is the store's error. Whatever is said here, the code is good: a failed send never kills one.
#[derive(Clone, Debug)]
pub struct Journey<E> {
    ticket: Ticket,
    silent: bool,
    attempts: [Option<Attempt<E>>; LEGS],
    stopped: Option<Failure<E>>,
}

/// One message that was given to a channel.
#[derive(Clone, Debug)]
pub struct Attempt<E> {
    leg: u8,
    channel: RecipientKind,
    key: IdempotencyKey,
    delivery: Delivery,
    written: bool,
    settled: Result<Settled, Failure<E>>,
}

/// What came of a journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A channel took a message.
    Sent,
    /// No message left: the person gets none unless something else is done.
    NotSent,
    /// Nobody knows of the last message whether it left.
    Unknown,
    /// Nothing was to be sent: a repeated request, whose message another call sees to, or a decoy.
    Silent,
}

impl<E> Journey<E> {
    /// What the browser may know by now.
    #[must_use]
    pub const fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// What came of it.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let unknown = self.attempts().any(|attempt| attempt.delivery == Delivery::Unknown);
        match self.attempts().last().map(Attempt::delivery) {
            _ if self.silent => Outcome::Silent,
            Some(Delivery::Sent) => Outcome::Sent,
            // One before the last may well have arrived.
            Some(Delivery::NotSent) if !unknown => Outcome::NotSent,
            Some(Delivery::NotSent | Delivery::Unknown) => Outcome::Unknown,
            None => Outcome::NotSent,
        }
    }

    /// The attempts in order. A repeat and a decoy have none.
    pub fn attempts(&self) -> impl Iterator<Item = &Attempt<E>> {
        self.attempts.iter().flatten()
    }

    /// Why the route was not followed to its end, or a decoy's record not kept like anybody's.
    ///
    /// A refusal is the usual end: [`Reason::RouteEnded`], [`Reason::ChallengeSends`], or [`Reason::TooSoon`] where the next
    /// leg has to wait; also [`Reason::AlreadyApproved`], if what nobody knew to have arrived did. An `Unavailable` is the
    /// store's: a message that left has left all the same.
    #[must_use]
    pub const fn stopped(&self) -> Option<&Failure<E>> {
        self.stopped.as_ref()
    }

    /// When the next leg may be tried, with `onward` of the same post, if waiting is what it takes.
    #[must_use]
    pub fn onward_at(&self) -> Option<UnixTime> {
        too_soon(self.stopped.as_ref()?)
    }

    pub(super) const fn begin(ticket: Ticket) -> Self {
        Self { ticket, silent: false, attempts: [const { None }; LEGS], stopped: None }
    }

    pub(super) const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    pub(super) fn stop(mut self, why: Failure<E>) -> Self {
        self.stopped = Some(why);
        self
    }

    /// A decoy's record was kept, or why not.
    pub(super) fn kept<T>(self, kept: Result<T, Failure<E>>) -> Self {
        match kept {
            Ok(_) => self,
            Err(why) => self.stop(why),
        }
    }

    pub(super) const fn reached(&mut self, ticket: Ticket) {
        self.ticket = ticket;
    }

    /// Keeps an attempt; answers whether the next leg is to be tried.
    pub(super) fn add(&mut self, attempt: Attempt<E>) -> bool {
        let goes_on = attempt.delivery != Delivery::Sent && attempt.settled.is_ok();
        if let Some(place) = self.attempts.iter_mut().find(|place| place.is_none()) {
            *place = Some(attempt);
        }
        goes_on
    }
}

impl<E> Attempt<E> {
    /// Which leg of the route, the first being 0.
    #[must_use]
    pub const fn leg(&self) -> u8 {
        self.leg
    }

    /// Of which kind its recipient is.
    #[must_use]
    pub const fn channel(&self) -> RecipientKind {
        self.channel
    }

    /// What named this message to its channel.
    #[must_use]
    pub const fn key(&self) -> IdempotencyKey {
        self.key
    }

    /// What the channel answered.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Whether there was a message: false if the template could not write one, and the channel was not asked.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.written
    }

    /// Whether the record knows. Where the store failed, what left has left, and the record takes it for a message of which
    /// nobody knows.
    ///
    /// # Errors
    /// What the settlement came to, if not to an answer.
    pub const fn settled(&self) -> Result<Settled, &Failure<E>> {
        match &self.settled {
            Ok(settled) => Ok(*settled),
            Err(failure) => Err(failure),
        }
    }

    pub(super) const fn new(send: &Given, settled: Result<Settled, Failure<E>>) -> Self {
        let Given { leg, channel, key, delivery, written } = *send;
        Self { leg, channel, key, delivery, written, settled }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sent => "a channel took the message",
            Self::NotSent => "no message left",
            Self::Unknown => "nobody knows whether the message left",
            Self::Silent => "no message was to be sent",
        })
    }
}

/// When to come back, if nothing but time is in the way.
pub(super) fn too_soon<E>(failure: &Failure<E>) -> Option<UnixTime> {
    let refused = failure.refusal().filter(|refused| refused.reason() == Reason::TooSoon)?;
    match refused.hint() {
        Hint::Wait { until } => Some(until),
        _ => None,
    }
}
