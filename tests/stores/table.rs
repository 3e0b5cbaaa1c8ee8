//! What must hold on every database that `sqlx` speaks to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign::*;
use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::{Database, Pool};

use crate::desk::{Desk, Place, Shared};
use crate::kill::Mortal;
use crate::outage::{TIME_OUT, nothing_is_approved_meanwhile};
use crate::private::Private;
use crate::proxy::{Proxy, a_silent_connection_is_replaced};
use crate::support::{customer, payment};
use crate::{cases, dropped};

/// A database, and what only its own types can say.
#[allow(async_fn_in_trait)] // it is awaited by tests alone
pub trait Engine: Sized + Send + Sync + 'static {
    type Db: Database;

    /// Where the server is, and the variable that says otherwise.
    const URL: [&'static str; 2];
    /// The key, the record and the time of each row.
    const ROWS: &'static str;
    /// Swaps two rows' records.
    const MIX_UP: &'static str;
    /// Brings forward the times by `?`.
    const ADVANCE: &'static str;
    /// Settings of sessions with which everything must be as it is.
    const SETTINGS: &'static [&'static str];
    const DURABLE: &'static [&'static str];
    const LOSSY: &'static [&'static str];

    async fn open(options: SqlxOptions, pool: Pool<Self::Db>) -> Result<SqlxStore<Self::Db>, SqlxStoreError>;
    async fn sweep(store: &SqlxStore<Self::Db>, limit: u32) -> Result<u64, SqlxStoreError>;
    /// How many rows were affected.
    fn execute(connection: &mut <Self::Db as Database>::Connection, sql: &str) -> impl Future<Output = u64> + Send;
    async fn rows(connection: &mut <Self::Db as Database>::Connection, sql: &str) -> Vec<Row>;
    fn server(settings: &[&str]) -> Private;
    /// Of a server of a test's own.
    fn url_of(port: u16) -> String;
    fn hold_back(_server: &Private) {}
}

pub type Row = (Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// A table of a test's own.
pub struct Table<E: Engine> {
    pub pool: Pool<E::Db>,
    name: String,
    settings: &'static str,
}

pub fn url<E: Engine>() -> String {
    let [variable, otherwise] = E::URL;
    std::env::var(variable).unwrap_or_else(|_| otherwise.to_owned())
}

/// Connections whose sessions begin with these settings.
pub async fn pool<E: Engine>(connections: u32, settings: &'static str) -> Pool<E::Db> {
    let options = PoolOptions::<E::Db>::new().max_connections(connections).after_connect(move |connection, _| {
        Box::pin(async move {
            E::execute(connection, settings).await;
            Ok(())
        })
    });
    options.connect(&url::<E>()).await.unwrap()
}

/// Connections to a server that may be away.
fn lazy_pool<E: Engine>(server: &Private, connections: u32) -> Pool<E::Db> {
    let options = PoolOptions::<E::Db>::new().max_connections(connections).acquire_timeout(TIME_OUT * 5);
    options.connect_lazy(&E::url_of(server.port)).unwrap()
}

/// The store of a server of a test's own, once it has started.
async fn private_store<E: Engine>(pool: &Pool<E::Db>, lossy: bool) -> SqlxStore<E::Db> {
    let options = SqlxOptions::new().migrate().time_out(TIME_OUT);
    let options = if lossy { options.lossy() } else { options };
    for _ in 0..300 {
        match E::open(options.clone(), pool.clone()).await {
            Ok(store) => return store,
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
    panic!("the server does not start");
}

impl<E: Engine> Table<E> {
    pub async fn new() -> Self {
        Self::with("SELECT 1").await
    }

    /// Whose stores' sessions begin with these settings.
    pub async fn with(settings: &'static str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("records_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let table = Self { pool: pool::<E>(2, "SELECT 1").await, name, settings };
        E::open(table.options().migrate(), table.pool.clone()).await.unwrap();
        table
    }

    pub fn options(&self) -> SqlxOptions {
        SqlxOptions::new().table(&self.name).unwrap()
    }

    pub async fn execute(&self, sql: &str) -> u64 {
        let mut connection: PoolConnection<E::Db> = self.pool.acquire().await.unwrap();
        E::execute(&mut connection, &sql.replace("TABLE_NAME", &self.name)).await
    }

    /// A store with so many connections.
    pub async fn open_with(&self, connections: u32) -> SqlxStore<E::Db> {
        E::open(self.options(), pool::<E>(connections, self.settings).await).await.unwrap()
    }

    /// Why a store with such sessions is not opened.
    pub async fn refusal(&self, settings: &'static str) -> String {
        E::open(self.options(), pool::<E>(1, settings).await).await.unwrap_err().to_string()
    }

    pub async fn clear(&self) {
        self.execute("DROP TABLE TABLE_NAME").await;
        self.execute("DROP TABLE IF EXISTS TABLE_NAME_tally").await;
    }
}

impl<E: Engine> Place for Table<E>
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    type Store = SqlxStore<E::Db>;

    async fn open(&self) -> Self::Store {
        self.open_with(8).await
    }

    async fn dump(&self) -> Vec<u8> {
        let mut connection: PoolConnection<E::Db> = self.pool.acquire().await.unwrap();
        let rows = E::rows(&mut connection, &E::ROWS.replace("TABLE_NAME", &self.name)).await;
        let bytes = |(key, record, forget): Row| [key, record, forget.unwrap_or_default()].concat();
        rows.into_iter().flat_map(bytes).collect()
    }

    async fn mix_up(&self) {
        assert_eq!(self.execute(E::MIX_UP).await, 2);
    }

    async fn advance(&self, seconds: u64) {
        let advance = E::ADVANCE.replace('?', &seconds.to_string());
        for table in ["TABLE_NAME", "TABLE_NAME_tally"] {
            self.execute(&advance.replace("TABLE_NAME", table)).await;
        }
    }
}

impl<E: Engine> Mortal for Table<E>
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    type Store = SqlxStore<E::Db>;
    const DURABLE: &'static [&'static str] = E::DURABLE;
    const LOSSY: &'static [&'static str] = E::LOSSY;

    fn server(settings: &[&str]) -> Private {
        E::server(settings)
    }

    async fn store(server: &Private, lossy: bool) -> Self::Store {
        private_store::<E>(&lazy_pool::<E>(server, 16), lossy).await
    }

    fn hold_back(server: &Private) {
        E::hold_back(server);
    }
}

/// A server of the test's own, with its pool of two connections and a desk.
pub async fn private_desk<E: Engine>(settings: &[&str]) -> (Private, Pool<E::Db>, Desk<SqlxStore<E::Db>>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let server = E::server(settings);
    let pool = lazy_pool::<E>(&server, 2);
    let desk = Desk::new(private_store::<E>(&pool, false).await);
    (server, pool, desk)
}

pub async fn f55_a_pool_or_a_server_that_is_gone_is_unavailable<E: Engine>(_: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let (server, pool, desk) = private_desk::<E>(E::DURABLE).await;
    let held = Mutex::new(Vec::new());
    let take = async || {
        let both: [PoolConnection<E::Db>; 2] = [pool.acquire().await.unwrap(), pool.acquire().await.unwrap()];
        held.lock().unwrap().extend(both);
    };
    nothing_is_approved_meanwhile(&desk, "exhausted", take, async || held.lock().unwrap().clear()).await;
    nothing_is_approved_meanwhile(&desk, "hung", async || server.freeze(), async || server.thaw()).await;
    nothing_is_approved_meanwhile(&desk, "gone", async || server.kill(), async || server.start()).await;
}

pub async fn f54_without_its_table_nothing_is_approved<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let desk = Desk::new(table.open().await);
    let (handle, code) = desk.issue(&customer(), &payment(1)).await.unwrap();
    table.clear().await;
    let answer = desk.verify(&customer(), handle, &code, payment(1)).await;
    assert!(matches!(answer, Err(Failure::Unavailable(Unavailable::Store(_)))), "{answer:?}");
    assert_eq!(table.refusal("SELECT 1").await, "the table of records does not exist");
    let migrate = async || E::open(table.options().migrate(), pool::<E>(1, "SELECT 1").await).await;
    let (one, two) = tokio::join!(migrate(), migrate());
    assert!(one.is_ok() && two.is_ok(), "two processes make it at once");
}

pub async fn whatever_the_sessions_settings_answers_are_right<E: Engine>(_: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    for settings in E::SETTINGS {
        println!("{settings}");
        let table = Table::<E>::with(settings).await;
        cases::f01_one_code_in_64_tasks_is_approved_once(&table).await;
        table.execute("TRUNCATE TABLE TABLE_NAME").await;
        cases::f02_of_64_wrong_codes_at_once_five_are_judged(&table).await;
        cases::a_create_replaces_what_is_forgotten_and_nothing_else(&table).await;
        cases::a_swap_writes_over_equal_bytes_alone(&table).await;
        table.clear().await;
    }
}

pub async fn a_dropped_future_leaves_what_the_next_call_reads<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    dropped::at_every_point("warm", &Desk::new(table.open_with(1).await), async || {}).await;
    let own = pool::<E>(1, "SELECT 1").await;
    let cold = Desk::new(E::open(table.options(), own.clone()).await.unwrap());
    let lent = async || -> PoolConnection<E::Db> { own.acquire().await.unwrap() };
    dropped::at_every_point("cold", &cold, async || lent().await.close().await.unwrap()).await;
}

pub async fn f55_a_silent_connection_is_replaced<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let direct = url::<E>();
    let port = direct.rsplit(':').next().unwrap().split('/').next().unwrap();
    let proxy = Proxy::to(port.parse().unwrap()).await;
    let own = PoolOptions::<E::Db>::new().max_connections(1).test_before_acquire(false);
    let own = own.connect(&direct.replace(&format!(":{port}/"), &format!(":{}/", proxy.port))).await.unwrap();
    let desk = Desk::new(E::open(table.options().time_out(TIME_OUT * 2), own).await.unwrap());
    a_silent_connection_is_replaced(&desk, &proxy).await;
}

pub async fn f54_without_its_table_nothing_is_counted<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let addition = Addition::new(Key::from_bytes([7; 32]), 1);
    let (before, opened) = (table.open().await, table.open_with(1).await);
    assert_eq!(opened.add_async(&addition).await.unwrap(), Tallied::Added(1));
    table.execute("DROP TABLE TABLE_NAME_tally").await;
    assert!(before.add_async(&addition).await.is_err() && opened.total_async(addition.key()).await.is_err());
    let without = Desk::new(table.open().await);
    let error = without.store.add_async(&addition).await.unwrap_err();
    assert_eq!(error.to_string(), "the table of counters does not exist");
    without.issue(&customer(), &payment(1)).await.unwrap();
    assert_eq!(E::sweep(&without.store, 3).await.unwrap(), 0);
    E::open(table.options().migrate(), pool::<E>(1, "SELECT 1").await).await.unwrap();
    assert_eq!(table.open().await.add_async(&addition).await.unwrap(), Tallied::Added(1), "and made again");
    table.execute("ALTER TABLE TABLE_NAME_tally DROP COLUMN total").await;
    assert!(table.refusal("SELECT 1").await.contains("a counter must be"));
}

pub async fn a_sweep_deletes_counters_whose_time_is_over<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let store = table.open().await;
    let addition = |n| Addition::new(Key::from_bytes([n; 32]), 1).keeping(60);
    for n in 0..5 {
        assert_eq!(store.add_async(&addition(n)).await.unwrap(), Tallied::Added(1));
    }
    assert_eq!(E::sweep(&store, 3).await.unwrap(), 0);
    table.advance(61).await;
    assert_eq!(store.add_async(&addition(0)).await.unwrap(), Tallied::Added(1), "it was forgotten");
    assert_eq!(E::sweep(&store, 3).await.unwrap(), 3);
    assert_eq!(E::sweep(&store, 3).await.unwrap(), 1);
    assert_eq!(store.total_async(addition(0).key()).await.unwrap(), 1);
}

pub async fn a_sweep_deletes_what_may_go_in_batches<E: Engine>(table: &Table<E>)
where
    SqlxStore<E::Db>: Shared + AsyncTally,
{
    let desk = Desk::new(table.open().await);
    for number in 0..5 {
        desk.issue(&Subject::new(&format!("customer-{number}")).unwrap(), &payment(1)).await.unwrap();
    }
    let sweep = async || E::sweep(&desk.store, 3).await.unwrap();
    assert_eq!(sweep().await, 0);
    table.advance(cases::LONGER_THAN_KEPT).await;
    desk.issue(&customer(), &payment(1)).await.unwrap();
    assert_eq!([sweep().await, sweep().await, sweep().await], [3, 2, 0]);
    assert!(!table.dump().await.is_empty(), "one must be kept");
}
