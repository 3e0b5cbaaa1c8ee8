//! Verifications a second through `SqlxStore`, beside the smallest loop that reads and writes a row.
//!
//! `cargo bench --features postgres,mysql --bench sqlx` asks the servers of `COUNTERSIGN_POSTGRES_URL` and
//! `COUNTERSIGN_MYSQL_URL`. Both sides have the same client, pool, prepared statements, durability and number of tasks,
//! and take turns. The table is made anew and dropped.

#![expect(clippy::print_stdout, reason = "the ratios are for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/line.rs"]
mod line;

use std::sync::Arc;
use std::time::Instant;

use countersign::{
    AsyncStore, Code, Currency, Digits, Handle, Keyring, Money, Operation as _, Payment, Policy, Purpose, Recipient,
    RootKey, Slip, SqlxOptions, Subject, UnixTime, Verifier,
};
use getrandom::SysRng;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, MySqlPool, PgPool};

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
/// As long as a record with one challenge.
const BYTES: usize = 128;

#[tokio::main]
async fn main() {
    let glance = std::env::args().any(|argument| argument == "--test");
    let (rounds, calls) = if glance { (1, 1) } else { (20, 128) };
    for clients in [1, 8, 64] {
        let calls = (calls / clients).max(if glance { 1 } else { 8 });
        postgres(rounds, clients, calls).await;
        mysql(rounds, clients, calls).await;
    }
}

async fn postgres(rounds: usize, clients: usize, calls: usize) {
    let url = std::env::var("COUNTERSIGN_POSTGRES_URL");
    let url = url.unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
    let pool = PgPoolOptions::new().max_connections(u32::try_from(clients).unwrap()).connect(&url).await.unwrap();
    let drop = "DROP TABLE IF EXISTS countersign_bench, countersign_plain";
    pool.execute(drop).await.unwrap();
    let options = SqlxOptions::new().table("countersign_bench").unwrap().migrate();
    let store = Arc::new(options.postgres(pool.clone()).await.unwrap());
    let plain = "CREATE TABLE countersign_plain (LIKE countersign_bench INCLUDING ALL)";
    pool.execute(plain).await.unwrap();
    let by_hand = {
        let pool = pool.clone();
        move |key: [u8; 32], stamp| {
            let pool = pool.clone();
            async move { postgres_by_hand(&pool, &key, stamp).await }
        }
    };
    let (rates, ratio) = compare(rounds, clients, calls, store, by_hand).await;
    println!("PostgreSQL, {clients:>2} clients: {rates}");
    line::ratio("postgres", clients, ratio);
    let size = "SELECT pg_total_relation_size('countersign_bench') / greatest(count(*), 1) FROM countersign_bench";
    pool.execute("VACUUM FULL countersign_bench").await.unwrap();
    let size = sqlx::query_scalar::<_, i64>(size).fetch_one(&pool).await.unwrap();
    println!("PostgreSQL: {size} bytes a record, indexes included");
    pool.execute(drop).await.unwrap();
}

/// One read and one conditional write; the first of a key is its insert.
async fn postgres_by_hand(pool: &PgPool, key: &[u8], stamp: u64) {
    let next = record(stamp);
    if stamp == 0 {
        let insert =
            "INSERT INTO countersign_plain (key, record, forget_at) VALUES ($1, $2, now() + interval '2 days')";
        sqlx::query(insert).bind(key).bind(&next).execute(pool).await.unwrap();
        return;
    }
    let read = "SELECT record FROM countersign_plain WHERE key = $1";
    let seen = sqlx::query_scalar::<_, Vec<u8>>(read).bind(key).fetch_one(pool).await.unwrap();
    let write = "UPDATE countersign_plain SET record = $3, forget_at = now() + interval '2 days' WHERE key = $1 AND record = $2";
    let written = sqlx::query(write).bind(key).bind(&seen).bind(&next).execute(pool).await.unwrap();
    assert_eq!(written.rows_affected(), 1);
}

async fn mysql(rounds: usize, clients: usize, calls: usize) {
    let url = std::env::var("COUNTERSIGN_MYSQL_URL");
    let url = url.unwrap_or_else(|_| "mysql://root@127.0.0.1:3306/test".to_owned());
    let pool = MySqlPoolOptions::new().max_connections(u32::try_from(clients).unwrap()).connect(&url).await.unwrap();
    let drop = "DROP TABLE IF EXISTS countersign_bench, countersign_plain";
    pool.execute(drop).await.unwrap();
    let options = SqlxOptions::new().table("countersign_bench").unwrap().migrate();
    let store = Arc::new(options.mysql(pool.clone()).await.unwrap());
    pool.execute("CREATE TABLE countersign_plain LIKE countersign_bench").await.unwrap();
    let by_hand = {
        let pool = pool.clone();
        move |key: [u8; 32], stamp| {
            let pool = pool.clone();
            async move { mysql_by_hand(&pool, &key, stamp).await }
        }
    };
    let (rates, ratio) = compare(rounds, clients, calls, store, by_hand).await;
    println!("MariaDB,    {clients:>2} clients: {rates}");
    line::ratio("mysql", clients, ratio);
    pool.execute("OPTIMIZE TABLE countersign_bench").await.unwrap();
    let size = "SELECT CAST((data_length + index_length) / (SELECT COUNT(*) FROM countersign_bench) AS SIGNED) \
                FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'countersign_bench'";
    let size = sqlx::query_scalar::<_, i64>(size).fetch_one(&pool).await.unwrap();
    println!("MariaDB:    {size} bytes a record, indexes included");
    pool.execute(drop).await.unwrap();
}

/// As [`postgres_by_hand`].
async fn mysql_by_hand(pool: &MySqlPool, key: &[u8], stamp: u64) {
    let next = record(stamp);
    if stamp == 0 {
        let insert = "INSERT INTO countersign_plain (`key`, record, forget_at) VALUES (?, ?, UTC_TIMESTAMP(6) + INTERVAL 2 DAY)";
        sqlx::query(insert).bind(key).bind(&next).execute(pool).await.unwrap();
        return;
    }
    let read = "SELECT record FROM countersign_plain WHERE `key` = ?";
    let seen = sqlx::query_scalar::<_, Vec<u8>>(read).bind(key).fetch_one(pool).await.unwrap();
    let write = "UPDATE countersign_plain SET record = ?, forget_at = UTC_TIMESTAMP(6) + INTERVAL 2 DAY WHERE `key` = ? AND record = ?";
    let written = sqlx::query(write).bind(&next).bind(key).bind(&seen).execute(pool).await.unwrap();
    assert_eq!(written.rows_affected(), 1);
}

fn record(stamp: u64) -> Vec<u8> {
    stamp.to_be_bytes().repeat(BYTES / 8)
}

/// The median rates of verifications and of what is done by hand, and the median ratio of neighbours in time.
async fn compare<S, F>(
    rounds: usize,
    clients: usize,
    calls: usize,
    store: Arc<S>,
    by_hand: impl Fn([u8; 32], u64) -> F + Clone + Send + 'static,
) -> (String, f64)
where
    S: AsyncStore + Send + 'static,
    S::Error: core::fmt::Debug,
    F: Future<Output = ()> + Send + 'static,
{
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
    let verifier = Arc::new(Verifier::new(Keyring::new(&root(1), &root(2)).unwrap()));
    for round in 0..rounds {
        let mut open = Vec::new();
        for number in 0..clients * calls {
            open.push(issue(&verifier, &*store, (round * clients * calls + number + 1) as u128).await);
            by_hand(key(round * clients * calls + number), 0).await;
        }
        let mut open = open.into_iter();
        let verifications = rate(clients, calls, |_| {
            let (verifier, store) = (Arc::clone(&verifier), Arc::clone(&store));
            let mine = open.by_ref().take(calls).collect::<Vec<_>>();
            async move {
                for open in mine {
                    verify(&verifier, &*store, open).await;
                }
            }
        });
        let plain = rate(clients, calls, |client| {
            let by_hand = by_hand.clone();
            async move {
                for number in 0..calls {
                    by_hand(key((round * clients + client) * calls + number), 1).await;
                }
            }
        });
        // Each goes first as often as the other.
        if round % 2 == 0 {
            ours.push(verifications.await);
            theirs.push(plain.await);
        } else {
            theirs.push(plain.await);
            ours.push(verifications.await);
        }
    }
    let ratio = median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect());
    let (ours, theirs) = (median(ours), median(theirs));
    let verdict = if ratio >= 0.90 { "met" } else { "MISSED" };
    let rates = format!(
        "{ours:.0} verifications a second / {theirs:.0} by hand, ratio {ratio:.2}, target at least 0.90: {verdict}"
    );
    (rates, ratio)
}

#[expect(clippy::cast_precision_loss, reason = "a count of calls fits a double")]
async fn rate<F: Future<Output = ()> + Send + 'static>(
    clients: usize,
    calls: usize,
    mut client: impl FnMut(usize) -> F,
) -> f64 {
    let started = Instant::now();
    let tasks = (0..clients).map(|number| tokio::spawn(client(number))).collect::<Vec<_>>();
    for task in tasks {
        task.await.unwrap();
    }
    (clients * calls) as f64 / started.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// As good as random, as a store's own keys are.
fn key(number: usize) -> [u8; 32] {
    let mut key = [0; 32];
    let mixed = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    key.chunks_exact_mut(8).for_each(|chunk| chunk.copy_from_slice(&mixed));
    key
}

type Open = (Subject, Handle, Code, Payment);

async fn issue<S: AsyncStore>(verifier: &Verifier, store: &S, number: u128) -> Open
where
    S::Error: core::fmt::Debug,
{
    let subject = Subject::from_bytes(&number.to_be_bytes()).unwrap();
    let amount = Money::new(129_90, Currency::EUR);
    let payment = Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap();
    let phone = Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1));
    let issue = verifier.issue(PAY, &subject, &payment, &phone, NOW, &mut SysRng).unwrap();
    let issued = issue.run_async(store).await.unwrap();
    let code = issued.message(&|slip: &Slip<'_, Payment>| Code::parse(slip.code(), Digits::SIX).unwrap()).unwrap();
    let handle = issued.ticket().handle();
    (subject, handle, code, payment)
}

async fn verify<S: AsyncStore>(verifier: &Verifier, store: &S, open: Open)
where
    S::Error: core::fmt::Debug,
{
    let (subject, handle, code, payment) = open;
    let verify = verifier.verify(PAY, &subject, handle, code, payment, NOW, &mut SysRng).unwrap();
    let _ = verify.run_async(store).await.unwrap();
}
