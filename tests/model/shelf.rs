//! A store that keeps its contract to the letter, forgets on the first second on which it may, and counts its calls.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use countersign::{Key, Record, Store, Swap};

use crate::answer::Write;

#[derive(Default)]
pub struct Shelf {
    rows: RefCell<BTreeMap<Key, Row>>,
    /// The store's own clock.
    pub clock: Cell<u64>,
    pub loads: Cell<u32>,
    /// What the last operation wrote.
    pub written: Cell<Write>,
    /// The key that was asked for, and whether anything was there at first.
    pub asked: Cell<Option<Key>>,
    pub found: Cell<bool>,
    /// What becomes of the next write, once.
    pub loses: Cell<Option<Loss>>,
    down: Cell<bool>,
}

#[derive(Clone)]
pub struct Row {
    bytes: Vec<u8>,
    forget_at: u64,
}

/// How a write gets lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It did not land, and says that nobody knows.
    Write,
    /// It landed, and says that nobody knows.
    Answer,
    /// It landed, and for a moment the store cannot even be read.
    Connection,
}

/// The store does not answer.
#[derive(Debug)]
pub struct Down;

impl Shelf {
    /// Before an operation: nothing has been asked or written.
    pub fn watch(&self, clock: u64) {
        self.clock.set(clock);
        self.loads.set(0);
        self.written.set(Write::Nothing);
    }

    /// Damages the record under a key behind everybody's back.
    pub fn damage(&self, key: &Key, how: impl FnOnce(&mut Vec<u8>)) {
        if let Some(row) = self.rows.borrow_mut().get_mut(key) {
            how(&mut row.bytes);
        }
    }

    pub fn bytes(&self, key: &Key) -> Option<Vec<u8>> {
        self.rows.borrow().get(key).map(|row| row.bytes.clone())
    }

    /// What a backup keeps of one record.
    pub fn row(&self, key: &Key) -> Option<Row> {
        self.rows.borrow().get(key).cloned()
    }

    /// A backup comes back.
    pub fn restore(&self, key: &Key, row: Option<Row>) {
        let mut rows = self.rows.borrow_mut();
        match row {
            Some(row) => rows.insert(*key, row),
            None => rows.remove(key),
        };
    }
}

impl Store for Shelf {
    type Error = Down;

    fn load(&self, key: &Key) -> Result<Option<Record>, Down> {
        self.loads.set(self.loads.get() + 1);
        self.asked.set(Some(*key));
        if self.down.replace(false) {
            return Err(Down);
        }
        let mut rows = self.rows.borrow_mut();
        if rows.get(key).is_some_and(|row| self.clock.get() >= row.forget_at) {
            rows.remove(key);
        }
        if self.loads.get() == 1 {
            self.found.set(rows.contains_key(key));
        }
        Ok(rows.get(key).map(|row| Record::from_bytes(&row.bytes)))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Down> {
        let mut rows = self.rows.borrow_mut();
        if rows.get(key).map(|row| row.bytes.as_slice()) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        let loses = self.loses.take();
        if loses == Some(Loss::Write) {
            return Err(Down);
        }
        let forget_at = next.keep_for().map_or(u64::MAX, |seconds| self.clock.get() + u64::from(seconds));
        rows.insert(*key, Row { bytes: next.as_bytes().to_vec(), forget_at });
        self.written.set(Write::kept_for(next.keep_for()));
        self.down.set(loses == Some(Loss::Connection));
        if loses.is_some() { Err(Down) } else { Ok(Swap::Done) }
    }
}
