use core::fmt;

use super::RecoveryCodes;
use crate::approval::Refused;
use crate::authenticator::{AuthenticatorVerdict, Decision};
use crate::event::{Action, Facts};
use crate::operation::{Opened, Operation, Paid, Sheet, Step, sealed};
use crate::record::{Account, Record, RecoverySet};
use crate::released::public;
use crate::store::Key;

/// Recovery codes that nobody can use yet; see [`Verifier::make_recovery_codes`](crate::Verifier::make_recovery_codes).
#[must_use = "an operation does nothing until it is run"]
pub struct MakeRecoveryCodes<'v> {
    sheet: Sheet<'v>,
    set: RecoverySet,
    codes: RecoveryCodes,
}

impl<'v> MakeRecoveryCodes<'v> {
    pub(super) fn new(sheet: Sheet<'v>, codes: RecoveryCodes) -> Self {
        let hashes = codes.all().each_ref().map(|code| public(sheet.keyring.recovery_tag(&sheet.key, code.code())));
        Self { set: RecoverySet::new(hashes, sheet.now), sheet, codes }
    }
}

impl sealed::Sealed for MakeRecoveryCodes<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.sheet, Action::MakeRecoveryCodes)
    }
}

impl Operation for MakeRecoveryCodes<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = RecoveryCodes;

    fn key(&self) -> &Key {
        &self.sheet.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        let mut opened = match self.sheet.open(seen) {
            Ok(Some(opened)) => opened,
            Ok(None) => Opened::fresh(Account::new(self.sheet.now)),
            Err(shut) => return shut.step(),
        };
        if let Err(refused) = self.sheet.gate(&opened.state) {
            return self.sheet.leave(&opened, refused);
        }
        opened.state.exists(self.sheet.now);
        opened.state.recovery = Some(self.set);
        self.sheet.write(&opened.state, Decision::Made)
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<RecoveryCodes, Refused> {
        match paid.verdict().0 {
            Decision::Made => Ok(self.codes),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for MakeRecoveryCodes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MakeRecoveryCodes").field("key", self.key()).finish_non_exhaustive()
    }
}
