//! The flash store passes the suite of any store, over a chip that is large enough for its many keys.

#![expect(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use std::sync::{Arc, Mutex};

use countersign::conformance::{self, Broken};
use countersign::{Key, Record, Store, Swap};
use terminal::{FlashStore, FlashStoreError, Nor, PowerCut};

/// The suite races on threads; a terminal has one.
#[derive(Clone)]
struct Shared<'a>(Arc<Mutex<FlashStore<&'a mut Chip>>>);

/// As large as a test's stack: it is made in its place, and only lent.
type Chip = Nor<0xc000>;

impl Store for Shared<'_> {
    type Error = FlashStoreError<PowerCut>;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        self.0.lock().unwrap().load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        self.0.lock().unwrap().swap(key, seen, next)
    }
}

#[test]
fn the_flash_store_keeps_the_contract() -> Result<(), Broken> {
    let mut chip = Chip::new(1);
    let store = Shared(Arc::new(Mutex::new(FlashStore::format(&mut chip).unwrap())));
    conformance::check(|| store.clone())?;
    Ok(())
}
