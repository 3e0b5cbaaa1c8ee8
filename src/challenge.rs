//! Codes sent out of band: issue, resend, settle, onward, verify, cancel, report, status, reinstate, close.
//!
//! Each of them reads and writes the one record of (subject, purpose, lane). What they share is here; each has its
//! own file below.

mod context;
mod end;
mod handle;
mod issue;
mod onward;
mod reinstate;
mod resend;
mod settle;
mod status;
mod ticket;
mod verdict;
mod verify;

use core::fmt;

use rand_core::TryCryptoRng;

use crate::approval::BindingTag;
use crate::binding::Binding;
use crate::binding::sealed::Door;
use crate::code::Code;
use crate::delivery::Route;
use crate::error::Invalid;
use crate::keyring::Keyring;
use crate::policy::AuthenticatorPolicy;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

use context::Context;
pub use end::{Ended, Ending, Reporter};
pub use handle::{Handle, ReportToken};
pub use issue::Issue;
pub use onward::Onward;
pub use reinstate::Reinstate;
pub use resend::Resend;
pub use settle::{Settle, Settled};
pub use status::{ChallengeStatus, Condition, Look, Status};
pub use ticket::{Issued, Slip, Template, Ticket};
pub use verdict::Verdict;
pub use verify::Verify;

use verdict::Decision;

/// Makes the operations. One a process, shared by reference; it holds keys and nothing that changes.
///
/// Each method makes an operation, which does nothing until it is run: bring [`Operation`](crate::Operation) into scope,
/// then [`run`](crate::Operation::run) it on a [`Store`](crate::Store), or await
/// [`run_async`](crate::Operation::run_async) on an [`AsyncStore`](crate::AsyncStore).
///
/// Every operation takes the time and a source of randomness as arguments. `now` comes from the server's clock, never
/// from the request; `rng` is a cryptographic generator, such as `SystemRng`. Read the clock once a request.
///
/// Errors of all of them: [`Invalid::Purpose`], [`Invalid::Lanes`] for a subject on a lane that the policy does not
/// have, [`Invalid::Time`] from 2^40 seconds on, and [`Invalid::RandomSource`] if the generator fails.
///
/// See the [crate's page](crate) for a payment from beginning to end.
pub struct Verifier {
    pub(crate) keyring: Keyring,
    pub(crate) authenticators: AuthenticatorPolicy,
}

impl Verifier {
    /// A verifier with these keys.
    #[must_use]
    pub const fn new(keyring: Keyring) -> Self {
        Self { keyring, authenticators: AuthenticatorPolicy::RFC }
    }

    /// The same, with another policy for the authenticators of every subject than [`AuthenticatorPolicy::RFC`].
    #[must_use]
    pub const fn with_authenticators(mut self, policy: AuthenticatorPolicy) -> Self {
        self.authenticators = policy;
        self
    }

    /// Issues a code for `binding` along `route`: to a [`Recipient`](crate::Recipient), or to the first leg of a [`Route`].
    ///
    /// Refused while the purpose is locked or disabled or the account closed, if a recipient may not be used, or
    /// if another message left too short a time ago. A challenge beyond the policy's number ends the oldest.
    ///
    /// # Errors
    /// See [`Verifier`]; of a value that says itself where its code goes, such as a
    /// [`ContactRelease`](crate::ContactRelease), also its own.
    pub fn issue<'a, B: Binding, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        binding: &'a B,
        route: impl Into<Route<'a>>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Issue<'a, B>, Invalid> {
        let (context, route) = (Context::new(&self.keyring, &purpose, subject, now)?, route.into());
        for leg in route.legs() {
            binding.admit(&Door { keyring: &self.keyring, subject, recipient: leg.recipient(), now })?;
        }
        Issue::new(context.stamped(rng)?, binding, route, rng)
    }

    /// Sends the same code once more, by the leg that its last message took; it extends nothing and refills nothing.
    ///
    /// The caller names the value and the whole route again: with another value the challenge is over; along another
    /// route, or to a recipient that may not be used any more, nothing is sent (NIST SP 800-63B-4: look at porting and SIM
    /// changes before sending).
    ///
    /// # Errors
    /// See [`Verifier`].
    #[expect(clippy::too_many_arguments, reason = "each is needed, and each has a type of its own")]
    pub fn resend<'a, B: Binding, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        handle: Handle,
        binding: &'a B,
        route: impl Into<Route<'a>>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Resend<'a, B>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Resend::new(context, handle, binding, route.into()))
    }

    /// Judges a code that somebody typed. `binding` is what is about to be done, built by the server afresh: the code
    /// is right only if it is what the code was sent for, and the approval carries this very value.
    ///
    /// # Errors
    /// See [`Verifier`].
    #[expect(clippy::too_many_arguments, reason = "each is needed, and each has a type of its own")]
    pub fn verify<'a, B: Binding, R: TryCryptoRng + ?Sized>(
        &'a self,
        purpose: Purpose<B>,
        subject: &Subject,
        handle: Handle,
        code: Code,
        binding: B,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Verify<'a, B>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        let tag = self.keyring.subject_tag(subject);
        Ok(Verify::new(context, tag, handle, code, binding))
    }

    /// Ends a challenge that its owner gave up.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn cancel<B, R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        handle: Handle,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Ending<'_>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Ending::cancel(context, handle))
    }

    /// "This was not me": ends every open challenge with the recipient who says so. One operation a lane.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn report<B, R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        reporter: Reporter<'_>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Ending<'_>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Ending::report(context, reporter))
    }

    /// Closes the account for this purpose: ends its challenges, issues none any more, and keeps every counter, for at
    /// least 400 days. For good: a new account is a new subject. One operation a lane.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn close<B, R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Ending<'_>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Ending::close(context))
    }

    /// An operator's word that the owner was identified: clears locks, counts and challenges, but not the day window,
    /// so that no number of reinstatements buys more than a day's guesses a day. One operation a lane.
    ///
    /// # Errors
    /// See [`Verifier`].
    pub fn reinstate<B, R: TryCryptoRng + ?Sized>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Reinstate<'_>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Reinstate::new(context))
    }

    /// What stands for a value in the [`Event`](crate::Event)s of this purpose and subject: shows later that an order row is
    /// what an approval was for.
    ///
    /// # Errors
    /// [`Invalid::Purpose`] and [`Invalid::Lanes`], as of every operation.
    pub fn binding_tag<B: Binding>(
        &self,
        purpose: Purpose<B>,
        subject: &Subject,
        binding: &B,
    ) -> Result<BindingTag, Invalid> {
        purpose.check(subject)?;
        let key = self.keyring.store_key(purpose.name(), subject);
        Ok(self.keyring.binding_tag(&self.keyring.bound(&key, binding)))
    }

    /// What the record says now: for a screen, or for the desk. Reads, and writes nothing.
    ///
    /// # Errors
    /// See [`Verifier`]; it needs no randomness.
    pub fn status<B>(&self, purpose: Purpose<B>, subject: &Subject, now: UnixTime) -> Result<Look<'_>, Invalid> {
        Ok(Look::new(Context::new(&self.keyring, &purpose, subject, now)?))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(..)")
    }
}
