//! What is sent, and what may come back: every other reply is an error.

use core::fmt::Write as _;
use core::time::Duration;
use std::string::String;

use redis::{Cmd, Value, cmd};
use sha1::{Digest as _, Sha1};

use super::RedisStoreError;
use super::error::server;
use crate::record::Record;
use crate::store::Swap;

/// Compares every byte and writes, with nothing in between. A forgotten record is none for the server's `GET`.
const SWAP: &str = "\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1";

/// The script under the name that the server gives it.
pub(super) struct Script {
    hash: String,
}

impl Script {
    pub(super) fn new() -> Self {
        let mut hash = String::with_capacity(40);
        for byte in Sha1::digest(SWAP) {
            let _ = write!(hash, "{byte:02x}"); // into a string it cannot fail
        }
        Self { hash }
    }

    pub(super) fn by_hash(&self, key: &[u8], seen: &Record, next: &Record) -> Cmd {
        arguments(cmd("EVALSHA").arg(&self.hash), key, seen, next)
    }

    pub(super) fn in_full(key: &[u8], seen: &Record, next: &Record) -> Cmd {
        arguments(cmd("EVAL").arg(SWAP), key, seen, next)
    }
}

fn arguments(command: &mut Cmd, key: &[u8], seen: &Record, next: &Record) -> Cmd {
    command.arg(1).arg(key).arg(seen.as_bytes()).arg(next.as_bytes());
    if let Some(milliseconds) = keep_for(next) {
        command.arg(milliseconds);
    }
    command.take()
}

pub(super) fn load(key: &[u8]) -> Cmd {
    cmd("GET").arg(key).take()
}

pub(super) fn create(key: &[u8], next: &Record) -> Cmd {
    let mut command = cmd("SET");
    command.arg(key).arg(next.as_bytes()).arg("NX");
    if let Some(milliseconds) = keep_for(next) {
        command.arg("PX").arg(milliseconds);
    }
    command
}

/// Waits for a third of the time there is, so that the answer comes in time though a forgotten script is sent again.
/// (0 would be for ever.)
pub(super) fn wait(replicas: u8, time_out: Duration) -> Cmd {
    let milliseconds = u64::try_from(time_out.as_millis() / 3).unwrap_or(u64::MAX).max(1);
    cmd("WAIT").arg(replicas).arg(milliseconds).take()
}

fn keep_for(record: &Record) -> Option<u64> {
    record.keep_for().map(|seconds| u64::from(seconds.max(1)) * 1_000)
}

pub(super) fn loaded(reply: &Value) -> Result<Option<Record>, RedisStoreError> {
    match reply {
        Value::Nil => Ok(None),
        Value::BulkString(bytes) => Ok(Some(Record::from_bytes(bytes))),
        _ => Err(RedisStoreError::reply("GET")),
    }
}

pub(super) fn created(reply: &Value) -> Result<Swap, RedisStoreError> {
    match reply {
        Value::Okay => Ok(Swap::Done),
        Value::Nil => Ok(Swap::Stale),
        _ => Err(RedisStoreError::reply("SET")),
    }
}

pub(super) fn swapped(reply: &Value) -> Result<Swap, RedisStoreError> {
    match reply {
        Value::Int(1) => Ok(Swap::Done),
        Value::Int(0) => Ok(Swap::Stale),
        _ => Err(RedisStoreError::reply("EVALSHA")),
    }
}

/// The reply of the first of two commands, if the second one's says that enough replicas have what it did.
pub(super) fn waited(replies: Value, replicas: u8) -> Result<Value, RedisStoreError> {
    let pair = match replies {
        Value::Array(replies) => <[Value; 2]>::try_from(replies).ok(),
        _ => None,
    };
    match pair {
        Some([Value::ServerError(error), _] | [_, Value::ServerError(error)]) => Err(server(&error)),
        Some([reply, Value::Int(reached)]) if reached >= i64::from(replicas) => Ok(reply),
        Some([_, Value::Int(_)]) => Err(RedisStoreError::too_few_replicas()),
        _ => Err(RedisStoreError::reply("WAIT")),
    }
}

pub(super) fn is_no_script(error: &RedisStoreError) -> bool {
    error.code() == Some("NOSCRIPT")
}
