//! A blocking store lent to async callers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Poll, Waker};

use countersign::*;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::crowd::*;
use crate::support::*;

/// A store lent to a tokio runtime.
fn lent<S: Store + Send + Sync + 'static>(store: S) -> Blocking<S> {
    Blocking::new(store, |job| drop(tokio::task::spawn_blocking(job)))
}

/// A store whose jobs wait until the test runs them.
fn by_hand<S>(store: S) -> (Blocking<S>, Receiver<Job>) {
    let (send, receive) = channel();
    (Blocking::new(store, move |job| send.send(job).unwrap()), receive)
}

fn poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

struct Panicking;

impl Store for Panicking {
    type Error = std::convert::Infallible;

    fn load(&self, _: &Key) -> Result<Option<Record>, Self::Error> {
        panic!("on purpose: a job that panics while it loads")
    }

    fn swap(&self, _: &Key, _: Option<&Record>, _: &Record) -> Result<Swap, Self::Error> {
        panic!("on purpose: a job that panics while it swaps")
    }
}

const KEY: Key = Key::from_bytes([7; 32]);

#[test]
fn f01_64_tasks_with_the_right_code_are_one_approval() {
    let store = MemoryStore::new();
    let crowd = Crowd::before(PAY, &store);
    let codes = crowd.right(64);
    assert_eq!(crowd.tasks(lent(store), codes), ONE_OF_64);
}

#[test]
fn f55_a_job_that_panics_is_an_error_and_the_next_one_runs() {
    let (store, jobs) = by_hand(Panicking);
    let next = Record::from_bytes(&[1]);
    let run = || assert!(catch_unwind(AssertUnwindSafe(jobs.recv().unwrap())).is_err());
    for _ in 0..2 {
        let (mut load, mut swap) = (pin!(store.load_async(&KEY)), pin!(store.swap_async(&KEY, None, &next)));
        assert!(poll(load.as_mut()).is_pending() && poll(swap.as_mut()).is_pending());
        run();
        run();
        assert_eq!(poll(load.as_mut()), Poll::Ready(Err(BlockingError::Lost)));
        assert_eq!(poll(swap.as_mut()), Poll::Ready(Err(BlockingError::Lost)));
    }
}

#[test]
fn f55_a_job_that_panics_on_a_runtime_is_an_error() {
    assert_eq!(block_on(async { lent(Panicking).load_async(&KEY).await }), Err(BlockingError::Lost));
}

#[test]
fn f55_a_job_that_its_spawner_drops_is_an_error() {
    let store = Blocking::new(MemoryStore::new(), drop);
    assert_eq!(poll(pin!(store.load_async(&KEY))), Poll::Ready(Err(BlockingError::Lost)));
    let (store, jobs) = by_hand(MemoryStore::new());
    let mut load = pin!(store.load_async(&KEY));
    assert_eq!(poll(load.as_mut()), Poll::Pending);
    drop(jobs.recv().unwrap());
    assert_eq!(poll(load.as_mut()), Poll::Ready(Err(BlockingError::Lost)));
}

#[test]
fn f55_a_runtime_that_shuts_down_answers_nobody() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let handle = runtime.handle().clone();
    let store = Blocking::new(MemoryStore::new(), move |job| drop(handle.spawn_blocking(job)));
    drop(runtime);
    let mut load = pin!(store.load_async(&KEY));
    assert_eq!(poll(load.as_mut()), Poll::Ready(Err(BlockingError::Lost)));
}

#[test]
fn f55_a_lost_job_approves_nothing_and_the_attempt_may_be_spent() {
    let memory = MemoryStore::new();
    let crowd = Crowd::before(PAY, &memory);
    let (store, jobs) = by_hand(memory);
    let mut verify = pin!(crowd.verify(1, &crowd.code).run_async(&store));
    assert!(poll(verify.as_mut()).is_pending());
    jobs.recv().unwrap()(); // the load
    assert!(poll(verify.as_mut()).is_pending());
    drop(jobs.recv().unwrap()); // the swap is lost
    assert!(poll(verify.as_mut()).is_pending());
    jobs.recv().unwrap()(); // the load that looks whether it landed
    let Poll::Ready(Err(Failure::Unavailable(Unavailable::Store(BlockingError::Lost)))) = poll(verify.as_mut())
    else {
        panic!("a lost swap that did not land is no answer");
    };
}

/// The client goes away at each point of a verification; the job that was given to the spawner runs all the same.
#[test]
fn a_dropped_future_leaves_a_state_that_the_next_call_reads_correctly() {
    for jobs_run in 0..2 {
        let memory = MemoryStore::new();
        let crowd = Crowd::before(PAY, &memory);
        let (store, jobs) = by_hand(memory);
        {
            let mut verify = pin!(crowd.verify(1, &crowd.code).run_async(&store));
            assert!(poll(verify.as_mut()).is_pending());
            for _ in 0..jobs_run {
                jobs.recv().unwrap()();
                assert!(poll(verify.as_mut()).is_pending());
            }
        }
        while let Ok(job) = jobs.try_recv() {
            job();
        }
        let again = crowd.verify(2, &crowd.code).run(store.store());
        match jobs_run {
            0 => assert!(again.is_ok(), "only the load had been asked for"),
            _ => assert_eq!(reason(again), Reason::AlreadyApproved, "the swap landed, and nobody saw the approval"),
        }
    }
}

#[test]
fn a_task_that_is_aborted_at_any_time_never_buys_a_second_approval() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    for round in 0..50_u64 {
        let memory = MemoryStore::new();
        let crowd = std::sync::Arc::new(Crowd::before(PAY, &memory));
        let store = std::sync::Arc::new(lent(memory));
        let approved = runtime.block_on(async {
            let task = tokio::spawn({
                let (crowd, store) = (crowd.clone(), store.clone());
                async move { crowd.verify(1, &crowd.code).run_async(&*store).await.is_ok() }
            });
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            task.abort();
            let first = task.await.unwrap_or(false);
            let second = crowd.verify(2, &crowd.code).run_async(&*store).await.is_ok();
            usize::from(first) + usize::from(second)
        });
        assert!(approved <= 1);
    }
}

#[test]
fn a_store_is_chosen_at_run_time() {
    let memory = MemoryStore::new();
    let desk = Desk::new(&memory);
    let store = DynAsyncStore::new(lent(RefusingStore));
    let rng = &mut ChaCha20Rng::seed_from_u64(1);
    let (payment, phone, customer) = (payment(1), phone(), customer());
    let issue = desk.verifier.issue(PAY, &customer, &payment, &phone, at(START), rng).unwrap();
    assert!(matches!(block_on(issue.run_async(&store)), Err(Failure::Unavailable(_))));
}
