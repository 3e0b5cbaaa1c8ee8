mod command;
mod error;
mod options;
mod settings;

use core::fmt;
use core::pin::{Pin, pin};
use core::time::Duration;
use std::boxed::Box;
use std::vec::Vec;

use redis::aio::ConnectionLike;
use redis::{Cmd, Value};

pub use error::RedisStoreError;
pub use options::RedisOptions;

use super::{Addition, AsyncStore, AsyncTally, Key, Swap, Tallied};
use crate::record::Record;
use command::{Name, Script, Scripts, is_no_script, loaded, swapped};
use error::client;

/// Records in Redis or Valkey, over the caller's connection, for a service of any number of processes.
///
/// **A server that loses a write which it had acknowledged refunds an attempt, and a code that was used works again
/// until its time is over.** Redis loses such writes unless it is told otherwise. *A crash* loses everything without
/// `appendonly yes`, and about the last second with `appendfsync everysec`, the default: only `appendonly yes` with
/// `appendfsync always` keeps all of them, and opening refuses the others, unless the caller [takes the
/// loss](RedisOptions::lossy) by name. *A failover* loses what the replica had not received, since replication is
/// asynchronous and the client cannot see it; so does a primary that a partition cuts off, until it steps down.
/// [`RedisOptions::replicas`] waits for replicas before anything is approved, and an approval is then lost only if
/// a replica without it is promoted, or if that replica crashes with its own copy; `min-replicas-to-write 1` and
/// `min-replicas-max-lag` bound what a cut-off primary acknowledges. *Eviction* loses records whenever memory is short:
/// opening refuses every `maxmemory-policy` but `noeviction`, with which a full server answers errors and approves
/// nothing. Nothing prevents `FLUSHALL`, or a backup that is restored.
///
/// # What it does
/// A record is a string under a key: the [prefix](RedisOptions::prefix) and the 32 bytes of the [`Key`]. A
/// [load](AsyncStore::load_async) is a `GET`. A [swap](AsyncStore::swap_async) of nothing is a `SET` with `NX`, and one
/// of a record is a script of three lines that compares and writes (`EVALSHA`, and `EVAL` where the server has forgotten
/// it). `PX` lets the server forget by its own clock. A counter ([`AsyncTally`]) is an integer under a longer key, raised and
/// lowered by scripts as short. Each names one key, so it works on a cluster.
///
/// * *Connections.* Anything that is the client's `aio::ConnectionLike` and can be cloned will do: `ConnectionManager`
///   and `cluster_async::ClusterConnection` come back by themselves when the server does, a `MultiplexedConnection` does
///   not. The connection must be in no transaction, read from no replica and have no client-side cache; loads that are stale even
///   after a `Stale` make operations give up as [contended](crate::Cause::Contention), but approve nothing wrongly.
/// * *Time-outs.* A call ends within [two seconds](RedisOptions::time_out), or earlier if the connection's own response
///   time-out is shorter (half a second, unless it was configured), and then it is unknown whether it wrote. A connection whose peer
///   vanished without a word is given up by the system alone: set `user_timeout` in the client's `TcpSettings`.
/// * *Dropped futures.* What was sent may still land; the next load shows it. Replies keep their order.
/// * *Errors.* A replica (`READONLY`), a server that loads its data, is out of memory or whose cluster is down: all are
///   errors, whose [source](core::error::Error::source) says which.
/// * *Rights.* It uses `GET`, `SET`, `EVALSHA` and `EVAL`, in scripts `INCRBY`, `DECRBY` and `PEXPIRE` as well, `INFO` and
///   `CONFIG GET` on opening, and `WAIT` if it waits for
///   replicas. Where a hosted server forbids `CONFIG`, the caller [says](RedisOptions::assume_durable) what it would have
///   said.
///
/// # Choices that could have been others
/// * `SET` with `IFEQ` could replace the script where the server has it (Redis 8.4, Valkey 8.1). On Valkey 8.1.1 it was no
///   faster beyond what runs differ by, and a second path that only some servers take is one more to be wrong: there is the
///   script alone, which is the same on every server.
/// * The store is generic over the connection. A closed list of the client's connections would need a feature of this
///   crate for each, and would shut out a caller's own.
/// * What `INFO` has is read from `INFO`, not by `CONFIG GET`: hosted servers forbid `CONFIG`, and a cluster's client asks
///   only one node for it. `appendfsync` is nowhere else.
///
/// # What was seen
/// 32 clients issued and verified, and 8 more logged in with authenticators and recovery codes, while Redis 7.0.15 on one
/// machine was killed with SIGKILL. Then every ticket, approval and judged code that they had been given was compared with
/// the records, and every accepted code of an authenticator or a list was typed once more (`tests/stores/kill.rs`):
///
/// | settings | challenges | approvals | judged | logins | lost |
/// |---|---|---|---|---|---|
/// | `appendonly yes`, `appendfsync always` | 1,249 | 612 | 4,293 | 846 | nothing; no spent code was accepted |
/// | `appendonly no`, with a snapshot a second after the start | 2,727 | 1,361 | 9,464 | 1,854 | 1,325 challenges, 657 approvals, 1,350 counts; 25 challenges were judged beyond their limit; 21 spent codes of devices were accepted again, and the watermarks of 886 more were gone with their records |
///
/// # Example
#[cfg_attr(feature = "live-tests", doc = "```no_run")]
#[cfg_attr(not(feature = "live-tests"), doc = "```ignore")]
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
/// use countersign::RedisOptions;
///
/// let client = redis::Client::open("redis://localhost/")?;
/// let connection = client.get_connection_manager().await?; // the client's feature `connection-manager`
/// let store = RedisOptions::new().open(connection).await?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
pub struct RedisStore<C> {
    connection: C,
    prefix: Vec<u8>,
    time_out: Duration,
    replicas: u8,
    scripts: Scripts,
}

impl<C: ConnectionLike + Clone + Send + Sync> RedisStore<C> {
    fn record<'a>(&'a self, key: &'a Key) -> Name<'a> {
        Name { prefix: &self.prefix, key, end: b"" }
    }

    /// Where a counter is: no record has a key of this length.
    fn counter<'a>(&'a self, key: &'a Key) -> Name<'a> {
        Name { prefix: &self.prefix, key, end: b"#" }
    }

    /// Sends one command, and waits for the replicas that are asked for. A load waits too: after an error of a swap it is the
    /// load that says whether the write landed, and a write that the replicas do not have has not.
    async fn ask(&self, command: Cmd) -> Result<Value, RedisStoreError> {
        let mut connection = self.connection.clone();
        if self.replicas == 0 {
            return command.query_async(&mut connection).await.map_err(client);
        }
        // On the heap: whoever waits for no replica would carry its room along, in every future that has this one in it.
        let replies = Box::pin(async {
            let mut pipeline = redis::pipe();
            // On one connection, or `WAIT` would know of nothing to wait for.
            pipeline.ignore_errors().add_command(command).add_command(command::wait(self.replicas, self.time_out));
            pipeline.query_async(&mut connection).await.map_err(client)
        });
        command::waited(replies.await?, self.replicas)
    }

    async fn run(&self, script: &Script, fill: impl Fn(&mut Cmd) + Send) -> Result<Value, RedisStoreError> {
        let answer = self.ask(script.by_hash(&fill)).await;
        if answer.as_ref().is_err_and(is_no_script) {
            // The whole script to the key's own node, which remembers it.
            return self.ask(script.in_full(&fill)).await;
        }
        answer
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> AsyncStore for RedisStore<C> {
    type Error = RedisStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, RedisStoreError> {
        let ask = pin!(self.ask(command::load(&self.record(key))));
        loaded(&in_time(self.time_out, ask).await?)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, RedisStoreError> {
        let name = self.record(key);
        let Some(seen) = seen else {
            let ask = pin!(self.ask(command::create(&name, next)));
            return command::created(&in_time(self.time_out, ask).await?);
        };
        let run = pin!(self.run(&self.scripts.swap, |command| command::swap(command, &name, seen, next)));
        swapped(&in_time(self.time_out, run).await?)
    }
}

impl<C: ConnectionLike + Clone + Send + Sync> AsyncTally for RedisStore<C> {
    async fn total_async(&self, key: &Key) -> Result<u64, RedisStoreError> {
        let ask = pin!(self.ask(command::load(&self.counter(key))));
        command::total(&in_time(self.time_out, ask).await?)
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, RedisStoreError> {
        let name = self.counter(addition.key());
        let run = pin!(self.run(&self.scripts.add, |command| command::add(command, &name, addition)));
        command::added(&in_time(self.time_out, run).await?)
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), RedisStoreError> {
        let (name, amount) = (self.counter(key), amount.min(Addition::HIGHEST));
        let run = pin!(self.run(&self.scripts.give_back, |command| command::give_back(command, &name, amount)));
        command::given_back(&in_time(self.time_out, run).await?)
    }
}

impl<C> fmt::Debug for RedisStore<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisStore(..)")
    }
}

/// Lent, since a future that is handed on is copied each time, with room for all that it will ever hold.
async fn in_time<T>(
    time_out: Duration,
    work: Pin<&mut (impl Future<Output = Result<T, RedisStoreError>> + Send)>,
) -> Result<T, RedisStoreError> {
    tokio::time::timeout(time_out, work).await.unwrap_or_else(|_| Err(RedisStoreError::time_out()))
}
