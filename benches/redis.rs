//! Verifications a second on Redis, beside the smallest loop that reads and conditionally writes by the same connection.
//!
//! `scripts/ratios redis` starts a server and runs it; `COUNTERSIGN_REDIS_URL` names another one. Every client shares one
//! multiplexed connection, on both sides, and sends the same two commands. Without a server it measures nothing.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/clients.rs"]
mod clients;
#[path = "shared/line.rs"]
mod line;
#[path = "shared/material.rs"]
mod material;
#[path = "shared/turns.rs"]
mod turns;

use countersign::{Key, RedisOptions, RedisStore};
use material::{Desk, KEEP, Open};
use redis::aio::MultiplexedConnection;
use redis::{Value, cmd};
use turns::Effort;

const OURS: &[u8] = b"bench-countersign:";
const BY_HAND: &[u8] = b"bench-by-hand----:";

fn main() {
    let Ok(url) = std::env::var("COUNTERSIGN_REDIS_URL") else {
        println!("needs Redis: set COUNTERSIGN_REDIS_URL");
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&url));
}

async fn measure(url: &str) {
    let connection = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    let options = RedisOptions::new().prefix(core::str::from_utf8(OURS).unwrap()).unwrap();
    let store: &'static RedisStore<_> = Box::leak(Box::new(options.open(connection.clone()).await.unwrap()));
    let hash: String = cmd("SCRIPT").arg("LOAD").arg(SCRIPT).query_async(&mut connection.clone()).await.unwrap();
    for (clients, calls) in [(1, 64), (8, 32), (64, 16)] {
        let effort = Effort::of_this_run(Effort { pairs: 400, calls });
        let fill = async |open: &[Open]| refill(&mut connection.clone(), open).await;
        let by_hand = |keys| by_hand(connection.clone(), hash.clone(), keys);
        clients::take_turns(clients, effort, store, fill, by_hand).await.report("redis", clients);
    }
    print_bytes(connection.clone()).await;
    clear(&mut connection.clone()).await;
}

/// One read and one conditional write, for each key.
async fn by_hand(mut connection: MultiplexedConnection, hash: String, keys: Vec<Key>) {
    for key in keys {
        let key = key_of(BY_HAND, &key);
        let seen: Vec<u8> = cmd("GET").arg(&key).query_async(&mut connection).await.unwrap();
        let mut next = seen.clone();
        next.reverse();
        let mut swap = cmd("EVALSHA");
        swap.arg(&hash).arg(1).arg(&key).arg(&seen).arg(&next).arg(u64::from(KEEP) * 1_000);
        let swapped: Value = swap.query_async(&mut connection).await.unwrap();
        assert_eq!(swapped, Value::Int(1));
    }
}

/// The script of the store.
const SCRIPT: &str = "\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1";

fn key_of(prefix: &[u8], key: &Key) -> Vec<u8> {
    [prefix, key.as_bytes()].concat()
}

/// These records and no others, under both prefixes.
async fn refill(connection: &mut MultiplexedConnection, open: &[Open]) {
    clear(connection).await;
    for open in open.chunks(1_000) {
        let mut pipeline = redis::pipe();
        for (open, prefix) in open.iter().flat_map(|open| [(open, OURS), (open, BY_HAND)]) {
            let set = pipeline.cmd("SET").arg(key_of(prefix, &open.key)).arg(open.record.as_bytes());
            set.arg("EX").arg(KEEP).ignore();
        }
        pipeline.exec_async(connection).await.unwrap();
    }
}

async fn clear(connection: &mut MultiplexedConnection) {
    for prefix in [OURS, BY_HAND] {
        let pattern = [prefix, b"*"].concat();
        let keys: Vec<Vec<u8>> = cmd("KEYS").arg(pattern).query_async(connection).await.unwrap();
        for keys in keys.chunks(1_000) {
            cmd("DEL").arg(keys).exec_async(connection).await.unwrap();
        }
    }
}

/// What the server's memory grows by, for each of many records.
async fn print_bytes(mut connection: MultiplexedConnection) {
    const RECORDS: usize = 20_000;
    clear(&mut connection).await;
    let empty = used_memory(&mut connection).await;
    let open = Desk::new().open(RECORDS);
    refill(&mut connection, &open).await;
    let all = used_memory(&mut connection).await - empty;
    let record = open.first().map_or(0, |open| open.record.as_bytes().len());
    println!("redis: {record} bytes of a record are stored under a key of {} bytes", OURS.len() + 32);
    line::bytes("redis", all / (2 * u64::try_from(RECORDS).unwrap()));
}

async fn used_memory(connection: &mut MultiplexedConnection) -> u64 {
    let info: String = cmd("INFO").arg("memory").query_async(connection).await.unwrap();
    let line = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
    line.unwrap().trim().parse().unwrap()
}
