use core::fmt;

use super::{AuthenticatorVerdict, Claim, Decision};
use crate::approval::{Authenticated, Refused, SubjectTag};
use crate::code::Code;
use crate::event::{Action, Facts};
use crate::operation::{Opened, Operation, Paid, Step, sealed};
use crate::record::{Account, Record};
use crate::store::Key;

/// Two codes in a row that were not judged yet; see [`Verifier::resynchronise`](crate::Verifier::resynchronise).
#[must_use = "an operation does nothing until it is run"]
pub struct Resynchronise<'a> {
    claim: Claim<'a>,
    purpose: &'static str,
    subject: SubjectTag,
    codes: [Code; 2],
}

impl<'a> Resynchronise<'a> {
    pub(super) const fn new(claim: Claim<'a>, purpose: &'static str, subject: SubjectTag, codes: [Code; 2]) -> Self {
        Self { claim, purpose, subject, codes }
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        self.claim.sheet.gate(&opened.state)?;
        let (factor, budget) = self.claim.enrolled(&mut opened.state)?;
        let window = self.claim.wide_window(factor)?;
        let judged = self.claim.judge_pair(&self.codes, window, factor, budget);
        Ok(self.claim.sheet.write(&opened.state, Decision::from(judged)))
    }
}

impl sealed::Sealed for Resynchronise<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.claim.sheet, Action::Resynchronise).for_purpose(self.purpose)
    }
}

impl Operation for Resynchronise<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = Authenticated;

    fn key(&self) -> &Key {
        self.claim.key()
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        self.claim.step(seen, |opened| self.decide(opened))
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<Authenticated, Refused> {
        let Decision::Authenticated(_) = paid.verdict().0 else {
            return Err(paid.verdict().0.refusal());
        };
        let (subject, purpose, method) = (self.subject, self.purpose, self.claim.authenticator.method());
        Ok(Authenticated { subject, at: self.claim.sheet.time(), method, purpose, reply: None })
    }
}

impl fmt::Debug for Resynchronise<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resynchronise").field("key", self.key()).finish_non_exhaustive()
    }
}
