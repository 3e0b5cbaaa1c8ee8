//! Seconds, and where they come from.

use core::error::Error;
use core::fmt;

#[cfg(target_has_atomic = "64")]
use core::sync::atomic::{AtomicU64, Ordering};

/// A moment: whole seconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Every decision takes its moment as an argument; nothing in this crate reads a clock behind the caller's back. There
/// is no moment before 1970, and arithmetic stops at the ends instead of wrapping.
///
/// ```
/// use countersign::UnixTime;
///
/// let now = UnixTime::from_secs(59);
/// assert_eq!(now.saturating_add(1).as_secs(), 60);
/// assert!(now < UnixTime::from_secs(u64::MAX));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The moment `secs` seconds after 1970-01-01T00:00:00Z. Every value is a moment.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The moment `secs` seconds later, or the last one there is.
    #[must_use]
    pub const fn saturating_add(self, secs: u64) -> Self {
        Self(self.0.saturating_add(secs))
    }
}

/// Where the time comes from.
///
/// A clock that runs behind accepts codes that have expired; one that runs ahead refuses codes that are good. Both
/// are bounded by the tolerances of what is checked, so give this crate a clock that the server keeps (by NTP), never
/// one that a client sends.
///
/// ```
/// use countersign::{Clock, ClockError, UnixTime};
///
/// struct Terminal { ticks: Option<u64> }
///
/// impl Clock for Terminal {
///     fn now(&self) -> Result<UnixTime, ClockError> {
///         self.ticks.map(UnixTime::from_secs).ok_or(ClockError::new())
///     }
/// }
///
/// assert_eq!(Terminal { ticks: Some(59) }.now(), Ok(UnixTime::from_secs(59)));
/// assert!(Terminal { ticks: None }.now().is_err());
/// ```
pub trait Clock {
    /// The present moment.
    ///
    /// # Errors
    ///
    /// [`ClockError`] when the time is unknown. Never answer with a guess: zero would put every expiry in the future.
    fn now(&self) -> Result<UnixTime, ClockError>;
}

impl<C: Clock + ?Sized> Clock for &C {
    fn now(&self) -> Result<UnixTime, ClockError> {
        (**self).now()
    }
}

#[cfg(all(feature = "alloc", target_has_atomic = "ptr"))]
impl<C: Clock + ?Sized> Clock for alloc::sync::Arc<C> {
    fn now(&self) -> Result<UnixTime, ClockError> {
        (**self).now()
    }
}

/// The time is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClockError;

impl ClockError {
    /// What a [`Clock`] answers when it does not know the time.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "an error by default would read as nonsense")]
    pub const fn new() -> Self {
        Self
    }
}

impl Error for ClockError {}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is unknown")
    }
}

/// The operating system's clock.
///
/// ```
/// use countersign::{Clock, SystemClock, UnixTime};
///
/// assert!(SystemClock.now()? > UnixTime::from_secs(1_700_000_000));
/// # Ok::<(), countersign::ClockError>(())
/// ```
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "it has nothing to configure and is written as a value")]
pub struct SystemClock;

#[cfg(feature = "std")]
impl Clock for SystemClock {
    /// # Errors
    ///
    /// [`ClockError`] when the system believes that it is before 1970.
    fn now(&self) -> Result<UnixTime, ClockError> {
        std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map(|since| UnixTime::from_secs(since.as_secs()))
            .map_err(|_| ClockError)
    }
}

/// A clock that is moved by hand, for tests and simulations. Threads may share it.
///
/// ```
/// use countersign::{Clock, ManualClock, UnixTime};
///
/// let clock = ManualClock::new(UnixTime::from_secs(1_000));
/// clock.advance(300);
/// clock.back(1);
/// assert_eq!(clock.now(), Ok(UnixTime::from_secs(1_299)));
/// ```
#[cfg(target_has_atomic = "64")]
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

#[cfg(target_has_atomic = "64")]
impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self(AtomicU64::new(now.0))
    }

    /// Puts the clock to `now`, forward or back.
    pub fn set(&self, now: UnixTime) {
        self.0.store(now.0, Ordering::SeqCst);
    }

    /// Moves the clock `secs` seconds forward, or to the last moment there is.
    pub fn advance(&self, secs: u64) {
        self.shift(|now| now.saturating_add(secs));
    }

    /// Moves the clock `secs` seconds back, or to 1970.
    pub fn back(&self, secs: u64) {
        self.shift(|now| now.saturating_sub(secs));
    }

    fn shift(&self, by: impl Fn(u64) -> u64) {
        // The closure always answers, so the update cannot fail.
        let _ = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |now| Some(by(now)));
    }
}

#[cfg(target_has_atomic = "64")]
impl Clock for ManualClock {
    fn now(&self) -> Result<UnixTime, ClockError> {
        Ok(UnixTime(self.0.load(Ordering::SeqCst)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_stop_at_the_ends() {
        assert_eq!(UnixTime::from_secs(u64::MAX).saturating_add(1).as_secs(), u64::MAX);
        assert_eq!(UnixTime::from_secs(1).saturating_add(u64::MAX).as_secs(), u64::MAX);
    }

    #[cfg(target_has_atomic = "64")]
    #[test]
    fn a_manual_clock_stops_at_the_ends_and_is_shared() {
        let clock = ManualClock::new(UnixTime::from_secs(10));
        clock.back(11);
        assert_eq!(clock.now(), Ok(UnixTime::from_secs(0)));
        std::thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| (0..1_000).for_each(|_| clock.advance(1)));
            }
        });
        let lent: &dyn Clock = &&clock;
        assert_eq!(lent.now(), Ok(UnixTime::from_secs(8_000)));
        clock.advance(u64::MAX);
        assert_eq!(clock.now(), Ok(UnixTime::from_secs(u64::MAX)));
        clock.set(UnixTime::from_secs(5));
        assert_eq!(clock.now(), Ok(UnixTime::from_secs(5)));
    }
}
