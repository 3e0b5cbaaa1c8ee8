//! The guess bound: R4226-13's `s * v / 10^Digit`, with the real probabilities.

use super::{Limits, Policy};

/// Day windows that any 24 hours can touch.
const WINDOWS_A_DAY: f64 = 2.0;

/// Day windows that any 365 days can touch.
const WINDOWS_A_YEAR: f64 = 366.0;

/// How likely guessing is to succeed, at most (RFC 4226 section 6: `Sec = s * v / 10^Digit`).
///
/// Each figure is the number of judged guesses that the policy allows, over all its lanes, times the probability
/// of the most likely code. A 6-digit code is 31 bits modulo 10^6, so its most likely values come up 2,148 times
/// in 2^31 and not 2,147.48 times.
///
/// ```
/// use countersign::Policy;
///
/// let bound = Policy::PAYMENT.guess_bound();
/// assert!(bound.lock() < 5.01e-6);   // before a lock
/// assert!(bound.day() < 40.02e-6);   // any 24 hours: the end of one day window and the start of the next
/// assert!(bound.year() < 0.74e-2);   // an account whose owner keeps succeeding
/// assert!(bound.disablement() < 100.1e-6); // an account whose owner never does
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GuessBound {
    code: f64,
    lock: f64,
    day: f64,
    disablement: f64,
    year: f64,
}

impl GuessBound {
    pub(super) fn of(policy: &Policy) -> Self {
        let code = policy.format.most_likely();
        let lanes = f64::from(policy.lanes);
        let guesses = |count: f64| (count * lanes * code).min(1.0);
        let day = f64::from(policy.day_failures);
        Self {
            code,
            lock: guesses(f64::from(policy.lock_after)),
            day: guesses(day * WINDOWS_A_DAY),
            disablement: guesses(f64::from(policy.total_failures_per_lane())),
            year: guesses(day * WINDOWS_A_YEAR),
        }
    }

    /// Of several that share one budget: `likeliest` is a guess at the one that is the easiest to guess.
    pub(super) fn shared(limits: &Limits, likeliest: f64, before_a_lock: f64) -> Self {
        let guesses = |count: f64| (count * likeliest).min(1.0);
        let day = f64::from(limits.day_failures);
        Self {
            code: likeliest,
            lock: before_a_lock.min(1.0),
            day: guesses(day * WINDOWS_A_DAY),
            disablement: guesses(f64::from(limits.total_failures)),
            year: guesses(day * WINDOWS_A_YEAR),
        }
    }

    /// The probability of the most likely code: one guess.
    #[must_use]
    pub const fn code(&self) -> f64 {
        self.code
    }

    /// All the guesses before a lock.
    #[must_use]
    pub const fn lock(&self) -> f64 {
        self.lock
    }

    /// All the guesses in any 24 hours, which touch two day windows.
    #[must_use]
    pub const fn day(&self) -> f64 {
        self.day
    }

    /// All the guesses until the purpose is disabled, if its owner never succeeds in between.
    #[must_use]
    pub const fn disablement(&self) -> f64 {
        self.disablement
    }

    /// All the guesses in any 365 days at an account whose owner succeeds often enough to keep it from being
    /// disabled, or whose failures the store forgot after 400 days.
    #[must_use]
    pub const fn year(&self) -> f64 {
        self.year
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Format;
    use crate::policy::Ceilings;

    #[test]
    fn r4226_13_the_bound_is_guesses_times_the_most_likely_code() {
        let bound = Policy::PAYMENT.guess_bound();
        let likely = 2_148.0 / 2_147_483_648.0;
        assert!((bound.code() - likely).abs() < 1e-18);
        assert!((bound.lock() - 5.0 * likely).abs() < 1e-15);
        assert!((bound.day() - 40.0 * likely).abs() < 1e-15);
        assert!((bound.disablement() - 100.0 * likely).abs() < 1e-15);
        assert!((bound.year() - 20.0 * 366.0 * likely).abs() < 1e-12);
        let lanes = Policy::PAYMENT.draft().lanes(2).ceilings(Ceilings::per_million(10, 40, 100)).build().unwrap();
        assert!((lanes.guess_bound().lock() - 10.0 * likely).abs() < 1e-15);
        assert!((lanes.guess_bound().disablement() - 100.0 * likely).abs() < 1e-15);
    }

    #[test]
    fn every_code_of_letters_is_as_likely_as_any_other() {
        let letters = Policy::PAYMENT.draft().format(Format::letters(6).unwrap()).build().unwrap();
        assert!((letters.guess_bound().code() * f64::from(1 << 30) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_bound_is_a_probability() {
        let close = |bound: GuessBound, expected: [f64; 5]| {
            let found = [bound.code(), bound.lock(), bound.day(), bound.disablement(), bound.year()];
            assert!(
                found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12),
                "{found:?}"
            );
        };
        close(GuessBound::shared(&Policy::PAYMENT.limits(), 0.5, 2.0), [0.5, 1.0, 1.0, 1.0, 1.0]);
        close(GuessBound::shared(&Policy::PAYMENT.limits(), 1e-6, 1e-5), [1e-6, 1e-5, 40e-6, 100e-6, 7_320e-6]);
    }
}
