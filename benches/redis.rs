//! Verifications a second on Redis, beside the smallest loop that reads and conditionally writes by the same connection.
//!
//! `COUNTERSIGN_REDIS_URL=redis://127.0.0.1:6379 cargo bench --features redis --bench redis`. Every client shares one
//! multiplexed connection. Both sides run in turns, and a ratio is one of medians. The last lines are the bytes of a
//! record.

#![expect(clippy::print_stdout, reason = "the table is for a person to read")]
#![expect(clippy::unwrap_used, reason = "a bench may stop")]

#[path = "shared/line.rs"]
mod line;

use std::sync::Arc;
use std::time::Instant;

use countersign::{
    Code, Currency, Digits, Handle, Keyring, Money, Operation as _, Payment, Policy, Purpose, Recipient,
    RedisOptions, RedisStore, RootKey, Slip, Subject, UnixTime, Verifier,
};
use getrandom::SysRng;
use redis::aio::MultiplexedConnection;
use redis::{Value, cmd};
use tokio::task::JoinSet;

const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
const TARGET: f64 = 0.90;
const OURS: &str = "bench-countersign:";
const THEIRS: &str = "bench-by-hand----:";

fn main() {
    let Ok(url) = std::env::var("COUNTERSIGN_REDIS_URL") else {
        println!("needs Redis: set COUNTERSIGN_REDIS_URL");
        return;
    };
    tokio::runtime::Runtime::new().unwrap().block_on(measure(&url));
}

async fn measure(url: &str) {
    let glance = std::env::args().any(|argument| argument == "--test");
    let (rounds, calls) = if glance { (1, 64) } else { (9, 1_600) };
    let connection = redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    let bench = Arc::new(Bench::new(connection).await);
    println!("{:>7} {:>12} {:>12} {:>6}", "clients", "verify/s", "by hand/s", "ratio");
    for clients in [1, 8, 64] {
        let calls = if clients == 1 { calls / 4 } else { calls };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            bench.prepare(calls).await;
            if round % 2 == 0 {
                ours.push(rate(&bench, clients, calls, Bench::verify).await);
            }
            theirs.push(rate(&bench, clients, calls, Bench::by_hand).await);
            if round % 2 == 1 {
                ours.push(rate(&bench, clients, calls, Bench::verify).await);
            }
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let verdict = if ours / theirs >= TARGET { "met" } else { "MISSED" };
        println!("{clients:>7} {ours:>12.0} {theirs:>12.0} {:>6.2}  at least {TARGET:.2}: {verdict}", ours / theirs);
        line::ratio("redis", clients, ours / theirs);
    }
    bench.print_bytes(calls).await;
    bench.clear().await;
}

/// Calls a second of `work`, shared among `clients` tasks.
async fn rate<F>(bench: &Arc<Bench>, clients: usize, calls: usize, work: fn(Arc<Bench>, usize) -> F) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let bench = Arc::clone(bench);
        tasks.spawn(async move {
            for number in (client..calls).step_by(clients) {
                work(Arc::clone(&bench), number).await;
            }
        });
    }
    tasks.join_all().await;
    f64::from(u32::try_from(calls).unwrap()) / start.elapsed().as_secs_f64()
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap()
}

struct Bench {
    verifier: Verifier,
    store: RedisStore<MultiplexedConnection>,
    connection: MultiplexedConnection,
    /// The handle and the code of each customer, as issued last.
    sent: tokio::sync::RwLock<Vec<(Handle, String)>>,
    hash: String,
}

impl Bench {
    async fn new(connection: MultiplexedConnection) -> Self {
        let root = |byte| RootKey::from_bytes(&[byte; 32]).unwrap();
        let options = RedisOptions::new().prefix(OURS).unwrap().lossy();
        let store = options.open(connection.clone()).await.unwrap();
        let hash = cmd("SCRIPT").arg("LOAD").arg(SCRIPT).query_async(&mut connection.clone()).await.unwrap();
        let verifier = Verifier::new(Keyring::new(&root(1), &root(2)).unwrap());
        Self { verifier, store, connection, sent: tokio::sync::RwLock::default(), hash }
    }

    /// A fresh challenge for every customer, and for the loop by hand the very same bytes.
    async fn prepare(&self, calls: usize) {
        self.clear().await;
        let mut connection = self.connection.clone();
        let mut sent = Vec::with_capacity(calls);
        for number in 0..calls {
            let (subject, phone) = (subject(number), phone());
            let payment = payment();
            let issue = self.verifier.issue(PAY, &subject, &payment, &phone, NOW, &mut SysRng).unwrap();
            let issued = issue.run_async(&self.store).await.unwrap();
            let code = issued.message(&|slip: &Slip<'_, Payment>| slip.code().to_owned()).unwrap();
            sent.push((issued.ticket().handle(), code));
        }
        for (number, key) in self.keys(OURS).await.into_iter().enumerate() {
            let record: Vec<u8> = cmd("GET").arg(key).query_async(&mut connection).await.unwrap();
            let copy = cmd("SET").arg(by_hand_key(number)).arg(record).arg("PX").arg(KEEP).take();
            copy.exec_async(&mut connection).await.unwrap();
        }
        *self.sent.write().await = sent;
    }

    async fn verify(self: Arc<Self>, number: usize) {
        let (handle, code) =
            self.sent.read().await.get(number).map(|(handle, code)| (*handle, code.clone())).unwrap();
        let code = Code::parse(&code, Digits::SIX).unwrap();
        let verify = self.verifier.verify(PAY, &subject(number), handle, code, payment(), NOW, &mut SysRng).unwrap();
        drop(verify.run_async(&self.store).await.unwrap());
    }

    /// One read and one conditional write.
    async fn by_hand(self: Arc<Self>, number: usize) {
        let (mut connection, key) = (self.connection.clone(), by_hand_key(number));
        let seen: Vec<u8> = cmd("GET").arg(&key).query_async(&mut connection).await.unwrap();
        let mut next = seen.clone();
        next.reverse();
        let mut swap = cmd("EVALSHA");
        swap.arg(&self.hash).arg(1).arg(&key).arg(&seen).arg(&next).arg(KEEP);
        let swapped: Value = swap.query_async(&mut connection).await.unwrap();
        assert_eq!(swapped, Value::Int(1));
    }

    async fn keys(&self, prefix: &str) -> Vec<Vec<u8>> {
        cmd("KEYS").arg(format!("{prefix}*")).query_async(&mut self.connection.clone()).await.unwrap()
    }

    async fn clear(&self) {
        for prefix in [OURS, THEIRS] {
            let mut delete = cmd("DEL");
            delete.arg("nothing").arg(self.keys(prefix).await);
            delete.exec_async(&mut self.connection.clone()).await.unwrap();
        }
    }

    async fn print_bytes(&self, calls: usize) {
        self.clear().await;
        let empty = self.used_memory().await;
        self.prepare(calls).await;
        let mut connection = self.connection.clone();
        let keys = self.keys(OURS).await;
        let key = keys.first().unwrap();
        let length: u64 = cmd("STRLEN").arg(key).query_async(&mut connection).await.unwrap();
        let usage: u64 = cmd("MEMORY").arg("USAGE").arg(key).query_async(&mut connection).await.unwrap();
        let all = (self.used_memory().await - empty) / (2 * u64::try_from(calls).unwrap());
        println!("a record of one challenge: {length} bytes, key {} bytes", key.len());
        println!(
            "MEMORY USAGE: {usage} bytes; used_memory, shared among {calls} such records twice: {all} bytes each"
        );
    }

    async fn used_memory(&self) -> u64 {
        let info: String = cmd("INFO").arg("memory").query_async(&mut self.connection.clone()).await.unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
        line.unwrap().trim().parse().unwrap()
    }
}

const SCRIPT: &str = "\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1";
/// Two days, in milliseconds.
const KEEP: u32 = 172_800_000;

fn by_hand_key(number: usize) -> Vec<u8> {
    format!("{THEIRS}{number:032}").into_bytes()
}

fn subject(number: usize) -> Subject {
    Subject::from_bytes(&number.to_be_bytes()).unwrap()
}

fn phone() -> Recipient<'static> {
    Recipient::sms("+4915112345678").unwrap().verified(UnixTime::from_secs(1))
}

fn payment() -> Payment {
    let amount = Money::new(129_90, Currency::EUR);
    Payment::new(amount, "Anna's Bikes", "DE89370400440532013000", "order 4711").unwrap()
}
