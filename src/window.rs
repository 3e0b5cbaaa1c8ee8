//! Which counters may match.

use core::ops::RangeInclusive;

use crate::Invalid;

/// The most counters that one window may hold.
const WIDEST: u16 = 1_000;

/// A run of HOTP counters that a typed code is compared with (RFC 4226, section 7.4).
///
/// It is never empty, holds at most 1,000 counters and never wraps: a window that would reach past `u64::MAX` ends
/// there, so one that begins at `u64::MAX` holds that counter alone.
///
/// Every counter in a window is one more code that passes, so a guess is as many times likelier to be right. RFC 4226,
/// section 7.4 asks for the smallest window that customers can live with.
///
/// ```
/// use countersign::{Invalid, Window};
///
/// let window = Window::ahead(7, 3)?;
/// assert_eq!((window.first(), window.last()), (7, 9));
/// assert_eq!(Window::ahead(u64::MAX, 3)?.last(), u64::MAX);
/// assert_eq!(Window::ahead(7, 0), Err(Invalid::WindowEmpty));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "crate::serde::form::Window")
)]
pub struct Window {
    first: u64,
    last: u64,
}

impl Window {
    /// `count` counters: `from`, and those that follow it.
    ///
    /// # Errors
    ///
    /// [`Invalid::WindowEmpty`] if `count` is 0, [`Invalid::WindowTooWide`] if it is over 1,000.
    pub const fn ahead(from: u64, count: u16) -> Result<Self, Invalid> {
        if count > WIDEST {
            return Err(Invalid::WindowTooWide);
        }
        match count.checked_sub(1) {
            Some(more) => Ok(Self { first: from, last: from.saturating_add(more as u64) }),
            None => Err(Invalid::WindowEmpty),
        }
    }

    /// `count` counters, beginning with the one after `used`: what may match once `used` has been accepted
    /// (RFC 4226, section 7.2).
    ///
    /// # Errors
    ///
    /// [`Invalid::CounterExhausted`] if `used` is `u64::MAX`: no counter is left, and 0 must not come round again.
    /// Otherwise as [`Window::ahead`].
    ///
    /// ```
    /// use countersign::{Invalid, Window};
    ///
    /// assert_eq!(Window::after(6, 3), Window::ahead(7, 3));
    /// assert_eq!(Window::after(u64::MAX, 3), Err(Invalid::CounterExhausted));
    /// ```
    pub const fn after(used: u64, count: u16) -> Result<Self, Invalid> {
        match used.checked_add(1) {
            Some(from) => Self::ahead(from, count),
            None => Err(Invalid::CounterExhausted),
        }
    }

    /// The first counter that may match.
    #[must_use]
    pub const fn first(self) -> u64 {
        self.first
    }

    /// The last counter that may match.
    #[must_use]
    pub const fn last(self) -> u64 {
        self.last
    }

    /// `centre` with `past` counters before and `future` counters after it, as far as they exist.
    pub(crate) const fn around(centre: u64, past: u8, future: u8) -> Self {
        Self { first: centre.saturating_sub(past as u64), last: centre.saturating_add(future as u64) }
    }

    /// Every counter, the oldest first.
    pub(crate) const fn counters(self) -> RangeInclusive<u64> {
        self.first..=self.last
    }
}
