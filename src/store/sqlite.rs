//! Records in an SQLite file.

mod doubt;
mod error;
mod link;
mod options;
mod place;
mod pool;
mod statement;
mod tally;
mod writer;

use core::fmt;
use std::boxed::Box;
use std::path::Path;
use std::sync::Arc;

use super::{Key, Store, Swap};
use crate::record::Record;

pub use error::{SqliteProblem, SqliteStoreError};
pub use options::SqliteOptions;

use error::Fault;
use link::{Link, Plan};
use pool::Pool;
use statement::Statements;
use writer::{Job, Writer};

/// How many rows one statement of a sweep deletes: other writers wait no longer than it takes.
const BATCH: u32 = 256;

/// Records, and counters ([`Tally`](crate::Tally)), in an SQLite file, for one process or several on one machine.
///
/// **A kill of the process loses nothing, and neither does a crash of the system or a loss of power, on a disk that
/// keeps what it said it has written**: every write is committed and on the disk (WAL, `synchronous=FULL`, `fullfsync`)
/// before it is answered. What would lose something: a disk or a virtual machine's host that ignores flushes; a backup
/// that is put back; a `-wal` file that is deleted after a crash, or left behind when the file is copied; a program that
/// changes the file by itself. Each lost write refunds an attempt or revives a code that was used, until its time is
/// over. The tests kill a process with SIGKILL eight times while 32 threads issue and verify, and 8 more log in with
/// authenticators and recovery codes: nothing that it had said was lost, and no spent code was accepted once more. With half
/// of the log cut off, approvals, failures and watermarks were lost.
///
/// # The file
/// It is made for its owner alone, as are the `-wal` and `-shm` beside it, and it must be this store's own. Refused, at
/// every opening, with the [`SqliteProblem`] that says why: a symbolic link, a file with a second name, a file that
/// others than the owner and the group may read or write, a directory that everybody may write or that is another
/// user's, a database of something else or of a later version, and one that does not take the settings.
///
/// A write counts only if afterwards the path still names the file that has it, and the log beside it; so does what is read,
/// but may rest on a look of at most a millisecond before, unless a call has failed since. So a file that is deleted, moved
/// or replaced while the store is open is an error, and never a fresh budget; a vanished file is not made again. When the
/// file is back, repaired or has space again, so is the store. To put a backup in place, stop every process first, and
/// remove the old `-wal` and `-shm`.
///
/// Let nothing else in a process that has the file open read it by itself, to copy it for instance: where locks are
/// POSIX's, closing it drops those that SQLite holds. SQLite's own backup, or another process, does no harm.
///
/// WAL needs memory that the processes share: not a network file system. There is no constructor over the caller's own
/// connection, since its transaction could roll a refusal back, and its settings could change under the store.
///
/// # Time
/// The host's clock says when a record may be forgotten. A clock that is set more than a day ahead forgets too early:
/// keep it by NTP. Call [`sweep`](Self::sweep) now and then, since nothing else makes the file forget.
///
/// # Threads
/// It blocks: in async code lend it with [`Blocking`](crate::Blocking). One connection writes; swaps that wait for it are
/// committed together, up to 32, and each is answered when that is on the disk. Meanwhile two others read. Nobody waits
/// for ever: see [`SqliteOptions::patience`].
///
/// ```
/// use countersign::{Key, Record, SqliteStore, Store, Swap};
///
/// # let directory = std::env::temp_dir().join(format!("countersign-doc-{}", std::process::id()));
/// # std::fs::create_dir(&directory)?; // private enough here, and removed below
/// # let path = directory.join("records.db");
/// let store = SqliteStore::open(&path)?; // in the service: "/var/lib/checkout/records.db"
/// let key = Key::from_bytes([7; 32]);
/// let next = Record::from_bytes(b"whatever an operation wrote");
/// assert_eq!(store.swap(&key, None, &next)?, Swap::Done);
/// assert_eq!(store.load(&key)?, Some(next));
/// assert_eq!(store.sweep(1_000)?, 0);
/// # drop(store);
/// # std::fs::remove_dir_all(directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteStore {
    plan: Plan,
    writer: Writer,
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

    /// Deletes at most `limit` records and counters that may be forgotten, the oldest first, and answers how many.
    ///
    /// They are deleted in small batches, each in a statement of its own that looks at the time again, so a record
    /// that is renewed meanwhile stays. A store that is never swept grows, and is as safe. Fewer than `limit` means
    /// that nothing more may go now.
    ///
    /// # Errors
    /// If the database fails; what was deleted before that stays deleted.
    pub fn sweep(&self, limit: u32) -> Result<u32, SqliteStoreError> {
        let records = self.sweep_by(&self.plan.statements.sweep, limit)?;
        let counters = self.sweep_by(&self.plan.statements.tally.sweep, limit.saturating_sub(records))?;
        Ok(records + counters)
    }

    fn sweep_by(&self, sweep: &str, limit: u32) -> Result<u32, SqliteStoreError> {
        let mut swept = 0;
        while swept < limit {
            let batch = BATCH.min(limit - swept);
            let gone = self.write(|link| link.execute(sweep, &[&batch]))?;
            let gone = u32::try_from(gone).unwrap_or(batch);
            swept += gone;
            if gone < batch {
                break;
            }
        }
        Ok(swept)
    }

    fn write<T>(&self, work: impl FnOnce(&Link) -> Result<T, Fault>) -> Result<T, SqliteStoreError> {
        self.writer.lend(&self.plan, work).map_err(|Fault(cause)| cause)
    }
}

impl Store for SqliteStore {
    type Error = SqliteStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, SqliteStoreError> {
        let load = &self.plan.statements.load;
        let look = |link: &Link| link.look(load, &[key.as_bytes()], Record::from_bytes);
        let found = self.writer.lend_or(&self.readers, &self.plan, look);
        found.map_err(|Fault(cause)| cause)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, SqliteStoreError> {
        let sql = &self.plan.statements;
        let job = || {
            let (sql, key, seen, next) = (Arc::clone(sql), *key, seen.cloned(), next.clone());
            Box::new(move |link: &Link| swap(link, &sql, &key, seen.as_ref(), &next)) as Job
        };
        let rows = self.writer.swap(&self.plan, |link| swap(link, sql, key, seen, next), job);
        Ok(if rows.map_err(|Fault(cause)| cause)? == 1 { Swap::Done } else { Swap::Stale })
    }
}

/// How many rows it wrote: one, or it was stale.
fn swap(link: &Link, sql: &Statements, key: &Key, seen: Option<&Record>, next: &Record) -> Result<usize, Fault> {
    let (key, record, keep) = (key.as_bytes(), next.as_bytes(), next.keep_for());
    match seen {
        None => link.execute(&sql.create, &[key, &record, &keep]),
        Some(seen) => link.execute(&sql.replace, &[key, &record, &keep, &seen.as_bytes()]),
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SqliteStore(..)")
    }
}
