use core::fmt;

use super::{AuthenticatorVerdict, Claim, Decision};
use crate::approval::{Hint, Reason, Refused};
use crate::code::Code;
use crate::event::{Action, Facts};
use crate::operation::{Opened, Operation, Paid, Step, sealed};
use crate::record::{Account, Factor, Record};
use crate::store::Key;
use crate::time::UnixTime;

/// A confirmation that has not run yet; see [`Verifier::confirm`](crate::Verifier::confirm).
#[must_use = "an operation does nothing until it is run"]
pub struct Confirm<'a> {
    claim: Claim<'a>,
    code: Code,
}

/// An authenticator was added.
///
/// Tell the owner, by another way than the one that it was added on (NIST SP 800-63B-4, section 4.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[must_use = "the owner has to be told that an authenticator was added"]
pub struct Enrolled {
    at: UnixTime,
    authenticators: u8,
}

impl Enrolled {
    /// When, as the caller told.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// How many the subject has now, 1 to 4.
    #[must_use]
    pub const fn authenticators(&self) -> u8 {
        self.authenticators
    }
}

impl<'a> Confirm<'a> {
    pub(super) const fn new(claim: Claim<'a>, code: Code) -> Self {
        Self { claim, code }
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        let Claim { sheet, policy, .. } = &self.claim;
        sheet.gate(&opened.state)?;
        let (factor, budget) = self.claim.factor(&mut opened.state)?;
        if !factor.is_pending() {
            return Err(Refused::new(Reason::AlreadyEnrolled, Hint::AlreadyUsed));
        }
        if !factor.enrolment().is_live(sheet.now) {
            opened.moved |= opened.state.expire(sheet.now);
            return Err(Refused::new(Reason::Expired, Hint::StartAgain));
        }
        let window = self.claim.window(factor, policy.skew())?;
        let judged = self.claim.judge(&self.code, window, factor, budget);
        let decision = match judged {
            Ok(_) => Decision::Enrolled(enrolled(&opened.state)),
            Err(refused) => Decision::Refused(refused),
        };
        Ok(sheet.write(&opened.state, decision))
    }
}

fn enrolled(account: &Account) -> u8 {
    let confirmed = |factor: &&Factor| !factor.is_pending();
    account.present().filter(confirmed).fold(0, |count, _| count + 1)
}

impl sealed::Sealed for Confirm<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.claim.sheet, Action::Confirm)
    }
}

impl Operation for Confirm<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = Enrolled;

    fn key(&self) -> &Key {
        self.claim.key()
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        self.claim.step(seen, |opened| self.decide(opened))
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<Enrolled, Refused> {
        match paid.verdict().0 {
            Decision::Enrolled(authenticators) => Ok(Enrolled { at: self.claim.sheet.time(), authenticators }),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for Confirm<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirm").field("key", self.key()).finish_non_exhaustive()
    }
}
