//! Giving back what was taken for a message that never left.

use super::held::Held;
use super::place::Place;
use super::spend::{Spend, Stop};
use super::spent::Spent;
use super::till::{ROUNDS, Till, written};
use crate::operation::{Cause, Unavailable};
use crate::record::Record;
use crate::store::Key;

impl Spend<'_> {
    /// Gives back what was taken, the last first; goes on where something cannot be, and repeats nothing.
    pub(super) async fn put_back<T: Till>(&self, till: &T, held: Held) -> Result<(), Unavailable<T::Error>> {
        let narrow = [(held.destination, self.of_destination()), (held.subject, self.of_subject())];
        let mut came = Ok(());
        for (key, amount) in held.counters() {
            came = came.and(till.give_back(key, amount).await.map_err(Unavailable::Store));
        }
        for (since, of) in narrow {
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
                Ok(None) | Err(Stop::Limit(..)) => return Ok(()),
                Ok(Some(now)) => seen = now,
                Err(Stop::Unavailable(cause)) => return Err(cause),
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
}
