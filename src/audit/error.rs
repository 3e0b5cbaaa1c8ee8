use core::error::Error;
use core::fmt;

use super::ChainId;

/// What is wrong with a line, or with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuditError {
    /// No line that this version writes.
    Malformed,
    /// A line of another chain than the one that is verified.
    OtherChain,
    /// Not the number that comes next: entries were removed, doubled or put elsewhere.
    Number {
        /// The number that comes next.
        expected: u64,
        /// The number of the line.
        found: u64,
    },
    /// The authenticator does not fit: the line was altered, or written with another key, or follows another entry than the
    /// one before it.
    Altered {
        /// The number of the line.
        number: u64,
    },
    /// It is another entry than the kept head says: the chain was written anew from there or before.
    Rewritten {
        /// The number of the kept head.
        number: u64,
    },
    /// The chain ends before the kept head.
    CutOff {
        /// Which chain.
        chain: ChainId,
        /// The number of the kept head.
        expected: u64,
        /// The last number that is there; 0 if there is none.
        found: u64,
    },
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("not a line of an audit chain"),
            Self::OtherChain => f.write_str("a line of another chain"),
            Self::Number { expected, found } => write!(f, "entry {expected} was expected, and {found} found"),
            Self::Altered { number } => write!(f, "entry {number} was altered, or does not follow the one before it"),
            Self::Rewritten { number } => write!(f, "entry {number} is not the one that was kept"),
            Self::CutOff { chain, expected, found } => {
                write!(f, "chain {chain} ends with entry {found}, and had {expected}")
            }
        }
    }
}

impl Error for AuditError {}
