//! PostgreSQL.

mod outages;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::*;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Executor as _, PgPool, Postgres};

use crate::desk::{Desk, Place};
use crate::outage::TIME_OUT;
use crate::proxy::{Proxy, a_silent_connection_is_replaced};
use crate::support::{customer, payment};
use crate::{cases, dropped};

cases::stamp!(Table::new, "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL");

/// A table of a test's own.
pub struct Table {
    pool: PgPool,
    name: String,
}

fn url() -> String {
    std::env::var("COUNTERSIGN_POSTGRES_URL").unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned())
}

async fn pool(connections: u32, settings: &str) -> PgPool {
    let settings = settings.to_owned();
    let options = PgPoolOptions::new().max_connections(connections).after_connect(move |connection, _| {
        let settings = settings.clone();
        Box::pin(async move { connection.execute(settings.as_str()).await.map(drop) })
    });
    options.connect(&url()).await.unwrap()
}

impl Table {
    pub async fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("records_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let table = Self { pool: pool(2, "").await, name };
        table.options().migrate().postgres(table.pool.clone()).await.unwrap();
        table
    }

    fn options(&self) -> SqlxOptions {
        SqlxOptions::new().table(&self.name).unwrap()
    }

    async fn execute(&self, sql: &str) {
        let sql = sql.replace("TABLE_NAME", &self.name);
        self.pool.execute(sql.as_str()).await.unwrap();
    }

    async fn open_with(&self, connections: u32, settings: &str) -> SqlxStore<Postgres> {
        self.options().postgres(pool(connections, settings).await).await.unwrap()
    }

    pub async fn clear(&self) {
        self.execute("DROP TABLE TABLE_NAME").await;
    }
}

impl Place for Table {
    type Store = SqlxStore<Postgres>;

    async fn open(&self) -> Self::Store {
        self.open_with(8, "").await
    }

    async fn dump(&self) -> Vec<u8> {
        let sql = format!("SELECT key, record, convert_to(forget_at::text, 'UTF8') FROM {} ORDER BY key", self.name);
        let rows =
            sqlx::query_as::<_, (Vec<u8>, Vec<u8>, Option<Vec<u8>>)>(&sql).fetch_all(&self.pool).await.unwrap();
        rows.into_iter()
            .flat_map(|(key, record, forget)| [key, record, forget.unwrap_or_default()].concat())
            .collect()
    }

    async fn advance(&self, seconds: u64) {
        self.execute(&format!("UPDATE TABLE_NAME SET forget_at = forget_at - interval '{seconds} seconds'")).await;
    }
}

#[cfg(feature = "conformance")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn the_suite_of_any_store_passes() {
    let table = Table::new().await;
    let stores = Mutex::new(vec![table.open_with(16, "").await, table.open_with(16, "").await]);
    let suite = conformance::Suite::new().clock_async(|seconds| table.advance(seconds));
    let open = || stores.lock().unwrap().pop().unwrap();
    let report = suite.check_spawned(open, |task| drop(tokio::spawn(task))).await;
    println!("{report:?}");
    assert!(report.unwrap().unchecked.is_empty());
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn f16_a_write_that_is_dropped_or_lands_elsewhere_approves_nothing() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    table
        .execute("CREATE FUNCTION TABLE_NAME_drop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        .await;
    table
        .execute("CREATE TRIGGER lost BEFORE UPDATE ON TABLE_NAME FOR EACH ROW EXECUTE FUNCTION TABLE_NAME_drop()")
        .await;
    let dropped = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(dropped, Err(Failure::Unavailable(Unavailable::Cause(Cause::Contention)))), "{dropped:?}");
    table.execute("DROP FUNCTION TABLE_NAME_drop() CASCADE").await;
    let other = Subject::new("another").unwrap();
    desk.issue(&other, &payment(1)).await.unwrap();
    table
        .execute("UPDATE TABLE_NAME SET record = (SELECT record FROM TABLE_NAME t WHERE t.key <> TABLE_NAME.key)")
        .await;
    let elsewhere = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(elsewhere), Reason::CorruptRecord);
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn f54_without_its_table_nothing_is_approved() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    table.clear().await;
    let answer = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(answer, Err(Failure::Unavailable(Unavailable::Store(_)))), "{answer:?}");
    let opened = table.options().postgres(table.pool.clone()).await;
    assert_eq!(opened.unwrap_err().to_string(), "the table of records does not exist");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn every_isolation_level_answers_right() {
    for level in ["read committed", "repeatable read", "serializable"] {
        let table = Isolated(Table::new().await, level);
        cases::f01_one_code_in_64_tasks_is_approved_once(&table).await;
        table.0.execute("TRUNCATE TABLE_NAME").await;
        cases::f02_of_64_wrong_codes_at_once_five_are_judged(&table).await;
        table.0.execute("TRUNCATE TABLE_NAME").await;
        cases::a_create_replaces_what_is_forgotten_and_nothing_else(&table).await;
        table.0.clear().await;
    }
}

/// A table whose sessions default to an isolation level.
struct Isolated(Table, &'static str);

impl Place for Isolated {
    type Store = SqlxStore<Postgres>;

    async fn open(&self) -> Self::Store {
        self.0.open_with(8, &format!("SET default_transaction_isolation = '{}'", self.1)).await
    }

    async fn dump(&self) -> Vec<u8> {
        self.0.dump().await
    }

    async fn advance(&self, seconds: u64) {
        self.0.advance(seconds).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn a_dropped_future_leaves_what_the_next_call_reads() {
    let table = Table::new().await;
    dropped::at_every_point("warm", &Desk::new(table.open_with(1, "").await), async || {}).await;
    let own = pool(1, "").await;
    let cold = Desk::new(table.options().postgres(own.clone()).await.unwrap());
    dropped::at_every_point("cold", &cold, async || own.acquire().await.unwrap().close().await.unwrap()).await;
    table.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn f55_a_silent_connection_is_replaced() {
    let table = Table::new().await;
    let direct = url().parse::<PgConnectOptions>().unwrap();
    let proxy = Proxy::to(direct.get_port()).await;
    let own = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    let own = own.connect_with(direct.port(proxy.port)).await.unwrap();
    let desk = Desk::new(table.options().time_out(TIME_OUT / 2).postgres(own).await.unwrap());
    a_silent_connection_is_replaced(&desk, &proxy).await;
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
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
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn opening_refuses_what_loses_and_what_is_not_its_table() {
    let table = Table::new().await;
    let open = async |settings: &str| table.options().postgres(pool(1, settings).await).await;
    let refusal = async |settings: &str| open(settings).await.unwrap_err().to_string();
    assert!(refusal("SET synchronous_commit = off").await.contains("synchronous_commit is off"));
    assert!(refusal("SET default_transaction_read_only = on").await.contains("read-only"));
    let lossy = table.options().lossy().postgres(pool(1, "SET synchronous_commit = off").await).await;
    assert!(lossy.is_ok());
    table.execute("ALTER TABLE TABLE_NAME ALTER COLUMN record TYPE text USING encode(record, 'hex')").await;
    assert!(refusal("").await.contains("record must be bytea"));
    table.clear().await;
    let (one, two) = (table.options().migrate(), table.options().migrate());
    let (one, two) = tokio::join!(one.postgres(pool(1, "").await), two.postgres(pool(1, "").await));
    assert!(one.is_ok() && two.is_ok(), "two processes migrate at once");
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL; reads COUNTERSIGN_POSTGRES_URL"]
async fn an_error_quotes_no_row_and_what_is_damaged_is_loaded() {
    let table = Table::new().await;
    let store = table.open().await;
    let (key, long) = (Key::from_bytes([0x5a; 32]), Record::from_bytes(&[0x6b; 400]));
    table.execute("ALTER TABLE TABLE_NAME ADD CHECK (octet_length(record) < 300)").await;
    let error = store.swap_async(&key, None, &long).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    let texts = format!("{error} {error:?} {source} {source:?}").to_lowercase();
    assert!(texts.contains("23514"), "{texts}");
    assert!(!texts.contains("5a5a") && !texts.contains("6b6b") && !texts.contains("107, 107"), "{texts}");
    table.execute("ALTER TABLE TABLE_NAME DROP CONSTRAINT TABLE_NAME_record_check").await;
    table.execute("ALTER TABLE TABLE_NAME DROP CONSTRAINT TABLE_NAME_record_check1").await;
    table
        .execute("INSERT INTO TABLE_NAME VALUES (decode(repeat('5a', 32), 'hex'), decode(repeat('6b', 400), 'hex'))")
        .await;
    assert_eq!(store.load_async(&key).await.unwrap(), Some(long));
    table.clear().await;
}
