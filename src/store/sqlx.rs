mod error;
mod lease;
#[cfg(feature = "mysql")]
mod mysql;
mod options;
#[cfg(feature = "postgres")]
mod postgres;

use core::fmt;
use core::time::Duration;
use std::string::String;

use sqlx::{Database, Pool};

pub use error::SqlxStoreError;
pub use options::SqlxOptions;

use lease::Lease;

/// Records in PostgreSQL, MySQL or MariaDB, over the caller's `sqlx` pool, for a service of any number of processes.
///
/// **A server that loses a write which it had acknowledged refunds an attempt, and a code that was used works again
/// until its time is over.** A crash loses such writes with PostgreSQL's `synchronous_commit = off` (the last
/// `wal_writer_delay`, three times over), `fsync = off` or an `UNLOGGED` table (all of it), and with InnoDB's
/// `innodb_flush_log_at_trx_commit` other than 1 (about a second) or a binary log without `sync_binlog = 1`: opening
/// refuses these, unless the caller [takes the loss](SqlxOptions::lossy) by name. A failover to an asynchronous replica loses what the replica had not
/// received, and no client can see that: in PostgreSQL name a `synchronous_standby_names` and keep
/// `synchronous_commit` at `on` or `remote_apply` (never `local`), in MySQL and MariaDB use semi-synchronous
/// replication with `AFTER_SYNC` and a time-out long enough that it never falls back to asynchronous, and promote no
/// other replica. Each of them costs a round trip to the replica a write.
///
/// # What it does
/// A record is a row. A [load](crate::AsyncStore::load_async) is one `SELECT` by primary key; a
/// [swap](crate::AsyncStore::swap_async) is one conditional `UPDATE` or `INSERT` that commits by itself (in MySQL, one
/// more `UPDATE` if a create meets a row: it may be a forgotten one). Everything is compared as bytes.
///
/// * *Time-outs.* A call ends within [five seconds](SqlxOptions::time_out), whether the pool is exhausted, the server
///   gone or hung. Tell the server the same (`statement_timeout`; `max_statement_time` and `innodb_lock_wait_timeout`),
///   so that it does not go on with what nobody waits for.
/// * *Dropped futures.* A connection on which a call did not end well (dropped, timed out, or answered by an error, such
///   as that of a primary that became a replica) is closed, and the pool opens another. What was sent may still land;
///   the next load shows it.
/// * *Isolation.* Any level will do. Where the server refuses a statement because another one came first (SQLSTATE
///   40001, a deadlock), nothing was written, and that is [`Stale`](crate::Swap::Stale).
/// * *Transactions.* The pool must lend connections outside any transaction, as `sqlx` does. In MySQL each write
///   looks by itself that `autocommit` is on and the server not `read_only`, and does nothing otherwise.
/// * *Replicas.* The pool must reach the primary alone. A proxy that sends reads to replicas makes loads stale even after
///   a `Stale`: operations then give up as [contended](crate::Cause::Contention), but approve nothing wrongly.
///
/// # What was seen
/// 32 clients issued and verified, and 8 more logged in with authenticators and recovery codes, while a server on one
/// machine was killed with SIGKILL. Then every ticket, approval and judged code that they had been given was compared with
/// the records, and every accepted code of an authenticator or a list was typed once more (`tests/stores/kill.rs`):
///
/// | server | settings | challenges | approvals | judged | logins | lost |
/// |---|---|---|---|---|---|---|
/// | PostgreSQL 15.20 | `synchronous_commit=on` | 96 | 51 | 288 | 59 | nothing; no spent code was accepted |
/// | PostgreSQL 15.20 | `synchronous_commit=off`, and its log held up | 173 | 94 | 511 | 106 | 109 challenges, 62 approvals, 141 counts; 32 challenges were judged beyond their limit; 59 spent codes of devices were accepted again, and the watermarks of 18 more were gone with their records |
/// | MariaDB 10.11.19 | `innodb_flush_log_at_trx_commit=1` | 96 | 63 | 288 | 58 | nothing; no spent code was accepted |
/// | MariaDB 10.11.19 | `innodb_flush_log_at_trx_commit=0` | 151 | 64 | 455 | 88 | 87 challenges, 32 approvals, 119 counts; 32 challenges were judged beyond their limit; 64 spent codes of devices were accepted again |
///
/// A killed server keeps what it handed to the operating system; a power cut also tests the disk, and was not tried.
///
/// # The table
/// It is made by [`SqlxOptions::migrate`], or by whoever owns the schema, and looked at on opening:
/// ```sql
/// CREATE TABLE countersign_records (                -- PostgreSQL
///     key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
///     record bytea NOT NULL CHECK (octet_length(record) <= 384),
///     forget_at timestamptz                         -- NULL: never
/// );
/// CREATE INDEX countersign_records_forget_at ON countersign_records (forget_at);
///
/// CREATE TABLE countersign_records (                -- MySQL, MariaDB
///     `key` BINARY(32) NOT NULL PRIMARY KEY,
///     record VARBINARY(384) NOT NULL,
///     forget_at DATETIME(6) NULL,                   -- UTC; NULL: never
///     INDEX (forget_at)
/// ) ENGINE = InnoDB;
/// ```
/// Counters ([`AsyncTally`](crate::AsyncTally)) are rows of a table of their own, which only a
/// [`Budget`](crate::Budget) needs; without it an addition is an error, and no message is paid for:
/// ```sql
/// CREATE TABLE countersign_records_tally (          -- PostgreSQL; the name of the other with _tally
///     key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
///     total bigint NOT NULL CHECK (total >= 0),
///     forget_at timestamptz NOT NULL
/// );
/// CREATE INDEX countersign_records_tally_at ON countersign_records_tally (forget_at);
///
/// CREATE TABLE countersign_records_tally (          -- MySQL, MariaDB
///     `key` BINARY(32) NOT NULL PRIMARY KEY,
///     total BIGINT UNSIGNED NOT NULL,
///     forget_at DATETIME(6) NOT NULL,               -- UTC
///     INDEX (forget_at)
/// ) ENGINE = InnoDB;
/// ```
/// An addition is one upsert that commits by itself (in MySQL an `UPDATE`, and an `INSERT` for the first), and a read where
/// the counter is full.
///
/// The service needs `SELECT`, `INSERT` and `UPDATE` on them, and `DELETE` where it sweeps.
///
/// # Example
#[cfg_attr(feature = "postgres", doc = "```no_run")]
#[cfg_attr(not(feature = "postgres"), doc = "```ignore")]
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// use countersign::SqlxOptions;
///
/// let pool = sqlx::PgPool::connect("postgres://localhost/shop").await?;
/// let store = SqlxOptions::new().migrate().postgres(pool).await?;
/// assert_eq!(store.sweep(1_000).await?, 0); // from time to time
/// # Ok(())
/// # }
/// ```
pub struct SqlxStore<DB: Database> {
    pool: Pool<DB>,
    statements: Statements,
    /// Without its table nothing can be counted.
    tally: Option<TallyStatements>,
    time_out: Duration,
}

/// What is sent to the server, written once for a table.
struct Statements {
    load: String,
    create: String,
    /// Only where a create cannot replace a forgotten row by itself.
    #[cfg(feature = "mysql")]
    replace: String,
    swap: String,
    sweep: String,
}

/// What is sent to the server about counters.
struct TallyStatements {
    total: String,
    add: String,
    give_back: String,
    sweep: String,
    /// Only where an addition cannot make a counter by itself.
    #[cfg(feature = "mysql")]
    look: String,
    #[cfg(feature = "mysql")]
    create: String,
    #[cfg(feature = "mysql")]
    renew: String,
}

impl<DB: Database> SqlxStore<DB> {
    fn tally(&self) -> Result<&TallyStatements, SqlxStoreError> {
        self.tally.as_ref().ok_or(SqlxStoreError::no_tally())
    }

    /// What forgets: records, and counters if there are any.
    fn sweeps(&self) -> impl Iterator<Item = &str> {
        let tally = self.tally.as_ref().map(|tally| tally.sweep.as_str());
        [self.statements.sweep.as_str()].into_iter().chain(tally)
    }

    /// Does `work` in bounded time.
    async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, SqlxStoreError>> + Send,
    ) -> Result<T, SqlxStoreError> {
        in_time(self.time_out, work).await
    }
}

impl<DB: Database> fmt::Debug for SqlxStore<DB> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlxStore").field("database", &DB::NAME).finish_non_exhaustive()
    }
}

async fn in_time<T>(
    time_out: Duration,
    work: impl Future<Output = Result<T, SqlxStoreError>> + Send,
) -> Result<T, SqlxStoreError> {
    tokio::time::timeout(time_out, work).await.unwrap_or_else(|_| Err(SqlxStoreError::time_out()))
}
