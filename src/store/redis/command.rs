//! What is sent, and what may come back: every other reply is an error.

use core::fmt::Write as _;
use core::time::Duration;
use std::io::Write as _;
use std::string::String;

use redis::{Cmd, RedisWrite, ToRedisArgs, Value, cmd};
use sha1::{Digest as _, Sha1};

use super::RedisStoreError;
use super::error::server;
use crate::record::Record;
use crate::store::{Addition, Key, Swap, Tallied};

/// Compares every byte and writes, with nothing in between. A forgotten record is none for the server's `GET`.
const SWAP: &str = "\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1";

/// Adds unless that is over the ceiling. Numbers are floating point here, and exact, since no counter passes 2^53; what is
/// sent on is the text as it came.
const ADD: &str = "\
local total = tonumber(redis.call('GET', KEYS[1]) or '0')
if total + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return -1 end
total = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return total";

/// Takes off, down to 0, and lets the time of forgetting be as it is.
const GIVE_BACK: &str = "\
local total = redis.call('GET', KEYS[1])
if not total then return 0 end
if tonumber(total) < tonumber(ARGV[1]) then return redis.call('DECRBY', KEYS[1], total) end
return redis.call('DECRBY', KEYS[1], ARGV[1])";

/// A script under the name that the server gives it.
pub(super) struct Script {
    text: &'static str,
    hash: String,
}

/// All that are ever sent.
pub(super) struct Scripts {
    pub(super) swap: Script,
    pub(super) add: Script,
    pub(super) give_back: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self { swap: Script::new(SWAP), add: Script::new(ADD), give_back: Script::new(GIVE_BACK) }
    }
}

impl Script {
    fn new(text: &'static str) -> Self {
        let mut hash = String::with_capacity(40);
        for byte in Sha1::digest(text) {
            let _ = write!(hash, "{byte:02x}"); // into a string it cannot fail
        }
        Self { text, hash }
    }

    pub(super) fn by_hash(&self, fill: impl Fn(&mut Cmd)) -> Cmd {
        call("EVALSHA", &self.hash, fill)
    }

    pub(super) fn in_full(&self, fill: impl Fn(&mut Cmd)) -> Cmd {
        call("EVAL", self.text, fill)
    }
}

/// What a record or a counter is called in the server: one argument, made of parts that lie apart.
pub(super) struct Name<'a> {
    pub(super) prefix: &'a [u8],
    pub(super) key: &'a Key,
    pub(super) end: &'static [u8],
}

impl ToRedisArgs for Name<'_> {
    fn write_redis_args<W: RedisWrite + ?Sized>(&self, out: &mut W) {
        let mut argument = out.writer_for_next_arg();
        for part in [self.prefix, self.key.as_bytes(), self.end] {
            let _ = argument.write_all(part); // into a command it cannot fail
        }
    }
}

/// With room for two records from the start: it would be moved five times to make some.
fn call(name: &str, script: &str, fill: impl Fn(&mut Cmd)) -> Cmd {
    let mut command = Cmd::with_capacity(ARGUMENTS, script.len() + 2 * Record::LONGEST + KEY);
    command.arg(name).arg(script).arg(1);
    fill(&mut command);
    command
}

/// A call has no more: its name, the script and the number of its keys, the key, what was seen, what is next and its time.
const ARGUMENTS: usize = 7;
/// What the key, the numbers and the names take, roughly.
const KEY: usize = 160;

pub(super) fn swap(command: &mut Cmd, name: &Name<'_>, seen: &Record, next: &Record) {
    command.arg(name).arg(seen.as_bytes()).arg(next.as_bytes());
    if let Some(milliseconds) = keep_for(next) {
        command.arg(milliseconds);
    }
}

pub(super) fn add(command: &mut Cmd, name: &Name<'_>, addition: &Addition) {
    let milliseconds = u64::from(addition.keep_for().max(1)) * 1_000;
    command.arg(name).arg(addition.amount()).arg(addition.ceiling()).arg(milliseconds);
}

pub(super) fn give_back(command: &mut Cmd, name: &Name<'_>, amount: u64) {
    command.arg(name).arg(amount);
}

pub(super) fn load(name: &Name<'_>) -> Cmd {
    let mut command = Cmd::with_capacity(2, KEY);
    command.arg("GET").arg(name);
    command
}

pub(super) fn create(name: &Name<'_>, next: &Record) -> Cmd {
    let mut command = cmd("SET");
    command.arg(name).arg(next.as_bytes()).arg("NX");
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

pub(super) fn total(reply: &Value) -> Result<u64, RedisStoreError> {
    match reply {
        Value::Nil => Ok(0),
        Value::BulkString(digits) => {
            let total = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            total.ok_or(RedisStoreError::reply("GET"))
        }
        _ => Err(RedisStoreError::reply("GET")),
    }
}

pub(super) fn added(reply: &Value) -> Result<Tallied, RedisStoreError> {
    match reply {
        Value::Int(-1) => Ok(Tallied::Over),
        Value::Int(total) => u64::try_from(*total).map(Tallied::Added).map_err(|_| RedisStoreError::reply("EVALSHA")),
        _ => Err(RedisStoreError::reply("EVALSHA")),
    }
}

pub(super) fn given_back(reply: &Value) -> Result<(), RedisStoreError> {
    match reply {
        Value::Int(_) => Ok(()),
        _ => Err(RedisStoreError::reply("EVALSHA")),
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
