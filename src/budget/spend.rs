use core::fmt;

use super::Budget;
use super::held::Held;
use super::name::{BudgetLimit, Scope};
use super::place::{PLACES, Place, Unserved};
use super::reservation::Reservation;
use super::till::{Awaited, Blocked, Till, at_once};
use crate::approval::{Hint, Reason, Refused};
use crate::error::Invalid;
use crate::event::{Action, Done, Event, EventKind, Observed};
use crate::keyring::Keyring;
use crate::operation::{Cause, Failure, Unavailable};
use crate::recipient::Recipient;
use crate::record::Fault;
use crate::store::{AsyncTally, Tally};
use crate::subject::Subject;
use crate::time::UnixTime;

/// A message to be paid for, made by [`Verifier::spend`](crate::Verifier::spend).
///
/// It does nothing until it is run, and runs once. Run it where a message is about to be handed to a provider, and
/// [settle](Reservation) what it gives.
#[must_use = "nothing is paid for until it is run"]
pub struct Spend<'v> {
    pub(super) keyring: &'v Keyring,
    pub(super) budget: &'v Budget<'v>,
    pub(super) subject: Subject,
    pub(super) recipient: Recipient<'v>,
    pub(super) merchant: Option<Subject>,
    pub(super) parts: u16,
    pub(super) at: UnixTime,
    pub(super) stamp: [u8; 8],
    pub(super) after: Option<Event>,
}

/// Why nothing was taken.
pub(super) enum Stop<E> {
    Limit(BudgetLimit, Hint),
    Unavailable(Unavailable<E>),
}

/// What came of it, and which limit refused, or would have.
type Came<'v, E> = (Result<Reservation<'v>, Failure<E>>, Option<BudgetLimit>);

impl<'v> Spend<'v> {
    /// Charges it to this merchant too, by a canonical id such as the account's primary key.
    pub const fn merchant(mut self, merchant: &Subject) -> Self {
        self.merchant = Some(*merchant);
        self
    }

    /// A text of so many parts, each of which is paid for ([`SmsText::count`](crate::SmsText) has their number). It is
    /// still one message of a [`Rate`](crate::Rate).
    ///
    /// # Errors
    /// [`Invalid::Amount`] for none.
    pub const fn parts(mut self, parts: u16) -> Result<Self, Invalid> {
        if parts == 0 {
            return Err(Invalid::Amount);
        }
        self.parts = parts;
        Ok(self)
    }

    /// What happened before, such as the issue: what is told of this is then told of the same purpose, challenge and
    /// value.
    pub const fn after(mut self, event: &Event) -> Self {
        self.after = Some(*event);
        self
    }

    /// Pays, from a store that blocks.
    ///
    /// # Errors
    /// [`Failure::Refused`] if a limit has no room: [`Reason::OverBudget`] with the time before which nothing helps, or
    /// [`Reason::RecipientBarred`]. [`Failure::Unavailable`] if the store fails. In either case send nothing.
    pub fn run<S: Tally + ?Sized>(self, store: &S) -> Result<Reservation<'v>, Failure<S::Error>> {
        at_once(self.take(&Blocked(store))).0
    }

    /// Pays, from a store that is awaited. A future that is dropped half-way leaves less to spend, and never more.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_async<S>(self, store: &S) -> impl Future<Output = Result<Reservation<'v>, Failure<S::Error>>> + Send
    where
        S: AsyncTally + ?Sized,
    {
        let till = Awaited(store);
        async move { self.take(&till).await.0 }
    }

    /// As [`run`](Self::run), and says what happened: [`EventKind::BudgetSpent`], [`EventKind::BudgetRefused`] or
    /// [`EventKind::BudgetWouldRefuse`], with the [`BudgetLimit`]'s name as its [`detail`](Event::detail).
    pub fn run_observed<S: Tally + ?Sized>(self, store: &S) -> Observed<Reservation<'v>, S::Error> {
        let draft = self.told();
        observed(draft, at_once(self.take(&Blocked(store))))
    }

    /// As [`run_async`](Self::run_async), and says what happened, as [`run_observed`](Self::run_observed) does.
    pub fn run_observed_async<S>(self, store: &S) -> impl Future<Output = Observed<Reservation<'v>, S::Error>> + Send
    where
        S: AsyncTally + ?Sized,
    {
        let (till, draft) = (Awaited(store), self.told());
        async move { observed(draft, self.take(&till).await) }
    }

    /// The beginning of an event: nothing has come of it yet.
    fn told(&self) -> Event {
        let draft = match self.after {
            Some(event) => event.followed_by(Action::Spend, EventKind::BudgetSpent, self.at),
            None => Event::new(self.keyring, &self.subject, None, Action::Spend, self.at),
        };
        draft.through(self.recipient.kind())
    }

    /// Takes from every limit, or from none.
    async fn take<T: Till>(self, till: &T) -> Came<'v, T::Error> {
        let mut held = Held::NOTHING;
        let (cost, would) = match self.charge(till, &mut held).await {
            Ok(cost) => (cost, None),
            Err(stop) => {
                // Whatever cannot be given back is spent: less is left, and never more.
                let _ = self.put_back(till, held).await;
                held = Held::NOTHING;
                match stop {
                    Stop::Limit(limit, _) if self.budget.recording => (0, Some(limit)),
                    Stop::Limit(limit, hint) => {
                        return (Err(Failure::Refused(Refused::new(limit.reason(), hint))), Some(limit));
                    }
                    Stop::Unavailable(cause) => return (Err(Failure::Unavailable(cause)), None),
                }
            }
        };
        if let Err(cause) = self.count_sent(till, &mut held).await {
            let _ = self.put_back(till, held).await;
            return (Err(Failure::Unavailable(Unavailable::Store(cause))), None);
        }
        (Ok(Reservation::new(self, held, cost, would)), would)
    }

    pub(super) fn of_subject(&self) -> Place<'_> {
        Place { scope: Scope::Subject, id: self.subject.as_bytes(), limit: self.budget.subject }
    }

    pub(super) fn of_destination(&self) -> Place<'_> {
        let id = self.recipient.address().as_bytes();
        Place { scope: Scope::Destination, id, limit: self.budget.destination }
    }

    pub(super) fn places(&self) -> [Option<Place<'_>>; PLACES] {
        let merchant = self.merchant.as_ref().map_or(&[][..], Subject::as_bytes);
        let others = [
            Place { scope: Scope::Merchant, id: merchant, limit: self.budget.merchant },
            Place { scope: Scope::Total, id: &[], limit: self.budget.total },
        ];
        let limited = others.into_iter().filter(|place| !place.limit.is_none()).map(Some);
        let mut places = [None; PLACES];
        let all = self.budget.numbers(&self.recipient).into_iter().flatten().map(Some).chain(limited);
        places.iter_mut().zip(all).for_each(|(place, it)| *place = it);
        places
    }
}

fn observed<E>(draft: Event, (outcome, limit): Came<'_, E>) -> Observed<Reservation<'_>, E> {
    let event = draft.ended(Done::NOTHING, &outcome);
    let event = match (event.kind(), limit) {
        (EventKind::Refused, _) => event.of_kind(EventKind::BudgetRefused),
        (EventKind::BudgetSpent, Some(_)) => event.of_kind(EventKind::BudgetWouldRefuse),
        _ => event,
    };
    let event = limit.map_or(event, |limit| event.detailed(limit.name()));
    Observed { event, outcome }
}

impl<E> Stop<E> {
    pub(super) fn store(cause: E) -> Self {
        Self::Unavailable(Unavailable::Store(cause))
    }

    pub(super) fn unserved(why: Unserved) -> Self {
        let limit = match why {
            Unserved::Barred => BudgetLimit::Barred,
            Unserved::Unpriced => BudgetLimit::Unpriced,
        };
        Self::Limit(limit, Hint::OtherRecipient)
    }

    pub(super) fn fault(fault: Fault) -> Self {
        match fault {
            Fault::Corrupt => Self::Limit(BudgetLimit::Corrupt, Hint::Contact),
            Fault::Newer => Self::Unavailable(Unavailable::Cause(Cause::NewerRecord)),
        }
    }
}

impl BudgetLimit {
    const fn reason(self) -> Reason {
        match self {
            Self::Barred | Self::Unpriced => Reason::RecipientBarred,
            Self::Corrupt => Reason::CorruptRecord,
            _ => Reason::OverBudget,
        }
    }
}

impl fmt::Debug for Spend<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spend").field("budget", &self.budget.name).field("at", &self.at).finish_non_exhaustive()
    }
}
