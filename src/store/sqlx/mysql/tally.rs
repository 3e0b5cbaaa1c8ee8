use std::format;
use std::string::String;

use sqlx::{MySql, Row as _};

use super::{
    DUPLICATE_KEY, Lease, SOUND, SqlxOptions, SqlxStore, SqlxStoreError, client, columns, number, overtaken, sound,
};
use crate::store::sqlx::TallyStatements;
use crate::store::{Addition, AsyncTally, Key, Tallied};

impl SqlxOptions {
    /// What counts, if the table of counters is there.
    pub(super) async fn mysql_tally(
        &self,
        lease: &mut Lease<MySql>,
    ) -> Result<Option<TallyStatements>, SqlxStoreError> {
        let table = self.tally();
        let columns = columns(lease, &table).await?;
        if columns.is_empty() {
            return Ok(None);
        }
        layout(&columns)?;
        Ok(Some(statements(&table)))
    }
}

impl SqlxStore<MySql> {
    /// One round: an update of a counter that has room; and where that finds none, a look at why, and a counter that is
    /// made, or one that is forgotten begun anew. Each is a whole addition by itself. `None`: another one came first.
    ///
    /// Not `ON DUPLICATE KEY UPDATE`, for the reasons that a create has.
    async fn add_once(
        &self,
        tally: &TallyStatements,
        addition: &Addition,
        lease: &mut Lease<MySql>,
    ) -> Result<Option<Tallied>, SqlxStoreError> {
        let (key, amount) = (addition.key().as_bytes().as_slice(), addition.amount());
        let add = sqlx::query(&tally.add).bind(amount).bind(addition.keep_for());
        let add = add.bind(key).bind(amount).bind(addition.ceiling());
        let Some(added) = overtaken(add.execute(lease.connection()).await).map_err(client)? else { return Ok(None) };
        if added.rows_affected() > 0 {
            return Ok(Some(Tallied::Added(added.last_insert_id())));
        }
        let look = sqlx::query(&tally.look).bind(key).fetch_optional(lease.connection()).await.map_err(client)?;
        let counter = look.map(|row| Ok((row.try_get::<u64, _>(0)?, row.try_get::<i64, _>(1)? != 0)));
        let made = match counter.transpose().map_err(client)? {
            Some((total, true)) if addition.onto(total).is_none() => return Ok(Some(Tallied::Over)),
            Some((_, true)) => false, // there is room by now
            Some((_, false)) => {
                let renew = sqlx::query(&tally.renew).bind(amount).bind(addition.keep_for()).bind(key);
                wrote(renew.execute(lease.connection()).await)?
            }
            None => {
                let create = sqlx::query(&tally.create).bind(key).bind(amount).bind(addition.keep_for());
                wrote(create.execute(lease.connection()).await)?
            }
        };
        if made {
            return Ok(Some(Tallied::Added(amount)));
        }
        sound(lease).await?;
        Ok(None)
    }
}

impl AsyncTally for SqlxStore<MySql> {
    async fn total_async(&self, key: &Key) -> Result<u64, SqlxStoreError> {
        let tally = self.tally()?;
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            let select = sqlx::query(&tally.total).bind(key.as_bytes().as_slice());
            let row = select.fetch_optional(lease.connection()).await.map_err(client)?;
            let total = row.map(|row| row.try_get::<u64, _>(0)).transpose().map_err(client)?;
            lease.give_back();
            Ok(total.unwrap_or(0))
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
            loop {
                if let Some(tallied) = self.add_once(tally, addition, &mut lease).await? {
                    lease.give_back();
                    return Ok(tallied);
                }
            }
        })
        .await
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), SqlxStoreError> {
        let tally = self.tally()?;
        self.in_time(async {
            let mut lease = Lease::of(&self.pool).await.map_err(client)?;
            loop {
                let give_back = sqlx::query(&tally.give_back).bind(amount).bind(amount);
                let give_back = give_back.bind(key.as_bytes().as_slice());
                match overtaken(give_back.execute(lease.connection()).await).map_err(client)? {
                    Some(given) if given.rows_affected() == 0 => break sound(&mut lease).await?,
                    Some(_) => break,
                    None => {}
                }
            }
            lease.give_back();
            Ok(())
        })
        .await
    }
}

/// Whether a statement wrote its row. One that another made first is none.
fn wrote(answer: Result<sqlx::mysql::MySqlQueryResult, sqlx::Error>) -> Result<bool, SqlxStoreError> {
    if answer.as_ref().err().and_then(number) == Some(DUPLICATE_KEY) {
        return Ok(false);
    }
    let written = overtaken(answer).map_err(client)?;
    Ok(written.is_some_and(|written| written.rows_affected() > 0))
}

fn statements(table: &str) -> TallyStatements {
    let later = "UTC_TIMESTAMP(6) + INTERVAL ? SECOND";
    TallyStatements {
        total: format!("SELECT total FROM `{table}` WHERE `key` = ? AND forget_at > UTC_TIMESTAMP(6)"),
        add: format!(
            "UPDATE `{table}` SET total = LAST_INSERT_ID(total + ?), forget_at = {later} \
             WHERE `key` = ? AND forget_at > UTC_TIMESTAMP(6) AND total + ? <= ? AND {SOUND}"
        ),
        look: format!("SELECT total, forget_at > UTC_TIMESTAMP(6) FROM `{table}` WHERE `key` = ?"),
        create: format!(
            "INSERT INTO `{table}` (`key`, total, forget_at) SELECT ?, ?, {later} FROM DUAL WHERE {SOUND}"
        ),
        renew: format!(
            "UPDATE `{table}` SET total = ?, forget_at = {later} \
             WHERE `key` = ? AND forget_at <= UTC_TIMESTAMP(6) AND {SOUND}"
        ),
        give_back: format!("UPDATE `{table}` SET total = IF(total > ?, total - ?, 0) WHERE `key` = ? AND {SOUND}"),
        sweep: format!(
            "DELETE FROM `{table}` WHERE forget_at <= UTC_TIMESTAMP(6) AND {SOUND} ORDER BY forget_at LIMIT ?"
        ),
    }
}

pub(super) fn schema(table: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS `{table}` (`key` BINARY(32) NOT NULL PRIMARY KEY, \
         total BIGINT UNSIGNED NOT NULL, forget_at DATETIME(6) NOT NULL, INDEX (forget_at)) ENGINE = InnoDB"
    )
}

fn layout(columns: &[(String, String, String)]) -> Result<(), SqlxStoreError> {
    let has = |name: &str, kind: &str| columns.iter().any(|(column, is, _)| column == name && is.starts_with(kind));
    // Older servers write `bigint(20) unsigned`.
    let unsigned = columns.iter().any(|(column, is, _)| column == "total" && is.ends_with("unsigned"));
    match () {
        () if !has("key", "binary(32)")
            || !has("total", "bigint")
            || !unsigned
            || !has("forget_at", "datetime(6)") =>
        {
            Err(SqlxStoreError::layout(
                "a counter must be key BINARY(32), total BIGINT UNSIGNED and forget_at DATETIME(6)",
            ))
        }
        () if columns.iter().any(|(.., engine)| engine != "InnoDB") => {
            Err(SqlxStoreError::layout("the engine of the counters must be InnoDB"))
        }
        () => Ok(()),
    }
}
