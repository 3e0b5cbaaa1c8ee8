//! Codes sent out of band: issue, resend, verify, cancel, report, status, reinstate, close.
//!
//! Each of them reads and writes the one record of (subject, purpose, lane). What they share is here; each has its
//! own file below.

mod context;
mod end;
mod handle;
mod issue;
mod reinstate;
mod resend;
mod status;
mod ticket;
mod verify;

use core::fmt;

use rand_core::TryCryptoRng;

use crate::approval::{BindingTag, Hint, Reason, Refused};
use crate::binding::Binding;
use crate::binding::sealed::Door;
use crate::code::Code;
use crate::error::Invalid;
use crate::event::Done;
use crate::keyring::{Bound, Keyring};
use crate::operation::{Paid, sealed};
use crate::policy::AuthenticatorPolicy;
use crate::recipient::Recipient;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

use context::Context;
pub use end::{Ended, Ending, Reporter};
pub use handle::{Handle, ReportToken};
pub use issue::Issue;
pub use reinstate::Reinstate;
pub use resend::Resend;
pub use status::{ChallengeStatus, Condition, Look, Status};
pub use ticket::{Issued, Slip, Template, Ticket};
pub use verify::Verify;

use ticket::Delivery;

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

    /// Issues a code for `binding` to `recipient`.
    ///
    /// Refused while the purpose is locked or disabled or the account closed, if the recipient may not be used, or
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
        recipient: &Recipient<'_>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Issue<'a, B>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?;
        binding.admit(&Door { keyring: &self.keyring, subject, recipient, now })?;
        Issue::new(context.stamped(rng)?, binding, recipient, rng)
    }

    /// Sends the same code once more; it extends nothing and refills nothing.
    ///
    /// The caller names the value and the recipient again: with another value the challenge is over; to another
    /// recipient, or to one that may not be used any more, nothing is sent (NIST SP 800-63B-4: look at porting and SIM
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
        recipient: &Recipient<'_>,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Resend<'a, B>, Invalid> {
        let context = Context::new(&self.keyring, &purpose, subject, now)?.stamped(rng)?;
        Ok(Resend::new(context, handle, binding, recipient))
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

/// What an operation on a challenge decided; sealed until it is paid for.
#[derive(Clone, Copy)]
pub struct Verdict(Decision);

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verdict(..)")
    }
}

impl From<Decision> for Verdict {
    fn from(decision: Decision) -> Self {
        Self(decision)
    }
}

impl From<Refused> for Verdict {
    fn from(refused: Refused) -> Self {
        Self(Decision::Refused(refused))
    }
}

impl sealed::Tells for Verdict {
    fn tell(paid: &Paid<Self>) -> Done {
        match paid.verdict().0 {
            Decision::Delivered(delivery) => Done::delivered(delivery.ticket.handle(), delivery.silent),
            Decision::Ended(count) => Done::counted(count),
            Decision::Status(status) if status.condition() == Condition::Corrupt => Done::CORRUPT,
            Decision::Approved | Decision::Status(_) | Decision::Refused(_) => Done::NOTHING,
        }
    }
}

#[derive(Clone, Copy)]
enum Decision {
    Delivered(Delivery),
    Approved,
    Ended(u8),
    Status(Status),
    Refused(Refused),
}

impl Decision {
    /// The refusal that this is. An operation never gets another one's decision; if it did, that is no approval.
    const fn refusal(self) -> Refused {
        match self {
            Self::Refused(refused) => refused,
            _ => Refused::new(Reason::UnknownHandle, Hint::StartAgain),
        }
    }

    fn delivered<'a, B>(
        self,
        context: &Context<'_>,
        bound: &Bound,
        binding: &'a B,
    ) -> Result<Issued<'a, B>, Refused> {
        match self {
            Self::Delivered(delivery) => Ok(Issued::new(&delivery, context.keyring, bound, binding)),
            other => Err(other.refusal()),
        }
    }
}
