//! Servers of a test's own: taken away, filled and killed.

use std::sync::Mutex;

use countersign::*;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, PgPool, Postgres};

use crate::desk::Desk;
use crate::kill::{self, Seen};
use crate::outage::{TIME_OUT, a_full_disk_is_unavailable, nothing_is_approved_meanwhile};
use crate::private::Private;

/// A store in a server of the test's own.
async fn private_store(server: &Private, connections: u32, lossy: bool) -> (PgPool, SqlxStore<Postgres>) {
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", server.port);
    let pool = PgPoolOptions::new().max_connections(connections).acquire_timeout(TIME_OUT * 5);
    let pool = pool.connect_lazy(&url).unwrap();
    let options = SqlxOptions::new().migrate().time_out(TIME_OUT);
    let options = if lossy { options.lossy() } else { options };
    for _ in 0..300 {
        match options.clone().postgres(pool.clone()).await {
            Ok(store) => return (pool, store),
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    panic!("the server does not start");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL's programs; starts a server of its own"]
async fn f55_outages_are_unavailable_in_bounded_time() {
    let server = Private::postgres(&["fsync=on"]);
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
    let url = format!("postgres://postgres@127.0.0.1:{}/postgres", server.port);
    let replica = server.file("standby.signal");
    let demote = async || {
        server.kill();
        std::fs::write(&replica, "").unwrap();
        server.start();
        ready(&url).await;
    };
    let promote = async || {
        PgPool::connect(&url).await.unwrap().execute("SELECT pg_promote()").await.unwrap();
    };
    nothing_is_approved_meanwhile(&desk, "read-only replica", demote, promote).await;
    let (admin, name) = (PgPool::connect(&url).await.unwrap(), "countersign_records");
    let rows = format!(
        "INSERT INTO {name} SELECT decode(md5(n::text) || md5((-n)::text), 'hex'), decode(repeat('00', 384), 'hex'), \
         clock_timestamp() FROM generate_series(1, $1) n"
    );
    let full = async || {
        sqlx::query(&rows).bind(60_000).execute(&admin).await.unwrap();
        // The log's segments are made in advance, at 16 MiB each; the table is larger already.
        server.limit_files("17000000");
    };
    let freed = async || server.limit_files("unlimited");
    a_full_disk_is_unavailable(&desk, "could not extend file", full, freed).await;
}

async fn ready(url: &str) {
    while PgPool::connect(url).await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

async fn killed(settings: &[&str], lossy: bool) -> Seen {
    let server = Private::postgres(settings);
    let (_, store) = private_store(&server, 16, lossy).await;
    kill::and_compare(settings[0], Desk::new(store), || server.kill(), || server.start()).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL's programs; starts a server of its own"]
async fn a_killed_server_keeps_every_approval_and_every_failure() {
    let seen = killed(&["fsync=on", "synchronous_commit=on"], false).await;
    assert!(seen.approvals > 100 && seen.judged > 100, "{seen:?}");
    assert_eq!(seen.lost(), 0, "{seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL's programs; starts a server of its own"]
async fn a_killed_server_without_durability_is_seen_to_lose() {
    let settings = [
        "fsync=off",
        "synchronous_commit=off",
        "wal_writer_delay=10s",
        "wal_writer_flush_after=1GB",
        "wal_buffers=64MB",
    ];
    let seen = killed(&settings, true).await;
    assert!(seen.lost() > 0, "the comparison does not look: {seen:?}");
}
