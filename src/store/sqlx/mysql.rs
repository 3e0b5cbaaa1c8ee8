mod tally;

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use sqlx::mysql::MySqlDatabaseError;
use sqlx::{Executor as _, MySql, MySqlPool, Row as _};

use super::error::client;
use super::{Lease, SqlxOptions, SqlxStore, SqlxStoreError, Statements, TallyStatements, in_time};
use crate::record::Record;
use crate::store::{AsyncStore, Key, Swap};

/// For making the table and looking at it, once.
const OPENING: Duration = Duration::from_secs(60);

/// Part of every write. A session with `autocommit` off would roll every swap back when it ends, and a replica takes
/// writes of a privileged account though it is read-only: there a write does nothing. (A load may be stale, and goes
/// without: it would cost one verification in twenty.)
const SOUND: &str = "(@@autocommit AND NOT @@global.read_only)";

const DUPLICATE_KEY: u16 = 1062;

impl SqlxOptions {
    /// Opens a store in MySQL or MariaDB.
    ///
    /// # Errors
    /// If the server does not answer or is read-only, if the table is not there or not as it should be, or if the server
    /// may lose what it acknowledged.
    pub async fn mysql(self, pool: MySqlPool) -> Result<SqlxStore<MySql>, SqlxStoreError> {
        let tally = in_time(OPENING, self.prepare_mysql(&pool)).await?;
        Ok(SqlxStore { pool, statements: Statements::mysql(&self.table), tally, time_out: self.time_out })
    }

    async fn prepare_mysql(&self, pool: &MySqlPool) -> Result<Option<TallyStatements>, SqlxStoreError> {
        let mut lease = Lease::of(pool).await.map_err(client)?;
        let settings = format!(
            "SELECT {SOUND}, @@global.innodb_flush_log_at_trx_commit NOT IN (1, 3), \
             @@global.log_bin AND @@global.sync_binlog <> 1"
        );
        let settings = sqlx::query_as::<_, (i64, i64, i64)>(&settings).fetch_one(lease.connection());
        let (sound, unflushed, unsynced) = settings.await.map_err(client)?;
        if sound == 0 {
            return Err(SqlxStoreError::read_only());
        }
        if unflushed != 0 && !self.lossy {
            return Err(SqlxStoreError::lossy("innodb_flush_log_at_trx_commit is not 1"));
        }
        if unsynced != 0 && !self.lossy {
            return Err(SqlxStoreError::lossy("sync_binlog is not 1"));
        }
        if self.migrate {
            for schema in [schema(&self.table), tally::schema(&self.tally())] {
                lease.connection().execute(schema.as_str()).await.map_err(client)?;
            }
        }
        layout(&columns(&mut lease, &self.table).await?)?;
        let tally = self.mysql_tally(&mut lease).await?;
        lease.give_back();
        Ok(tally)
    }
}

impl SqlxStore<MySql> {
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
                let delete = sqlx::query(sweep).bind(limit).execute(lease.connection()).await;
                deleted += overtaken(delete).map_err(client)?.map_or(0, |deleted| deleted.rows_affected());
            }
            lease.give_back();
            Ok(deleted)
        })
        .await
    }

    /// A plain insert, and where that meets a row, an update of a forgotten one: each is a whole create by itself.
    ///
    /// Not `INSERT IGNORE`, which cuts a long record without an error; and not `ON DUPLICATE KEY UPDATE`, whose count
    /// is 1 for a row that it wrote and for a row that it left alone, because `sqlx` asks the server to count what was
    /// found.
    async fn create(&self, key: &Key, next: &Record, lease: &mut Lease<MySql>) -> Result<Swap, SqlxStoreError> {
        let key = key.as_bytes().as_slice();
        let insert = sqlx::query(&self.statements.create).bind(key).bind(next.as_bytes()).bind(next.keep_for());
        match insert.execute(lease.connection()).await {
            Ok(inserted) => match inserted.rows_affected() {
                0 => return Err(SqlxStoreError::read_only()),
                rows => return swapped(rows),
            },
            Err(error) if number(&error) == Some(DUPLICATE_KEY) => {}
            Err(error) => return overtaken::<()>(Err(error)).map(|_| Swap::Stale).map_err(client),
        }
        let replace = sqlx::query(&self.statements.replace).bind(next.as_bytes()).bind(next.keep_for()).bind(key);
        let replaced = overtaken(replace.execute(lease.connection()).await).map_err(client)?;
        swapped(replaced.map_or(0, |replaced| replaced.rows_affected()))
    }
}

impl AsyncStore for SqlxStore<MySql> {
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
            let answer = match seen {
                None => self.create(key, next, &mut lease).await?,
                Some(seen) => {
                    let update = sqlx::query(&self.statements.swap).bind(next.as_bytes()).bind(next.keep_for());
                    let update = update.bind(key.as_bytes().as_slice()).bind(seen.as_bytes());
                    let updated = overtaken(update.execute(lease.connection()).await).map_err(client)?;
                    swapped(updated.map_or(0, |updated| updated.rows_affected()))?
                }
            };
            if answer == Swap::Stale {
                sound(&mut lease).await?;
            }
            lease.give_back();
            Ok(answer)
        })
        .await
    }
}

impl Statements {
    fn mysql(table: &str) -> Self {
        let kept = "(forget_at IS NULL OR forget_at > UTC_TIMESTAMP(6))";
        let later = "UTC_TIMESTAMP(6) + INTERVAL ? SECOND";
        Self {
            load: format!("SELECT record FROM `{table}` WHERE `key` = ? AND {kept}"),
            create: format!(
                "INSERT INTO `{table}` (`key`, record, forget_at) SELECT ?, ?, {later} FROM DUAL WHERE {SOUND}"
            ),
            replace: format!(
                "UPDATE `{table}` SET record = ?, forget_at = {later} \
                 WHERE `key` = ? AND forget_at <= UTC_TIMESTAMP(6) AND {SOUND}"
            ),
            swap: format!(
                "UPDATE `{table}` SET record = ?, forget_at = {later} \
                 WHERE `key` = ? AND record = ? AND {kept} AND {SOUND}"
            ),
            sweep: format!(
                "DELETE FROM `{table}` WHERE forget_at <= UTC_TIMESTAMP(6) AND {SOUND} ORDER BY forget_at LIMIT ?"
            ),
        }
    }
}

/// Whether a statement wrote nothing because the session or the server is not sound; that is no `Stale`.
async fn sound(lease: &mut Lease<MySql>) -> Result<(), SqlxStoreError> {
    const ASK: &str = "SELECT (@@autocommit AND NOT @@global.read_only)";
    let row = sqlx::query(ASK).fetch_one(lease.connection()).await.map_err(client)?;
    match row.try_get::<i64, _>(0).map_err(client)? {
        0 => Err(SqlxStoreError::read_only()),
        _ => Ok(()),
    }
}

/// Names and types, and the table's engine; none if there is no table.
async fn columns(lease: &mut Lease<MySql>, table: &str) -> Result<Vec<(String, String, String)>, SqlxStoreError> {
    let columns = sqlx::query_as::<_, (String, String, String)>(
        "SELECT CONVERT(column_name USING utf8mb4), CONVERT(column_type USING utf8mb4), \
         CONVERT(COALESCE(engine, '') USING utf8mb4) \
         FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
         WHERE table_schema = DATABASE() AND table_name = ?",
    );
    columns.bind(table).fetch_all(lease.connection()).await.map_err(client)
}

fn schema(table: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS `{table}` (`key` BINARY(32) NOT NULL PRIMARY KEY, \
         record VARBINARY(384) NOT NULL, forget_at DATETIME(6) NULL, INDEX (forget_at)) ENGINE = InnoDB"
    )
}

/// Without a strict `sql_mode` the server cuts a record that is longer than its column, and says nothing.
fn layout(columns: &[(String, String, String)]) -> Result<(), SqlxStoreError> {
    let kind = |name: &str| columns.iter().find(|(column, ..)| column == name).map(|(_, kind, _)| kind.as_str());
    let length = |kind: &str| kind.strip_prefix("varbinary(")?.strip_suffix(')')?.parse::<usize>().ok();
    match () {
        () if columns.is_empty() => Err(SqlxStoreError::no_table()),
        () if kind("key") != Some("binary(32)") => Err(SqlxStoreError::layout("key must be BINARY(32)")),
        () if kind("record").and_then(length).is_none_or(|length| length < Record::LONGEST) => {
            Err(SqlxStoreError::layout("record must be VARBINARY(384) or longer"))
        }
        () if kind("forget_at") != Some("datetime(6)") => {
            Err(SqlxStoreError::layout("forget_at must be DATETIME(6)"))
        }
        () if columns.iter().any(|(.., engine)| engine != "InnoDB") => {
            Err(SqlxStoreError::layout("its engine must be InnoDB"))
        }
        () => Ok(()),
    }
}

/// What the count of a write says. Each write changes its row (a stamp makes every record new), so it is the same whether
/// the client asked for found or for changed rows.
const fn swapped(rows: u64) -> Result<Swap, SqlxStoreError> {
    match rows {
        0 => Ok(Swap::Stale),
        1 => Ok(Swap::Done),
        more => Err(SqlxStoreError::row_count(more)),
    }
}

/// Nothing, if the server refused because another transaction came first: a deadlock (1213), or a record that changed
/// under `innodb_snapshot_isolation` (1020). It has rolled back, so nothing was written.
fn overtaken<T>(answer: Result<T, sqlx::Error>) -> Result<Option<T>, sqlx::Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if matches!(number(&error), Some(1020 | 1213)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}
