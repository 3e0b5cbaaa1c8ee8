use subtle::Choice;

use super::{Authenticator, AuthenticatorVerdict, Decision, Generator, not_enrolled};
use crate::approval::{Hint, Reason, Refused};
use crate::code::Code;
use crate::keyring::Tag;
use crate::limit::Budget;
use crate::operation::{Opened, Sheet, Step};
use crate::policy::AuthenticatorPolicy;
use crate::record::{Account, Factor, Record, Stage};
use crate::released::released;
use crate::store::Key;
use crate::time::UnixTime;
use crate::totp::Skew;
use crate::window::Window;

/// Somebody's claim to have an authenticator, before a code is looked at.
pub(super) struct Claim<'a> {
    pub(super) sheet: Sheet<'a>,
    pub(super) policy: AuthenticatorPolicy,
    pub(super) authenticator: &'a Authenticator<'a>,
    name: Tag,
    secret: Tag,
}

impl<'a> Claim<'a> {
    pub(super) fn new(sheet: Sheet<'a>, policy: AuthenticatorPolicy, authenticator: &'a Authenticator<'a>) -> Self {
        let (name, secret) = tags(&sheet, authenticator);
        Self { sheet, policy, authenticator, name, secret }
    }

    pub(super) const fn key(&self) -> &Key {
        &self.sheet.key
    }

    /// What the operation decides on the record, with nothing enrolled if there is none.
    pub(super) fn step(
        &self,
        seen: Option<&Record>,
        decide: impl FnOnce(&mut Opened<Account>) -> Result<Step<AuthenticatorVerdict>, Refused>,
    ) -> Step<AuthenticatorVerdict> {
        let mut opened = match self.sheet.open(seen) {
            Ok(Some(opened)) => opened,
            Ok(None) if self.authenticator.decoy => {
                Opened::fresh(Account { decoy: true, ..Account::new(self.sheet.now) })
            }
            Ok(None) => return Step::Settled(not_enrolled().into()),
            Err(shut) => return shut.step(),
        };
        self.pretend(&mut opened.state);
        decide(&mut opened).unwrap_or_else(|refused| self.sheet.leave(&opened, refused))
    }

    /// An account that does not exist has every authenticator that a decoy is asked for.
    fn pretend(&self, account: &mut Account) {
        if !self.authenticator.decoy || !account.decoy || account.find(self.name).is_some() {
            return;
        }
        if let Some(place) = account.place(self.secret) {
            *place = Some(Factor::new(self.name, self.secret, Stage::Active, self.sheet.now));
        }
    }

    /// The authenticator as the record knows it, with the budget that its failures are charged to.
    pub(super) fn factor<'s>(&self, account: &'s mut Account) -> Result<(&'s mut Factor, &'s mut Budget), Refused> {
        let (factor, budget) = account.find_mut(self.name).ok_or_else(not_enrolled)?;
        if factor.secret != self.secret {
            return Err(Refused::new(Reason::SecretChanged, Hint::OtherMethod));
        }
        Ok((factor, budget))
    }

    /// One that was confirmed.
    pub(super) fn enrolled<'s>(&self, account: &'s mut Account) -> Result<(&'s mut Factor, &'s mut Budget), Refused> {
        let (factor, budget) = self.factor(account)?;
        if factor.is_pending() { Err(not_enrolled()) } else { Ok((factor, budget)) }
    }

    /// Judges one code (RFC 4226, section 7.2; RFC 6238, section 5.2): the newest match after the watermark is accepted.
    ///
    /// A right and a wrong code do the same work: every candidate is compared, and the watermark's code too.
    pub(super) fn judge(
        &self,
        code: &Code,
        window: Option<Window>,
        factor: &mut Factor,
        budget: &mut Budget,
    ) -> Result<u64, Refused> {
        let (generator, used) = (&self.authenticator.generator, self.used(factor));
        let fresh = window.and_then(|window| generator.hotp().find_after(code, window, used, self.unmasked()));
        let replayed = released(generator.is_code_of(code, factor.last) & self.unmasked());
        match fresh {
            Some(counter) => {
                accept(factor, budget, counter);
                Ok(counter)
            }
            None if replayed && factor.replay() => Err(Refused::new(Reason::Replayed, Hint::AlreadyUsed)),
            None => Err(self.charge(factor, budget)),
        }
    }

    /// Judges two codes in a row.
    pub(super) fn judge_pair(
        &self,
        codes: &[Code; 2],
        window: Option<Window>,
        factor: &mut Factor,
        budget: &mut Budget,
    ) -> Result<u64, Refused> {
        let hotp = self.authenticator.generator.hotp();
        let used = self.used(factor);
        let found = window.and_then(|window| hotp.find_pair_after(codes.each_ref(), window, used, self.unmasked()));
        let Some(counter) = found else {
            return Err(self.charge(factor, budget));
        };
        accept(factor, budget, counter);
        factor.drift = self.drift(counter);
        Ok(counter)
    }

    /// The counters or steps that may match; none before the epoch. A device without any left is refused, uncharged.
    pub(super) fn window(&self, factor: &Factor, skew: Skew) -> Result<Option<Window>, Refused> {
        match &self.authenticator.generator {
            Generator::Totp(totp) => Ok(totp.window_adrift(self.sheet.time(), factor.drift, skew)),
            Generator::Hotp(_) => ahead(factor.last, self.policy.look_ahead()).map(Some),
        }
    }

    /// Those among which two codes in a row may match.
    pub(super) fn wide_window(&self, factor: &Factor) -> Result<Option<Window>, Refused> {
        match &self.authenticator.generator {
            Generator::Totp(totp) => Ok(totp.window_adrift(self.sheet.time(), 0, Skew::WIDEST)),
            Generator::Hotp(_) => ahead(factor.last, self.policy.resynchronise_ahead()).map(Some),
        }
    }

    /// The newest counter or step that is spent: the watermark, or after a restore whatever can have been shown by then.
    fn used(&self, factor: &Factor) -> Option<u64> {
        let shown = match &self.authenticator.generator {
            // The backup may not know of a drift, and the most that is ever remembered is ten steps.
            Generator::Totp(totp) if factor.stage == Stage::Restored => totp
                .window_adrift(UnixTime::from_secs(factor.since), Skew::FURTHEST, self.policy.skew())
                .map(Window::last),
            _ => None,
        };
        factor.last.max(shown)
    }

    /// By how many steps the device is ahead that shows this step now: within the window that it was found in.
    fn drift(&self, counter: u64) -> i8 {
        match &self.authenticator.generator {
            Generator::Totp(totp) => {
                let step = totp.step(self.sheet.time()).unwrap_or_default();
                i8::try_from(counter.wrapping_sub(step).cast_signed()).unwrap_or_default()
            }
            Generator::Hotp(_) => 0,
        }
    }

    fn charge(&self, factor: &mut Factor, budget: &mut Budget) -> Refused {
        let consequence = budget.charge_to(&mut factor.consecutive, &self.sheet.limits, self.sheet.now);
        self.sheet.wrong_code(budget, consequence, attempts_left(&self.sheet, factor.consecutive))
    }

    fn unmasked(&self) -> Choice {
        Choice::from(u8::from(!self.authenticator.decoy))
    }
}

fn accept(factor: &mut Factor, budget: &mut Budget, counter: u64) {
    factor.accept(counter);
    budget.succeed_for(&mut factor.consecutive);
}

pub(super) fn tags(sheet: &Sheet<'_>, authenticator: &Authenticator<'_>) -> (Tag, Tag) {
    let name = sheet.keyring.name_tag(&sheet.key, authenticator.name);
    (name, sheet.keyring.secret_tag(&sheet.key, authenticator.generator.hotp().keyed()))
}

/// How many attempts are left before a lock, at most.
pub(crate) fn attempts_left(sheet: &Sheet<'_>, consecutive: u8) -> Hint {
    let used = consecutive.checked_rem(sheet.limits.lock_after).unwrap_or_default();
    Hint::TryAgain { attempts_left: sheet.limits.lock_after.saturating_sub(used) }
}

fn ahead(last: Option<u64>, count: u16) -> Result<Window, Refused> {
    let window = match last {
        Some(used) => Window::after(used, count),
        None => Window::ahead(0, count),
    };
    window.map_err(|_| Refused::new(Reason::CounterExhausted, Hint::OtherMethod))
}

impl From<Result<u64, Refused>> for Decision {
    fn from(judged: Result<u64, Refused>) -> Self {
        match judged {
            Ok(counter) => Self::Authenticated(Some(counter)),
            Err(refused) => Self::Refused(refused),
        }
    }
}
