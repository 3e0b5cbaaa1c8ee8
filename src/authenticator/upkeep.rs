use core::fmt;

use super::{AuthenticatorVerdict, Decision, not_enrolled};
use crate::approval::{Hint, Reason, Refused};
use crate::event::{Action, Facts};
use crate::keyring::Tag;
use crate::limit::Budget;
use crate::operation::{Opened, Operation, Paid, Sheet, Shut, Step, sealed};
use crate::record::{Account, Record};
use crate::store::Key;

/// Something to be done to the record of the authenticators by its owner or at the desk: a revocation, a closing, a
/// reinstatement, or what follows a restore.
#[must_use = "an operation does nothing until it is run"]
pub struct Upkeep<'v> {
    sheet: Sheet<'v>,
    what: What,
}

enum What {
    Revoke(Tag),
    Restored,
    Close,
    Reinstate,
}

/// It was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpkeepDone {
    authenticators: u8,
}

impl UpkeepDone {
    /// How many authenticators it concerned: those that it ended or has resynchronised, or all that a reinstated record
    /// has, those being enrolled included.
    #[must_use]
    pub const fn authenticators(&self) -> u8 {
        self.authenticators
    }
}

impl<'v> Upkeep<'v> {
    pub(super) fn revoke(sheet: Sheet<'v>, name: &str) -> Self {
        let name = sheet.keyring.name_tag(&sheet.key, name);
        Self { sheet, what: What::Revoke(name) }
    }

    pub(super) const fn after_restore(sheet: Sheet<'v>) -> Self {
        Self { sheet, what: What::Restored }
    }

    pub(super) const fn close(sheet: Sheet<'v>) -> Self {
        Self { sheet, what: What::Close }
    }

    pub(super) const fn reinstate(sheet: Sheet<'v>) -> Self {
        Self { sheet, what: What::Reinstate }
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        let now = self.sheet.now;
        let before = opened.state.clone();
        let account = &mut opened.state;
        let count = match self.what {
            What::Revoke(name) if account.revoke(name, now) => 1,
            What::Revoke(_) => return Err(not_enrolled()),
            What::Restored => account.restored(now),
            What::Close => account.close(now),
            What::Reinstate if account.closed => return Err(Refused::new(Reason::Closed, Hint::Contact)),
            What::Reinstate => account.reinstate(),
        };
        opened.moved |= *account != before;
        Ok(self.sheet.leave(opened, Decision::Done(count)))
    }

    /// Where nothing is stored there is nothing to do, but a tombstone to put up.
    fn absent(&self) -> Step<AuthenticatorVerdict> {
        match self.what {
            What::Close => {
                let mut account = Account::new(self.sheet.now);
                let count = account.close(self.sheet.now);
                self.sheet.write(&account, Decision::Done(count))
            }
            What::Revoke(_) => Step::Settled(not_enrolled().into()),
            What::Restored | What::Reinstate => Step::Settled(Decision::Done(0).into()),
        }
    }

    fn corrupt(&self, shut: Shut) -> Step<AuthenticatorVerdict> {
        match (shut, &self.what) {
            (Shut::Corrupt, What::Reinstate) => {
                let budget = Budget::after_corruption(&self.sheet.limits, self.sheet.now);
                let account = Account { budget, ..Account::new(self.sheet.now) };
                self.sheet.write(&account, Decision::Done(0))
            }
            (shut, _) => shut.step(),
        }
    }
}

impl sealed::Sealed for Upkeep<'_> {
    fn facts(&self) -> Facts<'_> {
        let action = match self.what {
            What::Revoke(_) => Action::Revoke,
            What::Restored => Action::AfterRestore,
            What::Close => Action::CloseAuthenticators,
            What::Reinstate => Action::ReinstateAuthenticators,
        };
        Facts::new(&self.sheet, action)
    }
}

impl Operation for Upkeep<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = UpkeepDone;

    fn key(&self) -> &Key {
        &self.sheet.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        match self.sheet.open(seen) {
            Ok(Some(mut opened)) => {
                self.decide(&mut opened).unwrap_or_else(|refused| self.sheet.leave(&opened, refused))
            }
            Ok(None) => self.absent(),
            Err(shut) => self.corrupt(shut),
        }
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<UpkeepDone, Refused> {
        match paid.verdict().0 {
            Decision::Done(authenticators) => Ok(UpkeepDone { authenticators }),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for Upkeep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upkeep").field("key", self.key()).finish_non_exhaustive()
    }
}
