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
use countersign::{DynAsyncStore, Keyring, RootKey, SystemRng};
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

/// The service inside this process, over any store.
pub struct House {
    pub folder: Folder,
    pub address: SocketAddr,
    /// Tells of each request whose handler was dropped before it had answered.
    pub gone: Receiver<()>,
    _runtime: Runtime,
}

impl House {
    pub fn new(store: DynAsyncStore) -> Self {
        let (folder, runtime) = (Folder::new(), Runtime::new().unwrap());
        let (tell, gone) = channel();
        let root = || RootKey::generate(&mut SystemRng).unwrap();
        let keys = Keyring::new(&root(), &root()).unwrap();
        let outbox = Outbox::file(&folder.path("outbox")).unwrap();
        let address = runtime.block_on(async {
            let ledger = Ledger::open("memory:").await.unwrap();
            let desk =
                Desk::new(keys, store, Orders::open(ORDERS, "memory:").await.unwrap(), ledger, outbox).unwrap();
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let routes = watched(routes(Arc::new(desk), Work::new()), tell);
            tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
            address
        });
        Self { folder, address, gone, _runtime: runtime }
    }
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
