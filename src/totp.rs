//! RFC 6238.

use core::num::NonZeroU32;

use crate::{Code, Hotp, Invalid, UnixTime, Window};

/// The furthest that a skew reaches, in steps.
const FURTHEST: u8 = 10;
/// 30 seconds, the period that RFC 6238, section 5.2 recommends.
const PERIOD: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// The longest period that people are given, in seconds (NIST SP 800-63B-4, section 3.1.5.1: two minutes).
pub(crate) const LONGEST_PERIOD: u32 = 120;

/// Codes from a key and the time (RFC 6238): HOTP whose counter is the time step.
///
/// A step lasts 30 seconds, and the first begins in 1970, unless told otherwise.
///
/// Nothing here remembers what was used. RFC 6238, section 5.2 forbids to accept a code twice: keep the step that
/// [`Totp::check`] returns, and accept only later ones.
///
/// ```
/// use countersign::{Algorithm, Digits, Hotp, Secret, Skew, Totp, UnixTime};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let totp = Totp::new(Hotp::new(&secret, Algorithm::Sha1, Digits::EIGHT));
/// let code = totp.generate(UnixTime::from_secs(59));
/// assert_eq!(code.expose(), "94287082");
/// assert_eq!(totp.check(&code, UnixTime::from_secs(60), Skew::RFC), Some(1));
/// assert_eq!(totp.check(&code, UnixTime::from_secs(60), Skew::NONE), None);
/// # Ok::<(), countersign::Invalid>(())
/// ```
#[derive(Debug)]
pub struct Totp {
    hotp: Hotp,
    period: NonZeroU32,
    epoch: UnixTime,
}

impl Totp {
    /// Steps of 30 seconds since 1970 (RFC 6238, section 4.1: X = 30, T0 = 0).
    #[must_use]
    pub const fn new(hotp: Hotp) -> Self {
        Self { hotp, period: PERIOD, epoch: UnixTime::from_secs(0) }
    }

    /// Steps of `period` seconds (X). NIST SP 800-63B allows at most 120.
    #[must_use]
    pub fn period(self, period: NonZeroU32) -> Self {
        Self { period, ..self }
    }

    /// Steps that are counted from `epoch` (T0).
    #[must_use]
    pub fn epoch(self, epoch: UnixTime) -> Self {
        Self { epoch, ..self }
    }

    /// The code at `time`. Before the epoch it is the code of step 0.
    #[must_use]
    pub fn generate(&self, time: UnixTime) -> Code {
        self.hotp.generate(self.step(time).unwrap_or_default())
    }

    /// The newest step within `skew` of `time` whose code is `code`; nothing before the epoch.
    ///
    /// Every step's code is computed and compared in constant time, as in [`Hotp::find`]. Steps before 0 and after
    /// `u64::MAX` do not exist and do not wrap.
    #[must_use]
    pub fn check(&self, code: &Code, time: UnixTime, skew: Skew) -> Option<u64> {
        self.hotp.find(code, self.window(time, skew)?)
    }

    /// The time step at `time` (RFC 6238, section 4.2: T), or nothing before the epoch.
    #[must_use]
    pub const fn step(&self, time: UnixTime) -> Option<u64> {
        match time.as_secs().checked_sub(self.epoch.as_secs()) {
            Some(elapsed) => Some(quotient(elapsed, self.period)),
            None => None,
        }
    }

    /// For how many seconds after `time` the step at `time` still lasts: 1 to the period. Before the epoch the whole
    /// of step 0 is left.
    ///
    /// ```
    /// # use countersign::{Algorithm, Digits, Hotp, Secret, Totp, UnixTime};
    /// # let secret = Secret::from_bytes(b"12345678901234567890")?;
    /// let totp = Totp::new(Hotp::new(&secret, Algorithm::Sha1, Digits::SIX));
    /// assert_eq!(totp.seconds_left(UnixTime::from_secs(60)), 30);
    /// assert_eq!(totp.seconds_left(UnixTime::from_secs(89)), 1);
    /// # Ok::<(), countersign::Invalid>(())
    /// ```
    #[must_use]
    pub const fn seconds_left(&self, time: UnixTime) -> u32 {
        let elapsed = time.as_secs().saturating_sub(self.epoch.as_secs());
        let before = quotient(elapsed, self.period) * self.period.get() as u64;
        #[expect(clippy::cast_possible_truncation, reason = "a remainder is smaller than the period")]
        let into = (elapsed - before) as u32;
        self.period.get() - into
    }

    /// The steps that may match at `time`, for a device whose clock is `drift` steps ahead.
    pub(crate) const fn window_adrift(&self, time: UnixTime, drift: i8, skew: Skew) -> Option<Window> {
        match self.step(time) {
            Some(step) => Some(Window::around(step.saturating_add_signed(drift as i64), skew.past, skew.future)),
            None => None,
        }
    }

    /// What computes the code of a step.
    pub(crate) const fn hotp(&self) -> &Hotp {
        &self.hotp
    }

    /// How long a step lasts, in seconds.
    pub(crate) const fn seconds(&self) -> u32 {
        self.period.get()
    }

    const fn window(&self, time: UnixTime, skew: Skew) -> Option<Window> {
        self.window_adrift(time, 0, skew)
    }
}

/// `time / period`. Neither is secret.
///
/// A processor of 32 bits divides 64 of them in software, of which a terminal would have to hold nearly 900 bytes; so here the
/// division is as on paper, in bits, where a time no longer fits into 32 of them: from 2106 on, if the epoch is 1970.
const fn quotient(time: u64, period: NonZeroU32) -> u64 {
    if time <= u32::MAX as u64 {
        #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
        return (time as u32 / period.get()) as u64;
    }
    let divisor = period.get() as u64;
    let (mut quotient, mut rest) = (time, 0u64);
    let mut bit = 0;
    while bit < u64::BITS {
        rest = (rest << 1) | (quotient >> 63);
        quotient <<= 1;
        if rest >= divisor {
            rest -= divisor;
            quotient |= 1;
        }
        bit += 1;
    }
    quotient
}

/// How far the person's clock may be off, in steps.
///
/// Every step of skew is one more code that passes, so a guess is as many times likelier to be right.
///
/// ```
/// use countersign::{Invalid, Skew};
///
/// assert_eq!(Skew::new(1, 0)?, Skew::RFC);
/// assert_eq!(Skew::new(0, 11), Err(Invalid::SkewTooWide));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "crate::serde::form::Skew")
)]
pub struct Skew {
    past: u8,
    future: u8,
}

impl Skew {
    /// The present step alone.
    pub const NONE: Self = Self { past: 0, future: 0 };
    /// One past step, for the time that typing takes: the most that RFC 6238, section 5.2 recommends.
    pub const RFC: Self = Self { past: 1, future: 0 };
    /// Ten steps each way, the furthest that any skew reaches.
    pub(crate) const WIDEST: Self = Self { past: FURTHEST, future: FURTHEST };
    /// As many steps, as a drift.
    pub(crate) const FURTHEST: i8 = FURTHEST.cast_signed();

    /// `past` steps back and `future` steps ahead. Zero means zero.
    ///
    /// # Errors
    ///
    /// [`Invalid::SkewTooWide`] if either is over 10.
    pub const fn new(past: u8, future: u8) -> Result<Self, Invalid> {
        if past > FURTHEST || future > FURTHEST {
            return Err(Invalid::SkewTooWide);
        }
        Ok(Self { past, future })
    }

    /// As far as the nearer of two reaches, each way.
    pub(crate) const fn narrowed(self, other: Self) -> Self {
        const fn less(a: u8, b: u8) -> u8 {
            if a < b { a } else { b }
        }
        Self { past: less(self.past, other.past), future: less(self.future, other.future) }
    }

    /// How many steps pass.
    pub(crate) const fn candidates(self) -> u8 {
        1 + self.past + self.future
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn steps_are_quotients(time: u64, narrow: u8, period: NonZeroU32) {
            let time = time >> (narrow % 64);
            prop_assert_eq!(quotient(time, period), time / u64::from(period.get()));
        }
    }

    #[test]
    fn steps_are_quotients_at_the_edges() {
        let edges =
            [0, 1, 29, 30, 59, u64::from(u32::MAX) - 1, u64::from(u32::MAX), 1 << 32, (1 << 32) + 1, u64::MAX];
        for time in edges {
            for period in [1, 2, 30, 60, 120, u32::MAX] {
                assert_eq!(
                    quotient(time, NonZeroU32::new(period).unwrap()),
                    time / u64::from(period),
                    "{time} {period}"
                );
            }
        }
    }
}
