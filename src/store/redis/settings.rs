//! Whether a server may throw records away when its memory is full, or lose them in a crash.

use std::string::String;
use std::vec::Vec;

use redis::aio::ConnectionLike;
use redis::{Value, cmd};

use super::RedisStoreError;
use super::error::{client, server};

pub(super) async fn refuse_eviction(connection: &mut impl ConnectionLike) -> Result<(), RedisStoreError> {
    for policy in info(connection, "memory", "maxmemory_policy:").await? {
        match policy.as_deref() {
            Some("noeviction") => {}
            Some(policy) => return Err(RedisStoreError::evicts(policy)),
            None => return Err(RedisStoreError::unknown("maxmemory-policy")),
        }
    }
    Ok(())
}

pub(super) async fn refuse_loss(connection: &mut impl ConnectionLike) -> Result<(), RedisStoreError> {
    for enabled in info(connection, "persistence", "aof_enabled:").await? {
        match enabled.as_deref() {
            Some("1") => {}
            Some(_) => return Err(RedisStoreError::lossy("appendonly is not yes")),
            None => return Err(RedisStoreError::unknown("appendonly")),
        }
    }
    // `INFO` does not have it.
    let reply = cmd("CONFIG").arg("GET").arg("appendfsync").query_async(connection).await.map_err(client)?;
    match value(&reply) {
        Some(b"always") => Ok(()),
        Some(_) => Err(RedisStoreError::lossy("appendfsync is not always")),
        None => Err(RedisStoreError::unknown("appendfsync")),
    }
}

/// What follows `name` in a section of `INFO`, from every node that the connection asks for it: on a cluster each primary.
async fn info(
    connection: &mut impl ConnectionLike,
    section: &str,
    name: &str,
) -> Result<Vec<Option<String>>, RedisStoreError> {
    match cmd("INFO").arg(section).query_async(connection).await.map_err(client)? {
        Value::Map(nodes) if nodes.is_empty() => Ok(Vec::from([None])),
        Value::Map(nodes) => nodes.into_iter().map(|(_, reply)| line(reply, name)).collect(),
        reply => Ok(Vec::from([line(reply, name)?])),
    }
}

fn line(reply: Value, name: &str) -> Result<Option<String>, RedisStoreError> {
    let read = |text: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name));
        value.map(|value| String::from(value.trim_end()))
    };
    match reply {
        Value::BulkString(text) => Ok(read(core::str::from_utf8(&text).unwrap_or_default())),
        Value::VerbatimString { text, .. } => Ok(read(&text)),
        Value::ServerError(error) => Err(server(&error)),
        _ => Err(RedisStoreError::reply("INFO")),
    }
}

/// Of the one name that was asked for.
fn value(reply: &Value) -> Option<&[u8]> {
    let value = match reply {
        Value::Array(pair) => match pair.as_slice() {
            [_, value] => value,
            _ => return None,
        },
        Value::Map(pairs) => match pairs.as_slice() {
            [(_, value)] => value,
            _ => return None,
        },
        _ => return None,
    };
    match value {
        Value::BulkString(value) => Some(value),
        _ => None,
    }
}
