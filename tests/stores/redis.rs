//! Redis.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign::*;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Value, cmd};

use crate::cases;
use crate::desk::{Desk, Place};
use crate::support::{customer, payment};

cases::stamp!(Prefix::new, "needs Redis; reads COUNTERSIGN_REDIS_URL");

/// Keys of a test's own.
pub struct Prefix {
    url: String,
    prefix: String,
}

/// A connection that comes back quickly, and leaves time-outs to the store.
pub async fn connection(url: &str) -> ConnectionManager {
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(Duration::from_secs(60)))
        .set_connection_timeout(Some(Duration::from_millis(500)))
        .set_max_delay(Duration::from_millis(100));
    Client::open(url).unwrap().get_connection_manager_with_config(config).await.unwrap()
}

impl Prefix {
    pub async fn new() -> Self {
        Self::at(std::env::var("COUNTERSIGN_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned()))
    }

    pub fn at(url: String) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let prefix = format!("test-{}-{}:", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        Self { url, prefix }
    }

    pub fn options(&self) -> RedisOptions {
        RedisOptions::new().prefix(&self.prefix).unwrap()
    }

    pub async fn ask(&self, command: &redis::Cmd) -> Value {
        command.query_async(&mut connection(&self.url).await).await.unwrap()
    }

    pub async fn keys(&self) -> Vec<Vec<u8>> {
        let pattern = format!("{}*", self.prefix);
        let found: Value = self.ask(&cmd("KEYS").arg(pattern)).await;
        let mut keys = redis::from_redis_value::<Vec<Vec<u8>>>(found).unwrap();
        keys.sort();
        keys
    }

    pub async fn clear(&self) {
        for key in self.keys().await {
            self.ask(cmd("DEL").arg(key)).await;
        }
    }
}

impl Place for Prefix {
    type Store = RedisStore<ConnectionManager>;

    async fn open(&self) -> Self::Store {
        self.options().open(connection(&self.url).await).await.unwrap()
    }

    async fn dump(&self) -> Vec<u8> {
        let mut dump = Vec::new();
        for key in self.keys().await {
            let Value::BulkString(value) = self.ask(cmd("GET").arg(&key)).await else { continue };
            let Value::Int(until) = self.ask(cmd("PEXPIRETIME").arg(&key)).await else { continue };
            dump.extend([key, value, until.to_string().into_bytes()].concat());
        }
        dump
    }

    async fn pass_time_of_forgetting(&self) {
        for key in self.keys().await {
            self.ask(cmd("PEXPIRE").arg(key).arg(1).arg("XX")).await; // not those that are kept for ever
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
#[ignore = "needs Redis; reads COUNTERSIGN_REDIS_URL"]
async fn a_record_is_kept_as_long_as_it_says() {
    let place = Prefix::new().await;
    let desk = Desk::new(place.open().await);
    desk.issue(&customer(), &payment(1)).await.unwrap();
    let [key] = place.keys().await.try_into().unwrap();
    let Value::Int(left) = place.ask(cmd("PTTL").arg(&key)).await else { panic!() };
    let two_days = 2 * 86_400_000;
    assert!((two_days - 10_000..=two_days).contains(&left), "{left} ms: the day window and a day");
    let store = place.open().await;
    let raw = Key::from_bytes(*key.last_chunk().unwrap());
    let stored = store.load_async(&raw).await.unwrap();
    assert_eq!(store.swap_async(&raw, stored.as_ref(), &Record::from_bytes(&[1])).await.unwrap(), Swap::Done);
    assert_eq!(place.ask(cmd("PTTL").arg(&key)).await, Value::Int(-1), "and this one for ever");
    place.clear().await;
}
