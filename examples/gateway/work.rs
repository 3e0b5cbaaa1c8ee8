//! Work that runs to its end, whatever becomes of the client who asked for it.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::problem::{Answer, Problem};

/// How many requests are worked on at once; one more is told to come back.
const MOST: u32 = 512;

/// A permit is held by each task until it is done.
#[derive(Clone, Debug)]
pub struct Work(Arc<Semaphore>);

impl Work {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(MOST as usize)))
    }

    /// Waits until all is done, and lets none begin.
    pub async fn finish(&self) {
        if let Ok(all) = self.0.acquire_many(MOST).await {
            all.forget();
        }
    }

    /// A web framework drops a handler whose client goes away. What is dropped here is only the waiting.
    pub(crate) async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = Answer<T>> + Send + 'static,
    ) -> Answer<T> {
        let permit = Arc::clone(&self.0).try_acquire_owned().map_err(|_| Problem::Unavailable)?;
        let task = tokio::spawn(async move {
            let answer = work.await;
            drop(permit);
            answer
        });
        task.await.unwrap_or(Err(Problem::Unavailable))
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new()
    }
}
