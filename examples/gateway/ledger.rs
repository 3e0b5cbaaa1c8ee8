//! What was captured, one row an approval and one an order: both are unique, so a capture is exactly one.

use core::fmt::Display;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _};
use serde::Serialize;
use sqlx::{Executor as _, MySqlPool, PgPool};

use crate::Trouble;

/// These statements are the same in SQLite, PostgreSQL and MySQL, but for how they name what is bound.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS gateway_ledger \
    (approval CHAR(32) NOT NULL PRIMARY KEY, order_number BIGINT NOT NULL UNIQUE, amount VARCHAR(40) NOT NULL)";
const ENTER: &str = "INSERT INTO gateway_ledger (approval, order_number, amount) VALUES (?, ?, ?)";
const FIND: &str = "SELECT approval, amount FROM gateway_ledger WHERE order_number = ?";

/// A table of captures.
#[derive(Debug)]
pub struct Ledger(Place);

#[derive(Debug)]
enum Place {
    Memory(Mutex<BTreeMap<u32, Entry>>),
    Sqlite(Arc<Mutex<Connection>>),
    Postgres(PgPool),
    MySql(MySqlPool),
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    approval: String,
    order: u32,
    amount: String,
}

impl Entry {
    /// A row of an approval's id, an order and an amount.
    pub fn new(approval: impl Display, order: u32, amount: impl Display) -> Self {
        Self { approval: approval.to_string(), order, amount: amount.to_string() }
    }
}

impl Ledger {
    /// The ledger at `memory:`, `sqlite:PATH`, `postgres://` or `mysql://`; the table is made if it is not there.
    pub async fn open(url: &str) -> Result<Self, Trouble> {
        Ok(Self(match url.split_once(':') {
            Some(("memory", "")) => Place::Memory(Mutex::default()),
            Some(("sqlite", path)) => Place::Sqlite(Arc::new(Mutex::new(sqlite(path)?))),
            Some(("postgres", _)) => {
                let pool = PgPool::connect(url).await?;
                pool.execute(TABLE).await?;
                Place::Postgres(pool)
            }
            Some(("mysql", _)) => {
                let pool = MySqlPool::connect(url).await?;
                pool.execute(TABLE).await?;
                Place::MySql(pool)
            }
            _ => return Err(format!("no ledger is called {url:?}").into()),
        }))
    }

    /// Enters a row; `false` if its approval or its order has one. After an error it is unknown: [`find`](Self::find).
    pub async fn enter(&self, entry: &Entry) -> Result<bool, Trouble> {
        let Entry { approval, order, amount } = entry;
        let number = i64::from(*order);
        let written = match &self.0 {
            Place::Memory(rows) => {
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                let unique = rows.iter().all(|(number, row)| number != order && row.approval != *approval);
                return Ok(unique && rows.insert(*order, entry.clone()).is_none());
            }
            Place::Sqlite(connection) => {
                let (approval, amount) = (approval.clone(), amount.clone());
                let insert = move |db: &Connection| db.execute(ENTER, (approval, number, amount));
                return match blocking(connection, insert).await? {
                    Ok(_) => Ok(true),
                    Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
                    Err(error) => Err(error.into()),
                };
            }
            Place::Postgres(pool) => {
                let enter = ENTER.replacen('?', "$1", 1).replacen('?', "$2", 1).replacen('?', "$3", 1);
                let enter = sqlx::query(&enter).bind(approval).bind(number).bind(amount);
                enter.execute(pool).await.map(drop)
            }
            Place::MySql(pool) => {
                let enter = sqlx::query(ENTER).bind(approval).bind(number).bind(amount);
                enter.execute(pool).await.map(drop)
            }
        };
        match written {
            Ok(()) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// What was captured for an order.
    pub async fn find(&self, order: u32) -> Result<Option<Entry>, Trouble> {
        let number = i64::from(order);
        let row: Option<(String, String)> = match &self.0 {
            Place::Memory(rows) => {
                return Ok(rows.lock().unwrap_or_else(PoisonError::into_inner).get(&order).cloned());
            }
            Place::Sqlite(connection) => {
                let find = move |db: &Connection| {
                    db.query_row(FIND, [number], |row| Ok((row.get(0)?, row.get(1)?))).optional()
                };
                blocking(connection, find).await??
            }
            Place::Postgres(pool) => {
                sqlx::query_as(&FIND.replace('?', "$1")).bind(number).fetch_optional(pool).await?
            }
            Place::MySql(pool) => sqlx::query_as(FIND).bind(number).fetch_optional(pool).await?,
        };
        Ok(row.map(|(approval, amount)| Entry { approval, order, amount }))
    }
}

fn sqlite(path: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(core::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(TABLE)?;
    Ok(connection)
}

async fn blocking<T: Send + 'static>(
    connection: &Arc<Mutex<Connection>>,
    work: impl FnOnce(&Connection) -> T + Send + 'static,
) -> Result<T, Trouble> {
    let connection = Arc::clone(connection);
    let job = move || work(&connection.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(tokio::task::spawn_blocking(job).await?)
}
