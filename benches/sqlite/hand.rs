//! The smallest loop that does what a verification does to the database.

use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::material::{Directory, Open};

const LOAD: &str = "SELECT record FROM countersign_records \
                    WHERE key = ?1 AND (forget_at IS NULL OR forget_at > unixepoch())";
const SWAP: &str = "UPDATE countersign_records SET record = ?2, forget_at = unixepoch() + ?3 + 1 \
                    WHERE key = ?1 AND record = ?4 AND (forget_at IS NULL OR forget_at > unixepoch())";

/// One read and one conditional write.
fn turn(connection: &Connection, open: &Open) {
    let mut load = connection.prepare_cached(LOAD).unwrap();
    let seen: Vec<u8> = load.query_row([open.key.as_bytes()], |row| row.get(0)).optional().unwrap().unwrap();
    let mut next = seen.clone();
    next.reverse();
    let mut swap = connection.prepare_cached(SWAP).unwrap();
    let rows = swap.execute(params![open.key.as_bytes(), next, 86_400, seen]).unwrap();
    assert_eq!(rows, 1, "nobody else writes this row");
}

fn connect(directory: &Directory) -> Connection {
    let connection = Connection::open(directory.file()).unwrap();
    connection.pragma_update(None, "synchronous", "FULL").unwrap();
    connection.busy_timeout(core::time::Duration::from_secs(60)).unwrap();
    connection
}

/// One connection behind a lock.
pub(crate) struct Shared;

impl Shared {
    pub(crate) fn open(directory: &Directory, clients: usize) -> Vec<impl Fn(&Open) + Send + use<>> {
        let connection = Arc::new(Mutex::new(connect(directory)));
        let hand = |_| {
            let connection = Arc::clone(&connection);
            move |open: &Open| turn(&connection.lock().unwrap(), open)
        };
        (0..clients).map(hand).collect()
    }
}

/// A connection a client; SQLite's busy handler makes them wait.
pub(crate) struct Apart;

impl Apart {
    pub(crate) fn open(directory: &Directory, clients: usize) -> Vec<impl Fn(&Open) + Send + use<>> {
        let hand = |_| {
            let connection = connect(directory);
            move |open: &Open| turn(&connection, open)
        };
        (0..clients).map(hand).collect()
    }
}
