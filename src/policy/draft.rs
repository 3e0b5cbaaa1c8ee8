//! A policy in the making: plain setters, and one `build` that checks everything.

use super::Policy;
use crate::code::Format;
use crate::error::Invalid;
use crate::recipient::RecipientKind;
use crate::totp::Skew;

/// How many guesses a policy may allow, per million codes of its keyspace.
///
/// The integers are compared with guesses x lanes over the nominal keyspace. [`Ceilings::DEFAULT`] is what a
/// 6-digit code with 5 attempts needs; a policy with several lanes or shorter codes has to name its own, and so
/// to say aloud what it gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ceilings {
    /// Guesses before a lock.
    pub lock: u32,
    /// Guesses in a day window.
    pub day: u32,
    /// Guesses before the purpose is disabled.
    pub disablement: u32,
}

impl Ceilings {
    /// 5 a lock, 20 a day window, 100 to disablement, each per million.
    pub const DEFAULT: Self = Self::per_million(5, 20, 100);

    /// Ceilings of one's own, per million codes.
    #[must_use]
    pub const fn per_million(lock: u32, day: u32, disablement: u32) -> Self {
        Self { lock, day, disablement }
    }
}

/// A policy in the making; [`Policy::draft`] starts one, [`PolicyDraft::build`] checks it.
#[derive(Clone, Copy, Debug)]
#[must_use = "a draft does nothing until it is built"]
pub struct PolicyDraft(Policy);

impl PolicyDraft {
    pub(super) const fn from_policy(policy: Policy) -> Self {
        Self(policy)
    }

    /// What a person types.
    pub const fn format(mut self, format: Format) -> Self {
        self.0.format = format;
        self
    }

    /// Seconds for which a code is good: 1 to 600.
    pub const fn lifetime(mut self, seconds: u32) -> Self {
        self.0.lifetime = seconds;
        self
    }

    /// Seconds for which a mailed code is good: up to 86,400, or 0 for the same as any other.
    ///
    /// More than 600 is for the confirmation of an address and for recovery (NIST SP 800-63B-4), so a policy that
    /// asks for verified recipients cannot have it.
    pub const fn email_lifetime(mut self, seconds: u32) -> Self {
        self.0.email_lifetime = seconds;
        self
    }

    /// Wrong codes after which a challenge is over: 1 to 10.
    pub const fn attempts(mut self, count: u8) -> Self {
        self.0.attempts = count;
        self
    }

    /// Consecutive failures after which the purpose is locked: 1 to 10 (PCI DSS 8.3.4; RTS Art. 4(3)(b) wants 5).
    pub const fn lock_after(mut self, failures: u8) -> Self {
        self.0.lock_after = failures;
        self
    }

    /// Seconds of the first lock: 1,800 (PCI DSS 8.3.4) to 86,400. Each further lock is twice as long, up to a day.
    pub const fn lock_seconds(mut self, seconds: u32) -> Self {
        self.0.lock_seconds = seconds;
        self
    }

    /// Failures in a day window after which the purpose is locked to its end: at least `lock_after`, at most 100.
    pub const fn day_failures(mut self, failures: u8) -> Self {
        self.0.day_failures = failures;
        self
    }

    /// Failures without a success after which the purpose is disabled: at most 100 (NIST SP 800-63B-4), and at
    /// least 2 a lane.
    pub const fn total_failures(mut self, failures: u8) -> Self {
        self.0.total_failures = failures;
        self
    }

    /// Seconds between any two messages of a record: 0 to 3,600.
    pub const fn gap(mut self, seconds: u32) -> Self {
        self.0.gap = seconds;
        self
    }

    /// Messages a challenge, the first included: at least 1.
    pub const fn challenge_sends(mut self, count: u8) -> Self {
        self.0.challenge_sends = count;
        self
    }

    /// Messages a day window that nobody approved: at least 1. An approval refunds its own challenge's.
    pub const fn unapproved_sends(mut self, count: u8) -> Self {
        self.0.unapproved_sends = count;
        self
    }

    /// Messages a day window in all: at least 1.
    pub const fn day_sends(mut self, count: u8) -> Self {
        self.0.day_sends = count;
        self
    }

    /// Challenges open at a time: 1 to 4. One more ends the oldest.
    pub const fn open(mut self, count: u8) -> Self {
        self.0.open = count;
        self
    }

    /// Lanes: 1 to 4. Lane 0 is everybody; 1 to 3 are devices that succeeded before (see [`Device`](crate::Device)).
    pub const fn lanes(mut self, count: u8) -> Self {
        self.0.lanes = count;
        self
    }

    /// Whether a recipient that was never verified is refused.
    pub const fn verified_only(mut self, yes: bool) -> Self {
        self.0.verified_only = yes;
        self
    }

    /// Seconds for which a recipient must have stood verified and unchanged.
    pub const fn cooling_off(mut self, seconds: u32) -> Self {
        self.0.cooling_off = seconds;
        self
    }

    /// Allows recipients of this kind too. [`Policy::PAYMENT`] has no e-mail unless it is named here.
    pub const fn allow(mut self, kind: RecipientKind) -> Self {
        self.0.kinds |= kind.bit();
        self
    }

    /// Refuses recipients of this kind.
    pub const fn refuse(mut self, kind: RecipientKind) -> Self {
        self.0.kinds &= !kind.bit();
        self
    }

    /// The widest skew that an authenticator may have for this purpose. It narrows that of the
    /// [`AuthenticatorPolicy`](crate::AuthenticatorPolicy), and never widens it.
    pub const fn skew(mut self, skew: Skew) -> Self {
        self.0.skew = skew;
        self
    }

    /// How many guesses this policy may allow; see [`Ceilings`].
    pub const fn ceilings(mut self, ceilings: Ceilings) -> Self {
        self.0.ceilings = ceilings;
        self
    }

    /// Checks everything at once.
    ///
    /// # Errors
    /// The [`Invalid`] that names the first field out of its range, or [`Invalid::TooManyGuesses`] if the policy
    /// allows more guesses than its ceilings.
    pub const fn build(self) -> Result<Policy, Invalid> {
        let policy = self.0;
        if let Some(fault) = policy.fault_of_lifetime() {
            return Err(fault);
        }
        if let Some(fault) = policy.fault_of_failures() {
            return Err(fault);
        }
        if let Some(fault) = policy.fault_of_sends() {
            return Err(fault);
        }
        if !policy.is_within_ceilings() {
            return Err(Invalid::TooManyGuesses);
        }
        Ok(policy)
    }
}

impl Policy {
    const fn fault_of_lifetime(&self) -> Option<Invalid> {
        if self.lifetime == 0 || self.lifetime > Self::LONGEST {
            return Some(Invalid::Lifetime);
        }
        let exempt = !self.verified_only && self.allows(RecipientKind::Email);
        let longest = if exempt { 86_400 } else { Self::LONGEST };
        if self.email_lifetime > longest {
            return Some(Invalid::Lifetime);
        }
        if self.kinds == 0 {
            return Some(Invalid::NoRecipientKind);
        }
        None
    }

    const fn fault_of_failures(&self) -> Option<Invalid> {
        if self.attempts == 0 || self.attempts > 10 {
            return Some(Invalid::Attempts);
        }
        if let Some(fault) = self.limits().fault_of_locks() {
            return Some(fault);
        }
        if self.lanes == 0 || self.lanes > 4 {
            return Some(Invalid::Lanes);
        }
        if self.total_failures > 100 || self.total_failures_per_lane() < 2 {
            return Some(Invalid::TotalFailures);
        }
        None
    }

    const fn fault_of_sends(&self) -> Option<Invalid> {
        if self.gap > 3_600 || self.challenge_sends == 0 || self.unapproved_sends == 0 || self.day_sends == 0 {
            return Some(Invalid::Sends);
        }
        if self.open == 0 || self.open > 4 {
            return Some(Invalid::OpenChallenges);
        }
        None
    }

    const fn is_within_ceilings(&self) -> bool {
        let lanes = self.lanes as u64;
        let keyspace = self.format.keyspace();
        within(self.lock_after as u64 * lanes, self.ceilings.lock, keyspace)
            && within(self.day_failures as u64 * lanes, self.ceilings.day, keyspace)
            && within(self.total_failures_per_lane() as u64 * lanes, self.ceilings.disablement, keyspace)
    }
}

/// `guesses / keyspace <= ceiling / 1,000,000`, in integers that cannot overflow.
pub(super) const fn within(guesses: u64, ceiling: u32, keyspace: u64) -> bool {
    guesses as u128 * 1_000_000 <= ceiling as u128 * keyspace as u128
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Digits;

    #[test]
    fn more_guesses_have_to_be_named() {
        let draft = Policy::PAYMENT.draft().lanes(2);
        assert_eq!(draft.build(), Err(Invalid::TooManyGuesses));
        assert!(draft.ceilings(Ceilings::per_million(10, 40, 100)).build().is_ok());
        let wide = Policy::PAYMENT.draft().lock_after(10);
        assert_eq!(wide.build(), Err(Invalid::TooManyGuesses));
        assert!(wide.format(Format::digits(Digits::EIGHT)).build().is_ok());
    }

    #[test]
    fn f32_zero_means_zero_and_over_the_cap_is_an_error() {
        let draft = Policy::PAYMENT.draft();
        assert_eq!(draft.attempts(0).build(), Err(Invalid::Attempts));
        assert_eq!(draft.attempts(11).build(), Err(Invalid::Attempts));
        assert_eq!(draft.lifetime(0).build(), Err(Invalid::Lifetime));
        assert_eq!(draft.lifetime(601).build(), Err(Invalid::Lifetime));
        assert_eq!(draft.email_lifetime(601).build(), Err(Invalid::Lifetime));
        assert_eq!(draft.lock_after(0).build(), Err(Invalid::Lock));
        assert_eq!(draft.lock_seconds(1_799).build(), Err(Invalid::Lock));
        assert_eq!(draft.day_failures(4).build(), Err(Invalid::DayFailures));
        assert_eq!(draft.total_failures(101).build(), Err(Invalid::TotalFailures));
        assert_eq!(draft.total_failures(1).build(), Err(Invalid::TotalFailures));
        assert_eq!(draft.lanes(0).build(), Err(Invalid::Lanes));
        assert_eq!(draft.lanes(5).build(), Err(Invalid::Lanes));
        assert_eq!(draft.open(0).build(), Err(Invalid::OpenChallenges));
        assert_eq!(draft.open(5).build(), Err(Invalid::OpenChallenges));
        assert_eq!(draft.gap(3_601).build(), Err(Invalid::Sends));
        assert_eq!(draft.challenge_sends(0).build(), Err(Invalid::Sends));
        let mute = draft.refuse(RecipientKind::Sms).refuse(RecipientKind::Voice).refuse(RecipientKind::App);
        assert_eq!(mute.build(), Err(Invalid::NoRecipientKind));
        assert_eq!(draft.gap(0).build().map(|policy| policy.gap), Ok(0));
    }

    /// What is at the edge is allowed, and one further is not.
    #[test]
    fn f32_every_limit_is_allowed_at_its_edge_and_not_beyond() {
        let eight = Format::digits(Digits::EIGHT); // room for as many guesses as any limit allows
        let (draft, contact) = (Policy::PAYMENT.draft().format(eight), Policy::CONTACT.draft().format(eight));
        let mailed = draft.allow(RecipientKind::Email);
        let allowed = [
            draft.lifetime(1),
            draft.lifetime(600),
            mailed.email_lifetime(600),
            contact.email_lifetime(86_400),
            contact.refuse(RecipientKind::Email).email_lifetime(600),
            draft.attempts(1),
            draft.attempts(10),
            draft.lock_after(1),
            draft.lock_after(10),
            draft.lock_seconds(1_800),
            draft.lock_seconds(86_400),
            draft.day_failures(5),
            draft.day_failures(100),
            draft.total_failures(2),
            draft.total_failures(100),
            draft.lanes(4),
            draft.lanes(4).total_failures(8),
            draft.open(1),
            draft.open(4),
            draft.gap(0),
            draft.gap(3_600),
            draft.challenge_sends(1),
            draft.unapproved_sends(1),
            draft.day_sends(1),
        ];
        for (number, draft) in allowed.into_iter().enumerate() {
            assert_eq!(draft.build().map(|_| ()), Ok(()), "number {number}");
        }
        let refused = [
            (mailed.email_lifetime(601), Invalid::Lifetime),
            (contact.email_lifetime(86_401), Invalid::Lifetime),
            (contact.verified_only(true).email_lifetime(601), Invalid::Lifetime),
            (contact.refuse(RecipientKind::Email).email_lifetime(601), Invalid::Lifetime),
            (draft.lock_after(11).day_failures(20), Invalid::Lock),
            (draft.lock_seconds(86_401), Invalid::Lock),
            (draft.day_failures(101), Invalid::DayFailures),
            (draft.lanes(4).total_failures(7), Invalid::TotalFailures),
            (draft.unapproved_sends(0), Invalid::Sends),
            (draft.day_sends(0), Invalid::Sends),
        ];
        for (draft, fault) in refused {
            assert_eq!(draft.build(), Err(fault));
        }
    }

    #[test]
    fn every_ceiling_counts_for_itself_and_may_be_reached() {
        let lanes = |lock, day, disablement| {
            Policy::PAYMENT.draft().lanes(2).ceilings(Ceilings::per_million(lock, day, disablement)).build().is_ok()
        };
        assert!(lanes(10, 40, 100) && !lanes(9, 40, 100) && !lanes(10, 39, 100) && !lanes(10, 40, 99));
    }
}
