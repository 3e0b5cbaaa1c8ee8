//! A database of a test's own, on each engine.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{Connection as _, Executor as _, MySqlConnection, PgConnection};
use tokio::runtime::Runtime;

use crate::house::Folder;

pub struct Engine {
    pub store: String,
    pub ledger: String,
    clear: Option<Box<dyn Fn()>>,
}

impl Engine {
    pub fn sqlite(folder: &Folder) -> Self {
        Self { store: file(folder, "records.db"), ledger: file(folder, "ledger.db"), clear: None }
    }

    pub fn postgres(_: &Folder) -> Self {
        let (url, name) = (variable("COUNTERSIGN_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test"), name());
        postgres(&url, &format!("CREATE SCHEMA {name}"));
        let separator = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{separator}options[search_path]={name}");
        let clear = move || postgres(&url, &format!("DROP SCHEMA {name} CASCADE"));
        Self { store: own.clone(), ledger: own, clear: Some(Box::new(clear)) }
    }

    pub fn mysql(_: &Folder) -> Self {
        let (url, name) = (variable("COUNTERSIGN_MYSQL_URL", "mysql://root@127.0.0.1:3306/test"), name());
        mysql(&url, &format!("CREATE DATABASE {name}"));
        let own = format!("{}/{name}", url.rsplit_once('/').unwrap().0);
        let clear = move || mysql(&url, &format!("DROP DATABASE {name}"));
        Self { store: own.clone(), ledger: own, clear: Some(Box::new(clear)) }
    }

    /// Money is entered in no Redis: the ledger is a file. The records, under keys of this test's own, expire.
    pub fn redis(folder: &Folder) -> Self {
        let store = variable("COUNTERSIGN_REDIS_URL", "redis://127.0.0.1:6379");
        Self { store, ledger: file(folder, "ledger.db"), clear: None }
    }

    /// Drops the tables of what is kept in files, so that whoever asks gets an error; whether there were any.
    pub fn ruin(&self) -> bool {
        let files = [&self.store, &self.ledger].into_iter().filter_map(|url| url.strip_prefix("sqlite:"));
        files.map(drop_tables).count() > 0
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.clear.iter().for_each(|clear| clear());
    }
}

fn file(folder: &Folder, name: &str) -> String {
    format!("sqlite:{}", folder.path(name).display())
}

fn drop_tables(path: &str) {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        database.execute_batch(&format!("DROP TABLE {name}")).unwrap();
    }
}

fn variable(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

fn name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("gateway_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn postgres(url: &str, sql: &str) {
    let work = async { PgConnection::connect(url).await.unwrap().execute(sql).await.map(drop) };
    Runtime::new().unwrap().block_on(work).unwrap();
}

fn mysql(url: &str, sql: &str) {
    let work = async { MySqlConnection::connect(url).await.unwrap().execute(sql).await.map(drop) };
    Runtime::new().unwrap().block_on(work).unwrap();
}

/// Stamps tests on every engine; those that need a server are ignored unless asked for.
macro_rules! stamp {
    ($($case:ident)*) => {$(
        mod $case {
            crate::engine::stamp! { @ $case, sqlite }
            crate::engine::stamp! { @ $case, postgres, ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL" }
            crate::engine::stamp! { @ $case, mysql, ignore = "needs MariaDB or MySQL; reads COUNTERSIGN_MYSQL_URL" }
            crate::engine::stamp! { @ $case, redis, ignore = "needs Redis; reads COUNTERSIGN_REDIS_URL" }
        }
    )*};
    (@ $case:ident, $engine:ident $(, $ignore:meta)?) => {
        #[test]
        $(#[$ignore])?
        fn $engine() {
            let folder = crate::house::Folder::new();
            super::$case(&folder, &crate::engine::Engine::$engine(&folder));
        }
    };
}
pub(crate) use stamp;
