//! Many jobs at once: on threads, joined in one task, or spawned by the caller.

use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::boxed::Box;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::vec::Vec;

use super::broken::{Broken, Clause};
use super::faults::block_on;

/// A future that can be sent to where it runs.
pub(super) type Job<'env, T> = Pin<Box<dyn Future<Output = T> + Send + 'env>>;

pub(super) trait Together<'env>: Sync {
    /// Runs every job, all at once, and answers what each of them gave, in any order.
    fn all<T: Send + 'env>(&self, jobs: Vec<Job<'env, T>>) -> impl Future<Output = Result<Vec<T>, Broken>> + Send;
}

/// A thread each, for stores that block.
pub(super) struct Threads;

/// All in this task, for stores that are awaited: they meet at every await.
pub(super) struct Joined;

/// A task each, on the caller's runtime.
pub(super) struct Spawned<P>(pub(super) P);

impl<'env> Together<'env> for Threads {
    async fn all<T: Send + 'env>(&self, jobs: Vec<Job<'env, T>>) -> Result<Vec<T>, Broken> {
        thread::scope(|scope| {
            let spawn = |job| thread::Builder::new().spawn_scoped(scope, move || block_on(job));
            // All are spawned before the first is waited for.
            let spawned: Vec<_> = jobs.into_iter().map(spawn).collect();
            let join = |thread: Result<thread::ScopedJoinHandle<'_, T>, _>| thread.ok()?.join().ok();
            spawned.into_iter().map(join).collect::<Option<_>>()
        })
        .ok_or_else(|| Broken::new(Clause::Runs, "a thread could not be spawned, or the store panicked on it"))
    }
}

impl<'env> Together<'env> for Joined {
    async fn all<T: Send + 'env>(&self, jobs: Vec<Job<'env, T>>) -> Result<Vec<T>, Broken> {
        let mut running = jobs;
        let mut results = Vec::new();
        poll_fn(|context| {
            running.retain_mut(|job| match job.as_mut().poll(context) {
                Poll::Ready(result) => {
                    results.push(result);
                    false
                }
                Poll::Pending => true,
            });
            if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        Ok(results)
    }
}

impl<P: Fn(Job<'static, ()>) + Sync> Together<'static> for Spawned<P> {
    async fn all<T: Send + 'static>(&self, jobs: Vec<Job<'static, T>>) -> Result<Vec<T>, Broken> {
        let count = jobs.len();
        let basket = Arc::new(Mutex::new(Basket { results: Vec::new(), running: count, waker: None }));
        for job in jobs {
            let carrier = Carrier(Arc::clone(&basket));
            (self.0)(Box::pin(async move {
                let result = job.await;
                carrier.put(result);
            }));
        }
        let results = poll_fn(|context| collect(&basket, context)).await;
        if results.len() == count {
            return Ok(results);
        }
        Err(Broken::new(Clause::Runs, "a spawned task was dropped, or the store panicked in it"))
    }
}

struct Basket<T> {
    results: Vec<T>,
    running: usize,
    waker: Option<Waker>,
}

/// Brings one task's result, or, when the task is dropped, the news that there is none.
struct Carrier<T>(Arc<Mutex<Basket<T>>>);

impl<T> Carrier<T> {
    fn put(&self, result: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).results.push(result);
    }
}

impl<T> Drop for Carrier<T> {
    fn drop(&mut self) {
        let mut basket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        basket.running = basket.running.saturating_sub(1);
        let last = basket.running == 0;
        if let Some(waker) = basket.waker.take_if(|_| last) {
            waker.wake();
        }
    }
}

fn collect<T>(basket: &Mutex<Basket<T>>, context: &Context<'_>) -> Poll<Vec<T>> {
    let mut basket = basket.lock().unwrap_or_else(PoisonError::into_inner);
    if basket.running == 0 {
        return Poll::Ready(core::mem::take(&mut basket.results));
    }
    basket.waker = Some(context.waker().clone());
    Poll::Pending
}
