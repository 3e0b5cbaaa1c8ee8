use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Vec;

/// A place where calls wait for each other: all have read before any of them writes.
///
/// It opens when so many calls have come, and stays open. Fewer than that wait for ever.
#[derive(Clone, Debug)]
pub struct Meeting(Arc<Mutex<Waiting>>);

#[derive(Debug)]
struct Waiting {
    missing: usize,
    wakers: Vec<Waker>,
}

impl Meeting {
    /// A meeting of so many calls.
    #[must_use]
    pub fn of(calls: usize) -> Self {
        Self(Arc::new(Mutex::new(Waiting { missing: calls, wakers: Vec::new() })))
    }

    /// Comes to the meeting, and is ready when it opens.
    pub(super) const fn come(&self) -> Coming<'_> {
        Coming { meeting: self, counted: false }
    }
}

pub(super) struct Coming<'a> {
    meeting: &'a Meeting,
    counted: bool,
}

impl Future for Coming<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut waiting = self.meeting.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.counted {
            waiting.missing = waiting.missing.saturating_sub(1);
        }
        let open = waiting.missing == 0;
        let wakers = if open { core::mem::take(&mut waiting.wakers) } else { Vec::new() };
        if !open {
            waiting.wakers.push(context.waker().clone());
        }
        drop(waiting);
        self.counted = true;
        wakers.into_iter().for_each(Waker::wake);
        if open { Poll::Ready(()) } else { Poll::Pending }
    }
}
