//! F54: there is no store by default, and none without its conditional write.

/// A store without `swap`.
///
/// ```
/// use std::convert::Infallible;
/// use countersign::{Key, Record, Store, Swap};
///
/// struct Counting;
///
/// impl Store for Counting {
///     type Error = Infallible;
///     fn load(&self, _: &Key) -> Result<Option<Record>, Infallible> { Ok(None) }
///     fn swap(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Infallible> { Ok(Swap::Stale) }
/// }
/// ```
///
/// ```compile_fail,E0046
/// use std::convert::Infallible;
/// use countersign::{Key, Record, Store, Swap};
///
/// struct Counting;
///
/// impl Store for Counting {
///     type Error = Infallible;
///     fn load(&self, _: &Key) -> Result<Option<Record>, Infallible> { Ok(None) }
/// }
/// ```
fn f54_a_store_without_swap_does_not_compile() {}

/// An awaited store without `swap_async`.
///
/// ```
/// use std::convert::Infallible;
/// use countersign::{AsyncStore, Key, Record, Swap};
///
/// struct Counting;
///
/// impl AsyncStore for Counting {
///     type Error = Infallible;
///     async fn load_async(&self, _: &Key) -> Result<Option<Record>, Infallible> { Ok(None) }
///     async fn swap_async(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Infallible> {
///         Ok(Swap::Stale)
///     }
/// }
/// ```
///
/// ```compile_fail,E0046
/// use std::convert::Infallible;
/// use countersign::{AsyncStore, Key, Record, Swap};
///
/// struct Counting;
///
/// impl AsyncStore for Counting {
///     type Error = Infallible;
///     async fn load_async(&self, _: &Key) -> Result<Option<Record>, Infallible> { Ok(None) }
/// }
/// ```
fn f54_an_awaited_store_without_swap_does_not_compile() {}

/// No operation runs without a store.
///
/// ```
/// use countersign::{Operation, RefusingStore, Verify, Payment};
///
/// fn run(verify: Verify<'_, Payment>) -> bool {
///     verify.run(&RefusingStore).is_ok()
/// }
/// ```
///
/// ```compile_fail,E0061
/// use countersign::{Operation, RefusingStore, Verify, Payment};
///
/// fn run(verify: Verify<'_, Payment>) -> bool {
///     verify.run().is_ok()
/// }
/// ```
fn f54_there_is_no_store_by_default() {}
