use crate::store::Addition;

/// The longest time in which a burst may come back: 31 days, in seconds.
const LONGEST: u64 = 2_678_400;

/// The highest count and burst.
const MOST: u32 = 1_000_000_000;

/// How many messages may leave: `count` in `per` seconds, and no more than a burst at once.
///
/// In any time of t seconds it lets at most `burst + count * t / per` messages through, and never a fraction more: it is
/// counted in integers. Without a burst of its own it is `count`. One that many share is counted in windows, and keeps this
/// promise by letting less through for up to one window after a burst.
///
/// ```
/// use countersign::Rate;
///
/// let rate = Rate::new(10, 3_600).burst(3); // three at once, and then one every six minutes
/// # let _ = rate;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    per: u32,
    burst: u32,
}

impl Rate {
    /// `count` messages in `per` seconds. Zeros are found by [`BudgetDraft::build`](crate::BudgetDraft::build).
    #[must_use]
    pub const fn new(count: u32, per: u32) -> Self {
        Self { count, per, burst: count }
    }

    /// At most so many at once.
    #[must_use]
    pub const fn burst(mut self, burst: u32) -> Self {
        self.burst = burst;
        self
    }

    pub(super) const fn is_sound(self) -> bool {
        let positive = self.count > 0 && self.per > 0 && self.burst > 0;
        positive && self.count <= MOST && self.burst <= MOST && self.per as u64 <= LONGEST && self.window() <= LONGEST
    }

    /// Seconds in which a whole burst comes back, rounded up.
    pub(super) const fn window(self) -> u64 {
        match (self.burst as u64 * self.per as u64).checked_add(self.count as u64 - 1) {
            Some(work) => work / self.count as u64,
            None => u64::MAX,
        }
    }

    /// What a message takes of a bucket, in units of which `count` come back a second.
    pub(super) fn unit(self) -> u64 {
        u64::from(self.per)
    }

    pub(super) fn per(self) -> u32 {
        self.per
    }

    /// What a bucket holds, in those units.
    pub(super) fn capacity(self) -> u64 {
        u64::from(self.burst) * u64::from(self.per)
    }

    /// What comes back in so many seconds, in those units.
    pub(super) fn drained(self, seconds: u64) -> u64 {
        seconds.saturating_mul(u64::from(self.count))
    }

    /// In how many seconds so much comes back, rounded up.
    pub(super) fn seconds(self, units: u64) -> u64 {
        units.div_ceil(u64::from(self.count).max(1))
    }

    /// How many may leave in a [window](Self::window) so many seconds after it began, if `before` left in the one
    /// before it.
    ///
    /// With windows in which a whole burst comes back, no more than a burst in a window, and no more than
    /// `burst + count * elapsed / per` in this one and the last, make the promise true for any number of windows:
    /// each window before those adds no more than a burst, which is what comes back in it.
    pub(super) fn ceiling(self, elapsed: u64, before: u64) -> u64 {
        let back = self.drained(elapsed).checked_div(self.unit()).unwrap_or(0);
        let burst = u64::from(self.burst);
        burst.saturating_add(back).saturating_sub(before).min(burst)
    }

    /// In how many seconds from the beginning of a window with such a [ceiling](Self::ceiling) one more may leave, at the
    /// earliest.
    pub(super) fn next(self, ceiling: u64, before: u64) -> u64 {
        let burst = u64::from(self.burst);
        if ceiling >= burst {
            // The window is full, and so the next one begins with nothing.
            return self.window().saturating_add(self.seconds(self.unit()));
        }
        let missing = ceiling.saturating_add(before).saturating_add(1).saturating_sub(burst);
        self.seconds(missing.saturating_mul(self.unit()))
    }
}

/// What may be spent in one place: a [`Rate`], and money in an hour and in a day.
///
/// Money is in integers of the caller's own unit, the same in all of a budget. Messages cost fractions of a cent, so a
/// thousandth or a hundred-thousandth of the currency does. An hour is one of the clock, and so is a day (UTC), as on an
/// invoice.
///
/// ```
/// use countersign::{Limit, Rate};
///
/// // Ten messages a minute, and 20.00 an hour and 100.00 a day in hundred-thousandths.
/// let limit = Limit::NONE.rate(Rate::new(10, 60)).hour(20_00_000).day(100_00_000);
/// # let _ = limit;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub(super) rate: Option<Rate>,
    pub(super) hour: Option<u64>,
    pub(super) day: Option<u64>,
}

impl Limit {
    /// No limit at all: nothing is counted.
    pub const NONE: Self = Self { rate: None, hour: None, day: None };

    /// So many messages.
    #[must_use]
    pub const fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// So much money in an hour of the clock. Zero is zero.
    #[must_use]
    pub const fn hour(mut self, ceiling: u64) -> Self {
        self.hour = Some(ceiling);
        self
    }

    /// So much money in a day (UTC). Zero is zero.
    #[must_use]
    pub const fn day(mut self, ceiling: u64) -> Self {
        self.day = Some(ceiling);
        self
    }

    pub(super) const fn is_none(&self) -> bool {
        self.rate.is_none() && self.hour.is_none() && self.day.is_none()
    }

    pub(super) const fn rate_is_sound(&self) -> bool {
        match self.rate {
            Some(rate) => rate.is_sound(),
            None => true,
        }
    }

    pub(super) const fn ceilings_are_sound(&self) -> bool {
        const fn fits(ceiling: Option<u64>) -> bool {
            match ceiling {
                Some(ceiling) => ceiling <= Addition::HIGHEST,
                None => true,
            }
        }
        fits(self.hour) && fits(self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_and_what_takes_over_a_month_are_no_rates() {
        for rate in [Rate::new(0, 1), Rate::new(1, 0), Rate::new(1, 1).burst(0), Rate::new(1, 2_678_400).burst(2)] {
            assert!(!rate.is_sound(), "{rate:?}");
        }
        for rate in [Rate::new(u32::MAX, 1), Rate::new(1, u32::MAX), Rate::new(1, 1).burst(u32::MAX)] {
            assert!(!rate.is_sound(), "{rate:?}");
        }
        for rate in [Rate::new(1, 1), Rate::new(1, 2_678_400), Rate::new(MOST, 1).burst(MOST)] {
            assert!(rate.is_sound(), "{rate:?}");
        }
    }

    #[test]
    fn a_window_has_room_for_what_came_back_and_never_for_more_than_a_burst() {
        let rate = Rate::new(3, 10).burst(7);
        assert_eq!(rate.window(), 24); // 70 / 3, rounded up
        assert_eq!((rate.ceiling(0, 0), rate.ceiling(0, 7), rate.ceiling(23, 7)), (7, 0, 6));
        assert_eq!((rate.ceiling(3, 7), rate.ceiling(4, 7)), (0, 1));
        assert_eq!((rate.next(7, 0), rate.next(0, 7), rate.next(1, 7), rate.next(6, 7)), (28, 4, 7, 24));
        assert_eq!(rate.ceiling(u64::MAX, u64::MAX), 0, "what nobody could have counted takes all");
        assert_eq!(rate.ceiling(u64::MAX, 0), 7);
    }
}
