use core::sync::atomic::{AtomicU64, Ordering};

/// Counts what went wrong with any connection of a store: whatever rested on an earlier look at the path no longer does.
#[derive(Default)]
pub(super) struct Doubts(AtomicU64);

impl Doubts {
    pub(super) fn count(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Counts one unless it is dispelled, so also if what is watched panics.
    pub(super) const fn watch(&self) -> Watch<'_> {
        Watch { doubts: self, dispelled: false }
    }
}

pub(super) struct Watch<'d> {
    doubts: &'d Doubts,
    dispelled: bool,
}

impl Watch<'_> {
    pub(super) fn dispel(mut self) {
        self.dispelled = true;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.dispelled {
            self.doubts.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}
