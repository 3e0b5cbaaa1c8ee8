//! The ways to an approval, and that there are no others.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// One store behind a box that owns it.
struct Shared(Arc<MemoryStore>);

impl AsyncStore for Shared {
    type Error = MemoryStoreError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.0.load(key)
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        self.0.swap(key, seen, next)
    }
}

const PATHS: usize = 9;

/// Confirms on path number `path`.
fn confirm(crowd: &Crowd, path: usize, store: &Arc<MemoryStore>) -> bool {
    let value = payment(1);
    let rng = &mut ChaCha20Rng::seed_from_u64(path as u64);
    let (by_ref, code) = (PAY.by_ref(), six(&crowd.code));
    let verify = crowd.verify(100 + path, &crowd.code);
    let borrowed = crowd.verifier.verify(by_ref, &customer(), crowd.handle, code, &value, at(START), rng).unwrap();
    match path {
        0 => verify.run(&**store).is_ok(),
        1 => block_on(verify.run_async(&**store)).is_ok(),
        2 => borrowed.run(&**store).is_ok(),
        3 => block_on(borrowed.run_async(&**store)).is_ok(),
        4 => Desk::new(&**store).verify(PAY, &customer(), crowd.handle, &crowd.code, payment(1)).is_ok(),
        5 => block_on(verify.run_async(&DynAsyncStore::new(Shared(Arc::clone(store))))).is_ok(),
        6 => verify.run_observed(&**store).outcome.is_ok(),
        7 => block_on(verify.run_observed_async(&**store)).outcome.is_ok(),
        _ => verify.run(&**store as &dyn Store<Error = MemoryStoreError>).is_ok(),
    }
}

#[test]
fn f06_a_code_used_on_one_path_is_used_on_every_path() {
    for first in 0..PATHS {
        let (crowd, store) = gathered(PAY);
        let store = Arc::new(store);
        let approved: Vec<bool> = (first..first + PATHS).map(|path| confirm(&crowd, path % PATHS, &store)).collect();
        let only_first: Vec<bool> = (0..PATHS).map(|path| path == 0).collect();
        assert_eq!(approved, only_first, "beginning with path {first}");
    }
}

/// Counts the writes that landed.
struct Counting<'a>(&'a MemoryStore, AtomicUsize);

impl Store for Counting<'_> {
    type Error = MemoryStoreError;

    fn load(&self, key: &Key) -> Result<Option<Record>, MemoryStoreError> {
        self.0.load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, MemoryStoreError> {
        let swap = self.0.swap(key, seen, next)?;
        self.1.fetch_add(usize::from(matches!(swap, Swap::Done)), Ordering::Relaxed);
        Ok(swap)
    }
}

#[test]
fn f17_every_approval_is_one_landed_write_and_no_result_is_remembered() {
    let (crowd, store) = gathered(PAY);
    let counting = Counting(&store, AtomicUsize::new(0));
    assert!(crowd.verify(1, &crowd.code).run(&counting).is_ok());
    assert_eq!(counting.1.load(Ordering::Relaxed), 1);
    assert!(crowd.verify(2, &crowd.code).run(&counting).is_err(), "the same verifier remembers no yes");
    assert!(crowd.verify(3, &crowd.code).run(&MemoryStore::new()).is_err(), "where nothing is stored neither");
}

/// The compiler keeps everybody else from making an approval; this keeps the crate itself to one place.
#[test]
fn f06_one_line_of_the_crate_makes_an_approval_and_one_compares_a_code() {
    let source = source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert_eq!(source.matches("Approved::new(").count(), 1);
    assert_eq!(source.matches("code.ct_eq(&self.code)").count(), 1);
    assert_eq!(source.matches("Ok(Paid(verdict))").count(), 6, "three in each of the two loops");
    assert_eq!(source.matches("operation.finish(").count(), 1);
}

fn source(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { source(&path) } else { fs::read_to_string(path).unwrap() }).collect()
}
