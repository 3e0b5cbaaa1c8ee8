//! MariaDB; MySQL speaks the same.

mod outages;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::*;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{Executor as _, MySql, MySqlPool};

use crate::desk::{Desk, Place};
use crate::outage::TIME_OUT;
use crate::proxy::{Proxy, a_silent_connection_is_replaced};
use crate::support::{customer, payment};
use crate::{cases, dropped};

cases::stamp!(Table::new, "needs MariaDB; reads COUNTERSIGN_MYSQL_URL");

/// A table of a test's own.
pub struct Table {
    pool: MySqlPool,
    name: String,
}

fn url() -> String {
    std::env::var("COUNTERSIGN_MYSQL_URL").unwrap_or_else(|_| "mysql://root@127.0.0.1:3306/test".to_owned())
}

async fn pool(connections: u32, settings: &str) -> MySqlPool {
    let settings = settings.to_owned();
    let options = MySqlPoolOptions::new().max_connections(connections).after_connect(move |connection, _| {
        let settings = settings.clone();
        Box::pin(async move { connection.execute(settings.as_str()).await.map(drop) })
    });
    options.connect(&url()).await.unwrap()
}

impl Table {
    pub async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("records_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let table = Self { pool: pool(2, "DO 0").await, name };
        table.options().migrate().mysql(table.pool.clone()).await.unwrap();
        table
    }

    fn options(&self) -> SqlxOptions {
        SqlxOptions::new().table(&self.name).unwrap()
    }

    async fn execute(&self, sql: &str) {
        let sql = sql.replace("TABLE_NAME", &self.name);
        self.pool.execute(sql.as_str()).await.unwrap();
    }

    async fn open_with(&self, connections: u32, settings: &str) -> SqlxStore<MySql> {
        self.options().mysql(pool(connections, settings).await).await.unwrap()
    }

    pub async fn clear(&self) {
        self.execute("DROP TABLE TABLE_NAME").await;
    }
}

impl Place for Table {
    type Store = SqlxStore<MySql>;

    async fn open(&self) -> Self::Store {
        self.open_with(8, "DO 0").await
    }

    async fn dump(&self) -> Vec<u8> {
        let sql = format!("SELECT `key`, record, CAST(forget_at AS BINARY) FROM {} ORDER BY `key`", self.name);
        let rows =
            sqlx::query_as::<_, (Vec<u8>, Vec<u8>, Option<Vec<u8>>)>(&sql).fetch_all(&self.pool).await.unwrap();
        rows.into_iter()
            .flat_map(|(key, record, forget)| [key, record, forget.unwrap_or_default()].concat())
            .collect()
    }

    async fn advance(&self, seconds: u64) {
        self.execute(&format!("UPDATE TABLE_NAME SET forget_at = forget_at - INTERVAL {seconds} SECOND")).await;
    }
}

#[cfg(feature = "conformance")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn the_suite_of_any_store_passes() {
    let table = Table::new().await;
    let stores = Mutex::new(vec![table.open_with(16, "DO 0").await, table.open_with(16, "DO 0").await]);
    let suite = conformance::Suite::new().clock_async(|seconds| table.advance(seconds));
    let open = || stores.lock().unwrap().pop().unwrap();
    let report = suite.check_spawned(open, |task| drop(tokio::spawn(task))).await;
    println!("{report:?}");
    assert!(report.unwrap().unchecked.is_empty());
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn f16_a_write_that_fails_or_lands_elsewhere_approves_nothing() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let signal = "CREATE TRIGGER TABLE_NAME_lost BEFORE UPDATE ON TABLE_NAME FOR EACH ROW SIGNAL SQLSTATE '45000'";
    table.execute(signal).await;
    let failed = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(failed, Err(Failure::Unavailable(Unavailable::Store(_)))), "{failed:?}");
    table.execute("DROP TRIGGER TABLE_NAME_lost").await;
    desk.issue(&Subject::new("another").unwrap(), &payment(1)).await.unwrap();
    table.execute("UPDATE TABLE_NAME SET `key` = REVERSE(`key`)").await;
    let gone = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(gone), Reason::UnknownHandle);
    table.execute("UPDATE TABLE_NAME SET `key` = REVERSE(`key`)").await;
    table.execute("UPDATE TABLE_NAME a JOIN TABLE_NAME b ON a.`key` <> b.`key` SET a.record = b.record").await;
    let elsewhere = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(elsewhere), Reason::CorruptRecord);
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn f54_without_its_table_nothing_is_approved() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    table.clear().await;
    let answer = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(answer, Err(Failure::Unavailable(Unavailable::Store(_)))), "{answer:?}");
    let opened = table.options().mysql(table.pool.clone()).await;
    assert_eq!(opened.unwrap_err().to_string(), "the table of records does not exist");
}

/// A table whose sessions begin with these settings.
struct Settled(Table, &'static str);

impl Place for Settled {
    type Store = SqlxStore<MySql>;

    async fn open(&self) -> Self::Store {
        self.0.open_with(8, self.1).await
    }

    async fn dump(&self) -> Vec<u8> {
        self.0.dump().await
    }

    async fn advance(&self, seconds: u64) {
        self.0.advance(seconds).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn every_isolation_level_and_mode_answers_right() {
    for settings in [
        "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION innodb_snapshot_isolation = ON",
        "SET SESSION sql_mode = ''",
        "SET SESSION sql_mode = 'ANSI'",
        "SET SESSION time_zone = '+13:00', collation_connection = 'utf8mb4_general_ci'",
    ] {
        println!("{settings}");
        let table = Settled(Table::new().await, settings);
        cases::f01_one_code_in_64_tasks_is_approved_once(&table).await;
        table.0.execute("TRUNCATE TABLE_NAME").await;
        cases::f02_of_64_wrong_codes_at_once_five_are_judged(&table).await;
        table.0.execute("TRUNCATE TABLE_NAME").await;
        cases::a_create_replaces_what_is_forgotten_and_nothing_else(&table).await;
        table.0.execute("TRUNCATE TABLE_NAME").await;
        cases::a_swap_writes_over_equal_bytes_alone(&table).await;
        table.0.clear().await;
    }
}

#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn with_autocommit_off_nothing_is_written_and_nothing_approved() {
    let table = Table::new().await;
    let own = pool(1, "DO 0").await;
    let desk = Desk::new(table.options().mysql(own.clone()).await.unwrap());
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let before = table.dump().await;
    let off = async || {
        own.execute("SET autocommit = 0").await.unwrap();
    };
    off().await;
    let verified = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(verified, Err(Failure::Unavailable(Unavailable::Store(_)))), "{verified:?}");
    let (key, record) = (Key::from_bytes([1; 32]), Record::from_bytes(&[1]));
    assert_eq!(desk.store.swap_async(&key, None, &record).await.unwrap(), Swap::Done, "on the next connection");
    off().await;
    assert!(desk.store.swap_async(&Key::from_bytes([2; 32]), None, &record).await.is_err());
    off().await;
    assert!(desk.store.swap_async(&key, Some(&record), &Record::from_bytes(&[2])).await.is_err());
    assert_eq!(table.dump().await.len(), before.len() + 33);
    let opened = table.options().mysql(pool(1, "SET autocommit = 0").await).await;
    assert!(opened.unwrap_err().to_string().contains("autocommit"));
    table.clear().await;
}

/// Why a create is not `ON DUPLICATE KEY UPDATE`: with what `sqlx` asks for, it says 1 whether it wrote or not.
#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn the_client_counts_rows_that_were_found() {
    let table = Table::new().await;
    let create = "INSERT INTO TABLE_NAME VALUES (REPEAT('k', 32), 'r', NULL) ON DUPLICATE KEY UPDATE record = record";
    let counted = async |sql: &str| {
        let sql = sql.replace("TABLE_NAME", &table.name);
        table.pool.execute(sql.as_str()).await.unwrap().rows_affected()
    };
    assert_eq!(counted(create).await, 1, "written");
    assert_eq!(counted(create).await, 1, "not written");
    assert_eq!(counted("UPDATE TABLE_NAME SET record = record").await, 1, "found, not changed");
    table.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn a_dropped_future_leaves_what_the_next_call_reads() {
    let table = Table::new().await;
    dropped::at_every_point("warm", &Desk::new(table.open_with(1, "DO 0").await), async || {}).await;
    let own = pool(1, "DO 0").await;
    let cold = Desk::new(table.options().mysql(own.clone()).await.unwrap());
    dropped::at_every_point("cold", &cold, async || own.acquire().await.unwrap().close().await.unwrap()).await;
    table.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn f55_a_silent_connection_is_replaced() {
    let table = Table::new().await;
    let direct = url().parse::<MySqlConnectOptions>().unwrap();
    let proxy = Proxy::to(direct.get_port()).await;
    let own = MySqlPoolOptions::new().max_connections(1).test_before_acquire(false);
    let own = own.connect_with(direct.port(proxy.port)).await.unwrap();
    let desk = Desk::new(table.options().time_out(TIME_OUT / 2).mysql(own).await.unwrap());
    a_silent_connection_is_replaced(&desk, &proxy).await;
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn a_sweep_deletes_what_may_go_in_batches() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    for number in 0..5 {
        desk.issue(&Subject::new(&format!("customer-{number}")).unwrap(), &payment(1)).await.unwrap();
    }
    assert_eq!(desk.store.sweep(3).await.unwrap(), 0);
    table.advance(402 * 86_400).await;
    desk.issue(&customer(), &payment(1)).await.unwrap();
    let swept = [desk.store.sweep(3).await, desk.store.sweep(3).await, desk.store.sweep(3).await].map(Result::unwrap);
    assert_eq!(swept, [3, 2, 0]);
    assert!(!table.dump().await.is_empty(), "one must be kept");
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB; reads COUNTERSIGN_MYSQL_URL"]
async fn opening_refuses_a_table_that_would_lose_or_cut() {
    let table = Table::new().await;
    let refusal = async || table.options().mysql(table.pool.clone()).await.unwrap_err().to_string();
    for (damage, repair, says) in [
        ("MODIFY record VARBINARY(255) NOT NULL", "MODIFY record VARBINARY(384) NOT NULL", "VARBINARY(384)"),
        ("MODIFY record VARCHAR(384) NOT NULL", "MODIFY record VARBINARY(384) NOT NULL", "VARBINARY(384)"),
        ("MODIFY `key` CHAR(32) NOT NULL", "MODIFY `key` BINARY(32) NOT NULL", "BINARY(32)"),
        ("MODIFY forget_at TIMESTAMP NULL", "MODIFY forget_at DATETIME(6) NULL", "DATETIME(6)"),
        ("ENGINE = MyISAM", "ENGINE = InnoDB", "InnoDB"),
    ] {
        table.execute(&format!("ALTER TABLE TABLE_NAME {damage}")).await;
        assert!(refusal().await.contains(says), "{damage}");
        table.execute(&format!("ALTER TABLE TABLE_NAME {repair}")).await;
    }
    table.clear().await;
    let (one, two) = (table.options().migrate(), table.options().migrate());
    let (one, two) = tokio::join!(one.mysql(pool(1, "DO 0").await), two.mysql(pool(1, "DO 0").await));
    assert!(one.is_ok() && two.is_ok(), "two processes migrate at once");
    table.clear().await;
}
