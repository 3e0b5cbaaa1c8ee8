//! What the record of a subject's authenticators allows.

use super::draft::within;
use super::{Ceilings, GuessBound, Limits, Policy};
use crate::approval::Method;
use crate::code::{Digits, Format};
use crate::error::Invalid;
use crate::totp::Skew;

/// What all the authenticators of a subject share: one budget, whatever purpose they serve, and how far a device may be
/// off. A [`Verifier`](crate::Verifier) has one.
///
/// ```
/// use countersign::{AuthenticatorPolicy, Invalid, Skew};
///
/// const STILL: AuthenticatorPolicy = match AuthenticatorPolicy::RFC.draft().skew(Skew::NONE).build() {
///     Ok(policy) => policy,
///     Err(_) => panic!("refused at compile time"),
/// };
/// assert_eq!(STILL.skew(), Skew::NONE);
/// // Every code that passes is one more that may be guessed, and has to be named.
/// assert_eq!(AuthenticatorPolicy::RFC.draft().look_ahead(50).build(), Err(Invalid::TooManyGuesses));
/// # Ok::<(), Invalid>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthenticatorPolicy {
    limits: Limits,
    skew: Skew,
    look_ahead: u16,
    resynchronise_ahead: u16,
    ceilings: Ceilings,
}

impl AuthenticatorPolicy {
    /// What the RFCs recommend.
    ///
    /// | what | value | why |
    /// |---|---|---|
    /// | TOTP | the present step and one past one | RFC 6238, section 5.2: at most one, for the time that typing takes |
    /// | HOTP | 5 counters ahead | RFC 4226, section 7.4: as few as people can live with; more take two codes |
    /// | to resynchronise | two codes in a row within 100 counters, or 10 steps either way | section 7.4: a pair of codes is 10^12 guesses |
    /// | lock | every 5th consecutive failure of an authenticator, 30 min, doubling, at most 24 h | RTS Art. 4(3)(b); PCI DSS 8.3.4 |
    /// | a day window | 20 failures of all of them, then locked to its end | no reset by success |
    /// | in total | 100, then disabled | NIST SP 800-63B-4: at most 100 consecutive |
    ///
    /// Five counters ahead are five codes that pass, so its ceilings are five times [`Ceilings::DEFAULT`].
    pub const RFC: Self = Self {
        limits: Limits { unapproved_sends: 0, day_sends: 0, ..Policy::PAYMENT.limits() },
        skew: Skew::RFC,
        look_ahead: 5,
        resynchronise_ahead: 100,
        ceilings: Ceilings::per_million(25, 100, 500),
    };

    /// OWASP ASVS level 3 and whoever wants less risk for more trouble: the present step or the next counter alone, 3
    /// failures a lock, 10 a day, disabled after 30. It stays below [`Ceilings::DEFAULT`].
    pub const STRICT: Self = Self {
        limits: Limits { unapproved_sends: 0, day_sends: 0, ..Policy::STRICT.limits() },
        skew: Skew::NONE,
        look_ahead: 1,
        ceilings: Ceilings::DEFAULT,
        ..Self::RFC
    };

    /// A draft that starts from this policy.
    pub const fn draft(self) -> AuthenticatorPolicyDraft {
        AuthenticatorPolicyDraft(self)
    }

    /// How far a TOTP device's clock may be off, beside the drift that is remembered of it.
    #[must_use]
    pub const fn skew(&self) -> Skew {
        self.skew
    }

    /// How many HOTP counters may match, beginning with the one after the last.
    #[must_use]
    pub const fn look_ahead(&self) -> u16 {
        self.look_ahead
    }

    /// The probability that guessing succeeds at a subject who has these authenticators, as TOTP and HOTP and their
    /// digits, and recovery codes.
    ///
    /// Each authenticator may fail `lock_after - 1` times before any of them locks all, so before a lock their guesses
    /// add up. In a day and in total they share one budget, of which a guesser spends all on the likeliest. (A recovery
    /// code is one of 10 in 2^80, which no figure here shows.)
    ///
    /// ```
    /// use countersign::{AuthenticatorPolicy, Digits, Method};
    ///
    /// let one = AuthenticatorPolicy::RFC.guess_bound(&[(Method::Totp, Digits::SIX)]);
    /// let two = AuthenticatorPolicy::RFC.guess_bound(&[(Method::Totp, Digits::SIX), (Method::Totp, Digits::SIX)]);
    /// assert!(one.lock() < 10.01e-6); // 5 guesses at 2 steps
    /// assert!(two.lock() < 18.01e-6); // 4 more at the other
    /// assert!(two.day() == one.day());
    /// ```
    #[must_use]
    pub fn guess_bound(&self, authenticators: &[(Method, Digits)]) -> GuessBound {
        let guess =
            |(method, digits): &(Method, Digits)| self.candidates(*method) * Format::digits(*digits).most_likely();
        let likeliest = authenticators.iter().map(guess).fold(0.0, f64::max);
        let all: f64 = authenticators.iter().map(guess).sum();
        let before_a_lock = f64::from(self.limits.lock_after.saturating_sub(1)) * all + likeliest;
        GuessBound::shared(&self.limits, likeliest, before_a_lock)
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) const fn resynchronise_ahead(&self) -> u16 {
        self.resynchronise_ahead
    }

    fn candidates(&self, method: Method) -> f64 {
        match method {
            Method::Totp => f64::from(self.skew.candidates()),
            Method::Hotp => f64::from(self.look_ahead),
            Method::RecoveryCode => 0.0,
        }
    }

    const fn is_within_ceilings(&self) -> bool {
        const SIX_DIGITS: u64 = 1_000_000;
        let steps = self.skew.candidates() as u64;
        let ahead = self.look_ahead as u64;
        let candidates = if steps > ahead { steps } else { ahead };
        within(self.limits.lock_after as u64 * candidates, self.ceilings.lock, SIX_DIGITS)
            && within(self.limits.day_failures as u64 * candidates, self.ceilings.day, SIX_DIGITS)
            && within(self.limits.total_failures as u64 * candidates, self.ceilings.disablement, SIX_DIGITS)
    }
}

/// A policy in the making; [`AuthenticatorPolicy::draft`] starts one, [`AuthenticatorPolicyDraft::build`] checks it.
#[derive(Clone, Copy, Debug)]
#[must_use = "a draft does nothing until it is built"]
pub struct AuthenticatorPolicyDraft(AuthenticatorPolicy);

impl AuthenticatorPolicyDraft {
    /// How far a TOTP device's clock may be off, beside the drift that is remembered of it.
    pub const fn skew(mut self, skew: Skew) -> Self {
        self.0.skew = skew;
        self
    }

    /// HOTP counters that may match: 1 to 1,000.
    pub const fn look_ahead(mut self, counters: u16) -> Self {
        self.0.look_ahead = counters;
        self
    }

    /// HOTP counters among which two codes in a row resynchronise: at least `look_ahead`, at most 1,000.
    pub const fn resynchronise_ahead(mut self, counters: u16) -> Self {
        self.0.resynchronise_ahead = counters;
        self
    }

    /// Consecutive failures of an authenticator that lock all of them: 1 to 10.
    pub const fn lock_after(mut self, failures: u8) -> Self {
        self.0.limits.lock_after = failures;
        self
    }

    /// Seconds of the first lock: 1,800 to 86,400. Each further lock is twice as long, up to a day.
    pub const fn lock_seconds(mut self, seconds: u32) -> Self {
        self.0.limits.lock_seconds = seconds;
        self
    }

    /// Failures of all of them in a day window that lock to its end: at least `lock_after`, at most 100.
    pub const fn day_failures(mut self, failures: u8) -> Self {
        self.0.limits.day_failures = failures;
        self
    }

    /// Failures of all of them that disable: 2 to 100. A success takes its own authenticator's out of the total.
    pub const fn total_failures(mut self, failures: u8) -> Self {
        self.0.limits.total_failures = failures;
        self
    }

    /// How many guesses this policy may allow, at codes of 6 digits; see [`Ceilings`].
    pub const fn ceilings(mut self, ceilings: Ceilings) -> Self {
        self.0.ceilings = ceilings;
        self
    }

    /// Checks everything at once.
    ///
    /// # Errors
    /// [`Invalid::WindowEmpty`] or [`Invalid::WindowTooWide`] for counters ahead, [`Invalid::Lock`],
    /// [`Invalid::DayFailures`] or [`Invalid::TotalFailures`] for a number out of its range,
    /// [`Invalid::TooManyGuesses`] if more guesses are allowed than the ceilings.
    pub const fn build(self) -> Result<AuthenticatorPolicy, Invalid> {
        let policy = self.0;
        if policy.look_ahead == 0 || policy.resynchronise_ahead < policy.look_ahead {
            return Err(Invalid::WindowEmpty);
        }
        if policy.resynchronise_ahead > 1_000 {
            return Err(Invalid::WindowTooWide);
        }
        if let Some(fault) = policy.limits.fault_of_locks() {
            return Err(fault);
        }
        if policy.limits.total_failures < 2 || policy.limits.total_failures > 100 {
            return Err(Invalid::TotalFailures);
        }
        if !policy.is_within_ceilings() {
            return Err(Invalid::TooManyGuesses);
        }
        Ok(policy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_pass_their_own_checks() {
        for policy in [AuthenticatorPolicy::RFC, AuthenticatorPolicy::STRICT] {
            assert_eq!(policy.draft().build(), Ok(policy));
        }
    }

    #[test]
    fn f32_zero_means_zero_and_over_the_cap_is_an_error() {
        let draft = AuthenticatorPolicy::STRICT.draft();
        assert_eq!(draft.look_ahead(0).build(), Err(Invalid::WindowEmpty));
        assert_eq!(draft.resynchronise_ahead(0).build(), Err(Invalid::WindowEmpty));
        assert_eq!(draft.resynchronise_ahead(1_001).build(), Err(Invalid::WindowTooWide));
        assert_eq!(draft.look_ahead(1_001).build(), Err(Invalid::WindowEmpty), "further than a resynchronisation");
        assert_eq!(draft.lock_after(0).build(), Err(Invalid::Lock));
        assert_eq!(draft.lock_seconds(1_799).build(), Err(Invalid::Lock));
        assert_eq!(draft.day_failures(2).build(), Err(Invalid::DayFailures));
        assert_eq!(draft.total_failures(1).build(), Err(Invalid::TotalFailures));
        assert_eq!(draft.total_failures(101).build(), Err(Invalid::TotalFailures));
    }

    #[test]
    fn every_candidate_counts_against_the_ceilings() {
        let draft = AuthenticatorPolicy::STRICT.draft();
        assert_eq!(draft.look_ahead(2).build(), Err(Invalid::TooManyGuesses));
        assert_eq!(draft.skew(Skew::RFC).build(), Err(Invalid::TooManyGuesses));
        assert!(draft.skew(Skew::RFC).ceilings(Ceilings::per_million(6, 20, 60)).build().is_ok());
        for below in [(5, 20, 60), (6, 19, 60), (6, 20, 59)] {
            let ceilings = Ceilings::per_million(below.0, below.1, below.2);
            assert!(draft.skew(Skew::RFC).ceilings(ceilings).build().is_err(), "{below:?}");
        }
    }

    #[test]
    fn r4226_13_what_a_subject_has_adds_up() {
        let likely = 2_148.0 / 2_147_483_648.0;
        let both = AuthenticatorPolicy::RFC.guess_bound(&[(Method::Totp, Digits::SIX), (Method::Hotp, Digits::SIX)]);
        assert!((both.lock() - (4.0 * 2.0 + 5.0 * 5.0) * likely).abs() < 1e-12);
        assert!((both.day() - 40.0 * 5.0 * likely).abs() < 1e-12);
        assert!((both.disablement() - 100.0 * 5.0 * likely).abs() < 1e-12);
        assert!(AuthenticatorPolicy::RFC.guess_bound(&[]).year() == 0.0);
    }

    #[test]
    fn f32_every_limit_is_allowed_at_its_edge() {
        let draft = AuthenticatorPolicy::STRICT.draft().ceilings(Ceilings::per_million(50, 100, 100));
        let allowed = [
            draft.resynchronise_ahead(1),
            draft.resynchronise_ahead(1_000),
            draft.lock_after(10),
            draft.lock_seconds(1_800),
            draft.lock_seconds(86_400),
            draft.day_failures(3),
            draft.day_failures(100),
            draft.total_failures(2),
            draft.total_failures(100),
        ];
        for (number, draft) in allowed.into_iter().enumerate() {
            assert_eq!(draft.build().map(|_| ()), Ok(()), "number {number}");
        }
        let ceilings =
            |lock, day, total| AuthenticatorPolicy::STRICT.draft().ceilings(Ceilings::per_million(lock, day, total));
        assert!(ceilings(3, 10, 30).build().is_ok());
        for below in [ceilings(2, 10, 30), ceilings(3, 9, 30), ceilings(3, 10, 29)] {
            assert_eq!(below.build(), Err(Invalid::TooManyGuesses));
        }
        // Of steps and counters the more count: here two steps, and there five counters.
        assert_eq!(
            draft.skew(Skew::RFC).ceilings(Ceilings::per_million(5, 20, 60)).build(),
            Err(Invalid::TooManyGuesses)
        );
        let ahead = draft.look_ahead(5);
        assert!(ahead.ceilings(Ceilings::per_million(15, 50, 150)).build().is_ok());
        assert!(ahead.ceilings(Ceilings::per_million(14, 50, 150)).build().is_err());
    }
}
