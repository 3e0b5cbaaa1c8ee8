mod erased;

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::error::Error;
use core::fmt;

use super::{Addition, AsyncStore, AsyncTally, Key, StoreTally, Swap, Tallied};
use crate::record::Record;

use erased::{Erased, Plain, Tallying};

/// The error of a [`DynAsyncStore`]: that of the store inside it, which it prints as.
///
/// It is an error itself, as a bare box is not, so `?` carries a [`Failure`](crate::Failure) of it into whatever
/// collects errors.
///
/// ```
/// use countersign::{AsyncStore, BoxError, DynAsyncStore, Failure, Key, Refusal, RefusingStore};
/// # tokio::runtime::Runtime::new()?.block_on(async {
///
/// let store = DynAsyncStore::new(RefusingStore);
/// let error: BoxError = store.load_async(&Key::from_bytes([0; 32])).await.unwrap_err();
/// assert_eq!(error.to_string(), "no store is configured");
/// assert!(error.get().is::<Refusal>());
/// # Ok::<(), Failure<BoxError>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BoxError(Box<dyn Error + Send + Sync>);

impl BoxError {
    /// The store's own error.
    #[must_use]
    pub fn get(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }

    fn new(error: impl Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Debug for BoxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for BoxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Error for BoxError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

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
    /// Puts a store into a box. For a [`Budget`](crate::Budget) it then counts by conditional writes, as a
    /// [`StoreTally`] does.
    #[must_use]
    pub fn new<S>(store: S) -> Self
    where
        S: AsyncStore<Error: Error + Send + Sync + 'static> + Send + 'static,
    {
        Self(Arc::new(Plain(StoreTally::new(store))))
    }

    /// Puts a store into a box that also counts natively. Every process must open the same store the same way: the two
    /// ways count apart, and two counts are two budgets.
    #[must_use]
    pub fn with_tally<S>(store: S) -> Self
    where
        S: AsyncTally<Error: Error + Send + Sync + 'static> + Send + 'static,
    {
        Self(Arc::new(Tallying(store)))
    }
}

impl AsyncStore for DynAsyncStore {
    type Error = BoxError;

    async fn load_async(&self, key: &Key) -> Result<Option<Record>, BoxError> {
        self.0.load(key).await
    }

    async fn swap_async(&self, key: &Key, seen: Option<&Record>, next: &Record) -> Result<Swap, BoxError> {
        self.0.swap(key, seen, next).await
    }
}

impl AsyncTally for DynAsyncStore {
    async fn total_async(&self, key: &Key) -> Result<u64, BoxError> {
        self.0.total(key).await
    }

    async fn add_async(&self, addition: &Addition) -> Result<Tallied, BoxError> {
        self.0.add(addition).await
    }

    async fn give_back_async(&self, key: &Key, amount: u64) -> Result<(), BoxError> {
        self.0.give_back(key, amount).await
    }
}

impl fmt::Debug for DynAsyncStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynAsyncStore(..)")
    }
}
