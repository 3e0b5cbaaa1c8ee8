//! The outcomes: a value that was approved, a person who was authenticated, which only this crate can make, and a refusal
//! that says when to come back.

mod authenticated;
mod refused;

use core::fmt;

use crate::error::Invalid;
use crate::time::UnixTime;

pub use authenticated::{Authenticated, Method};
pub use refused::{Hint, Notice, Reason, Refused};

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
        in_time(self.at, now)?;
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

/// Refuses what was proved at `at` when more than 60 s lie between that and `now`, either way.
pub(crate) fn in_time(at: UnixTime, now: UnixTime) -> Result<(), Invalid> {
    if now.as_secs().abs_diff(at.as_secs()) > TAKE_WITHIN { Err(Invalid::ApprovalTime) } else { Ok(()) }
}

/// Sixteen bytes that are fixed for a challenge: the same whoever computes them, and another for any other challenge.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApprovalId([u8; 16]);

/// Sixteen bytes that stand for a subject in an audit trail, for all its purposes and lanes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectTag([u8; 16]);

/// Sixteen bytes that stand for a value in an audit trail: one keyed tag for one value, subject, purpose and lane.
///
/// [`Verifier::binding_tag`](crate::Verifier::binding_tag) computes it afresh, so an order row can be shown to be what
/// an [`Event`](crate::Event) was about, and the trail itself names no amount and no payee.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingTag([u8; 16]);

impl BindingTag {
    pub(crate) const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

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

impl fmt::Display for BindingTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Debug for BindingTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BindingTag({self})")
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

pub(crate) fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
