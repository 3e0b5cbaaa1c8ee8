//! Taking from each limit, the narrow ones first.

use super::HOUR;
use super::held::Held;
use super::name::{BudgetLimit, Measure};
use super::place::{Count, Place, Window};
use super::spend::{Spend, Stop};
use super::spent::{Spent, end_of};
use super::till::{ROUNDS, Till, written};
use crate::approval::Hint;
use crate::expiry::DAY;
use crate::operation::{Cause, Unavailable, wait};
use crate::record::{Fault, Record};
use crate::store::{Key, Tallied};

/// What is to be written over a record, and what is said if that lands: since when a message is counted, or why it is
/// not.
struct Judged {
    next: Option<Record>,
    verdict: Result<u64, (BudgetLimit, Hint)>,
}

impl Spend<'_> {
    /// The narrow ones first: whoever floods is stopped there, before he holds up what all share.
    pub(super) async fn charge<T: Till>(&self, till: &T, held: &mut Held) -> Result<u64, Stop<T::Error>> {
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

    pub(super) async fn count_sent<T: Till>(&self, till: &T, held: &mut Held) -> Result<(), T::Error> {
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
}
