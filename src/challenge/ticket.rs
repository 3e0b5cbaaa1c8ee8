//! What an issue gives: a ticket for the browser, and a message for the phone.

use core::fmt;

use super::{Handle, ReportToken};
use crate::code::{Code, Format};
use crate::delivery::{IdempotencyKey, Route};
use crate::keyring::{Bound, CodeInput, KeyId, Keyring, Send};
use crate::policy::Policy;
use crate::recipient::RecipientKind;
use crate::record::Slot;
use crate::time::UnixTime;

/// A challenge that was issued or resent.
///
/// ```no_run
/// # fn show<'a>(issued: countersign::Issued<'a, countersign::Payment>) {
/// use countersign::{Payment, Slip};
///
/// let template = |slip: &Slip<'_, Payment>| {
///     format!("{} to {}: code {}", slip.binding().amount(), slip.binding().payee(), slip.code())
/// };
/// if let Some(text) = issued.message(&template) {
///     send(text); // to the provider; nothing else ever holds the code
/// }
/// let ticket = issued.ticket(); // to the browser
/// # let _ = ticket;
/// # fn send(_: String) {}
/// # }
/// ```
#[must_use = "the message has still to be sent"]
pub struct Issued<'a, B> {
    dispatch: Dispatch,
    code: Option<Code>,
    token: ReportToken,
    binding: &'a B,
    keyring: &'a Keyring,
}

impl<'a, B> Issued<'a, B> {
    /// What the browser may know.
    #[must_use]
    pub const fn ticket(&self) -> Ticket {
        self.dispatch.ticket
    }

    /// Renders the message; the only way to the code.
    ///
    /// `None` if nothing is to be sent: the request was a repeat of one whose message has left, or the recipient is a
    /// decoy. The caller's answer to the browser is the same in both cases.
    pub fn message<T: Template<B> + ?Sized>(&self, template: &T) -> Option<T::Message> {
        let code = self.code.as_ref()?;
        let Self { dispatch: Dispatch { ticket, seconds, .. }, token, binding, .. } = *self;
        Some(template.render(&Slip { code, ticket, token, seconds, binding }))
    }

    /// What names this message: for the provider, and to [settle](crate::Verifier::settle) it with.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        self.keyring.idempotency_key(&self.dispatch.ticket.handle, self.dispatch.send)
    }

    /// By which leg of its route it leaves, the first being 0.
    #[must_use]
    pub const fn leg(&self) -> u8 {
        self.dispatch.send.leg
    }

    /// Of which kind that leg's recipient is.
    #[must_use]
    pub const fn channel(&self) -> RecipientKind {
        self.dispatch.channel
    }

    /// The request was a repeat: another call is seeing to the message.
    pub(crate) const fn is_repeat(&self) -> bool {
        self.dispatch.repeat
    }

    pub(super) fn new(dispatch: Dispatch, keyring: &'a Keyring, bound: &Bound, binding: &'a B) -> Self {
        let Dispatch { ticket, key_id, format, send, .. } = dispatch;
        let generation = send.generation;
        let code = keyring.code(CodeInput { key_id, format, generation, handle: &ticket.handle, bound });
        let token = keyring.report_token(&ticket.handle);
        Self { dispatch, code: code.filter(|_| !dispatch.is_silent()), token, binding, keyring }
    }
}

impl<B> fmt::Debug for Issued<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("ticket", &self.dispatch.ticket).finish_non_exhaustive()
    }
}

/// What a browser may know of a challenge: enough to show a countdown, nothing that helps a thief.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(feature = "serde", feature = "alloc"), derive(serde::Serialize))]
pub struct Ticket {
    handle: Handle,
    expires: UnixTime,
    resend_at: Option<UnixTime>,
    attempts_left: u8,
}

impl Ticket {
    /// Which challenge.
    #[must_use]
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// The first second at which the code is no longer good.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.expires
    }

    /// When it may be sent again at the earliest; `None` if it has had all its messages.
    #[must_use]
    pub const fn resend_at(&self) -> Option<UnixTime> {
        self.resend_at
    }

    /// How many wrong codes this challenge has left, at most: a lock of the purpose may come first.
    #[must_use]
    pub const fn attempts_left(&self) -> u8 {
        self.attempts_left
    }

    pub(super) fn of(slot: &Slot, handle: Handle, policy: &Policy) -> Self {
        let next = slot.last_sent.saturating_add(u64::from(policy.gap));
        Self {
            handle,
            expires: UnixTime::from_secs(slot.span().end()),
            resend_at: (slot.sends < policy.challenge_sends).then_some(UnixTime::from_secs(next)),
            attempts_left: slot.attempts,
        }
    }
}

/// What a template may print.
pub struct Slip<'a, B> {
    code: &'a Code,
    ticket: Ticket,
    token: ReportToken,
    seconds: u64,
    binding: &'a B,
}

impl<'a, B> Slip<'a, B> {
    /// The code, as the person types it.
    #[must_use]
    pub fn code(&self) -> &str {
        self.code.expose()
    }

    /// The value that the code authorises: what the message shows must come from here (RTS Art. 5(1)(a)).
    #[must_use]
    pub const fn binding(&self) -> &'a B {
        self.binding
    }

    /// When the code ends.
    #[must_use]
    pub const fn expires(&self) -> UnixTime {
        self.ticket.expires
    }

    /// For how many whole minutes from this message on the code is good: a message sent again has fewer. At least 1.
    #[must_use]
    pub const fn minutes(&self) -> u64 {
        if self.seconds < 120 { 1 } else { self.seconds / 60 }
    }

    /// What the recipient may report with.
    #[must_use]
    pub const fn report_token(&self) -> ReportToken {
        self.token
    }
}

impl<B> fmt::Debug for Slip<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slip").field("ticket", &self.ticket).finish_non_exhaustive()
    }
}

/// Turns a slip into a message. Every `Fn(&Slip<B>) -> M` is one.
pub trait Template<B> {
    /// Whatever the provider takes.
    type Message;

    /// Renders it.
    fn render(&self, slip: &Slip<'_, B>) -> Self::Message;
}

impl<B, M, F: Fn(&Slip<'_, B>) -> M> Template<B> for F {
    type Message = M;

    fn render(&self, slip: &Slip<'_, B>) -> M {
        self(slip)
    }
}

/// What was decided of a message that is to leave.
#[derive(Clone, Copy)]
pub(super) struct Dispatch {
    pub(super) ticket: Ticket,
    /// From this message to the code's end.
    pub(super) seconds: u64,
    pub(super) key_id: KeyId,
    pub(super) format: Format,
    pub(super) send: Send,
    pub(super) channel: RecipientKind,
    pub(super) decoy: bool,
    pub(super) repeat: bool,
}

impl Dispatch {
    pub(super) fn of(slot: &Slot, handle: Handle, policy: &Policy, route: &Route<'_>) -> Self {
        let leg = route.leg(slot.leg).unwrap_or(*route.first());
        Self {
            ticket: Ticket::of(slot, handle, policy),
            seconds: slot.span().end().saturating_sub(slot.last_sent),
            key_id: slot.key_id,
            format: slot.format,
            send: slot.send(),
            channel: leg.recipient().kind(),
            decoy: slot.decoy,
            repeat: false,
        }
    }

    /// Everything but the message.
    pub(super) const fn is_silent(&self) -> bool {
        self.decoy || self.repeat
    }
}
