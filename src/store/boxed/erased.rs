//! A store without its type, and the two ways in which it counts.

use alloc::boxed::Box;
use core::error::Error;
use core::pin::Pin;

use super::BoxError;
use crate::record::Record;
use crate::store::{Addition, AsyncStore, AsyncTally, Key, StoreTally, Swap, Tallied};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

pub(super) trait Erased: Send + Sync {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>>;
    fn swap<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap>;
    fn total<'a>(&'a self, key: &'a Key) -> Answer<'a, u64>;
    fn add<'a>(&'a self, addition: &'a Addition) -> Answer<'a, Tallied>;
    fn give_back<'a>(&'a self, key: &'a Key, amount: u64) -> Answer<'a, ()>;
}

/// A store that counts by conditional writes.
pub(super) struct Plain<S>(pub(super) StoreTally<S>);

/// A store that counts by itself.
pub(super) struct Tallying<S>(pub(super) S);

impl<S: AsyncStore<Error: Error + Send + Sync + 'static> + Send> Erased for Plain<S> {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>> {
        Box::pin(async move { self.0.store().load_async(key).await.map_err(BoxError::new) })
    }

    fn swap<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap> {
        Box::pin(async move { self.0.store().swap_async(key, seen, next).await.map_err(BoxError::new) })
    }

    fn total<'a>(&'a self, key: &'a Key) -> Answer<'a, u64> {
        Box::pin(async move { self.0.total_async(key).await.map_err(BoxError::new) })
    }

    fn add<'a>(&'a self, addition: &'a Addition) -> Answer<'a, Tallied> {
        Box::pin(async move { self.0.add_async(addition).await.map_err(BoxError::new) })
    }

    fn give_back<'a>(&'a self, key: &'a Key, amount: u64) -> Answer<'a, ()> {
        Box::pin(async move { self.0.give_back_async(key, amount).await.map_err(BoxError::new) })
    }
}

impl<S: AsyncTally<Error: Error + Send + Sync + 'static> + Send> Erased for Tallying<S> {
    fn load<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>> {
        Box::pin(async move { self.0.load_async(key).await.map_err(BoxError::new) })
    }

    fn swap<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap> {
        Box::pin(async move { self.0.swap_async(key, seen, next).await.map_err(BoxError::new) })
    }

    fn total<'a>(&'a self, key: &'a Key) -> Answer<'a, u64> {
        Box::pin(async move { self.0.total_async(key).await.map_err(BoxError::new) })
    }

    fn add<'a>(&'a self, addition: &'a Addition) -> Answer<'a, Tallied> {
        Box::pin(async move { self.0.add_async(addition).await.map_err(BoxError::new) })
    }

    fn give_back<'a>(&'a self, key: &'a Key, amount: u64) -> Answer<'a, ()> {
        Box::pin(async move { self.0.give_back_async(key, amount).await.map_err(BoxError::new) })
    }
}
