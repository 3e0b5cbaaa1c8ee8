//! One counter, and what it must be.

use std::format;
use std::string::String;

use super::super::broken::{Broken, Clause};
use super::super::row::random;
use super::Counts;
use crate::store::{Addition, Key, Tallied};

pub(super) struct Counter<'t, T> {
    tally: &'t T,
    pub(super) key: Key,
    pub(super) total: u64,
}

impl<'t, T: Counts> Counter<'t, T> {
    pub(super) fn fresh(tally: &'t T) -> Result<Self, Broken> {
        Ok(Self::at(tally, Key::from_bytes(random()?)))
    }

    pub(super) const fn at(tally: &'t T, key: Key) -> Self {
        Self { tally, key, total: 0 }
    }

    /// Adds what fits.
    pub(super) async fn adds(&mut self, addition: Addition) -> Result<(), Broken> {
        self.adds_or(addition, Clause::AddedIsCounted).await
    }

    /// Adds what fits; if the total is another one, it is this clause that breaks.
    pub(super) async fn adds_or(&mut self, addition: Addition, clause: Clause) -> Result<(), Broken> {
        let expected = self.total.saturating_add(addition.amount());
        match self.tally.add(addition).await? {
            Tallied::Added(total) if total == expected => self.total = total,
            Tallied::Added(total) => {
                return Err(Broken::new(clause, format!("{}, said Added({total})", self.what(&addition))));
            }
            Tallied::Over => {
                return Err(Broken::new(Clause::RoomIsEnough, format!("{}, said Over", self.what(&addition))));
            }
        }
        self.is(Clause::AddedIsCounted, "an addition that said Added").await
    }

    /// Adds what does not fit.
    pub(super) async fn refuses(&self, addition: Addition, clause: Clause) -> Result<(), Broken> {
        if let Tallied::Added(total) = self.tally.add(addition).await? {
            return Err(Broken::new(clause, format!("{}, said Added({total})", self.what(&addition))));
        }
        self.is(Clause::OverIsUncounted, "an addition that said Over").await
    }

    pub(super) async fn gives_back(&mut self, amount: u64) -> Result<(), Broken> {
        let before = self.total;
        self.tally.give_back(self.key, amount).await?;
        self.total = self.total.saturating_sub(amount);
        self.is(Clause::GivenBackIsTakenOff, &format!("{amount} were given back to a counter of {before}")).await
    }

    /// What it is now, by an addition of nothing, since a total may lag.
    pub(super) async fn is(&self, clause: Clause, after: &str) -> Result<(), Broken> {
        let now = exact(self.tally, self.key).await?;
        if now == self.total {
            return Ok(());
        }
        Err(Broken::new(clause, format!("after {after}, the counter is {now} instead of {}", self.total)))
    }

    fn what(&self, addition: &Addition) -> String {
        format!("an addition of {} up to {}, onto {}", addition.amount(), addition.ceiling(), self.total)
    }
}

/// A counter as it is: whatever an addition says is not behind.
pub(super) async fn exact<T: Counts>(tally: &T, key: Key) -> Result<u64, Broken> {
    match tally.add(Addition::new(key, 0)).await? {
        Tallied::Added(total) => Ok(total),
        Tallied::Over => Err(Broken::new(Clause::RoomIsEnough, "an addition of nothing said Over")),
    }
}
