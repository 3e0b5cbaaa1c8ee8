use core::fmt;

use super::claim::tags;
use super::{Authenticator, AuthenticatorVerdict, Decision};
use crate::approval::{Hint, Reason, Refused};
use crate::event::{Action, Facts};
use crate::keyring::Tag;
use crate::operation::{Opened, Operation, Paid, Sheet, Step, sealed};
use crate::record::{Account, Factor, Record, Stage};
use crate::store::Key;
use crate::time::UnixTime;

/// An enrolment that has not begun yet; see [`Verifier::enrol`](crate::Verifier::enrol).
#[must_use = "an operation does nothing until it is run"]
pub struct Enrol<'v> {
    sheet: Sheet<'v>,
    name: Tag,
    secret: Tag,
    /// The counter before the first.
    before: Option<u64>,
}

/// An enrolment that waits for its first code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an enrolment has to be confirmed"]
pub struct Enrolling {
    until: UnixTime,
}

impl Enrolling {
    /// When it has to be confirmed.
    #[must_use]
    pub const fn until(&self) -> UnixTime {
        self.until
    }
}

impl<'v> Enrol<'v> {
    pub(super) fn new(sheet: Sheet<'v>, authenticator: &Authenticator<'_>) -> Self {
        let (name, secret) = tags(&sheet, authenticator);
        Self { sheet, name, secret, before: None }
    }

    /// Begins with this counter, as the token's or the enrolment URI's `counter` says; with 0 unless told otherwise. For a
    /// TOTP it is the first step that may be accepted.
    pub const fn from_counter(mut self, first: u64) -> Self {
        self.before = first.checked_sub(1);
        self
    }

    fn decide(&self, opened: &mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused> {
        let account = &mut opened.state;
        self.sheet.gate(account)?;
        account.exists(self.sheet.now);
        opened.moved |= account.expire(self.sheet.now);
        self.objection(account)?;
        account.withdraw(self.name, self.sheet.now);
        let spent = account.watermark(self.secret);
        let place = account.place(self.secret);
        let place = place.ok_or(Refused::new(Reason::TooManyAuthenticators, Hint::OtherMethod))?;
        let stage = if spent.is_some() { Stage::Returning } else { Stage::Pending };
        let factor = Factor::new(self.name, self.secret, stage, self.sheet.now);
        *place = Some(Factor { last: spent.max(self.before), ..factor });
        let until = UnixTime::from_secs(factor.enrolment().end());
        Ok(self.sheet.write(account, Decision::Enrolling(until)))
    }

    /// One name is one authenticator, and one key has one watermark.
    fn objection(&self, account: &Account) -> Result<(), Refused> {
        let again = |factor: &Factor| factor.is_pending() && factor.name == self.name;
        let taken = |factor: &&Factor| (factor.name == self.name || factor.secret == self.secret) && !again(factor);
        match account.present().find(taken) {
            Some(_) => Err(Refused::new(Reason::AlreadyEnrolled, Hint::OtherMethod)),
            None => Ok(()),
        }
    }
}

impl sealed::Sealed for Enrol<'_> {
    fn facts(&self) -> Facts<'_> {
        Facts::new(&self.sheet, Action::Enrol)
    }
}

impl Operation for Enrol<'_> {
    type Verdict = AuthenticatorVerdict;
    type Output = Enrolling;

    fn key(&self) -> &Key {
        &self.sheet.key
    }

    fn step(&self, seen: Option<&Record>) -> Step<AuthenticatorVerdict> {
        let mut opened = match self.sheet.open(seen) {
            Ok(Some(opened)) => opened,
            Ok(None) => Opened::fresh(Account::new(self.sheet.now)),
            Err(shut) => return shut.step(),
        };
        self.decide(&mut opened).unwrap_or_else(|refused| self.sheet.leave(&opened, refused))
    }

    fn finish(self, paid: Paid<AuthenticatorVerdict>) -> Result<Enrolling, Refused> {
        match paid.verdict().0 {
            Decision::Enrolling(until) => Ok(Enrolling { until }),
            other => Err(other.refusal()),
        }
    }
}

impl fmt::Debug for Enrol<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrol").field("key", self.key()).finish_non_exhaustive()
    }
}
