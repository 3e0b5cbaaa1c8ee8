use std::format;
use std::string::String;

use sqlx::{Postgres, Row as _};

use super::{Lease, SqlxOptions, SqlxStore, SqlxStoreError, client, columns, overtaken, quoted};
use crate::store::sqlx::TallyStatements;
use crate::store::{Addition, AsyncTally, Key, Tallied};

impl SqlxOptions {
    /// What counts, if the table of counters is there.
    pub(super) async fn postgres_tally(
        &self,
        lease: &mut Lease<Postgres>,
    ) -> Result<Option<TallyStatements>, SqlxStoreError> {
        let table = self.tally();
        let columns = columns(lease, &table).await?;
        if columns.is_empty() {
            return Ok(None);
        }
        if columns.iter().any(|(.., unlogged)| *unlogged) && !self.lossy {
            return Err(SqlxStoreError::lossy("the table of counters is UNLOGGED or temporary"));
        }
        layout(&columns)?;
        Ok(Some(statements(&table)))
    }
}

impl AsyncTally for SqlxStore<Postgres> {
    async fn total_async(&self, key: &Key) -> Result<u64, SqlxStoreError> {
        let tally = self.tally()?;
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let select = sqlx::query(&tally.total).bind(key.as_bytes().as_slice());
            let row = select.fetch_optional(lease.connection()).await.map_err(client)?;
            let total = row.map(|row| row.try_get::<i64, _>(0)).transpose().map_err(client)?;
            lease.give_back();
            SqlxStoreError::total(total.unwrap_or(0))
        })
        .await
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, SqlxStoreError> {
        let tally = self.tally()?;
        if addition.onto(0).is_none() {
            return Ok(Tallied::Over); // it would fit no counter, not even a new one
        }
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let rows = loop {
                let add = sqlx::query(&tally.add).bind(addition.key().as_bytes().as_slice());
                let add = add.bind(signed(addition.amount())).bind(signed(addition.ceiling()));
                let add = add.bind(f64::from(addition.keep_for()));
                // All of the answer, as with a swap: the row comes before the commit, which may still fail.
                if let Some(rows) = overtaken(add.fetch_all(lease.connection()).await).map_err(client)? {
                    break rows;
                }
            };
            let total = rows.first().map(|row| row.try_get::<i64, _>(0)).transpose().map_err(client)?;
            lease.give_back();
            total.map_or(Ok(Tallied::Over), |total| SqlxStoreError::total(total).map(Tallied::Added))
        })
        .await
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), SqlxStoreError> {
        let tally = self.tally()?;
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            loop {
                let give_back = sqlx::query(&tally.give_back).bind(key.as_bytes().as_slice());
                let give_back = give_back.bind(signed(amount.min(Addition::HIGHEST)));
                if overtaken(give_back.execute(lease.connection()).await).map_err(client)?.is_some() {
                    break;
                }
            }
            lease.give_back();
            Ok(())
        })
        .await
    }
}

/// Numbers of counters are at most 2^53.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn statements(table: &str) -> TallyStatements {
    let table = quoted(table);
    let before = "CASE WHEN old.forget_at > clock_timestamp() THEN old.total ELSE 0 END";
    TallyStatements {
        total: format!("SELECT total FROM {table} WHERE key = $1 AND forget_at > clock_timestamp()"),
        // Where the counter is full already, nothing is locked and nothing is written: an attack that goes on reads.
        add: format!(
            "INSERT INTO {table} AS old (key, total, forget_at) \
             SELECT $1::bytea, $2::bigint, clock_timestamp() + $4::float8 * interval '1 second' \
             WHERE NOT EXISTS (SELECT FROM {table} WHERE key = $1::bytea AND forget_at > clock_timestamp() \
             AND total + $2::bigint > $3::bigint) \
             ON CONFLICT (key) DO UPDATE SET total = excluded.total + {before}, forget_at = excluded.forget_at \
             WHERE excluded.total + {before} <= $3::bigint RETURNING total"
        ),
        give_back: format!("UPDATE {table} SET total = greatest(total - $2, 0) WHERE key = $1"),
        sweep: format!(
            "DELETE FROM {table} WHERE forget_at <= statement_timestamp() AND key IN (SELECT key FROM {table} \
             WHERE forget_at <= statement_timestamp() ORDER BY forget_at LIMIT $1 FOR UPDATE SKIP LOCKED)"
        ),
        #[cfg(feature = "mysql")]
        look: String::new(),
        #[cfg(feature = "mysql")]
        create: String::new(),
        #[cfg(feature = "mysql")]
        renew: String::new(),
    }
}

/// The statements that make the table of counters.
pub(super) fn schema(table: &str) -> String {
    let index = quoted(&format!("{table}_at"));
    let table = quoted(table);
    format!(
        "CREATE TABLE IF NOT EXISTS {table} (key bytea PRIMARY KEY CHECK (octet_length(key) = 32), \
         total bigint NOT NULL CHECK (total >= 0), forget_at timestamptz NOT NULL); \
         CREATE INDEX IF NOT EXISTS {index} ON {table} (forget_at)"
    )
}

fn layout(columns: &[(String, String, bool)]) -> Result<(), SqlxStoreError> {
    let has = |name: &str, kind: &str| columns.iter().any(|(column, is, _)| column == name && is == kind);
    let sound = has("key", "bytea") && has("total", "bigint") && has("forget_at", "timestamp with time zone");
    if sound {
        return Ok(());
    }
    Err(SqlxStoreError::layout("a counter must be key bytea, total bigint and forget_at timestamptz"))
}
