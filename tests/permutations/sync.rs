//! The checker's lock: each time one is taken, any other thread may go first.
//!
//! Threads share nothing but what is behind a lock, and hold one at a time, so the orders in which locks are taken are
//! all the interleavings that there are. The checker's own lock switches when it is let go too; that search
//! did not come to an end within nine minutes.

use std::sync::TryLockError;
pub use std::sync::{LockResult, MutexGuard};

#[derive(Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        shuttle::thread::yield_now();
        match self.0.try_lock() {
            Ok(guard) => Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => Err(poisoned),
            Err(TryLockError::WouldBlock) => panic!("a thread was switched while it held a lock"),
        }
    }
}
