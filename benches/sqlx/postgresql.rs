//! PostgreSQL.

use countersign::{Key, SqlxOptions, SqlxStore};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, PgPool, Postgres};

use crate::material::{Desk, KEEP, Open};
use crate::{MEASURED, RECORDS, clients, effort, line};

const DROP: &str = "DROP TABLE IF EXISTS countersign_bench, countersign_by_hand";

pub(crate) async fn measure(url: &str) {
    for (clients, calls) in MEASURED {
        let pool = PgPoolOptions::new().max_connections(u32::try_from(clients).unwrap()).connect(url).await.unwrap();
        let store: &'static SqlxStore<Postgres> = Box::leak(Box::new(tables(&pool).await));
        let fill = async |open: &[Open]| refill(&pool, open).await;
        let by_hand = |keys| by_hand(pool.clone(), keys);
        clients::take_turns(clients, effort(calls), store, fill, by_hand).await.report("postgres", clients);
        pool.close().await;
    }
    let pool = PgPool::connect(url).await.unwrap();
    refill(&pool, &Desk::new().open(RECORDS)).await;
    pool.execute("VACUUM FULL countersign_bench").await.unwrap();
    let size = "SELECT pg_total_relation_size('countersign_bench') / count(*) FROM countersign_bench";
    let size: i64 = sqlx::query_scalar(size).fetch_one(&pool).await.unwrap();
    line::bytes("postgres", size.unsigned_abs());
    pool.execute(DROP).await.unwrap();
}

async fn tables(pool: &PgPool) -> SqlxStore<Postgres> {
    pool.execute(DROP).await.unwrap();
    let options = SqlxOptions::new().table("countersign_bench").unwrap().migrate();
    let store = options.postgres(pool.clone()).await.unwrap();
    let copy = "CREATE TABLE countersign_by_hand (LIKE countersign_bench INCLUDING ALL)";
    pool.execute(copy).await.unwrap();
    store
}

/// One read and one conditional write, for each key: the statements of the store.
async fn by_hand(pool: PgPool, keys: Vec<Key>) {
    const READ: &str = "SELECT record FROM countersign_by_hand \
                        WHERE key = $1 AND (forget_at IS NULL OR forget_at > clock_timestamp())";
    const WRITE: &str = "UPDATE countersign_by_hand \
                         SET record = $3, forget_at = clock_timestamp() + $4 * interval '1 second' \
                         WHERE key = $1 AND record = $2 AND (forget_at IS NULL OR forget_at > clock_timestamp())";
    for key in keys {
        let key = key.as_bytes().as_slice();
        let seen: Vec<u8> = sqlx::query_scalar(READ).bind(key).fetch_one(&pool).await.unwrap();
        let mut next = seen.clone();
        next.reverse();
        let write = sqlx::query(WRITE).bind(key).bind(&seen).bind(&next).bind(f64::from(KEEP));
        assert_eq!(write.execute(&pool).await.unwrap().rows_affected(), 1);
    }
}

/// These records and no others, in both tables.
async fn refill(pool: &PgPool, open: &[Open]) {
    pool.execute("TRUNCATE TABLE countersign_bench, countersign_by_hand").await.unwrap();
    let keys = open.iter().map(|open| open.key.as_bytes().to_vec()).collect::<Vec<_>>();
    let records = open.iter().map(|open| open.record.as_bytes().to_vec()).collect::<Vec<_>>();
    for table in ["countersign_bench", "countersign_by_hand"] {
        let insert = format!(
            "INSERT INTO {table} SELECT key, record, now() + $3 * interval '1 second' FROM unnest($1, $2) t (key, record)"
        );
        sqlx::query(&insert).bind(&keys).bind(&records).bind(f64::from(KEEP)).execute(pool).await.unwrap();
    }
}
