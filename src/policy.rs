//! Lifetimes, attempts, gaps and locks of a purpose; profiles with every default argued; the guess bound.

mod authenticators;
mod bound;
mod draft;
mod limits;

use crate::code::{Digits, Format};
use crate::recipient::RecipientKind;
use crate::totp::Skew;

pub use authenticators::{AuthenticatorPolicy, AuthenticatorPolicyDraft};
pub use bound::GuessBound;
pub use draft::{Ceilings, PolicyDraft};
pub(crate) use limits::Limits;

/// What one purpose allows. A value of this type has passed every check of [`PolicyDraft::build`].
///
/// Zero means zero: no field falls back to a default. (A mailed code without a lifetime of its own has that of any other.)
///
/// ```
/// use countersign::Policy;
///
/// const CAUTIOUS: Policy = match Policy::PAYMENT.draft().lifetime(120).attempts(3).build() {
///     Ok(policy) => policy,
///     Err(_) => panic!("refused at compile time"),
/// };
/// assert_eq!(CAUTIOUS.lifetime(), 120);
/// assert!(Policy::PAYMENT.draft().lifetime(601).build().is_err()); // NIST SP 800-63B-4: ten minutes
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) format: Format,
    pub(crate) lifetime: u32,
    pub(crate) email_lifetime: u32,
    pub(crate) attempts: u8,
    pub(crate) lock_after: u8,
    pub(crate) lock_seconds: u32,
    pub(crate) day_failures: u8,
    pub(crate) total_failures: u8,
    pub(crate) gap: u32,
    pub(crate) challenge_sends: u8,
    pub(crate) unapproved_sends: u8,
    pub(crate) day_sends: u8,
    pub(crate) open: u8,
    pub(crate) lanes: u8,
    pub(crate) verified_only: bool,
    pub(crate) cooling_off: u32,
    pub(crate) kinds: u8,
    pub(crate) skew: Skew,
    pub(crate) ceilings: Ceilings,
}

impl Policy {
    /// A payment confirmed with a code sent to a phone.
    ///
    /// | what | value | why |
    /// |---|---|---|
    /// | code | 6 digits | NIST SP 800-63B-4: at least 6; people retype them |
    /// | lifetime | 300 s | the time limit that PSD2 practice and most issuers use; NIST allows 600 |
    /// | attempts a challenge | 5 | RTS Art. 4(3)(b): at most 5 |
    /// | lock | every 5th consecutive failure, 30 min, doubling, at most 24 h | RTS Art. 4(3)(b); PCI DSS 8.3.4: at least 30 min |
    /// | a day window | 20 failures, then locked to its end | no reset by success, resend or new challenge |
    /// | in total | 100, then disabled | NIST SP 800-63B-4: at most 100 consecutive |
    /// | messages | 30 s apart, 3 a challenge, 10 unapproved and 30 in all a day | toll fraud; a person needs fewer |
    /// | open challenges | 2 | two tabs; more would only multiply what a guess may hit |
    /// | recipient | verified; SMS, voice or app | RTS Art. 25; NIST: e-mail is no out-of-band authenticator |
    pub const PAYMENT: Self = Self {
        format: Format::digits(Digits::SIX),
        lifetime: 300,
        email_lifetime: 0,
        attempts: 5,
        lock_after: 5,
        lock_seconds: 1_800,
        day_failures: 20,
        total_failures: 100,
        gap: 30,
        challenge_sends: 3,
        unapproved_sends: 10,
        day_sends: 30,
        open: 2,
        lanes: 1,
        verified_only: true,
        cooling_off: 0,
        kinds: RecipientKind::Sms.bit() | RecipientKind::Voice.bit() | RecipientKind::App.bit(),
        skew: Skew::WIDEST,
        ceilings: Ceilings::DEFAULT,
    };

    /// A login. As [`Policy::PAYMENT`]: the code guards the same account.
    pub const LOGIN: Self = Self::PAYMENT;

    /// Money that leaves for good: as [`Policy::PAYMENT`], but one challenge at a time, and the recipient must
    /// have stood unchanged for 24 hours, so that a thief who changes the number cannot empty the account at once.
    pub const WITHDRAWAL: Self = Self { cooling_off: 86_400, open: 1, ..Self::PAYMENT };

    /// OWASP ASVS level 3 and whoever wants less risk for more trouble: 8 digits, 2 minutes, 3 attempts, one open
    /// challenge, 10 failures a day, disabled after 30; of an authenticator only the present step.
    pub const STRICT: Self = Self {
        format: Format::digits(Digits::EIGHT),
        lifetime: 120,
        attempts: 3,
        lock_after: 3,
        day_failures: 10,
        total_failures: 30,
        open: 1,
        skew: Skew::NONE,
        ..Self::PAYMENT
    };

    /// Confirmation of a phone number or e-mail address: the recipient is not verified yet, which is the point.
    /// 10 minutes by phone, 24 hours by e-mail (NIST SP 800-63B-4 exempts address confirmation).
    pub const CONTACT: Self = Self {
        lifetime: 600,
        email_lifetime: 86_400,
        verified_only: false,
        kinds: RecipientKind::ALL,
        ..Self::PAYMENT
    };

    /// A contact that is to be exchanged or added, confirmed with a code to one that the account has: one challenge at a
    /// time, to an address that is verified and has stood unchanged for 24 hours, so that a thief who got one contact does
    /// not get the others with it. By e-mail too, where there is no phone, and then for 10 minutes as well: it is no
    /// confirmation of that address.
    pub const CONTACT_CHANGE: Self = Self { lifetime: 600, kinds: RecipientKind::ALL, ..Self::WITHDRAWAL };

    /// The longest lifetime of a code that is not mailed, in seconds (NIST SP 800-63B-4: 10 minutes).
    pub(crate) const LONGEST: u32 = 600;

    /// A draft that starts from this policy.
    pub const fn draft(self) -> PolicyDraft {
        PolicyDraft::from_policy(self)
    }

    /// What a person types; parse it with `Code::parse(text, purpose.policy().format())`.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// For how many seconds a code is good, unless it went by e-mail.
    #[must_use]
    pub const fn lifetime(&self) -> u32 {
        self.lifetime
    }

    /// For how many seconds a code to a recipient of this kind is good; 0 if that kind is not allowed.
    #[must_use]
    pub const fn lifetime_for(&self, kind: RecipientKind) -> u32 {
        if !self.allows(kind) {
            return 0;
        }
        match kind {
            RecipientKind::Email if self.email_lifetime > 0 => self.email_lifetime,
            _ => self.lifetime,
        }
    }

    /// Whether a code of this purpose may go to a recipient of this kind.
    #[must_use]
    pub const fn allows(&self, kind: RecipientKind) -> bool {
        self.kinds & kind.bit() != 0
    }

    /// The probability that guessing succeeds, as the arithmetic of this policy allows it at most.
    #[must_use]
    pub fn guess_bound(&self) -> GuessBound {
        GuessBound::of(self)
    }

    /// What one record of this purpose may spend.
    pub(crate) const fn limits(&self) -> Limits {
        Limits {
            lock_after: self.lock_after,
            lock_seconds: self.lock_seconds,
            day_failures: self.day_failures,
            total_failures: self.total_failures_per_lane(),
            unapproved_sends: self.unapproved_sends,
            day_sends: self.day_sends,
        }
    }

    /// The disablement total is divided among the lanes, so that more lanes never mean more guesses.
    pub(crate) const fn total_failures_per_lane(&self) -> u8 {
        match self.total_failures.checked_div(self.lanes) {
            Some(share) => share,
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_pass_their_own_checks() {
        for policy in [
            Policy::PAYMENT,
            Policy::LOGIN,
            Policy::WITHDRAWAL,
            Policy::STRICT,
            Policy::CONTACT,
            Policy::CONTACT_CHANGE,
        ] {
            assert_eq!(policy.draft().build(), Ok(policy));
        }
    }

    #[test]
    fn an_email_has_its_own_lifetime_only_where_it_is_allowed() {
        assert_eq!(Policy::PAYMENT.lifetime_for(RecipientKind::Email), 0);
        assert_eq!(Policy::CONTACT.lifetime_for(RecipientKind::Email), 86_400);
        assert_eq!(Policy::CONTACT.lifetime_for(RecipientKind::Sms), 600);
        assert_eq!(Policy::CONTACT_CHANGE.lifetime_for(RecipientKind::Email), 600);
    }
}
