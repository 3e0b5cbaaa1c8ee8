//! The store, chosen by its URL.

use core::time::Duration;
use std::sync::Arc;

use countersign::{Blocking, DynAsyncStore, MemoryStore, RedisOptions, SqliteStore, SqlxOptions};
use sqlx::{MySqlPool, PgPool};

use crate::Trouble;

/// How many forgotten records one sweep deletes at most.
const SWEPT: u32 = 100_000;

/// The store at `memory:`, `sqlite:PATH`, `redis://`, `postgres://` or `mysql://`, which also counts what messages cost.
/// Each page of the adapters says what that database can lose, and which settings prevent it.
pub async fn open(url: &str) -> Result<DynAsyncStore, Trouble> {
    Ok(match url.split_once(':') {
        Some(("memory", "")) => DynAsyncStore::with_tally(MemoryStore::new()),
        Some(("sqlite", path)) => {
            let store = Arc::new(SqliteStore::open(path)?);
            let swept = Arc::clone(&store);
            hourly(move || {
                let store = Arc::clone(&swept);
                async move { Ok(tokio::task::spawn_blocking(move || store.sweep(SWEPT)).await??) }
            });
            DynAsyncStore::with_tally(Blocking::new(store, |job| drop(tokio::task::spawn_blocking(job))))
        }
        Some(("redis", _)) => {
            let connection = redis::Client::open(url)?.get_connection_manager().await?;
            DynAsyncStore::with_tally(RedisOptions::new().open(connection).await?) // it forgets by itself
        }
        Some(("postgres", _)) => {
            let store = Arc::new(SqlxOptions::new().migrate().postgres(PgPool::connect(url).await?).await?);
            let swept = Arc::clone(&store);
            hourly(move || {
                let store = Arc::clone(&swept);
                async move { Ok(store.sweep(SWEPT).await?) }
            });
            DynAsyncStore::with_tally(store)
        }
        Some(("mysql", _)) => {
            let store = Arc::new(SqlxOptions::new().migrate().mysql(MySqlPool::connect(url).await?).await?);
            let swept = Arc::clone(&store);
            hourly(move || {
                let store = Arc::clone(&swept);
                async move { Ok(store.sweep(SWEPT).await?) }
            });
            DynAsyncStore::with_tally(store)
        }
        // Its scheme alone: the rest may hold a password.
        other => return Err(format!("no store is called {:?}", other.map(|(scheme, _)| scheme)).into()),
    })
}

/// Deletes what may be forgotten. A store that is never swept grows, and is as safe.
fn hourly<T: Send, F>(sweep: impl Fn() -> F + Send + 'static)
where
    F: Future<Output = Result<T, Trouble>> + Send,
{
    tokio::spawn(async move {
        let mut hours = tokio::time::interval(Duration::from_secs(3_600));
        loop {
            hours.tick().await;
            if let Err(error) = sweep().await {
                eprintln!("gateway: the sweep: {error}");
            }
        }
    });
}
