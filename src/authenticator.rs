//! Authenticator apps and tokens on the record: enrol, confirm, authenticate, resynchronise, revoke.
//!
//! A subject has one record for all its authenticators and recovery codes, whatever purpose they serve, so a code that
//! was accepted for one purpose is spent for every other.

mod claim;
mod confirm;
mod device;
mod enrol;
mod look;
mod resynchronise;
mod upkeep;
mod verdict;
mod verify;

use rand_core::TryCryptoRng;

use crate::challenge::Verifier;
use crate::code::Code;
use crate::error::Invalid;
use crate::operation::Sheet;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

use claim::Claim;
pub(crate) use claim::attempts_left;
pub use confirm::{Confirm, Enrolled};
pub use device::Authenticator;
use device::{Generator, check_name};
pub use enrol::{Enrol, Enrolling};
pub use look::{AuthenticatorLook, AuthenticatorStatus, Enrolment};
pub use resynchronise::Resynchronise;
pub use upkeep::{Upkeep, UpkeepDone};
pub use verdict::AuthenticatorVerdict;
pub(crate) use verdict::{Decision, not_enrolled};
pub use verify::Authenticate;

/// Authenticators: one record a subject, whatever purpose they serve.
///
/// A subject on a lane is refused with [`Invalid::Lanes`]: a watermark cannot be divided. The other errors are those of
/// [`Verifier`].
///
/// ```
/// use countersign::{
///     Algorithm, Authenticator, Digits, Failure, Hint, Hotp, Keyring, Login, MemoryStore, Operation, Policy, Purpose,
///     RootKey, Secret, Subject, SystemRng, Totp, UnixTime, Verifier,
/// };
///
/// const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
///
/// let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// let customer = Subject::new("customer-4711")?;
/// let totp = |secret: &Secret| Totp::new(Hotp::new(secret, Algorithm::Sha1, Digits::SIX));
///
/// // Enrol. Keep the secret sealed; show it once, as a QR code.
/// let secret = Secret::generate(&mut SystemRng)?;
/// let phone = Authenticator::totp("phone", totp(&secret))?;
/// let now = UnixTime::from_secs(1_800_000_000);
/// verifier.enrol(&customer, &phone, now, &mut SystemRng)?.run(&store)?;
/// let shown = totp(&secret).generate(now); // by the person's app
/// let enrolled = verifier.confirm(&customer, &phone, shown, now, &mut SystemRng)?.run(&store)?;
/// assert_eq!(enrolled.authenticators(), 1); // tell the owner, in a mail of its own
///
/// // The code that confirmed is spent; the next one logs in.
/// let again = totp(&secret).generate(now);
/// let refused = verifier.authenticate(LOGIN, &customer, &phone, again, now, &mut SystemRng)?.run(&store);
/// assert_eq!(refused.unwrap_err().refusal().unwrap().hint(), Hint::AlreadyUsed);
/// let later = now.saturating_add(30);
/// let shown = totp(&secret).generate(later);
/// let person = verifier.authenticate(LOGIN, &customer, &phone, shown, later, &mut SystemRng)?.run(&store)?;
/// assert_eq!(person.purpose(), "login");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Verifier {
    /// Begins to enrol an authenticator, which has to be [confirmed](Self::confirm) within an hour.
    ///
    /// A key that was revoked and comes back keeps its watermark. Refused if the name or the key is enrolled already, or
    /// four authenticators are, and while the record is locked. Let only a person do this who was authenticated just now.
    ///
    /// # Errors
    /// See [`Verifier`]; [`Invalid::Decoy`] for a decoy.
    pub fn enrol<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        authenticator: &Authenticator<'_>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Enrol<'_>, Invalid> {
        if authenticator.decoy {
            return Err(Invalid::Decoy);
        }
        Ok(Enrol::new(self.account(subject, now)?.stamped(rng)?, authenticator))
    }

    /// Confirms an enrolment with a code that the device shows. The code is spent; a wrong one is charged.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn confirm<'a, R: TryCryptoRng + ?Sized>(
        &'a self,
        subject: &Subject,
        authenticator: &'a Authenticator<'a>,
        code: Code,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Confirm<'a>, Invalid> {
        let sheet = self.account(subject, now)?.stamped(rng)?;
        Ok(Confirm::new(Claim::new(sheet, self.authenticators, authenticator), code))
    }

    /// Judges a code of an authenticator. Ask the person which of several it is from: a code that any of four may have
    /// shown is guessed four times as easily.
    ///
    /// The purpose is what the person wants to do; it may narrow the skew, and it is in the
    /// [`Authenticated`](crate::Authenticated).
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn authenticate<'a, B, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        authenticator: &'a Authenticator<'a>,
        code: Code,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Authenticate<'a>, Invalid> {
        purpose.check(subject)?;
        let sheet = self.account(subject, now)?.stamped(rng)?;
        let claim = Claim::new(sheet, self.authenticators, authenticator);
        let tag = self.keyring.subject_tag(subject);
        Ok(Authenticate::new(claim, purpose.name(), purpose.policy().skew, tag, code))
    }

    /// Judges two codes that the device shows one after the other, in a larger window: a token whose button was pressed in a
    /// pocket, or a phone whose clock is off (RFC 4226, section 7.4; RFC 6238, section 6). A wrong pair is charged as one
    /// attempt.
    ///
    /// A TOTP's drift is remembered from here, and from here alone: at most 10 steps from the server's own clock, so no
    /// sequence of successes walks away with it.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn resynchronise<'a, B, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        authenticator: &'a Authenticator<'a>,
        codes: [Code; 2],
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Resynchronise<'a>, Invalid> {
        purpose.check(subject)?;
        let sheet = self.account(subject, now)?.stamped(rng)?;
        let claim = Claim::new(sheet, self.authenticators, authenticator);
        Ok(Resynchronise::new(claim, purpose.name(), self.keyring.subject_tag(subject), codes))
    }

    /// Ends an authenticator: lost, stolen or replaced (RTS Art. 27). Its watermark stays for as long as there is room, in
    /// case the key comes back.
    ///
    /// # Errors
    /// See [`Verifier`]; [`Invalid::AuthenticatorName`].
    pub fn revoke<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        name: &str,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Upkeep<'_>, Invalid> {
        check_name(name)?;
        let sheet = self.account(subject, now)?.stamped(rng)?;
        Ok(Upkeep::revoke(sheet, name))
    }

    /// To be run for every subject after the store came back from a backup, before anybody logs in.
    ///
    /// The record knows less than it once did. So HOTP devices have to be [resynchronised](Self::resynchronise); the
    /// steps that TOTP devices can have shown by now are refused, also of one whose clock was ten steps ahead, so that
    /// nobody logs in with an app for the next ten steps, five minutes as a rule; and recovery codes, of which used ones may have come
    /// back to life, are ended: make new ones.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn after_restore<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Upkeep<'_>, Invalid> {
        Ok(Upkeep::after_restore(self.account(subject, now)?.stamped(rng)?))
    }

    /// Closes the account for authenticators: revokes them all, ends the recovery codes, and keeps every counter, for at
    /// least 400 days. For good: a new account is a new subject.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn close_authenticators<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Upkeep<'_>, Invalid> {
        Ok(Upkeep::close(self.account(subject, now)?.stamped(rng)?))
    }

    /// An operator's word that the owner was identified: clears locks and counts, but not the day window. Authenticators
    /// and recovery codes stay as they are, spent codes stay spent; where that word means that they are to be bound anew
    /// (NIST SP 800-63B-4, section 3.2.2), revoke them as well.
    ///
    /// A corrupt record is replaced by one without authenticators, whose day window is at its limit: enrol them anew.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn reinstate_authenticators<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Upkeep<'_>, Invalid> {
        Ok(Upkeep::reinstate(self.account(subject, now)?.stamped(rng)?))
    }

    /// What the record of the authenticators says now. Reads, and writes nothing.
    ///
    /// # Errors
    /// See [`Verifier`]; it needs no randomness.
    pub fn authenticator_status(&self, subject: &Subject, now: UnixTime) -> Result<AuthenticatorLook<'_>, Invalid> {
        Ok(AuthenticatorLook::new(self.account(subject, now)?))
    }

    pub(crate) fn account(&self, subject: &Subject, now: UnixTime) -> Result<Sheet<'_>, Invalid> {
        if subject.lane() != 0 {
            return Err(Invalid::Lanes);
        }
        Sheet::new(&self.keyring, self.authenticators.limits(), self.keyring.account_key(subject), subject, now)
    }
}
