//! The real program, as a process of its own.

use core::ops::Range;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use countersign::{RootKey, SystemRng};
use serde_json::{Value, json};

use crate::client::{PATIENCE, get};
use crate::engine::Engine;
use crate::house::Folder;

pub struct Process {
    pub address: SocketAddr,
    /// Where the operator looks.
    operator: SocketAddr,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts it, and waits until it listens.
    pub fn start(folder: &Folder, engine: &Engine) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
        command.args([
            "--listen",
            "127.0.0.1:0",
            "--operator",
            "127.0.0.1:0",
            "--store",
            &engine.store,
            "--tables",
            &engine.ledger,
        ]);
        for name in ["keys", "orders", "outbox"] {
            command.arg(format!("--{name}")).arg(folder.path(name));
        }
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let said = |what: &str| {
            let line = lines.recv_timeout(PATIENCE).expect("it says where it listens");
            let address = line.strip_prefix(what).unwrap_or_else(|| panic!("{line}"));
            address.parse().unwrap()
        };
        let operator = said("gateway: the operator's view is on http://");
        Self { address: said("gateway: listening on http://"), operator, child, lines }
    }

    /// How many events of a kind, or refusals for a reason, its operator sees.
    pub fn counts(&self, table: &str, name: &str) -> u64 {
        let (status, view) = get(self.operator, "/events");
        assert_eq!(status, 200);
        view[table][name].as_u64().unwrap_or(0)
    }

    /// Ends it; how often its audit trail has this.
    pub fn end_and_count(mut self, what: &str) -> usize {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().filter(|line| line.contains(what)).count()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// New keys, and so records of its own on any database; and orders, each of another customer.
pub fn furnish(folder: &Folder, orders: Range<u32>) {
    let root = || RootKey::generate(&mut SystemRng).unwrap();
    fs::write(folder.path("keys"), [root().expose(), root().expose()].concat()).unwrap();
    let order = |number: u32| {
        json!({
            "number": number, "customer": format!("customer-{number}"), "phone": format!("+4915112{number:06}"), "verified": 1_750_000_000,
            "cents": 129_90, "payee": "Anna's Bikes", "account": "DE89370400440532013000",
        })
    };
    fs::write(folder.path("orders"), orders.map(order).collect::<Value>().to_string()).unwrap();
}
