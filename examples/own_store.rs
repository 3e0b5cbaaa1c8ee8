//! A store of one's own, and its proof: `cargo run --example own_store --features conformance`.
//!
//! The service below keeps its data in a key-value server that knows versions instead of bytes: it writes a value if
//! the version is still the one that was read, as etcd, Consul and many others do. Thirty lines make a store
//! of it, and five make a test.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use countersign::conformance::{self, Broken};
use countersign::{Key, Record, Store, Swap};

/// The server's client. Here it is a map; only its two methods matter.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<HashMap<[u8; 32], Versioned>>>);

#[derive(Clone)]
struct Versioned {
    value: Vec<u8>,
    version: u64,
}

/// The server's error: it did not answer.
#[derive(Debug)]
struct NoAnswer;

impl Server {
    fn get(&self, key: &[u8; 32]) -> Result<Option<Versioned>, NoAnswer> {
        Ok(self.0.lock().map_err(|_| NoAnswer)?.get(key).cloned())
    }

    /// Writes if the version is still this one (0: nothing is stored); answers whether it did.
    fn put_if(&self, key: &[u8; 32], version: u64, value: &[u8]) -> Result<bool, NoAnswer> {
        let mut map = self.0.lock().map_err(|_| NoAnswer)?;
        if map.get(key).map_or(0, |stored| stored.version) != version {
            return Ok(false);
        }
        map.insert(*key, Versioned { value: value.to_vec(), version: version + 1 });
        Ok(true)
    }
}

/// Records on that server.
struct ServerStore {
    server: Server,
}

impl Store for ServerStore {
    type Error = NoAnswer;

    fn load(&self, key: &Key) -> Result<Option<Record>, NoAnswer> {
        let stored = self.server.get(key.as_bytes())?;
        Ok(stored.map(|stored| Record::from_bytes(&stored.value))) // whatever is stored, damaged or not
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, NoAnswer> {
        let stored = self.server.get(key.as_bytes())?;
        if stored.as_ref().map(|stored| stored.value.as_slice()) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        // The version ties the write to the very value that was compared: whoever came in between has moved it.
        let version = stored.map_or(0, |stored| stored.version);
        let written = self.server.put_if(key.as_bytes(), version, next.as_bytes())?;
        Ok(if written { Swap::Done } else { Swap::Stale })
    }
}

/// The proof, as it stands in the test file of whoever owns the store: two handles, one server.
#[cfg(test)]
#[test]
fn the_server_store_keeps_the_contract() -> Result<(), Broken> {
    let server = Server::default();
    conformance::check(|| ServerStore { server: server.clone() })?;
    Ok(())
}

fn main() -> Result<(), Broken> {
    let server = Server::default();
    let report = conformance::check(|| ServerStore { server: server.clone() })?;
    show(&report);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example shows what it does")]
fn show(report: &impl fmt::Display) {
    println!("{report}");
}
