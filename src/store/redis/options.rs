use core::pin::pin;
use core::time::Duration;
use std::string::String;

use redis::aio::ConnectionLike;

use super::command::Scripts;
use super::{RedisStore, RedisStoreError, in_time, settings};

/// How to open a [`RedisStore`].
///
/// ```
/// use core::time::Duration;
/// use countersign::RedisOptions;
///
/// let options = RedisOptions::new().prefix("shop:codes:")?.time_out(Duration::from_secs(1)).replicas(1);
/// assert!(RedisOptions::new().prefix("shop codes").is_err());
/// # let _ = options;
/// # Ok::<(), countersign::RedisStoreError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "options open nothing by themselves"]
pub struct RedisOptions {
    prefix: String,
    time_out: Duration,
    replicas: u8,
    no_eviction: bool,
    any_loss: bool,
}

impl RedisOptions {
    /// Keys that begin with `countersign:`; two seconds a call; no replica is waited for; the server says that it evicts
    /// nothing, and loses nothing in a crash.
    pub fn new() -> Self {
        Self {
            prefix: String::from("countersign:"),
            time_out: Duration::from_secs(2),
            replicas: 0,
            no_eviction: false,
            any_loss: false,
        }
    }

    /// What the keys begin with: at most 64 visible ASCII characters. Two prefixes never share a key.
    ///
    /// A cluster puts keys with the same `{tag}` on the same node, so all records are on one if the prefix has a tag.
    ///
    /// # Errors
    /// If it has another character, or braces other than around one tag.
    pub fn prefix(self, prefix: &str) -> Result<Self, RedisStoreError> {
        if prefix.len() > 64 || !prefix.bytes().all(|byte| byte.is_ascii_graphic()) || !is_tagged_well(prefix) {
            return Err(RedisStoreError::prefix());
        }
        Ok(Self { prefix: String::from(prefix), ..self })
    }

    /// How long a load or a swap may take.
    pub const fn time_out(mut self, time_out: Duration) -> Self {
        self.time_out = time_out;
        self
    }

    /// Waits (`WAIT`) until this many replicas have acknowledged, at most a third of the [time-out](Self::time_out); with fewer,
    /// the call is an error and nothing is approved. See [`RedisStore`] for what this prevents.
    ///
    /// A load waits as well, for what it read. The server holds up the whole connection meanwhile, so give this store a
    /// connection of its own.
    pub const fn replicas(mut self, replicas: u8) -> Self {
        self.replicas = replicas;
        self
    }

    /// The caller's word that `maxmemory-policy` is `noeviction`, for a server that does not let this client ask: it is
    /// not asked.
    pub const fn assume_no_eviction(mut self) -> Self {
        self.no_eviction = true;
        self
    }

    /// The caller's word that the server loses nothing that it acknowledged, for one that does not let this client ask, or
    /// that keeps it in another way than an append-only file: it is not asked.
    pub const fn assume_durable(mut self) -> Self {
        self.any_loss = true;
        self
    }

    /// Opens the store even on a server that may lose what it acknowledged: the caller accepts that a crash refunds
    /// attempts and revives used codes.
    pub const fn lossy(mut self) -> Self {
        self.any_loss = true;
        self
    }

    /// The store, once the server has said that its `maxmemory-policy` is `noeviction`, `appendonly` on and `appendfsync`
    /// `always`.
    ///
    /// A cluster is asked for its first two settings at each primary, and for `appendfsync` at one node alone.
    ///
    /// # Errors
    /// If they are other ones, or if the server does not say.
    pub async fn open<C>(self, mut connection: C) -> Result<RedisStore<C>, RedisStoreError>
    where
        C: ConnectionLike + Clone + Send + Sync,
    {
        let Self { prefix, time_out, replicas, no_eviction, any_loss } = self;
        if !no_eviction {
            in_time(time_out, pin!(settings::refuse_eviction(&mut connection))).await?;
        }
        if !any_loss {
            in_time(time_out, pin!(settings::refuse_loss(&mut connection))).await?;
        }
        Ok(RedisStore { connection, prefix: prefix.into_bytes(), time_out, replicas, scripts: Scripts::new() })
    }
}

impl Default for RedisOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Without braces, or with one tag in them that is not empty.
fn is_tagged_well(prefix: &str) -> bool {
    let Some((before, rest)) = prefix.split_once('{') else { return !prefix.contains('}') };
    let Some((tag, after)) = rest.split_once('}') else { return false };
    !tag.is_empty() && ![before, tag, after].iter().any(|part| part.contains(['{', '}']))
}
