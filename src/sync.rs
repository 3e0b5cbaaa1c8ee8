//! The lock of the memory store. The permutation test builds that store with a checker's lock in this one's place.

pub(crate) use std::sync::{Mutex, MutexGuard};
