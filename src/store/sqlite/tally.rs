use super::error::Fault;
use super::{SqliteStore, SqliteStoreError};
use crate::store::{Addition, Key, Tallied, Tally};

impl Tally for SqliteStore {
    fn total(&self, key: &Key) -> Result<u64, SqliteStoreError> {
        let total = &self.plan.statements.tally.total;
        let read = self.writer.lend_or(&self.readers, &self.plan, |link| link.number(total, &[key.as_bytes()]));
        Ok(read.map_err(|Fault(cause)| cause)?.map_or(0, unsigned))
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, SqliteStoreError> {
        if addition.onto(0).is_none() {
            return Ok(Tallied::Over); // it would fit no counter, not even a new one
        }
        let (key, keep) = (addition.key().as_bytes(), addition.keep_for());
        let (amount, ceiling) = (signed(addition.amount()), signed(addition.ceiling()));
        let add = &self.plan.statements.tally.add;
        let total = self.write(|link| link.number(add, &[key, &amount, &ceiling, &keep]))?;
        Ok(total.map_or(Tallied::Over, |total| Tallied::Added(unsigned(total))))
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), SqliteStoreError> {
        let (give_back, amount) = (&self.plan.statements.tally.give_back, signed(amount.min(Addition::HIGHEST)));
        self.write(|link| link.execute(give_back, &[key.as_bytes(), &amount]))?;
        Ok(())
    }
}

/// Numbers of counters are at most 2^53, and the table has none below zero.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
