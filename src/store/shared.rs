//! A store behind an `Arc` is that store, so that tasks and threads can share one that cannot be cloned.

use alloc::sync::Arc;

use super::{AsyncStore, Key, Store, Swap};
use crate::record::Record;

impl<S: Store + ?Sized> Store for Arc<S> {
    type Error = S::Error;

    fn load(&self, key: &Key) -> Result<Option<Record>, Self::Error> {
        (**self).load(key)
    }

    fn swap(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, Self::Error> {
        (**self).swap(key, seen, next)
    }
}

impl<S: AsyncStore + Send> AsyncStore for Arc<S> {
    type Error = S::Error;

    fn load_async(&self, key: &Key) -> impl Future<Output = Result<Option<Record>, Self::Error>> + Send {
        (**self).load_async(key)
    }

    fn swap_async(
        &self,
        key: &Key,
        seen: Option<&Record>,
        next: &Record,
    ) -> impl Future<Output = Result<Swap, Self::Error>> + Send {
        (**self).swap_async(key, seen, next)
    }
}
