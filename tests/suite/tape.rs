//! A store that writes down what is asked of it, and lets a test look at its rows as a thief of the database would.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

use countersign::{Key, Record, Store, Swap};

/// One call, as somebody sees it who can count calls and measure rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// So many bytes were found, or nothing.
    Load(Option<usize>),
    /// So many bytes were written.
    Swap(usize),
}

#[derive(Default)]
pub struct Tape {
    pub rows: RefCell<BTreeMap<Key, Vec<u8>>>,
    calls: RefCell<Vec<Call>>,
}

impl Tape {
    /// The calls since the last time.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.take()
    }

    /// The only row, and its key.
    pub fn row(&self) -> (Key, Vec<u8>) {
        let rows = self.rows.borrow();
        assert_eq!(rows.len(), 1);
        rows.iter().next().map(|(key, row)| (*key, row.clone())).unwrap()
    }

    /// Turns one bit of every row.
    pub fn damage(&self) {
        self.rows.borrow_mut().values_mut().for_each(|row| row[20] ^= 1);
    }
}

impl Store for Tape {
    type Error = Infallible;

    fn load(&self, key: &Key) -> Result<Option<Record>, Infallible> {
        let found = self.rows.borrow().get(key).map(|row| Record::from_bytes(row));
        self.calls.borrow_mut().push(Call::Load(found.as_ref().map(|record| record.as_bytes().len())));
        Ok(found)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
        let mut rows = self.rows.borrow_mut();
        if rows.get(key).map(Vec::as_slice) != seen.map(Record::as_bytes) {
            return Ok(Swap::Stale);
        }
        rows.insert(*key, next.as_bytes().to_vec());
        self.calls.borrow_mut().push(Call::Swap(next.as_bytes().len()));
        Ok(Swap::Done)
    }
}
