use alloc::boxed::Box;
use alloc::sync::Arc;
use core::error::Error;
use core::fmt;
use core::pin::Pin;

use super::{AsyncStore, Key, Swap};
use crate::record::Record;

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
    /// Puts a store into a box.
    #[must_use]
    pub fn new<S>(store: S) -> Self
    where
        S: AsyncStore<Error: Error + Send + Sync + 'static> + Send + 'static,
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
    S: AsyncStore<Error: Error + Send + Sync + 'static> + Send,
{
    fn load_boxed<'a>(&'a self, key: &'a Key) -> Answer<'a, Option<Record>> {
        Box::pin(async move { self.load_async(key).await.map_err(BoxError::new) })
    }

    fn swap_boxed<'a>(&'a self, key: &'a Key, seen: Option<&'a Record>, next: &'a Record) -> Answer<'a, Swap> {
        Box::pin(async move { self.swap_async(key, seen, next).await.map_err(BoxError::new) })
    }
}
