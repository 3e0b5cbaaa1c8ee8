//! Where a test lives: a private folder, keys, orders; and the service inside this process.

use std::fs::{self, DirBuilder};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use countersign::{DynAsyncStore, Keyring, ManualClock, RootKey, SystemRng, UnixTime};
use gateway::{Desk, Ledger, Orders, Outbox, Work, routes};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::client::PATIENCE;

pub const ORDERS: &str = include_str!("../orders.json");

/// A folder for this user alone, which goes away with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("gateway-{}-{number}", std::process::id()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The messages that left so far.
    pub fn messages(&self) -> Vec<Value> {
        let lines = fs::read_to_string(self.path("outbox")).unwrap();
        lines
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'))
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What they say.
    pub fn texts(&self) -> Vec<String> {
        self.messages().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    /// The code in the last message that has one.
    pub fn code(&self) -> String {
        self.codes().pop().expect("a message with a code")
    }

    /// The code of each message that has one.
    pub fn codes(&self) -> Vec<String> {
        self.texts().iter().filter_map(|text| Some(text.rsplit_once('#')?.1.to_owned())).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The service inside this process, over any store, on a clock that stands at the beginning of an hour.
pub struct House {
    pub folder: Folder,
    pub address: SocketAddr,
    /// Where the operator looks.
    pub operator: SocketAddr,
    pub clock: Arc<ManualClock>,
    /// Tells of each request whose handler was dropped before it had answered.
    pub gone: Receiver<()>,
    _runtime: Runtime,
}

impl House {
    pub fn new(store: DynAsyncStore) -> Self {
        Self::with(store, ORDERS)
    }

    /// With these rows of the order table.
    pub fn with(store: DynAsyncStore, orders: &str) -> Self {
        let (folder, runtime) = (Folder::new(), Runtime::new().unwrap());
        let (tell, gone) = channel();
        let root = || RootKey::generate(&mut SystemRng).unwrap();
        let keys = Keyring::new(&root(), &root()).unwrap();
        let clock = Arc::new(ManualClock::new(UnixTime::from_secs(1_800_000_000)));
        let outbox = Outbox::file(&folder.path("outbox")).unwrap();
        let [address, operator] = runtime.block_on(async {
            let (orders, ledger) = (Orders::open(orders, "memory:").await, Ledger::open("memory:").await);
            let desk =
                Desk::new(keys, Arc::<ManualClock>::clone(&clock), store, orders.unwrap(), ledger.unwrap(), outbox);
            let desk = Arc::new(desk.unwrap());
            let operator = served(gateway::operator(Arc::clone(&desk))).await;
            [served(watched(routes(desk, Work::new()), tell)).await, operator]
        });
        Self { folder, address, operator, clock, gone, _runtime: runtime }
    }
}

async fn served(routes: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
    address
}

fn watched(routes: Router, tell: Sender<()>) -> Router {
    routes.layer(from_fn(move |request: Request, next: Next| {
        let tell = tell.clone();
        async move {
            let mut leaving = Leaving(Some(tell));
            let response = next.run(request).await;
            leaving.0 = None;
            response
        }
    }))
}

struct Leaving(Option<Sender<()>>);

impl Drop for Leaving {
    fn drop(&mut self) {
        if let Some(tell) = self.0.take() {
            let _ = tell.send(());
        }
    }
}

/// Asks until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        match ask() {
            Some(answer) => return answer,
            None => assert!(start.elapsed() < PATIENCE, "never: {what}"),
        }
        std::thread::yield_now();
    }
}
