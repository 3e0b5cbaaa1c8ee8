//! Clients that hang up while the service works for them: real connections, closed when the store is at the point that
//! the test names.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use countersign::{AsyncStore, DynAsyncStore, Key, MemoryStore, MemoryStoreError, Record, Swap};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::client::{PATIENCE, confirm, pay, post, send, status};
use crate::house::{House, until};

const ORDER: u32 = 4711;

/// Where a swap is held up.
#[derive(Clone, Copy)]
enum Point {
    BeforeTheWrite,
    AfterTheWrite,
}

/// A store that holds up one swap until it is let go.
struct Gate {
    store: MemoryStore,
    point: Point,
    shut: AtomicBool,
    go: Semaphore,
    arrived: Sender<()>,
}

impl Gate {
    async fn hold(&self) {
        self.arrived.send(()).unwrap();
        self.go.acquire().await.unwrap().forget();
    }
}

impl AsyncStore for Gate {
    type Error = MemoryStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.store.load_async(key).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        let held = self.shut.swap(false, Ordering::SeqCst);
        if held && matches!(self.point, Point::BeforeTheWrite) {
            self.hold().await;
        }
        let answer = self.store.swap_async(key, seen, next).await;
        if held && matches!(self.point, Point::AfterTheWrite) {
            self.hold().await;
        }
        answer
    }
}

struct Stage {
    house: House,
    gate: Arc<Gate>,
    arrived: Receiver<()>,
}

impl Stage {
    fn new(point: Point) -> Self {
        let (tell, arrived) = channel();
        let (shut, go) = (AtomicBool::new(false), Semaphore::new(0));
        let gate = Arc::new(Gate { store: MemoryStore::new(), point, shut, go, arrived: tell });
        Self { house: House::new(DynAsyncStore::new(Arc::clone(&gate))), gate, arrived }
    }

    /// Sends a request, and hangs up while its swap is held up; when the service has noticed, the swap goes on.
    fn ask_and_hang_up(&self, path: &str, body: &serde_json::Value) {
        self.gate.shut.store(true, Ordering::SeqCst);
        let stream = send(self.house.address, "POST", path, &body.to_string());
        self.arrived.recv_timeout(PATIENCE).expect("the swap begins");
        drop(stream);
        self.house.gone.recv_timeout(PATIENCE).expect("the service notices");
        self.gate.go.add_permits(1);
    }

    fn hang_up_at_the_confirm(&self) {
        let address = self.house.address;
        let handle = pay(address, ORDER);
        let code = self.house.folder.code();
        self.ask_and_hang_up("/orders/4711/confirm", &json!({ "handle": handle, "code": code }));

        let captured = until("captured", || match status(address, ORDER, &handle)["captured"].clone() {
            serde_json::Value::Null => None,
            entry => Some(entry),
        });
        assert_eq!((&captured["order"], &captured["amount"]), (&json!(4711), &json!("EUR 129.90")));
        for _ in 0..3 {
            let told = json!({ "error": "already used", "captured": captured });
            assert_eq!(confirm(address, ORDER, &handle, &code), (409, told));
        }
        let told = json!({ "error": "already paid", "captured": captured });
        assert_eq!(post(address, "/orders/4711/pay", &json!({ "form": "page-2" })), (409, told));
        assert_eq!(status(address, ORDER, &handle), json!({ "captured": captured, "challenge": "approved" }));
    }
}

#[test]
fn a_client_who_hangs_up_before_the_write_has_paid_once() {
    Stage::new(Point::BeforeTheWrite).hang_up_at_the_confirm();
}

#[test]
fn a_client_who_hangs_up_after_the_write_has_paid_once() {
    Stage::new(Point::AfterTheWrite).hang_up_at_the_confirm();
}

#[test]
fn a_client_who_hangs_up_while_a_code_is_issued_still_gets_it() {
    for point in [Point::BeforeTheWrite, Point::AfterTheWrite] {
        let stage = Stage::new(point);
        stage.ask_and_hang_up("/orders/4711/pay", &json!({ "form": "page-1" }));
        until("a message", || stage.house.folder.messages().pop());
        // The same page again: the same challenge, and no second message.
        let handle = pay(stage.house.address, ORDER);
        assert_eq!(stage.house.folder.messages().len(), 1);
        let (status, body) = confirm(stage.house.address, ORDER, &handle, &stage.house.folder.code());
        assert_eq!((status, &body["captured"]["amount"]), (200, &json!("EUR 129.90")));
    }
}
