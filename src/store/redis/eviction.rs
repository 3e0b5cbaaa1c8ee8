//! Whether a server may throw records away when its memory is full.

use redis::aio::ConnectionLike;
use redis::{Value, cmd};

use super::RedisStoreError;
use super::error::{client, server};

/// Asks every node that the connection asks for `INFO`: on a cluster each primary.
pub(super) async fn refuse(connection: &mut impl ConnectionLike) -> Result<(), RedisStoreError> {
    match cmd("INFO").arg("memory").query_async(connection).await.map_err(client)? {
        Value::Map(nodes) if nodes.is_empty() => Err(RedisStoreError::unknown_eviction()),
        Value::Map(nodes) => nodes.into_iter().try_for_each(|(_, reply)| check(reply)),
        reply => check(reply),
    }
}

fn check(reply: Value) -> Result<(), RedisStoreError> {
    match reply {
        Value::BulkString(text) => read(core::str::from_utf8(&text).unwrap_or_default()),
        Value::VerbatimString { text, .. } => read(&text),
        Value::ServerError(error) => Err(server(&error)),
        _ => Err(RedisStoreError::reply("INFO")),
    }
}

fn read(text: &str) -> Result<(), RedisStoreError> {
    match text.lines().find_map(|line| line.strip_prefix("maxmemory_policy:")).map(str::trim_end) {
        Some("noeviction") => Ok(()),
        Some(policy) => Err(RedisStoreError::evicts(policy)),
        None => Err(RedisStoreError::unknown_eviction()),
    }
}
