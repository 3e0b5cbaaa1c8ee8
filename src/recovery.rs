//! Recovery codes: ten codes on paper, each good once, for whoever lost the phone.
//!
//! They stand in the record of the subject's authenticators, on the same budget; the record holds a keyed hash of each.

mod codes;
mod make;
mod recover;

use rand_core::TryCryptoRng;

use crate::binding::Login;
use crate::challenge::Verifier;
use crate::error::Invalid;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

pub use codes::{RecoveryCode, RecoveryCodes};
pub use make::MakeRecoveryCodes;
pub use recover::Recover;

/// Recovery codes: of the same record as the authenticators.
///
/// ```
/// use countersign::{
///     Keyring, Login, MemoryStore, Method, Operation, Policy, Purpose, RecoveryCode, RootKey, Subject, SystemRng,
///     UnixTime, Verifier,
/// };
///
/// const LOGIN: Purpose<Login> = Purpose::new("login", Policy::LOGIN);
///
/// let keys = Keyring::new(&RootKey::generate(&mut SystemRng)?, &RootKey::generate(&mut SystemRng)?)?;
/// let (verifier, store) = (Verifier::new(keys), MemoryStore::new());
/// let (customer, now) = (Subject::new("customer-4711")?, UnixTime::from_secs(1_800_000_000));
///
/// // Show them once; nobody can show them again.
/// let codes = verifier.make_recovery_codes(&customer, now, &mut SystemRng)?.run(&store)?;
/// let written_down = codes.iter().map(|code| code.expose().join("-")).next().unwrap();
///
/// let typed = RecoveryCode::parse(&written_down.to_lowercase())?;
/// let person = verifier.recover(LOGIN, &customer, typed, now, &mut SystemRng)?.run(&store)?;
/// assert_eq!(person.method(), Method::RecoveryCode);
/// let again = RecoveryCode::parse(&written_down)?;
/// assert!(verifier.recover(LOGIN, &customer, again, now, &mut SystemRng)?.run(&store).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Verifier {
    /// Makes ten recovery codes, and ends those that were made before.
    ///
    /// Refused while the record is locked. Let only a person do this who was authenticated just now, and tell the owner.
    ///
    /// # Errors
    /// See [`Verifier`]; [`Invalid::Lanes`] for a subject on a lane.
    pub fn make_recovery_codes<R: TryCryptoRng + ?Sized>(
        &self,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<MakeRecoveryCodes<'_>, Invalid> {
        let sheet = self.account(subject, now)?.stamped(rng)?;
        Ok(MakeRecoveryCodes::new(sheet, RecoveryCodes::generate(rng)?))
    }

    /// Judges a recovery code. It is good for a login only: a payment's purpose does not fit here.
    ///
    /// Afterwards, have the person enrol an authenticator anew, and make new codes when few are left
    /// (NIST SP 800-63B-4, section 4.2.1).
    ///
    /// # Errors
    /// See [`Verifier`]; [`Invalid::Lanes`] for a subject on a lane.
    #[expect(clippy::needless_pass_by_value, reason = "a code is judged once, and wiped")]
    pub fn recover<R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<Login>,
        subject: &Subject,
        code: RecoveryCode,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Recover<'_>, Invalid> {
        purpose.check(subject)?;
        let sheet = self.account(subject, now)?.stamped(rng)?;
        Ok(Recover::new(sheet, purpose.name(), self.keyring.subject_tag(subject), &code))
    }
}
