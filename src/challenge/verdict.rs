use core::fmt;

use super::settle::Settled;
use super::ticket::Dispatch;
use super::{Condition, Context, Issued, Status};
use crate::approval::{Hint, Reason, Refused};
use crate::event::{Done, EventKind};
use crate::keyring::Bound;
use crate::operation::{Paid, sealed};

/// What an operation on a challenge decided; sealed until it is paid for.
#[derive(Clone, Copy)]
pub struct Verdict(pub(super) Decision);

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
            Decision::Delivered(dispatch) => {
                Done::delivered(dispatch.ticket.handle(), dispatch.is_silent()).through(dispatch.channel)
            }
            Decision::Settled(settled, kind) => settled.tell(kind),
            Decision::Ended(count) => Done::counted(count),
            Decision::Status(status) if status.condition() == Condition::Corrupt => Done::CORRUPT,
            Decision::Approved | Decision::Status(_) | Decision::Refused(_) => Done::NOTHING,
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum Decision {
    Delivered(Dispatch),
    Settled(Settled, EventKind),
    Approved,
    Ended(u8),
    Status(Status),
    Refused(Refused),
}

impl Decision {
    /// The refusal that this is. An operation never gets another one's decision; if it did, that is no approval.
    pub(super) const fn refusal(self) -> Refused {
        match self {
            Self::Refused(refused) => refused,
            _ => Refused::new(Reason::UnknownHandle, Hint::StartAgain),
        }
    }

    pub(super) fn delivered<'a, B>(
        self,
        context: &Context<'a>,
        bound: &Bound,
        binding: &'a B,
    ) -> Result<Issued<'a, B>, Refused> {
        match self {
            Self::Delivered(dispatch) => Ok(Issued::new(dispatch, context.keyring, bound, binding)),
            other => Err(other.refusal()),
        }
    }
}
