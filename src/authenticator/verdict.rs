use core::fmt;

use super::AuthenticatorStatus;
use crate::approval::{Hint, Reason, Refused};
use crate::challenge::Condition;
use crate::event::Done;
use crate::operation::{Paid, sealed};
use crate::time::UnixTime;

/// What an operation on authenticators or recovery codes decided; sealed until it is paid for.
#[derive(Clone, Copy)]
pub struct AuthenticatorVerdict(pub(crate) Decision);

impl fmt::Debug for AuthenticatorVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthenticatorVerdict(..)")
    }
}

impl sealed::Tells for AuthenticatorVerdict {
    fn tell(paid: &Paid<Self>) -> Done {
        match paid.verdict().0 {
            Decision::Enrolled(count) | Decision::Done(count) => Done::counted(count),
            Decision::Status(status) if status.condition() == Condition::Corrupt => Done::CORRUPT,
            Decision::Authenticated(_)
            | Decision::Enrolling(_)
            | Decision::Made
            | Decision::Status(_)
            | Decision::Refused(_) => Done::NOTHING,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Decision {
    /// The counter or step that matched; none for a recovery code.
    Authenticated(Option<u64>),
    Enrolling(UnixTime),
    /// How many are enrolled now.
    Enrolled(u8),
    Done(u8),
    Made,
    Status(AuthenticatorStatus),
    Refused(Refused),
}

impl Decision {
    /// The refusal that this is. An operation never gets another one's decision; if it did, that is no approval.
    pub(crate) const fn refusal(self) -> Refused {
        match self {
            Self::Refused(refused) => refused,
            _ => not_enrolled(),
        }
    }
}

impl From<Decision> for AuthenticatorVerdict {
    fn from(decision: Decision) -> Self {
        Self(decision)
    }
}

impl From<Refused> for AuthenticatorVerdict {
    fn from(refused: Refused) -> Self {
        Self(Decision::Refused(refused))
    }
}

pub(crate) const fn not_enrolled() -> Refused {
    Refused::new(Reason::NotEnrolled, Hint::OtherMethod)
}
