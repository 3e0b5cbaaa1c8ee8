use core::fmt;

use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

use super::RecoveryCode;
use crate::approval::{Authenticated, Hint, Method, Reason, Refused, SubjectTag};
use crate::authenticator::{AuthenticatorVerdict, Decision, attempts_left, not_enrolled};
use crate::event::{Action, Facts};
use crate::keyring::Tag;
use crate::limit::Budget;
use crate::operation::{Opened, Operation, Paid, Sheet, Step, sealed};
use crate::record::{Account, Record, RecoverySet};
use crate::released::public;
use crate::store::Key;

/// A recovery code that was not judged yet; see [`Verifier::recover`](crate::Verifier::recover).
#[must_use = "an operation does nothing until it is run"]
pub struct Recover<'v> {
    sheet: Sheet<'v>,
    purpose: &'static str,
    subject: SubjectTag,
    hash: Tag,
    decoy: bool,
}

impl<'v> Recover<'v> {
    pub(super) fn new(sheet: Sheet<'v>, purpose: &'static str, subject: SubjectTag, code: &RecoveryCode) -> Self {
        let hash = sheet.keyring.recovery_tag(&sheet.key, code.code());
        Self { sheet, purpose, subject, hash, decoy: false }
    }

    /// For a subject that does not exist: no code is right, and whoever guesses meets the same
    /// hints, locks and store calls. See [`Authenticator::decoy`](crate::Authenticator::decoy).
    pub const fn decoy(mut self) -> Self {
        self.decoy = true;
        self
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        self.sheet.gate(&opened.state)?;
        let Account { budget, recovery, .. } = &mut opened.state;
        let set = match recovery {
            Some(set) => set,
            // Masked below, whatever it holds.
            None if self.decoy => &mut RecoverySet::new([[0; 8]; crate::record::RECOVERY_CODES], self.sheet.now),
            None => return Err(not_enrolled()),
        };
        let decision = match self.judge(set, budget) {
            Ok(()) => Decision::Authenticated(None),
            Err(refused) => Decision::Refused(refused),
        };
        Ok(self.sheet.write(&opened.state, decision))
    }

    fn judge(&self, set: &mut RecoverySet, budget: &mut Budget) -> Result<(), Refused> {
        let code = self.bit(set);
        if code != 0 && set.used & code == 0 {
            set.used |= code;
            let mut consecutive = budget.consecutive;
            budget.succeed_for(&mut consecutive);
            budget.consecutive = consecutive;
            return Ok(());
        }
        if code != 0 && set.replay() {
            return Err(Refused::new(Reason::Replayed, Hint::AlreadyUsed));
        }
        let consequence = budget.charge(&self.sheet.limits, self.sheet.now);
        Err(self.sheet.wrong_code(budget, consequence, attempts_left(&self.sheet, budget.consecutive)))
    }

    /// The bit of the code that this is, or 0. All are compared, whichever matches.
    fn bit(&self, set: &RecoverySet) -> u16 {
        let mut found = 0;
        let mut bit = 1u16;
        for hash in &set.hashes {
            found.conditional_assign(&bit, hash.ct_eq(&self.hash) & Choice::from(u8::from(!self.decoy)));
            bit <<= 1;
        }
        public(found)
    }
}

impl sealed::Sealed for Recover<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.sheet, Action::Recover).for_purpose(self.purpose)
    }
}

impl Operation for Recover<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = Authenticated;

    fn key(&self) -> &Key {
        &self.sheet.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        let mut opened = match self.sheet.open(seen) {
            Ok(Some(opened)) => opened,
            Ok(None) if self.decoy => Opened::fresh(Account { decoy: true, ..Account::new(self.sheet.now) }),
            Ok(None) => return Step::Settled(not_enrolled().into()),
            Err(shut) => return shut.step(),
        };
        self.decide(&mut opened).unwrap_or_else(|refused| self.sheet.leave(&opened, refused))
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<Authenticated, Refused> {
        let Decision::Authenticated(_) = paid.verdict().0 else {
            return Err(paid.verdict().0.refusal());
        };
        let (subject, purpose) = (self.subject, self.purpose);
        Ok(Authenticated { subject, at: self.sheet.time(), method: Method::RecoveryCode, purpose, reply: None })
    }
}

impl fmt::Debug for Recover<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recover").field("key", self.key()).finish_non_exhaustive()
    }
}
