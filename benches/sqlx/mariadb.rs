//! MariaDB; MySQL speaks the same.

use countersign::{Key, SqlxOptions, SqlxStore};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::{Executor as _, MySql, MySqlPool, QueryBuilder};

use crate::material::{Desk, KEEP, Open};
use crate::{MEASURED, RECORDS, clients, effort, line};

const DROP: &str = "DROP TABLE IF EXISTS countersign_bench, countersign_by_hand";

pub(crate) async fn measure(url: &str) {
    for (clients, calls) in MEASURED {
        let options = MySqlPoolOptions::new().max_connections(u32::try_from(clients).unwrap());
        let pool = options.connect(url).await.unwrap();
        let store: &'static SqlxStore<MySql> = Box::leak(Box::new(tables(&pool).await));
        let fill = async |open: &[Open]| refill(&pool, open).await;
        let by_hand = |keys| by_hand(pool.clone(), keys);
        clients::take_turns(clients, effort(calls), store, fill, by_hand).await.report("mysql", clients);
        pool.close().await;
    }
    let pool = MySqlPool::connect(url).await.unwrap();
    refill(&pool, &Desk::new().open(RECORDS)).await;
    pool.execute("OPTIMIZE TABLE countersign_bench").await.unwrap();
    let size = "SELECT CAST((data_length + index_length) / (SELECT COUNT(*) FROM countersign_bench) AS SIGNED) \
                FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'countersign_bench'";
    let size: i64 = sqlx::query_scalar(size).fetch_one(&pool).await.unwrap();
    line::bytes("mysql", size.unsigned_abs());
    pool.execute(DROP).await.unwrap();
}

async fn tables(pool: &MySqlPool) -> SqlxStore<MySql> {
    pool.execute(DROP).await.unwrap();
    let options = SqlxOptions::new().table("countersign_bench").unwrap().migrate();
    let store = options.mysql(pool.clone()).await.unwrap();
    pool.execute("CREATE TABLE countersign_by_hand LIKE countersign_bench").await.unwrap();
    store
}

/// One read and one conditional write, for each key: the statements of the store.
async fn by_hand(pool: MySqlPool, keys: Vec<Key>) {
    const READ: &str = "SELECT record FROM countersign_by_hand \
                        WHERE `key` = ? AND (forget_at IS NULL OR forget_at > UTC_TIMESTAMP(6))";
    const WRITE: &str = "UPDATE countersign_by_hand SET record = ?, forget_at = UTC_TIMESTAMP(6) + INTERVAL ? SECOND \
                         WHERE `key` = ? AND record = ? AND (forget_at IS NULL OR forget_at > UTC_TIMESTAMP(6)) \
                         AND (@@autocommit AND NOT @@global.read_only)";
    for key in keys {
        let key = key.as_bytes().as_slice();
        let seen: Vec<u8> = sqlx::query_scalar(READ).bind(key).fetch_one(&pool).await.unwrap();
        let mut next = seen.clone();
        next.reverse();
        let write = sqlx::query(WRITE).bind(&next).bind(KEEP).bind(key).bind(&seen);
        assert_eq!(write.execute(&pool).await.unwrap().rows_affected(), 1);
    }
}

/// These records and no others, in both tables.
async fn refill(pool: &MySqlPool, open: &[Open]) {
    for table in ["countersign_bench", "countersign_by_hand"] {
        pool.execute(format!("TRUNCATE TABLE {table}").as_str()).await.unwrap();
        for open in open.chunks(500) {
            let mut insert = QueryBuilder::<MySql>::new(format!("INSERT INTO {table} (`key`, record, forget_at) "));
            insert.push_values(open, |mut row, open| {
                row.push_bind(open.key.as_bytes().as_slice()).push_bind(open.record.as_bytes());
                row.push("UTC_TIMESTAMP(6) + INTERVAL 2 DAY");
            });
            insert.build().execute(pool).await.unwrap();
        }
    }
}
