use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

/// Waits. Every function from a duration to a future is one, so `tokio::time::sleep` is.
///
/// A timer that answers too soon makes messages [`Unknown`](super::Delivery::Unknown) that would have been taken, and a
/// fallback of each; one that never answers lets a channel hang that has no time-out of its own.
///
/// ```
/// use countersign::Timer;
/// use core::time::Duration;
///
/// async fn a_moment(timer: &impl Timer) {
///     timer.wait(Duration::from_millis(1)).await;
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// a_moment(&tokio::time::sleep).await;
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
pub trait Timer: Sync {
    /// Is ready when so much time has passed.
    fn wait(&self, time: Duration) -> impl Future<Output = ()> + Send;
}

impl<F, W> Timer for F
where
    F: Fn(Duration) -> W + Sync,
    W: Future<Output = ()> + Send,
{
    fn wait(&self, time: Duration) -> impl Future<Output = ()> + Send {
        self(time)
    }
}

/// What `work` comes to, unless `end` comes first. Work that is ready wins.
pub(super) async fn before<T>(end: impl Future<Output = ()>, work: impl Future<Output = T>) -> Option<T> {
    let (mut end, mut work) = (pin!(end), pin!(work));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
