//! The smallest loop that does what a verification does to the database.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use countersign::Key;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::material::KEEP;
use crate::place::Directory;

const LOAD: &str = "SELECT record FROM countersign_records \
                    WHERE key = ?1 AND (forget_at IS NULL OR forget_at > unixepoch())";
const SWAP: &str = "UPDATE countersign_records SET record = ?2, forget_at = unixepoch() + ?3 + 1 \
                    WHERE key = ?1 AND record = ?4 AND (forget_at IS NULL OR forget_at > unixepoch())";

/// One read and one conditional write.
fn turn(connection: &Connection, key: &Key) {
    let mut load = connection.prepare_cached(LOAD).unwrap();
    let seen: Vec<u8> = load.query_row([key.as_bytes()], |row| row.get(0)).optional().unwrap().unwrap();
    let mut next = seen.clone();
    next.reverse();
    let mut swap = connection.prepare_cached(SWAP).unwrap();
    let rows = swap.execute(params![key.as_bytes(), next, KEEP, seen]).unwrap();
    assert_eq!(rows, 1, "nobody else writes this row");
}

fn connect(directory: &Directory) -> Connection {
    let connection = Connection::open(directory.file()).unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.busy_timeout(Duration::from_secs(60)).unwrap();
    connection
}

/// One connection behind a lock.
pub(crate) struct Shared;

impl Shared {
    pub(crate) fn open(directory: &Directory, clients: usize) -> Vec<impl Fn(&Key) + Sync + use<>> {
        let connection = Arc::new(Mutex::new(connect(directory)));
        let hand = |_| {
            let connection = Arc::clone(&connection);
            move |key: &Key| turn(&connection.lock().unwrap(), key)
        };
        (0..clients).map(hand).collect()
    }
}

/// A connection a client; SQLite's busy handler makes them wait.
pub(crate) struct Apart;

impl Apart {
    pub(crate) fn open(directory: &Directory, clients: usize) -> Vec<impl Fn(&Key) + Sync + use<>> {
        let hand = |_| {
            let connection = Mutex::new(connect(directory)); // nobody else's, and a slice's threads are new ones
            move |key: &Key| turn(&connection.lock().unwrap(), key)
        };
        (0..clients).map(hand).collect()
    }
}
