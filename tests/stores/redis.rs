//! Redis.

mod cluster;
mod durability;
mod outage;
mod replies;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign::*;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Value, cmd};

use crate::cases;
use crate::desk::{Desk, Place};
use crate::dropped;
use crate::private::Private;
use crate::support::{customer, not, payment};

cases::stamp!(Prefix, "needs Redis: scripts/live-stores": the_store the_server);

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
        RedisOptions::new().prefix(&self.prefix).unwrap().lossy() // it is enough for most tests
    }

    pub async fn ask(&self, command: &redis::Cmd) -> Value {
        command.query_async(&mut connection(&self.url).await).await.unwrap()
    }

    pub async fn keys(&self) -> Vec<Vec<u8>> {
        let pattern = format!("{}*", self.prefix);
        let found: Value = self.ask(cmd("KEYS").arg(pattern)).await;
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

    async fn mix_up(&self) {
        let [one, two] = self.keys().await.try_into().unwrap();
        let aside = [&one, b"-aside".as_slice()].concat();
        for [from, to] in [[&one, &aside], [&two, &one], [&aside, &two]] {
            self.ask(cmd("RENAME").arg(from).arg(to)).await;
        }
    }

    async fn advance(&self, seconds: u64) {
        // In two round trips: what this takes passes on the server's clock as well.
        let keys = self.keys().await;
        let mut connection = connection(&self.url).await;
        let mut look = redis::pipe();
        for key in &keys {
            look.cmd("PTTL").arg(key);
        }
        let left: Vec<i64> = look.query_async(&mut connection).await.unwrap();
        let mut forward = redis::pipe();
        for (key, left) in keys.iter().zip(left).filter(|(_, left)| *left >= 0) {
            let left = left.saturating_sub_unsigned(seconds * 1_000).max(1); // the others are kept for ever
            forward.cmd("PEXPIRE").arg(key).arg(left);
        }
        if !forward.is_empty() {
            forward.query_async::<()>(&mut connection).await.unwrap(); // an empty one is an error
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
#[ignore = "needs Redis: scripts/live-stores"]
async fn a_record_is_kept_as_long_as_it_says() {
    let place = Prefix::new().await;
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let [key] = place.keys().await.try_into().unwrap();
    let keeps = async |days: i64| {
        let Value::Int(left) = place.ask(cmd("PTTL").arg(&key)).await else { panic!() };
        let whole = days * 86_400_000;
        assert!((whole - 60_000..=whole).contains(&left), "{left} ms");
    };
    keeps(2).await; // the day window, and a day
    assert!(desk.verify(&customer(), handle, &not(&code), payment(1)).await.is_err());
    keeps(401).await; // a failure, and a day
    let store = place.open().await;
    let raw = Key::from_bytes(*key.last_chunk().unwrap());
    let stored = store.load_async(&raw).await.unwrap();
    assert_eq!(store.swap_async(&raw, stored.as_ref(), &Record::from_bytes(&[1])).await.unwrap(), Swap::Done);
    assert_eq!(place.ask(cmd("PTTL").arg(&key)).await, Value::Int(-1), "and this one for ever");
    place.clear().await;
}

#[tokio::test]
#[ignore = "needs Redis: scripts/live-stores"]
async fn what_is_no_string_is_not_absent() {
    let place = Prefix::new().await;
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    let [key] = place.keys().await.try_into().unwrap();
    place.ask(cmd("DEL").arg(&key)).await;
    place.ask(cmd("LPUSH").arg(&key).arg(1)).await;
    let store = &desk.store;
    let raw = Key::from_bytes(*key.last_chunk().unwrap());
    let next = Record::from_bytes(&[1]);
    assert!(store.load_async(&raw).await.is_err());
    assert_eq!(store.swap_async(&raw, None, &next).await.unwrap(), Swap::Stale);
    assert!(store.swap_async(&raw, Some(&next), &next).await.is_err());
    let answer = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(answer, Err(Failure::Unavailable(Unavailable::Store(_)))), "{answer:?}");
    place.clear().await;
}

#[tokio::test]
#[ignore = "needs Redis: scripts/live-stores"]
async fn a_dropped_future_leaves_what_the_next_call_reads() {
    let place = Prefix::new().await;
    dropped::at_every_point("redis", &Desk::new(place.open().await), async || {}).await;
    place.clear().await;
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn a_forgotten_script_is_sent_again() {
    let server = Private::redis(&[]);
    let place = server.place().await;
    let desk = Desk::new(place.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    for failures in 1..=3 {
        place.ask(cmd("SCRIPT").arg("FLUSH")).await;
        assert!(desk.verify(&customer(), handle, &not(&code), payment(1)).await.is_err());
        assert_eq!(desk.status(&customer(), handle).await.unwrap().total_failures(), failures);
    }
    place.ask(cmd("SCRIPT").arg("FLUSH")).await;
    assert!(desk.verify(&customer(), handle, &code, payment(1)).await.is_ok());
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn f54_a_server_that_evicts_or_loses_is_refused() {
    let server = Private::redis(&["--maxmemory-policy", "allkeys-lru"]);
    let place = server.place().await;
    let refusal = async || {
        let opened = RedisOptions::new().open(connection(&place.url).await).await;
        opened.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let set = async |name, value| drop(place.ask(cmd("CONFIG").arg("SET").arg(name).arg(value)).await);
    for policy in ["allkeys-lru", "volatile-ttl", "volatile-lru", "allkeys-random"] {
        set("maxmemory-policy", policy).await;
        assert_eq!(refusal().await, format!("Redis may evict records: its maxmemory-policy is {policy}"));
    }
    set("maxmemory-policy", "noeviction").await;
    assert_eq!(refusal().await, "Redis may lose what it acknowledged: appendonly is not yes");
    set("appendonly", "yes").await;
    assert_eq!(refusal().await, "Redis may lose what it acknowledged: appendfsync is not always");
    set("appendfsync", "always").await;
    assert_eq!(refusal().await, "");
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn where_the_server_may_not_be_asked_the_caller_says_it() {
    let server = Private::redis(&[]);
    let place = server.place().await;
    let rights = ["on", "nopass", "~*", "-@all", "+get", "+set", "+eval", "+evalsha", "+client", "+hello"];
    let allow = async |more: &[&str]| {
        place.ask(cmd("ACL").arg("SETUSER").arg("limited").arg("reset").arg(&rights).arg(more)).await;
        connection(&place.url.replace("redis://", "redis://limited:any@")).await
    };
    let limited = allow(&[]).await;
    let refused = place.options().open(limited.clone()).await.unwrap_err();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert!(source.starts_with("NOPERM"), "{source}");
    let desk = Desk::new(place.options().assume_no_eviction().open(limited).await.unwrap());
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    assert!(desk.verify(&customer(), handle, &not(&code), payment(1)).await.is_err());
    assert!(desk.verify(&customer(), handle, &code, payment(1)).await.is_ok(), "no more rights are needed");
    // `CONFIG` stays forbidden, as hosted servers forbid it.
    let options = RedisOptions::new().prefix(&place.prefix).unwrap();
    assert!(options.clone().open(allow(&["+info"]).await).await.is_err());
    assert!(options.assume_durable().open(allow(&["+info"]).await).await.is_ok());
}

#[tokio::test]
#[ignore = "needs redis-server; starts its own"]
async fn f63_a_servers_error_that_quotes_the_key_is_cut() {
    let server = Private::redis(&["--rename-command", "EVALSHA", ""]);
    let place = server.place().await;
    let store = place.open().await;
    let key = Key::from_bytes([b'K'; 32]);
    let [seen, next] = [b"SEEN", b"NEXT"].map(|bytes| Record::from_bytes(bytes));
    let error = store.swap_async(&key, Some(&seen), &next).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "ERR unknown command");
    let said = format!("{error} {error:?} {source} {source:?}");
    assert!(!["KKKK", "SEEN", "NEXT"].iter().any(|secret| said.contains(secret)), "{said}");
}
