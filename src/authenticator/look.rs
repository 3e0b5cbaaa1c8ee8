use core::fmt;

use super::{AuthenticatorVerdict, Decision, check_name};
use crate::approval::Refused;
use crate::challenge::Condition;
use crate::error::Invalid;
use crate::event::{Action, Facts};
use crate::keyring::Tag;
use crate::operation::{Operation, Paid, Sheet, Shut, Step, sealed};
use crate::record::{Account, Factor, Record, Stage};
use crate::store::Key;
use crate::time::UnixTime;

/// A look at the record of the authenticators that has not run yet; see
/// [`Verifier::authenticator_status`](crate::Verifier::authenticator_status).
#[must_use = "an operation does nothing until it is run"]
pub struct AuthenticatorLook<'v> {
    sheet: Sheet<'v>,
    name: Option<Tag>,
}

/// What the record of a subject's authenticators says at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthenticatorStatus {
    condition: Condition,
    total: u8,
    day_failures: u8,
    enrolled: u8,
    recovery: Option<(u8, UnixTime)>,
    enrolment: Option<Enrolment>,
}

/// How far one authenticator has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Enrolment {
    /// It waits for the code that confirms it.
    Pending {
        /// Until when.
        until: UnixTime,
    },
    /// It can be used.
    Confirmed,
    /// The records came back from a backup: it has to be resynchronised if it is a HOTP device, and a TOTP device shows
    /// a code that will be accepted within ten steps or so.
    Restored,
}

impl<'v> AuthenticatorLook<'v> {
    pub(super) const fn new(sheet: Sheet<'v>) -> Self {
        Self { sheet, name: None }
    }

    /// Looks at the authenticator with this name too.
    ///
    /// # Errors
    /// [`Invalid::AuthenticatorName`].
    pub fn authenticator(mut self, name: &str) -> Result<Self, Invalid> {
        check_name(name)?;
        self.name = Some(self.sheet.keyring.name_tag(&self.sheet.key, name));
        Ok(self)
    }

    fn status(&self, account: &Account) -> AuthenticatorStatus {
        let now = self.sheet.now;
        let live = |factor: &&Factor| !factor.is_pending() || factor.enrolment().is_live(now);
        let enrolled = account.present().filter(|factor| !factor.is_pending());
        AuthenticatorStatus {
            condition: Condition::of(&self.sheet, account),
            total: account.budget.total,
            day_failures: account.budget.day.failures,
            enrolled: enrolled.fold(0, |count, _| count + 1),
            recovery: account.recovery.as_ref().map(|set| (set.left(), UnixTime::from_secs(set.made))),
            enrolment: self.name.and_then(|name| account.find(name)).filter(live).map(Enrolment::of),
        }
    }

    fn corrupt(&self) -> AuthenticatorStatus {
        AuthenticatorStatus { condition: Condition::Corrupt, ..self.status(&Account::new(self.sheet.now)) }
    }
}

impl AuthenticatorStatus {
    /// Whether anybody can be authenticated at all.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        self.condition
    }

    /// Failures of all authenticators and recovery codes, each since its last success or the last reinstatement; at the
    /// policy's total the record is disabled.
    #[must_use]
    pub const fn total_failures(&self) -> u8 {
        self.total
    }

    /// Failures in the present day window.
    #[must_use]
    pub const fn day_failures(&self) -> u8 {
        self.day_failures
    }

    /// How many authenticators are confirmed, 0 to 4.
    #[must_use]
    pub const fn authenticators(&self) -> u8 {
        self.enrolled
    }

    /// How many recovery codes are unused; 0 if none were made.
    #[must_use]
    pub const fn recovery_codes_left(&self) -> u8 {
        match self.recovery {
            Some((left, _)) => left,
            None => 0,
        }
    }

    /// When the present recovery codes were made.
    #[must_use]
    pub const fn recovery_codes_made(&self) -> Option<UnixTime> {
        match self.recovery {
            Some((_, made)) => Some(made),
            None => None,
        }
    }

    /// The authenticator that was asked for; `None` if none was, or none of that name is enrolled or being enrolled.
    #[must_use]
    pub const fn enrolment(&self) -> Option<Enrolment> {
        self.enrolment
    }
}

impl Enrolment {
    const fn of(factor: &Factor) -> Self {
        match factor.stage {
            Stage::Pending | Stage::Returning => {
                Self::Pending { until: UnixTime::from_secs(factor.enrolment().end()) }
            }
            Stage::Restored => Self::Restored,
            Stage::Active | Stage::Revoked => Self::Confirmed,
        }
    }
}

impl sealed::Sealed for AuthenticatorLook<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.sheet, Action::LookAtAuthenticators)
    }
}

impl Operation for AuthenticatorLook<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = AuthenticatorStatus;

    fn key(&self) -> &Key {
        &self.sheet.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        let status = match self.sheet.open(seen) {
            Ok(Some(opened)) => self.status(&opened.state),
            Ok(None) => self.status(&Account::new(self.sheet.now)),
            Err(Shut::Corrupt) => self.corrupt(),
            Err(shut @ Shut::Newer) => return shut.step(),
        };
        Step::Settled(Decision::Status(status).into())
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<AuthenticatorStatus, Refused> {
        match paid.verdict().0 {
            Decision::Status(status) => Ok(status),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for AuthenticatorLook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatorLook").field("key", self.key()).finish_non_exhaustive()
    }
}
