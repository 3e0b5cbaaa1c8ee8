use core::fmt;

use super::held::Held;
use super::name::{BudgetLimit, Measure, Scope};
use super::place::{Count, PLACES, Place, Unserved, Window};
use super::reservation::Reservation;
use super::spent::{Spent, end_of};
use super::till::{Awaited, Blocked, Till, at_once};
use super::{Budget, HOUR};
use crate::approval::{Hint, Reason, Refused};
use crate::error::Invalid;
use crate::event::{Action, Done, Event, EventKind, Observed};
use crate::expiry::DAY;
use crate::keyring::Keyring;
use crate::operation::{Cause, Doubt, Failure, Unavailable, wait};
use crate::recipient::Recipient;
use crate::record::{Fault, Record};
use crate::store::{AsyncTally, Key, Swap, Tallied, Tally};
use crate::subject::Subject;
use crate::time::UnixTime;

/// Rounds after which a record of somebody's spending is given up. Each landed write takes of a limit or gives back.
const ROUNDS: u16 = 256;

/// A message to be paid for, made by [`Verifier::spend`](crate::Verifier::spend).
///
/// It does nothing until it is run, and runs once. Run it where a message is about to be handed to a provider, and
/// [settle](Reservation) what it gives.
#[derive(Clone, Copy)]
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

/// What is to be written over a record, and what is said if that lands: since when a message is counted, or why it is
/// not.
struct Judged {
    next: Option<Record>,
    verdict: Result<u64, (BudgetLimit, Hint)>,
}

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
        async move { self.take(&Awaited(store)).await.0 }
    }

    /// As [`run`](Self::run), and says what happened: [`EventKind::BudgetSpent`], [`EventKind::BudgetRefused`] or
    /// [`EventKind::BudgetWouldRefuse`], with the [`BudgetLimit`]'s name as its [`detail`](Event::detail).
    pub fn run_observed<S: Tally + ?Sized>(self, store: &S) -> Observed<Reservation<'v>, S::Error> {
        self.observe(at_once(self.take(&Blocked(store))))
    }

    /// As [`run_async`](Self::run_async), and says what happened, as [`run_observed`](Self::run_observed) does.
    pub fn run_observed_async<S>(self, store: &S) -> impl Future<Output = Observed<Reservation<'v>, S::Error>> + Send
    where
        S: AsyncTally + ?Sized,
    {
        async move { self.observe(self.take(&Awaited(store)).await) }
    }

    fn observe<E>(self, (outcome, limit): Came<'v, E>) -> Observed<Reservation<'v>, E> {
        let draft = match self.after {
            Some(event) => event.followed_by(Action::Spend, EventKind::BudgetSpent, self.at),
            None => Event::new(self.keyring, &self.subject, None, Action::Spend, self.at),
        };
        let event = draft.through(self.recipient.kind()).ended(Done::NOTHING, &outcome);
        let event = match (event.kind(), limit) {
            (EventKind::Refused, _) => event.of_kind(EventKind::BudgetRefused),
            (EventKind::BudgetSpent, Some(_)) => event.of_kind(EventKind::BudgetWouldRefuse),
            _ => event,
        };
        let event = limit.map_or(event, |limit| event.detailed(limit.name()));
        Observed { event, outcome }
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

    /// The narrow ones first: whoever floods is stopped there, before he holds up what all share.
    async fn charge<T: Till>(&self, till: &T, held: &mut Held) -> Result<u64, Stop<T::Error>> {
        let price = self.budget.price(&self.recipient).map_err(Stop::unserved)?;
        let cost = price.saturating_mul(u64::from(self.parts));
        held.subject = self.narrow(till, &self.of_subject(), cost).await?;
        held.destination = self.narrow(till, &self.of_destination(), cost).await?;
        for place in self.places().iter().flatten() {
            self.shared(till, place, cost, held).await?;
        }
        Ok(cost)
    }

    /// One conditional write to the record of one subject or destination.
    async fn narrow<T: Till>(&self, till: &T, of: &Place<'_>, cost: u64) -> Result<Option<u64>, Stop<T::Error>> {
        if of.limit.is_none() {
            return Ok(None);
        }
        let key = of.key(self.keyring, self.budget, None);
        let mut seen = till.load(key).await.map_err(Stop::store)?;
        for _ in 0..ROUNDS {
            let Judged { next, verdict } = self.judge(of, &key, seen.as_ref(), cost).map_err(Stop::fault)?;
            let said = || verdict.map(Some).map_err(|(limit, hint)| Stop::Limit(limit, hint));
            let Some(next) = next else { return said() };
            match written(till, key, seen.as_ref(), &next).await? {
                None => return said(),
                Some(now) => seen = now,
            }
        }
        Err(Stop::Unavailable(Unavailable::Cause(Cause::Contention)))
    }

    fn judge(&self, of: &Place<'_>, key: &Key, seen: Option<&Record>, cost: u64) -> Result<Judged, Fault> {
        let now = self.at.as_secs();
        let stored = match seen {
            Some(record) => Spent::open(self.keyring, key, record)?,
            None => Spent::new(now),
        };
        let mut spent = stored.settled(&of.limit, now);
        let verdict = match spent.charge(&of.limit, cost) {
            Ok(()) => Ok(spent.at()),
            Err(short) => Err((BudgetLimit::of(of.scope, short.measure), wait(short.until))),
        };
        // What another clock had put ahead is written even by a refusal, or it would be pulled back afresh at each look,
        // and nothing would ever come back.
        let write = verdict.is_ok() || spent.at() < stored.at();
        let next = write.then(|| spent.seal(self.keyring, key, self.stamp, &of.limit, now));
        Ok(Judged { next, verdict })
    }

    /// The counters of one place.
    async fn shared<T: Till>(
        &self,
        till: &T,
        place: &Place<'_>,
        cost: u64,
        held: &mut Held,
    ) -> Result<(), Stop<T::Error>> {
        let divisor = self.divisor(till, place).await.map_err(Stop::store)?;
        self.shared_rate(till, place, divisor, held).await?;
        for (measure, seconds, ceiling) in
            [(Measure::Hour, HOUR, place.limit.hour), (Measure::Day, DAY, place.limit.day)]
        {
            let Some(ceiling) = ceiling.filter(|_| cost > 0) else { continue };
            let window = Window::at(Count::Money, seconds, self.at.as_secs());
            let key = place.key(self.keyring, self.budget, Some(window));
            let addition = window.addition(key, cost).up_to(ceiling / divisor);
            match till.add(addition).await.map_err(Stop::store)? {
                Tallied::Added(_) => held.counted(key, cost),
                Tallied::Over => {
                    let until = end_of(seconds, self.at.as_secs());
                    return Err(Stop::Limit(BudgetLimit::of(place.scope, measure), wait(until)));
                }
            }
        }
        Ok(())
    }

    async fn shared_rate<T: Till>(
        &self,
        till: &T,
        place: &Place<'_>,
        divisor: u64,
        held: &mut Held,
    ) -> Result<(), Stop<T::Error>> {
        let Some(rate) = place.limit.rate else { return Ok(()) };
        let now = self.at.as_secs();
        let window = Window::at(Count::Rate, rate.window(), now);
        let before = self.total(till, place, window.before()).await.map_err(Stop::store)?;
        let ceiling = rate.ceiling(now.saturating_sub(window.start()), before);
        let key = place.key(self.keyring, self.budget, Some(window));
        match till.add(window.addition(key, 1).up_to(ceiling / divisor)).await.map_err(Stop::store)? {
            Tallied::Added(_) => {
                held.counted(key, 1);
                Ok(())
            }
            Tallied::Over => {
                let until = window.start().saturating_add(rate.next(ceiling, before));
                Err(Stop::Limit(BudgetLimit::of(place.scope, Measure::Rate), wait(until)))
            }
        }
    }

    /// By how much a place's limits are lowered: 1, or what the conversion says.
    async fn divisor<T: Till>(&self, till: &T, place: &Place<'_>) -> Result<u64, T::Error> {
        let Some(conversion) = self.budget.conversion.filter(|_| place.has_numbers()) else { return Ok(1) };
        let now = Window::at(Count::Sent, u64::from(conversion.window), self.at.as_secs());
        let sent = self.both(till, place, now).await?;
        if sent < u64::from(conversion.sent) {
            return Ok(1);
        }
        let approved = self.both(till, place, Window { count: Count::Approved, ..now }).await?;
        Ok(if conversion.is_low(sent, approved) { u64::from(conversion.divisor) } else { 1 })
    }

    /// A window and the one before it.
    async fn both<T: Till>(&self, till: &T, place: &Place<'_>, window: Window) -> Result<u64, T::Error> {
        let now = self.total(till, place, Some(window)).await?;
        Ok(now.saturating_add(self.total(till, place, window.before()).await?))
    }

    async fn total<T: Till>(&self, till: &T, place: &Place<'_>, window: Option<Window>) -> Result<u64, T::Error> {
        match window {
            Some(_) => till.total(place.key(self.keyring, self.budget, window)).await,
            None => Ok(0),
        }
    }

    async fn count_sent<T: Till>(&self, till: &T, held: &mut Held) -> Result<(), T::Error> {
        let Some(conversion) = self.budget.conversion else { return Ok(()) };
        let window = Window::at(Count::Sent, u64::from(conversion.window), self.at.as_secs());
        for place in self.budget.numbers(&self.recipient).iter().flatten() {
            let key = place.key(self.keyring, self.budget, Some(window));
            if let Tallied::Added(_) = till.add(window.addition(key, 1)).await? {
                held.counted(key, 1);
            }
        }
        Ok(())
    }

    /// Gives back what was taken, the last first; goes on where something cannot be, and repeats nothing.
    pub(super) async fn put_back<T: Till>(&self, till: &T, held: Held) -> Result<(), Unavailable<T::Error>> {
        let mut came = Ok(());
        for (key, amount) in held.counters() {
            came = came.and(till.give_back(key, amount).await.map_err(Unavailable::Store));
        }
        for (since, of) in [(held.destination, self.of_destination()), (held.subject, self.of_subject())] {
            if let Some(since) = since {
                came = came.and(self.refund(till, &of, since).await);
            }
        }
        came
    }

    async fn refund<T: Till>(&self, till: &T, of: &Place<'_>, since: u64) -> Result<(), Unavailable<T::Error>> {
        let key = of.key(self.keyring, self.budget, None);
        let mut seen = till.load(key).await.map_err(Unavailable::Store)?;
        for _ in 0..ROUNDS {
            // What is forgotten, or nobody can read, has nothing that could be given back.
            let Some(Ok(spent)) = seen.as_ref().map(|record| Spent::open(self.keyring, &key, record)) else {
                return Ok(());
            };
            let next = self.refunded(of, &key, spent, since);
            match written(till, key, seen.as_ref(), &next).await {
                Ok(None) => return Ok(()),
                Ok(Some(now)) => seen = now,
                Err(Stop::Unavailable(cause)) => return Err(cause),
                Err(Stop::Limit(..)) => return Ok(()),
            }
        }
        Err(Unavailable::Cause(Cause::Contention))
    }

    fn refunded(&self, of: &Place<'_>, key: &Key, spent: Spent, since: u64) -> Record {
        let now = self.at.as_secs();
        let stamp = self.stamp.map(|byte| !byte); // another write than the one that took it
        let cost = self.budget.price(&self.recipient).unwrap_or(0).saturating_mul(u64::from(self.parts));
        let mut spent = spent.settled(&of.limit, now);
        spent.refund(&of.limit, cost, since);
        spent.seal(self.keyring, key, stamp, &of.limit, now)
    }

    fn of_subject(&self) -> Place<'_> {
        Place { scope: Scope::Subject, id: self.subject.as_bytes(), limit: self.budget.subject }
    }

    fn of_destination(&self) -> Place<'_> {
        let id = self.recipient.address().as_bytes();
        Place { scope: Scope::Destination, id, limit: self.budget.destination }
    }

    fn places(&self) -> [Option<Place<'_>>; PLACES] {
        let merchant = self.merchant.as_ref().map_or(&[][..], Subject::as_bytes);
        let others = [
            Place { scope: Scope::Merchant, id: merchant, limit: self.budget.merchant },
            Place { scope: Scope::Total, id: &[], limit: self.budget.total },
        ];
        let limited = others.into_iter().filter(|place| !place.limit.is_none()).map(Some);
        let mut places = [None; PLACES];
        let all = self.budget.numbers(&self.recipient).into_iter().filter(Option::is_some).chain(limited);
        places.iter_mut().zip(all).for_each(|(place, it)| *place = it);
        places
    }
}

/// Swaps, and looks at what came of it: `None` if the write landed, otherwise what is stored.
async fn written<T: Till>(
    till: &T,
    key: Key,
    seen: Option<&Record>,
    next: &Record,
) -> Result<Option<Option<Record>>, Stop<T::Error>> {
    let answer = till.swap(key, seen, next).await;
    if matches!(answer, Ok(Swap::Done)) {
        return Ok(None);
    }
    match Doubt::settle(answer, till.load(key).await, next) {
        Doubt::Landed => Ok(None),
        Doubt::Again(now) => Ok(Some(now)),
        Doubt::Unknown(cause) => Err(Stop::store(cause)),
    }
}

impl<E> Stop<E> {
    fn store(cause: E) -> Self {
        Self::Unavailable(Unavailable::Store(cause))
    }

    fn unserved(why: Unserved) -> Self {
        let limit = match why {
            Unserved::Barred => BudgetLimit::Barred,
            Unserved::Unpriced => BudgetLimit::Unpriced,
        };
        Self::Limit(limit, Hint::OtherRecipient)
    }

    fn fault(fault: Fault) -> Self {
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
