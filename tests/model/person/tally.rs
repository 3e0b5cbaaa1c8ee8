//! What a sequence can reach on a person's record, and how many sequences must.

use countersign::{Method, Reason};

use super::answer::Answer;
use crate::shelf::Loss;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    TotpAccepted,
    HotpAccepted,
    /// A code that the purpose's own skew refused, and the policy's would not have.
    Narrowed,
    ReplayFree,
    ReplayCharged,
    TotpSynchronised,
    HotpSynchronised,
    /// A code was accepted where a drift was remembered.
    Drift,
    EnrolmentExpired,
    /// A key that was enrolled before is enrolled again.
    CameBack,
    Full,
    Recovered,
    RecoveryReplayed,
    Restored,
    ResynchroniseFirst,
    Exhausted,
    SecretChanged,
    Answered,
    Decoy,
    Lock,
    DayLock,
    Disablement,
    Closed,
    Corrupt,
    CorruptReinstated,
    PulledBack,
    Forgotten,
    WriteLost,
    AnswerLost,
    ConnectionLost,
    /// Its clocks never went back, so that the strict limits of a day were checked.
    SteadyClock,
}

/// Every event, and in how many sequences it must occur.
pub const FLOORS: [(Event, u32); 31] = [
    (Event::TotpAccepted, 200),
    (Event::HotpAccepted, 200),
    (Event::Narrowed, 200),
    (Event::ReplayFree, 200),
    (Event::ReplayCharged, 200),
    (Event::TotpSynchronised, 200),
    (Event::HotpSynchronised, 200),
    (Event::Drift, 200),
    (Event::EnrolmentExpired, 200),
    (Event::CameBack, 200),
    (Event::Full, 200),
    (Event::Recovered, 200),
    (Event::RecoveryReplayed, 200),
    (Event::Restored, 200),
    (Event::ResynchroniseFirst, 200),
    (Event::Exhausted, 200),
    (Event::SecretChanged, 200),
    (Event::Answered, 200),
    (Event::Decoy, 200),
    (Event::Lock, 200),
    (Event::DayLock, 200),
    (Event::Disablement, 200),
    (Event::Closed, 200),
    (Event::Corrupt, 200),
    (Event::CorruptReinstated, 200),
    (Event::PulledBack, 200),
    (Event::Forgotten, 200),
    (Event::WriteLost, 200),
    (Event::AnswerLost, 200),
    (Event::ConnectionLost, 200),
    (Event::SteadyClock, 200),
];

impl Event {
    pub fn accepted(method: Method) -> Self {
        if method == Method::Totp { Self::TotpAccepted } else { Self::HotpAccepted }
    }

    pub fn lost(loss: Loss) -> Self {
        match loss {
            Loss::Write => Self::WriteLost,
            Loss::Answer => Self::AnswerLost,
            Loss::Connection => Self::ConnectionLost,
        }
    }

    /// What an answer alone shows to have been reached.
    pub fn of(answer: &Answer) -> Option<Self> {
        if let Answer::Authenticated { reply: Some(_), .. } = answer {
            return Some(Self::Answered);
        }
        Some(match answer.reason()? {
            Reason::Locked => Self::Lock,
            Reason::Disabled => Self::Disablement,
            Reason::Closed => Self::Closed,
            Reason::CorruptRecord => Self::Corrupt,
            Reason::CounterExhausted => Self::Exhausted,
            Reason::SecretChanged => Self::SecretChanged,
            Reason::TooManyAuthenticators => Self::Full,
            Reason::ResynchroniseFirst => Self::ResynchroniseFirst,
            _ => return None,
        })
    }
}
