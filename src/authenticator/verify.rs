use core::fmt;

use super::{AuthenticatorVerdict, Claim, Decision, Generator};
use crate::approval::{Authenticated, Hint, Reason, Refused, SubjectTag};
use crate::code::Code;
use crate::event::{Action, Facts};
use crate::operation::{Opened, Operation, Paid, Step, sealed};
use crate::record::{Account, Record};
use crate::store::Key;
use crate::totp::Skew;

/// A code of an authenticator that was not judged yet; see [`Verifier::authenticate`](crate::Verifier::authenticate).
#[must_use = "an operation does nothing until it is run"]
pub struct Authenticate<'a> {
    claim: Claim<'a>,
    purpose: &'static str,
    /// As wide as the policy and the purpose both allow.
    skew: Skew,
    subject: SubjectTag,
    code: Code,
    answering: bool,
}

impl<'a> Authenticate<'a> {
    pub(super) fn new(
        claim: Claim<'a>,
        purpose: &'static str,
        widest: Skew,
        subject: SubjectTag,
        code: Code,
    ) -> Self {
        let skew = claim.policy.skew().narrowed(widest);
        Self { claim, purpose, skew, subject, code, answering: false }
    }

    /// Answers a counter-based code with the next one, which proves to the person that this is the server (RFC 4226,
    /// section 9): show [`Authenticated::reply`]. That code is spent too, so whoever sees it cannot use it.
    ///
    /// A time-based code gets no reply.
    pub const fn answering(mut self) -> Self {
        self.answering = true;
        self
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        let claim = &self.claim;
        claim.sheet.gate(&opened.state)?;
        let (factor, budget) = claim.enrolled(&mut opened.state)?;
        if factor.is_restored() && matches!(claim.authenticator.generator, Generator::Hotp(_)) {
            return Err(Refused::new(Reason::ResynchroniseFirst, Hint::Resynchronise));
        }
        let window = claim.window(factor, self.skew)?;
        let judged = claim.judge(&self.code, window, factor, budget);
        if let (Ok(counter), Some(_)) = (judged, self.replying()) {
            factor.accept(counter.saturating_add(1));
        }
        Ok(claim.sheet.write(&opened.state, Decision::from(judged)))
    }

    /// Whose next code is the answer.
    fn replying(&self) -> Option<&crate::hotp::Hotp> {
        match &self.claim.authenticator.generator {
            Generator::Hotp(hotp) if self.answering => Some(hotp),
            _ => None,
        }
    }
}

impl sealed::Sealed for Authenticate<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.claim.sheet, Action::Authenticate).for_purpose(self.purpose)
    }
}

impl Operation for Authenticate<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = Authenticated;

    fn key(&self) -> &Key {
        self.claim.key()
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        self.claim.step(seen, |opened| self.decide(opened))
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<Authenticated, Refused> {
        let Decision::Authenticated(counter) = paid.verdict().0 else {
            return Err(paid.verdict().0.refusal());
        };
        let next = counter.and_then(|counter| counter.checked_add(1));
        let reply = self.replying().zip(next).map(|(hotp, next)| hotp.generate(next));
        let method = self.claim.authenticator.method();
        let (subject, purpose) = (self.subject, self.purpose);
        Ok(Authenticated { subject, at: self.claim.sheet.time(), method, purpose, reply })
    }
}

impl fmt::Debug for Authenticate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("key", self.key()).finish_non_exhaustive()
    }
}
