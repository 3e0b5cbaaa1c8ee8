//! Records in an SQLite file.

mod error;
mod link;
mod options;
mod place;
mod pool;
mod statement;

use core::fmt;
use std::path::Path;

use super::{Key, Store, Swap};
use crate::record::Record;

pub use error::{SqliteProblem, SqliteStoreError};
pub use options::SqliteOptions;

use error::Fault;
use link::{Link, Plan};
use pool::Pool;

/// How many rows one statement of a sweep deletes: other writers wait no longer than it takes.
const BATCH: u32 = 256;

/// Records in an SQLite file, for one process or several on one machine.
pub struct SqliteStore {
    plan: Plan,
    writer: Pool,
    readers: Pool,
}

impl SqliteStore {
    /// Opens the file, or makes it, with the default [`SqliteOptions`].
    ///
    /// # Errors
    /// As [`SqliteOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, SqliteStoreError> {
        SqliteOptions::new().open(path)
    }

    /// Deletes at most `limit` records that may be forgotten, the oldest first, and answers how many.
    ///
    /// They are deleted in small batches, each in a statement of its own that looks at the time again, so a record
    /// that is renewed meanwhile stays. A store that is never swept grows, and is as safe. Fewer than `limit` means
    /// that nothing more may go now.
    ///
    /// # Errors
    /// If the database fails; what was deleted before that stays deleted.
    pub fn sweep(&self, limit: u32) -> Result<u32, SqliteStoreError> {
        let mut swept = 0;
        while swept < limit {
            let batch = BATCH.min(limit - swept);
            let gone = self.write(|link| link.execute(&self.plan.statements.sweep, &[&batch]))?;
            let gone = u32::try_from(gone).unwrap_or(batch);
            swept += gone;
            if gone < batch {
                break;
            }
        }
        Ok(swept)
    }

    /// A write counts only if it went into the file that the path still names.
    fn write(&self, work: impl FnOnce(&Link) -> Result<usize, Fault>) -> Result<usize, SqliteStoreError> {
        let written = self.writer.lend(&self.plan, |link| {
            let rows = work(link)?;
            link.confirm(&self.plan.place)?;
            Ok(rows)
        });
        written.map_err(|Fault(cause)| cause)
    }
}

impl Store for SqliteStore {
    type Error = SqliteStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, SqliteStoreError> {
        let load = &self.plan.statements.load;
        let found = self
            .writer
            .lend_or(&self.readers, &self.plan, |link| link.look(load, &[key.as_bytes()], Record::from_bytes));
        found.map_err(|Fault(cause)| cause)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, SqliteStoreError> {
        let (key, next, keep) = (key.as_bytes(), next.as_bytes(), next.keep_for());
        let statements = &self.plan.statements;
        let rows = self.write(|link| match seen {
            None => link.execute(&statements.create, &[key, &next, &keep]),
            Some(seen) => link.execute(&statements.replace, &[key, &next, &keep, &seen.as_bytes()]),
        })?;
        Ok(if rows == 1 { Swap::Done } else { Swap::Stale })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteStore(..)")
    }
}
