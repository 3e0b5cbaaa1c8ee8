use std::collections::BTreeMap;
use std::convert::Infallible;

use countersign::{Key, Record, Store, Swap};

use crate::sync::Mutex;

/// A store that lets go of its lock between comparing and writing.
#[derive(Default)]
pub struct TornStore(Mutex<BTreeMap<Key, Record>>);

impl Store for TornStore {
    type Error = Infallible;

    fn load(&self, key: &Key) -> Result<Option<Record>, Infallible> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Infallible> {
        if self.load(key)?.as_ref() != seen {
            return Ok(Swap::Stale);
        }
        self.0.lock().unwrap().insert(*key, next.clone());
        Ok(Swap::Done)
    }
}
