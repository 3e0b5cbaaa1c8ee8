//! Servers of a test's own: taken away, filled and killed.

use std::sync::Mutex;

use countersign::*;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{Executor as _, MySql, MySqlPool};

use crate::desk::Desk;
use crate::kill::{self, Seen};
use crate::outage::{TIME_OUT, a_full_disk_is_unavailable, nothing_is_approved_meanwhile};
use crate::private::Private;

/// A store in a server of the test's own.
async fn private_store(server: &Private, connections: u32, lossy: bool) -> (MySqlPool, SqlxStore<MySql>) {
    let pool = MySqlPoolOptions::new().max_connections(connections).acquire_timeout(TIME_OUT * 5);
    let pool = pool.connect_lazy(&url_of(server)).unwrap();
    let options = SqlxOptions::new().migrate().time_out(TIME_OUT);
    let options = if lossy { options.lossy() } else { options };
    for _ in 0..300 {
        match options.clone().mysql(pool.clone()).await {
            Ok(store) => return (pool, store),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    panic!("the server does not start");
}

fn url_of(server: &Private) -> String {
    format!("mysql://root@127.0.0.1:{}/mysql", server.port)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB's programs; starts a server of its own"]
async fn f55_outages_are_unavailable_in_bounded_time() {
    let server =
        Private::mariadb(&["--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:32M"]);
    let (pool, store) = private_store(&server, 2, false).await;
    let desk = Desk::new(store);
    let held = Mutex::new(Vec::new());
    let take = async || {
        let both = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
        held.lock().unwrap().extend(both);
    };
    nothing_is_approved_meanwhile(&desk, "exhausted", take, async || held.lock().unwrap().clear()).await;
    nothing_is_approved_meanwhile(&desk, "hung", async || server.freeze(), async || server.thaw()).await;
    nothing_is_approved_meanwhile(&desk, "gone", async || server.kill(), async || server.start()).await;
    let admin = MySqlPool::connect(&url_of(&server)).await.unwrap();
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

async fn killed(options: &[&str], lossy: bool) -> Seen {
    let server = Private::mariadb(options);
    let (_, store) = private_store(&server, 16, lossy).await;
    kill::and_compare(options[0], Desk::new(store), || server.kill(), || server.start()).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB's programs; starts a server of its own"]
async fn a_killed_server_keeps_every_approval_and_every_failure() {
    let seen = killed(&["--innodb-flush-log-at-trx-commit=1"], false).await;
    assert!(seen.approvals > 100 && seen.judged > 100, "{seen:?}");
    assert_eq!(seen.lost(), 0, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MariaDB's programs; starts a server of its own"]
async fn a_killed_server_without_durability_is_seen_to_lose() {
    let seen = killed(&["--innodb-flush-log-at-trx-commit=0", "--innodb-flush-log-at-timeout=60"], true).await;
    assert!(seen.lost() > 0, "the comparison does not look: {seen:?}");
}
