//! PostgreSQL.

use countersign::*;
use sqlx::{Executor as _, PgConnection, PgPool, Postgres};

use crate::cases;
use crate::desk::{Desk, Place};
use crate::outage::{a_full_disk_is_unavailable, nothing_is_approved_meanwhile};
use crate::private::Private;
use crate::support::{customer, payment};
use crate::table::{self, Engine, Row};

type Table = table::Table<Postgresql>;

cases::stamp!(Table, "needs PostgreSQL: scripts/live-stores": the_store the_table the_server);

pub struct Postgresql;

impl Engine for Postgresql {
    type Db = Postgres;

    const URL: [&'static str; 2] = ["COUNTERSIGN_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test"];
    const ROWS: &'static str = "SELECT key, record, convert_to(forget_at::text, 'UTF8') FROM TABLE_NAME ORDER BY key";
    const MIX_UP: &'static str =
        "UPDATE TABLE_NAME SET record = (SELECT record FROM TABLE_NAME t WHERE t.key <> TABLE_NAME.key)";
    const ADVANCE: &'static str = "UPDATE TABLE_NAME SET forget_at = forget_at - interval '? seconds'";
    const SETTINGS: &'static [&'static str] = &[
        "SET default_transaction_isolation = 'repeatable read'",
        "SET default_transaction_isolation = 'serializable'",
        "SET TIME ZONE '+13'",
    ];
    const DURABLE: &'static [&'static str] = &["fsync=on", "synchronous_commit=on"];
    const LOSSY: &'static [&'static str] = &["fsync=on", "synchronous_commit=off", "wal_buffers=64MB"];

    async fn open(options: SqlxOptions, pool: PgPool) -> Result<SqlxStore<Postgres>, SqlxStoreError> {
        options.postgres(pool).await
    }

    async fn sweep(store: &SqlxStore<Postgres>, limit: u32) -> Result<u64, SqlxStoreError> {
        store.sweep(limit).await
    }

    async fn execute(connection: &mut PgConnection, sql: &str) -> u64 {
        connection.execute(sql).await.unwrap().rows_affected()
    }

    async fn rows(connection: &mut PgConnection, sql: &str) -> Vec<Row> {
        sqlx::query_as(sql).fetch_all(connection).await.unwrap()
    }

    fn server(settings: &[&str]) -> Private {
        Private::postgres(settings)
    }

    fn url_of(port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/postgres")
    }

    /// The process that writes what no commit waits for comes round whenever a page of the log is full, so that a kill loses
    /// part of a page, which may hold nothing. A stalled disk would hold it up like this.
    fn hold_back(server: &Private) {
        server.freeze_child("walwriter");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/live-stores"]
async fn f16_a_write_that_a_trigger_drops_approves_nothing() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let function = "CREATE FUNCTION TABLE_NAME_drop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'";
    table.execute(function).await;
    let trigger = "CREATE TRIGGER lost BEFORE UPDATE ON TABLE_NAME FOR EACH ROW EXECUTE FUNCTION TABLE_NAME_drop()";
    table.execute(trigger).await;
    let dropped = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(dropped, Err(Failure::Unavailable(Unavailable::Cause(Cause::Contention)))), "{dropped:?}");
    table.execute("DROP FUNCTION TABLE_NAME_drop() CASCADE").await;
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/live-stores"]
async fn f54_opening_refuses_what_loses_and_what_is_not_its_table() {
    let table = Table::new().await;
    assert!(table.refusal("SET synchronous_commit = off").await.contains("synchronous_commit is off"));
    assert!(table.refusal("SET default_transaction_read_only = on").await.contains("read-only"));
    let unwaited = table::pool::<Postgresql>(1, "SET synchronous_commit = off").await;
    assert!(table.options().lossy().postgres(unwaited).await.is_ok());
    table.execute("ALTER TABLE TABLE_NAME SET UNLOGGED").await;
    assert!(table.refusal("SELECT 1").await.contains("UNLOGGED"));
    assert!(table.options().lossy().postgres(table.pool.clone()).await.is_ok());
    table.execute("ALTER TABLE TABLE_NAME SET LOGGED").await;
    table.execute("ALTER TABLE TABLE_NAME ALTER COLUMN record TYPE text USING encode(record, 'hex')").await;
    assert!(table.refusal("SELECT 1").await.contains("record must be bytea"));
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: scripts/live-stores"]
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
    let insert = "INSERT INTO TABLE_NAME VALUES (decode(repeat('5a', 32), 'hex'), decode(repeat('6b', 400), 'hex'))";
    table.execute(insert).await;
    assert_eq!(store.load_async(&key).await.unwrap(), Some(long));
    table.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL's programs: scripts/live-stores"]
async fn f55_a_replica_or_a_full_disk_is_unavailable() {
    let (server, _, desk) = table::private_desk::<Postgresql>(&["fsync=on"]).await;
    let url = Postgresql::url_of(server.port);
    let replica = server.file("standby.signal");
    let demote = async || {
        server.kill();
        std::fs::write(&replica, "").unwrap();
        server.start();
        while PgPool::connect(&url).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    let promote = async || {
        PgPool::connect(&url).await.unwrap().execute("SELECT pg_promote()").await.unwrap();
    };
    nothing_is_approved_meanwhile(&desk, "read-only replica", demote, promote).await;
    let admin = PgPool::connect(&url).await.unwrap();
    let rows = "INSERT INTO countersign_records SELECT decode(md5(n::text) || md5((-n)::text), 'hex'), \
                decode(repeat('00', 384), 'hex'), clock_timestamp() FROM generate_series(1, 60000) n";
    let full = async || {
        admin.execute(rows).await.unwrap();
        // The log's segments are made in advance, at 16 MiB each; the table is larger already.
        server.limit_files("17000000");
    };
    let freed = async || server.limit_files("unlimited");
    a_full_disk_is_unavailable(&desk, "could not extend file", full, freed).await;
}
