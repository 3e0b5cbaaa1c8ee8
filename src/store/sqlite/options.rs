use core::time::Duration;
use std::path::Path;
use std::vec;

use super::error::Fault;
use super::link::{Link, Plan};
use super::place::Place;
use super::pool::Pool;
use super::statement::Statements;
use super::writer::Writer;
use super::{SqliteStore, SqliteStoreError};

/// How many loads run at once in one process.
const READERS: usize = 2;

/// How a [`SqliteStore`] is opened.
///
/// ```
/// use core::time::Duration;
/// use countersign::SqliteOptions;
///
/// let options = SqliteOptions::new().table("otp_records").patience(Duration::from_secs(2));
/// assert!(options.open("/nowhere/records.db").is_err());
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "options open nothing by themselves"]
pub struct SqliteOptions<'a> {
    table: &'a str,
    patience: Duration,
}

impl<'a> SqliteOptions<'a> {
    /// The table `countersign_records`, and 5 seconds of patience.
    pub const fn new() -> Self {
        Self { table: "countersign_records", patience: Duration::from_secs(5) }
    }

    /// Another table of the same file: 1 to 48 of `a`-`z`, `0`-`9` and `_`, not beginning with a digit or `sqlite_`.
    pub const fn table(mut self, name: &'a str) -> Self {
        self.table = name;
        self
    }

    /// For how long a call waits while others hold the database, before it fails. It is counted once for the threads
    /// of this process and once for other processes, so a call may take twice as long.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Opens the file, or makes it; see [`SqliteStore`] for what is refused.
    ///
    /// # Errors
    /// [`SqliteStoreError`], whose [`problem`](SqliteStoreError::problem) says what to look at.
    pub fn open(self, path: impl AsRef<Path>) -> Result<SqliteStore, SqliteStoreError> {
        let statements = Statements::new(self.table)?;
        let plan = Plan::new(Place::new(path.as_ref())?, statements, self.patience);
        connect(plan).map_err(|Fault(cause)| cause)
    }
}

fn connect(plan: Plan) -> Result<SqliteStore, Fault> {
    let writer = Writer::new(Link::found(&plan)?, plan.patience);
    let mut readers = vec![];
    for _ in 0..READERS {
        readers.push(Some(Link::open(&plan)?));
    }
    let readers = Pool::new(readers, plan.patience);
    Ok(SqliteStore { plan, writer, readers })
}

impl Default for SqliteOptions<'_> {
    fn default() -> Self {
        Self::new()
    }
}
