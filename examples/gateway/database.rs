//! The service's own tables, of one shape: a number, a label and a text. Numbers and labels are unique.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, ErrorCode, OptionalExtension as _};
use sqlx::{Executor as _, MySqlPool, PgPool};

use crate::Trouble;

/// What one table is called, and its columns.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) text: &'static str,
}

/// A table in a database.
#[derive(Debug)]
pub(crate) struct Rows {
    place: Place,
    insert: String,
    find: String,
}

#[derive(Debug)]
enum Place {
    Memory(Mutex<BTreeMap<u32, (String, String)>>),
    Sqlite(Arc<Mutex<Connection>>),
    Postgres(PgPool),
    MySql(MySqlPool),
}

impl Rows {
    /// The table at `memory:`, `sqlite:PATH`, `postgres://` or `mysql://`; it is made if it is not there.
    pub(crate) async fn open(url: &str, table: &Table) -> Result<Self, Trouble> {
        let create = table.create();
        let place = match url.split_once(':') {
            Some(("memory", "")) => Place::Memory(Mutex::default()),
            Some(("sqlite", path)) => Place::Sqlite(Arc::new(Mutex::new(sqlite(path, &create)?))),
            Some(("postgres", _)) => {
                let pool = PgPool::connect(url).await?;
                pool.execute(create.as_str()).await?;
                Place::Postgres(pool)
            }
            Some(("mysql", _)) => {
                let pool = MySqlPool::connect(url).await?;
                pool.execute(create.as_str()).await?;
                Place::MySql(pool)
            }
            // Its scheme alone: the rest may hold a password.
            other => return Err(format!("no database is called {:?}", other.map(|(scheme, _)| scheme)).into()),
        };
        let marks = if matches!(place, Place::Postgres(_)) { ["$1", "$2", "$3"] } else { ["?", "?", "?"] };
        Ok(Self { place, insert: table.insert(marks), find: table.find(marks[0]) })
    }

    /// Enters a row; `false` if its number or its label has one. After an error it is unknown: [`find`](Self::find).
    pub(crate) async fn enter(&self, number: u32, label: &str, text: &str) -> Result<bool, Trouble> {
        let written = match &self.place {
            Place::Memory(rows) => {
                let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
                let unique = rows.iter().all(|(other, row)| *other != number && row.0 != label);
                return Ok(unique && rows.insert(number, (label.to_owned(), text.to_owned())).is_none());
            }
            Place::Sqlite(connection) => {
                let row = (i64::from(number), label.to_owned(), text.to_owned());
                let sql = self.insert.clone();
                return match blocking(connection, move |db: &Connection| db.execute(&sql, row)).await? {
                    Ok(_) => Ok(true),
                    Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
                    Err(error) => Err(error.into()),
                };
            }
            Place::Postgres(pool) => {
                let insert = sqlx::query(&self.insert).bind(i64::from(number)).bind(label).bind(text);
                insert.execute(pool).await.map(drop)
            }
            Place::MySql(pool) => {
                let insert = sqlx::query(&self.insert).bind(i64::from(number)).bind(label).bind(text);
                insert.execute(pool).await.map(drop)
            }
        };
        match written {
            Ok(()) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Label and text of the row with this number.
    pub(crate) async fn find(&self, number: u32) -> Result<Option<(String, String)>, Trouble> {
        let wanted = i64::from(number);
        Ok(match &self.place {
            Place::Memory(rows) => rows.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned(),
            Place::Sqlite(connection) => {
                let sql = self.find.clone();
                let find = move |db: &Connection| {
                    db.query_row(&sql, [wanted], |row| Ok((row.get(0)?, row.get(1)?))).optional()
                };
                blocking(connection, find).await??
            }
            Place::Postgres(pool) => sqlx::query_as(&self.find).bind(wanted).fetch_optional(pool).await?,
            Place::MySql(pool) => sqlx::query_as(&self.find).bind(wanted).fetch_optional(pool).await?,
        })
    }
}

/// These statements are the same in SQLite, PostgreSQL and MySQL, but for how they name what is bound.
impl Table {
    fn create(&self) -> String {
        let Self { name, label, text } = self;
        format!(
            "CREATE TABLE IF NOT EXISTS {name} (order_number BIGINT NOT NULL PRIMARY KEY, \
             {label} CHAR(32) NOT NULL UNIQUE, {text} VARCHAR(1000) NOT NULL)"
        )
    }

    fn insert(&self, [a, b, c]: [&str; 3]) -> String {
        let Self { name, label, text } = self;
        format!("INSERT INTO {name} (order_number, {label}, {text}) VALUES ({a}, {b}, {c})")
    }

    fn find(&self, a: &str) -> String {
        let Self { name, label, text } = self;
        format!("SELECT {label}, {text} FROM {name} WHERE order_number = {a}")
    }
}

fn sqlite(path: &str, create: &str) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(core::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(create)?;
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
