mod tally;

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use sqlx::{Executor as _, PgPool, Postgres, Row as _};

use super::error::client;
use super::{Lease, SqlxOptions, SqlxStore, SqlxStoreError, Statements, TallyStatements, in_time};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Swap};

/// For making the table and looking at it, once.
const OPENING: Duration = Duration::from_secs(60);

impl SqlxOptions {
    /// Opens a store in PostgreSQL.
    ///
    /// # Errors
    /// If the server does not answer or is read-only, if the table is not there or not as it should be, or if the server
    /// may lose what it acknowledged.
    pub async fn postgres(self, pool: PgPool) -> Result<SqlxStore<Postgres>, SqlxStoreError> {
        let tally = in_time(OPENING, self.prepare_postgres(&pool)).await?;
        Ok(SqlxStore { pool, statements: Statements::postgres(&self.table), tally, time_out: self.time_out })
    }

    async fn prepare_postgres(&self, pool: &PgPool) -> Result<Option<TallyStatements>, SqlxStoreError> {
        let mut lease = Lease::of(pool).await.map_err(client)?;
        self.look_at_settings(&mut lease).await?;
        if self.migrate {
            lease.connection().execute(schema(&self.table, &self.tally()).as_str()).await.map_err(client)?;
        }
        self.look_at_table(&mut lease).await?;
        let tally = self.postgres_tally(&mut lease).await?;
        lease.give_back();
        Ok(tally)
    }

    async fn look_at_settings(&self, lease: &mut Lease<Postgres>) -> Result<(), SqlxStoreError> {
        let settings = sqlx::query_as::<_, (bool, bool, bool)>(
            "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on', \
             current_setting('synchronous_commit') = 'off', current_setting('fsync') = 'off'",
        );
        match settings.fetch_one(lease.connection()).await.map_err(client)? {
            (true, ..) => Err(SqlxStoreError::read_only()),
            (_, true, _) if !self.lossy => Err(SqlxStoreError::lossy("synchronous_commit is off")),
            (_, _, true) if !self.lossy => Err(SqlxStoreError::lossy("fsync is off")),
            _ => Ok(()),
        }
    }

    async fn look_at_table(&self, lease: &mut Lease<Postgres>) -> Result<(), SqlxStoreError> {
        let columns = columns(lease, &self.table).await?;
        if columns.iter().any(|(.., unlogged)| *unlogged) && !self.lossy {
            return Err(SqlxStoreError::lossy("the table is UNLOGGED or temporary"));
        }
        layout(&columns)
    }
}

impl SqlxStore<Postgres> {
    /// Deletes at most `limit` records, and as many counters, that may be forgotten by the server's clock, and says how many
    /// in all. What is renewed meanwhile stays.
    ///
    /// # Errors
    /// If the server does not answer, or refuses.
    pub async fn sweep(&self, limit: u32) -> Result<u64, SqlxStoreError> {
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let mut deleted = 0;
            for sweep in self.sweeps() {
                let delete = sqlx::query(sweep).bind(i64::from(limit)).execute(lease.connection()).await;
                deleted += overtaken(delete).map_err(client)?.map_or(0, |deleted| deleted.rows_affected());
            }
            lease.give_back();
            Ok(deleted)
        })
        .await
    }
}

impl AsyncStore for SqlxStore<Postgres> {
    type Error = SqlxStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, SqlxStoreError> {
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let select = sqlx::query(&self.statements.load).bind(key.as_bytes().as_slice());
            let row = select.fetch_optional(lease.connection()).await.map_err(client)?;
            let record = row.map(|row| row.try_get(0).map(Record::from_bytes)).transpose().map_err(client)?;
            lease.give_back();
            Ok(record)
        })
        .await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, SqlxStoreError> {
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let statement = match seen {
                Some(seen) => {
                    sqlx::query(&self.statements.swap).bind(key.as_bytes().as_slice()).bind(seen.as_bytes())
                }
                None => sqlx::query(&self.statements.create).bind(key.as_bytes().as_slice()),
            };
            let statement = statement.bind(next.as_bytes()).bind(next.keep_for().map(f64::from));
            // `execute` reads to the end of the answer. The count of rows comes before the commit, and the commit may
            // still fail: whoever takes a first row and leaves says `Done` too early.
            let Some(written) = overtaken(statement.execute(lease.connection()).await).map_err(client)? else {
                lease.give_back();
                return Ok(Swap::Stale);
            };
            lease.give_back();
            match written.rows_affected() {
                0 => Ok(Swap::Stale),
                1 => Ok(Swap::Done),
                more => Err(SqlxStoreError::row_count(more)),
            }
        })
        .await
    }
}

impl Statements {
    fn postgres(table: &str) -> Self {
        let table = quoted(table);
        let kept = "(forget_at IS NULL OR forget_at > clock_timestamp())";
        Self {
            load: format!("SELECT record FROM {table} WHERE key = $1 AND {kept}"),
            create: format!(
                "INSERT INTO {table} AS old (key, record, forget_at) \
                 VALUES ($1, $2, clock_timestamp() + $3 * interval '1 second') \
                 ON CONFLICT (key) DO UPDATE SET record = excluded.record, forget_at = excluded.forget_at \
                 WHERE old.forget_at <= clock_timestamp()"
            ),
            #[cfg(feature = "mysql")]
            replace: String::new(),
            swap: format!(
                "UPDATE {table} SET record = $3, forget_at = clock_timestamp() + $4 * interval '1 second' \
                 WHERE key = $1 AND record = $2 AND {kept}"
            ),
            // `clock_timestamp()` would rule the index out; an earlier time deletes too little, never too much.
            sweep: format!(
                "DELETE FROM {table} WHERE forget_at <= statement_timestamp() AND key IN (SELECT key FROM {table} \
                 WHERE forget_at <= statement_timestamp() ORDER BY forget_at LIMIT $1 FOR UPDATE SKIP LOCKED)"
            ),
        }
    }
}

/// One text of several statements is one transaction, and the lock ends with it: two processes that start at once would
/// otherwise fail in the catalogue.
fn schema(table: &str, tally: &str) -> String {
    let tally = tally::schema(tally);
    let index = quoted(&format!("{table}_forget_at"));
    let table = quoted(table);
    format!(
        "SELECT pg_advisory_xact_lock(7161677110969590627); \
         CREATE TABLE IF NOT EXISTS {table} (key bytea PRIMARY KEY CHECK (octet_length(key) = 32), \
         record bytea NOT NULL CHECK (octet_length(record) <= 384), forget_at timestamptz); \
         CREATE INDEX IF NOT EXISTS {index} ON {table} (forget_at); {tally}"
    )
}

/// A name that was checked, so that a word of the language may be one.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// Names and types, and whether the table's changes are not in the log; none if there is no table.
async fn columns(lease: &mut Lease<Postgres>, table: &str) -> Result<Vec<(String, String, bool)>, SqlxStoreError> {
    let columns = sqlx::query_as::<_, (String, String, bool)>(
        "SELECT attname::text, format_type(atttypid, atttypmod), relpersistence <> 'p' \
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid \
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
    );
    columns.bind(quoted(table)).fetch_all(lease.connection()).await.map_err(client)
}

fn layout(columns: &[(String, String, bool)]) -> Result<(), SqlxStoreError> {
    let has = |name: &str, kind: &str| columns.iter().any(|(column, is, _)| column == name && is == kind);
    match () {
        () if columns.is_empty() => Err(SqlxStoreError::no_table()),
        () if !has("key", "bytea") => Err(SqlxStoreError::layout("key must be bytea")),
        () if !has("record", "bytea") => Err(SqlxStoreError::layout("record must be bytea")),
        () if !has("forget_at", "timestamp with time zone") => {
            Err(SqlxStoreError::layout("forget_at must be timestamptz"))
        }
        () => Ok(()),
    }
}

/// Nothing, if the server refused because another transaction came first (40001, which sessions under `REPEATABLE READ`
/// or `SERIALIZABLE` get, or 40P01, a deadlock). It has rolled back, so nothing was written; that the row may then
/// still be as it was seen costs one more round.
fn overtaken<T>(answer: Result<T, sqlx::Error>) -> Result<Option<T>, sqlx::Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("40001" | "40P01")) => Ok(None),
        Err(error) => Err(error),
    }
}
