//! Waiting without a runtime.

use core::pin::{Pin, pin};
use core::task::{Context, Poll, Waker};
use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;
use std::thread::{self, Thread};

/// Runs a future to its end on this thread. It has to be one that any thread may poll.
pub(in crate::store::conformance) fn block_on<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Ready when it was polled so often before.
pub(super) struct Turns(pub(super) u32);

impl Future for Turns {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(left) = self.0.checked_sub(1) else {
            return Poll::Ready(());
        };
        self.0 = left;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Ready after this time, which a thread of its own sleeps.
pub(super) async fn sleep(time: Duration) {
    let alarm = Arc::new(Mutex::new(Alarm::default()));
    let bell = Arc::clone(&alarm);
    let sleeper = thread::Builder::new().spawn(move || {
        thread::sleep(time);
        ring(&bell);
    });
    if sleeper.is_ok() {
        core::future::poll_fn(|context| hear(&alarm, context)).await;
    }
}

#[derive(Default)]
struct Alarm {
    rung: bool,
    waker: Option<Waker>,
}

fn ring(alarm: &Mutex<Alarm>) {
    let mut alarm = alarm.lock().unwrap_or_else(PoisonError::into_inner);
    alarm.rung = true;
    if let Some(waker) = alarm.waker.take() {
        waker.wake();
    }
}

fn hear(alarm: &Mutex<Alarm>, context: &Context<'_>) -> Poll<()> {
    let mut alarm = alarm.lock().unwrap_or_else(PoisonError::into_inner);
    if alarm.rung {
        return Poll::Ready(());
    }
    alarm.waker = Some(context.waker().clone());
    Poll::Pending
}
