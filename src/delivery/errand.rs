use core::fmt;

use rand_core::TryCryptoRng;

use super::Route;
use crate::binding::Binding;
use crate::challenge::{Handle, Issue, Onward, Resend, Settle, Verifier};
use crate::delivery::{Delivery, IdempotencyKey};
use crate::error::Invalid;
use crate::subject::{Purpose, Subject};
use crate::time::UnixTime;

/// What a [`Post`](super::Post) carries, and for whom: all that an issue, a resend and a fallback have in common.
///
/// ```
/// # use countersign::*;
/// # const PAY: Purpose<Payment> = Purpose::new("pay", Policy::PAYMENT);
/// # let payment = Payment::new(Money::new(129_90, Currency::EUR), "Anna's Bikes", "DE89370400440532013000", "order 4711")?;
/// # let customer = Subject::new("customer-4711")?;
/// let phone = Recipient::sms("+4915112345678")?.verified(UnixTime::from_secs(1_750_000_000));
/// let errand = Errand::new(PAY, &customer, &payment, &phone).request(b"session-8f2c", b"form-17");
/// # let _ = errand;
/// # Ok::<(), Invalid>(())
/// ```
pub struct Errand<'a, B> {
    purpose: Purpose<B>,
    subject: Subject,
    binding: &'a B,
    route: Route<'a>,
    request: Option<(&'a [u8], &'a [u8])>,
}

impl<'a, B> Errand<'a, B> {
    /// A code for `binding` along `route`, which may be a single recipient.
    #[must_use]
    pub fn new(purpose: Purpose<B>, subject: &Subject, binding: &'a B, route: impl Into<Route<'a>>) -> Self {
        Self { purpose, subject: *subject, binding, route: route.into(), request: None }
    }

    /// Names the request, so that a double click sends once: see [`Issue::request`].
    #[must_use]
    pub const fn request(self, session: &'a [u8], request: &'a [u8]) -> Self {
        Self { request: Some((session, request)), ..self }
    }

    pub(super) const fn route(&self) -> &Route<'a> {
        &self.route
    }
}

impl<'a, B: Binding> Errand<'a, B> {
    pub(super) fn issue<R: TryCryptoRng + ?Sized>(
        &self,
        verifier: &'a Verifier,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Issue<'a, B>, Invalid> {
        let issue = verifier.issue(self.purpose, &self.subject, self.binding, self.route, now, rng)?;
        match self.request {
            Some((session, request)) => issue.request(session, request),
            None => Ok(issue),
        }
    }

    pub(super) fn resend<R: TryCryptoRng + ?Sized>(
        &self,
        verifier: &'a Verifier,
        handle: Handle,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Resend<'a, B>, Invalid> {
        verifier.resend(self.purpose, &self.subject, handle, self.binding, self.route, now, rng)
    }

    pub(super) fn onward<R: TryCryptoRng + ?Sized>(
        &self,
        verifier: &'a Verifier,
        handle: Handle,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Onward<'a, B>, Invalid> {
        verifier.onward(self.purpose, &self.subject, handle, self.binding, self.route, now, rng)
    }

    pub(super) fn settle<R: TryCryptoRng + ?Sized>(
        &self,
        verifier: &'a Verifier,
        (handle, key): (Handle, &IdempotencyKey),
        delivery: Delivery,
        now: UnixTime,
        rng: &mut R,
    ) -> Result<Settle<'a>, Invalid> {
        verifier.settle(self.purpose, &self.subject, handle, key, delivery, now, rng)
    }
}

impl<B> fmt::Debug for Errand<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Errand");
        out.field("purpose", &self.purpose.name()).field("route", &self.route).finish_non_exhaustive()
    }
}
