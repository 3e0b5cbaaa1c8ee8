//! A tally behind an `Arc` is that tally.

use alloc::sync::Arc;

use super::{Addition, AsyncTally, Tallied, Tally};
use crate::store::Key;

impl<S: Tally + ?Sized> Tally for Arc<S> {
    fn total(&self, key: &Key) -> Result<u64, Self::Error> {
        (**self).total(key)
    }

    fn add(&self, addition: &Addition) -> Result<Tallied, Self::Error> {
        (**self).add(addition)
    }

    fn give_back(&self, key: &Key, amount: u64) -> Result<(), Self::Error> {
        (**self).give_back(key, amount)
    }
}

impl<S: AsyncTally + Send> AsyncTally for Arc<S> {
    fn total_async(&self, key: &Key) -> impl Future<Output = Result<u64, Self::Error>> + Send {
        (**self).total_async(key)
    }

    fn add_async(&self, addition: &Addition) -> impl Future<Output = Result<Tallied, Self::Error>> + Send {
        (**self).add_async(addition)
    }

    fn give_back_async(&self, key: &Key, amount: u64) -> impl Future<Output = Result<(), Self::Error>> + Send {
        (**self).give_back_async(key, amount)
    }
}
