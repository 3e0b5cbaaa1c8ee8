//! What an operation on a person's record answers.

use countersign::{Condition, Enrolment, Hint, Method, Notice, Reason};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Authenticated {
        method: Method,
        purpose: &'static str,
        at: u64,
        reply: Option<String>,
    },
    Enrolling {
        until: u64,
    },
    Enrolled {
        at: u64,
        count: usize,
    },
    Done(usize),
    Made,
    Status(Sheet),
    Refused {
        reason: Reason,
        hint: Hint,
        notice: Option<Notice>,
    },
    /// The store did not answer.
    Unknown,
}

/// What a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub condition: Condition,
    pub total: u32,
    pub day_failures: u32,
    pub enrolled: usize,
    pub codes_left: usize,
    pub codes_made: Option<u64>,
    pub enrolment: Option<Enrolment>,
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

    /// A code was accepted.
    pub fn accepts(&self) -> bool {
        matches!(self, Self::Authenticated { .. } | Self::Enrolled { .. })
    }

    /// A code was compared, and paid for.
    pub fn is_judged(&self) -> bool {
        self.accepts() || self.reason() == Some(Reason::WrongCode)
    }
}
