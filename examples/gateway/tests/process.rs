//! The real program, as a process of its own.

use core::ops::Range;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, Sender, channel};

use countersign::{RootKey, SystemRng};
use serde_json::{Value, json};

use crate::client::{PATIENCE, Reply, answer, connect, request};
use crate::engine::Engine;
use crate::house::Folder;

pub struct Process {
    pub address: SocketAddr,
    /// Where the operator looks.
    pub operator: SocketAddr,
    child: Child,
    /// What it prints.
    lines: Receiver<String>,
}

/// Clients at once.
pub const CLIENTS: usize = 64;

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
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, lines) = channel();
        read(child.stdout.take().unwrap(), tell.clone());
        read(child.stderr.take().unwrap(), tell);
        let said = |what: &str| {
            let line: String = lines.recv_timeout(PATIENCE).expect("it says where it listens");
            let address = line.strip_prefix(what).unwrap_or_else(|| panic!("{line}"));
            address.parse().unwrap()
        };
        let operator = said("gateway: the operator's view is on http://");
        Self { address: said("gateway: listening on http://"), operator, child, lines }
    }

    /// Ends it; what it has printed since it listened.
    pub fn end(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.lines.iter().collect()
    }

    /// Ends it; how often its audit trail has this.
    pub fn end_and_count(self, what: &str) -> usize {
        self.end().iter().filter(|line| line.contains(what)).count()
    }
}

/// To its end, or the process would stop when the pipe is full.
fn read(from: impl Read + Send + 'static, tell: Sender<String>) {
    let lines = BufReader::new(from).split(b'\n').map_while(Result::ok);
    let mut lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    std::thread::spawn(move || lines.try_for_each(|line| tell.send(line)));
}

/// Every client has its connection before any of them asks; each other one asks the other process.
pub fn at_once(processes: &[Process; 2], post: impl Fn(usize) -> (String, Value) + Sync) -> Vec<Reply> {
    let (ready, post) = (&Barrier::new(CLIENTS), &post);
    std::thread::scope(|scope| {
        let client = |client: usize| {
            let address = processes[client % processes.len()].address;
            scope.spawn(move || {
                let mut stream = connect(address);
                let (path, body) = post(client);
                let request = request("POST", &path, &body.to_string());
                ready.wait();
                stream.write_all(request.as_bytes()).unwrap();
                answer(stream)
            })
        };
        let clients: Vec<_> = (0..CLIENTS).map(client).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    })
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// New keys, and so records of its own on any database; and orders, each of another customer with a phone of its own.
pub fn furnish(folder: &Folder, orders: Range<u32>) {
    furnish_for(folder, orders, |order| format!("+4915112{order:06}"));
}

/// As [`furnish`], with these phones.
pub fn furnish_for(folder: &Folder, orders: Range<u32>, phone: impl Fn(u32) -> String) {
    let root = || RootKey::generate(&mut SystemRng).unwrap();
    fs::write(folder.path("keys"), [root().expose(), root().expose()].concat()).unwrap();
    fs::write(folder.path("orders"), table(orders, phone)).unwrap();
}

/// An order table, each row of another customer.
pub fn table(orders: Range<u32>, phone: impl Fn(u32) -> String) -> String {
    let order = |number: u32| {
        json!({
            "number": number, "customer": format!("customer-{number}"), "phone": phone(number), "verified": 1_750_000_000,
            "cents": 129_90, "payee": "Anna's Bikes", "account": "DE89370400440532013000",
        })
    };
    orders.map(order).collect::<Value>().to_string()
}
