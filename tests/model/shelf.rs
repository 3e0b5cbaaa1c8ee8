//! A store that keeps its contract to the letter, forgets on the first second on which it may, and counts its calls.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::convert::Infallible;

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
    /// The key that was asked for last, and whether anything was there.
    pub asked: Cell<Option<Key>>,
    pub found: Cell<bool>,
}

struct Row {
    bytes: Vec<u8>,
    forget_at: u64,
}

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
}

impl Store for Shelf {
    type Error = Infallible;

    fn load(&self, key: &Key) -> Result<Option<Record>, Infallible> {
        self.loads.set(self.loads.get() + 1);
        self.asked.set(Some(*key));
        let mut rows = self.rows.borrow_mut();
        if rows.get(key).is_some_and(|row| self.clock.get() >= row.forget_at) {
            rows.remove(key);
        }
        self.found.set(rows.contains_key(key));
        Ok(rows.get(key).map(|row| Record::from_bytes(&row.bytes)))
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
        let mut rows = self.rows.borrow_mut();
        if rows.get(key).map(|row| row.bytes.as_slice()) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        let forget_at = next.keep_for().map_or(u64::MAX, |seconds| self.clock.get() + u64::from(seconds));
        rows.insert(*key, Row { bytes: next.as_bytes().to_vec(), forget_at });
        self.written.set(Write::kept_for(next.keep_for()));
        Ok(Swap::Done)
    }
}
