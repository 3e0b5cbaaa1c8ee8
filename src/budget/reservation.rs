use core::fmt;

use super::held::Held;
use super::name::BudgetLimit;
use super::spend::Spend;
use super::till::{Awaited, Blocked, at_once};
use crate::operation::Failure;
use crate::store::{AsyncTally, Tally};

/// A message that is paid for, until it is settled.
///
/// | what became of the message | settle with |
/// |---|---|
/// | a provider took it | [`keep`](Self::keep) |
/// | a provider refused it, or nobody knows | [`keep`](Self::keep): it may be billed, and a failure that is free is tried without end (F70) |
/// | it was never handed to a provider | [`give_back`](Self::give_back) |
///
/// One that is dropped is kept.
#[must_use = "settle it: keep it, or give it back if nothing was handed to a provider"]
pub struct Reservation<'v> {
    spend: Spend<'v>,
    held: Held,
    cost: u64,
    would: Option<BudgetLimit>,
}

impl<'v> Reservation<'v> {
    pub(super) const fn new(spend: Spend<'v>, held: Held, cost: u64, would: Option<BudgetLimit>) -> Self {
        Self { spend, held, cost, would }
    }

    /// What was taken, in the budget's unit; 0 if a budget that only records would have refused it.
    #[must_use]
    pub const fn cost(&self) -> u64 {
        self.cost
    }

    /// Which limit would have refused it, if the budget did not only record.
    #[must_use]
    pub const fn would_refuse(&self) -> Option<BudgetLimit> {
        self.would
    }

    /// The message was handed to a provider, whatever became of it: it stays paid for. Answers what it cost.
    #[expect(clippy::must_use_candidate, reason = "whoever keeps it need not know what it cost")]
    pub const fn keep(self) -> u64 {
        self.cost
    }

    /// The message was never handed to a provider: everything is given back, on a store that blocks.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] if the store fails. What could not be given back then stays spent, until its hour and
    /// day are over; nothing is tried twice.
    pub fn give_back<S: Tally + ?Sized>(self, store: &S) -> Result<(), Failure<S::Error>> {
        at_once(self.spend.put_back(&Blocked(store), self.held)).map_err(Failure::Unavailable)
    }

    /// As [`give_back`](Self::give_back), on a store that is awaited.
    ///
    /// # Errors
    /// As [`give_back`](Self::give_back).
    pub fn give_back_async<S>(self, store: &S) -> impl Future<Output = Result<(), Failure<S::Error>>> + Send
    where
        S: AsyncTally + ?Sized,
    {
        let till = Awaited(store);
        async move { self.spend.put_back(&till, self.held).await.map_err(Failure::Unavailable) }
    }
}

impl fmt::Debug for Reservation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { spend, cost, would, .. } = self;
        let mut out = f.debug_struct("Reservation");
        out.field("spend", spend).field("cost", cost).field("would_refuse", would).finish_non_exhaustive()
    }
}
