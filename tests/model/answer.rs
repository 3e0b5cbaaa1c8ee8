//! What an operation answers, in a form that the model can foretell and the crate's answers are turned into.

use countersign::{Cause, Hint, Notice, Reason, Settled, UnixTime};

/// One challenge of a whole sequence, numbered as they are issued.
pub type Id = usize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Issued {
        ticket: Slip,
        message: bool,
    },
    Approved {
        at: u64,
    },
    Settled(Settled),
    Ended(u8),
    Status(Sheet),
    Refused {
        reason: Reason,
        hint: Hint,
        notice: Option<Notice>,
    },
    Unavailable(Cause),
    /// The store did not answer, and nobody knows whether the write landed.
    Unknown,
}

/// What an operation wrote, and for how many seconds the store must keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Write {
    #[default]
    Nothing,
    KeptFor(u32),
    KeptForEver,
}

impl Write {
    pub fn kept_for(seconds: Option<u32>) -> Self {
        seconds.map_or(Self::KeptForEver, Self::KeptFor)
    }
}

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    pub id: Id,
    pub expires: u64,
    pub resend_at: Option<u64>,
    pub attempts_left: u32,
}

/// What a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub condition: countersign::Condition,
    pub consecutive: u32,
    pub total: u32,
    pub day_failures: u32,
    pub day_sends: u32,
    pub open: usize,
    pub challenge: Option<Fate>,
}

/// What a status says of one challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Open(Slip),
    Approved,
    Over,
}

impl Answer {
    pub fn no(reason: Reason, hint: Hint) -> Self {
        Self::Refused { reason, hint, notice: None }
    }

    pub fn reason(&self) -> Option<Reason> {
        match self {
            Self::Refused { reason, .. } => Some(*reason),
            _ => None,
        }
    }

    pub fn hint(&self) -> Option<Hint> {
        match self {
            Self::Refused { hint, .. } => Some(*hint),
            _ => None,
        }
    }

    /// A code was compared: the guess was paid for.
    pub fn is_judged(&self) -> bool {
        matches!(self, Self::Approved { .. }) || self.reason() == Some(Reason::WrongCode)
    }
}

pub fn wait(until: u64) -> Hint {
    Hint::Wait { until: UnixTime::from_secs(until) }
}
