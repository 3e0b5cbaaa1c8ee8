use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::pin::Pin;

use super::{AsyncStore, Key, Swap};
use crate::record::Record;

/// The error of a [`DynAsyncStore`]: that of the store inside it.
pub type BoxError = Box<dyn core::error::Error + Send + Sync>;

/// Any [`AsyncStore`], chosen at run time, shared by cloning.
///
/// ```
/// use countersign::{DynAsyncStore, MemoryStore, RefusingStore};
///
/// fn choose(url: &str) -> DynAsyncStore {
///     match url {
///         "memory:" => DynAsyncStore::new(MemoryStore::new()),
///         _ => DynAsyncStore::new(RefusingStore),
///     }
/// }
/// # let _ = (choose("memory:"), choose("postgres:"));
/// ```
#[derive(Clone)]
pub struct DynAsyncStore(Arc<dyn Erased>);

impl DynAsyncStore {
    /// Puts a store into a box.
    #[must_use]
    pub fn new<S>(store: S) -> Self
    where
        S: AsyncStore<Error: core::error::Error + Send + Sync + 'static> + Send + 'static,
    {
        Self(Arc::new(store))
    }
}

impl AsyncStore for DynAsyncStore {
    type Error = BoxError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, BoxError> {
        self.0.load_boxed(key).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, BoxError> {
        self.0.swap_boxed(key, seen, next).await
    }
}

impl fmt::Debug for DynAsyncStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynAsyncStore(..)")
    }
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send + 'a>>;

trait Erased: Send + Sync {
    fn load_boxed<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>>;
    fn swap_boxed<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap>;
}

impl<S> Erased for S
where
    S: AsyncStore<Error: core::error::Error + Send + Sync + 'static> + Send,
{
    fn load_boxed<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>> {
        Box::pin(async move { self.load_async(key).await.map_err(BoxError::from) })
    }

    fn swap_boxed<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap> {
        Box::pin(async move { self.swap_async(key, seen, next).await.map_err(BoxError::from) })
    }
}
