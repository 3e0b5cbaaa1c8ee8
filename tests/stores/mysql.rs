//! MariaDB; MySQL speaks the same.

use countersign::*;
use sqlx::{Executor as _, MySql, MySqlConnection, MySqlPool};

use crate::cases;
use crate::desk::{Desk, Place};
use crate::outage::{a_full_disk_is_unavailable, nothing_is_approved_meanwhile};
use crate::private::Private;
use crate::support::{customer, payment};
use crate::table::{self, Engine, Row};

type Table = table::Table<Mariadb>;

cases::stamp!(Table, "needs MariaDB: scripts/live-stores": the_store the_table the_server);

pub struct Mariadb;

impl Engine for Mariadb {
    type Db = MySql;

    const URL: [&'static str; 2] = ["COUNTERSIGN_MYSQL_URL", "mysql://root@127.0.0.1:3306/test"];
    const ROWS: &'static str = "SELECT `key`, record, CAST(forget_at AS BINARY) FROM TABLE_NAME ORDER BY `key`";
    const MIX_UP: &'static str =
        "UPDATE TABLE_NAME a JOIN TABLE_NAME b ON a.`key` <> b.`key` SET a.record = b.record";
    const ADVANCE: &'static str = "UPDATE TABLE_NAME SET forget_at = forget_at - INTERVAL ? SECOND";
    const SETTINGS: &'static [&'static str] = &[
        "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
        "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION innodb_snapshot_isolation = ON",
        "SET SESSION sql_mode = ''",
        "SET SESSION sql_mode = 'ANSI'",
        "SET SESSION time_zone = '+13:00', collation_connection = 'utf8mb4_general_ci'",
    ];
    const DURABLE: &'static [&'static str] = &["--innodb-flush-log-at-trx-commit=1"];
    const LOSSY: &'static [&'static str] =
        &["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-log-at-timeout=60"];

    async fn open(options: SqlxOptions, pool: MySqlPool) -> Result<SqlxStore<MySql>, SqlxStoreError> {
        options.mysql(pool).await
    }

    async fn sweep(store: &SqlxStore<MySql>, limit: u32) -> Result<u64, SqlxStoreError> {
        store.sweep(limit).await
    }

    async fn execute(connection: &mut MySqlConnection, sql: &str) -> u64 {
        connection.execute(sql).await.unwrap().rows_affected()
    }

    async fn rows(connection: &mut MySqlConnection, sql: &str) -> Vec<Row> {
        sqlx::query_as(sql).fetch_all(connection).await.unwrap()
    }

    fn server(settings: &[&str]) -> Private {
        Private::mariadb(settings)
    }

    fn url_of(port: u16) -> String {
        format!("mysql://root@127.0.0.1:{port}/mysql")
    }
}

#[tokio::test]
#[ignore = "needs MariaDB: scripts/live-stores"]
async fn f16_a_write_that_fails_or_finds_no_row_approves_nothing() {
    let table = Table::new().await;
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let signal = "CREATE TRIGGER TABLE_NAME_lost BEFORE UPDATE ON TABLE_NAME FOR EACH ROW SIGNAL SQLSTATE '45000'";
    table.execute(signal).await;
    let failed = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(failed, Err(Failure::Unavailable(Unavailable::Store(_)))), "{failed:?}");
    table.execute("DROP TRIGGER TABLE_NAME_lost").await;
    table.execute("UPDATE TABLE_NAME SET `key` = REVERSE(`key`)").await;
    let gone = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert_eq!(crate::support::reason(gone), Reason::UnknownHandle);
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB: scripts/live-stores"]
async fn with_autocommit_off_nothing_is_written_and_nothing_approved() {
    let table = Table::new().await;
    let own = table::pool::<Mariadb>(1, "DO 0").await;
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
    assert!(table.refusal("SET autocommit = 0").await.contains("autocommit"));
    table.clear().await;
}

/// Why a create is not `ON DUPLICATE KEY UPDATE`: with what `sqlx` asks for, it says 1 whether it wrote or not.
#[tokio::test]
#[ignore = "needs MariaDB: scripts/live-stores"]
async fn the_client_counts_rows_that_were_found() {
    let table = Table::new().await;
    let create = "INSERT INTO TABLE_NAME VALUES (REPEAT('k', 32), 'r', NULL) ON DUPLICATE KEY UPDATE record = record";
    assert_eq!(table.execute(create).await, 1, "written");
    assert_eq!(table.execute(create).await, 1, "not written");
    assert_eq!(table.execute("UPDATE TABLE_NAME SET record = record").await, 1, "found, not changed");
    table.clear().await;
}

#[tokio::test]
#[ignore = "needs MariaDB: scripts/live-stores"]
async fn f54_opening_refuses_a_table_that_would_lose_or_cut() {
    let table = Table::new().await;
    for (damage, repair, says) in [
        ("MODIFY record VARBINARY(255) NOT NULL", "MODIFY record VARBINARY(384) NOT NULL", "VARBINARY(384)"),
        ("MODIFY record VARCHAR(384) NOT NULL", "MODIFY record VARBINARY(384) NOT NULL", "VARBINARY(384)"),
        ("MODIFY `key` CHAR(32) NOT NULL", "MODIFY `key` BINARY(32) NOT NULL", "BINARY(32)"),
        ("MODIFY forget_at TIMESTAMP NULL", "MODIFY forget_at DATETIME(6) NULL", "DATETIME(6)"),
        ("ENGINE = MyISAM", "ENGINE = InnoDB", "InnoDB"),
    ] {
        table.execute(&format!("ALTER TABLE TABLE_NAME {damage}")).await;
        assert!(table.refusal("DO 0").await.contains(says), "{damage}");
        table.execute(&format!("ALTER TABLE TABLE_NAME {repair}")).await;
    }
    table.clear().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB's programs: scripts/live-stores"]
async fn f55_a_replica_or_a_full_disk_is_unavailable() {
    let small = ["--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:32M"];
    let (server, _, desk) = table::private_desk::<Mariadb>(&small).await;
    let admin = MySqlPool::connect(&Mariadb::url_of(server.port)).await.unwrap();
    let set = async |value: u8| {
        admin.execute(format!("SET GLOBAL read_only = {value}").as_str()).await.unwrap();
    };
    // An account that may write to a replica, as root may: the server itself would not refuse.
    nothing_is_approved_meanwhile(&desk, "read-only replica", async || set(1).await, async || set(0).await).await;
    // The one file of all tables may not grow any more: what the server says of it is what it says of a full disk.
    let full = async || {
        admin.execute("CREATE TABLE filler (bytes LONGBLOB) ENGINE = InnoDB").await.unwrap();
        for bytes in [1 << 20, 1 << 17, 1 << 14, 1 << 12] {
            let insert = format!("INSERT INTO filler VALUES (REPEAT('x', {bytes}))");
            while admin.execute(insert.as_str()).await.is_ok() {}
        }
    };
    let freed = async || server.restart_with("max:32M", "max:64M"); // even a DROP TABLE needs some room
    a_full_disk_is_unavailable(&desk, "is full", full, freed).await;
}
