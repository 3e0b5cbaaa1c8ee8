//! Redis goes away, or answers that it cannot, and comes back.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use countersign::*;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, cmd};

use super::Prefix;
use crate::desk::{Desk, Place};
use crate::outage::nothing_is_approved_meanwhile;
use crate::private::Private;

impl Private {
    /// Where this server's keys are, once it answers.
    pub async fn place(&self) -> Prefix {
        let url = format!("redis://127.0.0.1:{}", self.port);
        let client = Client::open(url.as_str()).unwrap();
        for _ in 0..200 {
            if let Ok(mut connection) = client.get_multiplexed_async_connection().await
                && cmd("PING").exec_async(&mut connection).await.is_ok()
            {
                return Prefix::at(url);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server does not start");
    }
}

async fn set(place: &Prefix, name: &str, value: &str) {
    place.ask(cmd("CONFIG").arg("SET").arg(name).arg(value)).await;
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn f55_while_the_server_is_away_nothing_is_approved() {
    let server = Private::redis(&["--appendonly", "yes", "--appendfsync", "always"]);
    let place = server.place().await;
    let desk = Desk::new(place.open().await);
    nothing_is_approved_meanwhile(&desk, "killed", async || server.kill(), async || server.start()).await;
    nothing_is_approved_meanwhile(&desk, "frozen", async || server.freeze(), async || server.thaw()).await;
    let replica = async |of: &[&str]| drop(place.ask(cmd("REPLICAOF").arg(of)).await);
    // A replica of nobody: it is read-only, and keeps its data since it never meets a primary.
    let (demote, promote) = (async || replica(&["127.0.0.1", "1"]).await, async || replica(&["NO", "ONE"]).await);
    nothing_is_approved_meanwhile(&desk, "read-only", demote, promote).await;
    let (demote, promote) = (
        async || {
            set(&place, "replica-serve-stale-data", "no").await;
            replica(&["127.0.0.1", "1"]).await;
        },
        async || replica(&["NO", "ONE"]).await,
    );
    nothing_is_approved_meanwhile(&desk, "a replica without its primary", demote, promote).await;
    let (fill, free) = (async || set(&place, "maxmemory", "1").await, async || set(&place, "maxmemory", "0").await);
    nothing_is_approved_meanwhile(&desk, "out of memory", fill, free).await;
    let cut = async |count: &str| set(&place, "min-replicas-to-write", count).await;
    nothing_is_approved_meanwhile(&desk, "without replicas", async || cut("1").await, async || cut("0").await).await;
    let busy = async || {
        set(&place, "busy-reply-threshold", "1").await;
        let url = place.url.clone();
        tokio::spawn(async move {
            let mut connection = super::connection(&url).await;
            let _ = cmd("EVAL").arg("while true do end").arg(0).exec_async(&mut connection).await;
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    let end = async || drop(place.ask(cmd("SCRIPT").arg("KILL")).await);
    nothing_is_approved_meanwhile(&desk, "busy", busy, end).await;
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn f55_a_server_that_loads_its_data_approves_nothing() {
    // Each key takes 20 ms to load, so that a hundred take two seconds.
    let slow = ["--save", "3600 1", "--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"];
    let server = Private::redis(&slow);
    let place = server.place().await;
    let desk = Desk::new(place.open().await);
    for number in 0..100 {
        place.ask(cmd("SET").arg(format!("filler-{number}")).arg(vec![b'x'; 2_000])).await;
    }
    let restart = async || {
        place.ask(&cmd("SAVE")).await;
        server.kill();
        server.start();
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    nothing_is_approved_meanwhile(&desk, "loading", restart, async || {}).await;
}

#[tokio::test]
async fn f55_a_server_that_never_answers_is_given_up_in_time() {
    let black_hole = TcpListener::bind("127.0.0.1:0").unwrap(); // it accepts, in its backlog, and says nothing
    let client = Client::open(format!("redis://{}", black_hole.local_addr().unwrap())).unwrap();
    let config = ConnectionManagerConfig::new().set_response_timeout(None).set_connection_timeout(None);
    let connection = ConnectionManager::new_lazy_with_config(client, config).unwrap();
    let time_out = Duration::from_millis(200);
    let options = RedisOptions::new().time_out(time_out);
    let in_time = |started: Instant| started.elapsed() < 2 * time_out;
    let started = Instant::now();
    let error = options.clone().open(connection.clone()).await.unwrap_err();
    assert!(error.to_string() == "Redis did not answer in time" && in_time(started), "{error}");
    let store = options.assume_no_eviction().assume_durable().open(connection).await.unwrap();
    let (key, record) = (Key::from_bytes([1; 32]), Record::from_bytes(&[1]));
    let started = Instant::now();
    assert!(store.load_async(&key).await.is_err() && in_time(started));
    for seen in [None, Some(&record)] {
        let started = Instant::now();
        assert!(store.swap_async(&key, seen, &record).await.is_err() && in_time(started));
    }
}
