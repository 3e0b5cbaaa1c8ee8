//! For how long a record is kept, on a clock that the caller moves.

use core::time::Duration;
use std::format;
use std::time::Instant;

use super::broken::{Broken, Clause};
use super::row::{Row, record};
use super::target::Target;
use super::together::Job;
use crate::record::Record;

const DAY: u32 = 86_400;

enum Check {
    Kept(u32),
    Renewed,
}

pub(super) struct Keeping<'s, 'a, T> {
    pub(super) store: &'s T,
    pub(super) advance: &'s (dyn Fn(u64) -> Job<'a, ()> + Send + Sync + 'a),
}

impl<T: Target> Keeping<'_, '_, T> {
    pub(super) async fn check(&self) -> Result<(), Broken> {
        for what in [Check::Kept(60), Check::Kept(2 * DAY), Check::Kept(401 * DAY), Check::Renewed] {
            self.in_time(what).await?;
        }
        self.for_ever().await
    }

    /// Again, if a machine that stood still let the last second pass too: a clock that the caller moves may also go by
    /// itself.
    async fn in_time(&self, what: Check) -> Result<(), Broken> {
        let mut tries = 0..5;
        loop {
            let started = Instant::now();
            let outcome = match what {
                Check::Kept(seconds) => self.kept(seconds).await,
                Check::Renewed => self.renewed().await,
            };
            if outcome.is_ok() || started.elapsed() < Duration::from_secs(1) || tries.next().is_none() {
                return outcome;
            }
        }
    }

    /// Kept to the last second; then it may be forgotten, and if it is, another may be created.
    async fn kept(&self, seconds: u32) -> Result<(), Broken> {
        let mut row = Row::fresh(self.store)?;
        row.write(&keep(Some(seconds))?).await?;
        self.pass(seconds - 1).await;
        row.holds(Clause::KeptLongEnough, &format!("{} s after a write that asked for {seconds} s", seconds - 1))
            .await?;
        row.refuse(None, &record(8)?, Clause::KeptLongEnough).await?;
        self.pass(seconds + DAY).await;
        self.written_again(&row).await
    }

    /// A loaded record may be swapped, and an absent one created: whichever the store says it is.
    async fn written_again(&self, row: &Row<'_, T>) -> Result<(), Broken> {
        for _ in 0..2 {
            let loaded = self.store.load(&row.key).await?;
            let mut now = Row::at(self.store, row.key);
            if let Some(loaded) = loaded {
                now.was_written(loaded);
            }
            if now.try_write(&record(9)?).await? {
                return Ok(());
            }
        }
        let seen = "a record outlived its keeping; what a load then answers could not be swapped, even after a Stale";
        Err(Broken::new(Clause::ForgottenIsAbsent, seen))
    }

    /// Each write counts anew, whether it asks for less than the one before, or for more.
    async fn renewed(&self) -> Result<(), Broken> {
        let mut row = Row::fresh(self.store)?;
        for seconds in [100, 100, DAY, 50, 401 * DAY, 100] {
            row.write(&keep(Some(seconds))?).await?;
            self.pass(seconds - 1).await;
            let after = format!("{} s after a swap that asked for {seconds} s", seconds - 1);
            row.holds(Clause::KeptLongEnough, &after).await?;
        }
        Ok(())
    }

    async fn for_ever(&self) -> Result<(), Broken> {
        let mut created = Row::fresh(self.store)?;
        created.write(&keep(None)?).await?;
        let mut swapped = Row::fresh(self.store)?;
        swapped.write(&keep(Some(60))?).await?;
        swapped.write(&keep(None)?).await?;
        self.pass(5_000 * DAY).await;
        created.holds(Clause::KeptLongEnough, "5,000 days after a create that asked for ever").await?;
        swapped.holds(Clause::KeptLongEnough, "5,000 days after a swap that asked for ever").await
    }

    async fn pass(&self, seconds: u32) {
        (self.advance)(u64::from(seconds)).await;
    }
}

fn keep(keep_for: Option<u32>) -> Result<Record, Broken> {
    Ok(record(64)?.keeping(keep_for))
}
