use core::fmt;

use crate::approval::Refused;
use crate::error::Invalid;
use crate::time::ClockError;

/// Why an operation came to no approval.
///
/// One type for the three, so that `?` works on making an operation and on running it:
/// what the caller got wrong, what the code holder got wrong, and what nobody knows. They are not to be mixed: a web
/// handler answers 500, 403 and 503. A typed code that is malformed is the code holder's doing, so parse it
/// before, and answer 400.
///
/// ```
/// use countersign::{Approved, Failure, Payment};
///
/// fn status<E>(answer: &Result<Approved<Payment>, Failure<E>>) -> u16 {
///     match answer {
///         Ok(_) => 200,
///         Err(Failure::Refused(_)) => 403,
///         Err(Failure::Unavailable(_)) => 503, // nobody knows: neither paid nor wrong
///         Err(_) => 500,
///     }
/// }
/// # let invalid: Result<_, Failure<()>> = Err(countersign::Invalid::Purpose.into());
/// # assert_eq!(status(&invalid), 500);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure<E> {
    /// A value was no good. From making an operation: no store was touched. From [`take`](crate::Approved::take), where
    /// `?` makes the same of it: the code is spent, and nothing may be captured.
    Invalid(Invalid),
    /// The answer is no.
    Refused(Refused),
    /// There is no answer. Never an approval, and never "wrong code".
    Unavailable(Unavailable<E>),
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable<E> {
    /// The store failed. If it failed while it wrote, the attempt counts as spent.
    Store(E),
    /// The store answers, but the operation cannot decide.
    Cause(Cause),
}

/// Why an operation cannot decide though the store answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Sixteen rounds were overtaken by other writes.
    Contention,
    /// The challenge's code was made with a key that this keyring does not hold: accept it on every node first.
    UnknownCodeKey,
    /// A later version of this crate wrote the record: a deployment in progress. Not charged.
    NewerRecord,
    /// The caller's clock did not know the time; `?` on [`Clock::now`](crate::Clock::now) makes this of it.
    Clock,
}

impl<E> Failure<E> {
    /// The refusal, if the answer is no; `None` if there is no answer, or no operation was made.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            _ => None,
        }
    }
}

impl<E> From<ClockError> for Failure<E> {
    fn from(_: ClockError) -> Self {
        Cause::Clock.into()
    }
}

impl<E> From<Invalid> for Failure<E> {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl<E> From<Refused> for Failure<E> {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl<E> From<Unavailable<E>> for Failure<E> {
    fn from(unavailable: Unavailable<E>) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl<E> From<Cause> for Failure<E> {
    fn from(cause: Cause) -> Self {
        Self::Unavailable(Unavailable::Cause(cause))
    }
}

impl<E> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            Self::Refused(refused) => refused.fmt(f),
            Self::Unavailable(unavailable) => unavailable.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Failure<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Unavailable(Unavailable::Store(cause)) => Some(cause),
            _ => None,
        }
    }
}

impl<E> fmt::Display for Unavailable<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unavailable, nothing was approved: ")?;
        match self {
            Self::Store(_) => f.write_str("the store failed"),
            Self::Cause(cause) => cause.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Unavailable<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Store(cause) => Some(cause),
            Self::Cause(_) => None,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Contention => "other writes overtook sixteen rounds",
            Self::UnknownCodeKey => "the code was made with a key that this keyring does not hold",
            Self::NewerRecord => "a later version wrote the record",
            Self::Clock => "the clock does not know the time",
        })
    }
}

impl core::error::Error for Cause {}
