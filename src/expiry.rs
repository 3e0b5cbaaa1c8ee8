//! Validity windows: what is live at `now`, decided from `now` and from nothing else.
//!
//! Every window is a beginning and a length. Effective time is never the larger of what was seen and what is
//! now: a node whose clock runs ahead could otherwise push everybody else into the future for good.

/// How far ahead of `now` a beginning may lie before it is taken for another clock's mistake, in seconds.
pub(crate) const TOLERANCE: u64 = 60;

/// One day, in seconds.
pub(crate) const DAY: u64 = 86_400;

/// The first second that no record can hold: times are stored in five bytes.
pub(crate) const END_OF_TIME: u64 = 1 << 40;

/// A window that begins at `from` and lasts `length` seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) length: u64,
}

impl Span {
    pub(crate) const fn new(from: u64, length: u64) -> Self {
        Self { from, length }
    }

    /// Live iff it began (another node's clock may be a minute ahead) and has not ended. The end is exact.
    pub(crate) const fn is_live(self, now: u64) -> bool {
        !self.is_ahead(now) && now < self.end()
    }

    /// Begins further ahead of `now` than honest clocks differ.
    pub(crate) const fn is_ahead(self, now: u64) -> bool {
        self.from > now.saturating_add(TOLERANCE)
    }

    pub(crate) const fn end(self) -> u64 {
        self.from.saturating_add(self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_exact_and_the_beginning_has_a_minute() {
        let span = Span::new(1_000, 300);
        assert!(!span.is_live(939));
        assert!(span.is_live(940));
        assert!(span.is_live(1_299));
        assert!(!span.is_live(1_300));
    }

    #[test]
    fn nothing_wraps_at_the_end_of_time() {
        let span = Span::new(u64::MAX, u64::MAX);
        assert!(span.is_live(u64::MAX - 1));
        assert!(!span.is_live(u64::MAX));
        assert!(!Span::new(0, 0).is_live(0));
    }
}
