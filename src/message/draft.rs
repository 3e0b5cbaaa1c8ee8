use alloc::string::String;
use core::fmt::{self, Write as _};
use core::mem::take;

use zeroize::optimization_barrier;

/// Text with a code in it: wiped when it is dropped, and when it moves because it grows.
#[derive(Default)]
pub(super) struct Draft(String);

impl Draft {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(super) fn of(pieces: &[&str]) -> Self {
        let mut draft = Self::with_capacity(pieces.iter().map(|piece| piece.len()).sum());
        for piece in pieces {
            draft.push(piece);
        }
        draft
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn push(&mut self, text: &str) {
        if self.0.capacity() - self.0.len() < text.len() {
            let mut larger = String::with_capacity(2 * (self.0.len() + text.len()));
            larger.push_str(&self.0);
            self.wipe();
            self.0 = larger;
        }
        self.0.push_str(text);
    }

    pub(super) fn push_number(&mut self, number: u64) {
        // Writing to a draft does not fail.
        let _ = write!(self, "{number}");
    }

    /// A draft only grows, so behind its end there is nothing to wipe.
    fn wipe(&mut self) {
        let mut bytes = take(&mut self.0).into_bytes();
        bytes.fill(0);
        optimization_barrier(bytes.as_slice());
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Write for Draft {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text);
        Ok(())
    }
}
