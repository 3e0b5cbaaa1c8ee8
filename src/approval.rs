//! The two outcomes: a value that was approved, which only this crate can make, and a refusal that says when to
//! come back.

use core::fmt;

use crate::error::Invalid;
use crate::time::UnixTime;

/// For how many seconds an approval can be used, either way of its time.
const TAKE_WITHIN: u64 = 60;

/// A value that its owner approved with a one-time code: the capture step's ticket.
///
/// Only this crate makes one, it cannot be cloned, and [`take`](Approved::take) is the only way to the value. So a
/// function that takes `Approved<Payment>` can charge nothing but what was approved, once.
///
/// ```
/// use countersign::{Approved, Invalid, Payment, UnixTime};
///
/// fn capture(payment: Approved<Payment>, now: UnixTime) -> Result<(), Invalid> {
///     let unique = payment.id(); // unique in your table, and so is the order: two tabs are two approvals
///     let payment = payment.take(now)?; // refused when more than 60 s have passed
///     charge(unique.as_bytes(), payment.amount().minor());
///     Ok(())
/// }
/// # fn charge(_: &[u8; 16], _: u64) {}
/// # let _ = capture;
/// ```
#[must_use = "what was approved still has to be done"]
pub struct Approved<B> {
    value: B,
    id: ApprovalId,
    at: UnixTime,
    subject: SubjectTag,
}

impl<B> Approved<B> {
    pub(crate) const fn new(value: B, id: ApprovalId, at: UnixTime, subject: SubjectTag) -> Self {
        Self { value, id, at, subject }
    }

    /// The value, to be acted upon now.
    ///
    /// # Errors
    /// [`Invalid::ApprovalTime`] if `now` is more than 60 s from the approval, before or after: a store that hangs, or
    /// a queue in between, must not turn an approval into a standing order.
    pub fn take(self, now: UnixTime) -> Result<B, Invalid> {
        if now.as_secs().abs_diff(self.at.as_secs()) > TAKE_WITHIN {
            return Err(Invalid::ApprovalTime);
        }
        Ok(self.value)
    }

    /// The same for every attempt to approve this challenge: the caller's unique constraint.
    #[must_use]
    pub const fn id(&self) -> ApprovalId {
        self.id
    }

    /// When it was approved, as the caller told.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// Who approved it, as a keyed tag for the audit trail.
    #[must_use]
    pub const fn subject(&self) -> SubjectTag {
        self.subject
    }
}

impl<B> fmt::Debug for Approved<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approved").field("id", &self.id).field("at", &self.at).finish_non_exhaustive()
    }
}

/// Sixteen bytes that are fixed for a challenge: the same whoever computes them, and another for any other challenge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApprovalId([u8; 16]);

/// Sixteen bytes that stand for a subject in an audit trail, for all its purposes and lanes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectTag([u8; 16]);

impl ApprovalId {
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl SubjectTag {
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ApprovalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Display for SubjectTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for ApprovalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApprovalId({self})")
    }
}

impl fmt::Debug for SubjectTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectTag({self})")
    }
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// The answer is no.
///
/// It prints one sentence, whatever the reason (RTS Art. 4(3)(a): a failure does not say what was wrong).
/// [`hint`](Refused::hint) is what a screen may show; [`reason`](Refused::reason) is for the audit trail and must not
/// reach the person; [`notice`](Refused::notice) says whom to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    reason: Reason,
    hint: Hint,
    notice: Option<Notice>,
}

impl Refused {
    pub(crate) const fn new(reason: Reason, hint: Hint) -> Self {
        Self { reason, hint, notice: None }
    }

    pub(crate) const fn with_notice(mut self, notice: Option<Notice>) -> Self {
        self.notice = notice;
        self
    }

    /// What a screen may show.
    #[must_use]
    pub const fn hint(&self) -> Hint {
        self.hint
    }

    /// What happened, for the audit trail only.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// What the account's owner has to be told, through another way than this screen, once.
    #[must_use]
    pub const fn notice(&self) -> Option<Notice> {
        self.notice
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused: this could not be confirmed")
    }
}

impl core::error::Error for Refused {}

/// What a screen may show with a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// Try again; so many attempts are left for this code, at most: a lock of the purpose may come first.
    TryAgain {
        /// At least 1.
        attempts_left: u8,
    },
    /// This code is over: ask for a new one.
    StartAgain,
    /// This code was used before, and perhaps the answer got lost. Show how the order stands, and ask nobody to pay
    /// twice. It is a refusal, and no approval.
    AlreadyUsed,
    /// No more messages for this code. The one that was sent is still good.
    NoMoreMessages,
    /// Nothing helps before this time. After a refused issue or resend it may be a message that comes too soon; the code
    /// that was sent before is good meanwhile.
    Wait {
        /// When to come back.
        until: UnixTime,
    },
    /// This address cannot be used for this; another one may.
    OtherRecipient,
    /// Somebody at the desk has to help.
    Contact,
}

/// What the account's owner has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The purpose is locked because of this failure (RFC 4226 section 7.2).
    Locked {
        /// Until when.
        until: UnixTime,
    },
    /// The next failure disables the purpose (RTS Art. 4(3)(b): alert before a permanent block).
    NextDisables,
    /// The purpose is disabled until it is reinstated.
    Disabled,
}

/// Why, for the audit trail only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The code was wrong. Charged.
    WrongCode,
    /// There is no challenge with that handle. Not charged.
    UnknownHandle,
    /// The challenge's time is over.
    Expired,
    /// The challenge was approved before: a replay.
    AlreadyApproved,
    /// The challenge has no attempts left.
    Exhausted,
    /// The challenge was cancelled.
    Cancelled,
    /// Its recipient said "this was not me".
    Reported,
    /// A newer challenge ended this one.
    Superseded,
    /// The value differs from the one that the code was sent for. The challenge is over.
    BindingChanged,
    /// The recipient differs from the one that the code was sent to.
    RecipientChanged,
    /// The request id is in use by an open challenge for something else.
    RequestReused,
    /// The purpose is locked.
    Locked,
    /// The purpose is disabled until it is reinstated.
    Disabled,
    /// The account is closed.
    Closed,
    /// The stored record is damaged or forged. Look into it, then reinstate.
    CorruptRecord,
    /// The recipient was never verified.
    RecipientUnverified,
    /// The recipient was verified or changed too short a time ago.
    RecipientTooNew,
    /// This purpose does not send to recipients of that kind.
    RecipientKind,
    /// The last message left too short a time ago.
    TooSoon,
    /// The challenge has had all its messages.
    ChallengeSends,
    /// The day has had all its messages.
    DaySends,
}
